/*
 * The fair lock of tandem.sync: the lock word of Mutex, with the threads that wait in rows (Turns), and
 * what becomes of it when they are killed.
 *
 * Each access to shared memory is a step; so is what is found by looking through the rows under the lock
 * that guards them. That lock is one word here, the name of its holder, as in monitor.pml. A process
 * stands for one thread, and its row is the one of its number. Of tickets only the order counts: they are
 * the ranks of the rows in use. Left out are the spins, and a lock that is broken, as in lock.pml.
 *
 * A process may end after any round, so that a sleeper whom nobody will wake shows as an invalid end state.
 *
 * What is proved, by which variant
 *
 *   (none)         Nobody dies and no slice ends. At most one process is inside; nobody goes past one
 *                  whose row was there and announced before (assertions in `goIn` and `own`); no sleeper
 *                  is left behind (no invalid end state).
 *   TIMED          The same when any waiter may give up.
 *   NUDGED         The same of two, when somebody lets all who wait look at any moment (wakeAll()).
 *   DEATHS EARLY   The same of the living, when two of the three may be killed at any step; a slice may end at
 *                  any moment, so that nobody has to be woken. Who goes in after one has died inside is told,
 *                  and nobody is told of one who died waiting (assertions in `goIn`).
 *   DEATHS EARLY TIMED
 *                  The same of two, who may give up.
 *   DEATHS         The same of three, when slices end when nothing else can go on. There is no cycle of steps
 *                  without an acquisition in it: a dead one in the row, or one that was handed the lock,
 *                  holds nobody up.
 *
 * Mutations: each must fail in the variant that is named with it in `check`.
 *
 *   NO_ANNOUNCEMENT    who comes does not set the bit
 *   NO_LOOK_AGAIN      who sleeps has not looked at the word after it has announced itself in its row
 *   FREES              a release that finds someone who waits frees the lock, and wakes it
 *   FORGETS_OTHERS     a release hands over without the bit, though others wait
 *   WAKES_FIRST        a release wakes before it hands over
 *   ONE_WAKES          who wakes takes the bit of the row away afterwards, when nobody slept
 *   KEEPS_TURN         who gives up keeps what it was handed
 *   CLEARS_FIRST       who gives up clears its row before it hands on what it was handed
 *   ANY_HEIR           the lock of a dead holder is for whoever finds out
 *   STALE_HEIR         who finds a dead holder does not look again when it is its turn, and loses that
 *   NOT_ASKED          whoever inherits the lock is told, whether the dead one was in or not
 *   ROW_AFTER          who inherits clears its row after it has the lock
 *   NO_RECOVERY        nobody takes over from the dead
 */
#define N 3

#if defined(DEATHS) && !defined(EARLY)
#define LATE
#endif

#define FREE 0
#define WAITERS 8
#define HOLDER(word) ((word) & 7)
#define PARENT 4

byte word = FREE;
byte guard;                 /* who has the lock of the rows, 0: nobody */
byte ticket[N + 1];         /* 0: the row is not in use */

/* Of a row's queue and of who goes first, the variants with slices keep what they need: all of it is proved
   by the others. */
#ifdef LATE
#define IS_KEPT false
#else
#define IS_KEPT true
#endif

/* The queue of each row: the bit, and whether the count is still the one that its thread saw. */
bool bit_[N + 1];
bool isAsSeen[N + 1];
bool asleep[N + 1];
bool isTimeToLook[N + 1];

bool dead[N + 2];
bool untold;                /* of a recovery */

/* What no process can see. */
byte place[N + 1];          /* in the order in which they came, 0: it does not wait */
bool has[N + 1];            /* the lock, and means to */
bool inside[N + 1];
bool torn;                  /* somebody has died inside */
bool wasHad;                /* somebody has died who had it */

#define ALONE(p) (inside[1] + inside[2] + inside[3] == inside[p])
#define IS_BEFORE(q, p) (place[q] != 0 && (place[p] == 0 || place[q] < place[p]))

#define LOWER(rank, q, than) \
    if \
    :: rank[q] > than -> rank[q]-- \
    :: else \
    fi

/* The lowest rank that is left stays 1. */
#define DROP(rank, p) \
    LOWER(rank, 1, rank[p]); \
    LOWER(rank, 2, rank[p]); \
    LOWER(rank, 3, rank[p]); \
    rank[p] = 0

inline drop(p) {
    if
    :: place[p] != 0 -> DROP(place, p)
    :: else
    fi
}

inline clear(p) {
    d_step {
        if
        :: ticket[p] != 0 -> DROP(ticket, p)
        :: else
        fi
    }
}

inline put() {
    d_step { ticket[self] = 1 + (ticket[1] != 0) + (ticket[2] != 0) + (ticket[3] != 0) }
}

inline own() {
    assert(!IS_BEFORE(1, self));
    assert(!IS_BEFORE(2, self));
    assert(!IS_BEFORE(3, self));
    drop(self);
    has[self] = IS_KEPT
}

