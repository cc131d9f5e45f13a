# SPDX-License-Identifier: MIT
"""deploy/host/connections.nft with small sets, in the kernel of a separate network namespace: the number of connections per source,
also during a flood of SYNs and ACKs with forged sources."""
import contextlib
import ipaddress
import os
import re
import select
import socket
import struct
import threading

from hardens import INSIDE, OUTSIDE, Hardened
from stand import ROOT, patience

LIMIT, SIZE, FORGED = 128, 64, 200
SYN, ACK = 0x02, 0x10
# More client addresses: of a client before the flood, and of one while a set is full.
BEFORE, MEANWHILE, MANY = ("192.0.2.70", "2001:db8:70::1"), ("192.0.2.71", "2001:db8:71::1"), ("192.0.2.72", "2001:db8:72::1")


def segment(source, address, sequence, flags):
    """A packet of IPv4 or IPv6 without data: RFC 791, RFC 8200, RFC 9293."""
    two = [ipaddress.ip_address(one).packed for one in (source, address)]
    tcp = struct.pack("!HHIIBBHHH", 1024 + sequence % 60000, 443, sequence, 1, 5 << 4, flags, 65535, 0, 0)
    pseudo = b"".join(two) + struct.pack("!IHBB", len(tcp), 0, 0, socket.IPPROTO_TCP) + tcp
    total = sum(struct.unpack(f"!{len(pseudo) // 2}H", pseudo))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    tcp = tcp[:16] + struct.pack("!H", ~total & 0xffff) + tcp[18:]
    if len(two[0]) == 4:
        return struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(tcp), sequence & 0xffff, 0, 64, socket.IPPROTO_TCP, 0) + b"".join(two) + tcp
    return struct.pack("!IHBB", 6 << 28, len(tcp), socket.IPPROTO_TCP, 64) + b"".join(two) + tcp


def forge(machine, address, flags, count=FORGED):
    """Sends `count` packets, each with another source: an address, or an IPv6 network."""
    v6 = ":" in address
    with machine.at(machine.outside):
        raw = socket.socket(socket.AF_INET6 if v6 else socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
    with raw:
        for number in range(count):
            source = str(ipaddress.ip_address("2001:db8:f000::1") + (number << 64)) if v6 else str(ipaddress.ip_address("198.18.0.1") + number)
            raw.sendto(segment(source, address, 1 + number, flags), (address, 0))


def serve(machine):
    """Accepts on port 443 and sends one byte to each client, until its socket closes."""
    with machine.at(machine.holder):
        server = socket.create_server(("", 443), family=socket.AF_INET6, dualstack_ipv6=True, backlog=512)
    kept = []

    def accept():
        while True:
            try:
                one = server.accept()[0]
            except OSError:
                return
            kept.append(one)
            one.send(b"x")
    threading.Thread(target=accept, daemon=True).start()
    return server


def bound(machine, source, address):
    with machine.at(machine.outside):
        one = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
    one.settimeout(patience(20))
    one.bind((source, 0))
    return one


def let_in(one):
    """Whether the connection is accepted (otherwise it is reset)."""
    try:
        return one.recv(1) == b"x"
    except ConnectionError:
        return False


def at_once(machine, source, address, count):
    """Connections that begin before any handshake ends: the first replies to them are dropped."""
    nft = f"nsenter --net=/proc/{machine.outside.pid}/ns/net nft"
    machine.sh(f"{nft} 'table inet lost {{ chain in {{ type filter hook input priority 0; tcp sport 443 drop; }}; }}'")
    under_way = [bound(machine, source, address) for _ in range(count)]
    for one in under_way:
        one.setblocking(False)
        one.connect_ex((address, 443))
    machine.sh(f"{nft} delete table inet lost")
    for one in under_way:
        one.settimeout(patience(20))
        select.select([], [one], [], patience(20))
    return under_way


def held(machine, source, address, count, kept):
    """Opens `count` connections and keeps them open; returns how many were accepted."""
    found = 0
    for _ in range(count):
        one = bound(machine, source, address)
        kept.append(one)
        with contextlib.suppress(ConnectionError):
            one.connect((address, 443))
            found += let_in(one)
    return found


def sources(machine, name):
    """Elements of a set of the table."""
    return re.findall(r"[0-9a-f:.]+(?= ct count)", machine.sh(f"nft list set inet tapbot_connections {name}"))


def table(machine):
    with open(os.path.join(ROOT, "deploy/host/connections.nft"), encoding="utf-8") as file:
        text = file.read()
    done = machine.inside("nft", "-f", "-", input=text.replace("size 65536", f"size {SIZE}"))
    assert done.returncode == 0, done.stderr


def counted():
    """At most 128 connections per address or /64. Forged SYNs fill a set; a new client then has one connection that is not counted.
    Forged ACKs do not make a connection."""
    with Hardened() as machine:
        ip = f"nsenter --net=/proc/{machine.outside.pid}/ns/net ip"
        for four, six in (BEFORE, MEANWHILE, MANY):
            machine.sh(f"{ip} address add {four}/24 dev eth0 && {ip} address add {six}/64 dev eth0 nodad")
        machine.sh(f"ip -6 route add 2001:db8:70::/44 via {OUTSIDE[1]}")
        table(machine)
        for version, address in enumerate(INSIDE):
            with serve(machine) as server:
                kept = []
                name = f"held{6 if version else 4}"
                assert held(machine, BEFORE[version], address, LIMIT + 5, kept) == LIMIT, "the limit of one source"
                forge(machine, address, SYN)
                assert len(sources(machine, name)) == SIZE, f"{name} is not full: {sources(machine, name)}"
                assert held(machine, MEANWHILE[version], address, LIMIT + 5, kept) == LIMIT + 1, "a client that connects while the set is full is not counted"
                # Of several simultaneous handshakes one succeeds; the others are reset, and are counted when they are repeated.
                many = at_once(machine, MANY[version], address, 8)
                assert sum(let_in(one) for one in many) == 1, "simultaneous connections are not counted"
                assert held(machine, MANY[version], address, LIMIT + 5, kept) == LIMIT
                forge(machine, address, ACK)
                assert len(machine.sh(f"nft list set inet tapbot_connections real{6 if version else 4}").split("expires")) == 3, "a forged source counts as a real client"
                for one in (*kept, *many):
                    one.close()
                server.shutdown(socket.SHUT_RDWR)
    return f"{FORGED} forged sources for {SIZE} elements"


TESTS = [("connections of one source", counted, 10)]
