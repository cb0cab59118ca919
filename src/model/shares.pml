/*
 * The read-write lock of tandem.sync: threads that have shares or wait for them, each in a row (Shares),
 * and what becomes of it when they are killed.
 *
 * The lock of the file is one word, the name of its holder, as in monitor.pml; each change of what it guards is a
 * step, and so is a look through the rows. Of tickets only the order counts: they are the ranks of the
 * rows that wait. What the bit in the queue of a row does is proved by monitor.pml. A process takes a
 * share to read or to write, and may end after any round.
 *
 * What is proved, by which variant
 *
 *   (none)         Nobody is inside with one who writes; nobody goes past one who came before, other than
 *                  a reader past readers (assertions in `own`); when nothing can go on, nobody sleeps
 *                  (assertion in `sleep`).
 *   TIMED          The same when any waiter may give up, and any may stay inside: nobody sleeps then who could go
 *                  on.
 *   DEATHS         The same of the living, when two of three may be killed at any step. Slices end when
 *                  nothing else can go on; then who sleeps looks, and goes on. Who goes in after one has
 *                  died writing is told, until a writer was, and nobody is told of other deaths (`own`).
 *
 * Mutations: each must fail in the variant that is named with it in `check`.
 *
 *   READERS_FIRST      who reads goes past writers that wait
 *   NEW_FIRST          who comes goes past those who wait
 *   READS_BESIDE       who comes to read does not look whether one writes
 *   KEEPS_QUIET        who gives a share back wakes nobody
 *   LEAVES_QUIETLY     who gives up wakes nobody
 *   WAKES_AFTER        who gives a share back wakes by the rows as they were before
 *   SLEEP_UNCHECKED    the kernel does not compare
 *   CLEARS_FIRST       the row of a dead writer is cleared before its death is counted
 *   TELLS_READERS      a reader that asks is told for all
 *   NOT_COUNTED        the death of a writer is not counted
 *   NO_SETTLING        what the dead had stays with them
 *   NO_SLICES          a sleeper goes on only when it is woken, though processes die
 */
#define N 3

#define NONE 0
#define WAITS_TO_READ 1
#define WAITS_TO_WRITE 2
#define READS 3
#define WRITES 4

byte holder;            /* of the lock, 0: free */
byte row[N + 1];
byte ticket[N + 1];     /* in the row, while it waits */
bool untold;            /* of a recovery */

bool isAsSeen[N + 1];
bool asleep[N + 1];

bool dead[N + 1];
bool stays[N + 1];      /* and never gives its share back */

/* What no process can see: whether one has died writing, and no writer was told since. */
bool torn;

#define ANY(value) (row[1] == value || row[2] == value || row[3] == value)
#define IS_BEFORE(q, p) (ticket[q] != 0 && (ticket[p] == 0 || ticket[q] < ticket[p]))
#define ANY_BEFORE(p) (IS_BEFORE(1, p) || IS_BEFORE(2, p) || IS_BEFORE(3, p))
#define IS_WRITER_BEFORE(q, p) (row[q] == WAITS_TO_WRITE && IS_BEFORE(q, p))
#define WRITER_BEFORE(p) (IS_WRITER_BEFORE(1, p) || IS_WRITER_BEFORE(2, p) || IS_WRITER_BEFORE(3, p))

/* Order.lets(), of one who waits or comes. */
#ifdef READERS_FIRST
#define LETS_READ(p) (!ANY(WRITES))
#else
#ifdef READS_BESIDE
#define LETS_READ(p) ((ticket[p] == 0 || !ANY(WRITES)) && !WRITER_BEFORE(p))
#else
#ifdef NEW_FIRST
#define LETS_READ(p) (!ANY(WRITES) && (ticket[p] == 0 || !WRITER_BEFORE(p)))
#else
#define LETS_READ(p) (!ANY(WRITES) && !WRITER_BEFORE(p))
#endif
#endif
#endif
#ifdef NEW_FIRST
#define LETS_WRITE(p) (!ANY(WRITES) && !ANY(READS) && (ticket[p] == 0 || !ANY_BEFORE(p)))
#else
#define LETS_WRITE(p) (!ANY(WRITES) && !ANY(READS) && !ANY_BEFORE(p))
#endif
#define LETS(p, isWriter) (isWriter -> LETS_WRITE(p) : LETS_READ(p))

#define CAN(p) \
    (row[p] == WAITS_TO_READ && LETS_READ(p) || row[p] == WAITS_TO_WRITE && LETS_WRITE(p))

#define IS_LEFT(p) (dead[p] && row[p] != NONE)
#define HAS_DEAD (IS_LEFT(1) || IS_LEFT(2) || IS_LEFT(3))
#define HINDERS(q, p) (!dead[q] && IS_BEFORE(q, p) && (isWriter || row[q] == WAITS_TO_WRITE))

inline enter() {
    atomic { holder == 0 || dead[holder] -> holder = self }
}

inline leave() {
    holder = 0
}

inline clear(p) {
    if
    :: ticket[p] != 0 && ticket[1] > ticket[p] -> ticket[1]--
    :: else
    fi;
    if
    :: ticket[p] != 0 && ticket[2] > ticket[p] -> ticket[2]--
    :: else
    fi;
    if
    :: ticket[p] != 0 && ticket[3] > ticket[p] -> ticket[3]--
    :: else
    fi;
    ticket[p] = 0;
    row[p] = NONE
}

