// What a C programmer would write where Tandem's user writes `acquire`, `add`, `await`, `slice`:
// the other side of tandem.bench.Bench, which compiles and runs this.
//
//     cc -O2 -pthread peers.c -o peers && ./peers ROUNDS
//
// Every measurement runs ROUNDS times after one round that is thrown away, and prints one line:
// row TAB median TAB min TAB max TAB unit. A round measures:
//
//     lock.1          lock, increment, unlock by one process; ns an operation
//     lock.N          the same by N processes at once: last end - first start, over all operations
//     share           four processes lock and unlock for a while: how often the one that got it least, over an
//                     even share
//     longest         the longest that one of them waited; ms
//     event           a wake-up there and back between two processes, on bare futexes; us a trip
//     semaphore       the same through two sem_t
//     condition       the same through one pthread_cond_t and a robust mutex, in turns
//     read fill write increment   one pass over 1 Mi ints of a shared mapping; ns an element
//     copy.once       memcpy of 10 million ints into memory allocated (and touched) once; GB/s
//     copy.each       the same into memory allocated and freed each time; GB/s
//
// The mutex is the kind that can be compared with a Tandem lock: shared between processes,
// recursive, and robust (a dead holder is noticed). Everything shared lies in one file on the
// memory-backed file system, mapped MAP_SHARED. There is no spinning of our own anywhere. Processes
// that work together are held each on a processor of its own, in turn: where the scheduler puts
// them would otherwise decide the result (on one processor, two never contend).
// A hang is ended by SIGALRM; children die with their parent.

#define _GNU_SOURCE
#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    DEADLINE_SECONDS = 60,   // for one measurement with all its rounds
    MAX_ROUNDS = 99,
    MAX_PROCESSES = 64,
    ALONE_OPERATIONS = 4000000,
    SHARED_OPERATIONS = 6400000,
    TRIPS = 5000,
    ELEMENTS = 1 << 20,
    PASSES = 100,
    COPIED = 10000000,
    COPIES = 10,
    SHARERS = 4,
    SHARING_NANOS = 300000000,
    MARGIN_NANOS = 50000000,
};

struct shared {
    _Alignas(64) pthread_mutex_t mutex;
    _Alignas(64) int cell;
    _Alignas(64) _Atomic long begin;
    _Alignas(64) pthread_barrier_t ready;
    _Alignas(64) _Atomic int there;
    _Alignas(64) _Atomic int back;
    _Alignas(64) sem_t sem_there;
    _Alignas(64) sem_t sem_back;
    _Alignas(64) pthread_cond_t turned;
    _Alignas(64) int turn;
    struct { _Alignas(64) double start, end, count, longest; } span[MAX_PROCESSES];
    _Alignas(64) int elements[ELEMENTS];
    _Alignas(64) int copied[COPIED];
};

static struct shared *shared;
static int rounds;
static int processes;   // of the measurement that is running
static int *destination;

static void die(const char *what) {
    fprintf(stderr, "peers: %s: %s\n", what, strerror(errno));
    exit(1);
}

static double now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e9 + t.tv_nsec;
}

