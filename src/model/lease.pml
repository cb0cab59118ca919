/*
 * A lock of several machines, as tandem.lua keeps it on a server and tandem.net.ServedLock asks for it, with what it
 * guards, while calls, answers and processes are lost and leases end.
 *
 * A function of the server is one step. A call is sent under the number of a channel and of the call there. It may
 * arrive and be answered; it may be lost, or its answer; it may be held up by the network and arrive at any later
 * time. Without an answer the caller sends it again, with the same numbers, or gives the call up. Numbers are not
 * counted: of the call that a channel has under way is known whether the server has done it, and of the one that is held
 * up whether the server has done a later one. Attempts are counted up to 3: one is used again when nobody anywhere has
 * it any more. So what is proved holds for any number of rounds. One thread stands for a process, which has two
 * channels. What is held up is one call at a time.
 *
 * A thread takes the lock, asks or does not ask whether a holder has died, changes what the lock guards once or twice, and gives
 * the lock back; or it ends before. So who waits and whom nobody tells shows: when nothing can go on, spin
 * reports an invalid end state.
 *
 * What is proved, by which variant
 *
 *   (none)         Calls and answers are lost. Nobody dies, no lease ends, and nobody who waits looks by himself. One thread
 *                  at most believes that it has the lock (assertion in `enter`); a change is made once, and no
 *                  earlier one after a later one of its thread (assertion in `change`); a release that is
 *                  repeated gives back the caller's hold and no other (assertion in `endHold`); nobody is
 *                  left behind (no invalid end state).
 *   TIMED          The same when any waiter may give up.
 *   TIMED HELD_UP  The same of two, when calls are held up as well.
 *   AWAY TIMED, AWAY HELD_UP
 *                  The same of two, when the server may take anybody for dead at any moment, as those who are stopped
 *                  or cut off for longer than a lease, and they come back. A change is accepted from who has
 *                  the lock at that step, and from nobody else (assertion in `change`); the next one is told of
 *                  who was away, also when one between them never learnt that it had the lock (assertions in
 *                  `enter` and `granted`). With HELD_UP a hold makes one change.
 *   AWAY FORGOTTEN The same when the server may forget a process, which joins anew.
 *   AWAY FEW       The server errs so twice at most, and who waits looks when nothing else can go on. There is no
 *                  cycle of steps without an acquisition in it (non-progress cycles): nobody holds a lock
 *                  that he does not know of.
 *   DEATHS         Each of three may be killed at any step, two at most; leases of the dead end, and who waits looks, when
 *                  nothing else can go on. Nobody is left behind, and who has the lock next is told.
 *   DEATHS HELD_UP The same of two, when calls of the dead arrive after their end.
 *   DEATHS         There is no cycle of steps without an acquisition in it (non-progress cycles).
 *   CLOCK          Seconds pass; the server is killed, is down for any time and begins anew, and one process is killed or
 *                  cut off. Nobody is taken for dead who lives and reaches the server (assertion in `judge`).
 *
 * Mutations: each must fail in the variant that is named with it in `check`.
 *
 *   UNCHECKED          the server does not ask who makes a change
 *   CHECKED_BEFORE     it asks in a step before the one that makes the change
 *   RELEASE_BLIND      a release frees the lock, whoever holds it
 *   NOT_REMEMBERED     the server does not remember what it has done
 *   OVERTAKEN          it does what arrives after a later call of the channel
 *   OTHER_CHANNEL      after a call without an answer, a thread goes on by another channel
 *   ANOTHER_ATTEMPT    who asks again does so under another attempt
 *   NOT_FORGONE        who gives up does not say so
 *   FORGONE_ELSEWHERE  who gives up says so by another channel than the one that has asked
 *   RELEASED_AT_MOST   a release without an answer is left at that
 *   NOT_TOLD           a lock that is taken from the dead is as any other
 *   TOLD_TOO_EARLY     who is given the lock counts as told
 *   STALE_LETTERS      who waits believes any letter, also one from before the server last said that another has the lock
 *   NO_LOOKS           who waits does not look by himself
 *   NO_LEASES          nobody is taken for dead
 *   NO_GRACE           a server that begins anew takes those for dead of whom it has not heard
 */
