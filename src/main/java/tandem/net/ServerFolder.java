package tandem.net;

import tandem.memory.Notice;
import tandem.memory.Ownership;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Stream;

/// What a server has on the disk: its certificate, its passwords, its rules and its data, in a folder that
/// only this user can read. It is made anew for a server and goes with it, or it is kept, and with it the
/// code by which the server is joined.
final class ServerFolder implements AutoCloseable {
    /// What guests may do: call functions, and what these do for them, on keys whose names they do not
    /// know. (A function may do what its caller may.)
    private static final String RULES =
            "resetchannels nocommands ~{t}* +fcall +xread +ping +auth +time +hget +hset +hmget"
                + " +hdel +hincrby +hvals +hkeys +hlen +hgetall +xadd +xtrim +sadd +srem +smembers"
                + " +scard +lpop +lpush +rpush +lrem +lpos +llen +lrange +zadd +zrem +zpopmin"
                + " +zrange +del +incr +set +setrange +getrange +bitfield +rename +multi +exec";

    private static final String LOOPBACK = "127.0.0.1";
    private static final String STORE_VARIABLE = "TANDEM_STORE";
    private static final int SECRET_BYTES = 16;
    private static final String SECRETS = "secrets";
    private static final String CERTIFICATE = "certificate.pem";
    private static final String KEY = "key.pem";
    private static final String CODE = "code";
    private static final Set<PosixFilePermission> OWN =
            PosixFilePermissions.fromString("rwx------");
    private static final FileAttribute<?> OWN_FOLDER = PosixFilePermissions.asFileAttribute(OWN);
    private static final FileAttribute<?> OWN_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path path;
    private final FileLock kept;
    private final byte[] guestPassword;
    private final byte[] keeperPassword;
    private final byte[] secret;
    private final byte[] certificate;
    private final int lastPort;

    private ServerFolder(Path path, FileLock kept) throws IOException, GeneralSecurityException {
        this.path = path;
        this.kept = kept;
        Properties secrets = new Properties();
        if (Files.exists(path.resolve(SECRETS))) {
            try (Reader reader = Files.newBufferedReader(path.resolve(SECRETS))) {
                secrets.load(reader);
            }
            this.guestPassword = bytes(secrets, "guest", JoinCode.PASSWORD_BYTES);
            this.keeperPassword = bytes(secrets, "keeper", JoinCode.PASSWORD_BYTES);
            this.secret = bytes(secrets, "secret", SECRET_BYTES);
            this.lastPort = Integer.parseInt(secrets.getProperty("port", "0"));
            this.certificate = readCertificate();
        } else {
            this.guestPassword = random(JoinCode.PASSWORD_BYTES);
            this.keeperPassword = random(JoinCode.PASSWORD_BYTES);
            this.secret = random(SECRET_BYTES);
            this.lastPort = 0;
            this.certificate = makeCertificate();
        }
    }

    /// One for a server that ends with this process.
    static ServerFolder temporary() throws IOException, GeneralSecurityException {
        Path path = Files.createTempDirectory("tandem-workshop-");
        try {
            return new ServerFolder(path, null);
        } catch (Throwable e) {
            remove(path);
            throw e;
        }
    }

    /// One that is there already, or is made, and stays.
    ///
    /// @throws IllegalStateException when others can read it, it is of a server that runs, or what it has
    ///     is not what a server of ours has left
    static ServerFolder kept(Path path) throws IOException, GeneralSecurityException {
        if (Files.notExists(path)) {
            Files.createDirectory(path, OWN_FOLDER);
        }
        requireOwn(path);
        FileChannel channel =
                FileChannel.open(
                        path.resolve("lock"),
                        EnumSet.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                        OWN_FILE);
        try {
            FileLock lock = channel.tryLock();
            if (lock == null) {
                throw new OverlappingFileLockException();
            }
            return new ServerFolder(path, lock);
        } catch (OverlappingFileLockException e) {
            channel.close();
            throw new IllegalStateException(
                    "%s is the folder of a workshop that is open now".formatted(path), e);
        } catch (Throwable e) {
            channel.close();
            throw e;
        }
    }

