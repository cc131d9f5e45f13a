# SPDX-License-Identifier: MIT
"""Packages of PyPI that a test runs: installed once for each list of versions, into the build folder. As a program: installs a list."""
import contextlib
import fcntl
import hashlib
import os
import subprocess
import sys
import time

ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", ".."))
INSTALL_SECONDS, TRIES, PAUSE_SECONDS = 300, 3, 10


class Unavailable(Exception):
    """The packages cannot be installed; the text says why."""


def download(command, **options):
    """Runs a command, again after a pause if it fails: a registry may be unavailable for a moment."""
    why = ""
    for number in range(TRIES):
        time.sleep(PAUSE_SECONDS if number else 0)
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=INSTALL_SECONDS, check=False, **options)
        except subprocess.TimeoutExpired:
            why = f"{command[0]} took more than {INSTALL_SECONDS} s"
            continue
        if done.returncode == 0:
            return
        lines = (done.stderr or done.stdout).strip().splitlines()
        why = lines[-1] if lines else f"{' '.join(command)} ended with {done.returncode}"
    raise Unavailable(why)


@contextlib.contextmanager
def once(folder):
    """Whether the folder must still be made. The caller makes it inside the context, under a lock."""
    os.makedirs(os.path.dirname(folder), exist_ok=True)
    done = os.path.join(folder, "done")
    with open(f"{folder}.lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        missing = not os.path.exists(done)
        yield missing
        if missing:
            with open(done, "w", encoding="ascii"):
                pass


def installed(requirements):
    """The folder of a virtual environment with the packages of the file of requirements."""
    with open(requirements, "rb") as text:
        name = hashlib.sha256(text.read()).hexdigest()[:12]
    folder = os.path.join(ROOT, "build/venv", name)
    with once(folder) as missing:
        if missing:
            download([sys.executable, "-m", "venv", "--clear", folder])
            download([os.path.join(folder, "bin/python3"), "-m", "pip", "-q", "--disable-pip-version-check", "install",
                      "--timeout", "60", "--requirement", requirements])
    return folder


if __name__ == "__main__":
    installed(sys.argv[1])
