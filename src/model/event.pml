/*
 * The event of tandem.sync.Signal.
 *
 * Each access to shared memory is one step: a read, or a compare-and-set. The kernel's futex wait
 * is one step as well (compare and fall asleep), and so is a wake. Two processes set() the event,
 * twice in all, and may clear() it at once, one of them before the first set() as well; two others
 * await() it. The word begins as 0, or with the flag up and a bit that an earlier sleeper has left.
 *
 * In a simulation each step prints a line that begins with @: who does what, with what outcome.
 * tandem.sync.ReplayTest has the code of Signal do the same, step by step.
 *
 * What is proved, by which variant
 *
 *   (none)         Any waiter may be killed at any step. No slice ends, so that a sleeper goes on
 *                  only when it is woken. When nothing can go on any more, every set() and clear()
 *                  has come to its end, and whoever still sleeps sleeps rightly: the flag is down and
 *                  has been since that await() began (assertions in `Judge`). So no set() is
 *                  missed, even if a clear() follows at once, and a killed waiter harms nobody. Whoever
 *                  leaves does so rightly: the flag has been up since it came (assertion in `Waiter`).
 *   STEPS          Nobody is killed. There is no infinite run (no cycle of any kind): set() and
 *                  clear() do not block, and the repetitions in them end.
 *   DEATHS         Those who set may be killed instead, also before they have woken anybody. A slice
 *                  ends when nothing else can go on (`timeout`): who looks then leaves, or
 *                  sleeps on rightly (assertions in `Waiter`).
 *   DEATHS FEW_BITS   The same, and the kernel compares only one bit of the count, in place of 30:
 *                  a sleeper that is fooled leaves at the end of its slice, as it compares all bits.
 *
 * Mutations: each must fail in the variant that is named with it in `check`.
 *
 *   NO_COUNT           a waiter leaves for the flag alone
 *   NO_WAKE            a set() that saw the bit wakes nobody
 *   WAKE_ONE           it wakes one, though there may be two
 *   NO_ANNOUNCEMENT    a waiter sleeps without setting the bit
 *   SLEEP_UNCHECKED    the kernel does not compare the word
 *   CLEAR_DROPS_BIT    a clear() lowers the bit together with the flag
 *   BLIND_CLEAR        a clear() writes what it has made of the word instead of comparing
 *   NO_SLICES          a sleeper goes on only when it is woken, though those who set may die
 *   FEW_BITS           the same when the kernel may be fooled, though nobody dies
 */
#define UP 1
#define ASLEEP 2
#define ONE_SET 4
#define COUNT(word) ((word) >> 2)

#ifdef FEW_BITS
#define FUTEX(word) ((word) & 7)
#else
#define FUTEX(word) (word)
#endif

byte word;
byte setsLeft = 2;
bool asleep[2];
bool alive[4] = true;

/* What no process can see: whether the flag was up when a waiter came, or has been set since then. */
bool isDue[2] = true;

inline wake() {
    atomic {
#ifdef WAKE_ONE
        if
        :: asleep[0] -> asleep[0] = false
        :: asleep[1] -> asleep[1] = false
        :: else
        fi;
        printf("@ %d wake one\n", self)
#else
        asleep[0] = false;
        asleep[1] = false;
        printf("@ %d wake all\n", self)
#endif
    }
}

/* Steps of a simulation. */
inline read(value) {
    printf("@ %d read %d\n", self, value)
}

inline set(from, to) {
    printf("@ %d set %d %d\n", self, from, to)
}

inline fail(from, to) {
    printf("@ %d fail %d %d\n", self, from, to)
}

#define RAISED(word) ((((word) + ONE_SET) | UP) & ~ASLEEP)
#ifdef CLEAR_DROPS_BIT
#define LOWERED(word) ((word) & ~UP & ~ASLEEP)
#else
#define LOWERED(word) ((word) & ~UP)
#endif

