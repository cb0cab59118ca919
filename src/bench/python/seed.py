"""The program of examples/WorkABC.java in Python, in an interpreter that runs already.

    python3 seed.py ROUNDS

Runs it once to warm up and then ROUNDS times, by fork. It prints what it has to print, and after
each time a line seed=NANOSECONDS: from the first Process.start() to the last join().
"""

import multiprocessing
import sys
from time import monotonic_ns

TURNS = 10_000

fork = multiprocessing.get_context("fork")


def show(a):
    print("当前进程:%s | 获取到的数组:%s" % (multiprocessing.current_process().name, a[:]))


def work_a(a):
    a.acquire()
    for _ in range(TURNS):
        show(a)
        a[0] += 1
    a.release()


def work_b(a):
    for _ in range(TURNS):
        show(a)
        a[0] += 2


def work_c(a):
    for _ in range(TURNS):
        show(a)
    a[0] = 3


def run():
    a = fork.Array("i", 3, lock=True)
    processes = [
        fork.Process(target=work, args=(a,), name=f"{number} 号进程")
        for number, work in enumerate((work_a, work_b, work_c), 1)
    ]
    start = monotonic_ns()
    for process in processes:
        process.start()
    for process in processes:
        process.join()
        if process.exitcode != 0:
            sys.exit(f"seed.py: {process.name} ended with {process.exitcode}")
    print(f"seed={monotonic_ns() - start}", flush=True)


def main():
    if len(sys.argv) != 2 or not sys.argv[1].isdecimal() or int(sys.argv[1]) < 1:
        sys.exit("usage: seed.py ROUNDS")
    for _ in range(1 + int(sys.argv[1])):
        run()


if __name__ == "__main__":
    main()
