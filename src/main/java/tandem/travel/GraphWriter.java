package tandem.travel;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.net.URL;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Writes a graph of objects, in the form that [Graph] describes.
///
/// Overview. A depth-first walk with a stack of its own meets every object once. It looks for
/// strongly connected components on the way, by Tarjan's algorithm ("Depth-first search and linear
/// graph algorithms", SIAM J. Comput. 1, 1972): when one has been walked through, all that it refers
/// to outside of itself is complete, so that its own instructions can follow. A component is nearly
/// always one object. In a circle, first come those that must be made before others can refer to them
/// (lambdas), then the fields of the program's objects, then what the JDK's classes read.
///
/// When code travels, a class of the program is a node like any other: it refers to the classes that
/// its code names, and to the values of its static fields. That is all it takes to have every class
/// come along that could be needed, and every value.
///
/// What cannot travel is left out where a field of the program's own classes holds it, and the field
/// is noted as absent. Where it lies in something else, that cannot travel either; the walk then begins
/// anew, knowing so.
final class GraphWriter {
    private final Kit kit;

    /// Null where no code travels, and the other side knows all classes.
    private final Program program;

    private final boolean knowsTyped;

    /// Whether the other side has the classes of the program, and only objects are looked at.
    private final boolean namesClasses;

    /// Whether classes go to a [Replica].
    private final boolean isOfReplica;

    private final Map<Object, CannotTravel> stuck = new IdentityHashMap<>();

    private GraphOutput output;
    private List<ProgramClass> classes;
    private Set<Class<?>> instantiated;
    private Set<Class<?>> named;
    private Set<String> shared;
    private ClassRewriter rewriter;
    private Deque<GraphNode> open;
    private List<GraphNode> closed;
    private int opened;

    /// For a job, with the code that it takes.
    static GraphWriter ofCode(Kit kit, Program program) {
        return new GraphWriter(kit, program, true, false, false);
    }

    /// The same, for a [Replica].
    static GraphWriter ofReplica(Kit kit, Program program) {
        return new GraphWriter(kit, program, true, false, true);
    }

    /// For what fields hold, to be compared: as it is in code that travels, without the classes.
    static GraphWriter ofValues(Kit kit, Program program) {
        return new GraphWriter(kit, program, true, true, false);
    }

    /// For objects of classes that the other side knows.
    ///
    /// @param knowsTyped whether it knows those that were typed, as the parent of a worker does
    static GraphWriter ofObjects(Kit kit, boolean knowsTyped) {
        return new GraphWriter(kit, null, knowsTyped, false, false);
    }

    private GraphWriter(
            Kit kit,
            Program program,
            boolean knowsTyped,
            boolean namesClasses,
            boolean isOfReplica) {
        this.kit = kit;
        this.program = program;
        this.knowsTyped = knowsTyped;
        this.namesClasses = namesClasses;
        this.isOfReplica = isOfReplica;
    }

    /// Writes objects and all that they reach.
    ///
    /// @throws CannotTravel when one of them cannot travel
    byte[] write(Object... roots) throws CannotTravel, IOException {
        while (true) {
            begin();
            try {
                for (int i = 0; i < roots.length; i++) {
                    walk(roots[i], i);
                }
            } catch (Restart e) {
                continue;
            }
            output.data().writeByte(Graph.END);
            output.writeReferences(roots, 0, roots.length);
            return output.end();
        }
    }

    private void begin() {
        output = new GraphOutput();
        classes = new ArrayList<>();
        instantiated = Collections.newSetFromMap(new IdentityHashMap<>());
        named = new LinkedHashSet<>();
        shared = new LinkedHashSet<>();
        rewriter = new ClassRewriter(isOfReplica);
        open = new ArrayDeque<>();
        closed = new ArrayList<>();
        opened = 0;
    }

    /// The classes that travel, by name.
    Map<String, byte[]> classes() {
        initialised().forEach(rewriter::addInitialised);
        return rewriter.classes(classes);
    }

