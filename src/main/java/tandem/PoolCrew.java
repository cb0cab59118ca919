package tandem;

import tandem.memory.Layout;
import tandem.memory.ObjectName;
import tandem.session.Session;
import tandem.sync.Halt;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The workers of a pool, each in a slot, and what they write in their lines (see [Dispatcher], D2). For
/// the thread of the pool.
final class PoolCrew {
    private final String name;
    private final Session session;
    private final Queue<?> tasks;
    private final Queue<?> results;
    private final Array lines;
    private final int initialiser;
    private final int tasksPerWorker;
    private final Member[] members;
    private int lastWorker;

    /// @param initialiser the number of its code, 0 for none
    /// @param tasksPerWorker 0 for any number
    PoolCrew(
            String name,
            int workers,
            Session session,
            Queue<?> tasks,
            Queue<?> results,
            int initialiser,
            int tasksPerWorker) {
        this.name = name;
        this.session = session;
        this.tasks = tasks;
        this.results = results;
        this.lines =
                Array.here("q", workers * PoolMessage.LINE_BYTES / Long.BYTES, false)
                        .named(ObjectName.OF_KIT);
        this.initialiser = initialiser;
        this.tasksPerWorker = tasksPerWorker;
        this.members = new Member[workers];
    }

    /// The worker of a slot.
    final class Member {
        private final int slot;
        private final Worker worker;
        private boolean isReady;
        private boolean isTold;

        private Member(int slot) {
            this.slot = slot;
            lastWorker++;
            this.worker =
                    Worker.ofPool(
                            "%s-worker-%d".formatted(name, lastWorker),
                            PoolWorker.code(),
                            tasks,
                            results,
                            lines,
                            new PoolWorker.Terms(
                                    session.holder(), slot, initialiser, tasksPerWorker));
        }

        int slot() {
            return slot;
        }

        Worker worker() {
            return worker;
        }

        void begun() {
            isReady = true;
        }

        /// Whether it has ever begun.
        boolean hasBegun() {
            return isReady;
        }

        private MemorySegment line() {
            return lines.segment().asSlice(slot * PoolMessage.LINE_BYTES, PoolMessage.LINE_BYTES);
        }

        /// What it has written, 0 when it has had no task.
        long task() {
            return (long) Layout.LONG.getVolatile(line(), PoolMessage.AT_TASK);
        }

        /// Which of the task's items it was at.
        int item() {
            return (int) (long) Layout.LONG.getVolatile(line(), PoolMessage.AT_ITEM);
        }

        /// Whether another one has written what it has.
        boolean sharesTask() {
            long task = task();
            return all().anyMatch(other -> other != this && other.task() == task);
        }

        /// Makes its slot free, and its line new.
        void leave() {
            Layout.LONG.setVolatile(line(), PoolMessage.AT_TASK, 0L);
            members[slot] = null;
        }

        String howItEnded() {
            int exitCode = worker.process().exitCode();
            return "%s (pid %d) %s"
                    .formatted(
                            worker.name(),
                            worker.pid(),
                            exitCode < 0
                                    ? "was killed by signal " + -exitCode
                                    : "ended with exit code " + exitCode);
        }
    }

    /// How many slots there are.
    int size() {
        return members.length;
    }

    /// Starts a worker for a slot.
    ///
    /// @param ended is told when it has ended, after it is in its slot
    void hire(int slot, Consumer<Member> ended) {
        Member member = new Member(slot);
        members[slot] = member;
        if (!Halt.IS_ON) {
            member.worker.process().whenEnded(() -> ended.accept(member));
        }
    }

    /// Tells of those that have ended, of each once.
    void tellOfEnds(Consumer<Member> ended) {
        all().filter(member -> !member.isTold && !member.worker.process().isAlive())
                .forEach(
                        member -> {
                            member.isTold = true;
                            ended.accept(member);
                        });
    }

    /// What is read by who sees the end of all, as [Halt] says it.
    String ends() {
        return all().map(member -> Halt.reads(Halt.END_OF + member.worker.name(), Halt.WHOLE))
                .collect(Collectors.joining());
    }

    Member at(int slot) {
        return members[slot];
    }

    private Stream<Member> all() {
        return Arrays.stream(members).filter(Objects::nonNull);
    }

    boolean isEmpty() {
        return all().findAny().isEmpty();
    }

    /// Gives the memory of the lines back, when all have ended.
    void giveBack() {
        lines.giveBack();
    }

    void terminate() {
        all().map(member -> member.worker.process())
                .forEach(
                        process -> {
                            if (Halt.IS_ON) {
                                Halt.ending(process.holder());
                            }
                            process.terminate();
                        });
    }

    void kill() {
        all().forEach(member -> member.worker.kill());
    }
}
