package tandem.net;

import tandem.memory.Trace;
import tandem.memory.Typecode;
import tandem.memory.Values;
import tandem.net.Desk.Part;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/// The numbers of an array or a value on a server.
///
/// An access by a thread that does not hold the lock is one call while the lock is free; when another
/// holds it, this thread takes the lock, as everybody does, and gives it back.
public final class Elements {
    /// Of one object. The server's strings have no more.
    public static final long MOST_BYTES = 512L << 20;

    /// More than so many go past the functions, in which each copy of them takes its time.
    private static final int MANY_BYTES = 64 << 10;

    private static final ValueLayout.OfShort BIG_SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt BIG_INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong BIG_LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private final Member member;
    private final Served object;
    private final byte[] id;
    private final Typecode typecode;

    /// Null when none guards them.
    private final ServedLock lock;

    Elements(Member member, Served object, ServedLock lock) {
        this.member = member;
        this.object = object;
        this.id = Link.ascii(object.id());
        this.typecode = object.header().typecode();
        this.lock = lock;
    }

    private interface Access {
        /// @param proof that this thread holds the lock; empty when it does not
        Answer with(byte[] proof);
    }

    private Answer access(String words, Access access) {
        if (lock == null) {
            return done(words, access.with(new byte[0]));
        }
        Answer answer = access.with(lock.proof());
        if (answer.is(Answer.FENCED)) {
            throw lock.lost(answer);
        }
        if (answer.is(Answer.BUSY)) {
            lock.acquire();
            try {
                return access(words, access);
            } finally {
                lock.release();
            }
        }
        return done(words, answer);
    }

    private Answer done(String words, Answer answer) {
        if (!answer.is(Answer.DONE) && !answer.is(Answer.RANGE)) {
            throw object.refusal(answer, words);
        }
        return answer;
    }

    /// Copies elements into memory of this process, in the order of its bytes.
    ///
    /// @param count as many as fit a Java array
    public MemorySegment read(long from, int count) {
        String words = count == 1 ? "get(%d)".formatted(from) : "slice(…)";
        Part part = part(from, count);
        Answer answer =
                access(
                        words,
                        proof -> {
                            byte[][] which = {id, proof, Link.digits(from), Link.digits(count)};
                            return part.bytes() > MANY_BYTES
                                    ? member.desk().fetch(words, part, which)
                                    : member.often(words, "get", which);
                        });
        return decode(answer.bytes(), count);
    }

    /// As `read`, whoever holds the lock.
    public MemorySegment peek(long from, int count) {
        Answer answer = member.often("a look", "peek", id, Link.digits(from), Link.digits(count));
        return decode(done("a look", answer).bytes(), count);
    }

    /// Writes them, all in one step.
    public void write(long from, Values values) {
        byte[] bytes = encode(values);
        String words = values.size() == 1 ? "set(%d, …)".formatted(from) : "setSlice(…)";
        access(
                words,
                proof -> {
                    byte[] first = Link.digits(from);
                    byte[] count = Link.digits(values.size());
                    return bytes.length > MANY_BYTES
                            ? member.desk()
                                    .store(
                                            words,
                                            part(from, values.size()),
                                            bytes,
                                            id,
                                            proof,
                                            first,
                                            count)
                            : member.once(words, "set", id, proof, first, count, bytes);
                });
    }

    private Part part(long from, int count) {
        return new Part(from * typecode.bytes(), count * (long) typecode.bytes());
    }

    public void set(long at, long checked) {
        write(at, new Values(typecode, new long[] {checked}, 1));
    }

    public void set(long at, double checked) {
        write(at, new Values(typecode, new double[] {checked}, 1));
    }

    public long get(long at) {
        return typecode.get(read(at, 1), 0);
    }

    public double getDouble(long at) {
        return typecode.getDouble(read(at, 1), 0);
    }

    /// Adds to an integer, in one step.
    ///
    /// @return the sum
    /// @throws IllegalArgumentException when an element cannot hold it
    public long add(long at, long change) {
        String words = "add(%d, %d)".formatted(at, change);
        Answer answer =
                access(
                        words,
                        proof ->
                                member.once(
                                        words,
                                        "add",
                                        id,
                                        proof,
                                        Link.digits(at),
                                        Link.digits(change)));
        long held = typecode.get(decode(answer.bytes(), 1), 0);
        return answer.is(Answer.RANGE) ? typecode.sum(held, change) : held;
    }

