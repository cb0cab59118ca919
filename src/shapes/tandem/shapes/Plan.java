package tandem.shapes;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/// What a program is drawn from: the shapes in it, and how it is written. The same plan gives the same
/// program; a smaller plan, a smaller one.
///
/// @param seed of the program
/// @param way how its code gets to another JVM
/// @param hasThis whether fields, methods and members belong to an instance
/// @param scattered whether types lie beside the main class, and lines at the prompt outside of methods
record Plan(
        long seed,
        Kind kind,
        Way way,
        boolean hasThis,
        boolean scattered,
        Program.Form form,
        List<Part> parts)
        implements Outline {
    private static final int MOST_PARTS = 6;

    /// One shape of a program.
    ///
    /// @param number of the shape in the program
    /// @param refused the questions of the shape that are answered with no
    /// @param questions how many it has asked when it was last drawn, in one element
    record Part(int number, String shape, long seed, Set<Integer> refused, int[] questions) {
        void asked(int count) {
            questions[0] = count;
        }

        private Part without(int question) {
            Set<Integer> more = new TreeSet<>(refused);
            more.add(question);
            return new Part(number, shape, seed, more, new int[1]);
        }
    }

    /// A random plan.
    ///
    /// @param ways of which it may have any that its kind can have
    static Plan of(long seed, Kind kind, List<Way> ways) {
        Random random = new Random(seed * 0x9E3779B97F4A7C15L + 0x632BE59BD9B4E019L);
        boolean hasThis = random.nextInt(3) > 0 && !kind.isTyped();
        boolean scattered = random.nextBoolean() && kind != Kind.UNNAMED;
        Program.Form form = Program.Form.values()[random.nextInt(Program.Form.values().length)];
        List<String> names = Catalogue.names();
        int count = 1 + random.nextInt(MOST_PARTS);
        List<Part> parts = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            String shape = names.get(random.nextInt(names.size()));
            parts.add(new Part(i, shape, random.nextLong(), Set.of(), new int[1]));
        }
        List<Way> possible = new ArrayList<>(Way.of(kind));
        possible.retainAll(ways);
        Way way = possible.isEmpty() ? Way.CALL : possible.get(random.nextInt(possible.size()));
        return new Plan(seed, kind, way, hasThis, scattered, form, parts);
    }

    /// Draws the program.
    ///
    /// @param suffix what makes its names its own in a batch
    Program draw(String suffix) {
        boolean isReference = form == Program.Form.REFERENCE && way != Way.CALL;
        Program program =
                Program.empty(
                        hasThis && !way.isByItem(),
                        !way.isByItem(),
                        suffix,
                        isReference ? Program.Form.LAMBDA : form);
        for (Part part : parts) {
            Catalogue.shape(part.shape())
                    .add(new Draft(part, program, List.copyOf(program.offers())));
        }
        return program;
    }

    @Override
    public List<Plan> smaller() {
        List<Plan> plans = new ArrayList<>();
        if (parts.size() > 2) {
            plans.add(with(parts.subList(0, parts.size() / 2)));
            plans.add(with(parts.subList(parts.size() / 2, parts.size())));
        }
        for (int i = 0; parts.size() > 1 && i < parts.size(); i++) {
            List<Part> rest = new ArrayList<>(parts);
            rest.remove(i);
            plans.add(with(rest));
        }
        if (way != Way.CALL) {
            plans.add(new Plan(seed, kind, Way.CALL, hasThis, scattered, form, parts));
        }
        if (form != Program.Form.LAMBDA) {
            plans.add(new Plan(seed, kind, way, hasThis, scattered, Program.Form.LAMBDA, parts));
        }
        if (scattered) {
            plans.add(new Plan(seed, kind, way, hasThis, false, form, parts));
        }
        if (hasThis) {
            plans.add(new Plan(seed, kind, way, false, scattered, form, parts));
        }
        IntStream.range(0, parts.size()).forEach(i -> addThinner(plans, i));
        return plans;
    }

    private void addThinner(List<Plan> plans, int index) {
        Part part = parts.get(index);
        for (int question = 0; question < part.questions()[0]; question++) {
            if (!part.refused().contains(question)) {
                List<Part> thinner = new ArrayList<>(parts);
                thinner.set(index, part.without(question));
                plans.add(with(thinner));
            }
        }
    }

    private Plan with(List<Part> others) {
        return new Plan(seed, kind, way, hasThis, scattered, form, List.copyOf(others));
    }

    /// The shapes in it.
    @Override
    public String contents() {
        return String.join(" ", parts.stream().map(Part::shape).toList());
    }

    @Override
    public String options() {
        return "--way " + way.word();
    }

    @Override
    public String file(String name, String suffix) {
        return new Writer(this, name, suffix).file();
    }

    @Override
    public List<String> snippets(String suffix) {
        return new Writer(this, "Differs", suffix).snippets();
    }

    @Override
    public boolean mayThrow() {
        return draw("").ending() != null;
    }

    /// The names of all kinds in order, for a usage.
    static String kinds() {
        return String.join(" ", Arrays.stream(Kind.values()).map(Kind::word).toList());
    }
}