    /// Those of them whose state comes along.
    List<ProgramClass> initialised() {
        return classes.stream().filter(this::isInitialised).toList();
    }

    /// The classes of the program that travel, and those that need not.
    Set<Class<?>> known() {
        Set<Class<?>> known = new HashSet<>(named);
        classes.forEach(type -> known.add(type.type()));
        return known;
    }

    /// The objects that were written and can change, so that it matters who refers to the same one.
    List<Object> changeable() {
        return output.nodes().stream()
                .map(node -> node.original)
                .filter(this::isChangeable)
                .toList();
    }

    private boolean isChangeable(Object object) {
        Class<?> type = object.getClass();
        if (type.isArray()) {
            return true;
        }
        if (isOfProgram(type)) {
            return !(object instanceof Record || object instanceof Enum<?> || type.isHidden());
        }
        String name = type.getName();
        return (object instanceof Collection<?>
                        || object instanceof Map<?, ?>
                        || object instanceof StringBuilder
                        || name.startsWith("java.util.concurrent.atomic."))
                && !name.startsWith("java.util.ImmutableCollections$")
                && !name.startsWith("java.util.Collections$Empty");
    }

    /// Whether what was written is code that captures nothing which could change.
    boolean isFixed(Object code) {
        GraphNode node = output.node(code);
        if (node == null || !node.isLambda()) {
            return node == null || code instanceof Enum<?> || node.isLeaf();
        }
        return Arrays.stream(node.parts).allMatch(part -> part == null || isFixed(part));
    }

    /// Where the classes are found that do not travel, as URLs.
    List<String> path() {
        return program.path().stream().map(URL::toString).toList();
    }

    /// The names of those of them in which assertions are checked.
    Set<String> checked() {
        Set<String> checked = new HashSet<>();
        for (ProgramClass type : classes) {
            if (type.type().desiredAssertionStatus()) {
                checked.add(type.type().getName());
            }
        }
        return checked;
    }

    /// The classes of the program that do not travel, though objects of theirs do.
    Set<Class<?>> named() {
        return named;
    }

    /// The names of the shared objects.
    Set<String> shared() {
        return shared;
    }

    /// Why fields that code may read are empty.
    Map<Field, String> absent() {
        return rewriter.absent();
    }

    private boolean isInitialised(ProgramClass type) {
        return type.isInitialised() || instantiated.contains(type.type());
    }

    private void walk(Object root, int number) throws CannotTravel, IOException {
        if (GraphOutput.isInline(root)) {
            return;
        }
        try {
            GraphNode first = node(root);
            if (first.index > 0) {
                return;
            }
            open(first);
        } catch (CannotTravel e) {
            throw e.atRoot(number);
        }
        while (!open.isEmpty()) {
            GraphNode node = open.peek();
            if (node.next < node.parts.length) {
                follow(node, node.next++);
            } else {
                open.pop();
                close(node);
            }
        }
    }

    private void follow(GraphNode node, int part) throws IOException {
        Object value = node.parts[part];
        if (GraphOutput.isInline(value)) {
            return;
        }
        try {
            GraphNode to = node(value);
            if (to.index == 0) {
                open(to);
            } else if (!to.isComplete) {
                node.low = Math.min(node.low, to.index);
            }
        } catch (CannotTravel e) {
            if (!node.doesWithout(part, e)) {
                throw stuck(node, node.isLambda() ? e.captured() : e);
            }
            node.parts[part] = null;
        }
    }

    private Restart stuck(GraphNode node, CannotTravel why) {
        stuck.put(node.original, why);
        return new Restart();
    }

    private void open(GraphNode node) {
        node.index = ++opened;
        node.low = node.index;
        node.firstClosed = closed.size();
        open.push(node);
    }

    private void close(GraphNode node) throws IOException {
        closed.add(node);
        if (node.low < node.index) {
            GraphNode from = open.peek();
            from.low = Math.min(from.low, node.low);
            return;
        }
        List<GraphNode> component = closed.subList(node.firstClosed, closed.size());
        finish(component);
        for (GraphNode each : component) {
            each.isComplete = true;
        }
        component.clear();
    }

