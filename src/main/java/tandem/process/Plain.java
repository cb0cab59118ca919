package tandem.process;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;

/// Code, arguments and variables in a form of their own, where all of them are of the kinds that
/// most are: numbers, text, shared objects, and lambdas that capture such. Java's serialisation, which
/// takes all kinds, costs a JVM that has just started ten milliseconds before the first object,
/// because its filter looks through the class path for a logger.
///
/// (Chains of `if`: a switch over types would be linked at its first run.)
final class Plain {
    private static final int NULL = 0;
    private static final int FALSE = 1;
    private static final int TRUE = 2;
    private static final int INT = 3;
    private static final int LONG = 4;
    private static final int DOUBLE = 5;
    private static final int TEXT = 6;
    private static final int SHARED = 7;
    private static final int LAMBDA = 8;

    private static final int MOST_DEEP = 20;

    /// What `writeUTF` takes of any characters.
    private static final int LONGEST_TEXT = 65_535 / 3;

    private Plain() {}

    /// Packs a job with its arguments and the variables that it reads.
    ///
    /// @param job null when there are only arguments
    /// @param reach gets to know what the job reaches; null when there is none
    /// @return null when something is of another kind
    static byte[] pack(Kit kit, Reach reach, Job job, Object... arguments) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Writer writer =
                new Writer(new DataOutputStream(new TravelLimits.Sender(bytes)), kit, reach);
        return writer.write(job, arguments) ? bytes.toByteArray() : null;
    }

    /// Opens what was packed, and gives the variables their values.
    static Parcel.Contents open(byte[] bytes, Kit kit, ClassLoader loader)
            throws IOException, ReflectiveOperationException {
        return new Reader(new DataInputStream(new ByteArrayInputStream(bytes)), kit, loader).read();
    }

    private static final class Writer {
        private final DataOutputStream out;
        private final Kit kit;
        private final Reach reach;
        private int depth;

        Writer(DataOutputStream out, Kit kit, Reach reach) {
            this.out = out;
            this.kit = kit;
            this.reach = reach;
        }

        boolean write(Job job, Object... arguments) throws IOException {
            out.writeBoolean(job != null);
            if (job != null) {
                out.writeBoolean(job.isCall());
                if (!write(job.code())) {
                    return false;
                }
            }
            return writeAll(arguments) && writeVariables();
        }

        private boolean writeAll(Object... values) throws IOException {
            out.writeInt(values.length);
            for (Object value : values) {
                if (!write(value)) {
                    return false;
                }
            }
            return true;
        }

        private boolean writeVariables() throws IOException {
            if (reach != null) {
                for (var found = reach.takeVariables();
                        !found.isEmpty();
                        found = reach.takeVariables()) {
                    for (Reach.Variable variable : found) {
                        out.writeBoolean(true);
                        out.writeUTF(variable.owner().getName());
                        out.writeUTF(variable.name());
                        Object value = variable.value();
                        if (value == null || !write(value)) {
                            return false;
                        }
                    }
                }
            }
            out.writeBoolean(false);
            return true;
        }

        private boolean write(Object value) throws IOException {
            if (value == null) {
                out.writeByte(NULL);
            } else if (value instanceof Boolean truth) {
                out.writeByte(truth ? TRUE : FALSE);
            } else if (value instanceof Integer number) {
                out.writeByte(INT);
                out.writeInt(number);
            } else if (value instanceof Long number) {
                out.writeByte(LONG);
                out.writeLong(number);
            } else if (value instanceof Double number) {
                out.writeByte(DOUBLE);
                out.writeDouble(number);
            } else if (value instanceof String text) {
                if (text.length() > LONGEST_TEXT) {
                    return false;
                }
                out.writeByte(TEXT);
                out.writeUTF(text);
            } else {
                String name = kit.nameOf(value);
                if (name == null) {
                    return reach != null && writeLambda(value);
                }
                out.writeByte(SHARED);
                out.writeUTF(name);
            }
            return true;
        }

        private boolean writeLambda(Object value) throws IOException {
            SerializedLambda lambda = depth < MOST_DEEP ? serialForm(value) : null;
            if (lambda == null) {
                return false;
            }
            reach.addLambda(lambda);
            out.writeByte(LAMBDA);
            out.writeUTF(lambda.getCapturingClass().replace('/', '.'));
            out.writeUTF(lambda.getFunctionalInterfaceClass());
            out.writeUTF(lambda.getFunctionalInterfaceMethodName());
            out.writeUTF(lambda.getFunctionalInterfaceMethodSignature());
            out.writeInt(lambda.getImplMethodKind());
            out.writeUTF(lambda.getImplClass());
            out.writeUTF(lambda.getImplMethodName());
            out.writeUTF(lambda.getImplMethodSignature());
            out.writeUTF(lambda.getInstantiatedMethodType());
            Object[] captured = new Object[lambda.getCapturedArgCount()];
            for (int i = 0; i < captured.length; i++) {
                captured[i] = lambda.getCapturedArg(i);
            }
            depth++;
            boolean written = writeAll(captured);
            depth--;
            return written;
        }

        /// The parts of a lambda, as its class gives them to Java's serialisation; null for anything
        /// else.
        private static SerializedLambda serialForm(Object value) {
            Class<?> type = value.getClass();
            if (!type.isHidden() || !type.isSynthetic() || !(value instanceof Serializable)) {
                return null;
            }
            try {
                Method form = type.getDeclaredMethod("writeReplace");
                form.setAccessible(true);
                return form.invoke(value) instanceof SerializedLambda lambda ? lambda : null;
            } catch (ReflectiveOperationException e) {
                return null;
            }
        }
    }

    private static final class Reader {
        private final DataInputStream in;
        private final Kit kit;
        private final ClassLoader loader;
        private int depth;

        Reader(DataInputStream in, Kit kit, ClassLoader loader) {
            this.in = in;
            this.kit = kit;
            this.loader = loader;
        }

        Parcel.Contents read() throws IOException, ReflectiveOperationException {
            Job job = null;
            if (in.readBoolean()) {
                boolean isCall = in.readBoolean();
                job = kit.job((Serializable) readOne(), isCall);
            }
            List<Object> arguments = readAll();
            while (in.readBoolean()) {
                Field variable = loader.loadClass(in.readUTF()).getDeclaredField(in.readUTF());
                variable.setAccessible(true);
                variable.set(null, readOne());
            }
            return new Parcel.Contents(job, arguments, loader);
        }

        private List<Object> readAll() throws IOException, ReflectiveOperationException {
            List<Object> values = new ArrayList<>();
            for (int left = TravelLimits.readCount(in); left > 0; left--) {
                values.add(readOne());
            }
            return values;
        }

        private Object readOne() throws IOException, ReflectiveOperationException {
            int kind = in.readByte();
            return switch (kind) {
                case NULL -> null;
                case FALSE -> false;
                case TRUE -> true;
                case INT -> in.readInt();
                case LONG -> in.readLong();
                case DOUBLE -> in.readDouble();
                case TEXT -> in.readUTF();
                case SHARED -> kit.attach(in.readUTF());
                case LAMBDA -> readLambda();
                default ->
                        throw new IOException(
                                "what came over the pipe is damaged: a value of kind %d"
                                        .formatted(kind));
            };
        }

        private Object readLambda() throws IOException, ReflectiveOperationException {
            if (depth++ > MOST_DEEP) {
                throw TravelLimits.tooDeep();
            }
            Class<?> capturing = Class.forName(in.readUTF(), false, loader);
            SerializedLambda form =
                    new SerializedLambda(
                            capturing,
                            in.readUTF(),
                            in.readUTF(),
                            in.readUTF(),
                            in.readInt(),
                            in.readUTF(),
                            in.readUTF(),
                            in.readUTF(),
                            in.readUTF(),
                            readAll().toArray());
            depth--;
            return make(capturing, form);
        }

        /// The compiler gives every class with serializable lambdas a method that makes them.
        private static Object make(Class<?> capturing, SerializedLambda form)
                throws ReflectiveOperationException {
            MethodHandle maker =
                    MethodHandles.privateLookupIn(capturing, MethodHandles.lookup())
                            .findStatic(
                                    capturing,
                                    "$deserializeLambda$",
                                    MethodType.methodType(Object.class, SerializedLambda.class));
            try {
                return maker.invokeExact(form);
            } catch (ReflectiveOperationException | RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new ReflectiveOperationException(e);
            }
        }
    }
}
