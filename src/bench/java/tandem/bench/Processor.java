package tandem.bench;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.ByteOrder;
import java.util.BitSet;

/// Holds a thread on one processor, as the programs in C and Python do it with `sched_setaffinity`.
/// Where the scheduler puts two processes decides what they measure of each other: on one
/// processor they never contend, and wake each other ten times as fast. Only Linux can.
final class Processor {
    private static final long MASK_BYTES = 1024;

    private Processor() {}

    /// Holds the calling thread on one of the processors that it may use, counted around.
    static void hold(int number) {
        if (!System.getProperty("os.name").equals("Linux")) {
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment mask = arena.allocate(MASK_BYTES, Long.BYTES);
            call("sched_getaffinity", mask);
            int[] allowed =
                    BitSet.valueOf(mask.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN)).stream()
                            .toArray();
            int processor = allowed[number % allowed.length];
            mask.fill((byte) 0);
            mask.setAtIndex(JAVA_LONG, processor / Long.SIZE, 1L << processor % Long.SIZE);
            call("sched_setaffinity", mask);
        }
    }

    @SuppressWarnings("restricted")
    private static void call(String name, MemorySegment mask) {
        Linker linker = Linker.nativeLinker();
        MethodHandle function =
                linker.downcallHandle(
                        linker.defaultLookup().findOrThrow(name),
                        FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS));
        int result;
        try {
            result = (int) function.invokeExact(0, MASK_BYTES, mask);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
        if (result != 0) {
            throw new IllegalStateException(name + " failed");
        }
    }
}
