package tandem.net;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// Stands between a client and a server, and loses what it is told to lose.
final class Cutter implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final int to;

    /// Answers that are still to be lost, with their connections, after the questions were passed on.
    final AtomicInteger answersToLose = new AtomicInteger();

    /// Whether nothing passes, as when a cable is out: connections stay, and nothing comes.
    volatile boolean holds;

    /// Whether what was held so is held on, while what comes later passes.
    volatile boolean holdsOn;

    /// Pieces of calls or answers that are held.
    final AtomicInteger held = new AtomicInteger();

    /// Pieces of answers that were passed on.
    private final AtomicInteger passed = new AtomicInteger();

    private Thread disturbing;

    Cutter(int to) throws IOException {
        this.to = to;
        Thread.ofPlatform().daemon().start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = server.accept();
                Socket behind = new Socket(InetAddress.getLoopbackAddress(), to);
                client.setTcpNoDelay(true);
                behind.setTcpNoDelay(true);
                open.add(client);
                open.add(behind);
                pass(client, behind, false);
                pass(behind, client, true);
            }
        } catch (IOException e) {
            cutAll();
        }
    }

    private void awaitPassage() throws InterruptedException {
        if (holds) {
            held.incrementAndGet();
            while (holds || holdsOn) {
                Thread.sleep(10);
            }
            held.decrementAndGet();
        }
    }

    private void pass(Socket from, Socket into, boolean answers) {
        Thread.ofPlatform()
                .daemon()
                .start(
                        () -> {
                            byte[] buffer = new byte[65_536];
                            try (from;
                                    into) {
                                InputStream in = from.getInputStream();
                                OutputStream out = into.getOutputStream();
                                for (int n; (n = in.read(buffer)) >= 0; ) {
                                    awaitPassage();
                                    if (answers && answersToLose.get() > 0) {
                                        answersToLose.decrementAndGet();
                                        return;
                                    }
                                    out.write(buffer, 0, n);
                                    out.flush();
                                    passed.addAndGet(answers ? 1 : 0);
                                }
                            } catch (IOException | InterruptedException e) {
                                // Cut.
                            } finally {
                                open.remove(from);
                                open.remove(into);
                            }
                        });
    }

    /// Breaks all connections that there are.
    void cutAll() {
        for (Socket socket : open) {
            try {
                socket.close();
            } catch (IOException e) {
                // It is cut.
            }
        }
    }

    /// From now on, breaks connections and loses answers again and again, each time after some have
    /// passed: a slow machine gets through too.
    void disturb(Random random) {
        disturbing =
                Thread.ofPlatform()
                        .daemon()
                        .start(
                                () -> {
                                    try {
                                        while (true) {
                                            int before = passed.get();
                                            Thread.sleep(random.nextInt(80, 250));
                                            while (passed.get() - before < 50) {
                                                Thread.sleep(10);
                                            }
                                            if (random.nextBoolean()) {
                                                answersToLose.set(1);
                                            } else {
                                                cutAll();
                                            }
                                        }
                                    } catch (InterruptedException e) {
                                        // Left in peace.
                                    }
                                });
    }

    /// Ends what `disturb` has begun.
    void leaveInPeace() throws InterruptedException {
        disturbing.interrupt();
        disturbing.join();
    }

    @Override
    public void close() throws IOException {
        if (disturbing != null) {
            disturbing.interrupt();
        }
        server.close();
        cutAll();
    }
}
