"""What tests have Python do with examples/python/tandem.py: partner.py PART …"""

import os
import pickle
import signal
import sys
import threading
import time

sys.path.insert(0, "examples/python")
import tandem

COUNT = 20_000


def say(*what, sep=" "):
    print(*what, sep=sep, flush=True)


def refusals(*attempts):
    for attempt in attempts:
        try:
            say("well", attempt())
        except Exception as e:
            say(type(e).__name__ + ":", e)


def look():
    a = tandem.Array("board")
    say("same", a is tandem.Array("board"), pickle.loads(pickle.dumps(a)) is a)
    say("elements", a[0], a[-1], a[:], a[::-2], len(a), sum(a), 2 in a)
    a[0] = 5
    a[-2:] = [-7, 8]
    say("added", a.add(-1, 2), a)
    view = a.memoryview()
    view[1] = 6
    say("view", view.format, view.tolist())
    say("reals", tandem.Array("reals")[:], tandem.Array("reals").add(1, 0.25))
    say("letters", [len(tandem.Array("all-" + code)[:]) for code in "bBhHiIlLqQfd"])
    for code in "bBhHiIlLqQ":
        low, high = tandem._range(code)
        tandem.Array("all-" + code)[:] = [low, high]
        assert tandem.Array("all-" + code)[:] == [low, high]
    say("empty", len(tandem.Array("empty")), tandem.Array("empty")[:])
    v = tandem.Value("count")
    v.value = 41
    say("value", v.add(1), v.value, v)
    say("lock", tandem.Lock("door"), tandem.Lock("door").locked())
    say("event", tandem.Event("go"))
    tandem.Event("done").set()


def numpy():
    try:
        import numpy
    except ImportError:
        say("none")
        return
    a = tandem.Array("board")
    view = a.numpy()
    view += 10
    say("numpy", view.dtype.str[1:], a[:], numpy.asarray(a).sum(), numpy.shares_memory(view, numpy.asarray(a)))
    assert len(tandem.Array("empty").numpy()) == 0
    a.close()
    say("after", view.tolist())


def refuse():
    a = tandem.Array("board")
    refusals(
        lambda: tandem.Array("bord"),
        lambda: tandem.Array("door"),
        lambda: tandem.Lock("board"),
        lambda: tandem.Event("three"),
        lambda: a[3],
        lambda: a.__setitem__(0, 1 << 31),
        lambda: a.__setitem__(0, 1.5),
        lambda: a.__setitem__(slice(0, 2), [1, 2, 3]),
        lambda: a.__setitem__(slice(0, 2), [1, "x"]),
        lambda: a.add(0, 1 << 31),
        lambda: tandem.Array("all-f").__setitem__(0, 1e39),
        lambda: tandem.Array("all-d").__setitem__(0, "1"),
        lambda: a.release(),
        lambda: a.recovered,
        lambda: tandem.Array("bare").acquire(),
        lambda: a.acquire(),
        lambda: a.close(),
        lambda: a[0],
        lambda: a.acquire(),
        lambda: a.release(),
        lambda: tandem.Array("board").locked(),
    )
    say("bare", tandem.Array("bare").add(0, 1), tandem.Array("bare"))


def none():
    refusals(lambda: tandem.Array("board"), tandem.names)


def names():
    say(*("%s %s %s" % (each.name, each.form, len(each.processes)) for each in tandem.names()), sep="\n")


def count():
    a = tandem.Array("board")
    tandem.Event("go").wait()
    for i in range(COUNT):
        if i % 2:
            a.add(0, 1)
        else:
            with a:
                a[0] += 1
    say("counted")


def threads():
    """Threads of one process, with a lock that is held twice."""
    a = tandem.Array("board")

    def work():
        for _ in range(500):
            with a, a:
                a[1] += 1
        say("depth", a.locked())

    all = [threading.Thread(target=work) for _ in range(4)]
    for each in all:
        each.start()
    for each in all:
        each.join()
    say("threads", a[1])


def answer():
    ping, pong = tandem.Event("ping"), tandem.Event("pong")
    say("timeout", ping.wait(0.01), ping.wait(0), ping.is_set())
    say("waits")
    for _ in range(100):
        assert ping.wait(60)
        ping.clear()
        while not pong._word() & tandem._ASLEEP:
            time.sleep(0)
        time.sleep(0.001)
        pong.set()
    say("answered")


