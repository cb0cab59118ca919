/*
 * How tandem.sync.Circle finds threads that wait for each other's locks.
 *
 * A thread that has waited a while shows its wait: its lock and a number that no other of its waits
 * has. Before that it writes its name into the claims of the locks that it holds, and when the wait is
 * shown no more it clears them, before it goes on. The one that looks follows wait -> lock -> claim ->
 * wait until it is back at itself; then it reads all the claims again, then all the waits, then
 * whether all are alive, and believes what has not changed.
 *
 * Each of these readings and writings is one step. So is the reading of a wait as a whole: as
 * tandem.memory.Waits compares owner and number before and after, what it gives out was all there at
 * one moment. Left out: waits for the end of a process, waits with a time limit (nobody follows them),
 * and breakLock(), which clears the claim. There are three threads and three locks.
 *
 * What is proved, by which variant
 *
 *   (none)         No false alarm. Thread 0 holds lock 0, waits for lock 1 and looks as often as it
 *                  likes, while two others take, release and wait for locks in any order, give up
 *                  waits (as at an interrupt), and are killed, and locks are taken from the dead. When
 *                  the circle is believed, then at a moment between the two ways each thread in it
 *                  was alive and waited for a lock that the next one held (assertion in `look`).
 *   ALL_LOOK       No silence. Each thread takes one lock and then another, any two; whoever waits
 *                  looks at any moment, and once more after everything that has been shown or taken
 *                  from sight. They all come to an end (no invalid end state). Of a circle one thread
 *                  gives up and no second one, whatever the times of their waits: who gives up does so
 *                  while the circle still stands (assertion in `Thread`). Again no false alarm.
 *
 * Mutations: each must fail in the variant that is named with it in `check`.
 *
 *   ONE_WAY            believes what it has read once
 *   CLAIM_STAYS        the claims are not cleared after a wait
 *   CLAIMS_ONCE        the second way reads no claims
 *   WAITS_ONCE         the second way reads no waits
 *   NO_NUMBER          the waits' numbers are not compared
 *   NO_LIVENESS        nobody asks whether all are alive
 *   NO_CLAIM           who waits writes no claims (ALL_LOOK)
 *   EACH_GIVES_UP      whoever finds the circle gives up (ALL_LOOK)
 *   OTHERS_GIVE_UP     whoever finds the circle leaves it to the others (ALL_LOOK)
 */
#define N 3
#define NOBODY 3

byte word[N] = NOBODY;
byte claim[N] = NOBODY;

/* The shown waits. */
bool shown[N];
byte number[N];
byte target[N];
bit since[N];

bool alive[N] = true;

/* What no process can see: the lock that a thread waits for, from before it shows the wait until it
   has the lock or, having given up, shows the wait no more. */
byte awaited[N] = NOBODY;

#ifdef ALL_LOOK
/* A thread looks once after each change; only the last look counts of those that changed nothing. */
bool looked[N];
#define CHANGED looked[0] = false; looked[1] = false; looked[2] = false
#else
#define CHANGED skip
#endif

#define IS_FREE(lock) (word[lock] == NOBODY || !alive[word[lock]])

#define NEXT(i) ((i + 1) % length)

/* Whether each of those on the way is alive, and waits for a lock that the next one holds. */
#define IS_LINK(i) (i >= length || (alive[who[i]] && awaited[who[i]] == lock[i] \
    && word[lock[i]] == who[NEXT(i)]))
#define IS_CIRCLE (IS_LINK(0) && IS_LINK(1) && IS_LINK(2))

inline forget() {
    d_step {
        who[0] = 0; who[1] = 0; who[2] = 0;
        lock[0] = 0; lock[1] = 0; lock[2] = 0;
        numbers[0] = 0; numbers[1] = 0; numbers[2] = 0;
        times[0] = 0; times[1] = 0; times[2] = 0;
        length = 0; at = 0; i = 0; isTrue = false
    }
}

inline readClaimsAgain() {
    i = 0;
    do
    :: atomic {
        if
        :: i == length -> break
        :: i < length && claim[lock[i]] == who[NEXT(i)] -> i++
        :: else -> goto none
        fi
    }
    od
}

#ifdef NO_NUMBER
#define IS_SAME_NUMBER true
#else
#define IS_SAME_NUMBER (number[who[i]] == numbers[i])
#endif

inline readWaitsAgain() {
    i = 0;
    do
    :: atomic {
        if
        :: i == length -> break
        :: i < length && shown[who[i]] && target[who[i]] == lock[i] && IS_SAME_NUMBER -> i++
        :: else -> goto none
        fi
    }
    od
}

/* Goes to `none`, or through, with the circle in `who` and `times`. */
inline look() {
    at = self;
    do
    :: atomic {
        if
        :: shown[at] ->
            who[length] = at;
            lock[length] = target[at];
            numbers[length] = number[at];
            times[length] = since[at]
        :: else -> goto none
        fi
    }
        atomic {
            at = claim[lock[length]];
            length++;
            if
            :: at == self -> break
            :: at != self && at != NOBODY && length < N
            :: else -> goto none
            fi
        }
    od;

    isTrue = IS_CIRCLE;

#ifndef ONE_WAY
#ifndef CLAIMS_ONCE
    readClaimsAgain();
#endif
#ifndef WAITS_ONCE
    readWaitsAgain();
#endif
#if !defined(NO_LIVENESS) && !defined(ALL_LOOK)
    i = 0;
    do
    :: atomic {
        if
        :: i == length -> break
        :: i < length && alive[who[i]] -> i++
        :: else -> goto none
        fi
    }
    od;
#endif
#endif
    assert(isTrue)
}

