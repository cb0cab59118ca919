package tandem.travel;

/// The form in which objects travel: a list of instructions that build a graph of objects, in an order
/// in which each one can be done when it is reached. [GraphWriter] finds the order, [GraphReader]
/// follows it, neither by recursion, so that a graph may be as deep as it likes.
///
///     CLASS       id name                           a class, by name
///     TEXT        id form characters                a string
///     BOX         id value                          a number, character or boolean, as an object
///     NUMBERS     id type count bytes               an array of a primitive type
///     CONSTANT    id class name                     a constant of an enum that both sides have
///     SHARED      id name                           a shared object, attached
///     KNOWN       id kind text                      what a text says all of: a path, a logger …
///     ARRAY       id type count                     an array of references, still empty
///     NEW         id class                          an object without its state
///     NEW_CONSTANT id class name ordinal            a constant of an enum of the program
///     FILL        id levels                         its state, class by class from the top down
///     ELEMENTS    id references                     the elements of an array
///     STATICS     class names and references        the static fields of a class of the program
///     RESOLVE     id                                what stands for an object that has been read
///     LAMBDA      id …                              a lambda, with what it captures
///     RECORD      id class references               a record, made by its constructor
///     PROXY, OPTIONAL, ENTRY, THREAD_LOCAL, FORMATTER, MEMBER
///                 id references                     made of these parts
///     ABSENT      id class field sentence           a field whose value could not travel
///     END         references                        the objects that were sent
///
/// A reference is a byte that says what follows: the number of an object, or a small value itself.
/// Objects exist when they are made (`NEW`), and are complete when they are filled. Fields of the
/// program's classes need what they refer to to exist; objects of the JDK, which may ask for a hash
/// when they are filled, come after what they refer to is complete, wherever there is such an order.
final class Graph {
    static final int END = 0;
    static final int CLASS = 1;
    static final int TEXT = 2;
    static final int BOX = 3;
    static final int NUMBERS = 4;
    static final int CONSTANT = 5;
    static final int SHARED = 6;
    static final int KNOWN = 7;
    static final int ARRAY = 8;
    static final int NEW = 9;
    static final int NEW_CONSTANT = 10;
    static final int FILL = 11;
    static final int ELEMENTS = 12;
    static final int STATICS = 13;
    static final int RESOLVE = 14;
    static final int LAMBDA = 15;
    static final int RECORD = 16;
    static final int PROXY = 17;
    static final int OPTIONAL = 18;
    static final int ENTRY = 19;
    static final int THREAD_LOCAL = 20;
    static final int ABSENT = 21;
    static final int FORMATTER = 22;
    static final int MEMBER = 23;

    /// What a reference begins with.
    static final int NULL = 0;

    static final int OBJECT = 1;
    static final int FALSE = 2;
    static final int TRUE = 3;
    static final int BYTE = 4;
    static final int SHORT = 5;
    static final int CHAR = 6;
    static final int INT = 7;
    static final int LONG = 8;
    static final int FLOAT = 9;
    static final int DOUBLE = 10;

    /// How the state of one class of an object's classes is written.
    static final int FIELDS = 0;

    static final int SERIAL_FORM = 1;

    private Graph() {}
}