/* Its row is cleared. */
inline goIn() {
    d_step {
        inside[self] = IS_KEPT;
        assert(ALONE(self));
        assert(!torn || untold);
        assert(!untold || wasHad);
        torn = false;
        wasHad = false;
        untold = false
    }
}

inline enter(who) {
    atomic { guard == 0 || dead[guard] -> guard = who }
}

inline leave() {
    guard = 0
}

/* WaitQueue.changeAll() of a row, of which there is one waiter at most. */
inline change(p) {
#if defined(EARLY)
    skip
#elif defined(LATE)
    d_step { isAsSeen[p] = false; asleep[p] = false }
#else
    atomic { sawBit = bit_[p]; isAsSeen[p] = false };
#ifdef ONE_WAKES
    if
    :: sawBit ->
        d_step { sawBit = asleep[p]; asleep[p] = false };
        if
        :: !sawBit -> bit_[p] = false
        :: else
        fi
    :: else
    fi;
#else
    if
    :: sawBit ->
        bit_[p] = false;
        asleep[p] = false
    :: else
    fi;
#endif
    sawBit = false
#endif
}

inline wake(p) {
#ifndef EARLY
    if
    :: p == 1 -> change(1)
    :: p == 2 -> change(2)
    :: p == 3 -> change(3)
    fi
#else
    skip
#endif
}

/* wakeAll(), by who has the guard. */
inline wakeAll() {
    if
    :: ticket[1] != 0 -> change(1)
    :: else
    fi;
    if
    :: ticket[2] != 0 -> change(2)
    :: else
    fi;
    if
    :: ticket[3] != 0 -> change(3)
    :: else
    fi
}

#define IS_FIRST(p, q, r) (ticket[p] != 0 && HOLDER(word) != p \
    && (ticket[q] == 0 || HOLDER(word) == q || ticket[p] < ticket[q]) \
    && (ticket[r] == 0 || HOLDER(word) == r || ticket[p] < ticket[r]))

#define IS_LEFT(p) (dead[p] && ticket[p] != 0 && HOLDER(word) != p)

/* settle(), and then first() and isOnly(). Whether the slots of the dead are free already, nobody knows:
   a look that is not thorough finds any of them or none. */
inline find(isThorough) {
    do
    :: IS_LEFT(1) -> clear(1)
    :: IS_LEFT(2) -> clear(2)
    :: IS_LEFT(3) -> clear(3)
    :: d_step {
        !isThorough || !IS_LEFT(1) && !IS_LEFT(2) && !IS_LEFT(3) ->
        if
        :: IS_FIRST(1, 2, 3) -> next = 1
        :: IS_FIRST(2, 1, 3) -> next = 2
        :: IS_FIRST(3, 1, 2) -> next = 3
        :: else -> next = 0
        fi;
        more = ticket[1] + ticket[2] + ticket[3] != ticket[next]
    };
        break
    od
}

/* handOver(), by who has the guard and the lock. */
inline handOver() {
    find(false);
    atomic {
        if
        :: next == 0 -> assert(HOLDER(word) == self); has[self] = false; word = FREE; goto handed
        :: else
        fi
    }
#ifdef WAKES_FIRST
    wake(next);
#endif
    atomic {
        assert(HOLDER(word) == self);
        has[self] = false;
#ifdef FREES
        word = FREE
#else
        word = next | (more -> WAITERS : 0)
#endif
#ifdef FORGETS_OTHERS
        ; word = next
#endif
    }
#ifndef WAKES_FIRST
    wake(next);
#endif
handed:
    skip;
    d_step { next = 0; more = false }
}

