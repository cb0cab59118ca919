package tandem;

import tandem.memory.Range;
import tandem.memory.SharedFile;
import tandem.memory.Values;
import tandem.session.Session;
import tandem.sync.Exclusion;
import tandem.sync.Halt;

import java.io.Serial;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// An array of a program that is run step by step: halts before each access to its elements.
final class SteppedArray extends Array {
    @Serial private static final long serialVersionUID = 1;

    private static final Pattern ONE = Pattern.compile("(?:get|getDouble|set|add)\\((-?\\d+)[,)]");

    SteppedArray(SharedFile file, Session session, Lock shared) {
        super(file, session, shared);
    }

    @Override
    public long get(long index) {
        halt("get(%d)".formatted(index));
        return Halt.gave(super.get(index));
    }

    @Override
    public double getDouble(long index) {
        if (!typecode.isReal()) {
            return super.getDouble(index);
        }
        halt("getDouble(%d)".formatted(index));
        return Halt.gave(super.getDouble(index));
    }

    @Override
    public void set(long index, long value) {
        if (!typecode.isReal()) {
            halt("set(%d, %d)".formatted(index, value));
        }
        super.set(index, value);
    }

    @Override
    public void set(long index, double value) {
        halt("set(%d, %s)".formatted(index, value));
        super.set(index, value);
    }

    /// Without a lock it is two steps.
    @Override
    public long add(long index, long change) {
        String words = "add(%d, %d)".formatted(index, change);
        halt(words);
        if (mutex != null || typecode.isReal()) {
            return Halt.gave(super.add(index, change));
        }
        long sum = typecode.sum(Halt.gave(super.get(index)), change);
        halt("%s, writes %d".formatted(words, sum));
        super.set(index, sum);
        return sum;
    }

    @Override
    public double add(long index, double change) {
        String words = "add(%d, %s)".formatted(index, change);
        halt(words);
        if (mutex != null || !typecode.isReal()) {
            return Halt.gave(super.add(index, change));
        }
        double sum = typecode.check(Halt.gave(super.getDouble(index)) + change);
        halt("%s, writes %s".formatted(words, sum));
        super.set(index, sum);
        return super.getDouble(index);
    }

    @Override
    Slice slice(Range range) {
        halt("slice(%d, %d)".formatted(range.start(), range.start() + range.count()));
        return Halt.gave(super.slice(range));
    }

    @Override
    void setSlice(long from, long to, Values values) {
        halt("setSlice(%d, %d, …)".formatted(from, to));
        super.setSlice(from, to, values);
    }

    @Override
    String cell(String words) {
        Matcher one = ONE.matcher(words);
        if (!one.lookingAt()) {
            return Halt.WHOLE;
        }
        long index = Long.parseLong(one.group(1));
        return String.valueOf(index < 0 ? index + size() : index);
    }

    @Override
    void halt(String words) {
        Exclusion guard = mutex;
        if (guard == null) {
            super.halt(words);
        } else {
            haltUntil(words, guard::isAvailable);
        }
    }
}
