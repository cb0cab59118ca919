/*
 * The barrier of tandem.sync: threads that wait until as many have come as there are to be (Phases), and
 * what becomes of it when they are killed.
 *
 * The lock of the file is one word, the name of its holder, as in monitor.pml; each change of what it guards is a
 * step, and so is a look through the rows. Of phases it counts only whether a row is of the current one.
 * Two are to come, and there are three; each comes any number of times, so that one may come too early.
 *
 * What is proved, by which variant
 *
 *   (none)         Each has an index of its own in its phase; the action is done once, before any goes on;
 *                  who goes on has met the other, and all who have met go on (assertions in `come` and at the
 *                  end). When nothing can go on, who sleeps waits for one who does not come
 *                  (assertion in `sleep`).
 *   TIMED          The same when any waiter may give up, which breaks the barrier.
 *   RESET          The same when somebody resets it, and somebody breaks it, at any moment.
 *   DEATHS         The same when two of the three may be killed at any step. Slices end when nothing else can
 *                  go on; then who sleeps looks. It is broken when one has died who had come.
 *   RESET DEATHS   The same of two, when one of them and who resets it may be killed.
 *
 * Mutations: each must fail in the variant that is named with it in `check`.
 *
 *   NO_ROOM            who comes does not wait until there is room
 *   COUNTS_ALL         rows of earlier phases count too
 *   MOVES_FIRST        the phase moves before the action is done
 *   ONE_WAKES          when the phase moves, one is woken, and the bit taken away
 *   QUIET_BREAK        who gives up breaks it, and wakes nobody
 *   NO_BREAK           who gives up leaves
 *   BLIND_MOVE         who acts moves the phase, whatever it is meanwhile
 *   MARKS_LATE         a reset marks the rows after the phase has moved
 *   NOT_BROKEN         the death of one who had come breaks nothing
 *   CLEARS_FIRST       the row of a dead one is cleared before the barrier is broken
 *   BREAKS_ALWAYS      the death of one who is just leaving breaks it too
 *   RESET_UNSEEN       who looks does not see a reset that was begun
 *   NO_SLICES          a sleeper goes on only when it is woken, though processes die
 */
#define N 3
#define PARTIES 2
#define RESETTER 4
#define BREAKER 5

/* Rows: of the current phase, of an earlier one; the latter are told of a reset when they are marked. */
#define NONE 0
#define CAME 1
#define MARKED 2
#define OVER 3
#define WAS_RESET 4

byte holder;            /* of the lock, 0: free */
byte row[N + 1];
bool broken;
bool resetting;

bool bit_;
bool isAsSeen[N + 1];
bool asleep[N + 1];

bool dead[BREAKER + 1];

/* What no process can see: which indexes were given in this phase, whether the action was done, with
   whom the phase was over, and whether one has died who had come. */
bool given[N + 1];
bool isDone;
bool hasMet[N + 1];
bool isMissing;

#ifdef COUNTS_ALL
#define COUNTS(p) (row[p] != NONE)
#else
#define COUNTS(p) (row[p] == CAME)
#endif
#define ARRIVALS (COUNTS(1) + COUNTS(2) + COUNTS(3))
#define IS_LEFT(p) (dead[p] && row[p] != NONE)
#define HAS_DEAD (IS_LEFT(1) || IS_LEFT(2) || IS_LEFT(3))

inline enter() {
    atomic { holder == 0 || dead[holder] -> holder = self }
}

inline leave() {
    holder = 0
}

inline change() {
    atomic { sawBit = bit_; isAsSeen[1] = false; isAsSeen[2] = false; isAsSeen[3] = false };
    if
    :: sawBit ->
        bit_ = false;
#ifdef ONE_WAKES
        atomic {
            if
            :: asleep[1] -> asleep[1] = false
            :: asleep[2] -> asleep[2] = false
            :: asleep[3] -> asleep[3] = false
            :: else
            fi
        };
#else
        d_step { asleep[1] = false; asleep[2] = false; asleep[3] = false };
#endif
        sawBit = false
    :: else
    fi
}

inline breakNow() {
    if
    :: !broken ->
        d_step { broken = true; isMissing = false };
        change()
    :: else
    fi
}

#define GOES(p) row[p] = (row[p] == CAME -> OVER : (row[p] == MARKED -> WAS_RESET : row[p]))

inline moveOn(passes) {
    d_step {
        assert(!passes || isDone && ARRIVALS == PARTIES);
        hasMet[1] = hasMet[1] || passes && row[1] == CAME;
        hasMet[2] = hasMet[2] || passes && row[2] == CAME;
        hasMet[3] = hasMet[3] || passes && row[3] == CAME;
        GOES(1);
        GOES(2);
        GOES(3);
        broken = false;
        resetting = false;
        isMissing = false;
        isDone = false;
        given[0] = false;
        given[1] = false;
        given[2] = false
    };
    change()
}

#define MARK(p, from, to) row[p] = (row[p] == from -> to : row[p])

inline settle() {
    if
    :: resetting ->
#ifdef MARKS_LATE
        moveOn(false);
        MARK(1, OVER, WAS_RESET);
        MARK(2, OVER, WAS_RESET);
        MARK(3, OVER, WAS_RESET)
#else
        MARK(1, CAME, MARKED);
        MARK(2, CAME, MARKED);
        MARK(3, CAME, MARKED);
        moveOn(false)
#endif
    :: else
    fi;
#ifdef DEATHS
    /* One that is not thorough finds those of the dead whose slots are free: any, or none. */
    do
    :: IS_LEFT(1) -> bury(1)
    :: IS_LEFT(2) -> bury(2)
    :: !thorough || !HAS_DEAD -> break
    od
#endif
}

