"""Says what changes in the board of a JShell with Tandem, until Ctrl-C.

    jshell> var board = Array.named("board", "i", 10)
    $ python3 examples/python/watch_board.py
    jshell> board.set(3, 7)
"""

import time

import tandem

board = tandem.Array("board")
before = board[:]
print(board, flush=True)
try:
    while True:
        now = board[:]
        for i, (old, new) in enumerate(zip(before, now)):
            if old != new:
                print("board[%d]: %s -> %s" % (i, old, new), flush=True)
        before = now
        time.sleep(0.05)
except KeyboardInterrupt:
    pass
