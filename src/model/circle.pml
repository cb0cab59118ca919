/*
 * How tandem.sync.Circle finds threads that wait for each other's locks.
 *
 * A thread that has waited a while shows its wait: its lock, or the process whose end it waits for, and
 * a number that no other of its waits has. The one that looks, which waits for a lock, follows
 * wait -> lock -> holder -> wait, or wait -> process -> wait of its only thread, until it is back at
 * itself; then it reads the words of all these locks again, then all the waits, then whether all are
 * alive, and believes what has not changed.
 *
 * Each of these readings and writings is one step. So is the reading of a wait as a whole: as
 * tandem.session.Waits compares owner and number before and after, what it gives out was all there at
 * one moment. Left out: waits with a time limit (nobody follows them), and breakLock(), after which
 * another has the lock, as after a release. There are three threads, each of a process of its own, and
 * three locks.
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
 *   ALL_LOOK JOINS The same with two locks, when what a thread takes second may also be the end of a
 *                  process that was started after its own. Some processes have another thread,
 *                  which may end them at any moment, also when the circle was found; what they leave
 *                  is there, and their locks are taken from the dead.
 *
 * Mutations: each must fail in the variant that is named with it in `check`.
 *
 *   ONE_WAY            believes what it has read once
 *   WORDS_ONCE         the second way reads no words of locks
 *   WAITS_ONCE         the second way reads no waits
 *   NO_NUMBER          the waits' numbers are not compared
 *   NO_LIVENESS        nobody asks whether all are alive
 *   EACH_GIVES_UP      whoever finds the circle gives up (ALL_LOOK)
 *   OTHERS_GIVE_UP     whoever finds the circle leaves it to the others (ALL_LOOK)
 *   LOCKS_ONLY         nobody follows a wait for the end of a process (JOINS)
 *   NOT_ALONE          nobody asks whether a process has another thread (JOINS)
 *   JOINER_GIVES_UP    who waits for an end may be the one that is to give up (JOINS)
 */
#define N 3
#define NOBODY 3

byte word[N] = NOBODY;

/* The shown waits: for a lock, or for the end of a process, by its thread. */
#define END_OF(thread) (N + (thread))
#define IS_LOCK(what) ((what) < N)
bool shown[N];
byte number[N];
byte target[N];
bit since[N];

bool alive[N] = true;

/* Whether the process has only this thread, as the shown wait says. */
#ifdef JOINS
bool alone[N];
#else
#define alone alive
#endif

/* What no process can see: the lock that a thread waits for, from before it shows the wait until it
   has the lock or, having given up, shows the wait no more. */
byte awaited[N] = NOBODY;

#ifdef ALL_LOOK
bool ended[N];

/* A thread looks once after each change; only the last look counts of those that changed nothing. */
bool looked[N];
#define CHANGED looked[0] = false; looked[1] = false; looked[2] = false
#else
#define CHANGED skip
#endif

#define IS_FREE(lock) (word[lock] == NOBODY || !alive[word[lock]])

#define NEXT(i) ((i + 1) % length)

/* Whether each of those on the way is alive, and waits for a lock that the next one holds, or for the
   end of its process, which only it could bring about. */
#define IS_LINK(i) (i >= length || (alive[who[i]] && awaited[who[i]] == lock[i] \
    && (IS_LOCK(lock[i]) -> word[lock[i] % N] == who[NEXT(i)] \
        : lock[i] == END_OF(who[NEXT(i)]) && alone[who[NEXT(i)]])))
#define IS_CIRCLE (IS_LINK(0) && IS_LINK(1) && IS_LINK(2))

/* Whether an end has come to somebody's help meanwhile. */
#define IS_CUT (!alive[0] || !alive[1] || !alive[2])