#if defined(HELD_UP) || defined(AWAY) || defined(CLOCK)
#define N 2
#else
#define N 3
#endif

#if defined(AWAY) && !defined(NO_LOOKS)
#define LOOKS
#endif

#if defined(DEATHS) || defined(CLOCK) || defined(FEW)
#define LATE
#endif

/* A hold with one change at most, and nobody asks what was before. */
#if defined(CLOCK) || defined(AWAY) && defined(HELD_UP)
#define SHORT
#endif

/* What is asked for. */
#define ACQUIRE 1
#define FORGO   2
#define RELEASE 3
#define CHANGE  4
#define TOLD    5

/* What is answered. */
#define NONE   0
#define YES    1
#define AFTER  2            /* yes, after one who has died */
#define BUSY   3
#define FENCED 4

/* A holder: process and attempt. */
#define HOLD(p, attempt) ((p) * 4 + (attempt))
#define PROCESS(hold) ((hold) / 4)
#define CHANNEL(p, c) ((p) * 2 + (c))

/* On the server. */
byte holder;
chan row = [N] of { byte };
bool untold;                /* there were more recoveries than somebody was told of */
byte kept[2 * N + 2];       /* the answer to the call that a channel has under way; NONE: it is not done */
bool known[N + 1] = true;

/* Letters: the answer that the lock is its own now, to who waits for one. */
byte letter[N + 1];
byte attempts[N + 1];       /* the attempt of the thread */

/* What the network holds up: one call. */
byte lateFrom;              /* 0: none */
byte lateBy;                /* the channel */
byte lateWhat;
byte lateAttempt;
byte lateNumber;            /* of the change */
bool lateWaits;
bool isLateNew;             /* the server has done neither it nor a later one */
bool isLateLast;            /* the channel has no later one */

/* What no process can see. */
bool killed[N + 1];
bool inside[N + 1];         /* it believes that it has the lock */
byte changed[N + 1];        /* the last change of the hold */
bool torn;                  /* a hold has ended by itself, and nobody was told */

/* For one step: what the server answers, and whom it takes for dead. */
hidden byte answer;
hidden byte next;
hidden byte isDead[N + 1];

#ifdef CLOCK
#define LEASE 3
#define SILENCE 1
byte age[N + 1];            /* since it was heard of, in seconds */
byte silence;               /* since anybody was */
byte grace;                 /* in which nobody is taken for dead */
bool isUp = true;
bool isSlow[N + 1];         /* it reaches the server anew, which takes a second */
bool hasSpoken[N + 1];
bool isAway[N + 1];         /* cut off */
bool wasAway[N + 1];        /* and not heard of since */
#endif
#ifdef LATE
byte looks[N + 1];          /* a waiter: 1: it waits, 2: it is time to look */
bool expired[N + 1];
#endif

#ifdef CLOCK
inline judges() {
    if
#ifndef NO_GRACE
    :: silence > SILENCE -> grace = LEASE
#endif
    :: else
    fi;
    silence = 0
}
#endif

#ifdef FEW
byte aways = 2;
#endif

/* is_dead(): of everybody, before each step. */
inline judgeOne(p) {
#ifdef NO_LEASES
    isDead[p] = false
#elif defined(CLOCK)
    if
    :: age[p] >= LEASE ->
        judges();
        isDead[p] = grace == 0;
        assert(!isDead[p] || killed[p] || wasAway[p])
    :: else -> isDead[p] = false
    fi
#elif defined(FEW)
    isDead[p] = false;
    if
    :: aways > 0 -> isDead[p] = true; aways--
    :: true
    fi
#elif defined(AWAY)
    if
    :: isDead[p] = true
    :: isDead[p] = false
    fi
#elif defined(DEATHS)
    isDead[p] = expired[p]
#else
    skip
#endif
}

