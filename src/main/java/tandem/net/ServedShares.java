package tandem.net;

import static tandem.net.ServedTurn.NEVER;

import tandem.memory.Arguments;
import tandem.memory.Notice;
import tandem.memory.Trace;
import tandem.memory.WaitCounts;
import tandem.net.Link.Channel;
import tandem.net.ServedTurn.Wanted;
import tandem.sync.Sharing;
import tandem.sync.UnreachableException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The shares of a read-write lock on a server.
final class ServedShares extends Sharing {
    /*
     * Overview. As with a lock (see ServedLock), each time that a thread wants a share anew, it does so by an
     * attempt, which is what its share is called there; how often it has taken it, to read and to write, is
     * known here alone. Who writes may read as well: the server knows it as one that writes, until it gives
     * write() back and goes on as a reader, which is one step there.
     *
     * A hold is read and written by its thread alone; one of a thread that has ended goes to who takes it out
     * of `holds`.
     */
    private static final String FORGO = "forgoshare";
    private static final Wanted READING = new Wanted("read()", "share", FORGO, new byte[] {'R'});
    private static final Wanted WRITING = new Wanted("write()", "share", FORGO, new byte[] {'W'});
    private static final byte[] NOTHING = {};
    private static final byte[] AS_READER = {'R'};

    private static final class Hold {
        final byte[] attempt;
        int reads;
        int writes;

        /// Whether the server says that one who wrote has died, and no writer was told.
        boolean isToTell;

        /// Whether this one was told.
        boolean recovered;

        Hold(byte[] attempt) {
            this.attempt = attempt;
        }

        int count(Access access) {
            return access == Access.READ ? reads : writes;
        }

        void add(Access access, int many) {
            if (access == Access.READ) {
                reads = Math.addExact(reads, many);
            } else {
                writes = Math.addExact(writes, many);
            }
        }
    }

    private final Member member;
    private final Served object;
    private final byte[] id;
    private final Map<Thread, Hold> holds = new ConcurrentHashMap<>();
    private WaitCounts waits = new WaitCounts(0, 0, 0);

    ServedShares(Member member, Served object) {
        this.member = member;
        this.object = object;
        this.id = Link.ascii(object.id());
    }

    @Override
    public void acquire(Access access) {
        take(access, NEVER, "acquire()");
    }

    @Override
    public boolean acquire(Access access, Duration time) {
        Arguments.required(time, "the time");
        return time.isPositive()
                ? take(access, ServedWait.end(time), "acquire(…)")
                : take(access, "acquire(…)");
    }

    @Override
    public boolean tryAcquire(Access access) {
        return take(access, "tryAcquire()");
    }

    /// At once.
    private boolean take(Access access, String call) {
        if (takeAgain(access, call)) {
            return true;
        }
        ServedTurn turn = new ServedTurn(member, object, wanted(access));
        Answer answer = turn.ask();
        if (answer != null) {
            enter(access, turn, answer);
        }
        return answer != null;
    }

    private boolean take(Access access, long end, String call) {
        if (takeAgain(access, call)) {
            return true;
        }
        ServedTurn turn = new ServedTurn(member, object, wanted(access));
        Answer answer = turn.await(end, () -> false, () -> false);
        count(turn.waitedNanos());
        if (answer != null) {
            enter(access, turn, answer);
        }
        return answer != null;
    }

    private static Wanted wanted(Access access) {
        return access == Access.READ ? READING : WRITING;
    }

    private synchronized void count(long nanos) {
        if (nanos > 0) {
            waits = waits.plus(new WaitCounts(1, nanos, nanos));
        }
    }

    private void enter(Access access, ServedTurn turn, Answer answer) {
        Hold own = new Hold(turn.attempt());
        own.add(access, 1);
        own.isToTell = answer.bytes().length > 0 && answer.bytes()[0] == '1';
        holds.put(Thread.currentThread(), own);
        if (own.isToTell) {
            Notice.say(
                    "tandem: %s has died, or was away, and wrote %s: what it guards may be half-written"
                            .formatted(
                                    answer.fields()[0].substring(1).replaceFirst("^held by ", ""),
                                    object.name()));
        }
    }