/* Processes 2 and 3. */
proctype Setter(byte self) {
    byte seen;

    {
        if
        :: self == 2
        :: self == 3 -> goto clear
        fi;

idle:
        atomic {
            if
            :: setsLeft > 0 -> setsLeft--; printf("@ %d sets\n", self)
            :: else -> goto done
            fi
        }

raise:
        atomic { seen = word; read(seen) };
        atomic {
            if
            :: word == seen ->
                word = RAISED(seen);
                set(seen, word);
                isDue[0] = true;
                isDue[1] = true
            :: else -> fail(seen, RAISED(seen)); goto raise
            fi;
#ifdef NO_WAKE
            goto clear
#else
            if
            :: seen & ASLEEP -> seen = 0
            :: else -> goto clear
            fi
#endif
        }
#ifndef NO_WAKE
        wake();
#endif

clear:
        atomic {
            seen = 0;
            if
            :: goto idle
            :: printf("@ %d clears\n", self)
            fi
        }

lower:
        atomic { seen = word; read(seen) };
        atomic {
            if
#ifdef BLIND_CLEAR
            :: word = LOWERED(seen); set(seen, word)
#else
            :: word == seen -> word = LOWERED(seen); set(seen, word)
            :: else -> fail(seen, LOWERED(seen)); goto lower
#endif
            fi;
            seen = 0;
            goto idle
        }
    }
#ifdef DEATHS
    unless {
        !alive[self]
    }
#endif

done:
    atomic { alive[self] = false; seen = 0 }
}

#ifdef NO_COUNT
#define IS_OVER(first, word) ((word) & UP)
#else
#define IS_OVER(first, word) (((word) & UP) || COUNT(word) != (first))
#endif

/* Processes 0 and 1. */
proctype Waiter(byte self) {
    byte first;
    byte seen;
    bool isLast;

    {
        atomic {
            first = COUNT(word);
            read(word);
            isDue[self] = (word & UP);
            if
            :: isDue[self] -> goto left
            :: else
            fi
        }

round:
        atomic {
            seen = word;
            read(seen);
            if
            :: IS_OVER(first, seen) -> assert(isDue[self]); goto left
            :: else ->
                if
                :: isLast -> assert(!isDue[self]); goto left
                :: else
                fi
            fi
        }
#ifndef NO_ANNOUNCEMENT
        atomic {
            if
            :: seen & ASLEEP
            :: !(seen & ASLEEP) && word == seen ->
                set(seen, seen | ASLEEP);
                seen = seen | ASLEEP;
                word = seen
            :: !(seen & ASLEEP) && word != seen -> fail(seen, seen | ASLEEP); goto round
            fi
        }
#endif

        /* futex wait */
        atomic {
#ifdef SLEEP_UNCHECKED
            asleep[self] = true;
#else
            asleep[self] = (FUTEX(word) == FUTEX(seen));
#endif
            printf("@ %d sleep %d %d\n", self, seen, asleep[self]);
            seen = 0
        }
end:
        atomic {
            if
            :: !asleep[self] -> printf("@ %d up\n", self); goto round
#if defined(DEATHS) && !defined(NO_SLICES)
            :: timeout ->
                asleep[self] = false;
                isLast = true;
                printf("@ %d late\n", self);
                goto round
#endif
            fi
        }
    } unless {
        !alive[self]
    }

left:
    atomic {
        alive[self] = false;
        isDue[self] = true;
        isLast = false;
        seen = 0;
        first = 0
    }
}

#ifndef STEPS
/* Kills at any moment. */
proctype Death() {
    do
#ifdef DEATHS
    :: d_step { alive[2] -> alive[2] = false; printf("@ 2 killed\n") }
    :: d_step { alive[3] -> alive[3] = false; printf("@ 3 killed\n") }
#else
    :: d_step { alive[0] -> alive[0] = false; asleep[0] = false; printf("@ 0 killed\n") }
    :: d_step { alive[1] -> alive[1] = false; asleep[1] = false; printf("@ 1 killed\n") }
#endif
    :: break
    od
}
#endif

#if !defined(DEATHS) || defined(NO_SLICES)
/* Looks at the sleepers when nothing can go on any more. */
proctype Judge() {
    timeout ->
    assert(!(asleep[0] && isDue[0]));
    assert(!(asleep[1] && isDue[1]))
}
#endif

init {
    atomic {
        if
        :: word = 0
        :: word = UP | ASLEEP
        fi;
        printf("@ - begins %d\n", word);
        run Waiter(0);
        run Waiter(1);
        run Setter(2);
        run Setter(3);
#ifndef STEPS
        run Death();
#endif
#if !defined(DEATHS) || defined(NO_SLICES)
        run Judge()
#endif
    }
}
