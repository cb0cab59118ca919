package tandem.remote;

import tandem.memory.Notice;
import tandem.net.Acceptance;
import tandem.net.Acceptance.Task;
import tandem.net.Envelope;
import tandem.net.Member;
import tandem.net.Said;
import tandem.process.Child;
import tandem.process.Outcome;
import tandem.sync.UnreachableException;
import tandem.travel.Kit;
import tandem.travel.Parcel;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// What runs here for processes of other machines.
public final class Guests {
    /*
     * Overview. One thread asks the server what there is to do, when a letter says so and once a second: it
     * starts what is new, and ends what is to end, as its sender says so, has gone, or is forgotten. The
     * server has the whole state, so that a lost letter delays and harms nothing. This JVM reads the
     * signature, the name and the sender of a job; the objects in it are opened in a JVM of their own.
     */
    private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final int TERMINATED = -15;
    private static final int KILLED = -9;
    private static final byte[] NOTHING = {};

    private static Guests only;

    private final Kit kit;
    private final Acceptance acceptance;
    private final Map<String, Guest> running = new ConcurrentHashMap<>();

    /// The trouble that was said last.
    private String said = "";

    private Guests(Kit kit, Acceptance acceptance) {
        this.kit = kit;
        this.acceptance = acceptance;
    }

    /// Accepts what others send, until this process leaves the server.
    public static synchronized void accept(Kit kit, Member member) {
        if (only == null || only.acceptance.isOver()) {
            only = new Guests(kit, Acceptance.begin(member));
            Thread.ofPlatform().daemon().name("tandem-accept").start(only::run);
        }
    }

    private void run() {
        while (!acceptance.isOver()) {
            CompletableFuture<String> news = acceptance.news();
            try {
                look();
            } catch (UnreachableException e) {
                if (!running.isEmpty()) {
                    acceptance.sayUnreachable(e);
                }
            } catch (RuntimeException e) {
                sayOnce(String.valueOf(e.getMessage()));
            }
            Acceptance.await(news);
        }
        running.values().forEach(guest -> guest.end("gone"));
        LockSupport.parkNanos(GRACE_NANOS);
        running.values().forEach(guest -> guest.end("kill"));
    }

    private void sayOnce(String trouble) {
        if (!acceptance.isOver() && !trouble.equals(said)) {
            said = trouble;
            Notice.say("tandem: " + trouble);
        }
    }

    private void look() {
        List<Task> tasks = acceptance.look();
        Set<String> known = new HashSet<>();
        for (Task task : tasks) {
            known.add(task.job());
            if (task.isNew() && !task.wish().isEmpty()) {
                acceptance.ended(
                        task.job(), task.wish().equals("term") ? TERMINATED : KILLED, NOTHING);
            } else if (task.isNew() && !running.containsKey(task.job())) {
                start(task.job());
            }
            Guest guest = running.get(task.job());
            if (guest != null && !task.wish().isEmpty()) {
                guest.end(task.wish());
            }
        }
        running.forEach(
                (job, guest) -> {
                    if (!known.contains(job)) {
                        guest.end("kill");
                    }
                });
    }

    private void start(String job) {
        Envelope envelope = acceptance.fetch(job);
        if (envelope == null) {
            return;
        }
        Guest guest = new Guest(job);
        running.put(job, guest);
        try {
            Notice.say("tandem: %s of %s runs here".formatted(envelope.name(), envelope.machine()));
            guest.start(envelope);
        } catch (IOException | RuntimeException | Error e) {
            running.remove(job);
            acceptance.refuse(job, String.valueOf(e.getMessage()));
        }
    }

    /// One of them.
    private final class Guest {
        private final String job;

        /// Only what is said in its order, by one thread at a time.
        private final Object order = new Object();

        private volatile Child child;

        /// Whether nobody listens any more.
        private boolean isAlone;

        /// On the clock of `System.nanoTime()`; 0 while nobody has asked for its end.
        private long endBy;

        Guest(String job) {
            this.job = job;
        }

        void start(Envelope envelope) throws IOException {
            Parcel parcel = Parcel.of(envelope.parcel());
            synchronized (order) {
                child =
                        Child.startForGuest(
                                kit,
                                envelope.name(),
                                parcel,
                                acceptance.forWorker(envelope),
                                this::pass,
                                this::over);
                isAlone = !acceptance.begun(job, child.pid());
            }
        }

        private void pass(boolean isErrors, byte[] lines) {
            char what = isErrors ? Said.ERRORS : Said.OUTPUT;
            synchronized (order) {
                if (!isAlone) {
                    isAlone = !acceptance.lines(job, what, lines);
                }
                if (isAlone) {
                    child.kill();
                }
            }
        }

        private void over(Child ended) {
            synchronized (order) {
                running.remove(job);
                if (!isAlone) {
                    acceptance.ended(job, ended.exitCode(), left(ended));
                }
            }
        }

        /// Asks it once to end; ends it at once when that is wished, or when its sender has been gone for
        /// a while.
        void end(String wish) {
            boolean isFirst = endBy == 0;
            endBy = isFirst ? System.nanoTime() + GRACE_NANOS : endBy;
            if (wish.equals("kill") || wish.equals("gone") && System.nanoTime() - endBy > 0) {
                child.kill();
            } else if (isFirst) {
                child.terminate();
            }
        }
    }

    private byte[] left(Child ended) {
        byte[] left = ended.left();
        if (left == null || left.length <= Acceptance.MOST_LEFT_BYTES) {
            return left == null ? NOTHING : left;
        }
        try {
            return Outcome.threw(
                            new IllegalStateException(
                                    "the result takes %,d bytes, and at most %,d come back from another machine: put it into an Array on the server"
                                            .formatted(left.length, Acceptance.MOST_LEFT_BYTES)))
                    .toPlain(kit);
        } catch (IOException e) {
            return NOTHING;
        }
    }
}
