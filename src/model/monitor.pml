/*
 * The monitor of tandem.sync: threads that wait for their turn (WaitQueue), what they have and owe in
 * words whose last write commits (Permits, Tickets), and what becomes of it when they are killed.
 *
 * The lock is one word here, the name of its holder: what it takes to be that is proved by lock.pml.
 * Each access to what it guards is a step, so that a process may be killed between any two. As in
 * lock.pml nothing is counted but what the code counts: a process may end after any round, so that a
 * sleeper whom nobody will wake shows as an invalid end state.
 *
 * What is proved, by which variant
 *
 *   PERMITS        Two processes hold a permit and give it back, again and again; a third takes and
 *                  gives back a bare one. The one permit is never used twice (assertion
 *                  in `inside`), and no sleeper is left behind while one is free, without the help of
 *                  slices: no wake-up is lost.
 *   PERMITS DEATHS The same when one of the holders may be killed at any step: what it held comes back.
 *                  Slices end when nothing else can go on; there is no cycle of steps without a permit
 *                  taken in it (non-progress cycles).
 *   TICKETS        Three processes wait for a condition, a fourth signals one of them. When nothing can
 *                  go on, one has gone on, and only one (assertion in `Check`).
 *   TICKETS DEATHS The same when any two of the four may be killed at any step: a signal that was sent is
 *                  used once as long as anybody waits, one that was not is not.
 *
 * Mutations: each must fail in the variant that is named with it in `check`.
 *
 *   NO_BIT             who sleeps does not announce itself
 *   BIT_AFTER          who sleeps announces itself after it has given the lock back
 *   ONE_CLEARS         who wakes one takes the bit away, though others may sleep
 *   AFTER_LEAVE        who wakes one does so after it has given the lock back, and takes the bit away
 *                      then when it found nobody
 *   NO_SETTLING        what the dead held stays with them
 *   NOT_PASSED_ON      what a dead one was signalled goes with it
 *   TWO_WRITES         a signal is passed on by two writes: one takes the dead one's row away, the other
 *                      signals the heir
 *   SKIPS_DEAD         a signal goes past one who has died, and so covers its row too
 *   NO_SLICES          a sleeper goes on only when it is woken, though processes die
 */
#ifdef TICKETS
#define N 4
#else
#define N 3
#endif

byte holder;            /* of the lock, 0: free */
bool dead[N + 1];
bool mayDie[N + 1];

/* Takes the lock, from the dead too; is not killed between the taking and the mark. */
inline enter() {
    atomic { (holder == 0 || dead[holder]) -> holder = self }
}

inline leave() {
    holder = 0
}

#ifdef PERMITS

#define TOTAL 1
byte permits = TOTAL;       /* what no bare acquire has taken */
byte row[N + 1];            /* what each holds */
bool isAsSeen[N + 1];       /* whether the count in the queue's word is still the one that it saw: the
                               31 bits of it do not come round while somebody falls asleep */
bool announced;             /* someone may be asleep */
bool asleep[N + 1];
byte used;                  /* what no process can see: how many are inside */
bool isInside[N + 1];

#define FREE (permits - row[1] - row[2] - row[3])

inline change() {
    d_step { isAsSeen[1] = false; isAsSeen[2] = false; isAsSeen[3] = false }
}

inline changeAll() {
    change();
    announced = false;
    d_step { asleep[1] = false; asleep[2] = false; asleep[3] = false }
}

inline settle() {
#ifndef NO_SETTLING
    if
    :: dead[1] && row[1] > 0 -> row[1] = 0; changeAll()
    :: else
    fi;
    if
    :: dead[2] && row[2] > 0 -> row[2] = 0; changeAll()
    :: else
    fi
#else
    skip
#endif
}

/* Under the lock. */
inline wakeOne() {
    if
    :: !seenBit
    :: else ->
        atomic {
            if
            :: asleep[1] -> asleep[1] = false; woken = true
            :: asleep[2] -> asleep[2] = false; woken = true
            :: asleep[3] -> asleep[3] = false; woken = true
            :: else -> woken = false
            fi
        };
#ifdef ONE_CLEARS
        woken = false;
#endif
        if
        :: woken
        :: else -> announced = false
        fi
    fi
}

