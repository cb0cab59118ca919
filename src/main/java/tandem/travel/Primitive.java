package tandem.travel;

/// A value of a primitive type: it has no identity to be kept, as the box around it would.
record Primitive(Object value) {}
