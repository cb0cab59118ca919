package tandem.memory;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The kinds of files that a session has, in the order of their numbers there: what the file of each
/// is called, what it holds, and how it is shown.
///
/// All that a floor has to know of a kind is asked here. So one more kind of shared object is one more
/// constant, and its class in `tandem`; the compiler and `KindTest` say what else there is to do.
public enum Kind {
    ARRAY(Data.ELEMENTS, Guard.OWN, Guard.NONE, Guard.ELSEWHERE),
    LOCK(Data.ROWS_IF_FAIR, Guard.OWN),

    EVENT(Data.NOTHING, Guard.NONE) {
        @Override
        public String state(MemorySegment page) {
            return Layout.isSet(word(page, Layout.AT_EVENT_WORD)) ? "set" : "not set";
        }

        @Override
        public long count(MemorySegment page) {
            return Layout.sets(word(page, Layout.AT_EVENT_WORD));
        }

        @Override
        public String counted(long count) {
            return "set %,d times".formatted(count);
        }
    },

    /// Who lives in the session: no shared object. In what is waited for, it stands for the end of a
    /// process.
    ROSTER(Data.SLOTS, Guard.NONE),

    VALUE(Data.ELEMENT, Guard.OWN, Guard.NONE, Guard.ELSEWHERE),

    CONDITION(Data.ROWS, Guard.ELSEWHERE) {
        @Override
        public String state(MemorySegment page) {
            return word(page, Layout.AT_SHOWN) + " wait";
        }

        @Override
        public long count(MemorySegment page) {
            return word(page, Layout.AT_COUNT);
        }

        @Override
        public String counted(long count) {
            return "signalled %,d times".formatted(count);
        }
    },

    SEMAPHORE(Data.ROWS, Guard.NONE) {
        @Override
        public String state(MemorySegment page) {
            return word(page, Layout.AT_SHOWN) + " free";
        }

        @Override
        public long count(MemorySegment page) {
            return word(page, Layout.AT_COUNT);
        }

        @Override
        long bound(MemorySegment page) {
            return word(page, Layout.AT_BOUND);
        }

        @Override
        String bounded(long bound) {
            return "bounded to " + bound;
        }
    },

    BARRIER(Data.ROWS_AND_CODE, Guard.NONE) {
        @Override
        public String state(MemorySegment page) {
            return (word(page, Layout.AT_STATE) & 1) != 0
                    ? "broken"
                    : "%d of %d wait"
                            .formatted(word(page, Layout.AT_SHOWN), word(page, Layout.AT_PARTIES));
        }

        @Override
        public long count(MemorySegment page) {
            return word(page, Layout.AT_COUNT);
        }

        @Override
        public String counted(long count) {
            return "passed %,d times".formatted(count);
        }

        @Override
        long bound(MemorySegment page) {
            return word(page, Layout.AT_PARTIES);
        }
    },

    QUEUE(Data.BYTES, Guard.NONE) {
        @Override
        public String state(MemorySegment page) {
            long most = word(page, Layout.AT_BOUND);
            return (word(page, Layout.AT_CLOSED) != 0 ? "closed, " : "")
                    + Layout.items(word(page, Layout.AT_HEAD), word(page, Layout.AT_TAIL))
                    + (most == 0 ? "" : " of " + most)
                    + " items";
        }

        @Override
        public long count(MemorySegment page) {
            return word(page, Layout.AT_COUNT);
        }

        @Override
        long bound(MemorySegment page) {
            return word(page, Layout.AT_BOUND);
        }
    },

    READ_WRITE_LOCK(Data.ROWS, Guard.NONE) {
        @Override
        public boolean namesHolder() {
            return true;
        }

        @Override
        public long holder(MemorySegment page) {
            return word(page, Layout.AT_WRITER);
        }

        @Override
        public String state(MemorySegment page) {
            long readers = word(page, Layout.AT_SHOWN);
            if (holder(page) != 0) {
                return "written";
            }
            return readers == 0 ? "free" : readers + " read";
        }

        @Override
        public long count(MemorySegment page) {
            return word(page, Layout.AT_COUNT);
        }

        @Override
        public long recoveries(MemorySegment page) {
            return word(page, Layout.AT_RECOVERIES);
        }
    },