proctype User(byte self; bool bare) {
    bool seenBit;
    bool woken;
    {
        skip;
again:
        if
        :: goto done
        :: skip
        fi;
        enter();
look:
        if
        :: FREE > 0 -> goto take
        :: else
        fi;
        settle();
        if
        :: FREE > 0 -> goto take
        :: else
        fi;
#ifdef BIT_AFTER
        leave();
        d_step { announced = true; isAsSeen[self] = true };
#else
#ifdef NO_BIT
        isAsSeen[self] = true;
#else
        d_step { announced = true; isAsSeen[self] = true };
#endif
        leave();
#endif
        /* the kernel compares and falls asleep */
        atomic {
            if
            :: isAsSeen[self] && (announced
#ifdef NO_BIT
                || true
#endif
                ) -> asleep[self] = true
            :: else
            fi
        };
        do
        :: !asleep[self] -> break
#ifndef NO_SLICES
#ifdef DEATHS
        :: timeout -> asleep[self] = false; break
#endif
#endif
        od;
        atomic { isAsSeen[self] = false; asleep[self] = false };
        enter();
        goto look;
progress:
take:
        if
        :: bare -> permits = permits - 1
        :: else -> row[self] = row[self] + 1
        fi;
        d_step { used = used + 1; isInside[self] = true };
        assert(used <= TOTAL);
        leave();
        enter();
        d_step { used = used - 1; isInside[self] = false };
        if
        :: bare -> permits = permits + 1
        :: else -> row[self] = row[self] - 1
        fi;
        atomic { change(); seenBit = announced };
#ifdef AFTER_LEAVE
        leave();
        wakeOne();
#else
        wakeOne();
        leave();
#endif
        d_step { seenBit = false; woken = false };
        goto again;
done:
        skip
    }
#ifdef DEATHS
    unless {
        atomic {
            !bare && mayDie[self] ->
            mayDie[self] = false;
            dead[self] = true;
            asleep[self] = false;
            if
            :: isInside[self] -> used = used - 1; isInside[self] = false
            :: else
            fi
        }
    }
#endif
}

#ifdef DEATHS
active proctype Death() {
    if
    :: mayDie[1] = true
    :: mayDie[2] = true
    :: skip
    fi
}
#endif

init {
    atomic {
        run User(1, false);
        run User(2, false);
        run User(3, true)
    }
}
#endif

#ifdef TICKETS

#define ROWS 3
#define WAITERS 3
#define SIGNALLER 4

byte last;                  /* ticket */
byte granted;               /* the last ticket that was signalled */
byte owner[ROWS + 1];
byte ticket[ROWS + 1];      /* 0: the row is not in use */
bool isToLook[N + 1];       /* the word of the one who waits has changed */
bool isAsleep[N + 1];
byte deaths;

/* What no process can see. */
bool isSent;
byte used;

#define IS_IN_USE(r) (ticket[r] != 0)
#define IS_GRANTED(r) (ticket[r] != 0 && ticket[r] <= granted)
#define HAS_SIGNAL(p) (IS_GRANTED(1) && owner[1] == p || IS_GRANTED(2) && owner[2] == p \
                      || IS_GRANTED(3) && owner[3] == p)
#define IS_ELIGIBLE(r, alive) \
    (ticket[r] > granted && !HAS_SIGNAL(owner[r]) && (!alive || !dead[owner[r]]))
#define BEATS(r, s, alive) \
    (IS_ELIGIBLE(r, alive) && (!IS_ELIGIBLE(s, alive) || ticket[r] < ticket[s]))
#define HAS_DEAD (IS_IN_USE(1) && dead[owner[1]] || IS_IN_USE(2) && dead[owner[2]] \
                  || IS_IN_USE(3) && dead[owner[3]])

inline wake(p) {
    isToLook[p] = true
}

/* The row with the lowest ticket of those who wait, or of those who live: `next`, 0 for none. A signal
   must not leave out the dead, whose rows it would cover. */
