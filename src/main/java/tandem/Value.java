package tandem;

import tandem.memory.Arguments;
import tandem.memory.Header;
import tandem.memory.Kind;
import tandem.memory.ObjectName;
import tandem.memory.SharedFile;
import tandem.memory.Trace;
import tandem.memory.Typecode;
import tandem.memory.Values;
import tandem.net.Served;
import tandem.session.Names;
import tandem.session.Session;
import tandem.sync.Halt;

import java.io.Serial;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import java.util.function.LongUnaryOperator;

/// One number in shared memory, Python's `multiprocessing.Value`.
///
/// ```java
/// var v = Value.of("i");               // 0, with a recursive lock
/// v.set(7);
/// v.add(2);                            // 9: one step, no update is lost
/// v.update(x -> x * 2);                // 18, so is this
/// try (var held = v.hold()) {          // keeps all others out
///     if (v.get() > 10) v.set(0);
/// }
/// ```
///
/// Typecodes are those of an [Array], and so is what they hold: a `long` of `L` and `Q` is 64 unsigned
/// bits.
public sealed class Value extends Guarded permits ServedValue {
    @Serial private static final long serialVersionUID = 1;

    final transient Typecode typecode;
    private final transient MemorySegment data;

    private Value(SharedFile file, Session session, Lock shared) {
        super(file, session, shared);
        this.typecode = file.header().typecode();
        this.data = file.data();
    }

    /// @param shared the lock of another object, null when it has one of its own, or none
    Value(Served served, Lock shared) {
        super(served, shared);
        this.typecode = served.header().typecode();
        this.data = null;
    }

    /// 0, with a lock of its own.
    ///
    /// @param typecode one of `b B h H i I l L q Q f d`
    /// @throws IllegalArgumentException for an unknown typecode
    /// @throws IllegalStateException when there is not enough shared memory
    public static Value of(String typecode) {
        return of(typecode, 0);
    }

    /// A number, with a lock of its own.
    ///
    /// @throws IllegalArgumentException when the typecode cannot hold it
    public static Value of(String typecode, long value) {
        return of(typecode, value, true);
    }

    /// A real number, with a lock of its own; for `f` and `d` only.
    ///
    /// @throws IllegalArgumentException when the typecode cannot hold it
    public static Value of(String typecode, double value) {
        return of(typecode, value, true);
    }

    /// A number.
    ///
    /// @param lock whether it gets a lock
    public static Value of(String typecode, long value, boolean lock) {
        return create(typecode, value, lock, null);
    }

    /// A real number; for `f` and `d` only.
    ///
    /// @param lock whether it gets a lock
    public static Value of(String typecode, double value, boolean lock) {
        return create(typecode, value, lock, null);
    }

    /// A number, guarded by a lock that other objects may share.
    public static Value of(String typecode, long value, Lock lock) {
        return create(typecode, value, false, Arguments.required(lock, "the lock"));
    }

    /// A real number, guarded by a lock that other objects may share; for `f` and `d` only.
    public static Value of(String typecode, double value, Lock lock) {
        return create(typecode, value, false, Arguments.required(lock, "the lock"));
    }

    private static Value create(String typecode, long value, boolean ownLock, Lock shared) {
        Typecode type = Typecode.of(typecode);
        return type.isReal()
                ? create(type, type.check((double) value), ownLock, shared)
                : create(type, type.check(value), ownLock, shared);
    }

    private static Value create(String typecode, double value, boolean ownLock, Lock shared) {
        Typecode type = real(typecode, value);
        return create(type, type.check(value), ownLock, shared);
    }

    private static Typecode real(String typecode, double value) {
        Typecode type = Typecode.of(typecode);
        if (!type.isReal()) {
            throw Trace.trim(
                    new IllegalArgumentException(
                            "%s cannot be put into a Value of \"%s\", which holds integers"
                                    .formatted(value, type.code())));
        }
        return type;
    }

    private static Value create(Typecode typecode, long checked, boolean ownLock, Lock shared) {
        if (isMadeServed(shared)) {
            return makeServed(new Values(typecode, new long[] {checked}, 1), ownLock, shared);
        }
        return create(Guarded.sessionFor(shared), typecode, checked, ownLock, shared);
    }

