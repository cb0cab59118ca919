/*
 * The lock of tandem.sync.Mutex, and what becomes of it when its holders and waiters are killed.
 *
 * Each access to shared memory is one step: a read, or a compare-and-set. The kernel's futex wait
 * is one step as well (compare and fall asleep), and so is a wake, which wakes any of the sleepers.
 * Left out, because it adds nothing: the spins, whose compare-and-set is that of the step before
 * them (first spin) or of the round after them (spin after a wake-up), tried again. A process stands for
 * one thread: the word names the thread, so that two threads of one process are two to the lock; how
 * often it has taken the lock is known to the thread alone.
 *
 * A process takes the lock any number of times and may end after any of them. So a sleeper whom
 * nobody will wake shows: when all others have ended, nothing can go on, and spin reports an invalid
 * end state. Nothing is counted: what is proved holds for any number of rounds.
 *
 * In a simulation each step prints a line that begins with @: who does what, with what outcome. (With
 * ENDLESS, nobody ends by himself.) tandem.sync.ReplayTest has the code of Mutex do the same, step by
 * step.
 *
 * What is proved, by which variant
 *
 *   (none)         Nobody dies and no slice ends, so that a sleeper goes on only when it is woken.
 *                  At most one process holds the lock (assertion in `own`), and no sleeper is left
 *                  behind (no invalid end state): no wake-up is lost, without help from the slices.
 *   TIMED          The same when any waiter may give up, as at a deadline or an interrupt.
 *   BREAK          The same when locks are broken: exclusion then holds between those holders whose
 *                  hold was not broken, and a broken holder's release gives nobody's lock away. The
 *                  next holder is told.
 *   DEATHS EARLY   Each process may be killed at any step, its slot be freed by its parent (or not:
 *                  the parent may be dead) and be claimed for a second process; a slice may end at
 *                  any moment. At most one living process holds the lock; who takes it after a
 *                  holder has died with it, and nobody else, is told so (assertions in `own`).
 *   BREAK DEATHS EARLY
 *                  The same of two processes, when the one that breaks the lock may be killed too.
 *   DEATHS         Two of the three may be killed so. Slices end as late as they can: when nothing
 *                  else can go on (`timeout`). There is no cycle of steps without an acquisition
 *                  in it (non-progress cycles); in particular a waiter that looks around because
 *                  all others sleep, are dead or have ended gets the lock by that look. So a death
 *                  costs the sleepers looks, and nobody sleeps for ever on a lock that is free or
 *                  held by the dead.
 *
 * Mutations: each must fail in the variant that is named with it in `check`.
 *
 *   NO_WAKE            a release that saw the bit wakes nobody
 *   NO_WAITERS_BACK    who was woken takes the lock without the bit
 *   NO_ANNOUNCEMENT    a waiter sleeps without setting the bit
 *   SLEEP_UNCHECKED    the kernel does not compare the word
 *   GIVE_UP_FIRST      a waiter gives up before it has set the bit, though the wake-up that it may
 *                      have used up was another's as well
 *   BLIND_RELEASE      a release writes 0 instead of comparing
 *   BREAK_WAKES_NONE   a breaking wakes nobody
 *   BREAK_TELLS_LATE   a breaking is counted when the lock is free
 *   BREAK_AT_ONCE      a breaking frees the lock in one step, and is counted then
 *   BLIND_FREE         a breaking writes 0 instead of comparing
 *   BLIND_TAKEOVER     a dead holder's word is overwritten instead of compared
 *   NOT_TOLD           who takes over is not told
 *   NO_GENERATION      two processes of a slot have the same bits
 *   NO_RECOVERY        nobody takes over from the dead
 *   NO_SLICES          a sleeper goes on only when it is woken, though processes die
 */
#define N 3

/* The word: waiters (bit 3), generation (bit 2), slot (bits 1 and 0, from 1). Slot 0 stands for a lock
   that is just being broken. */
#define FREE 0
#define WAITERS 8
#define BREAKING (4 | WAITERS)
#define HOLDER_MASK 7
#define SLOT(holder) ((holder) & 3)
#define GENERATION(holder) (((holder) >> 2) & 1)
#define HOLDER(word) ((word) & HOLDER_MASK)

byte word = FREE;
bool asleep[N + 1];

/* The roster. `alive` is what the operating system knows of the slot's process. */
bool used[N + 1] = true;
bool alive[N + 1] = true;
bit generation[N + 1];
#ifdef BREAK
bool isBreakerAlive = true;
#endif

#ifdef NO_GENERATION
#define BITS(slot) (slot)
#else
#define BITS(slot) ((slot) | generation[slot] << 2)
#endif
#define IS_CURRENT(holder) (SLOT(holder) != 0 && used[SLOT(holder)] && BITS(SLOT(holder)) == (holder))
#define IS_ALIVE(holder) (IS_CURRENT(holder) && alive[SLOT(holder)])

