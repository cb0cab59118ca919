package tandem.process;

import java.io.IOException;
import java.io.InvalidClassException;
import java.io.InvalidObjectException;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.io.Serial;
import java.io.Serializable;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.util.LinkedHashMap;
import java.util.Map;

/// Serialises what goes to a worker, and notices on the way which classes it takes.
final class Packer extends ObjectOutputStream {
    private static final String ADVICE =
            "make it inside the code, or pass what the code needs of it (numbers, text, an Array)";

    private final Reach reach;

    /// @param reach collects classes that the worker lacks; null when it can take none
    Packer(OutputStream to, Reach reach) throws IOException {
        super(to);
        this.reach = reach;
        enableReplaceObject(true);
    }

    /// Adds an object.
    ///
    /// @param what the name by which a person knows it
    /// @throws IOException that says why it cannot travel
    void pack(String what, Object object) throws IOException {
        try {
            writeObject(object);
        } catch (CannotTravel e) {
            throw e;
        } catch (NotSerializableException e) {
            String type = Reach.plainName(e.getMessage());
            throw new CannotTravel(
                    "%s%s cannot travel to another process: %s is neither shared (Array, Lock, Event) nor Serializable: %s"
                            .formatted(what, type(object, type), type, advice(e.getMessage())));
        } catch (IOException e) {
            throw new CannotTravel(
                    "%s%s cannot travel to another process: %s"
                            .formatted(what, type(object, ""), e.getMessage()));
        }
    }

    private static String advice(String type) {
        return type.startsWith("java") ? ADVICE : "declare it `implements java.io.Serializable`";
    }

    private static String type(Object object, String named) {
        String type = object == null ? "null" : Reach.plainName(object.getClass().getTypeName());
        return object instanceof Serializable && !type.contains("$$Lambda") && !type.equals(named)
                ? " (%s)".formatted(type)
                : "";
    }

    /// Adds the value of a variable of the prompt.
    void packVariable(Reach.Variable variable) throws IOException {
        Object value = variable.value();
        if (value == null && variable.field().getType().getPackageName().equals("tandem")) {
            throw new CannotTravel(
                    "the variable %s is null, as its line failed or has not run: type it again"
                            .formatted(variable.name()));
        }
        pack("the variable " + variable.name(), value);
    }

    @Override
    protected void annotateClass(Class<?> type) throws IOException {
        if (reach != null) {
            reach.addClass(type);
            return;
        }
        if (!Reach.hasPath(type)) {
            throw new InvalidClassException(
                    "class %s is not on the class path, so that a script cannot know it"
                            .formatted(Reach.plainName(type.getTypeName())));
        }
    }

    @Override
    protected Object replaceObject(Object object) throws IOException {
        if (reach == null || object == null) {
            return object;
        }
        if (object instanceof SerializedLambda lambda) {
            checkCaptures(lambda);
            reach.addLambda(lambda);
            return lambda;
        }
        return !(object instanceof Serializable) && reach.isScope(object.getClass())
                ? scope(object)
                : object;
    }

    private void checkCaptures(SerializedLambda lambda) throws IOException {
        for (int i = 0; i < lambda.getCapturedArgCount(); i++) {
            Object captured = lambda.getCapturedArg(i);
            if (captured == null
                    || captured instanceof Serializable
                    || reach.isScope(captured.getClass())) {
                continue;
            }
            String type = Reach.plainName(captured.getClass().getTypeName());
            boolean isThis =
                    i == 0
                            && captured.getClass()
                                    .getName()
                                    .replace('.', '/')
                                    .equals(lambda.getCapturingClass());
            throw new CannotTravel(
                    isThis
                            ? "the code cannot travel to another process: it uses `this`, and class %s is not Serializable: make it so, or copy the field that the code needs into a local variable first"
                                    .formatted(type)
                            : "the code cannot travel to another process: it uses a %s from outside of it, which is neither shared (Array, Lock, Event) nor Serializable: %s"
                                    .formatted(type, advice(captured.getClass().getName())));
        }
    }

    /// The `this` of a source file's top-level class: the fields that the code reads.
    private ScopeInstance scope(Object instance) throws IOException {
        Map<String, Object> fields = new LinkedHashMap<>();
        try {
            for (String name : reach.instanceFields(instance.getClass())) {
                Field field = instance.getClass().getDeclaredField(name);
                field.setAccessible(true);
                fields.put(name, field.get(instance));
            }
        } catch (ReflectiveOperationException e) {
            throw new CannotTravel("the fields of %s cannot be read".formatted(instance));
        }
        return new ScopeInstance(instance.getClass(), fields);
    }

    /// Stands for the instance of a scope while it travels.
    private record ScopeInstance(Class<?> type, Map<String, Object> fields)
            implements Serializable {
        @Serial
        private Object readResolve() throws InvalidObjectException {
            try {
                return instantiate();
            } catch (ReflectiveOperationException e) {
                throw new InvalidObjectException("no %s can be made".formatted(type), e);
            }
        }

        private Object instantiate() throws ReflectiveOperationException {
            Constructor<?> constructor = type.getDeclaredConstructor();
            constructor.setAccessible(true);
            Object instance = constructor.newInstance();
            for (Map.Entry<String, Object> entry : fields.entrySet()) {
                Field field = type.getDeclaredField(entry.getKey());
                field.setAccessible(true);
                field.set(instance, entry.getValue());
            }
            return instance;
        }
    }

    /// Says in a sentence what cannot travel and why.
    private static final class CannotTravel extends IOException {
        @Serial private static final long serialVersionUID = 1;

        CannotTravel(String message) {
            super(message);
        }
    }
}
