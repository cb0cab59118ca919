package tandem.session;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/// What the operating system says of a process: on Linux, from `/proc`; elsewhere nothing.
///
/// @param isAlive whether it has not ended
/// @param isStopped whether it was stopped, as by SIGSTOP
/// @param cpuMillis the processor time that it has used, -1 where unknown
/// @param residentBytes the memory that it has in use, -1 where unknown
public record Vitals(boolean isAlive, boolean isStopped, long cpuMillis, long residentBytes) {
    /// Of a process that nothing is known of yet.
    public static final Vitals UNKNOWN = new Vitals(true, false, -1, -1);

    /// Of a process that has ended.
    public static final Vitals ENDED = new Vitals(false, false, -1, -1);

    /// The kernel counts processor time for users in hundredths of a second on all processors.
    private static final int MILLIS_PER_TICK = 10;

    /// Fields of `/proc/PID/stat`, counted from the one after the command's name.
    private static final int STATE = 0;

    private static final int USER_TIME = 11;
    private static final int SYSTEM_TIME = 12;
    private static final int START_TIME = 19;

    private static final String RESIDENT = "VmRSS:";

    /// @param pid of a process that lives
    static Vitals of(long pid) {
        Path folder = Path.of("/proc", Long.toString(pid));
        try {
            String[] fields = fields(read(folder.resolve("stat")));
            char state = fields[STATE].charAt(0);
            long ticks = Long.parseLong(fields[USER_TIME]) + Long.parseLong(fields[SYSTEM_TIME]);
            return new Vitals(
                    state != 'Z' && state != 'X',
                    state == 'T' || state == 't',
                    ticks * MILLIS_PER_TICK,
                    resident(read(folder.resolve("status"))));
        } catch (IOException | RuntimeException e) {
            return UNKNOWN; // It has just ended, or this is not Linux.
        }
    }

    /// When a process was started, on a clock that nobody sets, where there is one: the JDK's answer
    /// moves with the time of day on Linux.
    ///
    /// @return clock ticks since the machine was started on Linux, elsewhere milliseconds since
    ///     1970; 0 where unknown
    static long started(ProcessHandle process) {
        try {
            String stat = read(Path.of("/proc", Long.toString(process.pid()), "stat"));
            return Long.parseLong(fields(stat)[START_TIME]);
        } catch (IOException | RuntimeException e) {
            return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
        }
    }

    private static String[] fields(String stat) {
        return stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    }

    private static long resident(String status) {
        int at = status.indexOf(RESIDENT);
        if (at < 0) {
            return -1;
        }
        String line = status.substring(at + RESIDENT.length(), status.indexOf("kB", at));
        return Long.parseLong(line.strip()) << 10;
    }

    private static String read(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    }
}
