package tandem.travel;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
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
    private final Map<Object, CannotTravel> stuck = new IdentityHashMap<>();

    private ByteArrayOutputStream bytes;
    private DataOutputStream out;
    private Map<Object, Node> nodes;
    private List<ProgramClass> classes;
    private Set<Class<?>> instantiated;
    private ClassRewriter rewriter;
    private Deque<Node> open;
    private List<Node> closed;
    private int opened;
    private int ids;

    /// For a job, with the code that it takes.
    static GraphWriter ofCode(Kit kit, Program program) {
        return new GraphWriter(kit, program, true);
    }

    /// For objects of classes that the other side knows.
    ///
    /// @param knowsTyped whether it knows those that were typed, as the parent of a worker does
    static GraphWriter ofObjects(Kit kit, boolean knowsTyped) {
        return new GraphWriter(kit, null, knowsTyped);
    }

    private GraphWriter(Kit kit, Program program, boolean knowsTyped) {
        this.kit = kit;
        this.program = program;
        this.knowsTyped = knowsTyped;
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
            out.writeByte(Graph.END);
            writeReferences(roots, 0, roots.length);
            out.flush();
            return bytes.toByteArray();
        }
    }

    private void begin() {
        bytes = new ByteArrayOutputStream();
        out = new DataOutputStream(new TravelLimits.Sender(bytes));
        nodes = new IdentityHashMap<>();
        classes = new ArrayList<>();
        instantiated = Collections.newSetFromMap(new IdentityHashMap<>());
        rewriter = new ClassRewriter();
        open = new ArrayDeque<>();
        closed = new ArrayList<>();
        opened = 0;
        ids = 0;
    }

    /// The classes that travel, by name.
    Map<String, byte[]> classes() {
        for (ProgramClass type : classes) {
            if (isInitialised(type)) {
                rewriter.addInitialised(type);
            }
        }
        return rewriter.classes(classes);
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

    /// Why fields that code may read are empty.
    Map<Field, String> absent() {
        return rewriter.absent();
    }

    private boolean isInitialised(ProgramClass type) {
        return type.isInitialised() || instantiated.contains(type.type());
    }

    private void walk(Object root, int number) throws CannotTravel, IOException {
        if (isInline(root)) {
            return;
        }
        try {
            Node first = node(root);
            if (first.index > 0) {
                return;
            }
            open(first);
        } catch (CannotTravel e) {
            throw e.atRoot(number);
        }
        while (!open.isEmpty()) {
            Node node = open.peek();
            if (node.next < node.parts.length) {
                follow(node, node.next++);
            } else {
                open.pop();
                close(node);
            }
        }
    }

    private void follow(Node node, int part) throws IOException {
        Object value = node.parts[part];
        if (isInline(value)) {
            return;
        }
        try {
            Node to = node(value);
            if (to.index == 0) {
                open(to);
            } else if (!to.complete) {
                node.low = Math.min(node.low, to.index);
            }
        } catch (CannotTravel e) {
            if (!node.doesWithout(part, e)) {
                throw stuck(node, node.isLambda() ? e.captured() : e);
            }
            node.parts[part] = null;
        }
    }

    private Restart stuck(Node node, CannotTravel why) {
        stuck.put(node.original, why);
        return new Restart();
    }

    private void open(Node node) {
        node.index = ++opened;
        node.low = node.index;
        node.firstClosed = closed.size();
        open.push(node);
    }

    private void close(Node node) throws IOException {
        closed.add(node);
        if (node.low < node.index) {
            Node from = open.peek();
            from.low = Math.min(from.low, node.low);
            return;
        }
        List<Node> component = closed.subList(node.firstClosed, closed.size());
        finish(component);
        for (Node each : component) {
            each.complete = true;
        }
        component.clear();
    }

    private void finish(List<Node> component) throws IOException {
        List<Node> waiting = new ArrayList<>();
        for (Node node : component) {
            if (!node.exists) {
                waiting.add(node);
            }
        }
        while (!waiting.isEmpty()) {
            for (Node node : component) {
                node.writeReady();
            }
            if (!waiting.removeIf(this::isMade) && !waiting.removeIf(this::isBegun)) {
                Node first = waiting.getFirst();
                throw stuck(
                        first,
                        new CannotTravel(
                                "%s is a part of itself, by way of things that cannot be made one after the other"
                                        .formatted(ClassNames.plain(first.original.getClass()))));
            }
        }
        for (Node node : component) {
            if (!node.isMadeLast && !node.isWritten) {
                write(node);
            }
        }
        for (Node node : component) {
            if (!node.isWritten) {
                write(node);
            }
        }
    }

    private boolean exist(Object... parts) {
        for (Object part : parts) {
            if (!isInline(part) && !nodes.get(part).exists) {
                return false;
            }
        }
        return true;
    }

    private boolean isMade(Node node) {
        for (Object part : node.parts) {
            if (!exist(part) && !(node.mayHoldItself() && nodes.get(part) == node)) {
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

    private boolean isBegun(Node node) {
        try {
            node.exists = node.begin();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return node.exists;
    }

    private void write(Node node) throws IOException {
        node.isWritten = true;
        node.write();
    }

    /// The node of an object. When it is new, the instruction that makes it exist is written.
    private Node node(Object object) throws CannotTravel, IOException {
        Node known = nodes.get(object);
        if (known != null) {
            return known;
        }
        CannotTravel why = stuck.get(object);
        if (why != null) {
            throw why;
        }
        Node node = newNode(object);
        nodes.put(object, node);
        return node;
    }

    private Node newNode(Object object) throws CannotTravel, IOException {
        String shared = kit.nameOf(object);
        if (shared != null) {
            Node node = leaf(object, Graph.SHARED);
            out.writeUTF(shared);
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
        if (object instanceof Enum<?> constant && !isOfProgram(constant.getDeclaringClass())) {
            checkIsKnown(constant.getDeclaringClass());
            node(constant.getDeclaringClass());
            Node node = leaf(object, Graph.CONSTANT);
            writeReference(constant.getDeclaringClass());
            out.writeUTF(constant.name());
            return node;
        }
        if (Box.isBox(object)) {
            Node node = leaf(object, Graph.BOX);
            writePrimitive(object);
            return node;
        }
        KnownTypes.Known known = KnownTypes.describe(object);
        if (known != null) {
            Node node = leaf(object, Graph.KNOWN);
            out.writeByte(known.kind());
            out.writeUTF(known.text());
            return node;
        }
        LambdaForm lambda = LambdaForm.of(object);
        if (lambda != null) {
            return new Made(object, Graph.LAMBDA, lambda.parts(), lambda.texts(), lambda.kind());
        }
        return newObject(object, type);
    }

    private Node newObject(Object object, Class<?> type) throws CannotTravel, IOException {
        int made = KnownTypes.madeFromParts(object);
        if (made != 0) {
            Object[] parts = KnownTypes.parts(object);
            if (parts == null) {
                throw CannotTravel.of(type);
            }
            return new Made(object, made, parts, List.of(), 0);
        }
        if (object instanceof Record && !isOfProgram(type)) {
            checkIsKnown(type);
            return new Made(object, Graph.RECORD, Components.of((Record) object), List.of(), 0);
        }
        if (!isFieldwise(type)) {
            Object instead = SerialWriter.replacement(object);
            if (instead != object) {
                Node node = node(instead);
                node.original = object;
                return node;
            }
        }
        checkIsKnown(type);
        State state = new State(object, this::isFieldwise);
        if (!isFieldwise(type) && SerialWriter.resolvesItself(type)) {
            return new Resolved(object, state);
        }
        return newInstance(object, type, state);
    }

    private Node newInstance(Object object, Class<?> type, State state)
            throws CannotTravel, IOException {
        Class<?> named = object instanceof Enum<?> constant ? constant.getClass() : type;
        node(named);
        instantiated.add(named);
        Instance node = new Instance(object, state);
        if (object instanceof Enum<?> constant) {
            instantiated.add(constant.getDeclaringClass());
            out.writeByte(Graph.NEW_CONSTANT);
            out.writeInt(node.id);
            writeReference(named);
            out.writeUTF(constant.name());
            out.writeInt(constant.ordinal());
        } else {
            writeNew(node, named);
        }
        return node;
    }

    private void writeNew(Node node, Class<?> type) throws IOException {
        out.writeByte(Graph.NEW);
        out.writeInt(node.id);
        writeReference(type);
    }

    private void writeState(Node node, State state) throws IOException {
        if (!state.isEmpty()) {
            out.writeByte(Graph.FILL);
            out.writeInt(node.id);
            state.write(out, node.parts, this::writeReference);
        }
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

    private Node leaf(Object object, int instruction) throws IOException {
        Node node = new Node(object, new Object[0]);
        node.exists = true;
        node.isWritten = true;
        out.writeByte(instruction);
        out.writeInt(node.id);
        return node;
    }

    private Node newClass(Class<?> type) throws CannotTravel, IOException {
        if (type.isHidden()) {
            throw CannotTravel.of(type);
        }
        if (!isOfProgram(type)) {
            Class<?> element = type;
            while (element.isArray()) {
                element = element.getComponentType();
            }
            if (element != type && isOfProgram(element)) {
                node(element);
            } else {
                checkIsKnown(element);
            }
            Node node = leaf(type, Graph.CLASS);
            out.writeUTF(type.getName());
            node.parts = element == type ? node.parts : new Object[] {element};
            return node;
        }
        ProgramClass ofProgram = ProgramClass.of(type);
        classes.add(ofProgram);
        Statics node = new Statics(ofProgram);
        node.exists = true;
        out.writeByte(Graph.CLASS);
        out.writeInt(node.id);
        out.writeUTF(type.getName());
        return node;
    }

    private Node newText(String text) throws IOException {
        Node node = leaf(text, Graph.TEXT);
        Texts.write(out, text);
        return node;
    }

    private Node newArray(Object array, Class<?> component) throws CannotTravel, IOException {
        if (component.isPrimitive()) {
            Node node = leaf(array, Graph.NUMBERS);
            Numbers.write(out, array, component);
            return node;
        }
        node(component);
        Elements node = new Elements((Object[]) array);
        node.exists = true;
        out.writeByte(Graph.ARRAY);
        out.writeInt(node.id);
        writeReference(component);
        out.writeInt(node.parts.length - 1);
        return node;
    }

    private static boolean isInline(Object value) {
        return value == null || value instanceof Primitive || Box.isCached(value);
    }

    private void writeReference(Object value) throws IOException {
        if (value == null) {
            out.writeByte(Graph.NULL);
        } else if (value instanceof Primitive primitive) {
            writePrimitive(primitive.value());
        } else if (Box.isCached(value)) {
            writePrimitive(value);
        } else {
            out.writeByte(Graph.OBJECT);
            out.writeInt(nodes.get(value).id);
        }
    }

    private void writeReferences(Object[] values, int from, int to) throws IOException {
        out.writeInt(to - from);
        for (int i = from; i < to; i++) {
            writeReference(values[i]);
        }
    }

    private void writePrimitive(Object value) throws IOException {
        Box.write(out, value);
    }

    /// One object of the graph.
    private class Node {
        final Object object;
        final int id = ids++;

        /// Another object, when `object` stands for it on the way.
        Object original;

        /// What it refers to, in the order in which it is written.
        Object[] parts;

        /// The first of its parts that have not been followed.
        int next;

        /// When it was opened; 0 before.
        int index;

        /// The smallest index that is known to be reached from it and to lie in its component.
        int low;

        int firstClosed;
        boolean exists;
        boolean isWritten;
        boolean isMadeLast;
        boolean complete;

        Node(Object object, Object[] parts) {
            this.object = object;
            this.original = object;
            this.parts = parts;
        }

        /// Whether it can leave a part out that cannot travel.
        boolean doesWithout(int part, CannotTravel why) throws IOException {
            return false;
        }

        boolean isLambda() {
            return false;
        }

        /// Whether it can be one of its own parts.
        boolean mayHoldItself() {
            return false;
        }

        /// Makes it exist before its parts do, where that is possible.
        boolean begin() throws IOException {
            return false;
        }

        /// Writes what can be, as others of the circle are better made when they can look at it: a set
        /// of enum constants asks their class for all of them.
        void writeReady() throws IOException {
            if (exists && !isWritten && !isMadeLast && exist(parts)) {
                GraphWriter.this.write(this);
            }
        }

        void write() throws IOException {}
    }

    /// The elements of an array, after its class.
    private final class Elements extends Node {
        Elements(Object[] array) {
            super(array, new Object[array.length + 1]);
            parts[0] = array.getClass().getComponentType();
            System.arraycopy(array, 0, parts, 1, array.length);
        }

        @Override
        void write() throws IOException {
            out.writeByte(Graph.ELEMENTS);
            out.writeInt(id);
            writeReferences(parts, 1, parts.length);
        }
    }

    /// What is made in one go, when its parts exist.
    private final class Made extends Node {
        private final int instruction;
        private final List<String> texts;
        private final int number;

        Made(Object object, int instruction, Object[] parts, List<String> texts, int number) {
            super(object, parts);
            this.instruction = instruction;
            this.texts = texts;
            this.number = number;
        }

        @Override
        boolean isLambda() {
            return instruction == Graph.LAMBDA;
        }

        @Override
        void write() throws IOException {
            out.writeByte(instruction);
            out.writeInt(id);
            writeReferences(parts, 0, parts.length);
            if (instruction == Graph.LAMBDA) {
                out.writeInt(number);
                for (String text : texts) {
                    out.writeUTF(text);
                }
            }
        }
    }

    /// An object that exists before it has its state.
    private final class Instance extends Node {
        private final State state;

        Instance(Object object, State state) {
            super(object, state.parts());
            this.state = state;
            this.exists = true;
            this.isMadeLast = state.isSerial();
        }

        @Override
        boolean doesWithout(int part, CannotTravel why) throws IOException {
            Field field = state.field(part);
            if (field == null || program == null) {
                return false;
            }
            if (!Modifier.isTransient(field.getModifiers())) {
                String sentence =
                        "the field %s.%s cannot travel to another process: %s"
                                .formatted(
                                        ClassNames.plain(field.getDeclaringClass()),
                                        field.getName(),
                                        why.getMessage());
                rewriter.addAbsent(field, sentence);
                out.writeByte(Graph.ABSENT);
                out.writeInt(id);
                out.writeUTF(ClassRewriter.key(field));
                out.writeUTF(sentence);
            }
            return true;
        }

        @Override
        void write() throws IOException {
            writeState(this, state);
        }
    }

    /// An object that is replaced when it has been read. What refers to it in a circle with it gets what
    /// has been read, as in Java's serialisation.
    private final class Resolved extends Node {
        private final State state;

        Resolved(Object object, State state) {
            super(object, state.parts());
            this.state = state;
        }

        @Override
        boolean mayHoldItself() {
            return true;
        }

        @Override
        boolean begin() throws IOException {
            writeNew(this, object.getClass());
            isMadeLast = true;
            return true;
        }

        @Override
        void write() throws IOException {
            if (!exists) {
                begin();
            }
            writeState(this, state);
            out.writeByte(Graph.RESOLVE);
            out.writeInt(id);
        }
    }

    /// A class of the program: what it refers to, and the values of its static fields.
    private final class Statics extends Node {
        private final ProgramClass type;
        private final List<Field> fields;
        private final int first;
        private final Set<Field> written = new HashSet<>();

        Statics(ProgramClass type) throws CannotTravel {
            super(type.type(), new Object[0]);
            this.type = type;
            List<Object> all = new ArrayList<>();
            Set<Class<?>> references = new LinkedHashSet<>(type.references());
            references.removeIf(named -> !program.has(named) && !named.isArray());
            all.addAll(references);
            this.first = all.size();
            this.fields = type.isInitialised() ? type.statics() : List.of();
            for (Field field : fields) {
                all.add(State.value(field, null));
            }
            parts = all.toArray();
        }

        @Override
        boolean doesWithout(int part, CannotTravel why) {
            if (part >= first) {
                Field field = fields.get(part - first);
                rewriter.addAbsent(
                        field,
                        "%s %s cannot travel to another process: %s"
                                .formatted(
                                        isVariable(type.type())
                                                ? "the variable"
                                                : "the static field",
                                        isVariable(type.type())
                                                ? field.getName()
                                                : ClassNames.plain(type.type())
                                                        + "."
                                                        + field.getName(),
                                        why.getMessage()));
            }
            return true;
        }

        @Override
        void writeReady() throws IOException {
            Map<Field, Object> ready = new LinkedHashMap<>();
            for (int i = 0; i < fields.size(); i++) {
                Object value = parts[first + i];
                if (exist(value) && written.add(fields.get(i))) {
                    ready.put(fields.get(i), value);
                }
            }
            if (!ready.isEmpty()) {
                out.writeByte(Graph.STATICS);
                out.writeUTF(ClassRewriter.ownerOfStatics(type.type()));
                out.writeInt(ready.size());
                for (Map.Entry<Field, Object> each : ready.entrySet()) {
                    out.writeUTF(each.getKey().getName());
                    writeReference(each.getValue());
                }
            }
        }

        @Override
        void write() throws IOException {
            writeReady();
        }
    }

    private static boolean isVariable(Class<?> type) {
        return ProgramClass.isSnippet(type);
    }

    /// Begins the walk anew.
    private static final class Restart extends RuntimeException {
        private static final long serialVersionUID = 1;

        Restart() {
            super(null, null, false, false);
        }
    }
}
