package tandem.memory;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/// Gives mapped memory back before a garbage collection finds that nobody can reach it.
final class Pages {
    /*
     * Overview. Java unmaps memory when the arena of its segment is closed, or is collected. The
     * arenas of shared files are for the collector, so that nobody has to close anything. To be rid
     * of the memory at once, the same addresses are mapped anew, to nothing: the file's pages lose
     * this mapping, and the addresses stay reserved until the collector unmaps them. Nobody may use
     * a segment of them any more, which the caller sees to.
     */
    private static final int PROT_NONE = 0;
    private static final int MAP_PRIVATE = 0x02;
    private static final int MAP_FIXED = 0x10;
    private static final int MAP_ANONYMOUS = 0x20;
    private static final int MAP_NORESERVE = 0x4000;
    private static final int NO_FILE = -1;

    private Pages() {}

    /// Whether memory can be given back: on Linux, with native access enabled.
    static boolean canGiveBack() {
        return System.getProperty("os.name").equals("Linux")
                && Pages.class.getModule().isNativeAccessEnabled();
    }

    /// @param mapped all of a mapping, which nobody can use any more
    static void giveBack(MemorySegment mapped) {
        try {
            MemorySegment _ =
                    (MemorySegment)
                            Kernel.MMAP.invokeExact(
                                    mapped,
                                    mapped.byteSize(),
                                    PROT_NONE,
                                    MAP_PRIVATE | MAP_FIXED | MAP_ANONYMOUS | MAP_NORESERVE,
                                    NO_FILE,
                                    0L);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /// Made at the first call: linking costs milliseconds, and most processes close nothing.
    @SuppressWarnings("restricted")
    private static final class Kernel {
        static final MethodHandle MMAP =
                Linker.nativeLinker()
                        .downcallHandle(
                                Linker.nativeLinker().defaultLookup().findOrThrow("mmap"),
                                FunctionDescriptor.of(
                                        ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT,
                                        JAVA_LONG));
    }
}
