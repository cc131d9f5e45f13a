#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A server with Docker and an Internet around it, on this machine but separate from it: two network
namespaces, a Docker Engine inside the first.

  rig.py up               namespaces and engine (running ones are kept)
  rig.py down             ends both; images are kept for the next run
  rig.py env              shell lines: DOCKER_HOST, DOCKER_CONFIG, PATH
  rig.py shell            a shell with these
  rig.py server CMD...    a command on the server (its network, its names), with these
  rig.py outside CMD...   a command out in the Internet: customer, attacker, certificate authority
  rig.py uplink CMD...    a command while builds may reach apt (class Uplink)

The server has 203.0.113.10 and 2001:db8:113::10; outside are 203.0.113.53 (names), .60 to .129 (attackers
and customers), .130 to .249 (ordinary clients beside a flood) and 2001:db8:113::66. TAPBOT_STACK=NAME makes a separate rig.

The engine is Debian 13's, unpacked below build/stack: nothing of the machine is installed, configured or
started, including its firewall. The server has no uplink. Its disk is a sparse file with a file system (disk.py), so
that no check depends on the free space of the machine's disk; without a loop device it is the machine's disk, which
`up` reports. Needs root, iptables, nftables, iproute2, mmdebstrap, e2fsprogs.
"""
import contextlib
import ctypes
import glob
import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
import zlib

import disk

HERE = os.path.dirname(os.path.realpath(__file__))
ROOT = os.path.realpath(os.path.join(HERE, "..", ".."))
NAME = os.environ.get("TAPBOT_STACK", "")
MARK = f"{zlib.crc32((ROOT + '/' + NAME).encode()):08x}"

SERVER, OUTSIDE = f"tapbot-{MARK}-server", f"tapbot-{MARK}-out"
SERVER_V4, SERVER_V6 = "203.0.113.10", "2001:db8:113::10"
NAMES_V4, OUTSIDE_V6 = "203.0.113.53", "2001:db8:113::66"
ATTACKERS_V4 = [f"203.0.113.{last}" for last in range(60, 130)]
CLIENTS_V4 = [f"203.0.113.{last}" for last in range(130, 250)]
DOMAIN = "tapbot.test"
UPLINK_PORT = 3128
CLONE_NEWNET = 0x40000000

ENGINE_PACKAGES = ("docker.io", "docker-cli", "containerd", "docker-compose", "docker-buildx", "tini", "pebble")
# From the machine's own release: they depend on the C library.
MACHINE_PACKAGES = ("runc", "wireguard-go", "wireguard-tools", "fail2ban")
READY_SECONDS = 60


class Missing(Exception):
    """This machine cannot run the stack; the text says why."""


class NoRoom(Exception):
    """The machine's disk is too full for a run; the text says how much it lacks."""


def clean(path):
    """Overlay mounts do not accept every path, and sockets need short ones. The user monitor must be able to enter each folder."""
    parents = [path[:at] for at in range(1, len(path)) if path[at] == "/"]
    return re.fullmatch(r"[A-Za-z0-9/._-]{1,90}", path) is not None and \
        all(os.stat(parent).st_mode & stat.S_IXOTH for parent in parents if os.path.isdir(parent))


HOME = os.path.join(ROOT, "build", "stack", *([NAME] if NAME else []))
SHARED = os.path.join(ROOT, "build", "stack")
# Where the clone's path cannot be used, for example below /root. The file `clone` in it names the clone.
OUTSIDE_CLONE = "/var/lib/tapbot-stack-"
if not clean(HOME):
    HOME = SHARED = OUTSIDE_CLONE + MARK
# Folders on the server's own disk: the engine's data and the site (stack.py).
DISK = os.path.join(HOME, "disk")
DATA = os.path.join(DISK, "docker")
RUN_BEGINS = "/run/tapbot-stack-"
RUN = RUN_BEGINS + MARK
ENGINE = os.path.join(SHARED, "engine")