inline judge() {
    judgeOne(1);
    judgeOne(2)
#if N == 3
    ; judgeOne(3)
#endif
}

#define IS_IN_ROW(hold) (row??[eval(hold)])

inline leaveRow(hold) {
    if
    :: IS_IN_ROW(hold) -> row??eval(hold)
    :: !IS_IN_ROW(hold)
    fi
}

inline give(hold) {
    holder = hold;
    changed[PROCESS(hold)] = 0
}

inline granted() {
    answer = (untold -> AFTER : YES);
    assert(untold == torn);
#ifdef TOLD_TOO_EARLY
    untold = false
#endif
}

/* pass(): a free lock goes to the first who waits and lives. */
inline pass() {
    do
    :: holder == 0 && len(row) > 0 ->
        row?next;
        if
        :: !isDead[PROCESS(next)] ->
            give(next);
            granted();
            if
            :: attempts[PROCESS(next)] == (next & 3) -> letter[PROCESS(next)] = answer
            :: else /* nobody expects it any more */
            fi
        :: else
        fi
    :: else -> break
    od;
    next = 0
}

/* recover() and pass() */
inline takeAway() {
    torn = true;
#ifndef NOT_TOLD
    untold = true;
#endif
    changed[PROCESS(holder)] = 0;
    holder = 0;
    pass()
}

#define IS_HELD_BY(from, attempt) (holder == HOLD(from, attempt))

inline endHold(from, attempt) {
    assert(holder == HOLD(from, attempt));
    holder = 0;
    changed[from] = 0;
    pass()
}

inline change(from, attempt, number) {
    assert(holder == HOLD(from, attempt));
    assert(number > changed[from]);
    changed[from] = number
}

/* The body of a function of the server. */
inline body(from, what, attempt, number, waits) {
    answer = NONE;
    if
    :: what == ACQUIRE ->
        if
        :: holder != 0 && holder != HOLD(from, attempt) && isDead[PROCESS(holder)] -> takeAway()
        :: else
        fi;
        if
        :: holder == HOLD(from, attempt) -> granted()
        :: holder != 0 && holder != HOLD(from, attempt) ->
            if
            :: waits && !IS_IN_ROW(HOLD(from, attempt)) -> row!HOLD(from, attempt)
            :: !waits || IS_IN_ROW(HOLD(from, attempt))
            fi;
#ifndef STALE_LETTERS
            /* It says how often the lock was given by now: letters from before are of no use. */
            letter[from] = NONE;
#endif
            answer = BUSY
        :: holder == 0 ->
            leaveRow(HOLD(from, attempt));
            give(HOLD(from, attempt));
            granted()
        fi
    :: what == FORGO ->
        leaveRow(HOLD(from, attempt));
        if
        :: holder == HOLD(from, attempt) -> endHold(from, attempt)
        :: else
        fi;
        answer = YES
    :: what == RELEASE ->
        if
#ifdef RELEASE_BLIND
        :: holder != 0 -> endHold(from, attempt); answer = YES
#else
        :: IS_HELD_BY(from, attempt) -> endHold(from, attempt); answer = YES
#endif
        :: else -> answer = FENCED
        fi
    :: what == CHANGE ->
        if
#ifdef UNCHECKED
        :: true -> change(from, attempt, number); answer = YES
#else
        :: IS_HELD_BY(from, attempt) -> change(from, attempt, number); answer = YES
        :: else -> answer = FENCED
#endif
        fi
    :: what == TOLD ->
        if
        :: IS_HELD_BY(from, attempt) -> untold = false; torn = false; answer = YES
        :: else -> answer = FENCED
        fi
    fi
}

