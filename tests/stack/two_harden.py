# SPDX-License-Identifier: MIT
"""Both servers with `deploy/tapbot harden`, attacked from outside over IPv4 and IPv6: open ports, also for a neighbour that sends
to private addresses; data on the public side; guessed passwords; and the same after
both engines were killed, all tables flushed and the units started in their order (hardened.py)."""
import collections
import contextlib
import socket
import threading

import rig
import two
from booking_guests import Guest
from hardened import DATA, EDGE_SECONDS, EVERY_PORT, GUESSER, PORTS, VICTIM_V4, WIREGUARD, Host, at_once, closed, open_ports, until
from stand import full
from way import TCP, UDP, about

# packet(7); the kernel's linux/if_packet.h.
ETH_P_ALL, ETH_P_IP, ETH_P_IPV6 = 0x0003, 0x0800, 0x86DD
SOL_PACKET, PACKET_IGNORE_OUTGOING, PACKET_STATISTICS = 263, 23, 6
SO_RCVBUFFORCE = 33
CAPTURE_BYTES = 32 << 20
LINK_SECONDS = 20
FEW_SECONDS = 0.5  # by which the answers of a few ports are there
SOURCES = (GUESSER, rig.OUTSIDE_V6)
INWARD = ("traefik", "postgres", "redis")
# Ports that answer on the link of each: those of this test, and stand-ins for those of profiles (vectors, monitoring).
ON_LINK = ({7000, 6333}, {5432, 6379, 7000, 7007})
STAND_INS = ((6333,), (7007,))


class Capture(threading.Thread):
    """All packets that either server sends to the Internet, including the other server: `seen` counts packets by (protocol, ports)."""

    def __init__(self):
        super().__init__(daemon=True)
        self.seen = collections.Counter()
        with rig.Namespace(rig.OUTSIDE):
            self.one = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(ETH_P_ALL))
        self.one.setsockopt(SOL_PACKET, PACKET_IGNORE_OUTGOING, 1)
        self.one.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, CAPTURE_BYTES)
        self.one.settimeout(0.2)
        self.ending = False
        self.start()

    def run(self):
        while not self.ending:
            with contextlib.suppress(TimeoutError):
                packet, (_, kind, *_) = self.one.recvfrom(2048)
                if kind in (ETH_P_IP, ETH_P_IPV6):
                    self.seen[about(packet)[1:]] += 1

    def end(self):
        """(packets, those of a port of DATA); raises if any were missed."""
        self.ending = True
        self.join()
        missed = int.from_bytes(self.one.getsockopt(SOL_PACKET, PACKET_STATISTICS, 8)[4:], "little")
        self.one.close()
        assert not missed, f"{missed} packets were not captured"
        return self.seen, {key: count for key, count in self.seen.items() if key[1] and set(key[1]) & set(DATA)}


def addresses_within(host):
    """Addresses of the link and of containers behind it."""
    found = [host.link]
    for service in INWARD:
        for one in host.site.containers(service):
            found += host.site.run_docker("inspect", "--format", "{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}", one).split()
    return found


def neighbour(host):
    """{address: ports} reached by a host of the same network that sends packets for other addresses to the server."""
    addresses = addresses_within(host)
    for one in addresses:
        rig.ip("route", "add", f"{one}/32", "via", host.v4, namespace=rig.OUTSIDE)
    try:
        return {address: ports for address, ports in open_ports(addresses, DATA, FEW_SECONDS).items() if ports}
    finally:
        for one in addresses:
            rig.ip("route", "del", f"{one}/32", "via", host.v4, namespace=rig.OUTSIDE)


def guarded(subject):
    subject.hardened = [Host(site, site.server, site.public, (page, "/"), *link)
                        for site, page, *link in zip(subject.sites, ("health", "health2"), two.LINK, STAND_INS)]
    at_once(Host.machine, subject.hardened)
    before = [neighbour(host) for host in subject.hardened]
    assert [found.get(address) for found, address in zip(before, two.LINK)] == list(ON_LINK), f"before, a neighbour reaches {before}"
    at_once(Host.guarded, subject.hardened)
    subject.capture = Capture()
    ports = EVERY_PORT if full() else PORTS
    closed(subject.hardened, ports)
    for host in subject.hardened:
        assert not (reached := neighbour(host)), f"{host.v4}: a neighbour reaches {reached}"
    open_before = [sum(map(len, one.values())) for one in before]
    return f"{len(ports):,} ports of four addresses: 22, 80 and 443; of a neighbour's {open_before[0]} and {open_before[1]} ways none"


def brute_force(subject):
    return "; ".join(at_once(lambda host: host.shut_out(SOURCES), subject.hardened))


def carries():
    """Whether the link carries connections."""
    with rig.Namespace(rig.SERVER):
        one = socket.socket()
    with one:
        one.settimeout(1)
        return one.connect_ex((two.LINK[1], 5432)) == 0


def again(subject):
    """As before, and a guest books over the link; the public side has no packets but those of open ports."""
    at_once(Host.crash, subject.hardened)
    until("the edges answer", lambda: all(host.served(VICTIM_V4) for host in subject.hardened), EDGE_SECONDS)
    took = until("the link carries connections", carries, LINK_SECONDS)
    closed(subject.hardened, EVERY_PORT if full() else PORTS)
    guest = Guest(subject.first_guest(1))
    taps = subject.books(guest)
    tried = at_once(lambda host: host.guess(GUESSER), subject.hardened)
    seen, leaked = subject.capture.end()
    assert not leaked, f"on the public side: {leaked}"
    tunnel = seen[UDP, (WIREGUARD, WIREGUARD)]
    assert tunnel and any(protocol == TCP and 443 in ports for protocol, ports in seen), f"the capture has no such packets: {seen.most_common(9)}"
    return (f"the link {took:.1f} s after the edge, booked by {taps} taps, {' and '.join(str(count) for count, _ in tried)} passwords; "
            f"captured {sum(seen.values())} packets, {tunnel} of the tunnel")


def ended(check):
    """Wraps the last check: removes everything of this part, whatever its result."""
    def run(subject):
        try:
            return check(subject)
        finally:
            subject.capture.ending = True
            at_once(Host.ended, subject.hardened)
    return run


CHECKS = (("only what is let in", guarded), ("passwords are guessed", brute_force), ("all again", ended(again)))
