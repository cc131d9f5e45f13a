# SPDX-License-Identifier: MIT
"""A server of the rig with the folders that `deploy/tapbot harden` changes, and its view from outside. systemd is a script that
runs what units name; the kernel's tables, fail2ban, Traefik and the engine are real. Checks: harden.py, two_harden.py."""
import collections
import concurrent.futures
import contextlib
import errno
import json
import os
import re
import resource
import select
import shutil
import socket
import time

import images
import rig
import stack as stacks

# Addresses of attackers here are new, and no other check uses them.
GUESSER, LIAR, VICTIM_V4 = rig.CLIENTS_V4[-1], rig.CLIENTS_V4[-2], rig.CLIENTS_V4[-3]
# The usual addresses of the link.
LINK = ("10.0.100.1", "10.0.100.2")
BANNED_SECONDS, EDGE_SECONDS = 60, 40
ADMINISTRATOR_TRIES = 30
SSH, WIREGUARD, OTHER_UDP = 22, 51820, 5353
MISTAKE, MISTAKEN = "tapbot-published-by-mistake", 9999
LISTENER = f"use IO::Socket::INET; my $s = IO::Socket::INET->new(LocalPort => {MISTAKEN}, Listen => 9, ReuseAddr => 1) or die; while (my $c = $s->accept) {{ close $c }}"
# Ports of the servers for each other on the link.
DATA = (5432, 6333, 6379, 7000, 7007)
EVERY_PORT = range(1, 65536)
# Ports that a server or container of ours has or might have, for short scans.
PORTS = sorted({*range(1, 1024), *DATA, *range(7000, 7100), *range(8000, 8100), 2222, 2375, 2376, 2377, 3000, 3128, 3306, 4789, 5433, 5678, 6334, 7946,
                8441, 8442, 8443, 9000, 9090, 9093, 9443, 10000, MISTAKEN, WIREGUARD, 65535})
WAVE, WAVE_SECONDS = 32768, 1.5
# Wait for a datagram, and between two reads of the drop counter.
ARRIVES_SECONDS, LOOK_SECONDS = 3.0, 0.1
# Repetitions of a datagram that was not dropped: an unrelated packet may have changed the counter.
DROPPED_TRIES = 3
Datagram = collections.namedtuple("Datagram", "name port source address")

PYTHON = f"PYTHONPATH={rig.ENGINE}/usr/lib/python3/dist-packages"
SYSTEMCTL = """#!/bin/sh
for unit; do :; done
mkdir -p {home}/enabled
case $1 in
daemon-reload) ;;
is-enabled) [ -e "{home}/enabled/$unit" ] ;;
enable) for unit; do case $unit in *.*) : >"{home}/enabled/$unit" ;; esac; done ;;
disable) rm -f "{home}/enabled/$unit" ;;
restart)
    if [ "$unit" = fail2ban.service ]; then
        ! fail2ban-client ping >/dev/null 2>&1 || fail2ban-client stop >/dev/null
        {python} setsid python3 {engine}/usr/bin/fail2ban-server -c {root}/etc/fail2ban -xf start >/dev/null 2>&1 </dev/null &
    else
        sed -n "s#/etc/#{root}/etc/#; s#^ExecStart=/[us/rbin]*/##p" "{root}/etc/systemd/system/$unit" | sh -e
    fi ;;
*) exit 1 ;;
esac
"""
CLIENT = "#!/bin/sh\n{python} exec python3 {engine}/usr/bin/fail2ban-client -c {root}/etc/fail2ban \"$@\"\n"
FAIL2BAN = """[Definition]
logtarget = {home}/fail2ban.log
socket = {home}/fail2ban.sock
pidfile = {home}/fail2ban.pid
dbfile = {home}/fail2ban.sqlite3
"""
# Without systemd's journal, sshd's lines are in a file.
SSHD = "[sshd]\nbackend = polling\njournalmatch =\nlogpath = {home}/auth.log\n"


def put(path, text, mode=0o644):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(path, mode)


