package tandem.net;

import tandem.memory.Trace;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// What the process of another machine says of a job: that it has begun, lines, and how it has ended.
///
/// @param what one of the constants
/// @param bytes of a beginning, the pid; of an end, the exit code, a line's end, and what was left
public record Said(char what, byte[] bytes) {
    public static final char BEGUN = 'p';
    public static final char OUTPUT = 'o';
    public static final char ERRORS = 'e';
    public static final char ENDED = 'x';
    public static final char REFUSED = 'r';

    static byte[] entry(char what, byte[]... parts) {
        int length = 1;
        for (byte[] part : parts) {
            length += part.length;
        }
        ByteBuffer entry = ByteBuffer.allocate(length).put((byte) what);
        for (byte[] part : parts) {
            entry.put(part);
        }
        return entry.array();
    }

    /// @param answer entries, each with its length before it
    static List<Said> of(Answer answer, Member member) {
        List<Said> all = new ArrayList<>();
        ByteBuffer bytes = ByteBuffer.wrap(answer.bytes());
        while (bytes.remaining() > Integer.BYTES) {
            int length = bytes.getInt();
            if (length < 1 || length > bytes.remaining()) {
                throw Trace.trim(
                        new IllegalStateException(
                                "%s has sent what no job says".formatted(member.address())));
            }
            byte[] entry = new byte[length];
            bytes.get(entry);
            all.add(new Said((char) entry[0], Arrays.copyOfRange(entry, 1, length)));
        }
        return all;
    }

    /// As words, without control characters.
    public String text() {
        return Answer.printable(new String(bytes, StandardCharsets.UTF_8));
    }
}