    private static Value makeServed(Values first, boolean ownLock, Lock shared) {
        Header header = headerOf(Kind.VALUE, first.typecode(), 1, ownLock, shared);
        return (Value) makeServed(header, first, shared);
    }

    private static Value create(
            Session session, Typecode typecode, long checked, boolean ownLock, Lock shared) {
        Value value = create(session, typecode, ownLock, shared);
        typecode.set(value.data, 0, checked);
        return value;
    }

    private static Value create(Typecode typecode, double checked, boolean ownLock, Lock shared) {
        if (isMadeServed(shared)) {
            return makeServed(new Values(typecode, new double[] {checked}, 1), ownLock, shared);
        }
        return create(Guarded.sessionFor(shared), typecode, checked, ownLock, shared);
    }

    private static Value create(
            Session session, Typecode typecode, double checked, boolean ownLock, Lock shared) {
        Value value = create(session, typecode, ownLock, shared);
        typecode.setDouble(value.data, 0, checked);
        return value;
    }

    private static Value create(Session session, Typecode typecode, boolean ownLock, Lock shared) {
        SharedFile file = create(session, Kind.VALUE, typecode, 1, ownLock, shared);
        Value value = new Value(file, session, shared);
        value.register(true);
        return value;
    }

    /// The value that all processes of this user know by a name: 0 when it is made, by one of those who
    /// ask at once. It has a lock of its own, and is there until the last process that has it ends, or
    /// has closed it.
    ///
    /// ```java
    /// var count = Value.named("count", "i");
    /// count.add(1);                        // in another JShell too
    /// count.close();
    /// ```
    ///
    /// @param name letters, digits, `.`, `_` and `-`
    /// @throws IllegalArgumentException when the name belongs to another kind of object, or to a value of
    ///     another typecode
    public static Value named(String name, String typecode) {
        return named(name, typecode, 0);
    }

    /// As [#named(String, String)], made of a number. Where there is a value, it keeps its own.
    ///
    /// @throws IllegalArgumentException also when the typecode cannot hold the number
    public static Value named(String name, String typecode, long value) {
        Names.checked(name);
        Typecode type = Typecode.of(typecode);
        if (type.isReal()) {
            return named(name, typecode, (double) value);
        }
        long checked = type.check(value);
        return named(
                name,
                new Values(type, new long[] {checked}, 1),
                session -> create(session, type, checked, true, null));
    }

    /// As [#named(String, String, long)], of a real number; for `f` and `d` only.
    public static Value named(String name, String typecode, double value) {
        Names.checked(name);
        Typecode type = real(typecode, value);
        double checked = type.check(value);
        return named(
                name,
                new Values(type, new double[] {checked}, 1),
                session -> create(session, type, checked, true, null));
    }

    private static Value named(String name, Values first, Function<Session, Value> maker) {
        Header header = headerOf(Kind.VALUE, first.typecode(), 1, true, null);
        return isNamedServed()
                ? (Value) namedServed(name, header, first)
                : ByName.get(name, header, 0, maker, Value.class);
    }

    /// The value that there is by a name: `Value.named` has made it.
    ///
    /// @throws IllegalArgumentException when there is none; it says which names there are
    public static Value attach(String name) {
        return ByName.attach(name, Value.class);
    }

    static Value open(SharedFile file, Session session) {
        return new Value(file, session, elsewhere(file, session));
    }

    /// Names the value for errors and views, once: `var hits = Value.of("i").named("hits")`.
    ///
    /// @param name a line of text, of at most 252 bytes in UTF-8
    /// @return this value
    /// @throws IllegalStateException when it has another name
    public Value named(String name) {
        String checked = ObjectName.checked(name);
        requireOpen();
        giveName(checked);
        return this;
    }

    /// The value behind a path that [#path] gave, in whichever session it is.
    ///
    /// @throws IllegalArgumentException when it is no value of a living session
    public static Value attach(Path path) {
        return attach(path, Value.class);
    }

    /// Reads an integer.
    ///
    /// @throws UnsupportedOperationException for `f` and `d`: `getDouble` reads those
    public long get() {
        requireInteger("get()", "getDouble()");
        if (Halt.IS_ON) {
            haltUntilFree("get()");
        }
        enter();
        try {
            return Halt.IS_ON ? Halt.gave(read()) : read();
        } finally {
            leave();
        }
    }