def family(address):
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def until(what, condition, seconds=BANNED_SECONDS):
    """Waits for the condition; returns the seconds."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < seconds, f"not within {seconds} s: {what}"
        time.sleep(0.1)
    return time.monotonic() - began


def at_once(function, many):
    """[result for each]; raises the first exception."""
    with concurrent.futures.ThreadPoolExecutor(len(many)) as pool:
        return list(pool.map(function, many))


def answers(address, port):
    with rig.Namespace(rig.OUTSIDE):
        one = socket.socket(family(address))
    with one:
        one.settimeout(1)
        return one.connect_ex((address, port)) == 0


@contextlib.contextmanager
def files_allowed():
    """The number of sockets that one program may open and wait for."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    try:
        yield WAVE if hard == resource.RLIM_INFINITY else min(WAVE, hard - 1024)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def knock(targets, found, seconds):
    """Adds the open ones to `found`; most closed ones do not answer."""
    poll, waiting = select.poll(), {}
    with rig.Namespace(rig.OUTSIDE):
        for address, port in targets:
            one = socket.socket(family(address))
            one.setblocking(False)
            one.connect_ex((address, port))
            waiting[one.fileno()] = one, address, port
            poll.register(one, select.POLLOUT)
    while waiting and (ready := poll.poll(seconds * 1000)):
        for descriptor, _ in ready:
            one, address, port = waiting.pop(descriptor)
            poll.unregister(descriptor)
            if one.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0:
                found[address].add(port)
            one.close()
    for one, *_ in waiting.values():
        one.close()


def open_ports(addresses, ports=EVERY_PORT, seconds=WAVE_SECONDS):
    """{address: its open ports}, from outside; ends after `seconds` without an answer."""
    found = {address: set() for address in addresses}
    targets = [(address, port) for address in addresses for port in ports]
    with files_allowed() as wave:
        for first in range(0, len(targets), wave):
            knock(targets[first:first + wave], found, seconds)
    return found


@contextlib.contextmanager
def having(address):
    """Gives that address to the outside for the context."""
    rig.ip("address", "add", f"{address}/32", "dev", "eth0", namespace=rig.OUTSIDE)
    try:
        yield
    finally:
        rig.ip("address", "del", f"{address}/32", "dev", "eth0", namespace=rig.OUTSIDE)


