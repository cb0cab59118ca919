/*
 * How the server finds circles that also lead through what only one machine sees (tandem.net.OwnWaits, and
 * `waits`, `acquire` and `circle` of tandem.lua).
 *
 * A wait for a lock of the server, the server itself knows. Of a wait for a lock of a machine, or for the end of a
 * process, the pulse of who waits tells it: it reads who has the lock, and sends that later, with the server's clock
 * of the answer before. The server follows wait -> holder -> wait; from a wait that it was told of, only to a holder
 * whose own wait began before that clock. Where that leads back to who asks, it is refused, and what is known of its
 * wait forgotten.
 *
 * A function of the server is one step, and so is the reading of a word. The clock ticks at any moment, so that many
 * things may happen at one time. What is told of a wait that is over is taken back later. Left out: waits with a time
 * limit, of which nobody is told; waits that are interrupted, which the server takes for lasting until they are taken
 * back; and that the server learns of an end only after a while. There are three threads at most, each of a process of
 * its own, and as many locks; a thread takes one lock and then another, and ends.
 *
 * What is proved, by which variant
 *
 *   (none)         Two threads and two locks, one of the machine and one of the server; thread 1 takes them twice.
 *                  Whoever is refused is part of a circle, and that still stands (assertion in `judge`): so of a
 *                  circle one is refused and no second one. Each one who waits asks at any moment, and once more after
 *                  each change; they all come to an end (no invalid end state).
 *   JOINS          The same, when what thread 0 takes second may also be the end of process 1, which may have another
 *                  thread: that may end it at any moment.
 *   THREE          The same with three threads, which begin with a lock each and go on with any other one; two locks
 *                  are the server's.
 *   THREE TWO_OWN  The same when two locks are of the machine, and each goes on with the next one's.
 *
 * Mutations: each must fail in the variant that is named with it in `check`.
 *
 *   NO_CLOCK       a holder is believed, whenever its wait began
 *   SAME_TIME      also when it began at the very time of that clock
 *   LATE_CLOCK     what is sent with the holder is the time at which it arrives
 *   TOLD_ONCE      the server is told once of a wait
 *   NOT_FORGOTTEN  the wait of who is refused is not forgotten
 *   NOT_ALONE      nobody asks whether a process has another thread (JOINS)
 *   LOCKS_ONLY     the server is not told of waits for the end of a process (JOINS)
 */
#define N 3
#define NOBODY 3

#ifdef THREE
#define ROUNDS(self) 1
#else
#define ROUNDS(self) (1 + (self))
#endif

#ifdef TWO_OWN
#define LOCALS 2
#else
#define LOCALS 1
#endif

/* What a thread waits for: one of the locks, of which the first are of the machine, or the end of another's process. */
#define END_OF(thread) (N + 1 + (thread))
#define IS_END(what) ((what) > N)
#define IS_LOCAL(what) ((what) < LOCALS)
#define IS_OWN(what) (IS_LOCAL(what) || IS_END(what))

/* Who has a lock: the word of one of the machine, or what the server knows. */
byte holder[N] = NOBODY;

/* What no process can see: what a thread waits for, until it has that or is refused. */
byte awaited[N] = NOBODY;

bool ended[N];
bool refused[N];
#ifdef JOINS
bool alone[N];
bool gone[N];
#endif

/* What the server knows: of a thread's wait for one of its locks, which and since when; of one that it was told of,
   what for, since when, the number of the wait, who had that and by when. A thread may have an old one of these besides
   the other. */
#define NO_CLOCK_YET 0
byte clock = 1;
byte lock[N] = NOBODY;
byte lockSince[N];
byte own[N] = NOBODY;
byte ownSince[N];
byte number[N];
byte toldHolder[N];
byte valid[N];

/* The number of each thread's wait, and the clock of the last answer to it. */
byte waits[N];
byte answered[N];

/* A thread asks once after each change. */
bool asked[N];
#define CHANGED asked[0] = false; asked[1] = false; asked[2] = false

/* What a step of the server needs while it lasts. */
byte asker;
bool isOfOwn;
byte at;
byte to;
byte steps;
byte truth;
bool isCircle;
bool isTrue;

#ifdef JOINS
#define HAS_ONE_THREAD(thread) alone[thread]
#else
#define HAS_ONE_THREAD(thread) true
#endif
#ifdef NOT_ALONE
#define IS_ALONE(thread) true
#else
#define IS_ALONE(thread) HAS_ONE_THREAD(thread)
#endif

