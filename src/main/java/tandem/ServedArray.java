package tandem;

import tandem.memory.Range;
import tandem.memory.Values;
import tandem.net.Elements;
import tandem.net.Served;

import java.io.Serial;
import java.lang.foreign.MemorySegment;

/// An array that a server has. Each access is a call of the server, in one step under the lock.
final class ServedArray extends Array {
    @Serial private static final long serialVersionUID = 1;

    private final transient Elements elements;

    ServedArray(Served served, Lock shared) {
        super(served, shared);
        this.elements = served.elements();
    }

    @Override
    public long get(long index) {
        return elements.get(integerAt(index, "get", "getDouble(i)"));
    }

    @Override
    public double getDouble(long index) {
        return typecode.isReal() ? elements.getDouble(at(index)) : super.getDouble(index);
    }

    @Override
    public void set(long index, long value) {
        if (typecode.isReal()) {
            set(index, (double) value);
            return;
        }
        elements.set(at(index), typecode.check(value));
    }

    @Override
    public void set(long index, double value) {
        elements.set(realAt(index, "set", value), typecode.check(value));
    }

    @Override
    public long add(long index, long change) {
        return elements.add(integerAt(index, "add of an integer", "add(i, 1.0)"), change);
    }

    @Override
    public double add(long index, double change) {
        return elements.add(realAt(index, "add", change), change);
    }

    /// Fetches all from the lowest to the highest element, also for a few of them.
    @Override
    Slice slice(Range range) {
        if (range.count() == 0) {
            return Slice.copy(typecode, MemorySegment.NULL, new Range(0, 1, 0));
        }
        long last = range.start() + (range.count() - 1) * range.step();
        long lowest = Math.min(range.start(), last);
        int span = Math.toIntExact(Math.max(range.start(), last) - lowest + 1);
        return Slice.copy(
                typecode,
                elements.read(lowest, span),
                new Range(range.start() - lowest, range.step(), range.count()));
    }

    @Override
    void write(long start, Values values) {
        if (values.size() > 0) {
            elements.write(start, values);
        }
    }

    @Override
    MemorySegment shown(long from, int count) {
        return elements.peek(from, count);
    }
}
