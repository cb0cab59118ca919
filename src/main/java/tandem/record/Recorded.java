package tandem.record;

import tandem.memory.Ownership;
import tandem.memory.Uninterrupted;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What one process has recorded, as its file says. Times are those of `System.nanoTime()`.
///
/// @param process its name
/// @param ended 0 when it records yet, or was killed
/// @param lost how many spans are no more there, as there was no room, or later ones have their places
public record Recorded(
        long pid, String process, long began, long ended, long lost, List<One> spans) {
    /// A span.
    ///
    /// @param ended 0 when it is not over
    /// @param by who held the object when it began, empty when nobody did, or several
    /// @param count how many it sums up; of a worker, 1
    /// @param timed of how many of these it is known how long they took; of a worker, its exit code
    /// @param nanos how long these took; of a worker, its process id
    public record One(
            Kind kind,
            long began,
            long ended,
            long thread,
            String threadName,
            String object,
            String by,
            int count,
            int timed,
            long nanos) {}

    /// Reads a file, whose process may be writing it. What is half-written is left out.
    ///
    /// @return null when the process had not come to write anything
    /// @throws IllegalArgumentException when it is no such file; the message says why
    public static Recorded read(Path file) {
        try {
            Ownership.requireOwnFile(file);
            byte[] bytes = Uninterrupted.run(() -> Files.readAllBytes(file));
            return of(ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()));
        } catch (IOException | IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "%s cannot be read as a part of a timeline: %s"
                            .formatted(file.getFileName(), e.getMessage()),
                    e);
        }
    }

    private static Recorded of(ByteBuffer file) {
        if (file.limit() < RecordFile.TEXT_BYTES) {
            if (isEmpty(file)) {
                return null;
            }
            throw new IllegalArgumentException(
                    "it has %d bytes, and its beginning takes %d"
                            .formatted(file.limit(), RecordFile.TEXT_BYTES));
        }
        long magic = file.getLong(0);
        if (magic == 0) {
            return null;
        }
        if (magic != RecordFile.MAGIC) {
            throw new IllegalArgumentException(
                    "it begins with %016x instead of %016x".formatted(magic, RecordFile.MAGIC));
        }
        long now = System.nanoTime();
        long begun = file.getLong(RecordFile.AT_SPANS);
        long began = file.getLong(RecordFile.AT_BEGUN);
        long ended = file.getLong(RecordFile.AT_ENDED);
        if (!isPast(began, now) || ended != 0 && !isBetween(ended, began, now)) {
            throw new IllegalArgumentException("it is of no time since this machine was started");
        }
        List<One> spans = new ArrayList<>();
        int places = (file.limit() - RecordFile.TEXT_BYTES) / RecordFile.SPAN_BYTES;
        for (int place = 0; place < Math.min(places, RecordFile.MOST); place++) {
            int at = RecordFile.TEXT_BYTES + place * RecordFile.SPAN_BYTES;
            long number = file.getLong(at + RecordFile.SPAN_NUMBER);
            if (number > 0 && number <= begun && (number - 1) % RecordFile.MOST == place) {
                One span = span(file, at);
                if (isSound(span, began, now)) {
                    spans.add(span);
                }
            }
        }
        return new Recorded(
                file.getLong(RecordFile.AT_PID),
                text(file, file.getInt(RecordFile.AT_NAME)),
                began,
                ended,
                Math.max(file.getLong(RecordFile.AT_LOST), Math.max(0, begun - RecordFile.MOST)),
                spans);
    }

    /// Whether its process was killed before it had written the beginning.
    private static boolean isEmpty(ByteBuffer file) {
        for (int i = 0; i < file.limit(); i++) {
            if (file.get(i) != 0) {
                return false;
            }
        }
        return true;
    }

    private static One span(ByteBuffer file, int at) {
        int kind = file.getInt(at + RecordFile.SPAN_KIND);
        return new One(
                kind < 1 || kind > Kind.values().length ? null : Kind.values()[kind - 1],
                file.getLong(at + RecordFile.SPAN_BEGAN),
                file.getLong(at + RecordFile.SPAN_ENDED),
                file.getLong(at + RecordFile.SPAN_THREAD),
                text(file, file.getInt(at + RecordFile.SPAN_THREAD_NAME)),
                text(file, file.getInt(at + RecordFile.SPAN_OBJECT)),
                text(file, file.getInt(at + RecordFile.SPAN_BY)),
                file.getInt(at + RecordFile.SPAN_COUNT),
                file.getInt(at + RecordFile.SPAN_TIMED),
                file.getLong(at + RecordFile.SPAN_NANOS));
    }

    private static boolean isSound(One span, long began, long now) {
        return span.kind != null
                && isBetween(span.began, began, now)
                && (span.ended == 0 || isBetween(span.ended, span.began, now))
                && span.count >= 1
                && span.nanos >= 0;
    }

    private static boolean isBetween(long time, long first, long last) {
        return time >= first && time <= last;
    }

    /// Whether it is some decades ago at most.
    private static boolean isPast(long time, long now) {
        return time <= now && now - time >= 0 && now - time < Long.MAX_VALUE / 4;
    }

    /// Empty for one that is not there, or not complete.
    private static String text(ByteBuffer file, int at) {
        int end = Math.min(file.getInt(RecordFile.AT_TEXTS), RecordFile.TEXT_BYTES);
        if (at < RecordFile.FIRST_TEXT || at > end - Integer.BYTES) {
            return "";
        }
        int length = file.getInt(at);
        if (length < 0 || length > end - at - Integer.BYTES) {
            return "";
        }
        byte[] bytes = new byte[length];
        file.get(at + Integer.BYTES, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
