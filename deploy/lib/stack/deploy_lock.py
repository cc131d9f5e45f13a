# SPDX-License-Identifier: MIT
"""The lock for changes of the running stack. The file names the holder, the command and the start; the kernel releases the
lock when the process ends."""
import contextlib
import fcntl
import json
import os
import time

from say import die
from stack import tree

# The folder is mounted into health, for which the existence of the file means that a deploy is running.
FOLDER = os.path.join(tree.ROOT, "var", "deploy")
LOCK = os.path.join(FOLDER, "lock")
FREE_SECONDS = 3.0  # the holder may be about to exit


def holder():
    """{who, verb, pid, since} from the lock file, or {}."""
    try:
        with open(LOCK, encoding="utf-8") as file:
            return tree.json_object(file.read())
    except (OSError, ValueError):
        return {}


def acquired(file, seconds=0):
    """Whether this process has got the lock of the open file within this time."""
    end = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            if time.monotonic() >= end:
                return False
            time.sleep(0.1)


def _acquire():
    """The descriptor of the acquired lock, or None if another process holds it."""
    handle = os.open(LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    with contextlib.suppress(FileNotFoundError):
        # The last holder may have unlinked the file between open and flock.
        if acquired(handle) and os.fstat(handle).st_nlink and os.stat(LOCK).st_ino == os.fstat(handle).st_ino:
            return handle
    os.close(handle)
    return None


def is_held():
    """Whether a process holds the lock."""
    try:
        handle = os.open(LOCK, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        return not acquired(handle)
    finally:
        os.close(handle)


@contextlib.contextmanager
def held(verb):
    """Context that holds the lock; exits with the holder's name if another process has it. `verb` is the command for messages."""
    os.makedirs(FOLDER, exist_ok=True)
    end = time.monotonic() + FREE_SECONDS
    while (handle := _acquire()) is None:
        if time.monotonic() > end:
            known = holder()
            who, what, since = known.get("who", "?"), known.get("verb", "?"), known.get("since", "?")
            die(1, f"Сейчас выполняется «{what}» (начал {who} в {since}, процесс {known.get('pid', '?')}). Дождитесь его конца и повторите.",
                f"\"{what}\" is running (started by {who} at {since}, process {known.get('pid', '?')}). Wait until it ends and try again.")
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
