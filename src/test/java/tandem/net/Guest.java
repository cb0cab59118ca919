package tandem.net;

import static tandem.Tandem.join;

import tandem.Array;
import tandem.Barrier;
import tandem.Condition;
import tandem.Event;
import tandem.Held;
import tandem.Lock;
import tandem.Queue;
import tandem.ReadWriteLock;
import tandem.Semaphore;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.util.stream.Stream;

/// A program of another machine, told over its input what to do, a line for each step.
final class Guest {
    /// How many it sends.
    static final int SENT = 200;

    private Guest() {}

    static void main(String... arguments) throws Exception {
        join(arguments[0]);
        Array board = Array.named("board-" + arguments[1], "q", 4);
        Lock door = Lock.named("door-" + arguments[1]);
        Event go = Event.named("go-" + arguments[1]);
        Semaphore permits = Semaphore.bounded("permits-" + arguments[1], 3);
        Condition changed = door.newCondition("changed-" + arguments[1]);
        Queue<Object> jobs = Queue.named("jobs-" + arguments[1], 3);
        Barrier start = Barrier.named("start-" + arguments[1], 3);
        ReadWriteLock pages = ReadWriteLock.named("pages-" + arguments[1]);
        Held held = null;
        IO.println("ready");
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
        for (String line; (line = in.readLine()) != null; ) {
            try {
                switch (line) {
                    case "acquire" -> board.acquire();
                    case "wait" -> {
                        sayWhenItWaits(Thread.currentThread());
                        board.acquire();
                    }
                    case "release" -> board.release();
                    case "set" -> board.set(0, 66);
                    case "get" -> IO.println("got " + board.get(0));
                    case "door" -> door.acquire();
                    case "await" -> go.await();
                    case "hold" -> held = permits.hold();
                    case "permit" -> permits.acquire();
                    case "give back" -> held.close();
                    case "rest" -> {
                        try (var _ = door.hold()) {
                            IO.println("rests");
                            changed.await();
                        }
                    }
                    case "put" -> jobs.put("by the guest");
                    case "take" -> IO.println("took " + jobs.take());
                    case "write" -> pages.write().acquire();
                    case "written" -> pages.write().release();
                    case "come" -> IO.println("came as " + start.await());
                    case "send" -> {
                        for (int i = 0; i < SENT; i++) {
                            jobs.put(i);
                        }
                        jobs.close();
                    }
                    case "receive" -> {
                        int next = 0;
                        for (Object job : jobs) {
                            if (!job.equals(next++)) {
                                throw new IllegalStateException("no " + (next - 1) + " but " + job);
                            }
                        }
                        IO.println("received " + next);
                    }
                    case "add" -> {
                        for (int i = 0; i < 300; i++) {
                            board.add(1, 1);
                            try (var _ = board.hold()) {
                                board.set(2, board.get(2) + 1);
                            }
                        }
                    }
                    default -> throw new IllegalArgumentException(line);
                }
                IO.println("done " + line);
            } catch (RuntimeException e) {
                IO.println(
                        "failed %s: %s: %s"
                                .formatted(line, e.getClass().getSimpleName(), e.getMessage()));
            }
        }
    }

    private static void sayWhenItWaits(Thread who) {
        Thread.ofPlatform()
                .daemon()
                .start(
                        () -> {
                            while (Stream.of(who.getStackTrace())
                                    .noneMatch(frame -> frame.getClassName().endsWith(".Letter"))) {
                                Thread.onSpinWait();
                            }
                            IO.println("waits");
                        });
    }
}
