package tandem.shapes;

import java.util.Locale;

/// How a program is run.
enum Kind {
    /// A compact source file: `java FILE.java`.
    UNNAMED,
    /// A source file with ordinary classes: `java FILE.java`.
    FILE,
    /// Compiled classes in a folder: `java -cp …`.
    PROJECT,
    /// Typed at the prompt.
    PROMPT,
    /// The same, run by JShell's own JVM.
    LOCAL,
    /// Evaluated by a program that embeds JShell.
    HOST;

    static Kind of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }

    /// Whether it is typed, piece by piece, instead of written into a file.
    boolean isTyped() {
        return this == PROMPT || this == LOCAL || this == HOST;
    }

    /// Whether programs of a batch see each other's names.
    boolean sharesNames() {
        return isTyped() || this == PROJECT;
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
