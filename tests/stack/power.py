# SPDX-License-Identifier: MIT
"""A power failure of server 2 (two.py) and its return. Off: packets in flight are lost, all processes are killed at once,
its disk loses unsynced data, and the state of kernel and /run is gone.
On: only what a machine does at its start: its network, its units in their order, Docker."""
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
UNITS = ("tapbot-link.service", "tapbot-journal.service")  # before docker.service, as their files say
GONE_SECONDS = 20


def parents():
    """{pid: its parent} of all processes."""
    found = {}
    for pid in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError), open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            found[int(pid)] = int(file.read().rpartition(")")[2].split()[1])
    return found


def processes():
    """Processes of the server: engine, containerd and shims, which are in its network, and their children in containers' networks."""
    found = {int(pid) for pid in rig.run("ip", "netns", "pids", SERVER.name, quiet=True).stdout.split()} - {os.getpid()}
    known = parents()
    while more := {pid for pid, parent in known.items() if parent in found} - found:
        found |= more
    return found


def kill():
    """Kills all at once: a container whose shim is dead would survive otherwise."""
    end = time.monotonic() + GONE_SECONDS
    while found := processes():
        for pid in found:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        assert time.monotonic() < end, f"still there: {found}"
        for pid in found:  # these are children of this program
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)
        time.sleep(0.02)


def off():
    """Returns the kind of its disk, for the note: a server without a disk of its own loses no data."""
    own = os.path.ismount(DISK)
    rig.ip("link", "set", "eth0", "down", namespace=SERVER.name)
    kill()
    rig.engine_unlisten(SERVER)
    rig.unmount(DISK, SERVER.run)
    if own:
        disk.lose(DISK)
    for name in os.listdir(SERVER.run):  # /run is memory; replacements of the machine's other folders are below "own"
        path = os.path.join(SERVER.run, name)
        if name != "own":
            shutil.rmtree(path) if os.path.isdir(path) else os.unlink(path)
    for path, there in two.folders(SERVER):
        if path.startswith("/run/"):
            shutil.rmtree(there)
            os.mkdir(there)
    return "with loss of unsynced data" if own else "without loss of data: its disk is the machine's"


def unit(site, name):
    """Runs the commands of the unit, as systemd would: %Y is the folder of the file behind the link."""
    folder = os.path.join(site.folder, "deploy/host")
    with open(os.path.join(folder, name), encoding="utf-8") as file:
        text = file.read()
    assert "\nBefore=docker.service\n" in text, f"{name} is not ordered before Docker"
    for line in re.findall(r"(?m)^ExecStart=(.*)$", text):
        site.on(*line.replace("%Y", folder).split(), quiet=True)


def on(site):
    if os.path.exists(disk.image(DISK)):
        why = disk.mounted(DISK)
        assert why is None, f"the disk cannot be mounted again: {why}"
    rig.ip("link", "del", "eth1", namespace=rig.OUTSIDE)  # until now it led to the dead machine
    rig.run("ip", "netns", "del", SERVER.name, quiet=True)
    two.machine_up()
    for name in UNITS:
        unit(site, name)
    rig.engine_up(server=SERVER)