class Server:
    """A namespace, and a Docker Engine inside it with folders of its own."""

    def __init__(self, name, data, run, log):
        self.name, self.data, self.run, self.log = name, data, run, log
        self.socket, self.pidfile = os.path.join(run, "docker.sock"), os.path.join(run, "docker.pid")
        # Like systemd, this program owns the engine's socket and passes it on: it is the same one after a crash.
        self.listening = []

    def environment(self):
        """Further variables of its `docker` and its stack, besides environment()."""
        return {"DOCKER_HOST": f"unix://{self.socket}", "TAPBOT_RIG_SOCKET": self.socket}


THE_SERVER = Server(SERVER, DATA, RUN, os.path.join(HOME, "dockerd.log"))
SOCKET = THE_SERVER.socket


def environment():
    return {**THE_SERVER.environment(), "DOCKER_CONFIG": os.path.join(HOME, "config"),
            "PATH": f"{ENGINE}/usr/bin:{ENGINE}/usr/sbin:{os.environ.get('PATH', '/usr/bin:/bin')}:/usr/sbin:/sbin"}


def run(*words, check=True, quiet=False, text=True, **more):
    if quiet:
        more.setdefault("stdout", subprocess.PIPE)
        more.setdefault("stderr", subprocess.STDOUT)
    done = subprocess.run(words, check=False, text=text, env={**os.environ, **environment(), **more.pop("env", {})},
                          **more)
    if check and done.returncode != 0:
        raise RuntimeError(f"{' '.join(words)[:300]}: ended with {done.returncode}: {str(done.stdout or '')[-3000:]}"
                           f"{str(done.stderr or '')[-3000:]}")
    return done


def docker(*words, **more):
    """The command's output."""
    return run("docker", *words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more).stdout


# --- requirements of the machine -------------------------------------------------------------------------

def machine_check():
    if os.geteuid() != 0:
        raise Missing("network namespaces and a Docker Engine need root")
    for tool, package in (("ip", "iproute2"), ("iptables", "iptables"), ("nft", "nftables"), ("mmdebstrap", "mmdebstrap"),
                          ("nsenter", "util-linux"), ("dpkg", "dpkg"), ("apt-get", "apt")):
        if shutil.which(tool, path=environment()["PATH"]) is None:
            raise Missing(f"{tool} is missing (package {package})")
    if os.uname().machine != "x86_64":
        raise Missing(f"packages are taken for amd64, this machine is {os.uname().machine}")


def engine_fetch():
    """Debian 13's engine, unpacked, with other packages of a server."""
    complete, wanted = os.path.join(ENGINE, "complete"), " ".join((*ENGINE_PACKAGES, *MACHINE_PACKAGES))
    with contextlib.suppress(FileNotFoundError), open(complete, encoding="ascii") as file:
        if file.read() == wanted:
            return
    debs = os.path.join(SHARED, "debs")
    shutil.rmtree(debs, ignore_errors=True)
    try:
        run(os.path.join(HERE, "lib", "debian13.sh"), debs, *ENGINE_PACKAGES, quiet=True)
        run("apt-get", "-q", "-o", "APT::Sandbox::User=root", "download", *MACHINE_PACKAGES, quiet=True, cwd=debs)
    except RuntimeError as error:
        raise Missing(f"the engine's packages cannot be downloaded: {error}") from error
    shutil.rmtree(ENGINE, ignore_errors=True)
    for deb in sorted(os.listdir(debs)):
        run("dpkg", "-x", os.path.join(debs, deb), ENGINE, quiet=True)
    shutil.rmtree(debs)
    with open(complete, "w", encoding="ascii") as file:
        file.write(wanted)


def disk_up():
    """Detects a full disk here, before something fails. Data of an earlier run on the server's disk count."""
    why = disk.up(DISK)
    if why:
        print(f"    the server has no disk of its own, its doctor checks the machine's: {why}", flush=True)
    if lacking := disk.lacking(DISK, own=not why):
        raise NoRoom(lacking)


# --- networks -------------------------------------------------------------------------------------------

def netns(name):
    return f"/run/netns/{name}"


