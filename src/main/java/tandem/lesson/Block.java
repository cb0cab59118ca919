package tandem.lesson;

import org.commonmark.node.Node;

/// A part of a step.
sealed interface Block {
    /// Something to read.
    record Text(Node node) implements Block {}

    /// Something to type.
    ///
    /// @param code with several lines where they belong together
    /// @param output what the page says that comes of it and of the lines before it in the same fence; null where
    ///     the page says nothing, or another line of the fence follows
    record Line(String code, String output) implements Block {}

    /// Whether what was to be seen can be seen.
    ///
    /// @param condition an expression
    /// @param sentence what it means, in words
    record Check(String condition, String sentence) implements Block {}

    /// Help for who does not get on.
    record Hint(Node node) implements Block {}
}
