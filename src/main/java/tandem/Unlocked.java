package tandem;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import tandem.memory.SharedFile;
import tandem.session.Session;

import java.io.Serial;

/// Arrays without a lock, a class for each type of element.
///
/// The JIT compiler decides by what it has seen at a call which method it compiles into a loop. If all
/// arrays were of one class, it would see in that class's methods all of the types and locks that a
/// program has ever used, and would compile a choice between them into every loop. So it sees the
/// class at the call, which is the person's own, and there is no choice to make. (Where there is a lock,
/// that choice costs little beside it: those are all of class [Array].)
///
/// Each method does what the one in [Array] does; what it refuses, that one refuses in a sentence.
final class Unlocked {
    private Unlocked() {}

    static Array of(SharedFile file, Session session) {
        return switch (file.header().typecode()) {
            case INT8 -> new Int8(file, session);
            case UINT8 -> new UInt8(file, session);
            case INT16 -> new Int16(file, session);
            case UINT16 -> new UInt16(file, session);
            case INT32 -> new Int32(file, session);
            case UINT32 -> new UInt32(file, session);
            case LONG64, INT64 -> new Int64(file, session);
            case ULONG64, UINT64 -> new UInt64(file, session);
            case FLOAT -> new Float32(file, session);
            case DOUBLE -> new Float64(file, session);
        };
    }

    static final class Int8 extends Array {
        @Serial private static final long serialVersionUID = 1;

        Int8(SharedFile file, Session session) {
            super(file, session, null);
        }

        @Override
        public long get(long index) {
            return data.get(JAVA_BYTE, at(index));
        }

        @Override
        public int getInt(long index) {
            return (int) get(index);
        }

        @Override
        public void set(long index, long value) {
            long at = at(index);
            if ((byte) value != value) {
                typecode.check(value);
            }
            data.set(JAVA_BYTE, at, (byte) value);
        }

        @Override
        public long add(long index, long change) {
            long at = at(index);
            long value = data.get(JAVA_BYTE, at) + change;
            if ((byte) value != value) {
                typecode.sum(value - change, change);
            }
            data.set(JAVA_BYTE, at, (byte) value);
            return value;
        }
    }

    static final class UInt8 extends Array {
        @Serial private static final long serialVersionUID = 1;

        UInt8(SharedFile file, Session session) {
            super(file, session, null);
        }

        @Override
        public long get(long index) {
            return Byte.toUnsignedLong(data.get(JAVA_BYTE, at(index)));
        }

        @Override
        public int getInt(long index) {
            return (int) get(index);
        }

        @Override
        public void set(long index, long value) {
            long at = at(index);
            if ((value & ~0xffL) != 0) {
                typecode.check(value);
            }
            data.set(JAVA_BYTE, at, (byte) value);
        }

        @Override
        public long add(long index, long change) {
            long at = at(index);
            long value = Byte.toUnsignedLong(data.get(JAVA_BYTE, at)) + change;
            if ((value & ~0xffL) != 0) {
                typecode.sum(value - change, change);
            }
            data.set(JAVA_BYTE, at, (byte) value);
            return value;
        }
    }

    static final class Int16 extends Array {
        @Serial private static final long serialVersionUID = 1;

        Int16(SharedFile file, Session session) {
            super(file, session, null);
        }

        @Override
        public long get(long index) {
            return data.get(JAVA_SHORT, at(index) << 1);
        }

        @Override
        public int getInt(long index) {
            return (int) get(index);
        }

        @Override
        public void set(long index, long value) {
            long at = at(index);
            if ((short) value != value) {
                typecode.check(value);
            }
            data.set(JAVA_SHORT, at << 1, (short) value);
        }

        @Override
        public long add(long index, long change) {
            long at = at(index);
            long value = data.get(JAVA_SHORT, at << 1) + change;
            if ((short) value != value) {
                typecode.sum(value - change, change);
            }
            data.set(JAVA_SHORT, at << 1, (short) value);
            return value;
        }
    }

    static final class UInt16 extends Array {
        @Serial private static final long serialVersionUID = 1;

        UInt16(SharedFile file, Session session) {
            super(file, session, null);
        }

        @Override
        public long get(long index) {
            return Short.toUnsignedLong(data.get(JAVA_SHORT, at(index) << 1));
        }

        @Override
        public int getInt(long index) {
            return (int) get(index);
        }

