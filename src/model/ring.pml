/*
 * The ring of tandem.sync: items that some put and others take, under a lock for each side, and what
 * becomes of them when processes are killed (Ring), with the wait across both locks (WaitQueue, Q3).
 *
 * Each access to shared memory is a step. The locks are a word each, the name of the holder, as in
 * monitor.pml. Of head and tail there is what lies between them; each side moves its end of that. With CLOSE
 * an item is written and read in two halves, so that a torn one shows.
 *
 * Who takes one compares it with what was put there: so no item is lost, doubled, torn or overtaken.
 * Anybody may end after any round, so that nobody can count on another one to come.
 *
 * What is proved, by which variant
 *
 *   (none)         Two put into a ring for one item, and two take. When nothing can go on, nobody sleeps who
 *                  could (assertion in `sleep`): no wake-up is lost, without help from the slices.
 *   CLOSE          One puts into a ring for two items, and two take, each by what it knows of the tail; the ring
 *                  may be closed at some moment: nothing is put after that, what is there is taken, and
 *                  then all end.
 *   DEATHS         Two put and one takes; one of them may be killed at any step. Slices end when nothing else
 *                  can go on; then who sleeps looks, and could not go on.
 *   DEATHS LONE    The same when one puts and two take.
 *   CLOSE DEATHS   As CLOSE, with one who takes; one, who closes too, may be killed at any step.
 *   ROOM           The places of items of different lengths in a ring that is bounded by their number, one
 *                  step after the other: whatever has been put and taken, an item that may come has
 *                  room, in the ring or by its number (assertion in `Both`).
 *
 * Mutations: each must fail in the variant that is named with it in `check`.
 *
 *   NO_LOOK_AGAIN      who waits does not look again after it has announced itself
 *   NO_BIT             who waits does not announce itself
 *   BIT_BEFORE         who puts looks at the bit before the tail has moved
 *   ROOM_BIT_BEFORE    who takes looks at the bit before the head has moved
 *   FORGETS_TAKERS     who puts wakes nobody
 *   FORGETS_PUTTERS    who takes wakes nobody
 *   OUTSIDE            who puts wakes without the lock of those who take
 *   ONE_PUTTER         who takes wakes one of those who put, and takes the bit away
 *   TAIL_FIRST         the tail moves before the item is there
 *   HEAD_FIRST         the head moves before the item is read
 *   KEPT_TOO_LONG      who takes goes by the tail that it knows, though others have taken since
 *   ONE_LOCK           a ring is closed with the lock of the takers alone
 *   CLOSES_ONE_SIDE    who closes wakes those who take alone
 *   NO_SLICES          a sleeper goes on only when it is woken, though processes die
 *   ONE_UNIT           an item may lie in one unit, which leaves too little for a number when it is taken
 *   ALL_FITS           an item goes into the ring wherever it has room
 */
#ifdef ROOM

/* As in Ring, in units: LEAST of an item in the ring, NUMBER of that of a file, BESIDE with a mark. */
#define MOST 4
#define UNITS 16
#define LARGEST 8
#ifdef ONE_UNIT
#define LEAST 1
#else
#define LEAST 2
#endif
#define NUMBER 2
#define BESIDE 3

byte tail;              /* the place */
byte free = UNITS;
byte items;
byte taken[MOST];       /* what each takes, with the mark before it */

/* needed() */
#define NEEDED(n) (n <= UNITS - tail -> n : UNITS - tail + n)

/* fits() */
#ifdef ALL_FITS
#define FITS(n) (NEEDED(n) <= free)
#else
#define FITS(n) (NEEDED(n) + (MOST - items - 1) * BESIDE <= free)
#endif

active proctype Both() {
    byte n;
    do
    :: atomic {
        items < MOST ->
        select(n : LEAST .. LARGEST);
        n = (FITS(n) -> n : NUMBER);
        n = NEEDED(n);
        assert(n <= free);
        taken[items] = n;
        items++;
        free = free - n;
        tail = (tail + n) % UNITS;
        n = 0
    }
    :: atomic {
        items > 0 ->
        free = free + taken[0];
        taken[0] = taken[1];
        taken[1] = taken[2];
        taken[2] = taken[3];
        taken[3] = 0;
        items--
    }
    od
}

#else

#define TAKER 3         /* the first of two; putters are 1 and 2 */
#define CLOSER 5
#define N 5

byte putLock;           /* who holds it, 0: nobody */
byte takeLock;
bool closed;

/* The words: what lies between head and tail, and with CLOSE the place of the head in two rounds. */
byte items;
byte head;
#ifdef CLOSE
#define MOST 2
#define AT(number) ((head + (number)) % 4)
#define WHAT (AT(items) + 1)
#else
#define MOST 1
#define AT(number) 0
#define WHAT self
#endif