    MANAGER(Data.TEXT, Guard.NONE) {
        @Override
        public boolean namesHolder() {
            return true;
        }

        @Override
        public String state(MemorySegment page) {
            return word(page, Layout.AT_SHOWN) + " in calls";
        }

        @Override
        public long count(MemorySegment page) {
            return word(page, Layout.AT_COUNT);
        }

        @Override
        public String counted(long count) {
            return "called %,d times".formatted(count);
        }

        @Override
        public long waits() {
            return Layout.AT_LOCK_WAITS;
        }
    },

    PIPE(Data.ROWS_AND_RINGS, Guard.NONE) {
        @Override
        public String state(MemorySegment page) {
            return "%d to the right, %d to the left"
                    .formatted(items(page, 0), items(page, Layout.AT_SECOND_RING));
        }

        private static int items(MemorySegment page, long ring) {
            return Layout.items(
                    word(page, ring + Layout.AT_HEAD), word(page, ring + Layout.AT_TAIL));
        }

        @Override
        public long count(MemorySegment page) {
            return word(page, Layout.AT_COUNT)
                    + word(page, Layout.AT_SECOND_RING + Layout.AT_COUNT);
        }

        @Override
        public String counted(long count) {
            return "received %,d times".formatted(count);
        }
    };

    /// What is behind the header page.
    private enum Data {
        NOTHING,
        ELEMENTS,
        ELEMENT,
        ROWS,
        ROWS_IF_FAIR,
        ROWS_AND_CODE,
        ROWS_AND_RINGS,
        BYTES,
        TEXT,
        SLOTS
    }

    private static final Kind[] ALL = values();
    private static final int MOST_DIGITS = 10;

    private final Data data;
    private final Guard[] guards;
    private final String prefix = name().toLowerCase(Locale.ROOT).replace("_", "");

    Kind(Data data, Guard... guards) {
        this.data = data;
        this.guards = guards;
    }

    /// Its number in files.
    public int number() {
        return ordinal() + 1;
    }

    /// The kind with a number, null when there is none.
    public static Kind ofNumber(int number) {
        return number < 1 || number > ALL.length ? null : ALL[number - 1];
    }

    /// The kind of a shared object, by the name of its file.
    ///
    /// @param file as in `array-7`
    /// @return null when it is no such name
    public static Kind ofFile(String file) {
        int dash = file.indexOf('-');
        int digits = file.length() - dash - 1;
        if (dash < 0 || digits < 1 || digits > MOST_DIGITS) {
            return null;
        }
        for (int i = dash + 1; i < file.length(); i++) {
            if (file.charAt(i) < '0' || file.charAt(i) > '9') {
                return null;
            }
        }
        for (Kind kind : ALL) {
            if (kind.isObject()
                    && file.regionMatches(
                            0, kind.prefix, 0, Math.max(dash, kind.prefix.length()))) {
                return kind;
            }
        }
        return null;
    }

    /// What its file is called: `array` becomes `array-7`.
    public String prefix() {
        return prefix;
    }

    /// What people call it: `Array`.
    public String title() {
        StringBuilder title = new StringBuilder();
        for (String word : name().split("_")) {
            title.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
        }
        return title.toString();
    }

    /// What it was made as, for a person: `Array(i, 100)`, `Barrier(3)`. What is asked for by name has to
    /// be made alike.
    public final String form(Header header, MemorySegment page) {
        return form(header, bound(page));
    }

