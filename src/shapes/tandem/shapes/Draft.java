package tandem.shapes;

import java.util.List;
import java.util.Random;

/// One shape's part of a program while it is being drafted.
///
/// In all texts, `#` stands for what makes a name the shape's own: `Node#` becomes `Node3`. Whatever
/// is random comes from here, so that the same seed gives the same draft; and whatever is optional
/// asks [#maybe()], so that a difference can be shrunk by answering no.
final class Draft {
    private final Random random;
    private final String suffix;
    private final Plan.Part part;
    private final Program program;
    private final List<Thing> others;
    private int questions;

    /// @param others what the shapes before this one offer, as far as it is to know them
    Draft(Plan.Part part, Program program, List<Thing> others) {
        this.part = part;
        this.random = new Random(part.seed());
        this.suffix = part.number() + program.suffix();
        this.program = program;
        this.others = others;
    }

    /// Whether to do something that can be left out. (The dice are thrown in any case: what follows
    /// stays as it is.)
    boolean maybe() {
        boolean yes = random.nextInt(3) > 0;
        return yes & isAllowed();
    }

    private boolean isAllowed() {
        int question = questions++;
        part.asked(questions);
        return !part.refused().contains(question);
    }

    /// A number from 0 to bound - 1.
    int below(int bound) {
        return random.nextInt(bound);
    }

    /// A small number that is not 0.
    int number() {
        return 2 + random.nextInt(97);
    }

    @SafeVarargs
    final <T> T any(T... choices) {
        return choices[random.nextInt(choices.length)];
    }

    /// A value of any of many types of the JDK.
    Value value() {
        return Values.any(this);
    }

    /// An object of another shape, or a text when there is none.
    Thing other() {
        int which = random.nextInt(1000);
        Thing one = others.isEmpty() ? null : others.get(which % others.size());
        return one == null ? new Thing("String", "\"none\"", "$") : one;
    }

    /// The words that make a class of the program Serializable, or nothing: it is to travel anyway.
    String serializable() {
        return any("", "", " implements java.io.Serializable");
    }

    /// Whether types, fields and methods belong to an instance: then `member` types have an outer `this`.
    boolean hasThis() {
        return program.hasThis();
    }

    private String own(String text) {
        return text.replace("#", suffix);
    }

    private void declare(List<String> where, String declaration) {
        where.add(own(declaration));
        program.declarations().add(own(declaration));
    }

    /// Declares a class, record, enum or interface that needs no outer instance.
    void type(String declaration) {
        declare(program.types(), declaration);
    }

    /// Declares a type that is an inner class where the program has a `this`. Only members and the
    /// program's own statements use its constructors.
    void member(String declaration) {
        declare(program.members(), declaration);
    }

    /// Declares a method of the program.
    void method(String declaration) {
        declare(program.methods(), declaration);
    }

    /// Declares a variable of the program: a field, or a variable of the prompt.
    void field(String type, String name, String value) {
        declare(program.fields(), "%s %s = %s;".formatted(type, name, value));
    }

    /// Declares a variable beside the code, which the code captures; a variable of the program where it
    /// must not capture any.
    void local(String type, String name, String value) {
        if (!program.hasLocals()) {
            declare(program.fields(), "%s %s;".formatted(type, name));
            String array = value.startsWith("{") ? "new " + type : "";
            before("%s = %s%s;".formatted(name, array, value));
            return;
        }
        program.locals().add(own("%s %s = %s;".formatted(type, name, value)));
        program.parameters().add(own(type + " " + name));
    }

    /// Declares a class beside the code, or does something else that only a method can: in the code where
    /// that must not capture anything.
    void localType(String declaration) {
        if (!program.hasLocals()) {
            effect(declaration);
            return;
        }
        program.locals().add(own(declaration));
        program.needsLocals();
    }

    /// A statement that runs before the code is made.
    void before(String statement) {
        program.before().add(own(statement));
    }

    /// A statement of the code.
    void effect(String statement) {
        program.steps().add(own(statement));
    }

    /// An expression whose value is part of what the code computes.
    void digest(String expression) {
        if (isAllowed()) {
            program.steps().add("seen += %s + \"; \";".formatted(own(parenthesised(expression))));
        }
    }

    private static String parenthesised(String expression) {
        return "(" + expression + ")";
    }

    /// An object that the code returns besides what it has computed.
    void result(Thing thing) {
        if (isAllowed()) {
            program.results().add(own(thing));
        }
    }

    /// How the code ends, instead of returning: a statement that throws. `seen` is what it has computed.
    void ending(String statement) {
        if (isAllowed()) {
            program.end(own(statement));
        }
    }

    /// What the code has written into a shared object, an expression that is seen by the parent; and
    /// the statement that takes it back.
    void shared(String expression, String reset) {
        if (isAllowed()) {
            program.shared().add(own(expression));
            program.resets().add(own(reset));
        }
    }

    /// An expression that must be the same before the worker has run and after.
    void unchanged(String expression) {
        if (isAllowed()) {
            program.unchanged().add(own(parenthesised(expression)));
        }
    }

    /// Offers an object to other shapes, and as a result.
    void offer(String type, String expression, String show) {
        Thing thing = own(new Thing(type, expression, show));
        program.offers().add(thing);
        if (maybe()) {
            program.results().add(thing);
        }
    }

    private Thing own(Thing thing) {
        return new Thing(own(thing.type()), own(thing.expression()), own(thing.show()));
    }
}
