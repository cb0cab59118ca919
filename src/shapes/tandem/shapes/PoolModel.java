package tandem.shapes;

import tandem.shapes.PoolPlan.Field;
import tandem.shapes.PoolPlan.Holds;
import tandem.shapes.PoolPlan.Op;
import tandem.shapes.PoolPlan.Type;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// What a program about pools has to see: the static fields of the program and of its workers, by the rule
/// of [tandem.Pool].
///
/// Overview. A side has values for the fields of the classes that it has initialised. What a task needs
/// comes with it: a field gets the program's value where this is another one than the last time, or, for
/// a class that the worker has initialised by itself, than the one that it began with. Classes that come
/// anew may take everything along: what cannot be known then is [#UNSURE]. Values never change; a
/// shared object is a cell that all sides have.
final class PoolModel {
    static final Object UNSURE = new Object();
    static final String ABSENT = "absent";
    static final String THREAD = "thread";

    private final PoolPlan plan;
    private final Side program = new Side();
    private final int[] inits;
    private final boolean[] initsSure;
    private int method;

    /// What a shared object has in it.
    static final class Cell {
        private int n;

        Cell(int n) {
            this.n = n;
        }
    }

    /// An object of the program.
    private static final class Thing {
        private int n;

        Thing(int n) {
            this.n = n;
        }
    }

    /// A process.
    private class Side {
        final Map<String, Object> values = new HashMap<>();
        final Set<Integer> initialised = new HashSet<>();

        void initialise(Type type) {
            if (initialised.add(type.number())) {
                inits[type.number()]++;
                type.fields().forEach(field -> values.put(field.key(), first(field)));
            }
        }

        Object get(Field field) {
            initialise(plan.types().get(field.type()));
            return values.get(field.key());
        }
    }

    private static Object first(Field field) {
        return switch (field.holds()) {
            case LIST -> List.of(field.first());
            case BOX, FINAL_BOX -> new Thing(field.first());
            case SHARED -> new Cell(field.first());
            case STUCK -> THREAD;
            default -> field.first();
        };
    }

    /// A worker, one for all of a pool's where they are alike.
    private final class Worker extends Side {
        final Map<String, Object> known = new HashMap<>();

        @Override
        void initialise(Type type) {
            if (!initialised.contains(type.number())) {
                super.initialise(type);
                for (Field field : type.fields()) {
                    known.put(field.key(), content(values.get(field.key())));
                }
            }
        }
    }

    /// A pool: its worker is null when it is yet to start, or to start again.
    final class Crew {
        private final boolean isWide;
        private final List<Op> initialiser;
        private final Map<String, Object> given;
        private final Set<Integer> givenTypes;
        private Worker worker;

        Crew(boolean isWide, List<Op> initialiser) {
            this.isWide = isWide;
            this.initialiser = initialiser;
            this.given = copied(program.values);
            this.givenTypes = new HashSet<>(program.initialised);
        }

        /// Whether the next worker has initialised what it needs by the end, nobody knows.
        void kill() {
            worker = null;
            if (initialiser != null) {
                for (int number : typesOf(initialiser)) {
                    initsSure[number] &= givenTypes.contains(number);
                }
            }
        }

        boolean isWide() {
            return isWide;
        }

        /// @param types that the code can reach
        /// @return what is seen, with [#UNSURE] for what cannot be known
        List<Object> run(List<Op> ops, Set<Integer> types, int captured) {
            if (worker == null) {
                worker = new Worker();
                if (initialiser != null) {
                    receive(given, givenTypes, typesOf(initialiser));
                    perform(worker, givenTypes, initialiser, 0);
                }
            }
            receive(program.values, program.initialised, types);
            return perform(worker, program.initialised, ops, captured);
        }

        private void receive(Map<String, Object> values, Set<Integer> from, Set<Integer> types) {
            Map<String, Object> all = new HashMap<>();
            for (int number : types) {
                if (from.contains(number)) {
                    worker.initialised.add(number);
                    for (Field field : plan.types().get(number).fields()) {
                        all.put(field.key(), values.get(field.key()));
                    }
                }
            }
            Map<Object, TreeSet<String>> groups = new IdentityHashMap<>();
            all.forEach(
                    (name, value) -> {
                        if (value instanceof Thing) {
                            groups.computeIfAbsent(value, _ -> new TreeSet<>()).add(name);
                        }
                    });
            Set<String> changed = new HashSet<>();
            for (String name : all.keySet()) {
                if (isNew(name, all.get(name))) {
                    changed.add(name);
                }
            }
            Set<String> together = new HashSet<>();
            groups.values().forEach(group -> together.add(String.join(" ", group)));
            for (String names : List.copyOf(worker.known.keySet())) {
                List<String> apart = List.of(names.split(" "));
                if (apart.size() > 1
                        && !together.contains(names)
                        && all.keySet().containsAll(apart)) {
                    worker.known.remove(names);
                    changed.addAll(apart);
                }
            }
            for (TreeSet<String> group : groups.values()) {
                boolean isNew =
                        group.size() > 1 && isNew(String.join(" ", group), all.get(group.first()));
                if (isNew || group.stream().anyMatch(changed::contains)) {
                    changed.addAll(group);
                }
            }
            all.keySet().retainAll(changed);
            copied(all)
                    .forEach(
                            (name, value) ->
                                    worker.values.put(name, value == THREAD ? ABSENT : value));
        }

