package tandem.shapes;

/// A shape of code and state that programs are made of. To add one, write a method that takes a
/// [Draft], and name it in the [Catalogue].
@FunctionalInterface
interface Shape {
    /// Adds declarations, statements and what is to be seen of them to a program.
    void add(Draft draft);
}