inline bury(p) {
#ifdef CLEARS_FIRST
    had = row[p] == CAME;
    row[p] = NONE;
#else
#ifdef BREAKS_ALWAYS
    had = true;
#else
    had = row[p] == CAME;
#endif
#endif
    if
    :: had ->
        had = false;
        assert(isMissing || broken);
#ifndef NOT_BROKEN
        breakNow()
#endif
    :: else
    fi;
#ifndef CLEARS_FIRST
    row[p] = NONE
#endif
}

/* Waits for the next change; who sleeps when nothing can go on waits for others, which is good when `isVain`.
   Sets `gaveUp` when its time is over. */
inline sleep(isWorthALook, isVain) {
    d_step { bit_ = true; isAsSeen[self] = true };
    leave();
    atomic {
        asleep[self] = isAsSeen[self] && bit_;
        if
        :: !asleep[self]
#ifdef TIMED
        :: asleep[self] -> asleep[self] = false; gaveUp = true
#endif
        :: asleep[self]
        fi
    }
    atomic {
        if
        :: !asleep[self]
#if defined(DEATHS) && !defined(NO_SLICES)
        :: timeout && asleep[self] && (isWorthALook) -> asleep[self] = false; thorough = true
        :: timeout && asleep[self] && !(isWorthALook) ->
#else
        :: timeout && asleep[self] ->
#endif
            assert(isVain);
            goto done
        fi;
        isAsSeen[self] = false
    }
    enter();
    settle();
    thorough = false
}

proctype Process(byte self) {
    byte came;
    bool goesOn;
    bool gaveUp;
    bool thorough;
    bool had;
    bool sawBit;
    {
        skip;
again:
        /* await() */
        if
        :: goto done
        :: true
        fi;
        enter();
        settle();
#ifndef NO_ROOM
        /* awaitRoom() */
        do
        :: broken || ARRIVALS < PARTIES -> break
        :: else ->
            sleep(true, false);
            if
            :: gaveUp && !broken && ARRIVALS >= PARTIES -> breakNow()
            :: else
            fi;
            gaveUp = false
        od;
#endif
        if
        :: broken -> leave(); goto again
        :: else
        fi;
        atomic {
            came = ARRIVALS;
            assert(came < PARTIES && !given[came]);
            given[came] = true;
            row[self] = CAME
        };
        if
        :: came + 1 == PARTIES -> goto act
        :: else
        fi;

        /* awaitOthers() */
        do
        :: broken || row[self] > MARKED -> break
        :: else ->
#ifdef RESET_UNSEEN
            sleep(broken || row[self] > MARKED || HAS_DEAD, ARRIVALS < PARTIES && !resetting && !isMissing);
#else
            sleep(broken || row[self] > MARKED || resetting || HAS_DEAD,
                ARRIVALS < PARTIES && !resetting && !isMissing);
#endif
            if
            :: gaveUp && !broken && row[self] <= MARKED ->
#ifdef NO_BREAK
                break
#else
#ifdef QUIET_BREAK
                broken = true
#else
                breakNow()
#endif
#endif
            :: else
            fi;
            gaveUp = false
        od;
        gaveUp = false;
        goesOn = row[self] == OVER;
        goto end;

act:
        skip;
#ifdef MOVES_FIRST
        moveOn(true);
#endif
        leave();
        /* The action, which is somebody's who comes last in this phase. */
        d_step {
            if
            :: row[self] == CAME -> assert(!isDone); isDone = true
            :: else
            fi
        };
        enter();
        settle();
#ifndef MOVES_FIRST
        if
#ifndef BLIND_MOVE
        :: row[self] != CAME || broken || resetting -> goto end
#endif
        :: else
        fi;
        moveOn(true);
#endif
        goesOn = true;
end:
        /* No phase goes on without its action. */
        atomic {
            assert(goesOn == hasMet[self]);
            hasMet[self] = false;
            goesOn = false;
            came = 0
        };
        row[self] = NONE;
        leave();
        goto again
    }
#ifdef DEATHS
    unless {
        dead[self]
    }
    d_step { came = 0; goesOn = false; gaveUp = false; thorough = false; had = false; sawBit = false }
#endif
done:
    skip
}

#ifdef RESET
/* reset() */
proctype Resetter(byte self) {
    bool thorough;
    bool had;
    bool sawBit;
    {
        enter();
        settle();
        resetting = true;
        settle();
        leave()
    }
#ifdef DEATHS
    unless {
        dead[self]
    }
#endif
}

/* abort() */
proctype Breaker(byte self) {
    bool thorough;
    bool had;
    bool sawBit;
    enter();
    settle();
    breakNow();
    leave()
}
#endif

#ifdef DEATHS
proctype Death() {
    byte p;
    byte deaths;
    do
    :: atomic {
        deaths < 2 ->
        deaths++;
#ifdef RESET
        if
        :: p = 1
        :: p = RESETTER
        fi;
#else
        p = deaths; /* which ones makes no difference */
#endif
        dead[p] = true;
        if
        :: p <= N ->
            asleep[p] = false;
            isAsSeen[p] = false;
            isMissing = isMissing || row[p] == CAME && !broken;
            hasMet[p] = false
        :: else
        fi;
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
#if !defined(RESET) || !defined(DEATHS)
        run Process(3);
#endif
#ifdef RESET
        run Resetter(RESETTER);
#ifndef DEATHS
        run Breaker(BREAKER);
#endif
#endif
#ifdef DEATHS
        run Death()
#endif
    }
}
