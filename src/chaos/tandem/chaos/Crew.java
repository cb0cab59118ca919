package tandem.chaos;

import static tandem.Tandem.named;

import tandem.Worker;
import tandem.chaos.Board.Note;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// The workers, and what is done to them.
final class Crew {
    private static final int SIGKILL = -9;
    private static final int SIGTERM = -15;

    /// How often one tries to catch a worker that holds a lock.
    private static final int TRIES = 20;

    private final Board board;
    private final List<Member> members = new ArrayList<>();
    private final List<ProcessHandle> everyProcess = new ArrayList<>();
    private long kills;
    private long terminations;
    private long failures;

    Crew(Board board) {
        this.board = board;
        for (int i = 0; i < board.workers(); i++) {
            members.add(new Member(i));
        }
    }

    long kills() {
        return kills;
    }

    long terminations() {
        return terminations;
    }

    /// How many have ended in another way than they were made to.
    long failures() {
        return failures;
    }

    /// All processes that there ever were.
    List<ProcessHandle> everyProcess() {
        return everyProcess;
    }

    /// Does a random thing to one of them. Spares them all while most are still starting: a slow
    /// machine would see nothing but starts.
    void strike(Random random) {
        long starting = members.stream().filter(m -> board.step(m.number) == Step.STARTING).count();
        if (2 * starting > members.size()) {
            return;
        }
        Member victim = members.get(random.nextInt(members.size()));
        switch (random.nextInt(10)) {
            case 0 -> victim.kill();
            case 1, 2, 3 -> killHolder(Step.values()[random.nextInt(Step.LOCKS)]);
            case 4, 5 -> victim.terminate();
            default -> victim.stop(Duration.ofMillis(1 + random.nextInt(400)));
        }
    }

    /// Kills one in the middle of a hold: stops him who seems to hold a lock, looks whether he really
    /// does, and lets him go on if not.
    private void killHolder(Step lock) {
        for (int i = 0; i < TRIES; i++) {
            long holder = board.holder(lock);
            if (holder != 0 && members.get(Board.workerOf(holder)).killAsHolder(lock, holder)) {
                return;
            }
        }
    }

    /// Replaces those who have ended, and lets those go on who have been stopped for long enough.
    void tend() {
        members.forEach(Member::tend);
    }

    boolean isStopped(int worker) {
        return members.get(worker).stopped;
    }

    void resumeAll() {
        members.forEach(Member::resume);
    }

    /// Counts those who have ended since the board said that it is over.
    boolean haveAllEnded() {
        members.forEach(Member::takeLeave);
        return members.stream().allMatch(member -> member.hasLeft);
    }

    void killAll() {
        resumeAll();
        members.forEach(member -> member.worker.kill());
        members.forEach(member -> member.worker.join(Chaos.LIMIT));
    }

    String describe(int worker) {
        return "worker %d.%d (pid %d%s)"
                .formatted(
                        worker,
                        board.note(worker, Note.INCARNATION),
                        members.get(worker).worker.pid(),
                        isStopped(worker) ? ", stopped" : "");
    }

    private final class Member {
        private final int number;
        private Worker worker;

        /// Whether its end has been asked for.
        private boolean doomed;

        private boolean stopped;
        private long stoppedUntil;
        private boolean hasLeft;

        Member(int number) {
            this.number = number;
            start();
        }

        private void start() {
            board.note(number, Note.PID, 0);
            board.count(number, Note.INCARNATION);
            board.begin(number, Step.STARTING);
            doomed = false;
            worker = named("chaos-" + number).spawn(Hammer::run, board, number);
            ProcessHandle.of(worker.pid()).ifPresent(everyProcess::add);
        }

        void kill() {
            if (!doomed) {
                doomed = true;
                kills++;
                board.note(number, Note.KILLED_AT, System.nanoTime());
                board.note(
                        number,
                        Note.KILLED,
                        Board.stamp(number, board.note(number, Note.INCARNATION)));
                worker.kill();
            }
        }

        boolean killAsHolder(Step lock, long stamp) {
            if (doomed || stopped) {
                return false;
            }
            signal("STOP");
            if (board.holder(lock) == stamp) {
                kill();
                return true;
            }
            signal("CONT");
            // Known only now to have been a stop, which disturbs measurements.
            board.noteStop();
            board.noteResumption();
            return false;
        }

        /// A JVM that gets SIGTERM in its first moments may end with an error of its own.
        void terminate() {
            if (!doomed && board.step(number) != Step.STARTING) {
                doomed = true;
                terminations++;
                worker.terminate();
            }
        }

        void stop(Duration time) {
            if (!doomed && !stopped) {
                stopped = true;
                stoppedUntil = System.nanoTime() + time.toNanos();
                board.noteStop();
                signal("STOP");
            }
        }

        void resume() {
            if (stopped) {
                signal("CONT");
                stopped = false;
                board.noteResumption();
            }
        }

        void tend() {
            if (!worker.isAlive()) {
                resume();
                countFailure();
                start();
            } else if (stopped && System.nanoTime() - stoppedUntil > 0) {
                resume();
            }
        }

        void takeLeave() {
            if (!hasLeft && !worker.isAlive()) {
                hasLeft = true;
                countFailure();
            }
        }

        private void countFailure() {
            int code = worker.exitCode();
            boolean asAsked = doomed && (code == SIGKILL || code == SIGTERM);
            if (!asAsked && !(board.isOver() && code == 0)) {
                failures++;
                System.err.printf("FAILED %s ended with %d%n", describe(number), code);
            }
        }

        private void signal(String name) {
            if (!worker.isAlive()) {
                return;
            }
            try {
                // The shell's own kill: not every machine has another.
                new ProcessBuilder("sh", "-c", "kill -%s %d".formatted(name, worker.pid()))
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
