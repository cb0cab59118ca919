package tandem.net;

import tandem.memory.Notice;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// `scripts/tandem workshop`: a server for the machines of a room, until Ctrl-C.
public final class Workshop {
    private static final String EVERYWHERE = "0.0.0.0";
    private static final int MOST_FAILURES = 3;
    private static final long SHORT_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final int REFUSED = 1;
    private static final String OPTIONS =
            "workshop has the options --bind ADDRESS, --port PORT, --limit BYTES, --folder FOLDER"
                    + " and --durable";

    private Workshop() {}

    /// Which program it would start, for a person.
    public static String describeProgram() {
        try {
            return "%s, for scripts/tandem workshop".formatted(Server.find());
        } catch (IllegalStateException e) {
            return "none, and none is needed to join one: " + e.getMessage();
        }
    }

    static void main(String... arguments) throws InterruptedException, IOException {
        try {
            Server.Plan plan = Server.Plan.USUAL;
            Iterator<String> words = List.of(arguments).iterator();
            while (words.hasNext()) {
                String option = words.next();
                plan =
                        switch (option) {
                            case "--bind" -> plan.withBind(address(value(option, words)));
                            case "--port" -> plan.withPort(port(value(option, words)));
                            case "--limit" -> plan.withLimit(limit(value(option, words)));
                            case "--folder" ->
                                    plan.withFolder(Path.of(value(option, words)).toAbsolutePath());
                            case "--durable" -> plan.durable();
                            default ->
                                    throw new IllegalArgumentException(
                                            OPTIONS + ", and not " + option);
                        };
            }
            serve(Server.start(plan));
        } catch (RuntimeException e) {
            refuse(e.getMessage());
        }
    }

    private static String value(String option, Iterator<String> words) {
        if (words.hasNext()) {
            return words.next();
        }
        throw new IllegalArgumentException("nothing follows " + option + ": " + OPTIONS);
    }

    private static String address(String text) {
        try {
            return InetAddress.getByName(text).getHostAddress();
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(
                    "--bind %s: there is no such address".formatted(text));
        }
    }

    private static int port(String text) {
        try {
            int port = Integer.parseInt(text);
            if (port >= 0 && port <= 65_535) {
                return port;
            }
        } catch (NumberFormatException e) {
            // It is refused below.
        }
        throw new IllegalArgumentException(
                "--port %s: a port is a number up to 65535".formatted(text));
    }

    private static long limit(String text) {
        Matcher number =
                Pattern.compile("(\\d{1,9})([kmg]?)").matcher(text.toLowerCase(Locale.ROOT));
        if (number.matches()) {
            long bytes = Long.parseLong(number.group(1)) << shift(number.group(2));
            if (bytes > 0 && bytes <= Server.MOST_MEMORY) {
                return bytes;
            }
        }
        throw new IllegalArgumentException(
                "--limit %s: what each machine may store is up to 1g, as in 64m or 500k"
                        .formatted(text));
    }

    private static int shift(String unit) {
        return switch (unit) {
            case "k" -> 10;
            case "m" -> 20;
            case "g" -> 30;
            default -> 0;
        };
    }

    private static void refuse(String why) {
        Notice.say("tandem: " + why);
        System.exit(REFUSED);
    }

    private static void serve(Server server) throws InterruptedException, IOException {
        Thread main = Thread.currentThread();
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(
                                () -> {
                                    main.interrupt();
                                    server.close();
                                },
                                "tandem-workshop-end"));
        String host = server.plan().bind().equals(EVERYWHERE) ? ownAddress() : server.plan().bind();
        Notice.say(
                "tandem: %s serves on %s:%d, with its data in %s, until Ctrl-C%s%s"
                        .formatted(
                                server.program().getFileName(),
                                server.plan().bind(),
                                server.port(),
                                server.folder().path(),
                                server.plan().isDurable()
                                        ? "; each change is on the disk before it is answered"
                                        : "",
                                server.plan().bind().startsWith("127.")
                                        ? "; --bind ADDRESS lets other machines in"
                                        : ""));
        String code = server.code(host).text();
        server.folder().leaveCode(code);
        IO.println("scripts/tandem --join " + code);
        keep(server);
    }

    /// Starts it again when it ends by itself, with the data that it had.
    private static void keep(Server server) throws IOException {
        try {
            int failures = 0;
            while (failures < MOST_FAILURES) {
                long begun = System.nanoTime();
                int code = server.await();
                failures = System.nanoTime() - begun < SHORT_NANOS ? failures + 1 : 1;
                Notice.say(
                        "tandem: the server has ended (%d), and is started again with its data"
                                .formatted(code));
                server.run();
            }
            Notice.say("tandem: the server ends again and again; its last words are in its log");
        } catch (InterruptedException e) {
            // It is time to end.
        }
    }

    /// One at which other machines may reach this one.
    private static String ownAddress() {
        try {
            return NetworkInterface.networkInterfaces()
                    .filter(Workshop::isUp)
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(address -> address instanceof Inet4Address)
                    .filter(address -> !address.isLoopbackAddress())
                    .map(InetAddress::getHostAddress)
                    .findFirst()
                    .orElse("127.0.0.1");
        } catch (SocketException e) {
            return "127.0.0.1";
        }
    }

    private static boolean isUp(NetworkInterface one) {
        try {
            return one.isUp();
        } catch (SocketException e) {
            return false;
        }
    }
}
