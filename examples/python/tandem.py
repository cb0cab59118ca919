"""Tandem's objects by name, from Python: arrays, values, locks and events that a JVM has made.

This one file is all there is; put it beside your program, or on the PYTHONPATH. At the prompt of Java:

    jshell> var board = Array.named("board", "i", 100)

and in Python, at the same time, as the same user:

    >>> import tandem
    >>> a = tandem.Array("board")           # there has to be one: Java makes it, Python finds it
    >>> a[0] = 5; a[-1]; a[:3]; a[1:3] = [7, 8]; len(a)
    >>> a.add(0, 2)                         # one step, no update is lost; a[0] += 2 can lose some
    >>> with a:                             # its lock: keeps all others out, in Java too
    ...     if a.recovered:                 # the last holder died with it: look what it has left
    ...         a[:] = [0] * len(a)
    ...     a[0] += 1
    >>> a.numpy().sum(); a.memoryview()     # views of the shared memory, which take no lock
    >>> tandem.Lock("door"), tandem.Value("count").value, tandem.Event("go").wait(1.5)
    >>> tandem.names()                      # what there is, and who has it

Every access to elements takes the object's lock, when it has one, but for those through views. Locks are
recursive, and owned by one thread of one process; as with those of `threading`, Ctrl-C in the very moment in
which a `with` begins or ends can leave one taken. When a process is killed, in whichever language, what it
held goes to the next who asks, who is told by `recovered`. Threads that would wait for each other's locks
for ever are found, and the last that came gets a `DeadlockError`.

An object is there until the last process that has it ends or has closed it; Python has it until `close()`.
A child of `os.fork` has what its parent had, but for the locks. Any number of threads may use everything.

Needs Linux with 64 bits, Python 3.8 or newer, and libatomic.so.1; NumPy only for `numpy()`. Objects are looked
for in /dev/shm, or where the variable TANDEM_DIR says, as Java does with -Dtandem.dir.
"""

import array as _arrays
import atexit
import collections
import contextlib
import ctypes
import difflib
import fcntl
import itertools
import math
import mmap
import operator
import os
import platform
import re
import stat
import struct
import sys
import threading
import time
import urllib.parse

__all__ = ["Array", "DeadlockError", "Event", "Lock", "Named", "Value", "names"]

# Where the bytes lie: docs/layout.md says what they mean.

_MAGIC = 0x0A006D65646E6174
_VERSION = 3
_HEADER_BYTES = 4096
_AT_WAITER, _AT_CHANGES = 68, 72
_AT_LOCK, _AT_TAKEN, _AT_LOCK_WAITS, _AT_RECOVERIES, _AT_TOLD = 128, 144, 152, 176, 184
_AT_EVENT, _AT_EVENT_WAITS = 256, 264
_AT_GUARD_NAME, _AT_NAME_LENGTH, _AT_NAME = 512, 768, 772
_AT_BOUND = 1032

_SLOTS, _SLOT_BYTES = 1024, 256
_WAITS, _WAIT_BYTES, _PROBES = 4096, 64, 64
_AT_WAITS = _HEADER_BYTES + _SLOTS * _SLOT_BYTES

_WAITERS = 1 << 31  # in the word of a lock
_HOLDER = _WAITERS - 1
_GENERATION = (1 << 21) - 1
_UP, _ASLEEP, _ONE_SET = 1, 2, 4  # in the word of an event
_UNFINISHED, _TIMED, _ALONE = 1 << 63, 1 << 8, 1 << 9  # in a wait
_LOW_HALF = 0 if sys.byteorder == "little" else 4

_ARRAY, _LOCK, _EVENT, _ROSTER, _VALUE, _CONDITION, _SEMAPHORE, _BARRIER = range(1, 9)
_LOCKABLE = {_ARRAY: "array", _LOCK: "lock", _VALUE: "value"}
_NO_GUARD, _OWN_GUARD = 0, 1
_FILE = re.compile(r"([a-z_]+)-(\d{1,10})")

# Letters of Tandem, whose sizes are the same everywhere, as those of Python's modules and of NumPy.
_PYTHONS = {code: code for code in "bBhHiIqQfd"}
_PYTHONS.update(l="q", L="Q")
_NUMPYS = dict(zip("bBhHiIlLqQfd", "i1 u1 i2 u2 i4 u4 i8 u8 i8 u8 f4 f8".split()))

_SLICE = 0.1  # seconds: whoever waits looks around as often, as whoever should wake it may have died
_LONGEST_ENTRY = 10
_PAUSE = 0.001


def _libatomic():
    if not sys.platform.startswith("linux") or struct.calcsize("P") != 8:
        raise ImportError("tandem.py needs Linux with 64 bits, and this is " + platform.platform())
    try:
        # PyDLL: a call takes nanoseconds, for which nobody gives up the interpreter.
        return ctypes.PyDLL("libatomic.so.1")
    except OSError as e:
        raise ImportError(
            "tandem.py needs libatomic.so.1, for Python has no compare-and-set: apt install libatomic1"
            " (Debian, Ubuntu), dnf install libatomic (Fedora), apk add libatomic (Alpine)"
        ) from e


def _atomic(name, result, *arguments):
    function = getattr(_LIBATOMIC, "__atomic_" + name)
    function.restype = result
    function.argtypes = arguments
    return function


