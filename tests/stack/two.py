#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Two servers: the rig's (rig.py) is server 1; server 2 has an engine and a network of its own.

  two.py up                both servers and the Internet around them
  two.py down              ends all of them
  two.py server1 CMD...    a command on that server, `docker` being its own (server2 too)

Outside is the same namespace as in the rig: its addresses reach both servers, and it is the router between them.
Server 2 has 198.51.100.10 and 2001:db8:114::10, and a disk of its own like the rig's.
Packets between the servers pass through way.py while a run uses it; otherwise they are only
routed.
"""
import contextlib
import functools
import os
import subprocess
import sys
import time

import disk
import images
import rig

SECOND = f"tapbot-{rig.MARK}-two"
SECOND_V4, SECOND_V6 = "198.51.100.10", "2001:db8:114::10"
ROUTER_V4, ROUTER_V6 = "198.51.100.53", "2001:db8:114::66"
TABLE = 100
LINK = ("10.0.100.1", "10.0.100.2")
DISKS = (rig.DISK, os.path.join(rig.HOME, "disk2"))

SERVERS = (rig.THE_SERVER, rig.Server(SECOND, os.path.join(DISKS[1], "docker"), os.path.join(rig.RUN, "2"),
                                      os.path.join(rig.HOME, "dockerd2.log")))
PUBLIC = ((rig.SERVER_V4, rig.SERVER_V6), (SECOND_V4, SECOND_V6))
# Folders of which a machine has one and which the two servers would share: each has its own in the rig's folder.
OWN_FOLDERS = ("/run/wireguard", "/etc/wireguard", "/var/lib/tapbot-monitor")


def folders(server):
    """[(path, the folder mounted there)]"""
    return [(path, os.path.join(server.run, "own", path.strip("/").replace("/", "-"))) for path in OWN_FOLDERS]


def command(server, *words):
    """(The command line of `words` on that server, its environment)."""
    path = os.pathsep.join((os.path.join(server.run, "own"), rig.environment()["PATH"]))
    return rig.inside(server.name, *words, folders=folders(server)), {**server.environment(), "PATH": path}


def on(server, *words, env=None, **more):
    words, own = command(server, *words)
    return rig.run(*words, env={**own, **(env or {})}, **more)


def docker(server, *words, env=None, **more):
    """The command's output."""
    return rig.docker(*words, env={**server.environment(), **(env or {})}, **more)


def machine_up():
    """The network of server 2, and the cable to it."""
    rig.ip("netns", "add", SECOND)
    rig.ip("link", "set", "lo", "up", namespace=SECOND)
    rig.ip("link", "add", "eth0", "netns", SECOND, "type", "veth", "peer", "name", "eth1", "netns", rig.OUTSIDE)
    for name, device, v4, v6 in ((SECOND, "eth0", SECOND_V4, SECOND_V6), (rig.OUTSIDE, "eth1", ROUTER_V4, ROUTER_V6)):
        rig.ip("address", "add", f"{v4}/24", "dev", device, namespace=name)
        rig.ip("address", "add", f"{v6}/64", "dev", device, "nodad", namespace=name)
        rig.ip("link", "set", device, "up", namespace=name)
    rig.ip("route", "add", "default", "via", ROUTER_V4, namespace=SECOND)
    rig.ip("-6", "route", "add", "default", "via", ROUTER_V6, namespace=SECOND)


def networks_up():
    if os.path.exists(rig.netns(SECOND)):
        return
    machine_up()
    # A table filled only by Way routes packets between the servers; while it is empty, the usual table does.
    for (v4, v6), device in zip(PUBLIC, ("eth1", "eth0")):
        rig.ip("rule", "add", "iif", device, "to", v4, "lookup", str(TABLE), namespace=rig.OUTSIDE)
        rig.ip("-6", "rule", "add", "iif", device, "to", v6, "lookup", str(TABLE), namespace=rig.OUTSIDE)
    for switch in ("ipv4/ip_forward", "ipv6/conf/all/forwarding"):
        rig.run("nsenter", f"--net={rig.netns(rig.OUTSIDE)}", "sh", "-c", f"echo 1 >/proc/sys/net/{switch}", quiet=True)


def up():
    rig.up()
    if why := disk.up(DISKS[1]):
        print(f"    server 2 has no disk of its own: {why}")
    networks_up()
    for server in SERVERS:
        for path, own in folders(server):
            os.makedirs(path, exist_ok=True)
            os.makedirs(own, exist_ok=True)
        # The servers must not use the machine's systemctl: units are not started here.
        with open(os.open(os.path.join(server.run, "own", "systemctl"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o755), "w", encoding="ascii") as file:
            file.write("#!/bin/sh\nexit 1\n")
    rig.journal_up(SERVERS[1])
    rig.connections_up(SERVERS[1])
    rig.engine_up(server=SERVERS[1])


def down():
    rig.engine_down(SERVERS[1])
    rig.engine_unlisten(SERVERS[1])
    rig.networks_down([SECOND])
    rig.unmount(DISKS[1])
    disk.down(DISKS[1])
    rig.down()


def nothing_left(_subject):
    """Nothing of either server remains after down()."""
    spaces = [name for name in (rig.SERVER, SECOND, rig.OUTSIDE) if os.path.exists(rig.netns(name))]
    with open("/proc/self/mounts", encoding="utf-8") as mounts:
        ours = tuple(f"{folder}/" for folder in (*DISKS, rig.RUN))
        mounted = [path for path in (line.split()[1] for line in mounts) if (path + "/").startswith(ours)]
    running = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError), open(f"/proc/{pid}/cmdline", "rb") as file:
            line = file.read()
            if rig.RUN.encode() + b"/" in line or rig.MARK.encode() in line:
                running.append(line.replace(b"\0", b" ").decode(errors="replace")[:200])
    left = spaces + mounted + running + [rig.RUN] * os.path.exists(rig.RUN)
    assert not left, f"remains after the end: {left}"


def images_share(*left_out):
    """Copies the images that server 2 lacks from server 1, except those with such a word in their names; returns the seconds."""
    began = time.monotonic()
    known = [docker(server, "image", "ls", "--no-trunc", "--filter", "dangling=false", "--format", "{{.Repository}}:{{.Tag}} {{.ID}}").splitlines()
             for server in SERVERS]
    lacking = [line.split()[0] for line in known[0] if line not in known[1] and not any(word in line for word in left_out)]
    if lacking:
        with subprocess.Popen(["docker", "save", *lacking], stdout=subprocess.PIPE, env={**os.environ, **rig.environment()}) as saved:
            docker(SERVERS[1], "load", "--quiet", stdin=saved.stdout)
        if saved.returncode != 0:
            raise RuntimeError(f"docker save ended with {saved.returncode}")
    return time.monotonic() - began


def tidy():
    for server in SERVERS:
        images.tidy(functools.partial(docker, server))


def main():
    verb, words = (sys.argv[1:2] or [""])[0], sys.argv[2:]
    if verb == "up":
        up()
    elif verb == "down":
        down()
    elif verb in ("server1", "server2") and words:
        line, own = command(SERVERS[int(verb[-1]) - 1], *words)
        return subprocess.run(line, env={**os.environ, **rig.environment(), **own}, check=False).returncode
    else:
        print(__doc__, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