/* The counts of recoveries: whether there were more than a holder has been told of. */
bool untold;

/* What no process can see: who is between acquire and release, and whether a holder has died with
   the lock, or was broken, and nobody has been told yet. */
bool inside[N + 1];
bool torn;

#define ALONE(slot) (inside[1] + inside[2] + inside[3] == inside[slot])

/* Who has been taken for dead while he breaks a lock tells of it once more. */
#ifdef BREAK
#define IS_TOLD (untold || !torn)
#else
#define IS_TOLD (untold == torn)
#endif

inline own(fromDead) {
    assert(ALONE(slot));
    inside[slot] = true;
    untold = untold || fromDead;
    assert(IS_TOLD);
    torn = false;
    untold = false
}

/* Steps of a simulation. */
inline read(who, value) {
    printf("@ %d read %d\n", who, value)
}

inline set(who, from, to) {
    printf("@ %d set %d %d\n", who, from, to)
}

inline fail(who, from, to) {
    printf("@ %d fail %d %d\n", who, from, to)
}

inline wakeOne(who) {
    atomic {
        if
        :: asleep[1] -> asleep[1] = false; printf("@ %d wake 1\n", who)
        :: asleep[2] -> asleep[2] = false; printf("@ %d wake 2\n", who)
        :: asleep[3] -> asleep[3] = false; printf("@ %d wake 3\n", who)
        :: else -> printf("@ %d wake 0\n", who)
        fi
    }
}

inline wakeAll(ended) {
    d_step {
        asleep[1] = false;
        asleep[2] = false;
        asleep[3] = false;
        printf("@ - heirs %d\n", ended)
    }
}

#ifdef NO_WAITERS_BACK
#define AGAIN self
#else
#define AGAIN (self | WAITERS)
#endif

#ifdef NOT_TOLD
#define FROM_DEAD false
#else
#define FROM_DEAD true
#endif

proctype Process(byte slot) {
    byte self;
    byte seen;
    bool isTimeToLook;

born:
    {
        self = BITS(slot);
        printf("@ %d born %d\n", slot, self);

idle:
        /* acquire() */
        atomic {
            if
#ifndef ENDLESS
            :: goto done
#endif
            :: word == FREE -> word = self; set(slot, FREE, self); own(false); goto held
            :: word != FREE -> fail(slot, FREE, self)
            fi
        }

round:
        /* sleep() */
        atomic {
            seen = word;
            read(slot, seen);
            if
            :: seen != FREE -> goto announce
            :: else
            fi
        }
        atomic {
            if
            :: word == FREE -> word = AGAIN; set(slot, FREE, AGAIN); own(false); goto held
            :: else -> fail(slot, FREE, AGAIN); goto round
            fi
        }

announce:
        atomic {
#if defined(TIMED) && defined(GIVE_UP_FIRST)
            if
            :: seen = 0; goto idle
            :: true
            fi;
#endif
#ifdef NO_ANNOUNCEMENT
            skip
#else
            if
            :: seen & WAITERS
            :: !(seen & WAITERS) && word == seen ->
                set(slot, seen, seen | WAITERS);
                seen = seen | WAITERS;
                word = seen
            :: !(seen & WAITERS) && word != seen ->
                fail(slot, seen, seen | WAITERS);
                seen = 0;
                goto round
            fi;
#endif
#if defined(TIMED) && !defined(GIVE_UP_FIRST)
            if
            :: seen = 0; printf("@ %d leave\n", slot); goto idle
            :: true
            fi
#endif
        }

        /* futex wait */
        d_step {
#ifdef SLEEP_UNCHECKED
            asleep[slot] = true;
#else
            asleep[slot] = (word == seen);
#endif
            printf("@ %d sleep %d %d\n", slot, seen, asleep[slot])
        }
        atomic {
            if
            :: !asleep[slot] -> printf("@ %d up\n", slot)
#ifdef DEATHS
            :: !asleep[slot] -> isTimeToLook = true; printf("@ %d late\n", slot)
#ifndef NO_SLICES
#ifdef EARLY
            :: asleep[slot] -> asleep[slot] = false; isTimeToLook = true; printf("@ %d late\n", slot)
#else
            :: timeout -> asleep[slot] = false; isTimeToLook = true; printf("@ %d late\n", slot)
#endif
#endif
#endif
            fi
        }

#if defined(DEATHS) && !defined(NO_RECOVERY)
        /* takeFromDead() */
        atomic {
            if
            :: isTimeToLook && HOLDER(seen) != self ->
                printf("@ %d look %d %d\n", slot, HOLDER(seen), IS_ALIVE(HOLDER(seen)))
            :: else
            fi;
            if
            :: isTimeToLook && HOLDER(seen) != self && !IS_ALIVE(HOLDER(seen))
            :: else -> isTimeToLook = false; seen = 0; goto round
            fi;
            isTimeToLook = false
        }
        atomic {
            if
#ifdef BLIND_TAKEOVER
            :: word = self | WAITERS; seen = 0; own(FROM_DEAD); goto held
#else
            :: word == seen ->
                set(slot, seen, self | WAITERS);
                word = self | WAITERS;
                seen = 0;
                own(FROM_DEAD);
                goto held
            :: else -> fail(slot, seen, self | WAITERS); seen = 0; goto round
#endif
            fi
        }
#else
        isTimeToLook = false;
        goto round;
#endif

held:
progress:
        /* release() */
#ifdef BLIND_RELEASE
        atomic { seen = word; word = FREE; inside[slot] = false };
        if
        :: seen & WAITERS -> seen = 0
        :: else -> seen = 0; goto idle
        fi;
#else
        atomic {
            if
            :: word == self ->
                word = FREE;
                set(slot, self, FREE);
                inside[slot] = false;
                goto idle
            :: else -> fail(slot, self, FREE)
            fi
        }
        atomic {
            if
            :: word == (self | WAITERS) ->
                word = FREE;
                set(slot, self | WAITERS, FREE);
                inside[slot] = false
            :: else ->
                fail(slot, self | WAITERS, FREE);
#ifdef BREAK
                goto idle
#else
                assert(false)
#endif
            fi
        }
#endif
#ifndef NO_WAKE
        wakeOne(slot);
#endif
        goto idle
    }
#ifdef DEATHS
    unless {
        !alive[slot]
    }

    /* The parent, if there is one left, frees the slot and wakes the heirs; then somebody may claim
       the slot for another process. */
    d_step { seen = 0; isTimeToLook = false };
    if
    :: goto over
    :: used[slot] = false
    fi;
    if
    :: true
    :: HOLDER(word) == self -> wakeAll(self)
    fi;
    atomic {
        if
        :: goto over
        :: generation[slot] = 1; used[slot] = true; alive[slot] = true; goto born
        fi
    }
#endif

done:
    atomic {
        if
        :: alive[slot] -> printf("@ %d done\n", slot)
        :: else
        fi;
        alive[slot] = false;
        used[slot] = false
    };
over:
    self = 0
}