inline find(alive) {
    d_step {
        if
        :: BEATS(1, 2, alive) && BEATS(1, 3, alive) -> next = 1
        :: else ->
            if
            :: BEATS(2, 1, alive) && BEATS(2, 3, alive) -> next = 2
            :: else ->
                if
                :: BEATS(3, 1, alive) && BEATS(3, 2, alive) -> next = 3
                :: else -> next = 0
                fi
            fi
        fi
    }
}

inline settleRow(r) {
    if
    :: IS_IN_USE(r) && dead[owner[r]] ->
        if
        :: !IS_GRANTED(r) -> ticket[r] = 0
        :: else ->
            /* its other rows */
            if
            :: r != 1 && IS_IN_USE(1) && owner[1] == owner[r] -> ticket[1] = 0
            :: else
            fi;
            if
            :: r != 2 && IS_IN_USE(2) && owner[2] == owner[r] -> ticket[2] = 0
            :: else
            fi;
            if
            :: r != 3 && IS_IN_USE(3) && owner[3] == owner[r] -> ticket[3] = 0
            :: else
            fi;
            find(true);
#ifdef NOT_PASSED_ON
            next = 0;
#endif
            if
            :: next == 0 -> ticket[r] = 0
            :: else ->
#ifdef TWO_WRITES
                ticket[r] = 0;
                granted = ticket[next];
#else
                owner[r] = owner[next];
#endif
                wake(owner[next])
            fi
        fi
    :: else
    fi
}

inline settle() {
    settleRow(1);
    settleRow(2);
    settleRow(3)
}

inline clearRow(r) {
    if
    :: IS_IN_USE(r) && owner[r] == self -> d_step {
            ticket[r] = 0;
            /* With its last signal gone, it has been used. */
            if
            :: !HAS_SIGNAL(self) && !isUsed -> isUsed = true; used++
            :: else
            fi
        }
    :: else
    fi
}

proctype Waiter(byte self) {
    byte next;
    bool isUsed;
    {
        enter();
        last = last + 1;
        owner[self] = self;
        ticket[self] = last;
wait:
        isToLook[self] = false;
        leave();
endSleep:
        do
        :: isToLook[self] -> break
#ifdef DEATHS
#ifndef NO_SLICES
        /* A look, when there is something to be found. */
        :: HAS_SIGNAL(self) || HAS_DEAD -> break
#endif
#endif
        od;
        enter();
        if
        :: HAS_SIGNAL(self)
        :: else ->
            settle();
            if
            :: HAS_SIGNAL(self)
            :: else -> goto wait
            fi
        fi;
        isUsed = false;
        clearRow(1);
        clearRow(2);
        clearRow(3);
        leave()
    }
#ifdef DEATHS
    unless {
        atomic { mayDie[self] -> mayDie[self] = false; dead[self] = true }
    }
#endif
}

proctype Signaller(byte self) {
    byte next;
    {
        skip;
endEarly:
        /* When all wait. */
        (IS_IN_USE(1) || dead[1]) && (IS_IN_USE(2) || dead[2]) && (IS_IN_USE(3) || dead[3]);
        enter();
        settle();
#ifdef SKIPS_DEAD
        find(true);
#else
        find(false);
#endif
        if
        :: next != 0 ->
            d_step { granted = ticket[next]; isSent = true };
            wake(owner[next])
        :: else
        fi;
        leave()
    }
#ifdef DEATHS
    unless {
        atomic { mayDie[self] -> mayDie[self] = false; dead[self] = true }
    }
#endif
}

#ifdef DEATHS
active proctype Death() {
    byte p;
    do
    :: deaths < 2 ->
        deaths++;
        select(p : 1 .. 4);
        mayDie[p] = true
    :: break
    od
}
#endif

active proctype Check() {
    timeout;
    assert(used <= isSent);
    assert(used == isSent || dead[1] && dead[2] && dead[3])
}

init {
    atomic {
        run Waiter(1);
        run Waiter(2);
        run Waiter(3);
        run Signaller(SIGNALLER)
    }
}
#endif