def ip(*words, namespace=None):
    run("ip", *(["-n", namespace] if namespace else []), *words, quiet=True)


def networks_up():
    if os.path.exists(netns(SERVER)) and os.path.exists(netns(OUTSIDE)):
        return
    networks_down()
    for name in (SERVER, OUTSIDE):
        ip("netns", "add", name)
        ip("link", "set", "lo", "up", namespace=name)
    ip("link", "add", "eth0", "netns", SERVER, "type", "veth", "peer", "name", "eth0", "netns", OUTSIDE)
    sides = ((SERVER, [SERVER_V4], SERVER_V6), (OUTSIDE, [NAMES_V4, *ATTACKERS_V4, *CLIENTS_V4], OUTSIDE_V6))
    for name, v4, v6 in sides:
        run("ip", "-n", name, "-batch", "-", quiet=True, input="".join(f"address add {one}/24 dev eth0\n" for one in v4))
        ip("address", "add", f"{v6}/64", "dev", "eth0", "nodad", namespace=name)
        ip("link", "set", "eth0", "up", namespace=name)
    # Packets of the server to other addresses leave it, as on a real server; no one answers.
    ip("route", "add", "default", "via", NAMES_V4, namespace=SERVER)
    ip("-6", "route", "add", "default", "via", OUTSIDE_V6, namespace=SERVER)


def nft(*words, server=THE_SERVER, **more):
    """The output of the command, on the server."""
    return run("nsenter", f"--net={netns(server.name)}", "nft", *words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more).stdout


def journal_up(server=THE_SERVER):
    """As on every server. Loading it again empties its sets of sources."""
    nft("-f", os.path.join(ROOT, "deploy/host/journal.nft"), server=server)


def connections_up(server=THE_SERVER):
    """As on every server, too; deploy/tapbot up adds the exempt addresses."""
    nft("-f", os.path.join(ROOT, "deploy/host/connections.nft"), server=server)


def networks_down(names=(SERVER, OUTSIDE)):
    for name in names:
        # Processes that still run in there were started there by this program.
        for pid in run("ip", "netns", "pids", name, check=False, quiet=True).stdout.split():
            if pid.isdigit() and os.path.exists(netns(name)):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(int(pid), signal.SIGKILL)
        run("ip", "netns", "del", name, check=False, quiet=True)


def inside(name, *words, folders=()):
    """The command line of `words` in that namespace, names resolved by the Internet's server (resolv.conf). In it, each second
    folder of a pair in `folders` is mounted at the first path."""
    resolv = os.path.join(RUN, "resolv.conf")
    binds = [f'mount --bind {resolv} "$(readlink -f /etc/resolv.conf)"', *(f"mount --bind {own} {path}" for path, own in folders)]
    return ["nsenter", f"--net={netns(name)}", "unshare", "--mount", "sh", "-c",
            f'{" && ".join(binds)} && exec "$@"', "sh", *words]


def on_server(*words, **more):
    return run(*inside(SERVER, *words), **more)


def outside(*words, **more):
    return run(*inside(OUTSIDE, *words), **more)


class Namespace:
    """`with Namespace(OUTSIDE):` the sockets that this thread opens belong to it permanently. A path names another namespace."""

    def __init__(self, name):
        self.path = name if "/" in name else netns(name)

    def __enter__(self):
        self.back = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        there = os.open(self.path, os.O_RDONLY)
        enter(there)
        os.close(there)

    def __exit__(self, *_):
        enter(self.back)
        os.close(self.back)


def enter(fd):
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.setns(fd, CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "setns")