    /// As the other, for one that is to be made.
    ///
    /// @param bound how many there may be of what it is about, 0 when that is no part of what it is
    public final String form(Header header, long bound) {
        List<String> facts = new ArrayList<>();
        if (hasElements()) {
            facts.add(header.typecode().code());
        }
        if (hasLength()) {
            facts.add(Long.toString(header.length()));
        }
        if (hasElements() && header.guard() == Guard.NONE) {
            facts.add("no lock");
        }
        if (!hasElements() && header.guard() == Guard.ELSEWHERE) {
            facts.add(header.guardFile());
        }
        if (bound > 0) {
            facts.add(bounded(bound));
        }
        return title() + (facts.isEmpty() ? "" : "(" + String.join(", ", facts) + ")");
    }

    /// How many there may be of what it is about, 0 when that is no part of what it is.
    long bound(MemorySegment page) {
        return 0;
    }

    /// That bound for a person.
    String bounded(long bound) {
        return Long.toString(bound);
    }

    /// Whether people make such objects, and give them to each other.
    public boolean isObject() {
        return this != ROSTER;
    }

    /// Whether it can have a lock of its own, that people take and that may guard other objects too.
    public boolean isLockable() {
        return guards[0] == Guard.OWN;
    }

    /// Whether its lock may be there.
    boolean allows(Guard guard) {
        for (Guard one : guards) {
            if (one == guard) {
                return true;
            }
        }
        return false;
    }

    /// Whether it holds a number, or numbers of one type.
    public boolean hasElements() {
        return data == Data.ELEMENTS || data == Data.ELEMENT;
    }

    /// Whether it holds any number of them.
    public boolean hasLength() {
        return data == Data.ELEMENTS;
    }

    /// Whether its length can be this.
    boolean allowsLength(long length) {
        return switch (data) {
            case NOTHING -> length == 0;
            case ELEMENTS, ROWS_AND_CODE, TEXT -> length >= 0;
            case BYTES, ROWS_AND_RINGS -> length >= Layout.LEAST_RING && Long.bitCount(length) == 1;
            case ELEMENT -> length == 1;
            case ROWS -> length == Layout.ROWS;
            case ROWS_IF_FAIR -> length == 0 || length == Layout.ROWS;
            case SLOTS -> length == Layout.SLOTS;
        };
    }

    /// Bytes behind the header page.
    ///
    /// @param typecode of what has elements, else null
    long dataBytes(Typecode typecode, long length) {
        return switch (data) {
            case NOTHING -> 0;
            case ELEMENTS, ELEMENT -> Math.multiplyExact(length, typecode.bytes());
            case ROWS, ROWS_IF_FAIR -> length * Layout.ROW_BYTES;
            case TEXT -> length;
            case ROWS_AND_CODE -> Math.addExact((long) Layout.ROWS * Layout.ROW_BYTES, length);
            case BYTES -> length;
            case ROWS_AND_RINGS ->
                    Math.addExact(
                            (long) Layout.ROWS * Layout.ROW_BYTES, Math.multiplyExact(2, length));
            case SLOTS -> Layout.ROSTER_BYTES;
        };
    }

    /// How it is, for a person; empty for what only has a lock, of which there is more to say.
    public String state(MemorySegment page) {
        return "";
    }

    /// How often the thing has happened that it is for: a lock was taken, an event set.
    public long count(MemorySegment page) {
        return word(page, Layout.AT_LOCK_ACQUISITIONS);
    }

    /// That count for a person.
    public String counted(long count) {
        return "taken %,d times".formatted(count);
    }

    /// Whether the page says which thread others wait for.
    public boolean namesHolder() {
        return isLockable();
    }

    /// The thread that others wait for, as it stands in waits; 0 when there is none.
    public long holder(MemorySegment page) {
        return namesHolder() ? Layout.waiting(word(page, Layout.AT_LOCK_WORD)) : 0;
    }

    /// How often the process of that thread has died.
    public long recoveries(MemorySegment page) {
        return word(page, Layout.AT_LOCK_RECOVERIES);
    }

    /// Where the page counts those who waited for it, and how long.
    public long waits() {
        return isLockable() ? Layout.AT_LOCK_WAITS : Layout.AT_EVENT_WAITS;
    }

    static long word(MemorySegment page, long offset) {
        return (long) Layout.LONG.getVolatile(page, offset);
    }
}
