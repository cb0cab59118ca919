package tandem;

import tandem.net.Elements;
import tandem.net.Served;
import tandem.sync.UnreachableException;

import java.io.Serial;
import java.lang.foreign.MemorySegment;

/// A value that a server has. What is one access there is one call; what is more of them takes the lock.
final class ServedValue extends Value {
    @Serial private static final long serialVersionUID = 1;

    private final transient Elements elements;

    ServedValue(Served served, Lock shared) {
        super(served, shared);
        this.elements = served.elements();
    }

    @Override
    long read() {
        return elements.get(0);
    }

    @Override
    double readReal() {
        return elements.getDouble(0);
    }

    @Override
    void write(long checked) {
        elements.set(0, checked);
    }

    @Override
    void writeReal(double checked) {
        elements.set(0, checked);
    }

    @Override
    public long get() {
        requireInteger("get()", "getDouble()");
        return read();
    }

    @Override
    public double getDouble() {
        if (!typecode.isReal()) {
            return super.getDouble();
        }
        requireOpen();
        return readReal();
    }

    @Override
    public void set(long value) {
        if (typecode.isReal()) {
            set((double) value);
            return;
        }
        requireOpen();
        write(typecode.check(value));
    }

    @Override
    public void set(double value) {
        requireReal("set", value);
        writeReal(typecode.check(value));
    }

    @Override
    public long add(long change) {
        requireInteger("add of an integer", "add(1.0)");
        return elements.add(0, change);
    }

    @Override
    public double add(double change) {
        requireReal("add", change);
        return elements.add(0, change);
    }

    @Override
    public boolean compareAndSet(long expected, long value) {
        if (typecode.isReal()) {
            return compareAndSet((double) expected, (double) value);
        }
        requireOpen();
        return elements.exchange(0, expected, typecode.check(value));
    }

    @Override
    String shown() {
        try {
            MemorySegment shown = elements.peek(0, 1);
            return typecode.element(shown, 0).toString();
        } catch (UnreachableException | IllegalStateException e) {
            return "out of reach";
        }
    }
}