/* What a wait leads to, as the server sees it, and as it is. */
#define IS_THERE(thread) (lock[thread] != NOBODY || own[thread] != NOBODY)
#define OF_END(what) (((what) - N - 1) % N)
#define FOLLOWS_LOCK(thread) (lock[thread] != NOBODY && !(isOfOwn && thread == asker))
#define NEXT(thread) (FOLLOWS_LOCK(thread) -> holder[lock[thread] % N] \
    : (own[thread] == NOBODY -> NOBODY \
    : (!IS_END(own[thread]) -> toldHolder[thread] \
    : (IS_ALONE(OF_END(own[thread])) -> OF_END(own[thread]) : NOBODY))))
#define SINCE(thread) (FOLLOWS_LOCK(thread) -> lockSince[thread] : ownSince[thread])
#define IS_TOLD_LOCK(thread) (!FOLLOWS_LOCK(thread) && IS_LOCAL(own[thread]))
#define TRUE_NEXT(thread) (awaited[thread] == NOBODY -> NOBODY \
    : (!IS_END(awaited[thread]) -> holder[awaited[thread] % N] \
    : (HAS_ONE_THREAD(OF_END(awaited[thread])) -> OF_END(awaited[thread]) : NOBODY)))

#ifdef NO_CLOCK
#define IS_BELIEVED(thread, other) true
#else
#ifdef SAME_TIME
#define IS_BELIEVED(thread, other) (!IS_TOLD_LOCK(thread) || SINCE(other) <= valid[thread])
#else
#define IS_BELIEVED(thread, other) (!IS_TOLD_LOCK(thread) || SINCE(other) < valid[thread])
#endif
#endif

#define FORGET_LOCK(thread) lock[thread] = NOBODY; lockSince[thread] = 0
#define FORGET_OWN(thread) own[thread] = NOBODY; ownSince[thread] = 0; number[thread] = 0; \
    toldHolder[thread] = 0; valid[thread] = 0

/* Sets `isCircle`: whether a thread's wait for a lock of the server, or of its own, is part of one. */
inline judge(thread, ofOwn) {
    asker = thread; isOfOwn = ofOwn; at = thread; steps = 0; isCircle = false;
    do
    :: steps == N -> break
    :: steps < N ->
        to = NEXT(at);
        if
        :: to == NOBODY -> break
        :: to != NOBODY && (!IS_THERE(to % N) || !IS_BELIEVED(at, to % N)) -> break
        :: to == thread && IS_THERE(to % N) && IS_BELIEVED(at, to % N) -> isCircle = true; break
        :: else -> at = to; steps++
        fi
    od;
    if
    :: isCircle ->
        truth = thread; steps = 0; isTrue = false;
        do
        :: steps == N || truth == NOBODY -> break
        :: steps < N && truth != NOBODY ->
            truth = TRUE_NEXT(truth);
            steps++;
            if
            :: truth == thread -> isTrue = true; break
            :: else
            fi
        od;
        assert(isTrue);
#ifndef NOT_FORGOTTEN
        if
        :: ofOwn -> FORGET_OWN(thread)
        :: else -> FORGET_LOCK(thread)
        fi;
#endif
        awaited[thread] = NOBODY;
        refused[thread] = true;
        CHANGED
    :: else
    fi;
    asker = 0; isOfOwn = false; at = 0; to = 0; steps = 0; truth = 0; isTrue = false
}

/* By a thread, of a lock that it has. A free lock of the server goes to one who waits. */
inline release(what) {
    d_step {
        holder[what] = NOBODY;
        if
        :: IS_LOCAL(what)
        :: !IS_LOCAL(what) && lock[0] == what -> holder[what] = 0
        :: !IS_LOCAL(what) && lock[0] != what && lock[1] == what -> holder[what] = 1
        :: !IS_LOCAL(what) && lock[0] != what && lock[1] != what && lock[2] == what -> holder[what] = 2
        :: else
        fi;
        if
        :: holder[what] != NOBODY ->
            FORGET_LOCK(holder[what]);
            awaited[holder[what]] = NOBODY
        :: else
        fi;
        CHANGED
    }
}

