# SPDX-License-Identifier: MIT
"""A small file system that can be filled."""
import contextlib
import os
import subprocess
import tempfile


class Refused(Exception):
    """This machine cannot mount one; the text says why."""


def _run(*words):
    """None, or the reason of the failure."""
    done = subprocess.run(words, check=False, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return " ".join(done.stdout.split())[-200:] or f"{words[0]}: {done.returncode}" if done.returncode else None


def _loop(folder, megabytes):
    """ext4 in a file, without blocks reserved for root."""
    image = f"{folder}.img"
    with open(image, "wb") as file:
        file.truncate(megabytes << 20)
    return _run("mkfs.ext4", "-q", "-m", "0", "-F", image) or _run("mount", "-t", "ext4", "-o", "loop,noatime", image, folder)


def _memory(folder, megabytes):
    return _run("mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0755", "tapbot", folder)


WAYS = {"loop": _loop, "tmpfs": _memory}


@contextlib.contextmanager
def small_disk(megabytes, ways=("loop", "tmpfs")):
    """Mounts it by the first of `ways` that this machine permits; yields its folder and that one."""
    if os.geteuid() != 0:
        raise Refused("needs root")
    folder, refusals = tempfile.mkdtemp(prefix="tapbot-disk-"), []
    os.chmod(folder, 0o755)
    try:
        for way in ways:
            why = WAYS[way](folder, megabytes)
            if why is None:
                break
            refusals.append(f"{way}: {why}")
        else:
            raise Refused("; ".join(refusals))
        try:
            yield folder, way
        finally:
            _run("umount", "-l", folder)
    finally:
        with contextlib.suppress(OSError):
            os.unlink(f"{folder}.img")
        with contextlib.suppress(OSError):
            os.rmdir(folder)


@contextlib.contextmanager
def frozen(folder):
    """For the context writes to a loop file neither complete nor fail."""
    why = _run("fsfreeze", "--freeze", folder)
    if why:
        raise Refused(why)
    try:
        yield
    finally:
        _run("fsfreeze", "--unfreeze", folder)


def fill(folder):
    """Writes a file that takes all free space."""
    path = os.path.join(folder, "ballast")
    with contextlib.suppress(OSError), open(path, "ab", buffering=0) as file:
        for size in (1 << 16, 1 << 12):
            with contextlib.suppress(OSError):
                while True:
                    file.write(bytes(size))
    return path
