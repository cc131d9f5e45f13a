# SPDX-License-Identifier: MIT
"""Server 2 (two.py) without power, and with it again. Off, it says no last word: nothing that it would still send arrives, all
that runs there is killed at once, its disk loses what was not written for certain, and what a kernel and /run hold is gone.
On, it does what a machine does at its start, and nothing else: its network, its units in their order, Docker."""
import contextlib
import os
import re
import shutil
import signal
import time

import disk
import rig
import two

SERVER, DISK = two.SERVERS[1], two.DISKS[1]
UNITS = ("tapbot-link.service", "tapbot-journal.service")  # before docker.service, as they say
GONE_SECONDS = 20


def parents():
    """pid: its parent's, of all processes."""
    found = {}
    for pid in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError), open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            found[int(pid)] = int(file.read().rpartition(")")[2].split()[1])
    return found


def processes():
    """What runs on the server: in its network, which engine, containerd and shims have, and below those in a container's own."""
    found = {int(pid) for pid in rig.run("ip", "netns", "pids", SERVER.name, quiet=True).stdout.split()} - {os.getpid()}
    known = parents()
    while more := {pid for pid, parent in known.items() if parent in found} - found:
        found |= more
    return found


def kill():
    """All at once: a container whose shim is dead would go on else."""
    end = time.monotonic() + GONE_SECONDS
    while found := processes():
        for pid in found:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        assert time.monotonic() < end, f"still there: {found}"
        for pid in found:  # of those that were started here
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)
        time.sleep(0.02)


def off():
    """What its disk was, in words: where the server has none of its own, it loses nothing."""
    own = os.path.ismount(DISK)
    rig.ip("link", "set", "eth0", "down", namespace=SERVER.name)
    kill()
    rig.engine_unlisten(SERVER)
    rig.unmount(DISK, SERVER.run)
    if own:
        disk.lose(DISK)
    for name in os.listdir(SERVER.run):  # /run is memory; what stands for the machine's other folders is below "own"
        path = os.path.join(SERVER.run, name)
        if name != "own":
            shutil.rmtree(path) if os.path.isdir(path) else os.unlink(path)
    for path, there in two.folders(SERVER):
        if path.startswith("/run/"):
            shutil.rmtree(there)
            os.mkdir(there)
    return "with all that was not written for certain" if own else "but for its disk, which is the machine's"


def unit(site, name):
    """Runs what it starts, as systemd would: %Y is the folder of the file behind the link."""
    folder = os.path.join(site.folder, "deploy/host")
    with open(os.path.join(folder, name), encoding="utf-8") as file:
        text = file.read()
    assert "\nBefore=docker.service\n" in text, f"{name} does not say that it comes before Docker"
    for line in re.findall(r"(?m)^ExecStart=(.*)$", text):
        site.on(*line.replace("%Y", folder).split(), quiet=True)


def on(site):
    if os.path.exists(disk.image(DISK)):
        why = disk.mounted(DISK)
        assert why is None, f"the disk cannot be mounted again: {why}"
    rig.ip("link", "del", "eth1", namespace=rig.OUTSIDE)  # until now it led to a machine that is silent
    rig.run("ip", "netns", "del", SERVER.name, quiet=True)
    two.machine_up()
    for name in UNITS:
        unit(site, name)
    rig.engine_up(server=SERVER)
