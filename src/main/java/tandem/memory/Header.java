package tandem.memory;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/// What the header page of a shared file says, read before anything of it is believed.
///
/// @param kind one of `Layout.KIND_…`
/// @param typecode the element type, null for what is not an array
/// @param guard one of `Layout.GUARD_…`
/// @param guardFile the name of the file that holds the lock, empty unless the guard is elsewhere
/// @param length elements of an array, slots of a roster, else 0
public record Header(int kind, Typecode typecode, int guard, String guardFile, long length) {

    /// Bytes of a file with this header.
    public long fileBytes() {
        long data =
                kind == Layout.KIND_ROSTER
                        ? Layout.ROSTER_BYTES
                        : Math.multiplyExact(length, elementBytes());
        return Math.addExact(Layout.HEADER_BYTES, data);
    }

    private long elementBytes() {
        return typecode == null ? 0 : typecode.bytes();
    }

    /// Writes all but the magic number, which `finish` adds when the file is complete.
    void write(MemorySegment page) {
        page.set(JAVA_INT, Layout.AT_VERSION, Layout.VERSION);
        page.set(JAVA_INT, Layout.AT_KIND, kind);
        page.set(JAVA_INT, Layout.AT_TYPECODE, typecode == null ? 0 : typecode.code().charAt(0));
        page.set(JAVA_INT, Layout.AT_GUARD, guard);
        page.set(JAVA_LONG, Layout.AT_LENGTH, length);
        page.set(JAVA_LONG, Layout.AT_DATA_OFFSET, Layout.HEADER_BYTES);
        page.set(JAVA_LONG, Layout.AT_CREATOR_PID, ProcessHandle.current().pid());
        page.set(JAVA_LONG, Layout.AT_CREATED, System.currentTimeMillis());
        byte[] name = guardFile.getBytes(StandardCharsets.UTF_8);
        MemorySegment.copy(name, 0, page, JAVA_BYTE, Layout.AT_GUARD_NAME, name.length);
    }

    /// Publishes a header: whoever sees the magic number sees all that was written before it.
    static void finish(MemorySegment page) {
        Layout.LONG.setRelease(page, Layout.AT_MAGIC, Layout.MAGIC);
    }

    /// Reads a header page.
    ///
    /// @param page a private copy of the page, so that nobody changes it between check and use
    /// @param fileBytes the length of the file that it came from
    /// @throws IllegalArgumentException with what is wrong with it
    public static Header read(MemorySegment page, long fileBytes) {
        if (page.get(JAVA_LONG, Layout.AT_MAGIC) != Layout.MAGIC) {
            throw new IllegalArgumentException("it does not start with Tandem's magic number");
        }
        int version = page.get(JAVA_INT, Layout.AT_VERSION);
        if (version != Layout.VERSION) {
            throw new IllegalArgumentException(
                    "its layout is version %d, and this is version %d"
                            .formatted(version, Layout.VERSION));
        }
        int kind = page.get(JAVA_INT, Layout.AT_KIND);
        if (kind < Layout.KIND_ARRAY || kind > Layout.KIND_ROSTER) {
            throw new IllegalArgumentException("its kind, %d, is unknown".formatted(kind));
        }
        int code = page.get(JAVA_INT, Layout.AT_TYPECODE);
        Typecode typecode = kind == Layout.KIND_ARRAY ? Typecode.of(code) : null;
        int guard = page.get(JAVA_INT, Layout.AT_GUARD);
        boolean guardFits =
                switch (kind) {
                    case Layout.KIND_ARRAY ->
                            guard >= Layout.GUARD_NONE && guard <= Layout.GUARD_ELSEWHERE;
                    case Layout.KIND_LOCK -> guard == Layout.GUARD_OWN;
                    default -> guard == Layout.GUARD_NONE;
                };
        if (!guardFits) {
            throw new IllegalArgumentException("its guard, %d, cannot be".formatted(guard));
        }
        long offset = page.get(JAVA_LONG, Layout.AT_DATA_OFFSET);
        if (offset != Layout.HEADER_BYTES) {
            throw new IllegalArgumentException(
                    "its data begin at %d, not at %d".formatted(offset, Layout.HEADER_BYTES));
        }
        long length = page.get(JAVA_LONG, Layout.AT_LENGTH);
        if (length < 0
                || length > fileBytes
                || (kind != Layout.KIND_ARRAY && !fixed(kind, length))) {
            throw new IllegalArgumentException("its length, %d, cannot be".formatted(length));
        }
        if (typecode == null && code != 0) {
            throw new IllegalArgumentException("its typecode, %d, cannot be".formatted(code));
        }
        String guardFile = guard == Layout.GUARD_ELSEWHERE ? guardName(page) : "";
        Header header = new Header(kind, typecode, guard, guardFile, length);
        if (header.fileBytes() != fileBytes) {
            throw new IllegalArgumentException(
                    "it is %d bytes long, and its header asks for %d"
                            .formatted(fileBytes, header.fileBytes()));
        }
        return header;
    }

    private static boolean fixed(int kind, long length) {
        return length == (kind == Layout.KIND_ROSTER ? Layout.SLOTS : 0);
    }

    private static String guardName(MemorySegment page) {
        byte[] bytes = new byte[Layout.GUARD_NAME_BYTES];
        MemorySegment.copy(page, JAVA_BYTE, Layout.AT_GUARD_NAME, bytes, 0, bytes.length);
        int end = 0;
        while (end < bytes.length && bytes[end] != 0) {
            end++;
        }
        String name = new String(bytes, 0, end, StandardCharsets.UTF_8);
        if (!name.matches("lock-\\d{1,10}|array-\\d{1,10}")) {
            throw new IllegalArgumentException("the name of its lock's file is damaged");
        }
        return name;
    }
}