/* The halves of items, 0: none; and which are there, which no process can see. */
byte first[MOST];
byte second[MOST];
byte there[MOST];

/* The queues: itemCame and roomCame. */
bool itemBit;
bool roomBit;
bool isAsSeen[N + 1];
bool asleep[N + 1];

/* Of those who take: from the move of the head on until it has looked at the bit, 1 and how many others have
   taken since; with CLOSE, how many items there are as far as it knows, 0 when it has to look. */
byte moved[N + 1];
short known[N + 1];

bool dead[N + 1];

inline enter(lock) {
    atomic { lock == 0 || dead[lock] -> lock = self }
}

inline leave(lock) {
    lock = 0
}

/* hasItem(): sets `can`. */
inline lookForItem() {
#ifdef CLOSE
    if
    :: known[self] == 0 -> known[self] = items
    :: else
    fi;
    can = known[self] > 0
#else
    can = items > 0
#endif
}

/* The kernel compares and falls asleep. */
inline sleep(isAnnounced, isVain) {
    atomic {
#ifdef NO_BIT
        asleep[self] = isAsSeen[self];
#else
        asleep[self] = isAsSeen[self] && isAnnounced;
#endif
        can = false
    }
    atomic {
        if
        :: !asleep[self]
#if defined(DEATHS) && !defined(NO_SLICES)
        :: timeout && asleep[self] && !(isVain) -> asleep[self] = false
#endif
#if defined(DEATHS) && !defined(NO_SLICES)
        :: timeout && asleep[self] && (isVain) ->
#else
        :: timeout && asleep[self] ->
            assert(isVain);
#endif
            asleep[self] = false;
            isAsSeen[self] = false;
            goto done
        fi;
        isAsSeen[self] = false
    }
}

/* changeOne() of itemCame. */
inline itemChanged() {
    atomic {
        can = itemBit;
        isAsSeen[TAKER] = false;
        isAsSeen[TAKER + 1] = false
    }
    if
    :: can ->
        atomic {
            if
            :: asleep[TAKER] -> asleep[TAKER] = false
            :: asleep[TAKER + 1] -> asleep[TAKER + 1] = false
            :: !asleep[TAKER] && !asleep[TAKER + 1] -> can = false
            fi
        }
        if
        :: !can -> itemBit = false
        :: else
        fi
    :: else
    fi
}

/* changeAll() of both. */
inline allItemsChanged() {
    atomic {
        can = itemBit;
        isAsSeen[TAKER] = false;
        isAsSeen[TAKER + 1] = false
    }
    if
    :: can ->
        itemBit = false;
        d_step { asleep[TAKER] = false; asleep[TAKER + 1] = false }
    :: else
    fi
}

inline roomChanged() {
    atomic { can = roomBit; isAsSeen[1] = false; isAsSeen[2] = false }
    if
    :: can ->
        roomBit = false;
#ifdef ONE_PUTTER
        atomic {
            if
            :: asleep[1] -> asleep[1] = false
            :: asleep[2] -> asleep[2] = false
            :: !asleep[1] && !asleep[2]
            fi
        }
#else
        d_step { asleep[1] = false; asleep[2] = false }
#endif
    :: else
    fi
}

proctype Putter(byte self) {
    bool can;
    bool isSeen;
    {
        skip;
again:
        /* put() */
        if
        :: goto done
        :: atomic { putLock == 0 || dead[putLock] -> putLock = self }
        fi;
        /* awaitRoom() */
#ifdef CLOSE
        if
        :: closed -> leave(putLock); goto done
        :: else
        fi;
#endif
        can = items < MOST;
        do
        :: can -> break
        :: else ->
            /* Monitor.waitUntil() */
#ifdef NO_BIT
            isAsSeen[self] = true;
#else
            d_step { roomBit = true; isAsSeen[self] = true };
#endif
#ifndef NO_LOOK_AGAIN
            can = items < MOST;
            if
            :: can -> break
            :: else
            fi;
#endif
            leave(putLock);
            sleep(roomBit, items == MOST && !closed);
            enter(putLock);
#ifdef CLOSE
            if
            :: closed -> leave(putLock); goto done
            :: else
            fi;
#endif
            can = items < MOST
        od;
        atomic { isAsSeen[self] = false; can = false };
        /* write() */
#ifdef TAIL_FIRST
        d_step { there[AT(items) % MOST] = WHAT; items++ };
        first[AT(items - 1) % MOST] = AT(items - 1) + 1;
        second[AT(items - 1) % MOST] = AT(items - 1) + 1;
#else
        first[AT(items) % MOST] = WHAT;
#ifdef CLOSE
        second[AT(items) % MOST] = WHAT;
#endif
#ifdef BIT_BEFORE
        isSeen = itemBit;
#endif
        d_step {
            assert(!closed);
            there[AT(items) % MOST] = WHAT;
            items++
        };
#endif
        leave(putLock);
        /* What comes after an item was put. */
#ifndef BIT_BEFORE
        isSeen = itemBit;
#endif
#ifndef FORGETS_TAKERS
        if
        :: isSeen ->
            isSeen = false;
#ifndef OUTSIDE
            enter(takeLock);
#endif
            itemChanged();
#ifndef OUTSIDE
            leave(takeLock);
#endif
            can = false
        :: else
        fi;
#endif
        isSeen = false;
        goto again
    }
#ifdef DEATHS
    unless {
        dead[self]
    }
    can = false;
#endif
done:
    skip
}