class Host:
    """A server and its stack; `page` is (host, path) of a page with a password. `link` is its address on the link, where
    programs listen on `link_ports` in addition to the stack."""

    def __init__(self, site, server, public, page, link=None, link_ports=()):
        self.site, self.server, self.page, self.link, self.link_ports = site, server, page, link, link_ports
        self.v4, self.v6 = self.public = public
        self.forged = LINK[0] if link == LINK[1] else LINK[1]
        self.home = os.path.join(server.run, "hardened")
        self.root, self.bin = os.path.join(self.home, "root"), os.path.join(self.home, "bin")
        self.ssh = None

    # --- the machine ----------------------------------------------------------------------------------------

    def machine(self):
        """The parts of a server that the rig lacks."""
        shutil.rmtree(self.home, ignore_errors=True)
        os.makedirs(self.bin)
        words = {"home": self.home, "root": self.root, "engine": rig.ENGINE, "python": PYTHON}
        put(os.path.join(self.bin, "systemctl"), SYSTEMCTL.format(**words), 0o755)
        put(os.path.join(self.bin, "fail2ban-client"), CLIENT.format(**words), 0o755)
        # Only the settings of updates: a test installs no package on the machine.
        put(os.path.join(self.bin, "unattended-upgrade"), "#!/bin/sh\n", 0o755)
        shutil.copytree(os.path.join(rig.ENGINE, "etc/fail2ban"), os.path.join(self.root, "etc/fail2ban"))
        put(os.path.join(self.root, "etc/fail2ban/fail2ban.local"), FAIL2BAN.format(**words))
        put(os.path.join(self.root, "etc/fail2ban/jail.d/zz-rig.local"), SSHD.format(**words))
        put(os.path.join(self.home, "auth.log"), "")
        with rig.Namespace(self.server.name):
            self.ssh = socket.create_server(("::", SSH), family=socket.AF_INET6, backlog=128, dualstack_ipv6=True)
        published = [f"--publish={where}:{MISTAKEN}" for where in (MISTAKEN, *(f"{self.link}:{port}" for port in self.link_ports))]
        self.site.run_docker("run", "--detach", "--name", MISTAKE, *published, images.BASE, "perl", "-e", LISTENER)
        for address in self.public:
            until(f"{address}: the port published by mistake is open", lambda address=address: answers(address, MISTAKEN), 10)

    def ended(self):
        """Removes all of this, however far it came."""
        if any(f"tapbot_{name}" in rig.nft("list", "tables", server=self.server, check=False) for name in ("guard", "bans")):
            self.harden("undo", "bans", "guard", check=False)
        # By its command line: the pid in its file may belong to another process by now.
        rig.run("pkill", "-f", "--", f"fail2ban-server -c {self.root}/", check=False, quiet=True)
        self.site.run_docker("rm", "--force", MISTAKE, check=False)
        if self.ssh:
            self.ssh.close()

    def environment(self):
        return {"PATH": f"{self.bin}:{rig.environment()['PATH']}", "TAPBOT_HOST_ROOT": self.root}

    def harden(self, *words, check=True):
        return self.site.tapbot("harden", *words, check=check, quiet=True, env=self.environment())

    def on(self, *words, **more):
        """The output of a command on the server."""
        return self.site.on(*words, quiet=True, env=self.environment(), **more).stdout

    def restart(self, unit):
        self.on("systemctl", "restart", unit)

    def crash(self):
        """Kills the engine and flushes all tables; then starts all in the order of the units, the engine last."""
        rig.engine_kill(self.server)
        rig.nft("flush", "ruleset", server=self.server)
        self.restart("tapbot-guard.service")
        if self.link:
            self.on("sh", os.path.join(self.site.folder, "deploy/host/link.sh"), "up")
        rig.journal_up(self.server)
        rig.connections_up(self.server)
        self.on("sh", os.path.join(self.site.folder, "deploy/host/trusted.sh"))
        self.restart("fail2ban.service")
        rig.engine_up(server=self.server)

    # --- view from outside -------------------------------------------------------------------------

    def customer(self, source, **more):
        return stacks.Customer(self.page[0], source=source, server=self.public, **more)

    def served(self, source):
        """Whether a new connection from there gets an answer."""
        try:
            return self.customer(source, timeout=2).call("GET", self.page[1]).status in (401, 429)
        except OSError:
            return False

    def dropped(self):
        """The number of packets that the firewall has dropped; 0 without a firewall."""
        output = rig.nft("list", "table", "inet", "tapbot_guard", server=self.server, check=False)
        return sum(map(int, re.findall(r"counter packets (\d+) bytes \d+ drop", output)))

    def arrives(self, one):
        """Whether a datagram from outside arrives. Dropped ones are counted; others reach a program there, or WireGuard,
        which has its port and does not answer."""
        with rig.Namespace(self.server.name):
            server = socket.socket(family(one.address), socket.SOCK_DGRAM)
        with rig.Namespace(rig.OUTSIDE):
            client = socket.socket(family(one.address), socket.SOCK_DGRAM)
        with server, client:
            client.bind((one.source, 0))
            try:
                server.bind((one.address, one.port))
            except OSError as error:
                if error.errno != errno.EADDRINUSE:
                    raise
                return any(self.comes(None, client, one) for _ in range(DROPPED_TRIES))
            server.settimeout(LOOK_SECONDS)
            return self.comes(server, client, one)

    def comes(self, server, client, one):
        before, end = self.dropped(), time.monotonic() + (ARRIVES_SECONDS if server else LOOK_SECONDS)
        client.sendto(b"hello", (one.address, one.port))
        while time.monotonic() < end:
            if server is None:
                time.sleep(LOOK_SECONDS)
            else:
                with contextlib.suppress(TimeoutError):
                    return server.recv(100) == b"hello"
            if self.dropped() != before:
                return False
        return server is None

    def datagrams(self):
        """Those that arrive. They are sent one after another, because the drop counter is shared."""
        tried = [Datagram("wireguard", WIREGUARD, rig.NAMES_V4, self.v4), Datagram("wireguard v6", WIREGUARD, rig.OUTSIDE_V6, self.v6),
                 Datagram("another", OTHER_UDP, rig.NAMES_V4, self.v4), Datagram("another v6", OTHER_UDP, rig.OUTSIDE_V6, self.v6),
                 Datagram("forged", WIREGUARD, self.forged, self.v4)]
        with having(self.forged):
            return {one.name for one in tried if self.arrives(one)}

    def arrivals(self):
        """The number of packets from IPv4 addresses that the journal has counted."""
        output = json.loads(rig.nft("--json", "list", "set", "inet", "tapbot_journal", "sources4", server=self.server))
        elements = next(one["set"].get("elem", []) for one in output["nftables"] if "set" in one)
        return sum(one["elem"]["counter"]["packets"] for one in elements)

    def banned(self):
        """The addresses that the kernel drops, of both jails."""
        output = rig.nft("list", "table", "inet", "tapbot_bans", server=self.server, check=False)
        return set(re.findall(r"[{,]\s*([0-9a-f.:]+)", "".join(re.findall(r"elements = \{[^}]*\}", output))))

    def guess(self, source, seconds=BANNED_SECONDS):
        """Tries passwords until there is no answer; returns their number and the seconds. An idle connection that was open
        meanwhile must be dead then too."""
        kept, tried, began = self.customer(source, timeout=2), 0, time.monotonic()
        assert kept.call("GET", self.page[1]).status == 401
        guesser = self.customer(source, password="wrong", timeout=2)
        while time.monotonic() - began < seconds:
            kept.used = guesser.used = time.monotonic()
            try:
                assert guesser.call("GET", self.page[1]).status in (401, 429)
                tried += 1
            except TimeoutError:
                break
        else:
            raise AssertionError(f"{source} has tried {tried} passwords in {seconds} s")
        took = time.monotonic() - began
        try:
            raise AssertionError(f"an open connection still answers: {kept.call('GET', self.page[1])}")
        except TimeoutError:
            pass
        return tried, took

    # --- checks of any server -------------------------------------------------------------------------------

    def guarded(self):
        """Records the open ports before, then applies the firewall."""
        before = self.datagrams()
        assert before == {"wireguard", "wireguard v6", "another", "another v6", "forged"}, before
        plan = self.harden().stdout
        assert "guard: not applied" in plan and "bans: not applied" in plan, plan
        self.harden("apply", "guard")

    def shut_out(self, sources):
        """Guessing clients are banned, with their open connections; an administrator is not; the documented command unbans them."""
        self.harden("apply", "bans")
        assert "bans: applied" in self.harden("status", check=False).stdout
        notes = []
        for (tried, took), source in zip(at_once(self.guess, sources), sources):
            until(f"{source} is in the kernel's list", lambda source=source: source in self.banned(), 5)
            notes.append(f"{tried} passwords in {took:.0f} s")
        assert not any(at_once(self.served, sources)), "a banned client is served"
        with rig.Namespace(rig.OUTSIDE):
            one = socket.socket(family(sources[0]))
        with one:
            one.bind((sources[0], 0))
            one.settimeout(1)
            assert one.connect_ex((self.v6 if ":" in sources[0] else self.v4, 80)), "port 80 is still open to a banned client"
        assert self.banned() == set(sources), self.banned()
        administrator = self.customer(stacks.ADMIN_ADDRESS, password="wrong")
        for _ in range(ADMINISTRATOR_TRIES):
            assert administrator.call("GET", self.page[1]).status in (401, 429)
        self.restart("fail2ban.service")
        until("a restart retains bans", lambda: self.banned() == set(sources), 20)
        assert self.served(stacks.ADMIN_ADDRESS) and self.served(LIAR)
        for source in sources:
            assert "No longer banned" in self.harden("unban", source).stdout
            until(f"{source} is served again", lambda source=source: self.served(source), 5)
        assert "was not banned" in self.harden("unban", sources[0]).stdout and not self.banned()
        return f"{' and '.join(notes)}; an administrator's {ADMINISTRATOR_TRIES} have no effect"


def closed(hosts, ports=EVERY_PORT):
    """Open ports from outside. The journal of each server must have counted all packets, dropped or not."""
    counted = [host.arrivals() for host in hosts]
    for address, found in open_ports([address for host in hosts for address in host.public], ports).items():
        assert found == {SSH, 80, 443}, f"{address}: open ports are {sorted(found)}"
    for host, before in zip(hosts, counted):
        assert (new := host.arrivals() - before) >= len(ports), f"{host.v4}: the journal of arrivals has counted {new} of {len(ports)}"
        # Without a link its usual network is not trusted.
        through = host.datagrams()
        assert through == {"wireguard", "wireguard v6"} | ({"forged"} if not host.link else set()), f"{host.v4}: {through}"
