package tandem.record;

/// What a thread does to one object, span after span. Short ones that follow each other are summed up.
final class Spans {
    static final long SHORT_NANOS = 100_000;
    static final long LONGEST_SUM_NANOS = 10_000_000;

    /// Null when only Flight Recorder runs.
    private final RecordFile file;

    private final Kind kind;
    private final long thread;
    private final int threadName;
    private final int object;

    /// The last span, 0 before the first.
    private long number;

    private long began;
    private long ended;

    /// When the clock was read for how long it takes: after all that is written at its beginning.
    private long openSince;

    private boolean isOpen;
    private boolean isShort;
    private int by;
    private int count;
    private int timed;
    private long nanos;

    Spans(RecordFile file, Kind kind, Thread thread, String object) {
        this.file = file;
        this.kind = kind;
        this.thread = thread.threadId();
        this.threadName = file == null ? 0 : file.text(thread.getName());
        this.object = file == null ? 0 : file.text(object);
    }

    synchronized boolean isOpen() {
        return isOpen;
    }

    /// @param by as a text, 0 for nobody
    synchronized void begin(long now, int by) {
        boolean isSum = isShort && now - ended < SHORT_NANOS && now - began < LONGEST_SUM_NANOS;
        isOpen = true;
        if (isSum) {
            this.by = by == this.by ? by : 0;
            count++;
            write(0);
        } else {
            began = now;
            this.by = by;
            count = 1;
            timed = 0;
            nanos = 0;
            number = file == null ? 0 : file.begin(kind, now, thread, threadName, object, by, 0);
        }
        openSince = kind == Kind.HOLDS ? System.nanoTime() : now;
    }

    /// Begins one that is summed up with none before.
    synchronized void beginAnew(long now) {
        isShort = false;
        begin(now, 0);
    }

    synchronized void end(long now) {
        if (isOpen) {
            isOpen = false;
            isShort = now - openSince < SHORT_NANOS;
            nanos += now - openSince;
            timed++;
            ended = now;
            write(now);
        }
    }

    /// Adds some that were short and over, of which nobody knows how long they were, to the last one.
    ///
    /// @param last the latest time at which one of them may have ended
    synchronized void add(int more, long last) {
        if (number != 0 && more > 0) {
            count += more;
            ended = Math.max(ended, last);
            isShort = true;
            write(isOpen ? 0 : ended);
        }
    }

    /// Adds some that were short and over, and took so long in all, which only they have taken.
    synchronized void add(int more, long first, long last, long took) {
        if (!isOpen && more > 0) {
            begin(first, 0);
            isOpen = false;
            count += more - 1;
            timed += more;
            nanos += took;
            ended = last;
            isShort = true;
            write(last);
        }
    }

    private void write(long end) {
        if (file != null) {
            file.change(number, count, timed, nanos, by, end);
        }
    }
}