proctype Process(byte self) {
    byte seen;
    byte next;
    bool more;
    bool sawBit;
    bool givesUp;
    {
        skip;
idle:
        /* acquire() */
        atomic {
            if
            :: goto done
            :: word == FREE -> word = self; own(); goto held
            :: word != FREE
            fi
        }

come:
        /* come() */
        enter(self);
again:
        atomic {
            seen = word;
            if
            :: seen != FREE -> goto row
            :: else
            fi
        }
        atomic {
            if
            :: word == FREE -> word = self; own()
            :: else -> goto again
            fi
        }
        clear(self);
        leave();
        goto held;
row:
        if
        :: ticket[self] == 0 -> put()
        :: else
        fi;
        atomic {
            if
#ifdef NO_ANNOUNCEMENT
            :: true
#else
            :: seen & WAITERS
            :: !(seen & WAITERS) && word == seen -> word = seen | WAITERS
            :: !(seen & WAITERS) && word != seen -> goto again
#endif
            fi;
            seen = 0;
            if
            :: IS_KEPT && place[self] == 0 ->
                place[self] = 1 + (place[1] != 0) + (place[2] != 0) + (place[3] != 0)
            :: else
            fi
        }
        leave();

wait:
        /* awaitTurn() */
        atomic {
            if
            :: ticket[self] == 0 -> goto come
            :: else
            fi
        }
#if defined(EARLY)
        atomic {
            seen = word;
            if
            :: HOLDER(seen) == self -> seen = 0; own(); goto end
            :: else
            fi
        }
#elif defined(NO_LOOK_AGAIN)
        atomic {
            seen = word;
            if
            :: HOLDER(seen) == self -> own(); goto end
            :: else
            fi
        }
        d_step { bit_[self] = IS_KEPT; isAsSeen[self] = true };
#else
        d_step { bit_[self] = IS_KEPT; isAsSeen[self] = true };
        atomic {
            seen = word;
            if
            :: HOLDER(seen) == self -> seen = 0; own(); goto end
            :: else
            fi
        }
#endif

#if defined(DEATHS) && !defined(NO_RECOVERY)
        atomic {
            if
#ifdef EARLY
            :: dead[HOLDER(seen)]
            :: goto sleep
#else
            :: isTimeToLook[self] && dead[HOLDER(seen)] -> isTimeToLook[self] = false
            :: else -> isTimeToLook[self] = false; goto sleep
#endif
            fi
        }
        /* takeFromDead() */
        enter(self);
#ifndef STALE_HEIR
        if
        :: word != seen -> goto notMine
        :: else
        fi;
#endif
#ifndef ANY_HEIR
        /* isTurnOf() */
        find(true);
        if
        :: next != 0 && next != self -> goto notMine
        :: else
        fi;
#endif
        /* isWaiting() */
        more = ticket[HOLDER(seen)] == 0;
#ifndef ROW_AFTER
        /* drop() */
        clear(self);
        change(self);
#endif
        /* takeOver() */
        atomic {
            if
            :: word == seen -> word = self | WAITERS; seen = 0; next = 0; own()
            :: else -> more = false; goto notMine
            fi
        }
#ifdef ROW_AFTER
        clear(self);
#endif
#ifdef NOT_ASKED
        more = true;
#endif
#ifdef EARLY
        if
        :: more -> untold = true
        :: else
        fi;
#endif
        more = false;
        leave();
        goto held;
notMine:
        next = 0;
        leave();
#endif
sleep:
        /* the kernel compares and falls asleep */
        atomic {
            seen = 0;
#ifdef TIMED
            if
            :: givesUp = true; goto giveUp
            :: true
            fi;
#endif
#ifndef EARLY
            asleep[self] = isAsSeen[self] && bit_[self] == IS_KEPT
#endif
        };
#ifndef EARLY
        atomic { !asleep[self] -> isAsSeen[self] = false }
#endif
        goto wait;

end:
        clear(self);
held:
progress:
        goIn();
        /* release() */
        atomic {
            inside[self] = false;
            if
            :: word == self -> word = FREE; has[self] = false; goto idle
            :: else
            fi
        }
#ifdef TIMED
        goto pass;
giveUp:
        skip;
        d_step { seen = 0; isAsSeen[self] = false };
pass:
#endif
        enter(self);
#ifdef TIMED
        if
        :: givesUp ->
#ifdef CLEARS_FIRST
            clear(self);
#endif
            atomic {
                drop(self);
                if
#ifdef KEEPS_TURN
                :: true -> goto over
#else
                :: HOLDER(word) != self -> goto over
                :: else
#endif
                fi
            }
        :: else
        fi;
#endif
        handOver();
#ifdef TIMED
over:
        if
        :: givesUp ->
            clear(self);
            givesUp = false
        :: else
        fi;
#endif
        leave();
        goto idle
    }
#ifdef DEATHS
    unless {
        dead[self]
    }

    d_step { seen = 0; next = 0; more = false; sawBit = false; givesUp = false };
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
        bit_[p] = false;
        isTimeToLook[p] = false;
#ifdef EARLY
        torn = torn || inside[p];
        wasHad = wasHad || has[p];
#endif
        inside[p] = false;
        has[p] = false;
        drop(p);
        p = 0
    }
    :: break
    od
}
#endif

#ifdef LATE
/* Slices end, everybody's. */
proctype Clock() {
endClock:
    do
    :: atomic {
        timeout && (asleep[1] || asleep[2] || asleep[3]) ->
        isTimeToLook[1] = asleep[1];
        isTimeToLook[2] = asleep[2];
        isTimeToLook[3] = asleep[3];
        asleep[1] = false;
        asleep[2] = false;
        asleep[3] = false
    }
    od
}
#endif

#ifdef NUDGED
proctype Nudge() {
    bool sawBit;
    do
    :: enter(PARENT);
        wakeAll();
        leave()
    :: break
    od
}
#endif

init {
    atomic {
        run Process(1);
        run Process(2);
#if !defined(NUDGED) && !(defined(DEATHS) && defined(TIMED))
        run Process(3);
#endif
#ifdef DEATHS
        run Death();
#ifdef LATE
        run Clock();
#endif
#endif
#ifdef NUDGED
        run Nudge();
#endif
    }
}