    private void finish(List<GraphNode> component) throws IOException {
        List<GraphNode> waiting = new ArrayList<>();
        for (GraphNode node : component) {
            if (!node.exists) {
                waiting.add(node);
            }
        }
        while (!waiting.isEmpty()) {
            for (GraphNode node : component) {
                node.writeReady();
            }
            if (!waiting.removeIf(this::isMade) && !beginsOne(waiting)) {
                GraphNode first = waiting.getFirst();
                throw stuck(
                        first,
                        new CannotTravel(
                                "%s is a part of itself, by way of things that cannot be made one after the other"
                                        .formatted(ClassNames.plain(first.original.getClass()))));
            }
        }
        for (GraphNode node : component) {
            if (!node.isMadeLast && !node.isWritten) {
                write(node);
            }
        }
        for (GraphNode node : component) {
            if (!node.isWritten) {
                write(node);
            }
        }
    }

    private boolean isMade(GraphNode node) {
        for (Object part : node.parts) {
            if (!output.exist(part) && !(node.mayHoldItself() && output.node(part) == node)) {
                return false;
            }
        }
        try {
            write(node);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        node.exists = true;
        return true;
    }

    private static boolean beginsOne(List<GraphNode> waiting) throws IOException {
        for (GraphNode node : waiting) {
            if (node.begin()) {
                node.exists = true;
                return waiting.remove(node);
            }
        }
        return false;
    }

    private void write(GraphNode node) throws IOException {
        node.isWritten = true;
        node.write();
    }

    /// The node of an object. When it is new, the instruction that makes it exist is written.
    private GraphNode node(Object object) throws CannotTravel, IOException {
        GraphNode known = output.node(object);
        if (known != null) {
            return known;
        }
        CannotTravel why = stuck.get(object);
        if (why != null) {
            throw why;
        }
        GraphNode node = newNode(object);
        output.add(object, node);
        return node;
    }

    private GraphNode newNode(Object object) throws CannotTravel, IOException {
        String name = kit.nameOf(object);
        if (name != null) {
            GraphNode node = leaf(object, Graph.SHARED);
            output.data().writeUTF(name);
            shared.add(name);
            return node;
        }
        Class<?> type = object.getClass();
        if (object instanceof Class<?> named) {
            return newClass(named);
        }
        if (object instanceof String text) {
            return newText(text);
        }
        if (type.isArray()) {
            return newArray(object, type.getComponentType());
        }
        if (object instanceof Enum<?> constant && !comesWhole(constant.getDeclaringClass())) {
            checkIsKnown(constant.getDeclaringClass());
            node(constant.getDeclaringClass());
            GraphNode node = leaf(object, Graph.CONSTANT);
            output.writeReference(constant.getDeclaringClass());
            output.data().writeUTF(constant.name());
            return node;
        }
        if (Box.isBox(object)) {
            GraphNode node = leaf(object, Graph.BOX);
            Box.write(output.data(), object);
            return node;
        }
        KnownTypes.Known known = KnownTypes.describe(object);
        if (known != null) {
            GraphNode node = leaf(object, Graph.KNOWN);
            output.data().writeByte(known.kind());
            output.data().writeUTF(known.text());
            return node;
        }
        LambdaForm lambda = LambdaForm.of(object);
        if (lambda != null) {
            return new GraphNode.Lambda(object, lambda, output);
        }
        return newObject(object, type);
    }

    private GraphNode newObject(Object object, Class<?> type) throws CannotTravel, IOException {
        int made = KnownTypes.madeFromParts(object);
        if (made != 0) {
            Object[] parts = KnownTypes.parts(object);
            if (parts == null) {
                throw CannotTravel.of(type);
            }
            return new GraphNode.Made(object, made, parts, output);
        }
        if (object instanceof Record && !isOfProgram(type)) {
            checkIsKnown(type);
            return new GraphNode.Made(object, Graph.RECORD, Components.of((Record) object), output);
        }
        if (!isFieldwise(type)) {
            Object instead = SerialWriter.replacement(object);
            if (instead != object) {
                GraphNode node = node(instead);
                node.original = object;
                return node;
            }
        }
        checkIsKnown(type);
        State state = new State(object, this::isFieldwise);
        if (!isFieldwise(type) && SerialWriter.resolvesItself(type)) {
            return new GraphNode.Resolved(object, state, output);
        }
        return newInstance(object, type, state);
    }

    private GraphNode newInstance(Object object, Class<?> type, State state)
            throws CannotTravel, IOException {
        Class<?> named = object instanceof Enum<?> constant ? constant.getClass() : type;
        node(named);
        instantiated.add(named);
        GraphNode node =
                new GraphNode.Instance(object, state, program == null ? null : rewriter, output);
        if (object instanceof Enum<?> constant) {
            instantiated.add(constant.getDeclaringClass());
            output.begin(Graph.NEW_CONSTANT, node);
            output.writeReference(named);
            output.data().writeUTF(constant.name());
            output.data().writeInt(constant.ordinal());
        } else {
            output.writeNew(node, named);
        }
        return node;
    }

    /// Whether a class comes along, with its state.
    private boolean comesWhole(Class<?> type) {
        return !namesClasses && isOfProgram(type);
    }

    private boolean isOfProgram(Class<?> type) {
        return program != null && program.has(type);
    }

    /// Whether the fields of a class are written, as its own code has no part in it.
    private boolean isFieldwise(Class<?> type) {
        return program == null ? Program.isOpen(type) : program.has(type);
    }

    private void checkIsKnown(Class<?> type) throws CannotTravel {
        if (program == null && !knowsTyped && Program.isTyped(type)) {
            throw new CannotTravel(
                    "class %s is not on the class path, so that a script cannot know it"
                            .formatted(ClassNames.plain(type)));
        }
    }

    private GraphNode leaf(Object object, int instruction) throws IOException {
        GraphNode node = GraphNode.leaf(object, output);
        output.begin(instruction, node);
        return node;
    }

    private GraphNode newClass(Class<?> type) throws CannotTravel, IOException {
        if (type.isHidden()) {
            throw CannotTravel.of(type);
        }
        if (!comesWhole(type)) {
            Class<?> element = type;
            while (element.isArray()) {
                element = element.getComponentType();
            }
            if (element != type && comesWhole(element)) {
                node(element);
            } else {
                checkIsKnown(element);
                if (Program.isOutsideOfLibraries(element)) {
                    named.add(element);
                }
            }
            GraphNode node = leaf(type, Graph.CLASS);
            output.data().writeUTF(type.getName());
            node.parts = element == type ? node.parts : new Object[] {element};
            return node;
        }
        ProgramClass ofProgram = ProgramClass.of(type);
        classes.add(ofProgram);
        GraphNode node = new GraphNode.Statics(ofProgram, program, rewriter, output);
        output.begin(Graph.CLASS, node);
        output.data().writeUTF(type.getName());
        return node;
    }

    private GraphNode newText(String text) throws IOException {
        GraphNode node = leaf(text, Graph.TEXT);
        Texts.write(output.data(), text);
        return node;
    }

    private GraphNode newArray(Object array, Class<?> component) throws CannotTravel, IOException {
        if (component.isPrimitive()) {
            GraphNode node = leaf(array, Graph.NUMBERS);
            Numbers.write(output.data(), array, component);
            return node;
        }
        node(component);
        GraphNode node = new GraphNode.Elements((Object[]) array, output);
        output.begin(Graph.ARRAY, node);
        output.writeReference(component);
        output.data().writeInt(node.parts.length - 1);
        return node;
    }

    /// Begins the walk anew.
    private static final class Restart extends RuntimeException {
        private static final long serialVersionUID = 1;

        Restart() {
            super(null, null, false, false);
        }
    }
}