def pulse():
    """Waits for a flag that is up for no time at all."""
    e = tandem.Event("pulse")

    def watch():
        while not e._word() & tandem._ASLEEP:
            time.sleep(0.001)
        say("waits")

    threading.Thread(target=watch).start()
    say("woken", e.wait(60))


def hold():
    a = tandem.Array("board")
    a.acquire()
    a[0] = 77
    say("held", a)
    time.sleep(3600)


def take():
    a = tandem.Array("board")
    refusals(lambda: a.acquire(timeout=0.01), lambda: a.acquire(block=False))
    say("waits")
    with a:
        say("recovered", a.recovered, a.recovered, a[0])
    with a:
        say("again", a.recovered)


def cross(is_late):
    """Has the door, and then wants the board; when that is late, not before Java waits for the door."""
    a = tandem.Array("board")
    with tandem.Lock("door") as door:
        tandem.Event("ping").set()
        tandem.Event("pong").wait()
        while is_late == "true" and not door._mapped.load(tandem._AT_LOCK) & tandem._WAITERS:
            time.sleep(0.01)
        time.sleep(0.01)  # Waits are told apart by their milliseconds.
        try:
            with a:
                say("has both")
        except tandem.DeadlockError as e:
            say("circle", *str(e).splitlines(), sep="|")


def interrupt():
    """What Ctrl-C does to a wait, and to a lock that is taken and given back all the time."""
    a, held = tandem.Array("board"), tandem.Array("held")
    say("waits")
    try:
        held.acquire()
    except KeyboardInterrupt:
        say("interrupted", held)
    for _ in range(200):
        timer = threading.Timer(0.002, os.kill, (os.getpid(), signal.SIGINT))
        try:
            timer.start()
            while True:
                with a:
                    a[0] += 1
        except KeyboardInterrupt:
            timer.join()
        assert a.acquire(timeout=10)
        while a._mutex.hold.depth:
            a.release()
    say("free", a.locked())


def interrupted(call, line):
    """Whether a call was interrupted before that line, counted as they are run."""
    lines = iter(range(line))

    def trace(frame, event, _):
        if frame.f_code.co_filename == tandem.__file__:
            if event == "line" and next(lines, None) is None:
                raise KeyboardInterrupt
            return trace

    sys.settrace(trace)
    try:
        call()
        return False
    except KeyboardInterrupt:
        return True
    finally:
        sys.settrace(None)


def interrupt_everywhere():
    """Interrupts each line of taking a lock, of giving it back, and of taking it from a dead holder."""
    a = tandem.Array("board")
    line = 0
    while interrupted(a.acquire, line):
        if a.locked():  # As between the lock and what its caller does next.
            assert a._mutex.hold.depth == 1, line
            a.release()
        line += 1
    say("acquire", line > 5, a._mutex.hold.depth)
    line = 0
    while interrupted(a.release, line):
        if not a.locked():
            a.acquire()
        line += 1
    say("release", line > 5, a.locked())
    line = 0
    while True:
        child = os.fork()
        if child == 0:
            a.acquire()
            os._exit(0)
        os.waitpid(child, 0)
        is_interrupted = interrupted(a.acquire, line)
        a.acquire()
        assert a.recovered, line
        while a._mutex.hold.depth:
            a.release()
        if not is_interrupted:
            break
        line += 1
    say("recover", line > 20, a.locked())


def fork():
    a = tandem.Array("board")
    a.acquire()
    ready, told = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(told, b"x")
        with a:  # Its parent's until that gives it back: the lock of the parent is not the child's.
            a[0] += 1
        refusals(a.release)
        say("child", len([each for each in tandem.names() if each.name == "board"][0].processes))
        os._exit(0)
    os.read(ready, 1)
    a[0] = 10
    a.release()
    os.waitpid(child, 0)
    say("parent", a[0])


def churn():
    """Gets the board, adds 1 to both of its elements, and closes it, until it is killed."""
    say("churns")
    while True:
        a = tandem.Array("board")
        with a:
            if a.recovered:
                a[1] = a[0]
                say("recovered")
            elif a[0] != a[1]:
                say("torn", a)
            a[0] += 1
            a[1] += 1
        if a[0] % 8 == 0:
            a.close()


def raise_flag(name):
    tandem.Event(name).set()


def stay():
    a = tandem.Array("board")
    say("has", a.add(0, 1))
    time.sleep(3600)


def leave():
    say("has", tandem.Array("board").add(0, 1))


globals()[sys.argv[1]](*sys.argv[2:])