        @Override
        public void set(long index, long value) {
            long at = at(index);
            if ((value & ~0xffffL) != 0) {
                typecode.check(value);
            }
            data.set(JAVA_SHORT, at << 1, (short) value);
        }

        @Override
        public long add(long index, long change) {
            long at = at(index);
            long value = Short.toUnsignedLong(data.get(JAVA_SHORT, at << 1)) + change;
            if ((value & ~0xffffL) != 0) {
                typecode.sum(value - change, change);
            }
            data.set(JAVA_SHORT, at << 1, (short) value);
            return value;
        }
    }

    static final class Int32 extends Array {
        @Serial private static final long serialVersionUID = 1;

        Int32(SharedFile file, Session session) {
            super(file, session, null);
        }

        @Override
        public long get(long index) {
            return data.get(JAVA_INT, at(index) << 2);
        }

        @Override
        public int getInt(long index) {
            return (int) get(index);
        }

        @Override
        public void set(long index, long value) {
            long at = at(index);
            if ((int) value != value) {
                typecode.check(value);
            }
            data.set(JAVA_INT, at << 2, (int) value);
        }

        @Override
        public long add(long index, long change) {
            long at = at(index);
            long value = data.get(JAVA_INT, at << 2) + change;
            if ((int) value != value) {
                typecode.sum(value - change, change);
            }
            data.set(JAVA_INT, at << 2, (int) value);
            return value;
        }
    }

    static final class UInt32 extends Array {
        @Serial private static final long serialVersionUID = 1;

        UInt32(SharedFile file, Session session) {
            super(file, session, null);
        }

        @Override
        public long get(long index) {
            return Integer.toUnsignedLong(data.get(JAVA_INT, at(index) << 2));
        }

        @Override
        public void set(long index, long value) {
            long at = at(index);
            if ((value & ~0xffff_ffffL) != 0) {
                typecode.check(value);
            }
            data.set(JAVA_INT, at << 2, (int) value);
        }

        @Override
        public long add(long index, long change) {
            long at = at(index);
            long value = Integer.toUnsignedLong(data.get(JAVA_INT, at << 2)) + change;
            if ((value & ~0xffff_ffffL) != 0) {
                typecode.sum(value - change, change);
            }
            data.set(JAVA_INT, at << 2, (int) value);
            return value;
        }
    }

    static final class Int64 extends Array {
        @Serial private static final long serialVersionUID = 1;

        Int64(SharedFile file, Session session) {
            super(file, session, null);
        }

        @Override
        public long get(long index) {
            return data.get(JAVA_LONG, at(index) << 3);
        }

        @Override
        public void set(long index, long value) {
            data.set(JAVA_LONG, at(index) << 3, value);
        }

        @Override
        public long add(long index, long change) {
            long at = at(index);
            long value = data.get(JAVA_LONG, at << 3);
            long sum = value + change;
            if (((value ^ sum) & (change ^ sum)) < 0) {
                typecode.sum(value, change);
            }
            data.set(JAVA_LONG, at << 3, sum);
            return sum;
        }
    }

    static final class UInt64 extends Array {
        @Serial private static final long serialVersionUID = 1;

        UInt64(SharedFile file, Session session) {
            super(file, session, null);
        }

        @Override
        public long get(long index) {
            return data.get(JAVA_LONG, at(index) << 3);
        }

        @Override
        public void set(long index, long value) {
            data.set(JAVA_LONG, at(index) << 3, value);
        }
    }

    static final class Float32 extends Array {
        @Serial private static final long serialVersionUID = 1;

        Float32(SharedFile file, Session session) {
            super(file, session, null);
        }

        @Override
        public double getDouble(long index) {
            return data.get(JAVA_FLOAT, at(index) << 2);
        }

        @Override
        public void set(long index, double value) {
            long at = at(index);
            data.set(JAVA_FLOAT, at << 2, (float) typecode.check(value));
        }
    }

    static final class Float64 extends Array {
        @Serial private static final long serialVersionUID = 1;

        Float64(SharedFile file, Session session) {
            super(file, session, null);
        }

        @Override
        public double getDouble(long index) {
            return data.get(JAVA_DOUBLE, at(index) << 3);
        }

        @Override
        public void set(long index, double value) {
            data.set(JAVA_DOUBLE, at(index) << 3, value);
        }

        @Override
        public double add(long index, double change) {
            long at = at(index);
            double sum = data.get(JAVA_DOUBLE, at << 3) + change;
            data.set(JAVA_DOUBLE, at << 3, sum);
            return sum;
        }
    }
}
