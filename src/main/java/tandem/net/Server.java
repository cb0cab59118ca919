package tandem.net;

import redis.clients.jedis.Protocol.Command;

import tandem.net.Link.Channel;
import tandem.net.Link.Errand;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/// A Valkey or Redis of this process's own, for as long as this process lives.
final class Server implements AutoCloseable {
    private static final List<String> PROGRAMS = List.of("valkey-server", "redis-server");
    private static final String PROGRAM_VARIABLE = "TANDEM_SERVER";
    private static final int OLDEST = 7;

    /// Of all that it has.
    static final long MOST_MEMORY = 1L << 30;

    private static final String LOOPBACK = "127.0.0.1";

    /// Who may do all.
    static final String KEEPER = "keeper";

    private static final long START_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final long END_SECONDS = 5;
    private static final int SHOWN_LINES = 5;
    private static final int MOST_ATTEMPTS = 3;

    /// Ends the server when its standard input does, with this process, however that ends; and then removes
    /// the folder, which has a key in it, unless it is kept. The folder is `$0`.
    private static final String WITH_PARENT =
            "umask 077; exec 3<&0; \"$@\" </dev/null & server=$!; "
                    + "(cat <&3 >/dev/null; : >\"$0/over\"; kill $server) 2>/dev/null & "
                    + "wait $server; code=$?; kill $! 2>/dev/null; "
                    + "[ ! -e \"$0/over\" ] || rm -rf \"$0%s\"; exit $code";

    /// What a server is to be like.
    ///
    /// @param bind the address at which others reach it
    /// @param port 0 for that of the folder's last server, or any that is free
    /// @param limit how many bytes each machine may store
    /// @param isDurable whether a change is on the disk before it is answered
    /// @param folder where it has its data and its keys, and where these stay; null for one that goes with it
    record Plan(String bind, int port, long limit, boolean isDurable, Path folder) {
        static final Plan USUAL = new Plan(LOOPBACK, 0, MOST_MEMORY / 4, false, null);

        Plan withBind(String address) {
            return new Plan(address, port, limit, isDurable, folder);
        }

        Plan withPort(int number) {
            return new Plan(bind, number, limit, isDurable, folder);
        }

        Plan withLimit(long bytes) {
            return new Plan(bind, port, bytes, isDurable, folder);
        }

        Plan durable() {
            return new Plan(bind, port, limit, true, folder);
        }

        Plan withFolder(Path path) {
            return new Plan(bind, port, limit, isDurable, path);
        }
    }

    private final Path program;
    private final ServerFolder folder;
    private final Plan plan;
    private Process process;

    private Server(Path program, ServerFolder folder, Plan plan) {
        this.program = program;
        this.folder = folder;
        this.plan = plan;
    }

