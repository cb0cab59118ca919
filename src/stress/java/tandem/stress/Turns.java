package tandem.stress;

/// Lets the two actors of a state wait for each other, for what they share beyond the state: the
/// harness makes states by the thousand, too many for each to have a lock or a file of its own.
///
/// Spins, as a sleeping actor would hardly ever race.
final class Turns {
    private volatile int done;

    /// Called by one actor only, or by one after the other.
    void take() {
        done = done + 1;
    }

    void await(int turns) {
        while (done < turns) {
            Thread.onSpinWait();
        }
    }
}