    /// Reads an integer that fits an `int`.
    ///
    /// @throws ArithmeticException when it does not fit
    /// @throws UnsupportedOperationException for `f` and `d`: `getDouble` reads those
    public int getInt() {
        return Slice.toInt(typecode, get());
    }

    /// Reads a number as a `double`; 64-bit integers are rounded.
    public double getDouble() {
        if (!typecode.isReal()) {
            return typecode.number(get()).doubleValue();
        }
        requireOpen();
        if (Halt.IS_ON) {
            haltUntilFree("getDouble()");
        }
        enter();
        try {
            return Halt.IS_ON ? Halt.gave(readReal()) : readReal();
        } finally {
            leave();
        }
    }

    /// Writes an integer, which `f` and `d` hold as a real number.
    ///
    /// @throws IllegalArgumentException when the typecode cannot hold it; nothing is written
    public void set(long value) {
        if (typecode.isReal()) {
            set((double) value);
            return;
        }
        requireOpen();
        long checked = typecode.check(value);
        if (Halt.IS_ON) {
            haltUntilFree("set(%d)".formatted(value));
        }
        enter();
        try {
            write(checked);
        } finally {
            leave();
        }
    }

    /// Writes a real number.
    ///
    /// @throws IllegalArgumentException when `f` cannot hold it; nothing is written
    /// @throws UnsupportedOperationException for typecodes of integers
    public void set(double value) {
        requireReal("set", value);
        double checked = typecode.check(value);
        if (Halt.IS_ON) {
            haltUntilFree("set(%s)".formatted(value));
        }
        enter();
        try {
            writeReal(checked);
        } finally {
            leave();
        }
    }

    /// Adds to an integer, in one step under the lock. Without a lock it is a read and a write, and
    /// can lose the update of another.
    ///
    /// @return the new value
    /// @throws IllegalArgumentException when the typecode cannot hold the sum; nothing is written
    /// @throws UnsupportedOperationException for `f` and `d`: `add(1.0)` adds to those
    public long add(long change) {
        requireInteger("add of an integer", "add(1.0)");
        return changeInteger("add(" + change + ")", x -> typecode.sum(x, change));
    }

    /// Adds to a real number, in one step under the lock.
    ///
    /// @return the new value
    /// @throws IllegalArgumentException when the typecode cannot hold the sum; nothing is written
    /// @throws UnsupportedOperationException for typecodes of integers
    public double add(double change) {
        requireReal("add", change);
        return changeReal("add(" + change + ")", x -> x + change);
    }

    /// Replaces an integer by what a function makes of it, in one step under the lock; when the
    /// function throws, nothing is written. Without a lock it is a read and a write, and can lose the
    /// update of another.
    ///
    /// @param function runs once, while this thread holds the lock
    /// @return the new value
    /// @throws IllegalArgumentException when the typecode cannot hold it; nothing is written
    /// @throws UnsupportedOperationException for `f` and `d`: `updateDouble` is for those
    public long update(LongUnaryOperator function) {
        Arguments.required(function, "the function");
        requireInteger("update(…)", "updateDouble(…)");
        return changeInteger("update(…)", function);
    }

    /// As `update`, for a real number.
    ///
    /// @throws UnsupportedOperationException for typecodes of integers
    public double updateDouble(DoubleUnaryOperator function) {
        Arguments.required(function, "the function");
        requireReal("updateDouble(…)");
        return changeReal("updateDouble(…)", function);
    }

    /// Replaces one integer by another, in one step under the lock. Without a lock it is a read and a
    /// write.
    ///
    /// @return whether the value was the expected one; else nothing is written
    /// @throws IllegalArgumentException when the typecode cannot hold the new value
    public boolean compareAndSet(long expected, long value) {
        if (typecode.isReal()) {
            return compareAndSet((double) expected, (double) value);
        }
        requireOpen();
        long checked = typecode.check(value);
        if (Halt.IS_ON) {
            haltUntilFree("compareAndSet(%d, %d)".formatted(expected, value));
        }
        enter();
        try {
            boolean isExpected = read() == expected;
            if (isExpected) {
                write(checked);
            }
            return Halt.IS_ON ? Halt.gave(isExpected) : isExpected;
        } finally {
            leave();
        }
    }