#define OTHER (TAKER + TAKER + 1 - self)

inline headMoves() {
    items--;
    moved[self] = 1;
    if
    :: moved[OTHER] > 0 && moved[OTHER] <= MOST -> moved[OTHER]++
    :: else
    fi;
#ifdef CLOSE
    head = (head + 1) % 4;
    known[self]--;
#ifdef KEPT_TOO_LONG
    known[OTHER] = (known[OTHER] < 0 -> -1 : known[OTHER] - 1)
#else
    known[OTHER] = 0
#endif
#endif
}

proctype Taker(byte self) {
    bool can;
    bool isSeen;
    byte item;
    byte half;
#ifdef HEAD_FIRST
    byte should;
#endif
    {
        skip;
again:
        /* take() */
        if
        :: goto done
        :: atomic { takeLock == 0 || dead[takeLock] -> takeLock = self }
        fi;
        lookForItem();
        do
        :: can -> break
        :: else ->
#ifdef NO_BIT
            isAsSeen[self] = true;
#else
            d_step { itemBit = true; isAsSeen[self] = true };
#endif
#ifndef NO_LOOK_AGAIN
            lookForItem();
            if
            :: can -> break
            :: else
            fi;
#endif
#ifdef CLOSE
            if
            :: closed -> leave(takeLock); goto done
            :: else
            fi;
#endif
            leave(takeLock);
            sleep(itemBit, items == 0 && !closed);
            enter(takeLock);
            lookForItem()
        od;
        atomic { isAsSeen[self] = false; can = false };
        /* takeFirst() */
#ifdef HEAD_FIRST
        d_step { should = there[AT(0) % MOST]; headMoves() };
        item = first[AT(MOST - 1) % MOST];
        assert(item == should);
#else
        item = first[AT(0) % MOST];
#ifdef CLOSE
        half = second[AT(0) % MOST];
#else
        half = item;
#endif
#ifdef ROOM_BIT_BEFORE
        isSeen = roomBit;
#endif
        d_step {
            assert(item == half && item == there[AT(0) % MOST] && item > 0);
            first[AT(0) % MOST] = 0;
            second[AT(0) % MOST] = 0;
            there[AT(0) % MOST] = 0;
            headMoves();
            item = 0;
            half = 0
        };
#endif
        leave(takeLock);
#ifndef ROOM_BIT_BEFORE
        isSeen = roomBit;
#endif
#ifndef FORGETS_PUTTERS
        /* isRoomy() */
        if
        :: isSeen && items + moved[self] <= MOST ->
            isSeen = false;
            enter(putLock);
            roomChanged();
            leave(putLock);
            can = false
        :: else
        fi;
#endif
        d_step { isSeen = false; moved[self] = 0 };
        goto again
    }
#ifdef DEATHS
    unless {
        dead[self]
    }
    can = false;
#endif
done:
    skip
}

#ifdef CLOSE
proctype Closer(byte self) {
    bool can;
    {
        if
        :: goto done
        :: true
        fi;
#ifndef ONE_LOCK
        enter(putLock);
#endif
        enter(takeLock);
        closed = true;
        allItemsChanged();
#ifndef CLOSES_ONE_SIDE
        roomChanged();
#endif
        can = false;
        leave(takeLock);
#ifndef ONE_LOCK
        leave(putLock)
#endif
    }
#ifdef DEATHS
    unless {
        dead[self]
    }
#endif
done:
    skip
}
#endif

#ifdef DEATHS
proctype Death() {
    byte p;
    if
    :: atomic {
        if
        :: p = 1
        :: p = TAKER
#ifdef CLOSE
        :: p = CLOSER
#endif
        fi;
        dead[p] = true;
        asleep[p] = false;
        isAsSeen[p] = false;
        moved[p] = 0;
        known[p] = 0;
        p = 0
    }
    :: true
    fi
}
#endif

init {
    atomic {
        run Putter(1);
#if !defined(CLOSE) && !defined(LONE)
        run Putter(2);
#endif
        run Taker(TAKER);
#if !defined(DEATHS) || defined(LONE)
        run Taker(TAKER + 1);
#endif
#ifdef CLOSE
        run Closer(CLOSER);
#endif
#ifdef DEATHS
        run Death()
#endif
    }
}
#endif
