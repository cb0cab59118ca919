package tandem.travel;

import java.lang.classfile.CodeElement;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LookupSwitchInstruction;
import java.lang.classfile.instruction.TableSwitchInstruction;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.Field;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// Finds, before it is sent, whether code surely reads a field that will be empty in the worker: before
/// the first branch of the method that is run, or of one that it calls there by name (a static or a
/// private one).
final class SureReads {
    private final Map<Field, String> absent;
    private final ClassLoader loader;
    private final Set<String> seen = new HashSet<>();

    private SureReads(Map<Field, String> absent, ClassLoader loader) {
        this.absent = absent;
        this.loader = loader;
    }

    /// Why the first such field is empty; null when there is none.
    static String find(Object code, Map<Field, String> absent) throws CannotTravel {
        SerializedLambda lambda = absent.isEmpty() ? null : LambdaForm.implementation(code);
        if (lambda == null) {
            return null;
        }
        SureReads search = new SureReads(absent, code.getClass().getClassLoader());
        return search.find(
                lambda.getImplClass(), lambda.getImplMethodName(), lambda.getImplMethodSignature());
    }

    private String find(String owner, String name, String signature) throws CannotTravel {
        if (!seen.add(owner + "." + name + signature)) {
            return null;
        }
        ProgramClass type = ofProgram(owner);
        if (type == null) {
            return null;
        }
        for (MethodModel method : type.model().methods()) {
            if (method.methodName().equalsString(name)
                    && method.methodType().equalsString(signature)
                    && method.code().isPresent()) {
                for (CodeElement element : method.code().get()) {
                    if (isBranch(element)) {
                        break;
                    }
                    String found = find(type, element);
                    if (found != null) {
                        return found;
                    }
                }
            }
        }
        return null;
    }

    private static boolean isBranch(CodeElement element) {
        return element instanceof BranchInstruction
                || element instanceof TableSwitchInstruction
                || element instanceof LookupSwitchInstruction;
    }

    private String find(ProgramClass type, CodeElement element) throws CannotTravel {
        if (element instanceof FieldInstruction access
                && (access.opcode() == Opcode.GETSTATIC || access.opcode() == Opcode.GETFIELD)) {
            return absent.get(ClassRewriter.resolve(type, access));
        }
        if (element instanceof InvokeInstruction call
                && (call.opcode() == Opcode.INVOKESTATIC
                        || call.opcode() == Opcode.INVOKESPECIAL)) {
            return find(
                    call.owner().asInternalName(),
                    call.name().stringValue(),
                    call.type().stringValue());
        }
        return null;
    }

    private ProgramClass ofProgram(String name) throws CannotTravel {
        if (name.startsWith("java/")) {
            return null;
        }
        try {
            Class<?> type = Class.forName(name.replace('/', '.'), false, loader);
            return Program.isOutsideOfLibraries(type) ? ProgramClass.of(type) : null;
        } catch (ClassNotFoundException | LinkageError e) {
            return null;
        }
    }
}