    private static void requireOwn(Path path) throws IOException {
        try {
            Ownership.requireOwnFolder(path);
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
        if (!Files.getPosixFilePermissions(path).equals(OWN)) {
            throw new IllegalStateException(
                    "%s has to be a folder that its owner alone may read: chmod 700 %s"
                            .formatted(path, path));
        }
    }

    private byte[] bytes(Properties secrets, String name, int count) {
        String text = secrets.getProperty(name, "");
        if (!text.matches("[0-9a-f]{" + 2 * count + "}")) {
            throw new IllegalStateException(
                    "%s is no file that a workshop has written: it has no %s of %d bytes"
                            .formatted(path.resolve(SECRETS), name, count));
        }
        return HexFormat.of().parseHex(text);
    }

    private static byte[] random(int bytes) {
        byte[] random = new byte[bytes];
        new SecureRandom().nextBytes(random);
        return random;
    }

    private byte[] readCertificate() throws IOException, GeneralSecurityException {
        try (var in = Files.newInputStream(path.resolve(CERTIFICATE))) {
            return CertificateFactory.getInstance("X.509").generateCertificate(in).getEncoded();
        }
    }

    private byte[] makeCertificate() throws IOException, GeneralSecurityException {
        Path store = path.resolve("store.p12");
        Files.deleteIfExists(store);
        String password = Base64.getUrlEncoder().encodeToString(random(SECRET_BYTES));
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
        byte[] made = keys.getCertificate("tandem").getEncoded();
        Files.delete(store);
        write(KEY, pem("PRIVATE KEY", key.getEncoded()));
        write(CERTIFICATE, pem("CERTIFICATE", made));
        return made;
    }

    private static String pem(String what, byte[] bytes) {
        return "-----BEGIN %s-----%n%s%n-----END %s-----%n"
                .formatted(what, Base64.getMimeEncoder().encodeToString(bytes), what);
    }

    /// Writes what the server reads at its start.
    ///
    /// @param memory how many bytes it may have
    void configure(String bind, int port, long memory, boolean isDurable)
            throws IOException, GeneralSecurityException {
        // Nobody is `default`; but the server has its rights when it reads its own data at its
        // start, and without them it would leave out what it may not do, in silence.
        write(
                "users.acl",
                "user default off resetpass ~* &* +@all\nuser %s on #%s ~* &* +@all\nuser %s on #%s %s\n"
                        .formatted(
                                Server.KEEPER,
                                hash(keeperCode(LOOPBACK, port)),
                                Member.GUEST,
                                hash(guestCode(LOOPBACK, port)),
                                RULES));
        write(
                configuration().getFileName().toString(),
                String.join(
                        "\n",
                        "bind " + bind,
                        "port 0",
                        "tls-port " + port,
                        "tls-cert-file \"" + path.resolve(CERTIFICATE) + "\"",
                        "tls-key-file \"" + path.resolve(KEY) + "\"",
                        "tls-auth-clients no",
                        "tls-protocols \"TLSv1.3\"",
                        "aclfile \"" + path.resolve("users.acl") + "\"",
                        "dir \"" + path + "\"",
                        "pidfile \"" + pidFile() + "\"",
                        "logfile \"" + log() + "\"",
                        "appendonly yes",
                        "appendfsync " + (isDurable ? "always" : "everysec"),
                        "save \"\"",
                        "maxmemory " + memory,
                        "maxmemory-policy noeviction",
                        "tcp-keepalive 10",
                        ""));
        if (kept != null && port != lastPort) {
            keep(port);
        }
    }

    /// All of it or nothing, as the data are of no use without.
    private void keep(int port) throws IOException {
        Properties secrets = new Properties();
        secrets.setProperty("guest", HexFormat.of().formatHex(guestPassword));
        secrets.setProperty("keeper", HexFormat.of().formatHex(keeperPassword));
        secrets.setProperty("secret", secret());
        secrets.setProperty("port", Integer.toString(port));
        Path written = fresh(SECRETS + ".new");
        try (Writer writer = Files.newBufferedWriter(written)) {
            secrets.store(writer, null);
        }
        Files.move(written, path.resolve(SECRETS), StandardCopyOption.ATOMIC_MOVE);
    }

    /// Leaves the code in a file for whoever may read the folder, where it is kept.
    void leaveCode(String line) throws IOException {
        if (kept != null) {
            write(CODE, line + "\n");
        }
    }

    private static String hash(JoinCode code) throws GeneralSecurityException {
        return HexFormat.of()
                .formatHex(
                        MessageDigest.getInstance("SHA-256")
                                .digest(code.password().getBytes(StandardCharsets.UTF_8)));
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(fresh(name), text);
    }

    private Path fresh(String name) throws IOException {
        Path file = path.resolve(name);
        Files.deleteIfExists(file);
        return Files.createFile(file, OWN_FILE);
    }

    JoinCode guestCode(String host, int port) {
        return JoinCode.of(host, port, guestPassword, certificate);
    }

    JoinCode keeperCode(String host, int port) {
        return JoinCode.of(host, port, keeperPassword, certificate);
    }

    /// A part of the names of all keys.
    String secret() {
        return HexFormat.of().formatHex(secret);
    }

    /// The port of its last server, 0 when there was none.
    int lastPort() {
        return lastPort;
    }

    boolean isKept() {
        return kept != null;
    }

    Path path() {
        return path;
    }

    Path configuration() {
        return path.resolve("server.conf");
    }

    Path log() {
        return path.resolve("server.log");
    }

    Path pidFile() {
        return path.resolve("server.pid");
    }

    /// Removes it, unless it is kept.
    @Override
    public void close() {
        try {
            if (kept == null) {
                remove(path);
            } else {
                kept.acquiredBy().close();
            }
        } catch (IOException e) {
            Notice.say("tandem: %s is left: %s".formatted(path, e.getMessage()));
        }
    }

    private static void remove(Path path) throws IOException {
        if (Files.notExists(path)) {
            return;
        }
        try (Stream<Path> all = Files.walk(path)) {
            for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(one);
            }
        }
    }
}
