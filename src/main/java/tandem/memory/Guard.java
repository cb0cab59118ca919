package tandem.memory;

/// Where the lock is that guards a shared object, in the order of the numbers in the header.
public enum Guard {
    NONE,

    /// The lock word of its own file.
    OWN,

    /// That of another object.
    ELSEWHERE
}
