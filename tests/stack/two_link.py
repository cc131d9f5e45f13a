# SPDX-License-Identifier: MIT
"""The rig of two servers itself: both engines work, the path between them behaves as set, and WireGuard runs over it.
Tests that use the rig depend on these checks."""
import contextlib
import os
import socket
import subprocess
import threading
import time

import images
import rig
import two
from way import TCP, UDP

PORT, LINK_PORT, INTERFACE = 9000, 51820, "wg-rig"
ROUND_TRIP, RATE = 0.2, 256_000
PAYLOAD = 48 * 1024
# Delay that a shared machine may add; each value is the best of several tries.
SLACK = 0.1
TRIES, SILENT_SECONDS, HEALED_SECONDS = 5, 1.5, 10


class Echo:
    """`with Echo(SERVER, address):` answers on that server with a byte for each line, until the connection ends."""

    def __init__(self, server, address):
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        with rig.Namespace(server.name):
            self.listener = socket.create_server((address, PORT), family=family)

    def __enter__(self):
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                one, _ = self.listener.accept()
                threading.Thread(target=self.serve, args=(one,), daemon=True).start()

    @staticmethod
    def serve(one):
        with one, contextlib.suppress(OSError):
            while piece := one.recv(65536):
                one.sendall(b"." * piece.count(b"\n"))


class Line:
    """A connection to an Echo, from that namespace."""

    def __init__(self, namespace, address, source=None):
        with rig.Namespace(namespace):
            self.one = socket.create_connection((address, PORT), timeout=HEALED_SECONDS, source_address=(source, 0) if source else None)
        self.port = self.one.getsockname()[1]
        self.one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.one.close()

    def ask(self, size=1, seconds=HEALED_SECONDS):
        """Seconds until so many bytes are answered; TimeoutError."""
        began = time.monotonic()
        self.one.settimeout(seconds)
        self.one.sendall(b"x" * (size - 1) + b"\n")
        assert self.one.recv(1) == b"."
        return time.monotonic() - began

    def silent(self):
        """Raises if an answer comes. late() or the next ask() receives it."""
        try:
            self.ask(seconds=SILENT_SECONDS)
        except TimeoutError:
            return
        raise AssertionError("the path is cut, but an answer came")

    def late(self, seconds=HEALED_SECONDS):
        """Seconds until the answer comes that silent() did not get."""
        began = time.monotonic()
        self.one.settimeout(seconds)
        assert self.one.recv(1) == b"."
        return time.monotonic() - began


def measured(way, line):
    """Open, slow, narrow and cut have their effects; data sent while it was cut arrive afterwards."""
    quick = min(line.ask() for _ in range(TRIES))
    assert quick < ROUND_TRIP / 2, f"open, a round trip takes {quick:.3f} s"
    with way.being(round_trip=ROUND_TRIP):
        slow = min(line.ask() for _ in range(TRIES))
    assert ROUND_TRIP <= slow < ROUND_TRIP + quick + SLACK, f"a round trip of {ROUND_TRIP} s takes {slow:.3f} s"
    whole = line.ask(PAYLOAD)
    with way.being(rate=RATE):
        narrow = line.ask(PAYLOAD)
    least = PAYLOAD * 8 / RATE
    assert whole < least / 2 and least <= narrow < 2 * least, f"{PAYLOAD} bytes take {whole:.2f} s, at {RATE} bit/s {narrow:.2f} s"
    way.cut()
    try:
        line.silent()
    finally:
        way.open()
    healed = line.late()
    return f"{quick * 1000:.2f} ms; slow {slow * 1000:.0f} ms; narrow {PAYLOAD * 8 / narrow / 1000:.0f} kbit/s; healed after {healed:.1f} s"


def engines(_subject):
    """Both run a container at the same time, and neither lists the other's."""
    names = [f"rig-{number}" for number in (1, 2)]
    for server, name in zip(two.SERVERS, names):
        two.docker(server, "run", "--detach", "--init", "--name", name, "--network", "none", images.BASE, "sleep", "600")
    try:
        for server, name in zip(two.SERVERS, names):
            seen = two.docker(server, "ps", "--format", "{{.Names}}").split()
            assert name in seen and not set(names) - {name} & set(seen), f"{server.name} runs {seen}"
            assert two.docker(server, "exec", name, "echo", "here") == "here\n"
    finally:
        for server, name in zip(two.SERVERS, names):
            two.docker(server, "rm", "--force", name, check=False)


def outside(_subject):
    """Clients and attackers reach both servers, over IPv4 and IPv6, each from an address of its own; their packets are not
    on the path between the servers."""
    for server, addresses in zip(two.SERVERS, two.PUBLIC):
        for address, source in zip(addresses, (rig.ATTACKERS_V4[0], rig.OUTSIDE_V6)):
            with Echo(server, address), Line(rig.OUTSIDE, address, source) as line:
                line.ask()


def way_itself(subject):
    """Between the public addresses, over both families."""
    notes = []
    for address in two.PUBLIC[1]:
        with Echo(two.SERVERS[1], address), Line(rig.SERVER, address) as line:
            before = subject.way.seen.copy()
            notes.append(measured(subject.way, line))
            seen = subject.way.seen - before
            assert list(seen) == [(TCP, tuple(sorted((PORT, line.port))))], f"on the path: {seen}"
    return "; IPv6: ".join(notes)


def wireguard_files(interface):
    """A key pair and a file of that interface for each server."""
    keys = [rig.run("wg", "genkey", stdout=subprocess.PIPE).stdout.strip() for _ in two.SERVERS]
    public = [rig.run("wg", "pubkey", input=key, stdout=subprocess.PIPE).stdout.strip() for key in keys]
    for mine, peer in ((0, 1), (1, 0)):
        folder = dict(two.folders(two.SERVERS[mine]))["/etc/wireguard"]
        with open(os.open(os.path.join(folder, f"{interface}.conf"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
            file.write(f"[Interface]\nAddress = {two.LINK[mine]}/24\nPrivateKey = {keys[mine]}\nListenPort = {LINK_PORT}\nMTU = 1420\n"
                       f"[Peer]\nPublicKey = {public[peer]}\nAllowedIPs = {two.LINK[peer]}/32\n"
                       f"Endpoint = {two.PUBLIC[peer][0]}:{LINK_PORT}\nPersistentKeepalive = 25\n")


def wireguard(subject):
    """A link over the path: the public side has only packets of its port, none of the traffic inside."""
    wireguard_files(INTERFACE)
    for server in two.SERVERS:
        two.on(server, "wg-quick", "up", INTERFACE, quiet=True)
    try:
        with Echo(two.SERVERS[1], two.LINK[1]), Line(rig.SERVER, two.LINK[1]) as line:
            before = subject.way.seen.copy()
            note = measured(subject.way, line)
        seen = subject.way.seen - before
        assert set(seen) == {(UDP, (LINK_PORT, LINK_PORT))}, f"on the public side: {seen}"
    finally:
        for server in two.SERVERS:
            two.on(server, "wg-quick", "down", INTERFACE, quiet=True, check=False)
    return note


CHECKS = (("engines", engines), ("outside", outside), ("way", way_itself), ("wireguard", wireguard))
