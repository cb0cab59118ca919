package tandem;

import tandem.memory.Arguments;
import tandem.memory.Guard;
import tandem.memory.Header;
import tandem.memory.Kind;
import tandem.memory.ObjectName;
import tandem.memory.Range;
import tandem.memory.SharedFile;
import tandem.memory.Trace;
import tandem.memory.Typecode;
import tandem.memory.Values;
import tandem.net.Served;
import tandem.session.Names;
import tandem.session.Session;
import tandem.sync.Exclusion;
import tandem.sync.Halt;
import tandem.sync.Mutex;
import tandem.sync.Mutexes;
import tandem.sync.UnreachableException;

import java.io.Serial;
import java.lang.foreign.MemorySegment;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Objects;
import java.util.PrimitiveIterator;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;

/// A fixed number of numbers of one type in shared memory, Python's `multiprocessing.Array`.
///
/// ```java
/// var a = Array.of("i", 3);            // 3 zeroed ints with a recursive lock
/// a.set(0, 7);
/// a.add(-1, 2);                        // one step, no update is lost
/// a.slice();                           // [7, 0, 2], a snapshot
/// try (var held = a.hold()) {          // keeps all others out
///     a.set(1, a.get(0) + a.get(2));
/// }
/// ```
///
/// | typecode | element | | typecode | element |
/// |---|---|---|---|---|
/// | `b` `B` | 8 bits, signed and unsigned | | `l` `L` `q` `Q` | 64 bits |
/// | `h` `H` | 16 bits | | `f` | 32-bit real |
/// | `i` `I` | 32 bits | | `d` | 64-bit real |
///
/// With a lock, every access to elements takes it, so that whoever holds it is alone. Without one
/// (`lock` = false) accesses are plain memory accesses: fast, and free to lose updates.
///
/// Indices may be negative: −1 is the last element. The 64 bits of a `long` that is read from or
/// written to `L` and `Q` are an unsigned number (`Long.toUnsignedString` prints it); numbers in
/// lists are taken by their value.
public sealed class Array extends Guarded implements Iterable<Long>
        permits Unlocked.Int8,
                Unlocked.UInt8,
                Unlocked.Int16,
                Unlocked.UInt16,
                Unlocked.Int32,
                Unlocked.UInt32,
                Unlocked.Int64,
                Unlocked.UInt64,
                Unlocked.Float32,
                Unlocked.Float64,
                SteppedArray,
                ServedArray {
    @Serial private static final long serialVersionUID = 1;

    private static final int SHOWN_WHOLE = 24;
    private static final int SHOWN_HEAD = 16;
    private static final int SHOWN_TAIL = 4;

    final transient Typecode typecode;
    final transient MemorySegment data;

    /// Whether its lock guards other arrays here as well.
    private transient volatile boolean guardsOthers;

    /// Elements; 0 once closed, so that every access ends up in the check that says so.
    private transient long length;

    Array(SharedFile file, Session session, Lock shared) {
        super(file, session, shared);
        Header header = file.header();
        this.typecode = header.typecode();
        this.data = file.data();
        this.length = header.length();
    }

    /// @param shared the lock of another object, null when it has one of its own, or none
    Array(Served served, Lock shared) {
        super(served, shared);
        Header header = served.header();
        this.typecode = header.typecode();
        this.data = null;
        this.length = header.length();
    }

    /// Zeroed elements, with a lock of their own.
    ///
    /// @param typecode one of `b B h H i I l L q Q f d`
    /// @param size how many, 0 or more
    /// @throws IllegalArgumentException for an unknown typecode or a negative size
    /// @throws IllegalStateException when there is not enough shared memory
    public static Array of(String typecode, long size) {
        return of(typecode, size, true);
    }

    /// Zeroed elements.
    ///
    /// @param lock whether they get a lock
    public static Array of(String typecode, long size, boolean lock) {
        return create(Typecode.of(typecode), size, lock, null);
    }

    /// Zeroed elements that a lock guards which other objects may share.
    public static Array of(String typecode, long size, Lock lock) {
        return create(Typecode.of(typecode), size, false, Arguments.required(lock, "the lock"));
    }

    /// The values of a list, with a lock of their own.
    ///
    /// @throws IllegalArgumentException when an element cannot hold a value
    public static Array of(String typecode, Collection<? extends Number> values) {
        return of(typecode, values, true);
    }

    /// The values of a list.
    public static Array of(String typecode, Collection<? extends Number> values, boolean lock) {
        return create(Values.of(Typecode.of(typecode), values), lock, null);
    }

    /// The values of a list, guarded by a lock that other objects may share.
    public static Array of(String typecode, Collection<? extends Number> values, Lock lock) {
        return create(
                Values.of(Typecode.of(typecode), values),
                false,
                Arguments.required(lock, "the lock"));
    }

    /// The values of a Java array, with a lock of their own.
    public static Array of(String typecode, int[] values) {
        return of(typecode, values, true);
    }

    /// The values of a Java array.
    public static Array of(String typecode, int[] values, boolean lock) {
        return create(Values.of(Typecode.of(typecode), values), lock, null);
    }

    /// The values of a Java array, guarded by a lock that other objects may share.
    public static Array of(String typecode, int[] values, Lock lock) {
        return create(
                Values.of(Typecode.of(typecode), values),
                false,
                Arguments.required(lock, "the lock"));
    }

    /// The values of a Java array, with a lock of their own.
    public static Array of(String typecode, long[] values) {
        return of(typecode, values, true);
    }

    /// The values of a Java array.
    public static Array of(String typecode, long[] values, boolean lock) {
        return create(Values.of(Typecode.of(typecode), values), lock, null);
    }

    /// The values of a Java array, guarded by a lock that other objects may share.
    public static Array of(String typecode, long[] values, Lock lock) {
        return create(
                Values.of(Typecode.of(typecode), values),
                false,
                Arguments.required(lock, "the lock"));
    }

    /// The values of a Java array, with a lock of their own; for `f` and `d` only.
    public static Array of(String typecode, double[] values) {
        return of(typecode, values, true);
    }

    /// The values of a Java array; for `f` and `d` only.
    public static Array of(String typecode, double[] values, boolean lock) {
        return create(Values.of(Typecode.of(typecode), values), lock, null);
    }

    /// The values of a Java array, guarded by a lock that other objects may share; for `f` and `d`
    /// only.
    public static Array of(String typecode, double[] values, Lock lock) {
        return create(
                Values.of(Typecode.of(typecode), values),
                false,
                Arguments.required(lock, "the lock"));
    }

    private static Array create(Values values, boolean ownLock, Lock shared) {
        if (isMadeServed(shared)) {
            Header header = headerOf(values.typecode(), values.size(), ownLock, shared);
            return (Array) makeServed(header, values, shared);
        }
        return create(Guarded.sessionFor(shared), values, ownLock, shared);
    }

    private static Array create(Session session, Values values, boolean ownLock, Lock shared) {
        Array array = create(session, values.typecode(), values.size(), ownLock, shared);
        values.write(array.data, 0);
        return array;
    }

    private static Array create(Typecode typecode, long size, boolean ownLock, Lock shared) {
        if (isMadeServed(shared)) {
            Header header = headerOf(typecode, checked(size), ownLock, shared);
            return (Array) makeServed(header, null, shared);
        }
        return create(Guarded.sessionFor(shared), typecode, checked(size), ownLock, shared);
    }

    /// Zeroed elements on this machine, whatever this process has joined.
    static Array here(String typecode, long size, boolean lock) {
        return create(Session.current(), Typecode.of(typecode), checked(size), lock, null);
    }

    private static long checked(long size) {
        if (size < 0 || size > Long.MAX_VALUE / 16) {
            throw Trace.trim(
                    new IllegalArgumentException(
                            "an Array cannot have %d elements: 0 or more, as memory allows"
                                    .formatted(size)));
        }
        return size;
    }

    private static Array create(
            Session session, Typecode typecode, long size, boolean ownLock, Lock shared) {
        SharedFile file = create(session, Kind.ARRAY, typecode, size, ownLock, shared);
        Array array = of(file, session, shared);
        array.register(true);
        return array;
    }

    /// The array that all processes of this user know by a name: made of zeros when there is none, by one
    /// of those who ask at once. It has a lock of its own.
    ///
    /// ```java
    /// var board = Array.named("board", "i", 100);
    /// Array.named("board", "i", 100);      // the same, in another JShell too
    /// board.close();
    /// ```
    ///
    /// It is there until the last process that has it ends, or has closed it.
    ///
    /// @param name letters, digits, `.`, `_` and `-`
    /// @throws IllegalArgumentException when the name belongs to another kind of object, or to an array
    ///     of another typecode or size
    /// @throws IllegalStateException when there is not enough shared memory
    public static Array named(String name, String typecode, long size) {
        return named(name, typecode, size, true);
    }

    /// As [#named(String, String, long)], with a lock or without one.
    ///
    /// @param lock whether it has a lock
    public static Array named(String name, String typecode, long size, boolean lock) {
        Names.checked(name);
        Typecode type = Typecode.of(typecode);
        Header header = headerOf(type, checked(size), lock, null);
        if (isNamedServed()) {
            return (Array) namedServed(name, header, null);
        }
        return ByName.get(
                name, header, 0, session -> create(session, type, size, lock, null), Array.class);
    }

    /// As [#named(String, String, long)], made of the values of a list. Where there is an array, with as
    /// many elements, it keeps its own.
    public static Array named(String name, String typecode, Collection<? extends Number> values) {
        Names.checked(name);
        Values first = Values.of(Typecode.of(typecode), values);
        Header header = headerOf(first.typecode(), first.size(), true, null);
        if (isNamedServed()) {
            return (Array) namedServed(name, header, first);
        }
        return ByName.get(
                name, header, 0, session -> create(session, first, true, null), Array.class);
    }

    private static Header headerOf(Typecode typecode, long size, boolean lock, Lock shared) {
        return headerOf(Kind.ARRAY, typecode, size, lock, shared);
    }

    /// The array that there is by a name: `Array.named` has made it.
    ///
    /// @throws IllegalArgumentException when there is none; it says which names there are
    public static Array attach(String name) {
        return ByName.attach(name, Array.class);
    }

    static Array open(SharedFile file, Session session) {
        return of(file, session, elsewhere(file, session));
    }

    private static Array of(SharedFile file, Session session, Lock shared) {
        if (Halt.IS_ON) {
            return new SteppedArray(file, session, shared);
        }
        return file.header().guard() == Guard.NONE
                ? Unlocked.of(file, session)
                : new Array(file, session, shared);
    }

    /// Names the array for errors and views, once: `var board = Array.of("i", 100).named("board")`.
    ///
    /// @param name a line of text, of at most 252 bytes in UTF-8
    /// @return this array
    /// @throws IllegalStateException when it has another name
    public Array named(String name) {
        String checked = ObjectName.checked(name);
        requireOpen();
        giveName(checked);
        return this;
    }

    /// The array behind a path that [#path] gave, in whichever session it is.
    ///
    /// @throws IllegalArgumentException when it is no array of a living session
    public static Array attach(Path path) {
        return attach(path, Array.class);
    }

    /// Reads an integer.
    ///
    /// @throws IndexOutOfBoundsException when there is no such element
    /// @throws UnsupportedOperationException for `f` and `d`: `getDouble` reads those
    public long get(long index) {
        long at = integerAt(index, "get", "getDouble(i)");
        Exclusion guard = mutex;
        if (guard == null) {
            return typecode.get(data, at);
        }
        guard.acquire();
        try {
            return typecode.get(data, at);
        } finally {
            guard.release();
        }
    }

    /// Reads an integer that fits an `int`.
    ///
    /// @throws ArithmeticException when it does not fit
    /// @throws IndexOutOfBoundsException when there is no such element
    /// @throws UnsupportedOperationException for `f` and `d`: `getDouble` reads those
    public int getInt(long index) {
        return Slice.toInt(typecode, get(index));
    }

    /// Reads a number as a `double`; 64-bit integers are rounded.
    ///
    /// @throws IndexOutOfBoundsException when there is no such element
    public double getDouble(long index) {
        if (!typecode.isReal()) {
            return typecode.number(get(index)).doubleValue();
        }
        long at = at(index);
        Exclusion guard = mutex;
        if (guard == null) {
            return typecode.getDouble(data, at);
        }
        guard.acquire();
        try {
            return typecode.getDouble(data, at);
        } finally {
            guard.release();
        }
    }

    /// Writes an integer, which `f` and `d` hold as a real number.
    ///
    /// @throws IllegalArgumentException when an element cannot hold it; nothing is written
    /// @throws IndexOutOfBoundsException when there is no such element
    public void set(long index, long value) {
        if (typecode.isReal()) {
            set(index, (double) value);
            return;
        }
        long at = at(index);
        long checked = typecode.check(value);
        Exclusion guard = mutex;
        if (guard == null) {
            typecode.set(data, at, checked);
            return;
        }
        guard.acquire();
        try {
            typecode.set(data, at, checked);
        } finally {
            guard.release();
        }
    }

    /// Writes a real number.
    ///
    /// @throws IllegalArgumentException when `f` cannot hold it; nothing is written
    /// @throws IndexOutOfBoundsException when there is no such element
    /// @throws UnsupportedOperationException for typecodes of integers
    public void set(long index, double value) {
        long at = realAt(index, "set", value);
        double checked = typecode.check(value);
        Exclusion guard = mutex;
        if (guard == null) {
            typecode.setDouble(data, at, checked);
            return;
        }
        guard.acquire();
        try {
            typecode.setDouble(data, at, checked);
        } finally {
            guard.release();
        }
    }

    /// Adds to an integer, in one step under the lock. Without a lock it is a read and a write, and
    /// can lose the update of another.
    ///
    /// @return the new value
    /// @throws IllegalArgumentException when an element cannot hold the sum; nothing is written
    /// @throws IndexOutOfBoundsException when there is no such element
    /// @throws UnsupportedOperationException for `f` and `d`: `add(0, 1.0)` adds to those
    public long add(long index, long change) {
        long at = integerAt(index, "add of an integer", "add(i, 1.0)");
        Exclusion guard = mutex;
        if (guard == null) {
            return addTo(at, change);
        }
        guard.acquire();
        try {
            return addTo(at, change);
        } finally {
            guard.release();
        }
    }

    private long addTo(long at, long change) {
        long sum = typecode.sum(typecode.get(data, at), change);
        typecode.set(data, at, sum);
        return sum;
    }

    /// Adds to a real number, in one step under the lock.
    ///
    /// @return the new value
    /// @throws IllegalArgumentException when an element cannot hold the sum; nothing is written
    /// @throws IndexOutOfBoundsException when there is no such element
    /// @throws UnsupportedOperationException for typecodes of integers
    public double add(long index, double change) {
        long at = realAt(index, "add", change);
        Exclusion guard = mutex;
        if (guard == null) {
            return addTo(at, change);
        }
        guard.acquire();
        try {
            return addTo(at, change);
        } finally {
            guard.release();
        }
    }

    private double addTo(long at, double change) {
        double sum = typecode.check(typecode.getDouble(data, at) + change);
        typecode.setDouble(data, at, sum);
        return typecode.getDouble(data, at);
    }

    /// The elements, each read when its turn comes, as [#get] reads it: an iteration sees what is
    /// written meanwhile, and a [#slice()] keeps still.
    ///
    /// ```java
    /// for (long x : a) { IO.println(x); }
    /// ```
    ///
    /// @throws UnsupportedOperationException for `f` and `d`: [#doubleStream] reads those
    @Override
    public PrimitiveIterator.OfLong iterator() {
        return stream().iterator();
    }

    /// The elements as a stream, each read when its turn comes, as [#get] reads it.
    ///
    /// @throws UnsupportedOperationException for `f` and `d`: [#doubleStream] reads those
    public LongStream stream() {
        requireInteger("a stream of integers", "doubleStream()");
        return LongStream.range(0, open()).map(this::get);
    }

    /// The elements as a stream of real numbers, each read when its turn comes, as [#getDouble] reads
    /// it.
    public DoubleStream doubleStream() {
        return LongStream.range(0, open()).mapToDouble(this::getDouble);
    }

    /// All elements, Python's `a[:]`, under one hold of the lock.
    public Slice slice() {
        return slice(Range.of(null, null, 1, open()));
    }

    /// The elements from one index to before another, Python's `a[from:to]`: negative indices count
    /// from the end, and both are clipped.
    public Slice slice(long from, long to) {
        return slice(Range.of(from, to, 1, open()));
    }

    /// Every `step`-th element, Python's `a[from:to:step]`; a negative step goes backwards.
    ///
    /// @throws IllegalArgumentException when the step is 0
    public Slice slice(long from, long to, long step) {
        return slice(Range.of(from, to, step, open()));
    }

    /// As `slice(long, long)`, with null for a bound that Python would leave out:
    /// `slice(null, null)` is `a[:]`.
    public Slice slice(Number from, Number to) {
        return slice(from, to, 1);
    }

    /// As `slice(long, long)`, with null for the end: `slice(-2, null)` is `a[-2:]`.
    public Slice slice(long from, Number to) {
        return slice((Number) from, to, 1);
    }

    /// As `slice(long, long)`, with null for the beginning: `slice(null, -2)` is `a[:-2]`.
    public Slice slice(Number from, long to) {
        return slice(from, (Number) to, 1);
    }

    /// As `slice(long, long, long)`, with null for a bound that Python would leave out:
    /// `slice(null, null, -1)` is `a[::-1]`.
    public Slice slice(Number from, Number to, long step) {
        return slice(Range.of(bound(from), bound(to), step, open()));
    }

    /// As `slice(long, long, long)`, with null for the end: `slice(-2, null, -1)` is `a[-2::-1]`.
    public Slice slice(long from, Number to, long step) {
        return slice((Number) from, to, step);
    }

    /// As `slice(long, long, long)`, with null for the beginning: `slice(null, 1, -1)` is
    /// `a[:1:-1]`.
    public Slice slice(Number from, long to, long step) {
        return slice(from, (Number) to, step);
    }

    private static Long bound(Number bound) {
        return switch (bound) {
            case null -> null;
            case BigInteger n when n.bitLength() > 63 ->
                    n.signum() < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
            case Byte _, Short _, Integer _, Long _, BigInteger _ -> bound.longValue();
            default ->
                    throw Trace.trim(
                            new IllegalArgumentException(
                                    "a bound of a slice is an integer or null, not " + bound));
        };
    }

    Slice slice(Range range) {
        Exclusion guard = mutex;
        if (guard == null) {
            return Slice.copy(typecode, data, range);
        }
        guard.acquire();
        try {
            return Slice.copy(typecode, data, range);
        } finally {
            guard.release();
        }
    }

    /// Replaces the elements from one index to before another, Python's `a[from:to] = values`, under
    /// one hold of the lock: all of them or, when it throws, none.
    ///
    /// @throws IllegalArgumentException when the slice has another length than the values, or an
    ///     element cannot hold one of them
    public void setSlice(long from, long to, Collection<? extends Number> values) {
        setSlice(from, to, Values.of(typecode, values));
    }

    /// As `setSlice` with a list.
    public void setSlice(long from, long to, int[] values) {
        setSlice(from, to, Values.of(typecode, values));
    }

    /// As `setSlice` with a list.
    public void setSlice(long from, long to, long[] values) {
        setSlice(from, to, Values.of(typecode, values));
    }

    /// As `setSlice` with a list; for `f` and `d` only.
    public void setSlice(long from, long to, double[] values) {
        setSlice(from, to, Values.of(typecode, values));
    }

    void setSlice(long from, long to, Values values) {
        Range range = Range.of(from, to, 1, open());
        if (range.count() != values.size()) {
            throw Trace.trim(
                    new IllegalArgumentException(
                            "the slice %d to %d of this Array has %d elements, and %d values were given"
                                    .formatted(from, to, range.count(), values.size())));
        }
        write(range.start(), values);
    }

    /// Writes values that have room, in one step.
    void write(long start, Values values) {
        Exclusion guard = mutex;
        if (guard == null) {
            values.write(data, start);
            return;
        }
        guard.acquire();
        try {
            values.write(data, start);
        } finally {
            guard.release();
        }
    }

    /// The number of elements.
    public long size() {
        return header().length();
    }

    /// Python's letter for the type of the elements.
    public String typecode() {
        return typecode.code();
    }

    /// The raw elements, in the byte order of the machine. Accesses through it take no lock.
    ///
    /// @throws UnsupportedOperationException when it lives on a server
    public MemorySegment segment() {
        Halt.glance();
        requireFile("segment()");
        open();
        return data;
    }

    @Override
    String withLock() {
        return "Array.of(\"%s\", %d, true)".formatted(typecode.code(), length);
    }

    @Override
    void guardOthers() {
        guardsOthers = true;
    }

    /// Gives the file back now, if this process made the array, and its memory here; an access after
    /// it throws an [IllegalStateException], also through [#segment]. While a thread here has the
    /// lock, or the lock guards other arrays too, the memory stays until nobody can reach the array.
    /// Others who hold it can go on; nobody can attach it any more. Closing twice does nothing.
    @Override
    public void close() {
        Halt.glance();
        if (isClosed()) {
            return;
        }
        if (isServed()) {
            super.close();
            length = 0;
            return;
        }
        Mutex own = ownMutex();
        boolean givesBack = own == null || (!guardsOthers && !own.isOwned());
        if (givesBack && own != null) {
            // Who attaches the file from now on gets a mutex over memory of his own.
            Mutexes.retire(path(), own);
        }
        super.close();
        length = 0;
        if (givesBack) {
            file().close(own == null ? _ -> {} : own::abandon);
        }
    }

    /// Its name, if it has one, the elements, shortened when there are many, and who holds the lock. Reads without the lock,
    /// and never waits.
    @Override
    public String toString() {
        Halt.glance();
        StringBuilder text = new StringBuilder("Array(");
        String given = givenName();
        text.append(given).append(given.isEmpty() ? "" : ", ");
        text.append('"').append(typecode.code()).append("\", ");
        if (isClosed()) {
            return text.append("closed)").toString();
        }
        appendElements(text);
        if (length > SHOWN_WHOLE) {
            text.append(", size ").append(length);
        }
        return text.append(describeLock()).toString();
    }

    private void appendElements(StringBuilder text) {
        int begin = text.length();
        try {
            appendShown(text);
        } catch (UnreachableException | IllegalStateException e) {
            text.setLength(begin);
            text.append("out of reach");
        }
    }

    private void appendShown(StringBuilder text) {
        text.append('[');
        if (length <= SHOWN_WHOLE) {
            append(text, 0, (int) length);
        } else {
            append(text, 0, SHOWN_HEAD);
            text.append(", …, ");
            append(text, length - SHOWN_TAIL, SHOWN_TAIL);
        }
        text.append(']');
    }

    private void append(StringBuilder text, long from, int count) {
        MemorySegment shown = shown(from, count);
        for (int i = 0; i < count; i++) {
            text.append(i == 0 ? "" : ", ").append(typecode.element(shown, i));
        }
    }

    /// Elements, whoever holds the lock.
    MemorySegment shown(long from, int count) {
        return data.asSlice(from * typecode.bytes(), (long) count * typecode.bytes());
    }

    private long open() {
        requireOpen();
        return length;
    }

    /// The element that an index means. The JDK's own check is known to the compiler, which takes
    /// it out of loops; a comparison written here would stay in them.
    final long at(long index) {
        try {
            return Objects.checkIndex(index < 0 ? index + length : index, length);
        } catch (IndexOutOfBoundsException e) {
            throw outOfBounds(index);
        }
    }

    final long integerAt(long index, String method, String instead) {
        requireInteger(method, instead);
        return at(index);
    }

    private void requireInteger(String method, String instead) {
        if (typecode.isReal()) {
            throw Trace.trim(
                    new UnsupportedOperationException(
                            "%s is for integers, and this Array is of \"%s\": use %s"
                                    .formatted(method, typecode.code(), instead)));
        }
    }

    final long realAt(long index, String method, double value) {
        if (!typecode.isReal()) {
            throw Trace.trim(
                    new UnsupportedOperationException(
                            "%s(%d, %s) is refused: this Array is of \"%s\", which holds integers"
                                    .formatted(method, index, value, typecode.code())));
        }
        return at(index);
    }

    private RuntimeException outOfBounds(long index) {
        return Trace.trim(
                new IndexOutOfBoundsException(
                        open() == 0
                                ? "index %d: this Array has no elements".formatted(index)
                                : "index %d is outside this Array of %d elements: %d to %d are inside"
                                        .formatted(index, length, -length, length - 1)));
    }
}