    /// As `add`, to a real number.
    public double add(long at, double change) {
        String words = "add(%d, %s)".formatted(at, change);
        byte[] bytes = new byte[Double.BYTES];
        MemorySegment.ofArray(bytes).set(BIG_LONG, 0, Double.doubleToRawLongBits(change));
        Answer answer =
                access(
                        words,
                        proof -> member.once(words, "addreal", id, proof, Link.digits(at), bytes));
        double held = typecode.getDouble(decode(answer.bytes(), 1), 0);
        return answer.is(Answer.RANGE) ? typecode.check(held + change) : held;
    }

    /// Replaces an integer by another, in one step.
    ///
    /// @return whether it was the expected one; else nothing is written
    public boolean exchange(long at, long expected, long checked) {
        byte[] before = encode(new Values(typecode, new long[] {expected}, 1));
        byte[] after = encode(new Values(typecode, new long[] {checked}, 1));
        Answer answer =
                access(
                        "compareAndSet(…)",
                        proof ->
                                member.once(
                                        "compareAndSet(…)",
                                        "exchange",
                                        id,
                                        proof,
                                        Link.digits(at),
                                        before,
                                        after));
        return answer.text().equals("1");
    }

    /// As the server has them: big-endian, those of `L` and `Q` with the top bit flipped.
    static byte[] encode(Values values) {
        Typecode typecode = values.typecode();
        MemorySegment own = memory(values.size(), typecode);
        values.write(own, 0);
        byte[] bytes = new byte[Math.multiplyExact(values.size(), typecode.bytes())];
        copy(own, MemorySegment.ofArray(bytes), typecode, values.size(), true);
        return bytes;
    }

    private MemorySegment decode(byte[] bytes, int count) {
        if (bytes.length != count * (long) typecode.bytes()) {
            throw Trace.trim(
                    new IllegalStateException(
                            "%s has sent %d bytes of %s, and %d were asked for"
                                    .formatted(
                                            object.server(),
                                            bytes.length,
                                            object.name(),
                                            count * (long) typecode.bytes())));
        }
        MemorySegment own = memory(count, typecode);
        copy(own, MemorySegment.ofArray(bytes), typecode, count, false);
        return own;
    }

    /// What these bytes of a server are, as numbers.
    static List<Number> numbers(Typecode typecode, byte[] bytes) {
        int count = bytes.length / typecode.bytes();
        MemorySegment own = memory(count, typecode);
        copy(own, MemorySegment.ofArray(bytes), typecode, count, false);
        List<Number> numbers = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            numbers.add(typecode.element(own, i));
        }
        return numbers;
    }

    /// Aligned for every typecode.
    private static MemorySegment memory(int count, Typecode typecode) {
        long bytes = count * (long) typecode.bytes();
        return MemorySegment.ofArray(new long[Math.toIntExact((bytes + 7) / 8)]);
    }

    private static void copy(
            MemorySegment own,
            MemorySegment served,
            Typecode typecode,
            int count,
            boolean toServer) {
        ValueLayout here =
                switch (typecode.bytes()) {
                    case 1 -> ValueLayout.JAVA_BYTE;
                    case 2 -> ValueLayout.JAVA_SHORT;
                    case 4 -> ValueLayout.JAVA_INT;
                    default -> ValueLayout.JAVA_LONG;
                };
        ValueLayout there =
                switch (typecode.bytes()) {
                    case 1 -> ValueLayout.JAVA_BYTE;
                    case 2 -> BIG_SHORT;
                    case 4 -> BIG_INT;
                    default -> BIG_LONG;
                };
        if (toServer) {
            MemorySegment.copy(own, here, 0, served, there, 0, count);
        } else {
            MemorySegment.copy(served, there, 0, own, here, 0, count);
        }
        if (typecode.isUnsigned64()) {
            MemorySegment flipped = toServer ? served : own;
            ValueLayout.OfLong layout = toServer ? BIG_LONG : ValueLayout.JAVA_LONG_UNALIGNED;
            for (long i = 0; i < count; i++) {
                long offset = i * Long.BYTES;
                flipped.set(layout, offset, flipped.get(layout, offset) ^ Long.MIN_VALUE);
            }
        }
    }
}
