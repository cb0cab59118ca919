package tandem.shapes;

import java.util.ArrayList;
import java.util.List;

/// What a program consists of, before it is written down.
///
/// @param hasThis whether fields, methods and members belong to an instance
/// @param hasLocals whether the code may capture variables
/// @param suffix what makes its names its own among the programs of a batch
/// @param types that need no outer instance
/// @param members types that are inner classes when there is a `this`
/// @param fields variables of the program
/// @param methods of the program
/// @param declarations all of these in the order of drafting, in which they can be typed
/// @param before statements that run first
/// @param locals statements that declare what the code captures
/// @param parameters the same, as parameters of a method
/// @param steps statements of the code
/// @param results what the code returns
/// @param shared what the parent sees of what is shared
/// @param resets statements that take back what the code has done to it
/// @param unchanged what must be the same before and after
/// @param offers what shapes offer to others
/// @param form how the code is written
record Program(
        boolean hasThis,
        boolean hasLocals,
        String suffix,
        List<String> types,
        List<String> members,
        List<String> fields,
        List<String> methods,
        List<String> declarations,
        List<String> before,
        List<String> locals,
        List<String> parameters,
        List<String> steps,
        List<Thing> results,
        List<String> shared,
        List<String> resets,
        List<String> unchanged,
        List<Thing> offers,
        State state,
        Form form) {

    /// How the code is written.
    enum Form {
        LAMBDA,
        /// A lambda whose work is a method of the program.
        METHOD,
        /// A reference to a method, which gets the locals as arguments.
        REFERENCE,
        ANONYMOUS,
        LOCAL_CLASS,
        /// The code calls the code, in a worker of the worker.
        NESTED
    }

    /// What is known only when all shapes have been added.
    static final class State {
        private String ending;
        private boolean needsLocals;
    }

    static Program empty(boolean hasThis, boolean hasLocals, String suffix, Form form) {
        return new Program(
                hasThis,
                hasLocals,
                suffix,
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>(),
                new State(),
                form);
    }

    void end(String statement) {
        if (state.ending == null) {
            state.ending = statement;
        }
    }

    void needsLocals() {
        state.needsLocals = true;
    }

    /// How the code ends when it throws, else null.
    String ending() {
        return state.ending;
    }

    /// The form that it can have: a method of its own sees no locals, and takes up to 6 arguments.
    Form possibleForm() {
        return switch (form) {
            case METHOD -> locals.isEmpty() ? form : Form.LAMBDA;
            case REFERENCE -> state.needsLocals || parameters.size() > 6 ? Form.LAMBDA : form;
            default -> form;
        };
    }
}