inline forget() {
    d_step {
        who[0] = 0; who[1] = 0; who[2] = 0;
        lock[0] = 0; lock[1] = 0; lock[2] = 0;
        numbers[0] = 0; numbers[1] = 0; numbers[2] = 0;
        times[0] = 0; times[1] = 0; times[2] = 0;
        length = 0; at = 0; i = 0; isTrue = false
    }
}

inline readWordsAgain() {
    i = 0;
    do
    :: atomic {
        if
        :: i == length -> break
        :: i < length && (!IS_LOCK(lock[i]) || word[lock[i] % N] == who[NEXT(i)]) -> i++
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

#ifdef NOT_ALONE
#define IS_ALONE true
#else
#define IS_ALONE alone[at]
#endif

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
            if
            :: IS_LOCK(lock[length]) -> at = word[lock[length] % N]
#ifndef LOCKS_ONLY
            :: !IS_LOCK(lock[length]) -> at = lock[length] - N;
                if
                :: shown[at] && IS_ALONE
                :: else -> at = NOBODY
                fi
#else
            :: !IS_LOCK(lock[length]) -> at = NOBODY
#endif
            fi;
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
#ifndef WORDS_ONCE
    readWordsAgain();
#endif
#ifndef WAITS_ONCE
    readWaitsAgain();
#endif
#if !defined(NO_LIVENESS) && (!defined(ALL_LOOK) || defined(JOINS))
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

inline showWait(what) {
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
}

inline release(what) {
    word[what] = NOBODY
}

#ifdef ALL_LOOK
/* Whether this thread, who[0], began to wait after another of the circle, if that one waits for a lock:
   who waits for an end does not look. */
#ifdef JOINER_GIVES_UP
#define NEED_NOT_LOOK(i) false
#else
#define NEED_NOT_LOOK(i) !IS_LOCK(lock[i])
#endif
#define IS_LAST(i) (i >= length || NEED_NOT_LOOK(i) || times[0] > times[i] \
    || times[0] == times[i] && self >= who[i])

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
#ifndef JOINS
        :: self != 0 -> first = 2
#endif
        fi;
        wanted = first
    }

acquire:
    atomic {
        if
        :: IS_LOCK(wanted) && IS_FREE(wanted % N) -> word[wanted] = self; goto held
        :: !IS_LOCK(wanted) && ended[wanted - N] -> goto held
        :: else
        fi;
        awaited[self] = wanted;
        if
        :: since[self] = 0
#ifdef JOINS
        :: !IS_LOCK(wanted) -> since[self] = 1
#else
        :: since[self] = 1
#endif
        fi
    }
    showWait(wanted);

wait:
    if
    :: atomic {
        IS_LOCK(wanted) && IS_FREE(wanted % N) -> word[wanted] = self; awaited[self] = NOBODY
    }
        hideWait();
        goto held
#ifdef JOINS
    :: atomic { !IS_LOCK(wanted) && ended[wanted - N] -> awaited[self] = NOBODY }
        hideWait();
        goto held
    :: atomic {
        !alone[self] -> alive[self] = false; ended[self] = true; awaited[self] = NOBODY; CHANGED
    }
        goto gone
#endif
    :: atomic { IS_LOCK(wanted) && !looked[self] -> looked[self] = true }
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
        assert(IS_CIRCLE || IS_CUT);
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
#ifndef JOINS
        :: first != 2 && self != 0 -> wanted = 2
#else
        :: self < 1 -> wanted = END_OF(1)
        :: self < 2 -> wanted = END_OF(2)
#endif
        fi;
        goto acquire
    }

both:
    if
    :: IS_LOCK(wanted) -> release(wanted)
    :: else
    fi;
    release(first);

over:
    ended[self] = true;
gone:
    atomic { first = 0; wanted = 0; since[self] = 0 }
}

init {
    atomic {
#ifdef JOINS
        alone[0] = true;
        if
        :: alone[1] = true
        :: true
        fi;
        if
        :: alone[2] = true
        :: true
        fi;
#endif
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
