package tandem.launch;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Workers of a program that runs many times: the JVM of a worker that has ended well works again as
/// the one that has the same name in the next run. It starts no sooner, has no other class and ends no
/// later than one of its own, as far as the program can see, but it has been started before.
public final class Again {
    /*
     * Overview. A worker that has run its job, and holds no lock, writes one byte to its standard output,
     * which nothing else writes to, and reads its next assignment. Any other end is that of its process.
     * Its parent has a process for each job, a Turn, that ends with that byte or with the JVM.
     */
    public static final String PROPERTY = "tandem.step.again";

    /// What the property says in the main process.
    public static final String MAIN = "main";

    private static final String WORKER = "worker";

    /// Whether the workers of this process work again.
    public static final boolean IS_ON = System.getProperty(PROPERTY) != null;

    /// Whether this process is one that does.
    public static final boolean IS_WORKER = WORKER.equals(System.getProperty(PROPERTY));

    static {
        if (IS_ON) {
            System.setProperty(PROPERTY, WORKER); // Its workers inherit it.
        }
    }

    private static final Map<String, Started> IDLE = new HashMap<>();

    private Again() {}

    /// The worker of this name, null when there is none that can work again.
    static synchronized Started take(String name) {
        Started idle = IDLE.remove(name);
        return idle != null && idle.process() instanceof Turn last && last.isAlive()
                ? new Started(last.next(), idle.session(), idle.holder())
                : null;
    }

    static synchronized void keep(Turn last, Started ended) {
        IDLE.put(last.name(), ended);
    }

    /// In a worker: lets nothing but the ends of jobs go to its output.
    public static OutputStream output() {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
        System.setOut(nowhere);
        System.setErr(nowhere);
        return new FileOutputStream(FileDescriptor.out);
    }

    /// One job of a JVM that may have several, one after another.
    static final class Turn extends Process {
        private final String name;
        private final Process process;

        /// Null before the end is known.
        private volatile Integer code;

        private volatile boolean isKept;

        Turn(String name, Process process) {
            this.name = name;
            this.process = process;
        }

        String name() {
            return name;
        }

        /// Whether the JVM goes on.
        boolean isKept() {
            return isKept;
        }

        /// Its next job.
        Turn next() {
            return new Turn(name, process);
        }

        @Override
        public OutputStream getOutputStream() {
            return process.getOutputStream();
        }

        @Override
        public InputStream getInputStream() {
            return InputStream.nullInputStream();
        }

        @Override
        public InputStream getErrorStream() {
            return InputStream.nullInputStream();
        }

        @Override
        public synchronized int waitFor() throws InterruptedException {
            if (code == null) {
                int end = end();
                isKept = end >= 0;
                code = isKept ? end : process.waitFor();
            }
            return code;
        }

        private int end() {
            try {
                return process.getInputStream().read();
            } catch (IOException e) {
                return -1;
            }
        }

        @Override
        public boolean waitFor(long timeout, TimeUnit unit) throws InterruptedException {
            return process.waitFor(timeout, unit);
        }

        @Override
        public int exitValue() {
            if (code == null) {
                throw new IllegalThreadStateException("it has not ended");
            }
            return code;
        }

        @Override
        public boolean isAlive() {
            return process.isAlive();
        }

        @Override
        public void destroy() {
            process.destroy();
        }

        @Override
        public ProcessHandle toHandle() {
            return process.toHandle();
        }

        @Override
        public long pid() {
            return process.pid();
        }
    }
}
