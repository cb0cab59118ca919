package tandem.net;

import redis.clients.jedis.Protocol.Command;

import tandem.memory.Notice;
import tandem.net.Link.Channel;
import tandem.net.Link.Errand;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A Valkey or Redis of this process's own, for as long as this process lives: in a folder that only this
/// user can read, with a certificate and passwords that are made anew each time.
final class Server implements AutoCloseable {
    /// What guests may do: call functions, and what these do for them, on keys whose names they do not
    /// know. (A function may do what its caller may.)
    private static final String RULES =
            "resetchannels nocommands ~{t}* +fcall +xread +ping +auth +time +hget +hset +hmget"
                + " +hdel +hincrby +hvals +hkeys +hlen +hgetall +xadd +xtrim +sadd +srem +smembers"
                + " +scard +lpop +lpush +rpush +lrem +lpos +llen +lrange +zadd +zrem +zpopmin +del"
                + " +incr +set +setrange +getrange +bitfield";

    private static final List<String> PROGRAMS = List.of("valkey-server", "redis-server");
    private static final int OLDEST = 7;
    private static final String LOOPBACK = "127.0.0.1";
    private static final String KEEPER = "keeper";
    private static final String STORE_VARIABLE = "TANDEM_STORE";
    private static final long START_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long END_SECONDS = 5;
    private static final int SHOWN_LINES = 5;

    /// Ends the server when its standard input does, with this process, however that ends; and then removes
    /// the folder, which has a key in it. The folder is `$0`.
    private static final String WITH_PARENT =
            "exec 3<&0; \"$@\" </dev/null & server=$!; "
                    + "(cat <&3 >/dev/null; : >\"$0/over\"; kill $server) 2>/dev/null & "
                    + "wait $server; code=$?; kill $! 2>/dev/null; "
                    + "[ ! -e \"$0/over\" ] || rm -rf \"$0\"; exit $code";

    private final Path program;
    private final Path folder;
    private final String bind;
    private final int port;
    private final byte[] guestPassword = random(JoinCode.PASSWORD_BYTES);
    private final byte[] keeperPassword = random(JoinCode.PASSWORD_BYTES);
    private final String secret = HexFormat.of().formatHex(random(16));
    private byte[] certificate;
    private Process process;

    private Server(Path program, Path folder, String bind, int port) {
        this.program = program;
        this.folder = folder;
        this.bind = bind;
        this.port = port;
    }

