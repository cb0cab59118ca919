package tandem.process;

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
     * So who waits looks again and again for about as long as a sleep costs, in a channel that does not
     * block, and sleeps only then, in one that does. Whose last wait was longer than that sleeps at once:
     * looking would be in vain. Between two looks the processor is for others, as the other side may need
     * it: where all are busy, looking without that makes calls twice as slow as sleeping does.
     */
    private static final long SPIN_NANOS = 50_000;
    private static final int USUAL_BYTES = 8_192;
    private static final int HEAD_BYTES = Integer.BYTES + 1;

    private final SocketChannel channel;

    /// What was read and not looked at, from its position to its limit.
    private ByteBuffer buffer = ByteBuffer.allocateDirect(USUAL_BYTES).limit(0);

    /// Of the message whose kind was given, the bytes that follow it.
    private int length;

    private boolean wasShort;

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
        try {
            long begin = System.nanoTime();
            boolean isOver = wasShort && spin(begin);
            if (!isOver) {
                channel.configureBlocking(true);
                while (buffer.position() < HEAD_BYTES) {
                    requireMore(channel.read(buffer));
                }
                wasShort = System.nanoTime() - begin < SPIN_NANOS;
            }
        } finally {
            buffer.flip();
        }
    }

    private boolean spin(long begin) throws IOException {
        channel.configureBlocking(false);
        do {
            requireMore(channel.read(buffer));
            if (buffer.position() >= HEAD_BYTES) {
                return true;
            }
            Thread.yield();
        } while (System.nanoTime() - begin < SPIN_NANOS);
        return false;
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
