package tandem.sync;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.ref.Reference;

/// Sleeps in the Linux kernel: `futex(2)` through `java.lang.foreign`, without the private flag,
/// because the sleepers are in different processes.
///
/// A virtual thread would keep its carrier in the kernel, and with a few of them all virtual threads
/// of the JVM, the holder's among them. So those wait in Java.
///
/// What a wait returns is not looked at: woken, interrupted by a signal, timed out or too late
/// (the word had changed), the caller looks at the word again.
final class FutexWaiter extends Waiter {
    static final FutexWaiter INSTANCE = new FutexWaiter();

    private static final int FUTEX_WAIT = 0;
    private static final int FUTEX_WAKE = 1;

    private FutexWaiter() {}

    /// Whether this JVM may call the kernel: Linux on a known processor, with native access enabled
    /// (without it every JVM would print a warning of four lines).
    static boolean isAllowed() {
        return callNumber() > 0 && FutexWaiter.class.getModule().isNativeAccessEnabled();
    }

    @Override
    void await(MemorySegment page, long offset, int expected, long nanos, int round) {
        if (Thread.currentThread().isVirtual()) {
            PortableWaiter.INSTANCE.await(page, offset, expected, nanos, round);
            return;
        }
        if (nanos == SLICE_NANOS) {
            call(page, offset, FUTEX_WAIT, expected, Kernel.SLICE.address());
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment timeout = timespec(arena, nanos);
            call(page, offset, FUTEX_WAIT, expected, timeout.address());
        }
    }

    @Override
    int wake(MemorySegment page, long offset, boolean all) {
        return (int) call(page, offset, FUTEX_WAKE, all ? Integer.MAX_VALUE : 1, 0);
    }

    private static long call(MemorySegment page, long offset, int op, int value, long timeout) {
        try {
            return (long)
                    Kernel.SYSCALL.invokeExact(
                            Kernel.NUMBER, page.address() + offset, op, value, timeout, 0L, 0);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        } finally {
            Reference.reachabilityFence(page);
        }
    }

    /// Two longs, seconds and nanoseconds. (A struct layout would cost a worker a millisecond of its
    /// start.)
    private static MemorySegment timespec(Arena arena, long nanos) {
        MemorySegment timespec = arena.allocate(JAVA_LONG, 2);
        timespec.set(JAVA_LONG, 0, nanos / 1_000_000_000);
        timespec.set(JAVA_LONG, 8, nanos % 1_000_000_000);
        return timespec;
    }

    private static long callNumber() {
        if (!System.getProperty("os.name").equals("Linux")) {
            return 0;
        }
        return switch (System.getProperty("os.arch")) {
            case "amd64" -> 202;
            case "aarch64", "riscv64" -> 98;
            default -> 0;
        };
    }

    /// Made at the first call: linking costs milliseconds, and most processes never wait.
    @SuppressWarnings("restricted")
    private static final class Kernel {
        static final long NUMBER = callNumber();
        static final MethodHandle SYSCALL =
                Linker.nativeLinker()
                        .downcallHandle(
                                Linker.nativeLinker().defaultLookup().findOrThrow("syscall"),
                                FunctionDescriptor.of(
                                        JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT,
                                        JAVA_LONG, JAVA_LONG, JAVA_INT),
                                Linker.Option.firstVariadicArg(1));
        static final MemorySegment SLICE = timespec(Arena.global(), SLICE_NANOS);
    }
}