#ifdef DEATHS
/* Kills at any moment; each slot's first process only, and with late slices only two of them. */
proctype Death() {
    byte slot;

    do
    :: atomic {
        if
        :: alive[1] && generation[1] == 0 -> slot = 1
        :: alive[2] && generation[2] == 0 -> slot = 2
#if defined(EARLY) && !defined(BREAK)
        :: alive[3] && generation[3] == 0 -> slot = 3
#endif
        fi;
        alive[slot] = false;
        asleep[slot] = false;
        inside[slot] = false;
        torn = torn || HOLDER(word) == BITS(slot);
        printf("@ %d killed\n", slot);
        slot = 0
    }
#ifdef BREAK
    :: isBreakerAlive -> isBreakerAlive = false; printf("@ 4 killed\n")
#endif
    :: break
    od
}
#endif

#ifdef BREAK
/* breakLock(): any thread, at any moment. */
proctype Breaker() {
    byte holder;
    byte seen;

    {
        do
        :: atomic { holder = HOLDER(word); read(4, word) };
look:
            atomic {
                seen = word;
                read(4, seen);
                if
                :: seen != FREE && HOLDER(seen) == holder
                :: else -> goto again
                fi
            }
            atomic {
                if
                :: word == seen ->
#ifdef BREAK_AT_ONCE
                    word = FREE;
#else
                    word = BREAKING;
#endif
                    set(4, seen, BREAKING);
                    inside[1] = false;
                    inside[2] = false;
                    inside[3] = false;
                    torn = true
                :: else -> fail(4, seen, BREAKING); goto look
                fi
            }
#ifndef BREAK_TELLS_LATE
            atomic { untold = true; printf("@ 4 count\n") };
#endif
#ifndef BREAK_AT_ONCE
            atomic {
                if
#ifdef BLIND_FREE
                :: word = FREE
#else
                :: word == BREAKING -> word = FREE; set(4, BREAKING, FREE)
                :: else -> fail(4, BREAKING, FREE); goto again
#endif
                fi
            }
#endif
#ifdef BREAK_TELLS_LATE
            untold = true;
#endif
#ifndef BREAK_WAKES_NONE
            wakeOne(4);
#endif
again:
            atomic { holder = 0; seen = 0; printf("@ 4 over\n") }
#ifndef ENDLESS
        :: break
#endif
        od
    }
#ifdef DEATHS
    unless {
        !isBreakerAlive
    }
#endif
}
#endif

init {
    atomic {
        run Process(1);
        run Process(2);
#if !defined(BREAK) || !defined(DEATHS)
        run Process(3);
#endif
#ifdef DEATHS
        run Death();
#endif
#ifdef BREAK
        run Breaker();
#endif
    }
}