_LIBATOMIC = _libatomic()
_ORDER = 5  # sequentially consistent
_load_8 = _atomic("load_8", ctypes.c_uint64, ctypes.c_void_p, ctypes.c_int)
_load_4 = _atomic("load_4", ctypes.c_uint32, ctypes.c_void_p, ctypes.c_int)
_store_8 = _atomic("store_8", None, ctypes.c_void_p, ctypes.c_uint64, ctypes.c_int)
_store_4 = _atomic("store_4", None, ctypes.c_void_p, ctypes.c_uint32, ctypes.c_int)
_add_8 = _atomic("fetch_add_8", ctypes.c_uint64, ctypes.c_void_p, ctypes.c_uint64, ctypes.c_int)
_cas_8 = _atomic(
    "compare_exchange_8",
    ctypes.c_bool,
    ctypes.c_void_p,
    ctypes.c_void_p,
    ctypes.c_uint64,
    ctypes.c_int,
    ctypes.c_int,
)
_cas_4 = _atomic(
    "compare_exchange_4",
    ctypes.c_bool,
    ctypes.c_void_p,
    ctypes.c_void_p,
    ctypes.c_uint32,
    ctypes.c_int,
    ctypes.c_int,
)

_FUTEX = {"x86_64": 202, "aarch64": 98, "riscv64": 98}.get(platform.machine(), 0)
_FUTEX_WAIT, _FUTEX_WAKE, _ALL = 0, 1, (1 << 31) - 1
_syscall = ctypes.CDLL(None).syscall
_syscall.restype = ctypes.c_long
_syscall.argtypes = (ctypes.c_long, ctypes.c_void_p, ctypes.c_long, ctypes.c_long, ctypes.c_void_p)


class DeadlockError(RuntimeError):
    """Threads would wait for each other's locks for ever, and this one is to give up."""


def _say(line):
    sys.stderr.write("tandem: %s\n" % line)


# Memory


def _trusted(path, what, is_type, mode_matters=True):
    """What lstat says of a path that is this user's, and that no other can write to."""
    found = os.lstat(path)
    if not is_type(found.st_mode):
        raise PermissionError("%s cannot be trusted: it is no %s" % (path, what))
    if found.st_uid != os.geteuid():
        raise PermissionError(
            "%s cannot be trusted: it belongs to user %d, and this process runs as user %d"
            % (path, found.st_uid, os.geteuid())
        )
    if mode_matters and found.st_mode & 0o022:
        raise PermissionError(
            "%s cannot be trusted: its permissions, %o, let other users write to it"
            % (path, stat.S_IMODE(found.st_mode))
        )
    return found


class _Mapped:
    """A mapped file of a session. The mapping lasts as long as any view of it.

    Words are read and written in one access: struct would write zeros first.
    """

    def __init__(self, path):
        _trusted(path, "file", stat.S_ISREG)
        self.path = path
        file = os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            size = os.fstat(file).st_size
            if size < _HEADER_BYTES:
                raise ValueError("%s is no shared object: it has %d bytes" % (path, size))
            self.map = mmap.mmap(file, size)
        finally:
            os.close(file)
        self._anchor = ctypes.c_char.from_buffer(self.map)
        self.address = ctypes.addressof(self._anchor)
        magic, version, self.kind, self.letter, self.guard, self.length, data = struct.unpack_from(
            "=QiiIiqq", self.map
        )
        self.code = chr(self.letter) if self.kind in (_ARRAY, _VALUE) else ""
        if magic != _MAGIC:
            raise ValueError("%s is no shared object: it has no magic number of Tandem" % path)
        if version != _VERSION or data != _HEADER_BYTES:
            raise ValueError(
                "%s has layout %d, and tandem.py knows layout %d: take the one of your Tandem"
                % (path, version, _VERSION)
            )
        if self.code and (
            self.code not in _PYTHONS
            or size != _HEADER_BYTES + self.length * struct.calcsize(_PYTHONS[self.code])
        ):
            raise ValueError("%s is damaged: %d bytes cannot be of %r" % (path, size, self.code))

    def load(self, at):
        return _load_8(self.address + at, _ORDER)

    def load_int(self, at):
        return _load_4(self.address + at, _ORDER)

    def store(self, at, value):
        _store_8(self.address + at, value, _ORDER)

    def store_int(self, at, value):
        _store_4(self.address + at, value, _ORDER)

    def add(self, at, value):
        return _add_8(self.address + at, value, _ORDER)

    def cas(self, at, old, new):
        """Compare-and-set: whether the word was the old one, and is the new one now."""
        return _cas_8(self.address + at, ctypes.byref(ctypes.c_uint64(old)), new, _ORDER, _ORDER)

    def cas_int(self, at, old, new):
        return _cas_4(self.address + at, ctypes.byref(ctypes.c_uint32(old)), new, _ORDER, _ORDER)

    def text(self, at, bytes):
        return self.map[at : at + bytes].split(b"\0", 1)[0].decode("utf-8", "replace")

    def given_name(self):
        length = self.load_int(_AT_NAME_LENGTH)
        return self.text(_AT_NAME, length) if 0 < length <= 252 else ""

    def form(self):
        """What it was made as: `Array(i, 100)`."""
        facts = [self.code] if self.code else []
        if self.kind == _ARRAY:
            facts.append(str(self.length))
        if self.code and self.guard == _NO_GUARD:
            facts.append("no lock")
        if self.kind == _CONDITION:
            facts.append(self.text(_AT_GUARD_NAME, 256))
        if self.kind == _BARRIER:
            facts.append(str(self.load(_AT_BOUND)))
        if self.kind == _SEMAPHORE and self.load(_AT_BOUND):
            facts.append("bounded to %d" % self.load(_AT_BOUND))
        return _title(os.path.basename(self.path)) + ("(%s)" % ", ".join(facts) if facts else "")


def _title(file):
    """What people call the kind of a file: `array-7` is an Array."""
    return "".join(word.capitalize() for word in _FILE.fullmatch(file).group(1).split("_"))


def _number(file):
    return int(_FILE.fullmatch(file).group(2))


def _with_article(form):
    return ("an " if form[0] in "AEIOU" else "a ") + form


# Threads

_thread = threading.local()
_thread_numbers = itertools.count(1)


def _thread_number():
    """Another one for each thread of this process; those of the kernel are used again."""
    try:
        return _thread.number
    except AttributeError:
        _thread.number = next(_thread_numbers)
        return _thread.number


# The session: who takes part, who lives, who has what


