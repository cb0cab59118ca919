package tandem.chaos;

/// What a worker is doing, as it notes it down before it does it.
///
/// The first three are waits for locks whose holders put their stamp on the board.
enum Step {
    LEDGER("waits for the ledger"),
    UNIFORM("waits for the uniform array"),
    ACCOUNTS("waits for the lock of the accounts"),
    TALLY("adds to the tally"),
    GATE("uses the gate"),
    BELL("waits for the bell"),
    PERMIT("uses a permit"),
    MARKET("uses the market"),
    READING("reads the page"),
    WRITING("writes the page"),
    QUEUE("waits in the queue"),
    MEETING("comes to the meeting"),
    BELT("uses the belt"),
    TILL("calls the till"),
    HOLDING("works while it holds a lock"),
    STARTING("starts"),
    ENDING("ends");

    /// How many of them are locks with stamps.
    static final int LOCKS = 3;

    final String text;

    Step(String text) {
        this.text = text;
    }
}
