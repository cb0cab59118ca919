package tandem.net;

import tandem.memory.Notice;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.concurrent.TimeUnit;

/// `scripts/tandem workshop`: a server for the machines of a room, until Ctrl-C.
public final class Workshop {
    private static final String EVERYWHERE = "0.0.0.0";
    private static final int MOST_FAILURES = 3;
    private static final long SHORT_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final int REFUSED = 1;

    private Workshop() {}

    static void main(String... arguments) throws InterruptedException, IOException {
        String bind = "127.0.0.1";
        int port = 0;
        try {
            for (int i = 0; i < arguments.length; i += 2) {
                String value = i + 1 < arguments.length ? arguments[i + 1] : null;
                if (value == null) {
                    throw new IllegalArgumentException(
                            "workshop has two options: --bind ADDRESS and --port PORT");
                }
                switch (arguments[i]) {
                    case "--bind" -> bind = InetAddress.getByName(value).getHostAddress();
                    case "--port" -> port = port(value);
                    default ->
                            throw new IllegalArgumentException(
                                    "workshop has two options, --bind ADDRESS and --port PORT, and"
                                            + " not "
                                            + arguments[i]);
                }
            }
            serve(Server.start(bind, port));
        } catch (java.net.UnknownHostException e) {
            refuse("there is no address " + e.getMessage());
        } catch (RuntimeException e) {
            refuse(e.getMessage());
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
        String host = server.bind().equals(EVERYWHERE) ? ownAddress() : server.bind();
        Notice.say(
                "tandem: %s serves on %s:%d, with its data in %s, until Ctrl-C%s"
                        .formatted(
                                server.program().getFileName(),
                                server.bind(),
                                server.port(),
                                server.folder(),
                                server.bind().startsWith("127.")
                                        ? "; --bind ADDRESS lets other machines in"
                                        : ""));
        IO.println("scripts/tandem --join " + server.code(host).text());
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