    /// @param bind the address at which others reach it
    /// @param port 0 for any that is free
    /// @throws IllegalStateException when there is no program for it, or it does not start
    static Server start(String bind, int port) {
        Path program = find();
        try {
            Path folder = Files.createTempDirectory("tandem-workshop-");
            Server server = new Server(program, folder, bind, port == 0 ? freePort() : port);
            try {
                server.prepare();
                server.run();
                return server;
            } catch (Throwable e) {
                server.close();
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("a server cannot be started: " + e.getMessage(), e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK cannot make a certificate: " + e, e);
        }
    }

    /// Whether there is a program for it.
    static boolean isInstalled() {
        return PROGRAMS.stream().anyMatch(name -> onPath(name) != null);
    }

    private static Path find() {
        for (String name : PROGRAMS) {
            Path program = onPath(name);
            if (program != null && version(program) >= OLDEST) {
                return program;
            }
        }
        throw new IllegalStateException(
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

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static byte[] random(int bytes) {
        byte[] random = new byte[bytes];
        new SecureRandom().nextBytes(random);
        return random;
    }

    private void prepare() throws IOException, GeneralSecurityException {
        makeCertificate();
        // Nobody is `default`; but the server has its rights when it reads its own data at its
        // start, and
        // without them it would leave out what it may not do, in silence.
        write(
                "users.acl",
                "user default off resetpass ~* &* +@all\nuser %s on #%s ~* &* +@all\nuser %s on #%s %s\n"
                        .formatted(
                                KEEPER,
                                hash(code(LOOPBACK, keeperPassword)),
                                Member.GUEST,
                                hash(code(LOOPBACK, guestPassword)),
                                RULES));
        String addresses = isLoopback() || bind.equals("0.0.0.0") ? bind : LOOPBACK + " " + bind;
        write(
                "server.conf",
                String.join(
                        "\n",
                        "bind " + addresses,
                        "port 0",
                        "tls-port " + port,
                        "tls-cert-file \"" + folder.resolve("certificate.pem") + "\"",
                        "tls-key-file \"" + folder.resolve("key.pem") + "\"",
                        "tls-auth-clients no",
                        "tls-protocols \"TLSv1.3\"",
                        "aclfile \"" + folder.resolve("users.acl") + "\"",
                        "dir \"" + folder + "\"",
                        "pidfile \"" + folder.resolve("server.pid") + "\"",
                        "logfile \"" + folder.resolve("server.log") + "\"",
                        "appendonly yes",
                        "appendfsync everysec",
                        "save \"\"",
                        "maxmemory 1gb",
                        "maxmemory-policy noeviction",
                        "tcp-keepalive 10",
                        ""));
    }

    private boolean isLoopback() {
        return bind.startsWith("127.") || bind.equals("localhost");
    }

    private static String hash(JoinCode code) throws GeneralSecurityException {
        return HexFormat.of()
                .formatHex(
                        MessageDigest.getInstance("SHA-256")
                                .digest(code.password().getBytes(StandardCharsets.UTF_8)));
    }

    private void write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createFile(
                file,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, text);
    }

    private void makeCertificate() throws IOException, GeneralSecurityException {
        Path store = folder.resolve("store.p12");
        String password = Base64.getUrlEncoder().encodeToString(random(16));
        ProcessBuilder keytool =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "keytool")
                                        .toString(),
                                "-genkeypair",
                                "-alias",
                                "tandem",
                                "-keyalg",
                                "EC",
                                "-groupname",
                                "secp256r1",
                                "-dname",
                                "CN=tandem",
                                "-validity",
                                "3650",
                                "-storetype",
                                "PKCS12",
                                "-keystore",
                                store.toString(),
                                "-storepass:env",
                                STORE_VARIABLE)
                        .redirectErrorStream(true);
        keytool.environment().put(STORE_VARIABLE, password);
        Process making = keytool.start();
        making.getOutputStream().close();
        String words = new String(making.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!Files.exists(store)) {
            throw new IOException("keytool has made no certificate: " + words.strip());
        }
        KeyStore keys = KeyStore.getInstance(store.toFile(), password.toCharArray());
        Key key = keys.getKey("tandem", password.toCharArray());
        Certificate made = keys.getCertificate("tandem");
        Files.delete(store);
        certificate = made.getEncoded();
        write("key.pem", pem("PRIVATE KEY", key.getEncoded()));
        write("certificate.pem", pem("CERTIFICATE", certificate));
    }

    private static String pem(String what, byte[] bytes) {
        return "-----BEGIN %s-----%n%s%n-----END %s-----%n"
                .formatted(what, Base64.getMimeEncoder().encodeToString(bytes), what);
    }

    private JoinCode code(String host, byte[] password) {
        return JoinCode.of(host, port, password, certificate);
    }

    /// What others join with.
    ///
    /// @param host at which they reach it
    JoinCode code(String host) {
        return code(host, guestPassword);
    }

    /// Starts it, and loads the functions; its data are those that it had when it ended.
    void run() throws IOException {
        List<String> command =
                new ArrayList<>(List.of("/bin/sh", "-c", WITH_PARENT, folder.toString()));
        command.add(program.toString());
        command.add(folder.resolve("server.conf").toString());
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
                            Library.text(secret).getBytes(StandardCharsets.UTF_8));
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
        return new Link(code(isLoopback() ? bind : LOOPBACK, keeperPassword), KEEPER);
    }

    private String lastWords() throws IOException {
        Path log = folder.resolve("server.log");
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

    Path folder() {
        return folder;
    }

    Path program() {
        return program;
    }

    int port() {
        return port;
    }

    String bind() {
        return bind;
    }

    /// The process of the server itself.
    ///
    /// @throws IOException when it has not said
    long pid() throws IOException {
        return Long.parseLong(Files.readString(folder.resolve("server.pid")).strip());
    }

    /// Ends it, and removes its folder.
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
        if (Files.notExists(folder)) {
            return;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            Notice.say("tandem: %s is left: %s".formatted(folder, e.getMessage()));
        }
    }
}
