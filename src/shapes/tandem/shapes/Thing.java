package tandem.shapes;

/// An object that a shape offers to others, to be held, captured and returned.
///
/// @param type of it
/// @param expression that gives it, anywhere in the program outside of its types
/// @param show an expression for what is to be seen of it, with `$` in its place
record Thing(String type, String expression, String show) {
    /// What is to be seen of an object of this type.
    ///
    /// @param expression that gives it as whatever type
    String seen(String expression) {
        return show.replace("$", "((%s) %s)".formatted(type, expression));
    }
}
