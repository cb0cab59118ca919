"""What Tandem's user would write in Python: the other side of tandem.bench.Bench, which runs this.

    python3 peers.py ROUNDS [net]

Every measurement runs ROUNDS times after one round that is thrown away, and prints one line:
row TAB median TAB min TAB max TAB unit. A round measures:

    lock.1, lock.2    acquire, raw[0] += 1, release by one process and by two; ns an operation.
                      raw is Array.get_obj(), so that the lock is taken once, as in C
    add.1, add.N      with a.get_lock(): a[0] += 1 by one process and by N: what Python's
                      manual tells a user to write; it takes the recursive lock three times
    share             four processes acquire and release a lock for a while: how often the one that got it least,
                      over an even share
    longest           the longest that one of them waited; ms
    event             a round trip between two processes through two Events; us a trip
    semaphore, condition      the same through two Semaphores, and through one Condition in turns
    queue.1, queue.4          items of 16 characters through a Queue, one process to another, four to
                      four; ns an item
    queue.large       1 MB of bytes, one to one; GB/s
    pool.empty        a task that does nothing, map by a pool of two in chunks of one; us a task
    pool.scaling      tasks of about 8 ms by one process over the same by a pool of two; times
    manager           get of a manager's dict by another process; us
    net.get net.set net.add   an element of a list in the process of a manager that is reached by TCP; us
    net.lock net.lock.2       acquire and release of such a manager's lock by one process and by two; us
    net.event                 a round trip between two processes through two of its events; us
    net.bulk                  1 million ints of its array, all at once; GB/s. (With `net`, these alone.)
    read fill write increment                loops over 1 Mi elements of a RawArray; ns an element
    read.list fill.list write.list …         the same over a list
    slice             a[:] of 10 million ints; GB/s
    start.fork, start.spawn    from Process.start() to the first statement of the child; ms

Workers are forked, so the platform has to have fork. Processes that work together start at a
barrier, and their time is the last end minus the first start; where the platform can, they are
held each on a processor of its own, in turn. A wait that is too long ends the program.
"""

import array
import multiprocessing
import multiprocessing.managers
import os
import statistics
import sys
from time import monotonic_ns

DEADLINE_SECONDS = 60
CALLS_BY_TCP = 500
INTS = 1_000_000
ALONE_OPERATIONS = 100_000
SHARED_OPERATIONS = 128_000
TRIPS = 3_000
ELEMENTS = 1 << 20
SLICED = 10_000_000
QUEUED = 100_000
QUEUED_LARGE = 200
LARGE = 1 << 20
SHARERS = 4
SHARING_NANOS = 300_000_000
MARGIN_NANOS = 50_000_000
POOLED = 10_000
TASKS = 32
STEPS = 40_000
CALLS = 5_000

fork = multiprocessing.get_context("fork")


def raw_increments(array, operations):
    lock, raw = array.get_lock(), array.get_obj()
    for _ in range(operations):
        with lock:
            raw[0] += 1


def increments(array, operations):
    for _ in range(operations):
        with array.get_lock():
            array[0] += 1


def alone(work):
    def round_():
        array = fork.Array("i", 1)
        start = monotonic_ns()
        work(array, ALONE_OPERATIONS)
        return (monotonic_ns() - start) / ALONE_OPERATIONS
    return round_


def pin(number):
    if hasattr(os, "sched_setaffinity"):
        allowed = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {allowed[number % len(allowed)]})


def run_together(works):
    """Runs each work in a process, and returns the first start and the last end."""
    ready = fork.Barrier(len(works))
    starts = fork.RawArray("q", len(works))
    ends = fork.RawArray("q", len(works))

    def worker(number):
        pin(number)
        ready.wait(DEADLINE_SECONDS)
        starts[number] = monotonic_ns()
        works[number]()
        ends[number] = monotonic_ns()

    processes = [fork.Process(target=worker, args=(i,), daemon=True) for i in range(len(works))]
    for process in processes:
        process.start()
    for process in processes:
        process.join(DEADLINE_SECONDS)
        if process.exitcode != 0:
            sys.exit(f"peers.py: {process.name} ended with {process.exitcode}")
    return min(starts), max(ends)


def together(work, count):
    each = SHARED_OPERATIONS // count

    def round_():
        array = fork.Array("i", 1)
        start, end = run_together([lambda: work(array, each)] * count)
        if array[0] != each * count:
            sys.exit(f"peers.py: {array[0]} increments instead of {each * count}")
        return (end - start) / array[0]
    return round_