class Uplink:
    """A proxy for builds: listens on the server's loopback and connects from the machine's own network. It is
    available only while images are built, so that the finished stack has no route to outside."""

    def __init__(self):
        with Namespace(SERVER):
            self.listener = socket.create_server(("127.0.0.1", UPLINK_PORT))
        self.ended = False
        self.arguments = [word for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY")
                          for word in ("--build-arg", f"{name}=http://127.0.0.1:{UPLINK_PORT}")]

    def __enter__(self):
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.ended = True
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def accept(self):
        while not self.ended:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        """One request names the peer; further data on the connection go to the same one."""
        with client, contextlib.suppress(OSError, ValueError):
            head = b""
            while b"\r\n\r\n" not in head and len(head) < 65536:
                piece = client.recv(65536)
                if not piece:
                    return
                head += piece
            method, target, _ = head.split(b" ", 2)
            if method == b"CONNECT":
                host, _, port = target.decode().rpartition(":")
                head = b""
            else:
                host, _, port = target.decode().split("/", 3)[2].partition(":")
            with socket.create_connection((host, int(port or 80)), timeout=30) as peer:
                peer.settimeout(None)
                if head:
                    peer.sendall(head)
                else:
                    client.sendall(b"HTTP/1.1 200 connected\r\n\r\n")
                back = threading.Thread(target=pump, args=(peer, client), daemon=True)
                back.start()
                pump(client, peer)
                back.join()


def pump(source, target):
    with contextlib.suppress(OSError):
        while piece := source.recv(65536):
            target.sendall(piece)
    for end, how in ((target, socket.SHUT_WR), (source, socket.SHUT_RD)):
        with contextlib.suppress(OSError):
            end.shutdown(how)


# --- the engine -----------------------------------------------------------------------------------------

def engine_pid(server=THE_SERVER):
    """The pid of our engine if it runs; a reused pid is not mistaken for it."""
    with contextlib.suppress(OSError, ValueError):
        with open(server.pidfile, encoding="ascii") as file:
            pid = int(file.read())
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            if server.pidfile.encode() in file.read():
                return pid
    return None


def engine_answers(server=THE_SERVER):
    with contextlib.suppress(subprocess.TimeoutExpired):
        return run("docker", "version", check=False, quiet=True, timeout=10, env=server.environment()).returncode == 0
    return False


HANDED_OVER = ("import os, sys; os.dup2(int(sys.argv[1]), 3); os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS='1'); "
               "os.execvp(sys.argv[2], sys.argv[2:])")


def engine_listen(server):
    if not server.listening:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(server.socket)
        one = socket.socket(socket.AF_UNIX)
        one.bind(server.socket)
        one.listen(128)
        server.listening.append(one)
    return server.listening[0].fileno()


def engine_unlisten(server=THE_SERVER):
    """From here on clients are refused; otherwise they would wait for an answer."""
    while server.listening:
        server.listening.pop().close()


def engine_up(live_restore=True, server=THE_SERVER):
    """As on a server prepared by `init`: containers run while the engine is dead."""
    os.makedirs(server.run, exist_ok=True)
    os.makedirs(os.path.join(HOME, "config"), exist_ok=True)
    with open(os.path.join(RUN, "resolv.conf"), "w", encoding="ascii") as file:
        file.write(f"nameserver {NAMES_V4}\noptions timeout:1 attempts:1\n")
    plugins = os.path.join(HOME, "config", "cli-plugins")
    if not os.path.lexists(plugins):
        os.symlink(os.path.join(ENGINE, "usr/libexec/docker/cli-plugins"), plugins)
    if engine_pid(server) and engine_answers(server):
        return
    log = open(server.log, "ab")
    listener = engine_listen(server)
    # nsenter, not `ip netns exec`, which would remount /sys without the control groups.
    subprocess.Popen([sys.executable, "-c", HANDED_OVER, str(listener),
                      "nsenter", f"--net={netns(server.name)}", "dockerd", "--data-root", server.data,
                      "--exec-root", server.run, "--pidfile", server.pidfile, "-H", "fd://",
                      "--init-path", f"{ENGINE}/usr/bin/tini-static", "--dns", NAMES_V4,
                      "--experimental", "--ip6tables", "--log-level", "warn",
                      *(["--live-restore"] if live_restore else [])],
                     stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, pass_fds=(listener,),
                     env={**os.environ, **environment()})
    end = time.monotonic() + READY_SECONDS
    while not (os.path.exists(server.socket) and engine_pid(server) and engine_answers(server)):
        if time.monotonic() > end:
            engine_unlisten(server)
            with open(server.log, encoding="utf-8", errors="replace") as file:
                raise Missing(f"dockerd is not ready after {READY_SECONDS} s: {file.read()[-500:]}")
        time.sleep(0.1)