    /// @throws IllegalStateException when there is no program for it, it does not start, or its folder is
    ///     none for it
    static Server start(Plan plan) {
        Path program = find();
        try {
            ServerFolder folder =
                    plan.folder() == null
                            ? ServerFolder.temporary()
                            : ServerFolder.kept(plan.folder());
            for (int attempts = plan.port() == 0 ? MOST_ATTEMPTS : 1; ; attempts--) {
                Server server = new Server(program, folder, withPort(plan, folder));
                try {
                    server.prepare();
                    server.run();
                    return server;
                } catch (Throwable e) {
                    if (attempts == 1 || folder.lastPort() != 0 || !server.hasLostItsPort()) {
                        server.close();
                        throw e;
                    }
                    Files.delete(folder.log());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("a server cannot be started: " + e.getMessage(), e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK cannot make a certificate: " + e, e);
        }
    }

    private static Plan withPort(Plan plan, ServerFolder folder) throws IOException {
        if (plan.port() != 0) {
            return plan;
        }
        return plan.withPort(folder.lastPort() == 0 ? freePort() : folder.lastPort());
    }

    /// Whether there is a program for it.
    static boolean isInstalled() {
        return programs().findAny().isPresent();
    }

    /// The program for it.
    ///
    /// @throws IllegalStateException when there is none
    static Path find() {
        return programs()
                .filter(program -> version(program) >= OLDEST)
                .findFirst()
                .orElseThrow(Server::none);
    }

    /// The one that the environment names, or those on the path.
    private static Stream<Path> programs() {
        String chosen = System.getenv(PROGRAM_VARIABLE);
        return chosen == null || chosen.isBlank()
                ? PROGRAMS.stream().map(Server::onPath).filter(Objects::nonNull)
                : Stream.of(Path.of(chosen.strip())).filter(Files::isExecutable);
    }

    private static IllegalStateException none() {
        String chosen = System.getenv(PROGRAM_VARIABLE);
        if (chosen != null && !chosen.isBlank()) {
            return new IllegalStateException(
                    "%s is %s, which is no server of version %d or newer"
                            .formatted(PROGRAM_VARIABLE, chosen, OLDEST));
        }
        return new IllegalStateException(
                "there is neither valkey-server nor redis-server of version %d or newer on the PATH: %s"
                        .formatted(OLDEST, howToInstall()));
    }

    private static String howToInstall() {
        if (onPath("apt-get") != null) {
            return "sudo apt-get install redis-server";
        }
        if (onPath("dnf") != null) {
            return "sudo dnf install valkey";
        }
        if (onPath("brew") != null) {
            return "brew install valkey";
        }
        return "https://valkey.io/download has it";
    }

    private static Path onPath(String name) {
        String path = System.getenv("PATH");
        return Stream.of(path == null ? new String[0] : path.split(File.pathSeparator))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
    }

    /// The first number of its version, 0 when it says none.
    private static int version(Path program) {
        try {
            Process process =
                    new ProcessBuilder(program.toString(), "--version")
                            .redirectErrorStream(true)
                            .start();
            String words =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int at = words.indexOf("v=");
            int end = words.indexOf('.', Math.max(at, 0));
            return at < 0 || end < 0 ? 0 : Integer.parseInt(words.substring(at + 2, end));
        } catch (IOException | NumberFormatException e) {
            return 0;
        }
    }

    /// Whether the port that was free is another's by now.
    private boolean hasLostItsPort() throws IOException {
        return process != null && !process.isAlive() && lastWords().contains("already in use");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private void prepare() throws IOException, GeneralSecurityException {
        awaitLast();
        String addresses =
                isLoopback() || plan.bind().equals("0.0.0.0")
                        ? plan.bind()
                        : LOOPBACK + " " + plan.bind();
        folder.configure(addresses, plan.port(), MOST_MEMORY, plan.isDurable());
    }

    /// The last server of the folder ends with its workshop, or a little later.
    private void awaitLast() throws IOException {
        if (Files.notExists(folder.pidFile())) {
            return;
        }
        ProcessHandle last = ProcessHandle.of(pid()).orElse(null);
        String file = program.toRealPath().toString();
        if (last != null && last.info().command().filter(file::equals).isPresent()) {
            try {
                last.onExit().get(END_SECONDS, TimeUnit.SECONDS);
            } catch (ExecutionException | TimeoutException e) {
                // Then it is another one, or has the port, as is said then.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private boolean isLoopback() {
        return plan.bind().startsWith("127.") || plan.bind().equals("localhost");
    }

    /// What others join with.
    ///
    /// @param host at which they reach it
    JoinCode code(String host) {
        return folder.guestCode(host, plan.port());
    }

    /// Starts it, and loads the functions; its data are those that it had when it ended.
    void run() throws IOException {
        String script = WITH_PARENT.formatted(folder.isKept() ? "/over" : "");
        List<String> command =
                new ArrayList<>(List.of("/bin/sh", "-c", script, folder.path().toString()));
        command.add(program.toString());
        command.add(folder.configuration().toString());
        process =
                new ProcessBuilder(command)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        load();
    }

    private void load() throws IOException {
        long end = System.nanoTime() + START_NANOS;
        try (Link link = keeper()) {
            Channel channel = link.take();
            while (true) {
                try {
                    link.command(
                            channel,
                            new Errand("the load of the functions", false),
                            Command.FUNCTION,
                            Link.ascii("LOAD"),
                            Link.ascii("REPLACE"),
                            Library.text(folder.secret(), plan.limit())
                                    .getBytes(StandardCharsets.UTF_8));
                    return;
                } catch (tandem.sync.UnreachableException e) {
                    if (!process.isAlive() || System.nanoTime() - end > 0) {
                        throw new IOException(
                                "%s has not started: %s".formatted(program, lastWords()));
                    }
                }
            }
        }
    }

    /// For whoever may do all.
    Link keeper() {
        String host = isLoopback() ? plan.bind() : LOOPBACK;
        return new Link(folder.keeperCode(host, plan.port()), KEEPER);
    }

    private String lastWords() throws IOException {
        Path log = folder.log();
        if (!Files.exists(log)) {
            return "it does not understand its options; it needs TLS, which some builds are"
                    + " without";
        }
        List<String> lines = Files.readAllLines(log);
        return String.join(
                "; ", lines.subList(Math.max(0, lines.size() - SHOWN_LINES), lines.size()));
    }

    /// Waits until it has ended.
    int await() throws InterruptedException {
        return process.waitFor();
    }

    Plan plan() {
        return plan;
    }

    ServerFolder folder() {
        return folder;
    }

    Path program() {
        return program;
    }

    int port() {
        return plan.port();
    }

    /// The process of the server itself.
    ///
    /// @throws IOException when it has not said
    long pid() throws IOException {
        return Long.parseLong(Files.readString(folder.pidFile()).strip());
    }

    /// Ends it, and removes its folder unless that is kept.
    @Override
    public void close() {
        if (process != null) {
            try {
                process.getOutputStream().close();
                if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                    process.descendants().forEach(ProcessHandle::destroyForcibly);
                }
            } catch (IOException e) {
                process.destroy();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        folder.close();
    }
}
