package tandem.shapes;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// What a program about pools is drawn from: classes with static fields, tasks that read and change these,
/// and steps that make pools, give tasks to them, kill workers, and change the fields in the program.
///
/// @param seed of the program
/// @param types with static fields
/// @param tasks that pools are given, more than once
/// @param steps in their order
record PoolPlan(long seed, Kind kind, List<Type> types, List<Task> tasks, List<Step> steps)
        implements Outline {
    private static final int POOLS = 2;
    private static final int MOST_KILLS = 2;

    /// What a static field holds.
    enum Holds {
        INT,
        LIST,
        /// An object of a class of the program.
        BOX,
        FINAL_BOX,
        FUNCTION,
        /// Not in a static field, but in one of a constant of an enum.
        CONSTANT,
        SHARED,
        /// What cannot travel.
        STUCK;

        boolean isBox() {
            return this == BOX || this == FINAL_BOX;
        }
    }

    /// A static field.
    ///
    /// @param first the number that it begins with
    record Field(int type, int number, Holds holds, int first) {
        String key() {
            return type + "." + number;
        }
    }

    /// A class with static fields.
    ///
    /// @param isLazy whether the program has not used it when it begins
    record Type(int number, boolean isEnum, boolean isLazy, List<Field> fields) {}

    /// What is done with a static field, or with something else.
    ///
    /// @param other a field that is compared with it, else null
    record Op(What what, Field field, int n, Field other) {
        Op(What what, Field field, int n) {
            this(what, field, n, null);
        }

        enum What {
            READ,
            /// Depends on what is there.
            ADD,
            /// Does not depend on it.
            SET,
            /// Whether two fields refer to one object.
            SAME,
            /// Adds to what was captured, and reads it.
            CAPTURED,
            /// Calls a method of the prompt.
            METHOD,
            THROW
        }
    }

    /// Code for pools.
    record Task(int number, List<Op> ops) {}

    /// What happens next.
    sealed interface Step {}

    /// Makes a pool, of one worker, or of two when it `isWide`.
    ///
    /// @param initialiser null for none
    record Make(int pool, boolean isWide, List<Op> initialiser) implements Step {}

    /// Does something in the program.
    record Change(Op op) implements Step {}

    /// Lets two fields refer to one object.
    record Alias(Field to, Field from) implements Step {}

    /// Gives a pool a task.
    record Run(int pool, Task task, int way) implements Step {}

    /// Gives a pool an object of a class that the code does not name.
    record Give(int pool, Type type, int n) implements Step {}

    /// Changes what tasks capture.
    record Recapture(int n) implements Step {}

    /// Types a method anew.
    record Retype(int n) implements Step {}

    record Kill() implements Step {}

    /// A random plan.
    static PoolPlan of(long seed, Kind kind) {
        return new Dice(seed, kind).plan();
    }

    /// Where a random plan comes from.
    private static final class Dice {
        private final Random random;
        private final long seed;
        private final Kind kind;
        private final List<Type> types = new ArrayList<>();
        private int last = 10;

        Dice(long seed, Kind kind) {
            this.seed = seed;
            this.kind = kind;
            this.random = new Random(seed * 0x9E3779B97F4A7C15L + 0x1234567);
        }

        private boolean oneIn(int n) {
            return random.nextInt(n) == 0;
        }

        private <T> T any(List<T> all) {
            return all.get(random.nextInt(all.size()));
        }

        /// Mostly one that has not been there; else one that may have been.
        private int number(boolean isAlone) {
            return isAlone && oneIn(3) ? 1 + random.nextInt(2) : ++last;
        }

        PoolPlan plan() {
            int count = 1 + random.nextInt(3);
            for (int i = 0; i < count; i++) {
                types.add(type(i));
            }
            boolean isWide = oneIn(5);
            List<Task> tasks = new ArrayList<>();
            for (int i = 0; i < 2 + random.nextInt(3); i++) {
                tasks.add(new Task(i, ops(!isWide)));
            }
            List<Step> steps = new ArrayList<>();
            steps.add(new Make(0, isWide, initialiser()));
            int kills = 0;
            for (int i = 0; i < 4 + random.nextInt(9); i++) {
                Step step = step(tasks, isWide);
                if (!(step instanceof Kill) || kills++ < MOST_KILLS) {
                    steps.add(step);
                }
            }
            return new PoolPlan(seed, kind, types, tasks, steps);
        }

        private Type type(int number) {
            boolean isEnum = oneIn(4);
            boolean isLazy = oneIn(3);
            List<Field> fields = new ArrayList<>();
            if (isEnum) {
                fields.add(new Field(number, 0, Holds.CONSTANT, ++last));
            }
            int count = fields.size() + 1 + random.nextInt(2);
            while (fields.size() < count) {
                Holds holds = any(List.of(Holds.values()));
                if (holds != Holds.CONSTANT && !(holds == Holds.STUCK && isLazy)) {
                    fields.add(new Field(number, fields.size(), holds, ++last));
                }
            }
            return new Type(number, isEnum, isLazy, fields);
        }

        private Field field() {
            return any(any(types).fields());
        }

        private List<Op> ops(boolean mayChange) {
            List<Op> ops = new ArrayList<>();
            for (int i = 0; i < 1 + random.nextInt(4); i++) {
                int n = 2 + random.nextInt(97);
                switch (random.nextInt(8)) {
                    case 0 -> ops.add(change(n, mayChange));
                    case 1, 2 -> {
                        Op change = change(n, mayChange);
                        ops.add(change);
                        ops.add(new Op(Op.What.READ, change.field(), 0));
                    }
                    case 3 -> {
                        if (boxes().size() > 1) {
                            ops.add(new Op(Op.What.SAME, any(boxes()), 0, any(boxes())));
                        }
                        ops.add(new Op(Op.What.CAPTURED, null, mayChange ? n : 0));
                    }
                    case 4 ->
                            ops.add(
                                    kind.isTyped()
                                            ? new Op(Op.What.METHOD, null, n)
                                            : new Op(Op.What.READ, field(), 0));
                    default -> ops.add(new Op(Op.What.READ, field(), 0));
                }
            }
            if (mayChange && oneIn(8)) {
                ops.add(new Op(Op.What.THROW, null, 0));
            }
            return ops;
        }

        private List<Field> boxes() {
            return types.stream()
                    .flatMap(type -> type.fields().stream())
                    .filter(field -> field.holds().isBox())
                    .toList();
        }

        private Op change(int n, boolean mayChange) {
            Op.What what = oneIn(2) ? Op.What.ADD : Op.What.SET;
            return new Op(mayChange ? what : Op.What.READ, field(), n);
        }

        private List<Op> initialiser() {
            if (oneIn(3)) {
                return null;
            }
            List<Op> ops = new ArrayList<>();
            for (int i = 0; i < 1 + random.nextInt(2); i++) {
                Field field = field();
                if (field.holds() != Holds.SHARED) {
                    ops.add(new Op(oneIn(2) ? Op.What.ADD : Op.What.SET, field, ++last));
                }
            }
            return ops;
        }

        private Step step(List<Task> tasks, boolean isWide) {
            int pool = random.nextInt(4) == 0 ? 1 : 0;
            return switch (random.nextInt(17)) {
                case 0 -> new Make(1, isWide, initialiser());
                case 1, 2, 3, 4 -> {
                    Op.What what =
                            any(List.of(Op.What.READ, Op.What.ADD, Op.What.SET, Op.What.SET));
                    yield new Change(new Op(what, field(), number(!isWide)));
                }
                case 5 -> new Recapture(++last);
                case 6 -> {
                    Type type = any(types);
                    yield type.isEnum()
                            ? new Recapture(++last)
                            : new Give(pool, type, isWide ? 0 : 2 + random.nextInt(97));
                }
                case 7 -> kind.isTyped() ? new Retype(++last) : new Recapture(++last);
                case 9 -> {
                    List<Field> to =
                            boxes().stream().filter(box -> box.holds() == Holds.BOX).toList();
                    yield to.isEmpty() ? new Recapture(++last) : new Alias(any(to), any(boxes()));
                }
                case 8 -> oneIn(2) ? new Kill() : new Recapture(++last);
                default -> new Run(pool, any(tasks), random.nextInt(PoolWriter.WAYS));
            };
        }
    }

    @Override
    public boolean hasThis() {
        return false;
    }

    @Override
    public String file(String name, String suffix) {
        return new PoolWriter(this, suffix).file(name);
    }

    @Override
    public List<String> snippets(String suffix) {
        return new PoolWriter(this, suffix).snippets();
    }

    /// Without steps, operations, or what makes them less simple.
    @Override
    public List<PoolPlan> smaller() {
        List<PoolPlan> plans = new ArrayList<>();
        int size = steps.size();
        if (size > 3) {
            plans.add(with(tasks, steps.subList(0, size / 2)));
        }
        for (int i = size - 1; i >= 0; i--) {
            List<Step> fewer = new ArrayList<>(steps);
            int at = i;
            Step step = fewer.remove(i);
            plans.add(with(tasks, fewer));
            if (step instanceof Make make) {
                if (make.isWide) {
                    plans.add(with(i, new Make(make.pool, false, make.initialiser)));
                }
                if (make.initialiser != null) {
                    plans.add(with(i, new Make(make.pool, make.isWide, null)));
                    without(make.initialiser)
                            .forEach(
                                    ops ->
                                            plans.add(
                                                    with(
                                                            at,
                                                            new Make(
                                                                    make.pool, make.isWide, ops))));
                }
            }
            if (step instanceof Run run && run.way != 0) {
                plans.add(with(i, new Run(run.pool, run.task, 0)));
            }
        }
        for (int i = 0; i < tasks.size(); i++) {
            Task task = tasks.get(i);
            for (List<Op> ops : without(task.ops)) {
                plans.add(replacing(task, new Task(task.number, ops)));
            }
        }
        return plans;
    }

    private static List<List<Op>> without(List<Op> ops) {
        List<List<Op>> all = new ArrayList<>();
        for (int i = 0; i < ops.size(); i++) {
            List<Op> fewer = new ArrayList<>(ops);
            fewer.remove(i);
            all.add(fewer);
        }
        return all;
    }

    private PoolPlan replacing(Task task, Task other) {
        return with(
                tasks.stream().map(each -> each == task ? other : each).toList(),
                steps.stream()
                        .map(
                                step ->
                                        step instanceof Run run && run.task == task
                                                ? (Step) new Run(run.pool, other, run.way)
                                                : step)
                        .toList());
    }

    private PoolPlan with(int index, Step step) {
        List<Step> others = new ArrayList<>(steps);
        others.set(index, step);
        return with(tasks, others);
    }

    private PoolPlan with(List<Task> someTasks, List<Step> someSteps) {
        return new PoolPlan(seed, kind, types, someTasks, List.copyOf(someSteps));
    }

    @Override
    public String contents() {
        return String.join(
                " ", steps.stream().map(step -> step.getClass().getSimpleName()).toList());
    }

    @Override
    public String options() {
        return "--of pools";
    }

    @Override
    public boolean mayThrow() {
        return false;
    }
}
