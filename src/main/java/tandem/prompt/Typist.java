package tandem.prompt;

import java.io.InputStream;
import java.util.concurrent.BlockingQueue;

/// The keys of somebody who types lines that others write down for him.
final class Typist extends InputStream {
    private final BlockingQueue<String> lines;
    private byte[] keys = {};
    private int pressed;

    Typist(BlockingQueue<String> lines) {
        this.lines = lines;
    }

    @Override
    public int read() {
        while (pressed == keys.length) {
            try {
                keys = Keyboard.keys(lines.take(), true);
                pressed = 0;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return -1;
            }
        }
        return keys[pressed++] & 0xff;
    }

    @Override
    public int available() {
        return keys.length - pressed;
    }
}
