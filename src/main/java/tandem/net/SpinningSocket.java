package tandem.net;

import tandem.sync.AdaptiveSpin;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;

/// A socket whose reader looks for what comes before it sleeps: a server answers most calls sooner than a
/// thread has fallen asleep and a processor that had nothing to do is awake again.
final class SpinningSocket extends Socket {
    private InputStream in;

    @Override
    public synchronized InputStream getInputStream() throws IOException {
        if (in == null) {
            in = new Spinning(super.getInputStream());
        }
        return in;
    }

    private static final class Spinning extends FilterInputStream {
        private final AdaptiveSpin spin = new AdaptiveSpin();

        Spinning(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int from, int count) throws IOException {
            if (count == 0 || in.available() > 0) {
                return in.read(bytes, from, count);
            }
            long start = System.nanoTime();
            spin.sees(start, () -> in.available() > 0);
            int got = in.read(bytes, from, count);
            spin.learn(System.nanoTime() - start);
            return got;
        }
    }
}
