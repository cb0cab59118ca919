package tandem.bench;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/// The least that another process can answer over TCP, without encryption and without any meaning: a number is sent
/// back; a negative one is answered by so many bytes.
final class Echo implements AutoCloseable {
    private final Process process;
    private final Socket socket;
    private final DataInputStream in;
    private final DataOutputStream out;

    /// Starts the other process.
    Echo() throws IOException {
        process = Machines.java(Echo.class.getName()).start();
        int port = Integer.parseInt(process.inputReader().readLine());
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        in = new DataInputStream(socket.getInputStream());
        out = new DataOutputStream(socket.getOutputStream());
    }

    static void main(String... none) throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            System.out.println(server.getLocalPort());
            try (Socket one = server.accept()) {
                one.setTcpNoDelay(true);
                answer(
                        new DataInputStream(one.getInputStream()),
                        new DataOutputStream(one.getOutputStream()));
            }
        }
    }

    private static void answer(DataInputStream in, DataOutputStream out) throws IOException {
        byte[] bytes = new byte[0];
        try {
            while (true) {
                long number = in.readLong();
                if (number >= 0) {
                    out.writeLong(number);
                } else {
                    if (bytes.length != -number) {
                        bytes = new byte[Math.toIntExact(-number)];
                    }
                    out.write(bytes);
                }
            }
        } catch (EOFException e) {
            // It is not asked any more.
        }
    }

    void ask() {
        try {
            out.writeLong(1);
            in.readLong();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    void fetch(byte[] into) {
        try {
            out.writeLong(-into.length);
            in.readFully(into);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
        process.destroy();
    }
}