/* A call that has arrived, of a channel whose last one it is: done once. */
inline arrive(p, c, what, number, waits) {
    if
#ifdef FORGOTTEN
    :: !known[p] -> known[p] = true /* it joins anew, under another number, and asks again */
#endif
    :: else
    fi;
    if
#ifndef NOT_REMEMBERED
    :: kept[CHANNEL(p, c)] != NONE -> answer = kept[CHANNEL(p, c)]
#endif
    :: else ->
        body(p, what, attempts[p], number, waits);
        kept[CHANNEL(p, c)] = answer;
        if
        :: lateFrom == p && lateBy == c -> isLateNew = false
        :: else
        fi
    fi
}

inline forgetLate() {
    lateFrom = 0;
    lateBy = 0;
    lateWhat = 0;
    lateAttempt = 0;
    lateNumber = 0;
    lateWaits = false;
    isLateNew = false;
    isLateLast = false
}

/* The one that was held up arrives. */
inline arriveLate() {
    if
#ifdef OVERTAKEN
    :: true ->
#else
    :: isLateNew ->
#endif
        body(lateFrom, lateWhat, lateAttempt, lateNumber, lateWaits);
        if
        :: isLateLast -> kept[CHANNEL(lateFrom, lateBy)] = answer
        :: else
        fi
    :: else
    fi;
    forgetLate();
    answer = NONE
}

/* What is lost is not counted, but where cycles are looked for. */
#ifdef FEW_LOSSES
byte losses = 2;
#define LOSE losses--
#else
#define losses 1
#define LOSE skip
#endif

#ifdef CHECKED_BEFORE
#define IS_ONE_STEP && what != CHANGE
#else
#define IS_ONE_STEP
#endif

/* The channel is about to have a later one. */
inline endCall(c) {
    kept[CHANNEL(self, c)] = NONE;
    if
    :: lateFrom == self && lateBy == c -> isLateLast = false
    :: else
    fi
}

/* Calls, and sets `got`: NONE when there was no answer. */
inline call(c, what, number, waits) {
    do
    :: atomic {
#ifdef CLOCK
        isUp && !isAway[self] ->
#endif
#ifdef CHECKED_BEFORE
        what != CHANGE ->
#endif
        judge();
        arrive(self, c, what, number, waits);
        got = answer;
        answer = NONE;
        endCall(c);
        break
    }
#ifdef CHECKED_BEFORE
    :: atomic { what == CHANGE && !checked && IS_HELD_BY(self, attempts[self]) -> checked = true }
    :: atomic { what == CHANGE && !checked && !IS_HELD_BY(self, attempts[self]) -> got = FENCED; break }
    :: atomic { checked -> checked = false; change(self, attempts[self], number); got = YES; endCall(c); break }
#endif
#ifndef CLOCK
    /* The answer is lost. */
    :: atomic {
        losses > 0 && kept[CHANNEL(self, c)] == NONE IS_ONE_STEP ->
        LOSE;
        judge();
        arrive(self, c, what, number, waits);
        answer = NONE
    }
    :: atomic { losses > 0 IS_ONE_STEP -> LOSE; got = NONE; endCall(c); break }
#endif
#ifdef HELD_UP
    :: atomic {
        lateFrom == 0 && kept[CHANNEL(self, c)] == NONE ->
        lateFrom = self;
        lateBy = c;
        lateWhat = what;
        lateAttempt = attempts[self];
        lateNumber = number;
        lateWaits = waits;
        isLateNew = true;
        isLateLast = true
    }
#endif
    od
}

#define IS_FREE(attempt) (holder != HOLD(self, attempt) \
    && !IS_IN_ROW(HOLD(self, attempt)) && !(lateFrom == self && lateAttempt == attempt))

inline nextAttempt() {
    atomic {
        letter[self] = NONE;
        if
        :: IS_FREE(1) -> attempts[self] = 1
        :: !IS_FREE(1) && IS_FREE(2) -> attempts[self] = 2
        :: !IS_FREE(1) && !IS_FREE(2) && IS_FREE(3) -> attempts[self] = 3
        :: !IS_FREE(1) && !IS_FREE(2) && !IS_FREE(3) -> goto done /* only in mutations */
        fi
    }
}