def lock_for_a_while():
    lock = fork.RLock()
    counts = fork.RawArray("q", SHARERS)
    longest = fork.RawArray("q", SHARERS)
    shared_begin = fork.RawValue("q", 0)

    # Counts within a span that is the same for all: it begins when all are surely at work, and who comes first says
    # when; all work on for a while after it.
    def work(number):
        with lock:
            if shared_begin.value == 0:
                shared_begin.value = monotonic_ns() + MARGIN_NANOS
        begin = shared_begin.value
        end = begin + SHARING_NANOS
        count = waited = 0
        last = monotonic_ns()
        while last < end + MARGIN_NANOS:
            lock.acquire()
            now = monotonic_ns()
            if begin <= now < end:
                count += 1
                waited = max(waited, now - last)
            lock.release()
            last = monotonic_ns()
        counts[number], longest[number] = count, waited

    run_together([lambda number=number: work(number) for number in range(SHARERS)])
    return list(counts), max(longest) / 1e6


def least_share():
    counts, _ = lock_for_a_while()
    return min(counts) * SHARERS / sum(counts)


def longest_wait():
    _, longest = lock_for_a_while()
    return longest


def await_and_clear(event):
    if not event.wait(DEADLINE_SECONDS):
        sys.exit("peers.py: the other process does not answer")
    event.clear()


def event_round_trip():
    there, back = fork.Event(), fork.Event()

    def ask():
        for _ in range(TRIPS):
            there.set()
            await_and_clear(back)

    def answer():
        for _ in range(TRIPS):
            await_and_clear(there)
            back.set()

    start, end = run_together([ask, answer])
    return (end - start) / TRIPS / 1e3


def semaphore_round_trip():
    there, back = fork.Semaphore(0), fork.Semaphore(0)

    def ask():
        for _ in range(TRIPS):
            there.release()
            back.acquire()

    def answer():
        for _ in range(TRIPS):
            there.acquire()
            back.release()

    start, end = run_together([ask, answer])
    return (end - start) / TRIPS / 1e3


def condition_round_trip():
    condition, turn = fork.Condition(), fork.RawValue("i", 0)

    def take_turns(own):
        for _ in range(TRIPS):
            with condition:
                while turn.value != own:
                    condition.wait()
                turn.value = 1 - own
                condition.notify()

    start, end = run_together([lambda: take_turns(0), lambda: take_turns(1)])
    return (end - start) / TRIPS / 1e3


