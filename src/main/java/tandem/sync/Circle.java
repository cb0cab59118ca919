package tandem.sync;

import tandem.memory.ObjectName;
import tandem.memory.Trace;
import tandem.session.Session;
import tandem.session.Waits;
import tandem.session.Waits.Wait;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// Threads that wait for each other for ever: each for a lock that the next one holds, or for the
/// end of the next one's process.
public final class Circle {
    /*
     * Overview. A thread that waits shows in the session's waits for what; and the word of a lock
     * names the thread that holds it. So from one's own wait a path leads along wait -> lock -> holder
     * -> wait, which may come back.
     *
     * What was read on the way may be of different moments. So it is all read again, in the other
     * order: first the words of the locks, then the waits. A circle is believed when nothing has
     * changed:
     *
     *   - Between its two readings, each thread was in one and the same wait, as the number of the
     *     wait is the same: it neither took nor gave back any lock but the one that it waits for.
     *   - The second reading of each word lies between the two readings of its holder's wait, so the
     *     thread holds that lock for as long as the wait lasts.
     *   - So there was a moment, after the first way and before the second, in which each one waited
     *     for a lock that the next one held. None of these waits has a time limit, so it lasts.
     *
     * All of it is of one session, as a process has another name in each: of a circle through locks
     * of two sessions each session shows a part. Only those who have joined a server tell it (see
     * OuterCircles).
     *
     * (src/model/circle.pml lets a model checker try.) A process at whose end somebody waits can
     * only end by its only thread; the wait says whether there is another one. An event is no part
     * of a circle: whoever attaches its file may set it.
     *
     * All who wait for a lock find the circle; the one that came last gives up.
     */
    /// @param waiting what one of the threads waits for
    /// @param page the header page of the lock, null where it waits for a process
    /// @param what the name of the lock or the process
    /// @param next who holds that: the next thread
    private record Step(Wait waiting, MemorySegment page, String what, long next) {
        long holder() {
            return waiting.target().kind().holder(page);
        }
    }

    /// One of the threads as the error names it, and what it waits for.
    ///
    /// @param isHeld whether that is what the next one holds, and not its process
    public record Place(String thread, String what, boolean isHeld) {}

    private static final String MAIN = "main";

    private final Session session;
    private final List<Step> steps;

    private Circle(Session session, List<Step> steps) {
        this.session = session;
        this.steps = steps;
    }

    /// The circle that a waiting thread is part of, null when it is in none.
    static Circle find(Session session, long self) {
        try (Arena arena = Arena.ofConfined()) {
            List<Step> steps = follow(session, self, arena);
            return steps != null && isTrue(session, steps) ? new Circle(session, steps) : null;
        } catch (IOException e) {
            return null; // A lock's file is gone: nobody can be sent to its holder.
        }
    }

    private static List<Step> follow(Session session, long self, Arena arena) throws IOException {
        List<Step> steps = new ArrayList<>();
        Set<Long> visited = new HashSet<>();
        long owner = self;
        do {
            Wait wait = session.roster().waits().find(owner);
            Step step = wait == null || wait.isTimed() ? null : step(session, wait, arena);
            if (step == null || !visited.add(owner)) {
                return null;
            }
            steps.add(step);
            owner = step.next();
        } while (owner != self);
        return steps;
    }

    private static Step step(Session session, Wait wait, Arena arena) throws IOException {
        Waits.Target target = wait.target();
        if (target.isProcess()) {
            Wait only = session.roster().waits().findAlone(target.number());
            String name = "the end of " + session.roster().describe(target.number());
            return only == null ? null : new Step(wait, null, name, only.owner());
        }
        if (!target.kind().namesHolder()) {
            return null;
        }
        MemorySegment page = session.openPage(target.fileName(), arena);
        long holder = target.kind().holder(page);
        String name = ObjectName.read(page, target.fileName());
        // Who was just given a fair lock may still show that it waits for it.
        return holder == 0 || holder == wait.owner() ? null : new Step(wait, page, name, holder);
    }

    private static boolean isTrue(Session session, List<Step> steps) {
        return steps.stream().allMatch(step -> step.page == null || step.holder() == step.next)
                && steps.stream().allMatch(step -> isStill(session, step.waiting))
                && steps.stream().allMatch(step -> session.roster().isAlive(step.waiting.holder()));
    }

    private static boolean isStill(Session session, Wait wait) {
        return wait.equals(session.roster().waits().find(wait.owner()));
    }

    /// Whether it is this thread that gives up: of those that wait for a lock, the last that came.
    boolean isTurnOf(long self) {
        return steps.stream()
                        .filter(step -> step.page != null)
                        .map(Step::waiting)
                        .max(Comparator.comparingLong(Wait::since).thenComparingLong(Wait::owner))
                        .orElseThrow()
                        .owner()
                == self;
    }

    /// What the thread gets that gives up.
    DeadlockException refusal() {
        return refusal(
                steps.stream()
                        .map(
                                step ->
                                        new Place(
                                                name(step.waiting.owner()),
                                                step.what,
                                                step.page != null))
                        .toList());
    }

    /// What the first of those in a circle gets, which gives up.
    public static DeadlockException refusal(List<Place> circle) {
        StringBuilder text = new StringBuilder("these would wait for each other for ever:");
        String holds = " ";
        for (Place place : circle) {
            text.append(System.lineSeparator()).append("    ").append(place.thread).append(holds);
            text.append("waits for ").append(place.what);
            holds = place.isHeld ? " holds %s and ".formatted(place.what) : " ";
        }
        text.append(System.lineSeparator()).append("    ").append(circle.getFirst().thread);
        String description = text.append(holds).append("gives up waiting").toString();
        Flight.deadlock(description);
        return Trace.trim(new DeadlockException(description));
    }

    private String name(long owner) {
        String process = session.roster().describe(Waits.holder(owner));
        long thread = Waits.thread(owner);
        String name =
                Waits.holder(owner) == session.holder()
                        ? threadName(thread)
                        : thread == main() ? MAIN : Long.toString(thread);
        return name(process, name);
    }

    /// @param thread its name
    public static String name(String process, String thread) {
        return thread.equals(MAIN) ? process : process + ", thread " + thread;
    }

    /// The name of a thread of this process; of another's, only the number is known.
    private static String threadName(long number) {
        return threads()
                .filter(thread -> (thread.threadId() & 0xffff_ffffL) == number)
                .map(Thread::getName)
                .filter(name -> !name.isEmpty())
                .findFirst()
                .orElse(Long.toString(number));
    }

    /// The number of the main thread, which is the same in every JVM of a version.
    private static long main() {
        return threads()
                .filter(thread -> thread.getName().equals(MAIN))
                .mapToLong(Thread::threadId)
                .findFirst()
                .orElse(1);
    }

    private static Stream<Thread> threads() {
        return Stream.concat(
                Stream.of(Thread.currentThread()), Thread.getAllStackTraces().keySet().stream());
    }
}
