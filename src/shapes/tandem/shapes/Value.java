package tandem.shapes;

/// A value of the JDK that a field or variable holds.
///
/// @param type of the variable
/// @param make an expression for it
/// @param show an expression for what is to be seen of it, with `$` in its place
/// @param change a statement that changes what the variable `$` holds, or nothing
record Value(String type, String make, String show, String change) {
    String seen(String expression) {
        return show.replace("$", expression);
    }

    String changed(String expression) {
        return change.replace("$", expression);
    }
}
