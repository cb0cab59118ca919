package tandem.process;

import tandem.sync.AdaptiveSpin;
import tandem.travel.TravelLimits;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/// Messages to and from another process, each one a write: its length, its kind, its bytes.
///
/// One thread at a time reads and writes here.
final class Wire implements AutoCloseable {
    /*
     * Overview. When both sides of a call sleep, their two wake-ups take most of its time: some 30 µs of 40.
     * So who waits looks for a while first, in a channel that does not block.
     */
    private static final int USUAL_BYTES = 8_192;
    private static final int HEAD_BYTES = Integer.BYTES + 1;

    private final SocketChannel channel;

    /// What was read and not looked at, from its position to its limit.
    private ByteBuffer buffer = ByteBuffer.allocateDirect(USUAL_BYTES).limit(0);

    /// Of the message whose kind was given, the bytes that follow it.
    private int length;

    private final AdaptiveSpin spin = new AdaptiveSpin();

    Wire(SocketChannel channel) {
        this.channel = channel;
    }

    void send(int kind, byte[] body) throws IOException {
        ByteBuffer out = ByteBuffer.allocate(HEAD_BYTES + body.length);
        out.putInt(1 + body.length).put((byte) kind).put(body).flip();
        while (out.hasRemaining()) {
            if (channel.write(out) == 0) {
                channel.configureBlocking(true);
            }
        }
    }

    /// Waits for the next message.
    ///
    /// @return its kind; [#body] gives the rest of it
    int receive() throws IOException {
        fill();
        length = buffer.getInt() - 1;
        if (length < 0 || length >= TravelLimits.BYTES) {
            throw new IOException("a message of %d bytes".formatted(length));
        }
        return buffer.get();
    }

    byte[] body() throws IOException {
        byte[] body = new byte[length];
        int there = Math.min(length, buffer.remaining());
        buffer.get(body, 0, there);
        if (there < length) {
            channel.configureBlocking(true);
            ByteBuffer rest = ByteBuffer.wrap(body, there, length - there);
            while (rest.hasRemaining()) {
                requireMore(channel.read(rest));
            }
        }
        return body;
    }

    private void fill() throws IOException {
        if (buffer.remaining() >= HEAD_BYTES) {
            return;
        }
        buffer.compact();
        long begin = System.nanoTime();
        try {
            if (!spin.sees(begin, this::hasHead)) {
                channel.configureBlocking(true);
                while (buffer.position() < HEAD_BYTES) {
                    requireMore(channel.read(buffer));
                }
            }
        } finally {
            spin.learn(System.nanoTime() - begin);
            buffer.flip();
        }
    }

    /// Whether enough has come, read without a wait.
    private boolean hasHead() throws IOException {
        channel.configureBlocking(false);
        requireMore(channel.read(buffer));
        return buffer.position() >= HEAD_BYTES;
    }

    private static void requireMore(int bytes) throws EOFException {
        if (bytes < 0) {
            throw new EOFException();
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // Nothing is lost: whatever was to be sent has been sent.
        }
    }
}