    /// As `compareAndSet(long, long)`, for real numbers, which are compared as `==` does.
    ///
    /// @throws UnsupportedOperationException for typecodes of integers
    public boolean compareAndSet(double expected, double value) {
        requireReal("compareAndSet", value);
        double checked = typecode.check(value);
        if (Halt.IS_ON) {
            haltUntilFree("compareAndSet(%s, %s)".formatted(expected, value));
        }
        enter();
        try {
            boolean isExpected = readReal() == expected;
            if (isExpected) {
                writeReal(checked);
            }
            return Halt.IS_ON ? Halt.gave(isExpected) : isExpected;
        } finally {
            leave();
        }
    }

    private long changeInteger(String words, LongUnaryOperator function) {
        if (Halt.IS_ON) {
            haltUntilFree(words);
        }
        enter();
        try {
            long changed = typecode.check(function.applyAsLong(read()));
            if (Halt.IS_ON) {
                haltBeforeWriting(words, read(), changed);
            }
            write(changed);
            return changed;
        } finally {
            leave();
        }
    }

    private double changeReal(String words, DoubleUnaryOperator function) {
        if (Halt.IS_ON) {
            haltUntilFree(words);
        }
        enter();
        try {
            double old = readReal();
            double changed = typecode.check(function.applyAsDouble(old));
            if (Halt.IS_ON) {
                haltBeforeWriting(words, old, changed);
            }
            writeReal(changed);
            return readReal();
        } finally {
            leave();
        }
    }

    private void haltUntilFree(String words) {
        if (mutex == null) {
            halt(words);
        } else {
            haltUntil(words, mutex::isAvailable);
        }
    }

    /// Without a lock, a change is a read and a write.
    private void haltBeforeWriting(String words, Number read, Number written) {
        if (mutex == null) {
            Halt.gave(read);
            halt("%s, writes %s".formatted(words, written));
        } else {
            Halt.gave(written);
        }
    }

    /// The number as it is. Who calls it has the lock.
    long read() {
        return typecode.get(data, 0);
    }

    /// As `read()`, of a real number.
    double readReal() {
        return typecode.getDouble(data, 0);
    }

    /// Writes a number that was checked. Who calls it has the lock.
    void write(long checked) {
        typecode.set(data, 0, checked);
    }

    /// As `write`, of a real number.
    void writeReal(double checked) {
        typecode.setDouble(data, 0, checked);
    }

    /// The number, whoever holds the lock.
    String shown() {
        return typecode.element(data, 0).toString();
    }

    private void enter() {
        if (mutex != null) {
            mutex.acquire();
        }
    }

    private void leave() {
        if (mutex != null) {
            mutex.release();
        }
    }

    /// Python's letter for the type of the number.
    public String typecode() {
        return typecode.code();
    }

    @Override
    String withLock() {
        return "Value.of(\"%s\", 0, true)".formatted(typecode.code());
    }

    final void requireInteger(String method, String instead) {
        if (typecode.isReal()) {
            throw Trace.trim(
                    new UnsupportedOperationException(
                            "%s is for integers, and this Value is of \"%s\": use %s"
                                    .formatted(method, typecode.code(), instead)));
        }
        requireOpen();
    }

    private void requireReal(String method) {
        if (!typecode.isReal()) {
            throw Trace.trim(
                    new UnsupportedOperationException(
                            "%s is refused: this Value is of \"%s\", which holds integers"
                                    .formatted(method, typecode.code())));
        }
        requireOpen();
    }

    final void requireReal(String method, double argument) {
        if (!typecode.isReal()) {
            requireReal("%s(%s)".formatted(method, argument));
        }
        requireOpen();
    }

    /// The number, and who holds the lock. Reads without the lock, and never waits.
    @Override
    public String toString() {
        Halt.glance();
        String given = givenName();
        return "Value(%s\"%s\", %s"
                .formatted(
                        given.isEmpty() ? "" : given + ", ",
                        typecode.code(),
                        isClosed() ? "closed)" : shown() + describeLock());
    }
}
