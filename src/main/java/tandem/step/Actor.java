package tandem.step;

import tandem.sync.Halt;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/// A thread of a program that is run step by step: of a worker, or of its main process.
public final class Actor {
    /// What it does.
    enum State {
        /// Its process is being started, or it runs to its next halt.
        RUNS,
        /// It halts before an access.
        HALTS,
        /// It waits within an access.
        WAITS,
        /// It is the main process, and its program has run.
        IDLES,
        /// It has ended, and its process has not, or nobody has said so.
        GONE,
        /// Its process has ended.
        ENDED
    }

    final int holder;

    /// The holder bits of the process that has spawned its own, which tells its end.
    final int parent;

    /// Whether its parent ends without waiting for it.
    boolean isServant;

    private final int number;
    private final String name;

    SocketChannel channel;
    long pid;
    State state = State.RUNS;
    int exitCode;

    /// What it halts before.
    String object = "";

    String words = "";
    Halt.When when = Halt.When.ALWAYS;
    boolean isReady;

    /// Whether it halts before it sees the end of a worker, for which it waits.
    boolean isJoining;

    /// What the access touches that it halts before, as [Halt] says it.
    String touches = "";

    String place = "";

    /// When its time is over, in the time of the program.
    double due;

    /// Whether it waits for a limited time.
    boolean isTimed;

    /// Whether it has been asked to look whether its wait is over.
    boolean isLooking;

    /// Its last step, of which it has not told yet what it gave.
    Step last;

    Actor(int number, String name, int holder, int parent) {
        this.number = number;
        this.name = name;
        this.holder = holder;
        this.parent = parent;
    }

    /// By which a schedule calls it: 0 for the main process.
    public int number() {
        return number;
    }

    public String name() {
        return name;
    }

    public boolean isMain() {
        return number == 0;
    }

    /// Whether it has come to an access.
    public boolean isHalting() {
        return state == State.HALTS;
    }

    /// Whether it can go on, and has what it asks for.
    public boolean isReady() {
        return state == State.HALTS && isReady;
    }

    /// Whether it can go on when its time is over, without what it asks for.
    public boolean isLater() {
        return state == State.HALTS
                        && !isReady
                        && (when == Halt.When.TIMED || when == Halt.When.LATER)
                || state == State.WAITS && isTimed;
    }

    public boolean isOver() {
        return state == State.ENDED;
    }

    /// What comes next, in words: `array-1.set(0, 6)`.
    public String next() {
        return switch (state) {
            case RUNS -> "runs";
            case HALTS -> action();
            case WAITS -> "in " + (last == null ? object : last.action());
            case IDLES -> "has run";
            case GONE -> "ends";
            case ENDED -> ended();
        };
    }

    private String ended() {
        if (exitCode < 0) {
            return "killed by signal " + -exitCode;
        }
        return exitCode == 0 ? "has ended" : "ended with " + exitCode;
    }

    String action() {
        return object.isEmpty() ? words : object + "." + words;
    }

    /// The line of the program that it is in: `WorkB.java:14`, empty when that is not known.
    public String place() {
        return state == State.HALTS ? place : "";
    }

    void send(byte answer) {
        ByteBuffer one = ByteBuffer.wrap(new byte[] {answer});
        try {
            channel.write(one);
        } catch (IOException e) {
            // Its end is seen when it is read from.
        }
    }
}
