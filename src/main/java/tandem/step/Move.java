package tandem.step;

/// One move of a schedule: what is done with a worker, or with the main process, which can only step.
///
/// @param number of the worker, as they were spawned, from 1; 0 is the main process
public record Move(Kind kind, int number) {
    public enum Kind {
        /// It makes its next step.
        STEP(""),
        KILL("k"),
        TERMINATE("t");

        private final String letter;

        Kind(String letter) {
            this.letter = letter;
        }
    }

    /// The move that lets a worker make its next step.
    public static Move step(int number) {
        return new Move(Kind.STEP, number);
    }

    @Override
    public String toString() {
        return kind.letter + (number < 10 ? number : "(" + number + ")");
    }
}