proctype Thread(byte self) {
    byte first;
    byte wanted;
    byte rounds;

begin:
    atomic {
#ifdef THREE
        first = self;
#else
        if
        :: first = 0
        :: first = 1
        fi;
#endif
        wanted = first
    }

acquire:
    atomic {
        if
        :: IS_END(wanted) && ended[(wanted - N - 1) % N] -> goto held
        :: !IS_END(wanted) && holder[wanted % N] == NOBODY -> holder[wanted % N] = self; CHANGED; goto held
        :: else
        fi;
        awaited[self] = wanted;
        CHANGED;
        if
        :: IS_OWN(wanted) -> waits[self]++; answered[self] = NO_CLOCK_YET
        :: !IS_OWN(wanted) ->
            lock[self] = wanted; lockSince[self] = clock;
            judge(self, false);
            isCircle = false
        fi
    }

wait:
    if
    :: atomic { refused[self] } goto giveUp
    :: atomic {
        !refused[self] && IS_LOCAL(wanted) && holder[wanted % N] == NOBODY ->
            holder[wanted % N] = self; awaited[self] = NOBODY; CHANGED
    }
        goto held
#ifdef JOINS
    :: atomic {
        !refused[self] && IS_END(wanted) && ended[(wanted - N - 1) % N] -> awaited[self] = NOBODY; CHANGED
    }
        goto held
    :: atomic {
        !alone[self] && !refused[self] && awaited[self] != NOBODY ->
            awaited[self] = NOBODY; gone[self] = true; FORGET_LOCK(self); FORGET_OWN(self); goto over
    }
#endif
    :: atomic { !refused[self] && !IS_OWN(wanted) && holder[wanted % N] == self } goto held
    :: atomic {
        !refused[self] && !IS_OWN(wanted) && holder[wanted % N] != self && !asked[self] ->
            asked[self] = true;
            judge(self, false);
            isCircle = false
    }
        goto wait
    fi;

held:
    atomic {
        if
        :: wanted != first -> goto both
        :: else
        fi;
#ifdef TWO_OWN
        wanted = (self + 1) % N;
#else
        if
        :: first != 0 -> wanted = 0
        :: first != 1 -> wanted = 1
#ifdef THREE
        :: first != 2 -> wanted = 2
#endif
#ifdef JOINS
        :: self == 0 -> wanted = END_OF(1)
#endif
        fi;
#endif
        goto acquire
    }

both:
    if
    :: !IS_END(wanted) -> release(wanted)
    :: else
    fi;

giveUp:
    refused[self] = false;

over:
    if
    :: holder[first] == self -> release(first)
    :: else
    fi;
    atomic {
        if
        :: rounds + 1 < ROUNDS(self) -> rounds++; goto begin
        :: else
        fi
    }
    d_step { ended[self] = true; first = 0; wanted = 0; rounds = 0; CHANGED }
}

#ifdef LOCKS_ONLY
#define IS_TOLD(what) IS_LOCAL(what)
#else
#ifdef TOLD_ONCE
#define IS_TOLD(what) (IS_OWN(what) && number[self] != waits[self])
#else
#define IS_TOLD(what) IS_OWN(what)
#endif
#endif

/* Tells the server of a thread's own waits. */
proctype Pulse(byte self) {
    byte what;
    byte read;
    byte ofWait;
    byte by;

end:
    do
    :: atomic {
        !asked[self] && !refused[self] && awaited[self] != NOBODY && IS_TOLD(awaited[self]) ->
            asked[self] = true;
            what = awaited[self];
            if
            :: IS_END(what) -> read = 0
            :: !IS_END(what) && holder[what % N] != NOBODY -> read = holder[what % N]
            :: !IS_END(what) && holder[what % N] == NOBODY -> what = 0; goto next
            fi;
            ofWait = waits[self];
            by = answered[self]
    }
        atomic {
#ifdef LATE_CLOCK
            by = clock;
#endif
#ifdef JOINS
            if
            :: gone[self] -> goto next
            :: else
            fi;
#endif
            if
            :: own[self] != what || number[self] != ofWait || toldHolder[self] != read || valid[self] != by -> CHANGED
            :: else
            fi;
            asked[self] = true;
            if
            :: own[self] == NOBODY || number[self] != ofWait -> ownSince[self] = clock
            :: else
            fi;
            own[self] = what; number[self] = ofWait; toldHolder[self] = read; valid[self] = by;
            if
            :: !IS_END(what) -> judge(self, true)
            :: else
            fi;
            if
            :: !isCircle && waits[self] == ofWait && answered[self] != clock ->
                answered[self] = clock; asked[self] = false
            :: else
            fi;
            isCircle = false
        }
next:
        atomic { what = 0; read = 0; ofWait = 0; by = 0 }
    :: atomic {
        own[self] != NOBODY && (awaited[self] == NOBODY || number[self] != waits[self]) -> FORGET_OWN(self); CHANGED
    }
    od
}

/* Ticks, where that makes a difference. */
proctype Clock() {
end:
    do
    :: atomic {
        (lockSince[0] == clock || lockSince[1] == clock || lockSince[2] == clock
            || ownSince[0] == clock || ownSince[1] == clock || ownSince[2] == clock) ->
            clock++;
            CHANGED
    }
    od
}

init {
    atomic {
#ifdef JOINS
        alone[0] = true;
        if
        :: alone[1] = true
        :: true
        fi;
#endif
        run Thread(0);
        run Thread(1);
#ifdef THREE
        run Thread(2);
#endif
        run Pulse(0);
        run Pulse(1);
#ifdef THREE
        run Pulse(2);
#endif
        run Clock()
    }
}
