# SPDX-License-Identifier: MIT
"""The Internet between the two servers (two.py): every packet between them passes through a thread, which can drop, delay
and count it. So the link is cut, slow or narrow without support of the kernel, with the addresses and ports that the servers
have chosen."""
import collections
import contextlib
import fcntl
import heapq
import itertools
import os
import select
import socket
import struct
import threading
import time

import rig

NAME = "way"
TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
PACKET_BYTES = 2048
# The length of a narrow line's buffer; packets that do not fit are dropped.
BACKLOG_SECONDS = 2.0
TCP, UDP = 6, 17


def about(packet):
    """(source, protocol, ports or None) of an IP packet: the ports sorted, so that both directions look alike."""
    if packet[0] >> 4 == 4:
        source, protocol, rest = packet[12:16], packet[9], packet[(packet[0] & 15) * 4:]
    else:
        source, protocol, rest = packet[8:24], packet[6], packet[40:]
    ports = tuple(sorted(struct.unpack("!HH", rest[:4]))) if protocol in (TCP, UDP) and len(rest) >= 4 else None
    return source, protocol, ports


class Way(threading.Thread):
    """As a context. It is open at first; `seen` counts packets by (protocol, ports) before any is dropped. Packets that come
    from none of `ends`, such as the router's own, are not forwarded."""

    def __init__(self, table, ends):
        super().__init__(daemon=True)
        self.ends = {socket.inet_pton(socket.AF_INET6 if ":" in end else socket.AF_INET, end) for end in ends}
        self.table, self.seen, self.lost = table, collections.Counter(), 0
        self.closed, self.only, self.delay, self.rate = False, None, 0.0, 0
        self.busy, self.held, self.order = {}, [], itertools.count()
        self.woken, self.waker = os.pipe()
        self.ended = False

    def __enter__(self):
        with rig.Namespace(rig.OUTSIDE):
            self.tun = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
            fcntl.ioctl(self.tun, TUNSETIFF, struct.pack("16sH22x", NAME.encode(), IFF_TUN | IFF_NO_PI))
        rig.ip("link", "set", NAME, "up", namespace=rig.OUTSIDE)
        for family in ("-4", "-6"):
            rig.ip(family, "route", "add", "default", "dev", NAME, "table", str(self.table), namespace=rig.OUTSIDE)
        self.start()
        return self

    def __exit__(self, *_):
        self.ended = True
        os.write(self.waker, b"x")
        self.join()
        for one in (self.tun, self.woken, self.waker):
            os.close(one)

    def cut(self, only=None):
        """Drops packets, also those in flight; with `only` those with this (protocol, ports), as in `seen`."""
        self.closed, self.only = True, only

    def loses(self, protocol, ports):
        return self.closed and self.only in (None, (protocol, ports))

    def open(self, round_trip=0.0, rate=0):
        """`round_trip` seconds added to a round trip; `rate` bits a second in each direction, 0 for any."""
        self.delay, self.rate, self.closed = round_trip / 2, rate, False

    @contextlib.contextmanager
    def being(self, **how):
        """Opens it with these settings for the context."""
        self.open(**how)
        try:
            yield
        finally:
            self.open()

    def run(self):
        while not self.ended:
            wait = max(0.0, self.held[0][0] - time.monotonic()) if self.held else None
            select.select([self.tun, self.woken], [], [], wait)
            with contextlib.suppress(BlockingIOError):
                while not self.ended and (not self.held or self.held[0][0] > time.monotonic()):
                    self.take(os.read(self.tun, PACKET_BYTES))
            self.give()

    def take(self, packet):
        source, protocol, ports = about(packet)
        if source not in self.ends:
            return
        self.seen[protocol, ports] += 1
        now = time.monotonic()
        sent = max(now, self.busy.get(source, 0.0))
        if self.loses(protocol, ports) or self.rate and sent - now > BACKLOG_SECONDS:
            self.lost += 1
            return
        if self.rate:
            sent += len(packet) * 8 / self.rate
            self.busy[source] = sent
        heapq.heappush(self.held, (sent + self.delay, next(self.order), packet))

    def give(self):
        while self.held and self.held[0][0] <= time.monotonic():
            packet = heapq.heappop(self.held)[2]
            if self.loses(*about(packet)[1:]):
                self.lost += 1
                continue
            with contextlib.suppress(OSError):  # the server's end is closed
                os.write(self.tun, packet)