def queue_nanos(pairs, items, item):
    def round_():
        queue = fork.Queue()

        def put():
            for _ in range(items // pairs):
                queue.put(item)

        def take():
            for _ in range(items // pairs):
                queue.get()

        start, end = run_together([put, take] * pairs)
        return (end - start) / items
    return round_


def queue_rate(items, item):
    nanos = queue_nanos(1, items, item)
    return lambda: len(item) / nanos()


def nothing(x):
    return x


def pool_empty(pool):
    def round_():
        start = monotonic_ns()
        pool.map(nothing, range(POOLED), chunksize=1)
        return (monotonic_ns() - start) / POOLED / 1e3
    return round_


def spin(x):
    x += 1
    for _ in range(STEPS):
        x ^= (x << 13) & 0xFFFFFFFF
        x ^= x >> 17
        x ^= (x << 5) & 0xFFFFFFFF
    return x


def pool_scaling(pool):
    def round_():
        start = monotonic_ns()
        for x in range(TASKS):
            spin(x)
        middle = monotonic_ns()
        pool.map(spin, range(TASKS))
        return (middle - start) / (monotonic_ns() - middle)
    return round_


def manager_call(shared):
    def round_():
        def ask():
            for _ in range(CALLS):
                shared.get("key")

        start, end = run_together([ask])
        return (end - start) / CALLS / 1e3
    return round_


def read(elements):
    total = 0
    for i in range(ELEMENTS):
        total += elements[i]


def fill(elements):
    for i in range(ELEMENTS):
        elements[i] = 7


def write(elements):
    for i in range(ELEMENTS):
        elements[i] = i


def increment(elements):
    for i in range(ELEMENTS):
        elements[i] += 1


def each_element(work, elements):
    def round_():
        start = monotonic_ns()
        work(elements)
        return (monotonic_ns() - start) / ELEMENTS
    return round_


def slice_all(array):
    def round_():
        start = monotonic_ns()
        array[:]
        return 4 * SLICED / (monotonic_ns() - start)
    return round_


def note(moment):
    moment.value = monotonic_ns()


def start_process(method):
    context = multiprocessing.get_context(method)

    def round_():
        moment = context.Value("q", 0)
        start = monotonic_ns()
        process = context.Process(target=note, args=(moment,))
        process.start()
        process.join(DEADLINE_SECONDS)
        return (moment.value - start) / 1e6
    return round_


def measure(rounds, row, round_, unit="ns"):
    round_()
    values = [round_() for _ in range(rounds)]
    figures = (statistics.median(values), min(values), max(values))
    print(row, *(f"{figure:.4f}" for figure in figures), unit, sep="\t", flush=True)


class Board:
    """What a manager keeps in its process."""

    def __init__(self):
        self.numbers = [0] * 4
        self.ints = array.array("i", bytes(4 * INTS))

    def get(self, index):
        return self.numbers[index]

    def set(self, index, value):
        self.numbers[index] = value

    def add(self, index, amount):
        self.numbers[index] += amount
        return self.numbers[index]

    def all(self):
        return self.ints


class Distant(multiprocessing.managers.SyncManager):
    pass


Distant.register("Board", Board)


def each_call(call):
    def round_():
        start = monotonic_ns()
        for _ in range(CALLS_BY_TCP):
            call()
        return (monotonic_ns() - start) / 1e3 / CALLS_BY_TCP
    return round_


def acquire_and_release(lock):
    for _ in range(CALLS_BY_TCP):
        lock.acquire()
        lock.release()


def contend_by_tcp(lock):
    def round_():
        processes = [fork.Process(target=acquire_and_release, args=(lock,)) for _ in range(2)]
        start = monotonic_ns()
        for process in processes:
            process.start()
        for process in processes:
            process.join(DEADLINE_SECONDS)
        return (monotonic_ns() - start) / 1e3 / CALLS_BY_TCP / 2
    return round_


def answer_by_tcp(there, back):
    for _ in range(CALLS_BY_TCP):
        there.wait(DEADLINE_SECONDS)
        there.clear()
        back.set()


def events_by_tcp(there, back):
    def round_():
        other = fork.Process(target=answer_by_tcp, args=(there, back))
        other.start()
        start = monotonic_ns()
        for _ in range(CALLS_BY_TCP):
            there.set()
            back.wait(DEADLINE_SECONDS)
            back.clear()
        nanos = monotonic_ns() - start
        other.join(DEADLINE_SECONDS)
        return nanos / 1e3 / CALLS_BY_TCP
    return round_


def bulk_by_tcp(board):
    def round_():
        start = monotonic_ns()
        board.all()
        return 4 * INTS / (monotonic_ns() - start)
    return round_


def measure_net(rounds):
    with Distant(address=("127.0.0.1", 0), ctx=fork) as manager:
        board, lock = manager.Board(), manager.Lock()
        measure(rounds, "net.get", each_call(lambda: board.get(0)), "us")
        measure(rounds, "net.set", each_call(lambda: board.set(0, 1)), "us")
        measure(rounds, "net.add", each_call(lambda: board.add(0, 1)), "us")
        measure(rounds, "net.lock", each_call(lambda: (lock.acquire(), lock.release())), "us")
        measure(rounds, "net.lock.2", contend_by_tcp(lock), "us")
        measure(rounds, "net.event", events_by_tcp(manager.Event(), manager.Event()), "us")
        measure(rounds, "net.bulk", bulk_by_tcp(board), "GB/s")


def main():
    if (len(sys.argv) not in (2, 3) or not sys.argv[1].isdecimal() or int(sys.argv[1]) < 1
            or sys.argv[2:] not in ([], ["net"])):
        sys.exit("usage: peers.py ROUNDS [net]")
    rounds = int(sys.argv[1])
    if sys.argv[2:] == ["net"]:
        measure_net(rounds)
        return
    measure(rounds, "lock.1", alone(raw_increments))
    measure(rounds, "lock.2", together(raw_increments, 2))
    measure(rounds, "add.1", alone(increments))
    for count in 2, 4, 16, 64:
        measure(rounds, f"add.{count}", together(increments, count))
    measure(rounds, "share", least_share, "x")
    measure(rounds, "longest", longest_wait, "ms")
    measure(rounds, "event", event_round_trip, "us")
    measure(rounds, "semaphore", semaphore_round_trip, "us")
    measure(rounds, "condition", condition_round_trip, "us")
    for pairs in 1, 4:
        measure(rounds, f"queue.{pairs}", queue_nanos(pairs, QUEUED, "0123456789abcdef"))
    measure(rounds, "queue.large", queue_rate(QUEUED_LARGE, bytes(LARGE)), "GB/s")
    with fork.Pool(2) as pool:
        measure(rounds, "pool.empty", pool_empty(pool), "us")
        measure(rounds, "pool.scaling", pool_scaling(pool), "x")
    with fork.Manager() as manager:
        measure(rounds, "manager", manager_call(manager.dict(key=1)), "us")
    raw, plain = fork.RawArray("i", ELEMENTS), [0] * ELEMENTS
    for work in read, fill, write, increment:
        measure(rounds, work.__name__, each_element(work, raw))
        measure(rounds, work.__name__ + ".list", each_element(work, plain))
    measure(rounds, "slice", slice_all(fork.Array("i", SLICED)), "GB/s")
    for method in "fork", "spawn":
        measure(rounds, "start." + method, start_process(method), "ms")
    measure_net(rounds)


if __name__ == "__main__":
    main()
