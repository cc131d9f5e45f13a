# SPDX-License-Identifier: MIT
"""One change of the running stack at a time. Who holds the lock, since when and what for stands in it; the kernel lets go of
it when its holder ends, however it ends."""
import contextlib
import fcntl
import json
import os
import time

from say import die
from stack import tree

# The folder is mounted into health, which takes the file, while it is there, for a deploy that runs.
FOLDER = os.path.join(tree.ROOT, "var", "deploy")
LOCK = os.path.join(FOLDER, "lock")
FREE_SECONDS = 3.0  # a holder may just be ending


def holder():
    """{who, verb, pid, since} as the lock says, or {} where it says nothing."""
    try:
        with open(LOCK, encoding="utf-8") as file:
            known = json.load(file)
            return known if isinstance(known, dict) else {}
    except (OSError, ValueError):
        return {}


def _taken():
    """The open lock, or None: somebody holds it."""
    handle = os.open(LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # Its last holder may have taken the name away between both steps.
        if os.fstat(handle).st_nlink and os.stat(LOCK).st_ino == os.fstat(handle).st_ino:
            return handle
    except (BlockingIOError, FileNotFoundError):
        pass
    os.close(handle)
    return None


def is_held():
    """Does somebody change the stack now?"""
    try:
        handle = os.open(LOCK, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return False
    except BlockingIOError:
        return True
    finally:
        os.close(handle)


@contextlib.contextmanager
def held(verb):
    """Holds the lock meanwhile; ends with who holds it. `verb` is the command, as people know it."""
    os.makedirs(FOLDER, exist_ok=True)
    end = time.monotonic() + FREE_SECONDS
    while (handle := _taken()) is None:
        if time.monotonic() > end:
            known = holder()
            who, what, since = known.get("who", "?"), known.get("verb", "?"), known.get("since", "?")
            die(1, f"Сейчас выполняется «{what}» (начал {who} в {since}, процесс {known.get('pid', '?')}). Дождитесь его конца и повторите.",
                f"\"{what}\" runs now (begun by {who} at {since}, process {known.get('pid', '?')}). Wait for its end and try again.")
        time.sleep(0.1)
    try:
        known = {"who": os.environ.get("SUDO_USER") or os.environ.get("USER") or str(os.getuid()), "verb": verb, "pid": os.getpid(),
                 "since": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}
        os.ftruncate(handle, 0)
        os.write(handle, json.dumps(known, ensure_ascii=False).encode())
        yield
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(LOCK)
        os.close(handle)