/* Whom changed() is to wake. */
inline find() {
    d_step {
        wakes[1] = CAN(1);
        wakes[2] = CAN(2);
        wakes[3] = CAN(3)
    }
}

inline wake() {
    do
    :: wakes[1] -> d_step { wakes[1] = false; isAsSeen[1] = false; asleep[1] = false }
    :: wakes[2] -> d_step { wakes[2] = false; isAsSeen[2] = false; asleep[2] = false }
    :: wakes[3] -> d_step { wakes[3] = false; isAsSeen[3] = false; asleep[3] = false }
    :: else -> break
    od
}

inline changed() {
    find();
    wake()
}

/* Asked when one looks thoroughly, and any time when the slots of the dead are free. */
inline settle() {
#ifndef NO_SETTLING
    if
    :: HAS_DEAD ->
        do
        :: IS_LEFT(1) -> settleRow(1)
        :: IS_LEFT(2) -> settleRow(2)
        :: IS_LEFT(3) -> settleRow(3)
        :: else -> break
        od;
        changed()
    :: true
    fi
#else
    skip
#endif
}

inline settleRow(p) {
    wasWriter = row[p] == WRITES;
#ifdef CLEARS_FIRST
    d_step { clear(p) };
#endif
#ifndef NOT_COUNTED
    if
    :: wasWriter -> untold = true
    :: else
    fi;
#endif
#ifndef CLEARS_FIRST
    d_step { clear(p) };
#endif
    wasWriter = false
}

/* Takes its share, by one write. */
inline own() {
    d_step {
        assert(!HINDERS(1, self) && !HINDERS(2, self) && !HINDERS(3, self));
        clear(self);
        row[self] = (isWriter -> WRITES : READS);
        assert(!ANY(WRITES) || (row[1] > 2) + (row[2] > 2) + (row[3] > 2) == 1);
        assert(untold == torn)
    }
}

inline sleep() {
    atomic {
#ifdef SLEEP_UNCHECKED
        asleep[self] = true;
#else
        asleep[self] = isAsSeen[self];
#endif
        if
        :: !asleep[self]
#ifdef TIMED
        :: asleep[self] = false; givesUp = true
#endif
        :: asleep[self]
        fi
    }
    atomic {
        if
        :: !asleep[self]
#if defined(DEATHS) && !defined(NO_SLICES)
        :: timeout && asleep[self] && (CAN(self) || HAS_DEAD) -> asleep[self] = false
        :: timeout && asleep[self] && !CAN(1) && !CAN(2) && !CAN(3) && !HAS_DEAD -> assert(false)
#else
        :: timeout && asleep[self] ->
            assert(!CAN(self) && (stays[1] || stays[2] || stays[3]));
            goto done
#endif
        fi;
        isAsSeen[self] = false
    }
}

proctype Process(byte self) {
    bool isWriter;
    bool givesUp;
    bool wasWriter;
    bool wakes[N + 1];
    {
        skip;
again:
        atomic {
            if
            :: goto done
            :: isWriter = true
            :: isWriter = false
            fi
        }
        /* take() */
        enter();
        if
        :: LETS(self, isWriter) -> goto take
        :: else -> settle()
        fi;
        if
        :: LETS(self, isWriter) -> goto take
        :: else
        fi;
        /* awaitTurn() */
        d_step {
            ticket[self] = 1 + (ticket[1] != 0) + (ticket[2] != 0) + (ticket[3] != 0);
            row[self] = (isWriter -> WAITS_TO_WRITE : WAITS_TO_READ)
        };
        do
        :: LETS(self, isWriter) -> break
        :: else ->
            isAsSeen[self] = true;
            leave();
            sleep();
            enter();
            if
            :: LETS(self, isWriter) -> break
            :: else -> settle()
            fi;
            if
            :: givesUp && !LETS(self, isWriter) -> goto giveUp
            :: else
            fi
        od;
take:
progress:
        givesUp = false;
        own();
        changed();
        leave();
        /* isRecovered() */
        if
        :: isWriter && untold -> d_step { untold = false; torn = false }
#ifdef TELLS_READERS
        :: !isWriter && untold -> untold = false
#endif
        :: true
        fi;
#ifdef TIMED
        if
        :: stays[self] = true; goto done
        :: true
        fi;
#endif
        /* release() */
        enter();
#ifdef WAKES_AFTER
        find();
#endif
        d_step { clear(self) };
#ifdef WAKES_AFTER
        wake();
#else
#ifndef KEEPS_QUIET
        changed();
#endif
#endif
        leave();
        goto again;
giveUp:
        givesUp = false;
        d_step { clear(self) };
#ifndef LEAVES_QUIETLY
        changed();
#endif
        leave();
        goto again
    }
#ifdef DEATHS
    unless {
        dead[self]
    }
    d_step {
        isWriter = false;
        givesUp = false;
        wasWriter = false;
        wakes[1] = false;
        wakes[2] = false;
        wakes[3] = false
    }
#endif
done:
    skip
}

#ifdef DEATHS
proctype Death() {
    byte p;
    byte deaths;
    do
    :: atomic {
        deaths < 2 ->
        deaths++;
        p = deaths; /* which ones makes no difference */
        dead[p] = true;
        asleep[p] = false;
        isAsSeen[p] = false;
        torn = torn || row[p] == WRITES;
        p = 0
    }
    :: break
    od
}
#endif

init {
    atomic {
        run Process(1);
        run Process(2);
        run Process(3);
#ifdef DEATHS
        run Death()
#endif
    }
}