        private boolean isNew(String name, Object value) {
            Object now = content(value);
            return !now.equals(worker.known.put(name, now));
        }

        /// Classes may come anew: all else goes then.
        void mayBeginAnew() {
            if (worker == null) {
                return;
            }
            for (Type type : plan.types()) {
                if (worker.initialised.contains(type.number())) {
                    initsSure[type.number()] = false;
                    for (Field field : type.fields()) {
                        if (field.holds() != Holds.SHARED
                                || !program.initialised.contains(type.number())) {
                            worker.values.put(field.key(), UNSURE);
                        }
                    }
                }
            }
        }

        /// Of a class in a wide pool nobody knows how many workers have initialised it, unless it came with the code.
        private void noteUse(Field field, Set<Integer> from) {
            initsSure[field.type()] &= !isWide || from.contains(field.type());
        }

        private List<Object> perform(Worker by, Set<Integer> from, List<Op> ops, int captured) {
            List<Object> seen = new ArrayList<>();
            int own = captured;
            for (Op op : ops) {
                switch (op.what()) {
                    case CAPTURED -> {
                        own += op.n();
                        seen.add(own);
                    }
                    case SAME -> {
                        Object one = by.get(op.field());
                        Object other = by.get(op.other());
                        noteUse(op.field(), from);
                        noteUse(op.other(), from);
                        boolean isSure = one != UNSURE && other != UNSURE;
                        seen.add(isSure ? one == other : UNSURE);
                    }
                    case METHOD -> seen.add(op.n() + method);
                    case THROW -> {
                        return null;
                    }
                    default -> {
                        Object value = by.get(op.field());
                        noteUse(op.field(), from);
                        if (op.what() == Op.What.READ) {
                            seen.add(shown(value));
                        } else {
                            by.values.put(op.field().key(), changed(value, op, true));
                        }
                    }
                }
            }
            return seen;
        }
    }

    /// What is compared.
    private static Object content(Object value) {
        return value instanceof Thing thing ? (Object) thing.n : value;
    }

    /// The same, with objects of its own.
    private static Map<String, Object> copied(Map<String, Object> values) {
        Map<Object, Object> copies = new IdentityHashMap<>();
        Map<String, Object> copied = new HashMap<>();
        values.forEach(
                (name, value) ->
                        copied.put(
                                name,
                                value instanceof Thing thing
                                        ? copies.computeIfAbsent(thing, _ -> new Thing(thing.n))
                                        : value));
        return copied;
    }

    PoolModel(PoolPlan plan) {
        this.plan = plan;
        this.inits = new int[plan.types().size()];
        this.initsSure = new boolean[inits.length];
        for (Type type : plan.types()) {
            initsSure[type.number()] = true;
            if (!type.isLazy()) {
                program.initialise(type);
            }
        }
    }

    static Set<Integer> typesOf(List<Op> ops) {
        Set<Integer> types = new HashSet<>();
        for (Op op : ops) {
            if (op.field() != null) {
                types.add(op.field().type());
            }
            if (op.other() != null) {
                types.add(op.other().type());
            }
        }
        return types;
    }

    Crew crew(boolean isWide, List<Op> initialiser) {
        return new Crew(isWide, initialiser);
    }

    private static Object shown(Object value) {
        return value instanceof Cell cell ? cell.n : content(value);
    }

    private static Object changed(Object value, Op op, boolean isWorker) {
        if (op.field().holds() == Holds.SHARED) {
            if (value instanceof Cell cell) {
                cell.n = op.what() == Op.What.SET ? op.n() : cell.n + op.n();
            }
            return value;
        }
        if (op.field().holds() == Holds.STUCK) {
            return isWorker ? "w" + op.n() : THREAD;
        }
        boolean sets = op.what() == Op.What.SET;
        if (value == UNSURE && (!sets || op.field().holds() == Holds.FINAL_BOX)) {
            return UNSURE;
        }
        if (op.field().holds().isBox()) {
            if (sets && op.field().holds() == Holds.BOX) {
                return new Thing(op.n());
            }
            Thing thing = (Thing) value;
            thing.n = sets ? op.n() : thing.n + op.n();
            return thing;
        }
        if (op.field().holds() != Holds.LIST) {
            return sets ? op.n() : (Object) ((int) value + op.n());
        }
        List<Object> longer = new ArrayList<>(sets ? List.of() : (List<?>) value);
        longer.add(op.n());
        return longer;
    }

    /// The program does it itself.
    void change(Op op) {
        Object value = program.get(op.field());
        if (op.what() != Op.What.READ) {
            program.values.put(op.field().key(), changed(value, op, false));
        }
    }

    /// The program lets two fields refer to one object.
    void alias(Field to, Field from) {
        Object value = program.get(from);
        program.get(to);
        program.values.put(to.key(), value);
    }

    /// The program uses a class.
    void touch(Type type) {
        program.initialise(type);
    }

    void retype(int added) {
        method = added;
    }

    /// How often a class has been initialised, null when that cannot be known.
    Integer inits(Type type) {
        return initsSure[type.number()] ? Integer.valueOf(inits[type.number()]) : null;
    }

    /// All types.
    Set<Integer> all() {
        Set<Integer> all = new HashSet<>();
        plan.types().forEach(type -> all.add(type.number()));
        return all;
    }
}