inline setClaim(what) {
    if
    :: word[what] == self -> claim[what] = self
    :: else
    fi
}

inline clearClaim(what) {
    if
    :: claim[what] == self -> claim[what] = NOBODY
    :: else
    fi
}

inline showWait(what) {
#ifndef NO_CLAIM
    atomic { setClaim(0) }
    atomic { setClaim(1) }
    atomic { setClaim(2) }
#endif
    d_step {
        number[self]++;
        target[self] = what;
        shown[self] = true;
        CHANGED
    }
}

inline hideWait() {
    d_step {
        shown[self] = false;
        target[self] = 0;
        awaited[self] = NOBODY;
        CHANGED
    }
#ifndef CLAIM_STAYS
    atomic { clearClaim(0) }
    atomic { clearClaim(1) }
    atomic { clearClaim(2) }
#endif
}

inline release(what) {
    word[what] = NOBODY
}

#ifdef ALL_LOOK
/* Whether this thread, who[0], began to wait after another of the circle. */
#define IS_LAST(i) (i >= length || times[0] > times[i] || times[0] == times[i] && self >= who[i])

proctype Thread(byte self) {
    byte first;
    byte wanted;
    byte who[N];
    byte lock[N];
    byte numbers[N];
    bit times[N];
    byte length;
    byte at;
    byte i;
    bool isTrue;

    /* It is thread 0 that gives the locks their numbers. */
    atomic {
        if
        :: first = 0
        :: self != 0 -> first = 1
        :: self != 0 -> first = 2
        fi;
        wanted = first
    }

acquire:
    atomic {
        if
        :: word[wanted] == NOBODY -> word[wanted] = self; goto held
        :: else
        fi;
        awaited[self] = wanted;
        if
        :: since[self] = 0
        :: since[self] = 1
        fi
    }
    showWait(wanted);

wait:
    if
    :: atomic { word[wanted] == NOBODY -> word[wanted] = self; awaited[self] = NOBODY }
        hideWait();
        goto held
    :: atomic { !looked[self] -> looked[self] = true }
        look();
        atomic {
            if
#ifdef EACH_GIVES_UP
            :: true
#else
#ifdef OTHERS_GIVE_UP
            :: goto none
#else
            :: IS_LAST(0) && IS_LAST(1) && IS_LAST(2)
            :: else -> goto none
#endif
#endif
            fi
        }
        assert(IS_CIRCLE);
        forget();
        hideWait();
        release(first);
        goto over
    fi;

none:
    forget();
    goto wait;

held:
    atomic {
        if
        :: wanted != first -> goto both
        :: else
        fi;
        if
        :: first != 0 -> wanted = 0
        :: first != 1 -> wanted = 1
        :: first != 2 && self != 0 -> wanted = 2
        fi;
        goto acquire
    }

both:
    release(wanted);
    release(first);

over:
    atomic { first = 0; wanted = 0; since[self] = 0 }
}

init {
    atomic {
        run Thread(0);
        run Thread(1);
        run Thread(2)
    }
}
#else
/* Thread 0. */
proctype Looker(byte self) {
    byte who[N];
    byte lock[N];
    byte numbers[N];
    bit times[N];
    byte length;
    byte at;
    byte i;
    bool isTrue;

    do
    :: word[1] == NOBODY || !alive[word[1]] -> break
    :: look();
        break
    :: true ->
none:
        forget()
    od
}

/* A second wait is what the numbers are for. */
#define WAITS(self) (self == 1 -> 2 : 1)

/* Threads 1 and 2. */
proctype Other(byte self) {
    byte wanted;
    byte waits;

    {
end:
        do
        :: atomic {
            if
            :: IS_FREE(1) -> wanted = 1
            :: IS_FREE(2) -> wanted = 2
            fi;
            word[wanted] = self;
            wanted = 0
        }
        :: atomic {
            if
            :: word[1] == self -> wanted = 1
            :: word[2] == self -> wanted = 2
            fi
        }
            release(wanted);
            wanted = 0
        :: atomic {
            waits < WAITS(self) -> waits++;
            if
            :: wanted = 0
            :: word[1] != self -> wanted = 1
            :: word[2] != self -> wanted = 2
            fi;
            awaited[self] = wanted
        }
            showWait(wanted);
            if
            :: atomic { IS_FREE(wanted) -> word[wanted] = self; awaited[self] = NOBODY }
            :: true
            fi;
            hideWait();
            wanted = 0
        od
    } unless {
        !alive[self]
    }
}

/* Kills at any moment. */
proctype Death() {
    alive[1] = false
}

init {
    atomic {
        word[0] = 0;
        claim[0] = 0;
        number[0] = 1;
        target[0] = 1;
        shown[0] = true;
        awaited[0] = 1;
        run Looker(0);
        run Other(1);
        run Other(2);
        run Death()
    }
}
#endif
