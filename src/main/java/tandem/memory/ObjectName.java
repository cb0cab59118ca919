package tandem.memory;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/// The name that a person gives to a shared object, in its page: given once, and then it stays.
public final class ObjectName {
    /*
     * Overview. The length is 0 for an object without a name. Who gives one takes the length from 0
     * to WRITING, writes the bytes, and then the length: so one name wins, and nobody reads half of
     * it. A process that is killed in between leaves an object without a name, for good.
     */
    /// The name of what the kit shares for its own ends; views leave it out.
    public static final String OF_KIT = "(tandem)";

    private static final int WRITING = -1;

    private ObjectName() {}

    /// A name that an object may get, as it is.
    ///
    /// @throws IllegalArgumentException when it is empty, too long, no line of text, or could be taken
    ///     for the file of an object
    public static String checked(String name) {
        Arguments.line(name, "the name of a shared object");
        int bytes = name.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > Layout.NAME_BYTES) {
            throw Trace.trim(
                    new IllegalArgumentException(
                            "the name of a shared object has at most %d bytes in UTF-8, and this one %d: %s"
                                    .formatted(Layout.NAME_BYTES, bytes, name)));
        }
        if (Kind.ofFile(name) != null) {
            throw Trace.trim(
                    new IllegalArgumentException(
                            "\"%s\" cannot be the name of a shared object: those without one are called so"
                                    .formatted(name)));
        }
        return name;
    }

    /// A name by which all of a user's processes may find an object, as it is.
    ///
    /// @throws IllegalArgumentException when no object may get it, or it has other characters than
    ///     letters, digits, `.`, `_` and `-`
    public static String checkedForAll(String name) {
        checked(name)
                .codePoints()
                .filter(c -> !isOfNames(c))
                .findFirst()
                .ifPresent(
                        c -> {
                            throw Trace.trim(
                                    new IllegalArgumentException(
                                            "\"%s\" cannot be a name that others find: it has letters, digits, '.', '_' and '-', and this one has %s"
                                                    .formatted(name, described(c))));
                        });
        return name;
    }

    private static boolean isOfNames(int c) {
        return Character.isLetterOrDigit(c)
                || Character.getType(c) == Character.NON_SPACING_MARK
                || Character.getType(c) == Character.COMBINING_SPACING_MARK
                || ".-_".indexOf(c) >= 0;
    }

    private static String described(int c) {
        return c == ' ' ? "a space" : "'%s', U+%04X".formatted(Character.toString(c), c);
    }

    /// Names an object, unless it has a name.
    ///
    /// @param name a checked one
    /// @return whether it has this name now
    static boolean give(MemorySegment page, String name) {
        if (!Layout.INT.compareAndSet(page, Layout.AT_NAME_LENGTH, 0, WRITING)) {
            return name.equals(read(page));
        }
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        MemorySegment.copy(bytes, 0, page, JAVA_BYTE, Layout.AT_NAME, bytes.length);
        Layout.INT.setRelease(page, Layout.AT_NAME_LENGTH, bytes.length);
        return true;
    }

    /// The name in a page, empty when there is none that could be shown.
    public static String read(MemorySegment page) {
        int length = (int) Layout.INT.getAcquire(page, Layout.AT_NAME_LENGTH);
        if (length <= 0 || length > Layout.NAME_BYTES) {
            return "";
        }
        byte[] bytes = new byte[length];
        MemorySegment.copy(page, JAVA_BYTE, Layout.AT_NAME, bytes, 0, length);
        String name = new String(bytes, StandardCharsets.UTF_8);
        return name.codePoints().anyMatch(Character::isISOControl) ? "" : name;
    }

    /// What people call the object of a page.
    ///
    /// @param file the name of its file, which stands in for its own
    public static String read(MemorySegment page, String file) {
        String name = read(page);
        return name.isEmpty() ? file : name;
    }
}