static struct shared *map_shared(void) {
    char name[] = "/dev/shm/tandem-bench-XXXXXX";
    int file = mkstemp(name);
    if (file < 0) die(name);
    unlink(name);
    if (ftruncate(file, sizeof(struct shared))) die("ftruncate");
    void *at = mmap(NULL, sizeof(struct shared), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (at == MAP_FAILED) die("mmap");
    close(file);
    return at;
}

static void make_mutex(pthread_mutex_t *mutex) {
    pthread_mutexattr_t kind;
    pthread_mutexattr_init(&kind);
    pthread_mutexattr_setpshared(&kind, PTHREAD_PROCESS_SHARED);
    pthread_mutexattr_settype(&kind, PTHREAD_MUTEX_RECURSIVE);
    pthread_mutexattr_setrobust(&kind, PTHREAD_MUTEX_ROBUST);
    if (pthread_mutex_init(mutex, &kind)) die("pthread_mutex_init");
}

static void increment_under_lock(long operations) {
    for (long i = 0; i < operations; i++) {
        if (pthread_mutex_lock(&shared->mutex)) die("pthread_mutex_lock");
        shared->cell++;
        if (pthread_mutex_unlock(&shared->mutex)) die("pthread_mutex_unlock");
    }
}

static double lock_alone(void) {
    double start = now_ns();
    increment_under_lock(ALONE_OPERATIONS);
    return (now_ns() - start) / ALONE_OPERATIONS;
}

static void pin(int process) {
    cpu_set_t allowed, one;
    if (sched_getaffinity(0, sizeof allowed, &allowed)) die("sched_getaffinity");
    int turn = process % CPU_COUNT(&allowed), cpu = -1;
    while (turn >= 0) turn -= CPU_ISSET(++cpu, &allowed) ? 1 : 0;
    CPU_ZERO(&one);
    CPU_SET(cpu, &one);
    if (sched_setaffinity(0, sizeof one, &one)) die("sched_setaffinity");
}

// Runs processes that start together; returns the nanoseconds from the first start to the last end.
static double run_together(int count, void (*work)(int number)) {
    pthread_barrierattr_t kind;
    pthread_barrierattr_init(&kind);
    pthread_barrierattr_setpshared(&kind, PTHREAD_PROCESS_SHARED);
    pthread_barrier_init(&shared->ready, &kind, count);
    fflush(stdout);
    for (int i = 0; i < count; i++) {
        pid_t child = fork();
        if (child < 0) die("fork");
        if (child == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            pin(i);
            pthread_barrier_wait(&shared->ready);
            shared->span[i].start = now_ns();
            work(i);
            shared->span[i].end = now_ns();
            _exit(0);
        }
    }
    for (int i = 0; i < count; i++) {
        int status;
        if (wait(&status) < 0) die("wait");
        if (status != 0) {
            fprintf(stderr, "peers: a child ended with status %d\n", status);
            exit(1);
        }
    }
    double start = shared->span[0].start, end = shared->span[0].end;
    for (int i = 1; i < count; i++) {
        if (shared->span[i].start < start) start = shared->span[i].start;
        if (shared->span[i].end > end) end = shared->span[i].end;
    }
    return end - start;
}

static void contend(int number) {
    (void) number;
    increment_under_lock(SHARED_OPERATIONS / processes);
}

static double lock_contended(void) {
    long total = SHARED_OPERATIONS / processes * processes;
    shared->cell = 0;
    double elapsed = run_together(processes, contend);
    if (shared->cell != total) {
        fprintf(stderr, "peers: %d increments instead of %ld\n", shared->cell, total);
        exit(1);
    }
    return elapsed / total;
}

// Counts within a span that is the same for all: it begins when all are surely at work, and who comes first says
// when; all work on for a while after it.
static void lock_for_a_while(int number) {
    long none = 0;
    atomic_compare_exchange_strong(&shared->begin, &none, (long) now_ns() + MARGIN_NANOS);
    double begin = shared->begin, end = begin + SHARING_NANOS;
    double count = 0, longest = 0, last = now_ns();
    while (last < end + MARGIN_NANOS) {
        if (pthread_mutex_lock(&shared->mutex)) die("pthread_mutex_lock");
        double now = now_ns();
        if (now >= begin && now < end) {
            count++;
            if (now - last > longest) longest = now - last;
        }
        if (pthread_mutex_unlock(&shared->mutex)) die("pthread_mutex_unlock");
        last = now_ns();
    }
    shared->span[number].count = count;
    shared->span[number].longest = longest;
}

static double least_share(void) {
    shared->begin = 0;
    run_together(SHARERS, lock_for_a_while);
    double all = 0, least = shared->span[0].count;
    for (int i = 0; i < SHARERS; i++) {
        all += shared->span[i].count;
        if (shared->span[i].count < least) least = shared->span[i].count;
    }
    return least * SHARERS / all;
}

static double longest_wait(void) {
    shared->begin = 0;
    run_together(SHARERS, lock_for_a_while);
    double longest = 0;
    for (int i = 0; i < SHARERS; i++)
        if (shared->span[i].longest > longest) longest = shared->span[i].longest;
    return longest / 1e6;
}

static void set_event(_Atomic int *event) {
    atomic_store(event, 1);
    syscall(SYS_futex, event, FUTEX_WAKE, 1, NULL, NULL, 0);
}

static void await_and_clear(_Atomic int *event) {
    while (atomic_load(event) == 0) syscall(SYS_futex, event, FUTEX_WAIT, 0, NULL, NULL, 0);
    atomic_store(event, 0);
}

static void ask_or_answer(int number) {
    for (int i = 0; i < TRIPS; i++) {
        if (number == 0) {
            set_event(&shared->there);
            await_and_clear(&shared->back);
        } else {
            await_and_clear(&shared->there);
            set_event(&shared->back);
        }
    }
}

static double event_round_trip(void) {
    return run_together(2, ask_or_answer) / TRIPS / 1e3;
}

static void ask_or_answer_by_semaphore(int number) {
    for (int i = 0; i < TRIPS; i++) {
        if (number == 0) {
            sem_post(&shared->sem_there);
            while (sem_wait(&shared->sem_back) != 0) continue;
        } else {
            while (sem_wait(&shared->sem_there) != 0) continue;
            sem_post(&shared->sem_back);
        }
    }
}

static double semaphore_round_trip(void) {
    sem_init(&shared->sem_there, 1, 0);
    sem_init(&shared->sem_back, 1, 0);
    return run_together(2, ask_or_answer_by_semaphore) / TRIPS / 1e3;
}

static void take_turns(int number) {
    for (int i = 0; i < TRIPS; i++) {
        pthread_mutex_lock(&shared->mutex);
        while (shared->turn != number) pthread_cond_wait(&shared->turned, &shared->mutex);
        shared->turn = 1 - number;
        pthread_cond_signal(&shared->turned);
        pthread_mutex_unlock(&shared->mutex);
    }
}

static double condition_round_trip(void) {
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
    pthread_cond_init(&shared->turned, &attributes);
    shared->turn = 0;
    return run_together(2, take_turns) / TRIPS / 1e3;
}

// Without this the compiler may join the passes over the elements into one.
static void end_of_pass(void) { __asm__ volatile("" ::: "memory"); }

static volatile long sink;

static double read_elements(void) {
    double start = now_ns();
    for (int pass = 0; pass < PASSES; pass++) {
        long sum = 0;
        for (int i = 0; i < ELEMENTS; i++) sum += shared->elements[i];
        sink = sum;
        end_of_pass();
    }
    return (now_ns() - start) / PASSES / ELEMENTS;
}

static double fill_elements(void) {
    double start = now_ns();
    for (int pass = 0; pass < PASSES; pass++) {
        for (int i = 0; i < ELEMENTS; i++) shared->elements[i] = pass;
        end_of_pass();
    }
    return (now_ns() - start) / PASSES / ELEMENTS;
}

static double write_elements(void) {
    double start = now_ns();
    for (int pass = 0; pass < PASSES; pass++) {
        for (int i = 0; i < ELEMENTS; i++) shared->elements[i] = i;
        end_of_pass();
    }
    return (now_ns() - start) / PASSES / ELEMENTS;
}

static double increment_elements(void) {
    double start = now_ns();
    for (int pass = 0; pass < PASSES; pass++) {
        for (int i = 0; i < ELEMENTS; i++) shared->elements[i]++;
        end_of_pass();
    }
    return (now_ns() - start) / PASSES / ELEMENTS;
}

static double copy_once(void) {
    double start = now_ns();
    for (int i = 0; i < COPIES; i++) {
        memcpy(destination, shared->copied, sizeof shared->copied);
        end_of_pass();
    }
    return sizeof shared->copied * (double) COPIES / (now_ns() - start);
}

static double copy_each(void) {
    double start = now_ns();
    for (int i = 0; i < COPIES; i++) {
        int *fresh = malloc(sizeof shared->copied);
        if (!fresh) die("malloc");
        memcpy(fresh, shared->copied, sizeof shared->copied);
        sink = fresh[COPIED - 1];
        end_of_pass();
        free(fresh);
    }
    return sizeof shared->copied * (double) COPIES / (now_ns() - start);
}

static int by_value(const void *a, const void *b) {
    double x = *(const double *) a, y = *(const double *) b;
    return (x > y) - (x < y);
}

static void measure(const char *row, const char *unit, double (*round)(void)) {
    double values[MAX_ROUNDS];
    alarm(DEADLINE_SECONDS);
    round();
    for (int i = 0; i < rounds; i++) values[i] = round();
    qsort(values, rounds, sizeof *values, by_value);
    double median = (values[(rounds - 1) / 2] + values[rounds / 2]) / 2;
    printf("%s\t%.4f\t%.4f\t%.4f\t%s\n", row, median, values[0], values[rounds - 1], unit);
    fflush(stdout);
}

int main(int count, char **arguments) {
    rounds = count == 2 ? atoi(arguments[1]) : 0;
    if (rounds < 1 || rounds > MAX_ROUNDS) {
        fprintf(stderr, "usage: peers ROUNDS (1 to %d)\n", MAX_ROUNDS);
        return 2;
    }
    shared = map_shared();
    make_mutex(&shared->mutex);
    for (int i = 0; i < COPIED; i++) shared->copied[i] = i;
    destination = malloc(sizeof shared->copied);
    if (!destination) die("malloc");

    measure("lock.1", "ns", lock_alone);
    static const int counts[] = {2, 4, 16, 64};
    for (int i = 0; i < 4; i++) {
        char row[16];
        processes = counts[i];
        snprintf(row, sizeof row, "lock.%d", processes);
        measure(row, "ns", lock_contended);
    }
    measure("share", "x", least_share);
    measure("longest", "ms", longest_wait);
    measure("event", "us", event_round_trip);
    measure("semaphore", "us", semaphore_round_trip);
    measure("condition", "us", condition_round_trip);
    measure("read", "ns", read_elements);
    measure("fill", "ns", fill_elements);
    measure("write", "ns", write_elements);
    measure("increment", "ns", increment_elements);
    measure("copy.once", "GB/s", copy_once);
    measure("copy.each", "GB/s", copy_each);
    return 0;
}