    /// @return whether this thread has a share, and has taken it once more
    private boolean takeAgain(Access access, String call) {
        Hold own = own();
        if (own == null) {
            return false;
        }
        if (access == Access.WRITE && own.writes == 0) {
            throw wouldWaitForItself(call, self(), object.name());
        }
        own.add(access, 1);
        return true;
    }

    private String self() {
        return "%s (pid %d)".formatted(member.name(), ProcessHandle.current().pid());
    }

    /// The hold of this thread, null when it has none; that of a thread which has ended becomes its own.
    private Hold own() {
        Hold own = holds.get(Thread.currentThread());
        if (own == null) {
            for (Thread other : holds.keySet()) {
                Hold left = other.isAlive() ? null : holds.remove(other);
                if (left != null) {
                    holds.put(Thread.currentThread(), left);
                    return left;
                }
            }
        }
        return own;
    }

    @Override
    public void release(Access access) {
        Hold own = own();
        if (own == null || own.count(access) == 0) {
            throw notOwner(access, self(), object.name(), holders());
        }
        own.add(access, -1);
        own.recovered &= own.count(access) > 0;
        boolean isOver = own.reads + own.writes == 0;
        if (isOver) {
            holds.remove(Thread.currentThread());
        }
        if (isOver || access == Access.WRITE && own.writes == 0) {
            giveBack(access, own, isOver ? NOTHING : AS_READER);
        }
    }

    /// @param left as what it goes on
    private void giveBack(Access access, Hold own, byte[] left) {
        String words = access.call() + ".release()";
        Channel channel = member.takeChannel();
        Answer answer;
        try {
            answer = member.once(channel, words, "unshare", id, own.attempt, left);
        } catch (UnreachableException e) {
            holds.remove(Thread.currentThread());
            ServedTurn.forgoLater(member, channel, FORGO, id, own.attempt);
            throw e;
        } catch (IllegalStateException e) {
            member.giveChannel(channel);
            throw e;
        }
        member.giveChannel(channel);
        require(answer, words);
    }

    private void require(Answer answer, String words) {
        if (answer.is(Answer.FENCED)) {
            holds.remove(Thread.currentThread());
            throw Trace.trim(
                    new IllegalMonitorStateException(
                            "%s is not held by thread %s any more: this process was away for longer than %s waits, and others may have written since"
                                    .formatted(
                                            object.name(),
                                            Thread.currentThread().getName(),
                                            object.server())));
        }
        if (!answer.is(Answer.DONE)) {
            throw object.refusal(answer, words);
        }
    }

    @Override
    public boolean isRecovered(Access access) {
        Hold own = own();
        if (own.isToTell) {
            own.recovered = true;
            if (access == Access.WRITE) {
                require(member.once("hold()", "sharetold", id, own.attempt), "hold()");
                own.isToTell = false;
            }
        }
        return own.recovered;
    }

    /// How often a share was taken, how often one who wrote has died; then each that has one: whether it is of
    /// this process, its attempt, R or W, and its process.
    private List<String[]> look() {
        Answer answer = member.often("a look", "shares", id);
        require(answer, "a look");
        return answer.text().lines().map(line -> line.split("\t", -1)).toList();
    }

    @Override
    public String holders() {
        List<String> names = new ArrayList<>();
        List<String[]> lines = look();
        for (String[] fields : lines.subList(1, lines.size())) {
            String process = fields[3].replaceFirst("^held by ", "");
            String name = name(process, fields[0].equals("1") ? threadOf(fields[1]) : null);
            if (fields[2].equals("W")) {
                return "written by " + name;
            }
            names.add(name);
        }
        return readers(names);
    }

    /// The thread of this process that has a share by an attempt, null when it has given it back.
    private Thread threadOf(String attempt) {
        return holds.entrySet().stream()
                .filter(entry -> attempt.equals(new String(entry.getValue().attempt)))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(null);
    }

    @Override
    public long taken() {
        return Long.parseLong(look().getFirst()[0]);
    }

    @Override
    public long recoveries() {
        return Long.parseLong(look().getFirst()[1]);
    }

    /// Of this process alone.
    @Override
    public synchronized WaitCounts waits() {
        return waits;
    }

    /// Whoever has a child tells the server of its end.
    @Override
    public void holderEnded(int ended) {}

    @Override
    public String toString() {
        return object.name();
    }
}