def engine_kill(server=THE_SERVER):
    """Like a crash: it ends without cleanup."""
    pid = engine_pid(server)
    os.kill(pid, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):  # where another program started it
        os.waitpid(pid, 0)
    while os.path.exists(f"/proc/{pid}"):
        time.sleep(0.01)


def crashed(server=THE_SERVER):
    """Whether the engine was killed and not started again. Its folder is still mounted on itself, containers may run."""
    with open("/proc/self/mountinfo", encoding="utf-8") as table:
        return engine_pid(server) is None and any(line.split()[4] == server.data for line in table)


def engine_down(server=THE_SERVER):
    if crashed(server):
        networks_up()
        engine_up(server=server)
    pid = engine_pid(server)
    if pid is None:
        return
    running = docker("ps", "--quiet", check=False, env=server.environment()).split()
    if running:
        run("docker", "kill", *running, check=False, quiet=True, env=server.environment())
    os.kill(pid, signal.SIGTERM)
    end = time.monotonic() + 30
    while engine_pid(server):
        if time.monotonic() > end:
            os.kill(pid, signal.SIGKILL)
            end += 60
        time.sleep(0.1)


def abandoned_remove():
    """Images are kept for the next run. Outside of a clone they would outlast it: deletes those of clones that are gone, except of
    a rig that was not ended."""
    for folder in glob.glob(f"{OUTSIDE_CLONE}*"):
        with contextlib.suppress(FileNotFoundError), open(os.path.join(folder, "clone"), encoding="utf-8") as file:
            if not os.path.isdir(file.read()) and not os.path.exists(folder.replace(OUTSIDE_CLONE, RUN_BEGINS)):
                shutil.rmtree(folder)


def up():
    machine_check()
    abandoned_remove()
    os.makedirs(HOME, exist_ok=True)
    if HOME.startswith(OUTSIDE_CLONE):
        with open(os.path.join(HOME, "clone"), "w", encoding="utf-8") as file:
            file.write(ROOT)
    disk_up()
    engine_fetch()
    networks_up()
    journal_up()
    connections_up()
    engine_up()


def unmount(*folders):
    """Unmounts all below them."""
    with open("/proc/self/mounts", encoding="utf-8") as mounts:
        ours = [path for path in (line.split()[1] for line in mounts) if path.startswith(tuple(f"{folder}/" for folder in folders))]
    for path in reversed(ours):
        run("umount", "--lazy", path, check=False, quiet=True)


def down():
    engine_down()
    networks_down()
    engine_unlisten()
    # dockerd leaves a handle of its namespace mounted; if killed, also its folder and the mounts of containers.
    unmount(DISK, RUN)
    disk.down(DISK)
    shutil.rmtree(RUN, ignore_errors=True)


def main():
    verb, words = (sys.argv[1:2] or [""])[0], sys.argv[2:]
    shell = {**os.environ, **environment()}
    if verb == "up":
        up()
    elif verb == "down":
        down()
    elif verb == "env":
        print("\n".join(f"export {name}='{value}'" for name, value in environment().items()))
    elif verb == "shell":
        return subprocess.run([os.environ.get("SHELL", "/bin/bash")], env=shell, check=False).returncode
    elif verb in ("server", "outside") and words:
        where = SERVER if verb == "server" else OUTSIDE
        return subprocess.run(inside(where, *words), env=shell, check=False).returncode
    elif verb == "uplink" and words:
        with Uplink():
            return subprocess.run(words, env=shell, check=False).returncode
    else:
        print(__doc__, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (Missing, NoRoom) as why:
        print(f"rig: {why}", file=sys.stderr)
        sys.exit(3)
