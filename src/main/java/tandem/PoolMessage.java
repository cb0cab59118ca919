package tandem;

import tandem.travel.Bundle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/// What a pool and its workers tell each other: numbers at fixed places, then objects, as a [Bundle]
/// has them.
final class PoolMessage {
    /// A task: its number, that of its code, that of its job, its marks, how many items; then the items.
    static final int TASK_NUMBER = 0;

    static final int TASK_CODE = 4;
    static final int TASK_JOB = 8;
    static final int TASK_MARKS = 12;
    static final int TASK_COUNT = 16;
    static final int TASK_BYTES = 20;

    /// Results: the number of the task, the worker, how many items, marks, what they took; then what
    /// was returned, or thrown, as bytes.
    static final int RESULT_TASK = 0;

    static final int RESULT_SLOT = 4;
    static final int RESULT_COUNT = 8;
    static final int RESULT_MARKS = 12;
    static final int RESULT_NANOS = 16;
    static final int RESULT_BYTES = 24;

    /// A mark of a message that refers to shared objects.
    static final int SHARING = 1;

    /// A mark of a task: each item is an array of arguments.
    static final int SPREAD = 2;

    /// A mark of results: something was thrown.
    static final int FAILED = 2;

    /// The forms of messages to the pool: results, a worker that has begun, one that could not and
    /// says why, and one that only wakes the reader.
    static final int RESULTS = 1;

    static final int READY = 2;
    static final int UNREADY = 3;
    static final int WAKE = 4;

    /// A worker tells the pool what it does in a line of its own: the number of the task, above it a
    /// one; and which of its items.
    static final long LINE_BYTES = 64;

    static final long AT_TASK = 0;
    static final long AT_ITEM = 8;
    static final long HAS_TASK = 1L << Integer.SIZE;

    /// Objects of more bytes than this are sent without waiting for more.
    static final int MANY_BYTES = 64 << 10;

    private PoolMessage() {}

    /// The name of the file with the code of tasks.
    ///
    /// @param holder of the pool
    static String fileOfCode(int holder, int number) {
        return "code-%x-%d".formatted(holder, number);
    }

    /// Attaches the shared objects of a message that is being taken, before anybody can know that it
    /// was: until then, somebody sees to it that they last.
    ///
    /// @param marks of the message
    static List<Object> attach(ByteBuffer in, int marks) {
        try {
            return (marks & SHARING) == 0 ? List.of() : Bundle.attach(in, ThisKit.INSTANCE);
        } catch (IOException | RuntimeException e) {
            return List.of(); // Whoever reads the objects learns why.
        }
    }
}