#if N == 3
#define ALONE(p) (inside[1] + inside[2] + inside[3] == inside[p])
#else
#define ALONE(p) (inside[1] + inside[2] == inside[p])
#endif

inline enter() {
    d_step {
#if !defined(AWAY) && !defined(CLOCK)
        inside[self] = true;
        assert(ALONE(self));
#endif
        assert(holder != HOLD(self, attempts[self]) || torn == (got == AFTER));
        isTold = got != AFTER;
        got = NONE
    }
}

proctype Process(byte self) {
    byte got;
    byte c;                 /* the channel */
    bool isTold;
#ifdef CHECKED_BEFORE
    bool checked;
#endif
    {
        skip;
idle:
        atomic {
            got = NONE;
            c = 0;
            isTold = false;
            attempts[self] = 0;
            if
            :: goto done
            :: nextAttempt()
            fi
        }

ask:
        call(c, ACQUIRE, 0, true);
        atomic {
            if
            :: got == YES || got == AFTER -> goto held
            :: got == BUSY ->
#ifdef LATE
                looks[self] = 1;
#endif
                goto wait
            :: got == NONE ->
#ifdef ANOTHER_ATTEMPT
                nextAttempt();
#endif
                goto ask
#ifdef TIMED
            :: got == NONE || got == BUSY -> goto giveUp
#endif
            fi
        }

wait:
        atomic {
            if
            :: letter[self] != NONE ->
                got = letter[self];
                letter[self] = NONE;
#ifdef LATE
                looks[self] = 0;
#endif
                goto held
#ifdef LATE
            :: looks[self] == 2 -> looks[self] = 0; goto ask
#elif defined(LOOKS)
            :: goto ask
#endif
#ifdef TIMED
            :: got = NONE; goto giveUp
#endif
            fi
        }

held:
progress:
        enter();
#ifndef SHORT
        if
        :: !isTold ->
            call(c, TOLD, 0, false);
            atomic {
                if
                :: got == FENCED -> goto lost
                :: else
                fi
            }
        :: true
        fi;
#endif
#ifndef CLOCK
        call(c, CHANGE, 1, false);
        atomic {
            if
            :: got == FENCED -> goto lost
            :: else
            fi
        };
#endif
#ifdef OTHER_CHANNEL
        if
        :: got == NONE -> c = 1
        :: else
        fi;
#endif
#ifndef SHORT
        if
        :: call(c, CHANGE, 2, false);
            atomic {
                if
                :: got == FENCED -> goto lost
                :: else
                fi
            }
        :: true
        fi;
#endif
        inside[self] = false;
        call(c, RELEASE, 0, false);
#ifdef RELEASED_AT_MOST
        goto idle;
#endif
        atomic {
            if
            :: got == NONE -> goto forgo
            :: else -> goto idle
            fi
        }

lost:
        inside[self] = false;
        goto idle;

#ifdef TIMED
giveUp:
#ifdef FORGONE_ELSEWHERE
        c = 1;
#endif
#ifdef NOT_FORGONE
        goto idle;
#endif
#endif
forgo:
        call(c, FORGO, 0, false);
        atomic {
            if
            :: got == NONE -> goto forgo
            :: else -> goto idle
            fi
        }
    }
#if defined(DEATHS) || defined(CLOCK)
    unless {
        killed[self]
    }

    d_step { got = NONE; c = 0; isTold = false; inside[self] = false; looks[self] = 0 };
#endif

done:
    skip
}

#ifdef HELD_UP
proctype Network() {
endNetwork:
    do
    :: atomic { lateFrom != 0 -> judge(); arriveLate() }
    od
}
#endif

