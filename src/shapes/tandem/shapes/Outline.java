package tandem.shapes;

import java.util.List;

/// What a program is drawn from. The same outline gives the same program.
interface Outline {
    /// A run with this seed, and this kind, begins with it.
    long seed();

    Kind kind();

    /// Whether the main method belongs to an instance.
    boolean hasThis();

    /// The text of a source file.
    ///
    /// @param name of the main class
    /// @param suffix what makes its names its own in a batch
    String file(String name, String suffix);

    /// Snippets in the order of typing.
    List<String> snippets(String suffix);

    /// All outlines that are smaller by one step, those that leave out most first.
    List<? extends Outline> smaller();

    /// What is in it, in a line.
    String contents();

    /// The options that draw it again, besides seed and kind.
    String options();

    /// Whether it may end with an exception where it computes by itself.
    boolean mayThrow();
}
