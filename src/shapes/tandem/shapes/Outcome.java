package tandem.shapes;

import java.util.List;

/// What a program has printed.
///
/// @param there what the code computed in another JVM, null when it did not come to that
/// @param here what it computed in its own
/// @param isCompiled whether the compiler took it, and it was begun
/// @param rest everything else that it printed
record Outcome(String there, String here, boolean isCompiled, String rest) {
    private static final String THERE = "there: ";
    private static final String HERE = "here:  ";

    /// JShell's local execution rewrites what is typed, and cannot where two of its classes meet in one
    /// variable.
    private static final String LOCAL_LIMIT = "Could not resolve class $JShell$";

    static Outcome of(List<String> lines) {
        String there = null;
        String here = null;
        boolean isCompiled = true;
        StringBuilder rest = new StringBuilder();
        for (String line : lines) {
            if (line.startsWith(THERE)) {
                there = line.substring(THERE.length());
            } else if (line.startsWith(HERE)) {
                here = line.substring(HERE.length());
            } else {
                rest.append(line).append('\n');
                isCompiled &=
                        !line.equals(Runner.SILENT)
                                && !line.startsWith(Runner.UNCOMPILED)
                                && !line.startsWith("Error:");
            }
        }
        return new Outcome(there, here, isCompiled, rest.toString());
    }

    /// Whether the code computed something else there than here, or nothing.
    boolean differs() {
        return !(here == null && rest.contains(LOCAL_LIMIT))
                && (here == null || !here.equals(there));
    }

    @Override
    public String toString() {
        return "there: %s%nhere:  %s%n%s".formatted(there, here, rest);
    }
}