#ifdef FORGOTTEN
/* forget(), of a process that lives: it was away for more than a minute. */
inline forget(p) {
    d_step {
        known[p] = false;
        letter[p] = NONE;
        kept[CHANNEL(p, 0)] = NONE;
        kept[CHANNEL(p, 1)] = NONE;
        isDead[1] = p == 1;
        isDead[2] = p == 2;
        /* Who waits under a number that is not known is passed over. */
        leaveRow(HOLD(p, attempts[p]));
        if
        :: lateFrom == p -> forgetLate()
        :: else
        fi;
        if
        :: holder != 0 && PROCESS(holder) == p -> takeAway()
        :: else
        fi;
        answer = NONE
    }
}

proctype Oblivion() {
endOblivion:
    do
    :: known[1] -> forget(1)
    :: known[2] -> forget(2)
    od
}
#endif

#ifdef DEATHS
proctype Death() {
    byte p;
    byte deaths;
    do
    :: atomic {
        deaths < N - 1 ->
        deaths++;
        p = deaths; /* which ones makes no difference */
        killed[p] = true;
        looks[p] = 0;
        letter[p] = NONE;
        p = 0
    }
    :: break
    od
}

#endif

#if defined(LATE) && !defined(CLOCK) && !defined(NO_LOOKS)
/* Leases end, and those who wait look. */
proctype Clock() {
endClock:
    do
    :: atomic {
        timeout && (looks[1] == 1 || looks[2] == 1 || looks[N] == 1) ->
        expired[1] = killed[1];
        expired[2] = killed[2];
        expired[N] = killed[N];
        looks[1] = (looks[1] == 0 -> 0 : 2);
        looks[2] = (looks[2] == 0 -> 0 : 2);
        looks[N] = (looks[N] == 0 -> 0 : 2)
    }
    od
}
#endif

#ifdef CLOCK
#define IS_HEARD(p) (hasSpoken[p] || killed[p] || isAway[p])

inline older(p) {
    hasSpoken[p] = false;
    isSlow[p] = false;
    if
    :: age[p] < LEASE -> age[p]++
    :: else
    fi
}

proctype Time() {
endTime:
    do
    :: atomic {
        !isUp || (isSlow[1] || IS_HEARD(1)) && (isSlow[2] || IS_HEARD(2)) ->
        older(1);
        older(2);
        looks[1] = (looks[1] == 0 -> 0 : 2);
        looks[2] = (looks[2] == 0 -> 0 : 2);
        if
        :: silence <= SILENCE -> silence++
        :: else
        fi;
        if
        :: grace > 0 -> grace--
        :: else
        fi
    }
    od
}

/* beat() */
proctype Pulse(byte p) {
endPulse:
    do
    :: atomic {
        isUp && !killed[p] && !isAway[p] && !hasSpoken[p] ->
        judges();
        isSlow[p] = false;
        age[p] = 0;
        hasSpoken[p] = true;
        wasAway[p] = false
    }
    od
}

proctype Fate() {
endFate:
    do
    :: atomic { isUp && IS_HEARD(1) && IS_HEARD(2) -> isUp = false }
    :: atomic { !isUp -> isUp = true; isSlow[1] = true; isSlow[2] = true }
    :: atomic { !isAway[1] && !killed[1] -> isAway[1] = true; wasAway[1] = true }
    :: atomic { isAway[1] -> isAway[1] = false; isSlow[1] = true }
    :: atomic { !killed[1] -> killed[1] = true; letter[1] = NONE }
    od
}
#endif

init {
    atomic {
        run Process(1);
        run Process(2);
#if N == 3
        run Process(3);
#endif
#ifdef HELD_UP
        run Network();
#endif
#ifdef FORGOTTEN
        run Oblivion();
#endif
#ifdef DEATHS
        run Death();
#endif
#if defined(LATE) && !defined(CLOCK) && !defined(NO_LOOKS)
        run Clock();
#endif
#ifdef CLOCK
        run Time();
        run Pulse(1);
        run Pulse(2);
        run Fate();
#endif
    }
}
