package tandem.memory;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/// What the header page of a shared file says, read before anything of it is believed.
///
/// @param typecode the type of the elements, null for what has none
/// @param guardFile the name of the file that holds the lock, empty unless the guard is elsewhere
/// @param length see [Kind]
public record Header(Kind kind, Typecode typecode, Guard guard, String guardFile, long length) {

    /// Bytes of a file with this header.
    public long fileBytes() {
        return Math.addExact(Layout.HEADER_BYTES, kind.dataBytes(typecode, length));
    }

    /// Whether it is of a lock that serves first who comes first.
    public boolean isFair() {
        return kind == Kind.LOCK && length > 0;
    }

    /// Writes all but the magic number, which `finish` adds when the file is complete.
    void write(MemorySegment page) {
        page.set(JAVA_INT, Layout.AT_VERSION, Layout.VERSION);
        page.set(JAVA_INT, Layout.AT_KIND, kind.number());
        page.set(JAVA_INT, Layout.AT_TYPECODE, typecode == null ? 0 : typecode.code().charAt(0));
        page.set(JAVA_INT, Layout.AT_GUARD, guard.ordinal());
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
        int kindNumber = page.get(JAVA_INT, Layout.AT_KIND);
        Kind kind = Kind.ofNumber(kindNumber);
        if (kind == null) {
            throw new IllegalArgumentException("its kind, %d, is unknown".formatted(kindNumber));
        }
        int code = page.get(JAVA_INT, Layout.AT_TYPECODE);
        Typecode typecode = kind.hasElements() ? Typecode.of(code) : null;
        int number = page.get(JAVA_INT, Layout.AT_GUARD);
        Guard[] guards = Guard.values();
        Guard guard = number >= 0 && number < guards.length ? guards[number] : null;
        if (!kind.allows(guard)) {
            throw new IllegalArgumentException("its guard, %d, cannot be".formatted(number));
        }
        long offset = page.get(JAVA_LONG, Layout.AT_DATA_OFFSET);
        if (offset != Layout.HEADER_BYTES) {
            throw new IllegalArgumentException(
                    "its data begin at %d, not at %d".formatted(offset, Layout.HEADER_BYTES));
        }
        long length = page.get(JAVA_LONG, Layout.AT_LENGTH);
        if (length > fileBytes || !kind.allowsLength(length)) {
            throw new IllegalArgumentException("its length, %d, cannot be".formatted(length));
        }
        if (typecode == null && code != 0) {
            throw new IllegalArgumentException("its typecode, %d, cannot be".formatted(code));
        }
        String guardFile = guard == Guard.ELSEWHERE ? guardName(page) : "";
        Header header = new Header(kind, typecode, guard, guardFile, length);
        if (header.fileBytes() != fileBytes) {
            throw new IllegalArgumentException(
                    "it is %d bytes long, and its header asks for %d"
                            .formatted(fileBytes, header.fileBytes()));
        }
        return header;
    }

    private static String guardName(MemorySegment page) {
        byte[] bytes = new byte[Layout.GUARD_NAME_BYTES];
        MemorySegment.copy(page, JAVA_BYTE, Layout.AT_GUARD_NAME, bytes, 0, bytes.length);
        int end = 0;
        while (end < bytes.length && bytes[end] != 0) {
            end++;
        }
        String name = new String(bytes, 0, end, StandardCharsets.UTF_8);
        Kind kind = Kind.ofFile(name);
        if (kind == null || !kind.isLockable()) {
            throw new IllegalArgumentException("the name of its lock's file is damaged");
        }
        return name;
    }
}
