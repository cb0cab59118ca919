package tandem.process;

import tandem.travel.Parcel;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;

/// The output of a process that has workers: before it prints something, the lines are shown that its
/// workers had written by then. So what is printed because an event was set, or a lock released, comes
/// after what was printed before that.
final class OrderedOutput extends OutputStream {
    private static OrderedOutput installed;
    private static PrintStream stream;

    private final PrintStream beneath;

    private OrderedOutput(PrintStream beneath) {
        this.beneath = beneath;
    }

    /// Takes the place of this process's output, once.
    static synchronized void install() {
        PrintStream out = System.out;
        if (installed == null && out != null) {
            installed = new OrderedOutput(out);
            stream = new PrintStream(installed, true, out.charset());
            Parcel.takeForOutput(out);
            System.setOut(stream);
        }
    }

    /// This process's output for what is in order already; null where the program has taken it away.
    static synchronized PrintStream beneath() {
        PrintStream out = System.out;
        return installed != null && out == stream ? installed.beneath : out;
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        LineOrder.catchUp();
        beneath.write(bytes, from, length);
        if (beneath.checkError()) {
            throw new IOException("this process's output is closed");
        }
    }

    @Override
    public void close() {
        beneath.close();
    }
}