class _Gone(Exception):
    """The session has just ended."""


class _Session:
    """This process's part in the session of the objects by name.

    `alive` is opened once, and stays open: the kernel takes all locks on it away when any descriptor of it
    is closed. Who has what is asked for with F_GETLK, which locks nothing, and does not see one's own locks:
    what this process has is in `had`.
    """

    def __init__(self, folder):
        self.folder = folder
        self.holder = 0
        self.had = {}
        self._alive_path = os.path.join(folder, "alive")
        _trusted(folder, "folder", stat.S_ISDIR)
        _trusted(self._alive_path, "file", stat.S_ISREG)
        self.alive = os.open(self._alive_path, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            self.roster = _Mapped(os.path.join(folder, "roster"))
            if self.roster.kind != _ROSTER:
                raise ValueError(self.roster.path + " is no roster")
            self.holder = self._claim()
            self.slot = self.holder % _SLOTS
            try:
                self._enter()
            except BaseException:
                self._free(self.holder)
                raise
        except BaseException:
            os.close(self.alive)
            raise
        proposal = 1 if _FUTEX else 2
        self.roster.cas_int(_AT_WAITER, 0, proposal)
        self.uses_futex = self.roster.load_int(_AT_WAITER) == 1
        if self.uses_futex and not _FUTEX:
            _say("the others sleep in futex, which is not known here: they wake up later")

    @staticmethod
    def _at(slot):
        return _HEADER_BYTES + _SLOT_BYTES * slot

    def _claim(self):
        self._free_orphans()
        for slot in range(1, _SLOTS):
            at = self._at(slot)
            before = self.roster.load(at)
            if before & 3:
                continue
            generation = (before >> 2) + 1 & _GENERATION
            word = (-os.getpid() & 0xFFFFFFFF) << 32 | generation << 2 | 1
            if self.roster.cas(at, before, word):
                for count in range(32, 104, 8):
                    self.roster.store(at + count, 0)
                self.roster.map[at + 128 : at + 256] = _own_name().ljust(128, b"\0")
                return generation << 10 | slot
        raise OSError("all %d places of %s are taken" % (_SLOTS - 1, self.folder))

    def _enter(self):
        self._await_lock(self.slot)
        try:
            entered = os.fstat(self.alive).st_ino == os.stat(self._alive_path).st_ino
        except FileNotFoundError:
            entered = False
        if not entered:
            raise _Gone
        at = self._at(self.slot)
        self.roster.store(at + 16, _started(os.getpid()))
        self.roster.store(at + 8, os.getpid())
        self.roster.store_int(at + 24, self.holder)
        self.roster.store_int(at + 28, self.holder)
        self.count_change()

    def count_change(self):
        self.roster.add(_AT_CHANGES, 1)

    def _free(self, holder):
        at = self._at(holder % _SLOTS)
        word = self.roster.load(at)
        if word & 0xFFFFFFFF == _used(holder):
            self.roster.cas(at, word, holder >> 10 << 2)
        self.count_change()

    def _free_orphans(self):
        """Frees the slots of those who have ended and have no parent that would."""
        for holder in self.holders():
            claimer = self._claimer(holder)
            if (claimer <= 0 or not self.is_alive(claimer)) and not self.is_alive(holder):
                self._free(holder)

    def holders(self):
        """All who take part, by slot and generation."""
        words = ((slot, self.roster.load(self._at(slot))) for slot in range(1, _SLOTS))
        return [(word >> 2 & _GENERATION) << 10 | slot for slot, word in words if word & 3]

    def is_current(self, holder):
        """Whether the slot still stands for the process that these bits named."""
        return self.roster.load(self._at(holder % _SLOTS)) & 0xFFFFFFFF == _used(holder)

    def _claimer(self, holder):
        """Slot and generation, or a pid, negative."""
        claimer = self.roster.load(self._at(holder % _SLOTS)) >> 32
        return claimer - (1 << 32) if claimer >> 31 else claimer

    def pid(self, holder):
        at = self._at(holder % _SLOTS)
        return self.roster.load(at + 8) if self.roster.load_int(at + 24) == holder else 0

    def is_alive(self, holder):
        slot = holder % _SLOTS
        at = self._at(slot)
        if not self.is_current(holder):
            return False
        if self.roster.load_int(at + 28) == holder:
            alive = holder == self.holder or self._is_locked(slot)
        elif self.pid(holder):
            start = self.roster.load(at + 16)
            found = _started(self.pid(holder))
            alive = found > 0 and start in (0, found)
        else:
            claimer = self._claimer(holder)
            alive = self.is_alive(claimer) if claimer > 0 else _started(-claimer) > 0
        return alive and self.is_current(holder)

    def describe(self, holder):
        at = self._at(holder % _SLOTS)
        if self.roster.load(at) >> 2 & _GENERATION != holder >> 10:
            return "a process that has ended"
        return "%s (pid %d)" % (self.roster.text(at + 128, 128), self.pid(holder))

    # Locks on bytes of `alive`

    def _lock(self, first, count=1):
        try:
            fcntl.lockf(self.alive, fcntl.LOCK_EX | fcntl.LOCK_NB, count, first)
            return True
        except (BlockingIOError, PermissionError):
            return False

    def _await_lock(self, first):
        end = time.monotonic() + _LONGEST_ENTRY
        while not self._lock(first):
            if time.monotonic() > end:
                raise OSError("another process has locked byte %d of %s" % (first, self._alive_path))
            time.sleep(_PAUSE)

    def _unlock(self, first, count=1):
        fcntl.lockf(self.alive, fcntl.LOCK_UN, count, first)

    def _is_locked(self, first, count=1):
        """Whether another process has locked one of these bytes."""
        asked = struct.pack("hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, first, count, 0)
        return struct.unpack("hhqqi4x", fcntl.fcntl(self.alive, fcntl.F_GETLK, asked))[0] != fcntl.F_UNLCK

    # Names

    def link(self, name):
        return os.path.join(self.folder, "by-" + urllib.parse.quote(name, safe=""))

    def _target(self, link):
        try:
            file = os.readlink(link)
        except FileNotFoundError:
            return None
        if not _FILE.fullmatch(file):
            raise ValueError("%s leads to %s, which is no shared object" % (link, file))
        return file

    def find(self, name):
        """The file of a name; None when there is none."""
        while True:
            file = self._target(self.link(name))
            if file is None or _number(file) in self.had or not self._remove_if_deserted(file, name):
                return file

    def have(self, file, name):
        """Has the file of a name from now on; answers whether it is still there."""
        number = _number(file)
        if number in self.had:
            return True
        self._await_lock(number * _SLOTS + self.slot)
        self.had[number] = file
        if self._target(self.link(name)) == file:
            return True
        self.let_go(file)
        return False

    def let_go(self, file):
        number = _number(file)
        if self.had.pop(number, None):
            self._unlock(number * _SLOTS + self.slot)
            try:
                name = _Mapped(os.path.join(self.folder, file)).given_name()
            except (OSError, ValueError):
                name = ""
            self._remove_if_deserted(file, name)

    def _remove_if_deserted(self, file, name):
        """Removes an object, its name first, when no process has it."""
        first = _number(file) * _SLOTS
        while not self._is_locked(first, _SLOTS):
            if self._lock(first, _SLOTS):
                try:
                    link = self.link(name)
                    if name and self._target(link) == file:
                        os.unlink(link)
                    with contextlib.suppress(FileNotFoundError):
                        os.unlink(os.path.join(self.folder, file))
                finally:
                    self._unlock(first, _SLOTS)
                return True
            time.sleep(_PAUSE)  # Somebody looks.
        return False

    def owners(self, file):
        number = _number(file)
        first = number * _SLOTS
        if number not in self.had and not self._is_locked(first, _SLOTS):
            return []
        return [
            self.describe(holder)
            for holder in self.holders()
            if (holder == self.holder and number in self.had) or self._is_locked(first + holder % _SLOTS)
        ]

    def all(self):
        """All objects that have names."""
        found = []
        for link in os.listdir(self.folder):
            try:
                file = self._target(os.path.join(self.folder, link)) if link.startswith("by-") else None
                owners = self.owners(file) if file else []
                if owners:
                    mapped = _Mapped(os.path.join(self.folder, file))
                    found.append(Named(mapped.given_name(), mapped.form(), owners))
            except (OSError, ValueError):
                pass  # It has just gone, or is damaged.
        return sorted(found)

    # Leaving

    def leave(self):
        """Lets go all, and removes the session when nobody else is in it."""
        for file in list(self.had.values()):
            self.let_go(file)
        self._free(self.holder)
        self._unlock(0, 0)
        if self._lock(0, 0) and os.path.exists(self._alive_path):
            self._remove()
        os.close(self.alive)

    def _remove(self):
        link = _common_link()
        with contextlib.suppress(OSError):
            if os.readlink(link) == os.path.basename(self.folder):
                os.unlink(link)
        for file in os.listdir(self.folder):
            if file != "alive":
                os.unlink(os.path.join(self.folder, file))
        os.unlink(self._alive_path)
        os.rmdir(self.folder)

    # Sleeping

    def sleep(self, address, expected, seconds):
        """Sleeps while a word of 32 bits is as expected, for a slice at most; or wakes up for no reason."""
        seconds = min(seconds, _SLICE)
        if self.uses_futex and _FUTEX:
            timespec = (ctypes.c_long * 2)(0, int(seconds * 1e9))
            _syscall(_FUTEX, address, _FUTEX_WAIT, expected, ctypes.addressof(timespec))
            return
        end = time.monotonic() + seconds
        pause = 0.00002
        while _load_4(address, _ORDER) == expected:
            left = end - time.monotonic()
            if left <= 0:
                return
            time.sleep(min(left, pause))
            pause = min(2 * pause, 0.002)

    def wake(self, address, how_many):
        """Wakes those who sleep; who waits in Java alone looks by itself."""
        if self.uses_futex and _FUTEX:
            _syscall(_FUTEX, address, _FUTEX_WAKE, how_many, None)

    def count_wait(self, offset, nanos):
        _count_wait(self.roster, self._at(self.slot) + offset, nanos)

    def count_recovery(self):
        self.roster.add(self._at(self.slot) + 80, 1)

    # What threads have waited for since a while, for views, and for finding circles

    def thread(self):
        return self.holder << 32 | _thread_number()

    @staticmethod
    def _places(owner):
        mixed = owner * 0x9E3779B97F4A7C15 & 0xFFFFFFFFFFFFFFFF
        first = ((mixed ^ mixed >> 32) & 0xFFFFFFFF) >> 3
        return (_AT_WAITS + (first + probe) % _WAITS * _WAIT_BYTES for probe in range(_PROBES))

    def show_wait(self, kind, number, is_timed, since):
        """Says that this thread waits for an object; answers the place for `end_wait`, or None."""
        owner = self.thread()
        flags = (_TIMED if is_timed else 0) | (_ALONE if threading.active_count() == 1 else 0)
        for at in self._places(owner):
            before = self.roster.load(at)
            if before in (0, owner) or not self.is_current(before >> 32 & _HOLDER):
                if self.roster.cas(at, before, owner | _UNFINISHED):
                    self.roster.store_int(at + 8, self.roster.load_int(at + 8) + 1 & 0xFFFFFFFF)
                    self.roster.store_int(at + 12, kind | flags)
                    self.roster.store_int(at + 16, number)
                    self.roster.store(at + 24, since)
                    self.roster.store(at, owner)
                    self.count_change()
                    return at
        return None

    def end_wait(self, at):
        if at is not None:
            self.roster.store(at, 0)
            self.count_change()

    def _read_wait(self, at):
        """(owner, number, kind and flags, target, since), when they are of one moment."""
        owner = self.roster.load(at)
        number = self.roster.load_int(at + 8)
        rest = (self.roster.load_int(at + 12), self.roster.load_int(at + 16), self.roster.load(at + 24))
        is_one = number == self.roster.load_int(at + 8) and owner == self.roster.load(at)
        return (owner, number) + rest if is_one and 0 < owner < _UNFINISHED else None

    def _wait_of(self, owner):
        waits = (self._read_wait(at) for at in self._places(owner))
        return next((wait for wait in waits if wait and wait[0] == owner), None)

    def _wait_of_only_thread(self, holder):
        for place in range(_WAITS):
            wait = self._read_wait(_AT_WAITS + place * _WAIT_BYTES)
            if wait and wait[2] & _ALONE and wait[0] >> 32 == holder:
                return wait
        return None

    def check_circle(self):
        """Looks whether this thread and others wait for each other for ever.

        A circle is believed when nothing of it has changed at a second look, first at the locks and then
        at the waits. Of those in it who wait for a lock, the one that came last gives up.

        Raises DeadlockError when that is this thread.
        """
        steps = []  # (wait, page of the lock or None, its name, the thread that has it)
        owner = self.thread()
        while not steps or owner != self.thread():
            wait = self._wait_of(owner)
            if wait is None or wait[2] & _TIMED or any(wait[0] == step[0][0] for step in steps):
                return
            step = self._step(wait)
            if step is None:
                return
            steps.append(step)
            owner = step[3]
        if any(page and _waiting(page.load(_AT_LOCK)) != owner for _, page, _, owner in steps):
            return
        if any(self._wait_of(step[0][0]) != step[0] for step in steps):
            return
        if not all(self.is_alive(step[0][0] >> 32) for step in steps):
            return
        last = max((wait[4], wait[0]) for wait, page, _, _ in steps if page)
        if last[1] == self.thread():
            raise DeadlockError(self._describe_circle(steps))

    def _step(self, wait):
        kind, target = wait[2] & 0xFF, wait[3]
        if kind == _ROSTER:
            only = self._wait_of_only_thread(target)
            return only and (wait, None, "the end of " + self.describe(target), only[0])
        if kind not in _LOCKABLE:
            return None
        file = "%s-%d" % (_LOCKABLE[kind], target)
        try:
            page = _Mapped(os.path.join(self.folder, file))
        except (OSError, ValueError):
            return None
        owner = _waiting(page.load(_AT_LOCK))
        return (wait, page, page.given_name() or file, owner) if owner else None

    def _describe_circle(self, steps):
        lines = ["these would wait for each other for ever:"]
        holds = " "
        for wait, page, what, _ in steps:
            lines.append("%s%swaits for %s" % (self.describe(wait[0] >> 32), holds, what))
            holds = " holds %s and " % what if page else " "
        lines.append("%s%sgives up waiting" % (self.describe(self.holder), holds))
        return "\n    ".join(lines)


def _used(holder):
    return holder >> 10 << 2 | 1


def _waiting(word):
    """A thread as waits name it, of the word of the lock that it holds."""
    return (word & _HOLDER) << 32 | word >> 32


def _started(pid):
    """When a process was started, in clock ticks since the machine was; 0 when there is none."""
    try:
        with open("/proc/%d/stat" % pid, "rb") as file:
            fields = file.read().rsplit(b")", 1)[1].split()
            return 0 if fields[0] in (b"Z", b"X") else int(fields[19])
    except (OSError, IndexError):
        return 0


def _own_name():
    name = os.path.basename(sys.argv[0] if sys.argv else "")
    if not name or name.startswith("-") or not name.isprintable():
        name = "python"
    return name.encode("utf-8", "replace")[:127].decode("utf-8", "ignore").encode()


def _count_wait(page, at, nanos):
    page.add(at, 1)
    page.add(at + 8, nanos)
    longest = page.load(at + 16)
    while nanos > longest and not page.cas(at + 16, longest, nanos):
        longest = page.load(at + 16)


def _common_link():
    folder = os.environ.get("TANDEM_DIR") or ("/dev/shm" if os.access("/dev/shm", os.W_OK) else "/tmp")
    return os.path.join(os.path.realpath(folder), "tandem-named-%d" % os.geteuid())


def _enter():
    """Takes part in the session of the objects by name; None when there is none."""
    link = _common_link()
    above = os.path.dirname(link)
    mode = os.stat(above).st_mode
    if mode & 0o002 and not mode & stat.S_ISVTX:
        raise PermissionError("%s cannot be trusted: all users may exchange what is in %s" % (link, above))
    while True:
        try:
            _trusted(link, "symbolic link", stat.S_ISLNK, mode_matters=False)
            target = os.readlink(link)
        except FileNotFoundError:
            return None
        if not re.fullmatch(r"tandem-\d{1,20}", target):
            raise PermissionError("%s leads to %s, which is no session" % (link, target))
        try:
            return _Session(os.path.join(above, target))
        except (FileNotFoundError, _Gone):
            with contextlib.suppress(FileNotFoundError):
                if os.readlink(link) == target:
                    return None  # Somebody has removed its folder by hand.


_door = threading.RLock()
_session = None
_open = {}  # what this process has, by file


def _join():
    global _session
    if _session is None:
        _session = _enter()
    return _session


@atexit.register
def _leave():
    global _session
    with _door:
        if _session is not None:
            leaving, _session = _session, None
            with contextlib.suppress(FileNotFoundError):  # Its folder may have been removed by hand.
                leaving.leave()


def _after_fork():
    """The child of a fork takes part by itself: locks of the kernel are not inherited."""
    global _door, _session
    _door = threading.RLock()
    if _session is None:
        return
    before, _session = _session, None
    os.close(before.alive)
    had = dict(_open)
    _open.clear()
    for shared in had.values():
        shared._is_closed = True
    _join()
    if _session is not None and _session.folder == before.folder:
        for file, shared in had.items():
            if shared._move_to(_session):
                shared._is_closed = False
                _open[file] = shared


os.register_at_fork(after_in_child=_after_fork)


# What people use


class Named(collections.namedtuple("Named", "name form processes")):
    """An object by name: its `name`, the `form` it was made as, and the `processes` that have it."""

    __slots__ = ()


def names():
    """The objects by name that there are, each with those who have it."""
    with _door:
        session = _join()
        return session.all() if session else []


class _Shared:
    """What all shared objects have in common. A process has one handle of each, however often it asks."""

    def __new__(cls, name):
        with _door:
            session = _join()
            while True:
                file = session.find(name) if session else None
                if file is None:
                    raise LookupError(cls._none(name, session.all() if session else []))
                if _title(file) != cls.__name__:
                    raise TypeError(cls._other(name, file, session))
                if file in _open:
                    return _open[file]
                if session.have(file, name):
                    break
            try:
                made = super().__new__(cls)
                made._set_up(name, file, _Mapped(os.path.join(session.folder, file)), session)
            except BaseException:
                session.let_go(file)
                raise
            _open[file] = made
            return made

    @classmethod
    def _other(cls, name, file, session):
        form = _Mapped(os.path.join(session.folder, file)).form()
        wanted = _with_article(cls.__name__)
        owners = ", ".join(session.owners(file))
        return "%s is %s, not %s; those that have it: %s" % (name, _with_article(form), wanted, owners)

    @classmethod
    def _none(cls, name, all):
        title = cls.__name__
        text = "there is no %s named %s: %s.named(…) in Java makes one" % (title, name, title)
        if not all:
            return text + ". There are no objects by name now"
        known = [each.name for each in all]
        near = difflib.get_close_matches(name, known, 1)
        hint = " Did you mean %s?" % near[0] if near else ""
        return "%s.%s There are: %s" % (text, hint, ", ".join(known))

    def _set_up(self, name, file, mapped, session):
        self.name = name
        self._file = file
        self._mapped = mapped
        self._session = session
        self._is_closed = False

    def _move_to(self, session):
        """Makes it this child's, after a fork; answers whether it is still there."""
        if session.find(self.name) != self._file or not session.have(self._file, self.name):
            return False
        self._session = session
        return True

    def _require_open(self):
        if self._is_closed:
            raise ValueError("%s is closed" % self.name)

    def close(self):
        """Lets it go: it is removed when no other process has it. Views go on."""
        with _door:
            if not self._is_closed:
                self._is_closed = True
                del _open[self._file]
                self._session.let_go(self._file)

    def __reduce__(self):
        return type(self), (self.name,)


class _Wait:
    """A wait of a thread, which looks around between the slices of its sleep."""

    def __init__(self, session, file, mapped, timeout):
        self.session = session
        self.target = mapped.kind, _number(file)
        self.end = None if timeout is None else time.monotonic() + timeout
        self.since = time.time_ns() // 1000000
        self.next_look = time.monotonic() + _SLICE
        self.place = None

    def is_vain(self):
        return self.end is not None and time.monotonic() >= self.end

    def sleep(self, address, expected):
        """Sleeps, for a slice at most; answers whether it is time to look around."""
        left = _SLICE if self.end is None else max(0, self.end - time.monotonic())
        self.session.sleep(address, expected & 0xFFFFFFFF, left)
        if time.monotonic() < self.next_look:
            return False
        self.next_look = time.monotonic() + _SLICE
        if self.place is None:
            self.place = self.session.show_wait(*self.target, self.end is not None, self.since)
        return True

    def __enter__(self):
        self.start = time.monotonic_ns()
        return self

    def __exit__(self, *_):
        self.session.end_wait(self.place)

    def nanos(self):
        return time.monotonic_ns() - self.start


class _Hold(threading.local):
    """How often this thread has taken a lock, whether it was told of a death, and whether it is just
    taking the lock from a dead holder, for which the next one is to be told if this thread is interrupted."""

    depth = 0
    recovered = False
    inherits = False


class _Mutex:
    """A recursive lock between processes, on the lock word of a file.

    The word is 0, or names the thread that holds it. Only a compare-and-set from 0, or from the exact word
    of a dead holder, takes it. So a thread that an interrupt stopped at any line finds in the word whether it
    holds the lock, and `depth` is only how often.
    """

    def __init__(self, name, file, mapped, session):
        self.name = name
        self.file = file
        self.page = mapped
        self.futex = mapped.address + _AT_LOCK + _LOW_HALF
        self.move_to(session)

    def move_to(self, session):
        self.session = session
        self.hold = _Hold()

    def _own(self):
        return _thread_number() << 32 | self.session.holder

    def _is_own(self, own):
        return self.page.load(_AT_LOCK) & ~_WAITERS == own

    def acquire(self, timeout):
        """Takes the lock; None waits for ever."""
        hold, own = self.hold, self._own()
        if hold.depth:
            if not self._is_own(own):
                raise self._broken()
            hold.depth += 1
            return True
        try:
            if not self.page.cas(_AT_LOCK, 0, own) and not self._acquire_slowly(own, timeout):
                return False
            self.page.store(_AT_TAKEN, self.page.load(_AT_TAKEN) + 1)
            hold.recovered = False
            hold.depth = 1
            return True
        except BaseException:
            hold.depth = 0
            if self._is_own(own):
                if hold.inherits:
                    self.page.add(_AT_RECOVERIES, 1)
                self._give_back(own)
            hold.inherits = False
            raise

    def _acquire_slowly(self, own, timeout):
        with _Wait(self.session, self.file, self.page, timeout) as wait:
            try:
                taken = self._sleep(own, wait)
            finally:
                self.session.count_wait(32, wait.nanos())
            if taken:
                _count_wait(self.page, _AT_LOCK_WAITS, wait.nanos())
            return taken

    def _sleep(self, own, wait):
        taken = own
        looks = True
        while True:
            word = self.page.load(_AT_LOCK)
            if word == 0:
                if self.page.cas(_AT_LOCK, 0, taken):
                    return True
                continue
            if word & ~_WAITERS == own:
                return True
            if looks or not self.session.is_current(word & _HOLDER):
                if self._take_from_dead(own, word):
                    return True
            if wait.is_vain():
                return False
            if looks and wait.place is not None and wait.end is None:
                self.session.check_circle()
            asleep = word | _WAITERS
            taken = own | _WAITERS  # Nobody knows whether others sleep too.
            if word == asleep or self.page.cas(_AT_LOCK, word, asleep):
                looks = wait.sleep(self.futex, asleep)

    def _take_from_dead(self, own, word):
        holder = word & _HOLDER
        if holder == self.session.holder or self.session.is_alive(holder):
            return False
        dead = self.session.describe(holder)
        self.hold.inherits = True
        taken = self.page.cas(_AT_LOCK, word, own | _WAITERS)
        if taken:
            self.page.add(_AT_RECOVERIES, 1)
        self.hold.inherits = False
        if not taken:
            return False
        self.session.count_recovery()
        _say("%s was held by %s, which is dead: its contents may be half-written" % (self.name, dead))
        return True

    def release(self):
        hold, own = self.hold, self._own()
        if hold.depth == 0 and not self._is_own(own):
            raise RuntimeError(
                "release() by thread %s of %s, which does not hold %s: it is %s"
                % (
                    threading.current_thread().name,
                    self.session.describe(self.session.holder),
                    self.name,
                    self.describe(),
                )
            )
        if hold.depth > 1:
            hold.depth -= 1
            return
        try:
            hold.depth = 0
            given = self._give_back(own)
        except BaseException:
            hold.depth = 0
            self._give_back(own)
            raise
        if not given:
            raise self._broken()

    def _give_back(self, own):
        if self.page.cas(_AT_LOCK, own, 0):
            return True
        if self.page.cas(_AT_LOCK, own | _WAITERS, 0):
            self.session.wake(self.futex, 1)
            return True
        return False

    def _broken(self):
        self.hold.depth = 0
        return RuntimeError(
            "%s is not held by thread %s any more: breakLock() took it away, and now it is %s"
            % (self.name, threading.current_thread().name, self.describe())
        )

    def is_recovered(self):
        if not self._is_own(self._own()):
            raise RuntimeError("%s is not held by this thread: it is %s" % (self.name, self.describe()))
        recoveries = self.page.load(_AT_RECOVERIES)
        if recoveries != self.page.load(_AT_TOLD):
            self.page.store(_AT_TOLD, recoveries)
            self.hold.recovered = True
        return self.hold.recovered

    def is_held(self):
        return self.page.load(_AT_LOCK) != 0

    def describe(self):
        word = self.page.load(_AT_LOCK)
        return "held by " + self.session.describe(word & _HOLDER) if word else "free"


class _Lockable(_Shared):
    """What has a lock."""

    _mutex = None

    def _set_up(self, name, file, mapped, session):
        super()._set_up(name, file, mapped, session)
        if mapped.guard == _OWN_GUARD:
            self._mutex = _Mutex(name, file, mapped, session)
        elif mapped.guard != _NO_GUARD:
            raise ValueError("%s has the lock of another object, which tandem.py does not know" % name)

    def _move_to(self, session):
        if not super()._move_to(session):
            return False
        if self._mutex:
            self._mutex.move_to(session)
        return True

    def _locks(self):
        self._require_open()
        if self._mutex is None:
            raise RuntimeError("%s has no lock: it was made with lock=false" % self.name)
        return self._mutex

    def acquire(self, block=True, timeout=None):
        """Takes the lock, and answers whether this thread has it now. `timeout` is in seconds."""
        return self._locks().acquire(timeout if block else 0)

    def release(self):
        """Gives the lock back, once for each time that it was taken; also when this object is closed here."""
        (self._mutex or self._locks()).release()

    def locked(self):
        """Whether anybody holds the lock at this moment."""
        return self._locks().is_held()

    @property
    def recovered(self):
        """Whether a holder died with the lock, and no holder has been told so yet: what it guards may be
        half-written. To be asked with the lock held; the answer stays until it is given back."""
        return self._locks().is_recovered()

    def __enter__(self):
        self.acquire()
        return self

    def __exit__(self, *_):
        self.release()

    def _alone(self):
        self._require_open()
        return contextlib.nullcontext() if self._mutex is None else _Alone(self._mutex)

    def _describe_lock(self):
        if self._mutex is None:
            return ", no lock)"
        return ") " + self._mutex.describe() if self._mutex.is_held() else ")"


class _Alone:
    def __init__(self, mutex):
        self.mutex = mutex

    def __enter__(self):
        self.mutex.acquire(None)

    def __exit__(self, *_):
        self.mutex.release()


def _range(code):
    bits = 8 * struct.calcsize(_PYTHONS[code])
    return (0, (1 << bits) - 1) if code.isupper() else (-1 << bits - 1, (1 << bits - 1) - 1)


_LARGEST_FLOAT = 2.0**128 - 2.0**103  # what would be rounded to infinity


def _checked(code, value):
    """A number that an element can hold."""
    if code in "fd":
        if isinstance(value, (str, bytes)):
            raise TypeError('%r does not fit into "%s", which holds numbers' % (value, code))
        number = float(value)
        if code == "f" and math.isfinite(number) and abs(number) >= _LARGEST_FLOAT:
            raise ValueError('%r does not fit into "f", which holds up to 3.4028235e38' % value)
        return number
    try:
        number = operator.index(value)
    except TypeError:
        raise TypeError('%r does not fit into "%s", which holds integers' % (value, code)) from None
    low, high = _range(code)
    if not low <= number <= high:
        raise ValueError('%d does not fit into "%s", which holds %d to %d' % (number, code, low, high))
    return number


class _Numbers(_Lockable):
    """An array or a value: numbers of one type, behind the header page."""

    def _set_up(self, name, file, mapped, session):
        super()._set_up(name, file, mapped, session)
        self.typecode = mapped.code
        self._data = memoryview(mapped.map)[_HEADER_BYTES:].cast(_PYTHONS[mapped.code])

    def _add(self, index, number):
        with self._alone():
            self._data[index] = _checked(self.typecode, self._data[index] + number)
            return self._data[index]


class Array(_Numbers):
    """The array that Java has made by a name. Its elements are those of its typecode, and stay as many.

    With a lock, every access takes it, but for those through `numpy()` and `memoryview()`.
    """

    def __len__(self):
        return len(self._data)

    def _index(self, index):
        at = operator.index(index)
        size = len(self._data)
        if not -size <= at < size:
            inside = ": %d to %d are inside" % (-size, size - 1) if size else ""
            raise IndexError("index %d is outside %s of %d elements%s" % (at, self.name, size, inside))
        return at

    def __getitem__(self, index):
        with self._alone():
            if isinstance(index, slice):
                return self._data[index].tolist()
            return self._data[self._index(index)]

    def __setitem__(self, index, value):
        if not isinstance(index, slice):
            with self._alone():
                self._data[self._index(index)] = _checked(self.typecode, value)
            return
        values = _arrays.array(_PYTHONS[self.typecode], (_checked(self.typecode, each) for each in value))
        with self._alone():
            places = self._data[index]
            if len(places) != len(values):
                raise ValueError(
                    "%d values do not fit into a slice of %d elements of %s" % (len(values), len(places), self.name)
                )
            places[:] = memoryview(values)

    def __iter__(self):
        """The elements as they are together now."""
        return iter(self[:])

    def add(self, index, number):
        """Adds in one step under the lock, and answers the new value."""
        return self._add(self._index(index), number)

    def memoryview(self):
        """The shared memory itself, as a view of numbers; `memoryview(a)` from Python 3.12 on. Takes no lock."""
        self._require_open()
        return self._data[:]

    def __buffer__(self, flags):
        return self.memoryview()

    def numpy(self):
        """The shared memory itself, as an array of NumPy. Takes no lock: `with a:` around it does."""
        import numpy

        self._require_open()
        return numpy.ndarray(len(self._data), _NUMPYS[self.typecode], self._mapped.map, _HEADER_BYTES)

    def __array__(self, dtype=None, copy=None):
        import numpy

        return numpy.array(self.numpy(), dtype, copy=copy)

    def __repr__(self):
        if self._is_closed:
            return "Array(%s, closed)" % self.name
        shown = ", ".join(map(str, self._data[:20])) + (", …" if len(self._data) > 20 else "")
        return 'Array(%s, "%s", [%s]' % (self.name, self.typecode, shown) + self._describe_lock()


class Value(_Numbers):
    """The number that Java has made by a name."""

    @property
    def value(self):
        """The number. `v.value += 1` are two steps: `v.add(1)`, or `with v:` around it, loses no update."""
        with self._alone():
            return self._data[0]

    @value.setter
    def value(self, number):
        with self._alone():
            self._data[0] = _checked(self.typecode, number)

    def add(self, number):
        """Adds in one step under the lock, and answers the new value."""
        return self._add(0, number)

    def __repr__(self):
        if self._is_closed:
            return "Value(%s, closed)" % self.name
        return 'Value(%s, "%s", %s' % (self.name, self.typecode, self._data[0]) + self._describe_lock()


class Lock(_Lockable):
    """The lock that Java has made by a name: recursive, and owned by one thread of one process."""

    def __repr__(self):
        return "Lock(%s, %s)" % (self.name, "closed" if self._is_closed else self._mutex.describe())


class Event(_Shared):
    """The flag that Java has made by a name.

    A `set` that comes during a `wait` is never missed, even if a `clear` follows at once.
    """

    def _word(self):
        self._require_open()
        return self._mapped.load(_AT_EVENT)

    def _futex(self):
        return self._mapped.address + _AT_EVENT + _LOW_HALF

    def set(self):
        """Raises the flag, and lets all go who wait."""
        while True:
            word = self._word()
            raised = (word + _ONE_SET | _UP) & ~_ASLEEP & 0xFFFFFFFFFFFFFFFF
            if self._mapped.cas(_AT_EVENT, word, raised):
                break
        if word & _ASLEEP:
            self._session.wake(self._futex(), _ALL)

    def clear(self):
        """Lowers the flag: from now on, `wait` waits."""
        while True:
            word = self._word()
            if self._mapped.cas(_AT_EVENT, word, word & ~_UP):
                return

    def is_set(self):
        """Whether the flag is up."""
        return bool(self._word() & _UP)

    def wait(self, timeout=None):
        """Waits until the flag is up, for `timeout` seconds at most; answers whether it was."""
        first = self._word()
        if first & _UP or (timeout is not None and timeout <= 0):
            return bool(first & _UP)
        with _Wait(self._session, self._file, self._mapped, timeout) as wait:
            try:
                return self._sleep(first, wait)
            finally:
                _count_wait(self._mapped, _AT_EVENT_WAITS, wait.nanos())
                self._session.count_wait(56, wait.nanos())

    def _sleep(self, first, wait):
        while True:
            word = self._word()
            if word & _UP or word >> 2 != first >> 2:
                return True
            if wait.is_vain():
                return False
            asleep = word | _ASLEEP
            if word == asleep or self._mapped.cas(_AT_EVENT, word, asleep):
                wait.sleep(self._futex(), asleep)

    def __repr__(self):
        state = "closed" if self._is_closed else "set" if self.is_set() else "not set"
        return "Event(%s, %s)" % (self.name, state)
