package tandem.process;

import jdk.net.ExtendedSocketOptions;

import tandem.memory.SharedFile;
import tandem.memory.Trace;
import tandem.session.Session;
import tandem.travel.Kit;

import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/// Where other processes call the objects of this one: a socket in the directory of the session, which
/// only its user can enter. Each of their threads has a thread here.
public final class Reception {
    private static final Duration PAUSE = Duration.ofMillis(10);
    private static final Duration LONGEST_KNOCK = Duration.ofSeconds(2);
    private static final int MOST_WAITING = 1_024;

    private static Reception only;

    private final Session session;
    private final Kit kit;
    private final Callees callees;
    private final ServerSocketChannel door;

    private Reception(Session session, Kit kit, Callees callees, ServerSocketChannel door) {
        this.session = session;
        this.kit = kit;
        this.callees = callees;
        this.door = door;
    }

    /// Lets others call objects of this process, from now on.
    ///
    /// @throws IllegalStateException when there can be no socket
    public static synchronized void open(Session session, Kit kit, Callees callees) {
        if (only != null) {
            return;
        }
        Path socket = session.socket(session.holder());
        try {
            ServerSocketChannel door = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            Files.deleteIfExists(socket);
            door.bind(UnixDomainSocketAddress.of(socket), MOST_WAITING);
            if (SharedFile.ownerOnly("rw-------").length > 0) {
                Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
            }
            only = new Reception(session, kit, callees, door);
        } catch (IOException | UnsupportedOperationException e) {
            throw Trace.trim(
                    new IllegalStateException(
                            "other processes cannot call this one, as there can be no socket %s: %s"
                                    .formatted(socket, e.getMessage()),
                            e));
        }
        session.atExit(() -> delete(socket));
        Thread thread = new Thread(only::receive, "tandem-reception");
        thread.setDaemon(true);
        thread.start();
    }

    private static void delete(Path socket) {
        try {
            Files.deleteIfExists(socket);
        } catch (IOException e) {
            // It goes with the session.
        }
    }

    private void receive() {
        while (door.isOpen()) {
            try {
                SocketChannel guest = door.accept();
                Thread thread = new Thread(() -> serve(guest), "caller of managed objects");
                thread.setDaemon(true);
                thread.start();
            } catch (IOException | OutOfMemoryError e) {
                // Too many files are open, or threads: some may go.
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
    }

    private void serve(SocketChannel guest) {
        try (guest) {
            requireOwn(guest, session);
            ByteBuffer name = ByteBuffer.allocate(Integer.BYTES);
            while (name.hasRemaining()) {
                if (guest.read(name) < 0) {
                    throw new EOFException();
                }
            }
            new Conversation(guest, session, name.getInt(0), kit, callees).serve();
        } catch (IOException e) {
            // He has gone, or has no business here.
        }
    }

    /// Begins a conversation with another process, by saying who calls.
    ///
    /// @throws IOException when the process has ended, or does not open its door for a while
    static Conversation call(Session session, int process, Kit kit, Callees callees)
            throws IOException {
        SocketChannel channel = knock(session, process);
        try {
            requireOwn(channel, session);
            channel.write(ByteBuffer.allocate(Integer.BYTES).putInt(0, session.holder()));
            return new Conversation(channel, session, process, kit, callees);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /// Virtual threads do not wait where too many others do already: they are told to come again.
    private static SocketChannel knock(Session session, int process) throws IOException {
        UnixDomainSocketAddress door = UnixDomainSocketAddress.of(session.socket(process));
        long end = System.nanoTime() + LONGEST_KNOCK.toNanos();
        while (true) {
            try {
                return SocketChannel.open(door);
            } catch (ClosedByInterruptException e) {
                throw e;
            } catch (IOException e) {
                if (!session.roster().isAlive(process) || System.nanoTime() - end > 0) {
                    throw e;
                }
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
    }

    /// What comes from another user is never read, nor is anything said to him: whose the socket is, and
    /// its directory, says that already, and here the kernel says it once more.
    private static void requireOwn(SocketChannel channel, Session session) throws IOException {
        boolean isKnown =
                channel.supportedOptions().stream()
                        .anyMatch(option -> option.name().equals(Credentials.NAME));
        if (isKnown && !Credentials.user(channel).equals(Files.getOwner(session.directory()))) {
            throw new IOException("the other side is another user's process");
        }
    }

    /// Apart, as a JVM need not have the module jdk.net: `jshell --execution local` has it when that is asked
    /// for.
    private static final class Credentials {
        static final String NAME = "SO_PEERCRED";

        static UserPrincipal user(SocketChannel channel) throws IOException {
            return channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user();
        }
    }
}
