package tandem.net;

import static tandem.Tandem.join;

import tandem.Array;
import tandem.Event;
import tandem.Lock;

import java.io.BufferedReader;
import java.io.InputStreamReader;

/// A program of another machine, told over its input what to do, a line for each step.
final class Guest {
    private Guest() {}

    static void main(String... arguments) throws Exception {
        join(arguments[0]);
        Array board = Array.named("board-" + arguments[1], "q", 4);
        Lock door = Lock.named("door-" + arguments[1]);
        Event go = Event.named("go-" + arguments[1]);
        IO.println("ready");
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
        for (String line; (line = in.readLine()) != null; ) {
            try {
                switch (line) {
                    case "acquire" -> board.acquire();
                    case "release" -> board.release();
                    case "set" -> board.set(0, 66);
                    case "get" -> IO.println("got " + board.get(0));
                    case "door" -> door.acquire();
                    case "await" -> go.await();
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
}
