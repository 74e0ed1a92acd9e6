"""The source of players that do harm; each is called with the name of what it shall do."""

from __future__ import annotations

SOURCE = '''
import asyncio, os, signal, sys, time
from pathlib import Path

def none(note): return "fine"

def blocks(note):
    while not Path(note).exists():
        time.sleep(0.01)

def swallows(note):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    blocks(note)

def cancels(note): raise asyncio.CancelledError

def exits(note): sys.exit(3)

def exits_hard(note): os._exit(0)

def forks(note):
    """A child with a session of its own, and a child of that one."""
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            Path(note + ".pids").write_text(f"{os.getppid()} {os.getpid()}\\n")
        time.sleep(600)
        os._exit(0)
    time.sleep(600)

def prints(note):
    """1 GiB."""
    block = b"x" * 2**16
    for _ in range(2**14):
        os.write(1, block)

def allocates(note): return len(bytearray(4 * 2**30))

def burns(note):
    signal.signal(signal.SIGXCPU, signal.SIG_IGN if note == "stubborn" else signal.SIG_DFL)
    while True:
        pass

def nan(note): return {"rows": [float("nan")]}

def huge(note): return "x" * (100 * 2**20)

def object_(note): return object()

def recursion(note): return recursion(note)

def closes_its_output(note):
    os.close(1)
    os.close(2)
    return "fine"

def kills_its_group(note): os.killpg(0, signal.SIGKILL)

def kills_its_group_softly(note):
    os.killpg(0, signal.SIGTERM)
    time.sleep(600)

def writes_garbage(note):
    """Into every file that it has, the pipe of answers among them."""
    for name in os.listdir("/proc/self/fd"):
        try:
            os.write(int(name), b"garbage\\n")
        except OSError:
            pass
    return "fine"

def forges(note):
    """An answer of its own, to a call that it does not know."""
    for name in os.listdir("/proc/self/fd"):
        try:
            os.write(int(name), b'{"id": "x", "success": {"output": 1, "usd": 0, "tokens": 0}}\\n')
        except OSError:
            pass

def raises_what_cannot_tell(note):
    class Mute(Exception):
        def __str__(self): raise ValueError
    raise Mute

def act(*, harm, note=""): return globals()[harm](note)

async def act_later(*, harm, note=""):
    await asyncio.sleep(0)
    if harm == "swallows":
        while not Path(note).exists():
            try:
                await asyncio.sleep(0.01)
            except asyncio.CancelledError:
                pass
        return None
    return act(harm=harm, note=note)

async def beside(*, harm=""): return "fine"
'''

SIBLING = """
async def work():
    return "done"
"""
