"""Has an array by name, as docs/layout.md says how, with nothing of Tandem: named.py FOLDER NAME

Adds 1 to its first element, and keeps it until it is killed.
"""

import fcntl
import mmap
import os
import struct
import sys
import time
import urllib.parse

SLOTS = 1024

link = "%s/tandem-named-%d" % (sys.argv[1], os.getuid())
assert os.lstat(link).st_uid == os.getuid()
folder = os.path.realpath(link)
alive = os.open(folder + "/alive", os.O_RDWR)


def lock(first, count=1):
    try:
        fcntl.lockf(alive, fcntl.LOCK_EX | fcntl.LOCK_NB, count, first)
        return True
    except OSError:
        return False


def unlock(first, count=1):
    fcntl.lockf(alive, fcntl.LOCK_UN, count, first)


def mapped(name):
    with open(folder + "/" + name, "r+b") as file:
        return mmap.mmap(file.fileno(), 0)


def claim(name):
    roster = mapped("roster")
    for slot in range(SLOTS - 1, 0, -1):
        at = 4096 + 256 * slot
        if struct.unpack_from("=Q", roster, at)[0] & 3 == 0 and lock(slot):
            word = struct.unpack_from("=Q", roster, at)[0]
            if word & 3 == 0:
                generation = (word >> 2) + 1 & (1 << 21) - 1
                holder = generation << 10 | slot
                struct.pack_into("=Ii", roster, at, generation << 2 | 1, -os.getpid())
                struct.pack_into("=128s", roster, at + 128, name.encode())
                struct.pack_into("=QQII", roster, at + 8, os.getpid(), 0, holder, holder)
                return slot
            unlock(slot)
    raise SystemExit("no slot is free")


def have(name, slot):
    by = folder + "/by-" + urllib.parse.quote(name, safe="")
    while True:
        file = os.readlink(by)
        first = SLOTS * int(file.rsplit("-", 1)[1])
        if lock(first, SLOTS):
            raise SystemExit("nobody has it")
        while not lock(first + slot):
            time.sleep(0.001)
        if os.readlink(by) == file:
            return mapped(file)
        unlock(first + slot)


array = have(sys.argv[2], claim("a snake"))
value = struct.unpack_from("=i", array, 4096)[0] + 1
struct.pack_into("=i", array, 4096, value)
print("has", value, flush=True)
time.sleep(3600)
