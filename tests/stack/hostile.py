#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""hostile.py LOAD...: loads that are cheap for the sender and cost the edge memory, from the outside namespace (started by
flood.py). Each connection opens, sends its data and keeps what it got; if the edge closes it, it opens
again. Ends when its input does, and prints {LOAD: {what: count}}. The hundred requests of an address to a host use one connection
at once, whatever limit of streams the edge announces.

  volleys   from 8 addresses 100 requests for pages compressed by zstd and 100 by gzip, with no window for the answers
  idle      10,000 connections from one address, silent after the handshake
  sources   300 from each of ten, half of them silent after HTTP/2's settings or a keep-alive answer
  bodies    from 32 addresses 100 bodies of 48 kB each, without their last byte
  spread    the same bodies over 7 connections of each address
"""
import collections
import contextlib
import heapq
import itertools
import json
import os
import resource
import select
import socket
import ssl
import struct
import sys
import time

HERE = os.path.dirname(os.path.realpath(__file__))
sys.path.insert(0, HERE)

import h2

V4, DOMAIN = os.environ["EDGE_V4"], os.environ["EDGE_DOMAIN"]
OWN = os.environ["HOSTILE_V4"].split()
REQUESTS, BODY = 100, 48 << 10
SPREAD = 7            # connections, each with no more streams than the edge allows
HANDSHAKES = 200      # at once: more would wait for each other and time out
AGAIN_SECONDS = 1.0   # until a closed connection is opened again
REFUSED_SECONDS = 5.0 # and a refused one
TICK_SECONDS = 0.1
VOLLEY_SECONDS = 8.0  # the time between two volleys


def context(protocol):
    """Does not check certificates, to save work for the sender."""
    one = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    one.check_hostname, one.verify_mode = False, ssl.CERT_NONE
    one.set_alpn_protocols([protocol])
    return one


CONTEXTS = {name: context(name) for name in ("h2", "http/1.1")}


def fields(host, path, method=b"GET", **more):
    return [(b":method", method), (b":scheme", b"https"), (b":path", path.encode()), (b":authority", host.encode()),
            *((name.replace("_", "-").encode(), value.encode()) for name, value in more.items())]


def window(size):
    return h2.PREFACE + h2.frame(h2.SETTINGS, 0, 0, struct.pack(">HI", h2.INITIAL_WINDOW_SIZE, size))


def volley(name, path, encoding):
    host = f"{name}.{DOMAIN}"
    return window(0) + b"".join(h2.head(2 * number + 1, fields(host, path, accept_encoding=encoding)) for number in range(REQUESTS))


def upload(count=REQUESTS):
    """Incomplete bodies: the edge must buffer them."""
    host, text = f"api.{DOMAIN}", b"{" + b" " * (BODY - 2)
    out = window(65535)
    for number in range(count):
        stream = 2 * number + 1
        out += h2.head(stream, fields(host, "/v1/quotes", b"POST", content_type="application/json", content_length=str(BODY)), False)
        out += b"".join(h2.frame(h2.DATA, 0, stream, text[at:at + h2.FRAME]) for at in range(0, len(text), h2.FRAME))
    return out


class Peer:
    """One connection and its data; after `hold` seconds it starts again."""

    def __init__(self, load, source, name, protocol, piece=b"", hold=None):
        self.load, self.source, self.name, self.protocol = load, source, name, protocol
        self.piece, self.hold, self.socket, self.since = piece, hold, None, 0.0
        self.shaken, self.left, self.credit, self.got = False, b"", 0, b""

    def open(self, now):
        self.socket = socket.socket()
        self.socket.setblocking(False)
        self.socket.bind((self.source, 0))
        self.socket.connect_ex((V4, 443))
        self.shaken, self.left, self.since = False, self.piece, now
        self.credit, self.got = 65535, b""
        self.load.count["tried"] += 1

    def step(self):
        """True while the connection is open."""
        try:
            if not self.shaken:
                if not isinstance(self.socket, ssl.SSLSocket):
                    if self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
                        raise OSError("refused")
                    self.socket = CONTEXTS[self.protocol].wrap_socket(self.socket, server_hostname=f"{self.name}.{DOMAIN}",
                                                                      do_handshake_on_connect=False)
                self.socket.do_handshake()
                self.shaken = True
                self.load.count["opened"] += 1
            self.read()
            self.write()
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            pass
        except OSError:
            self.load.count["closed" if self.shaken else "refused"] += 1
            return False
        return True

    def read(self):
        with contextlib.suppress(ssl.SSLWantReadError):
            while True:
                data = self.socket.recv(65536)
                if not data:
                    raise OSError("closed")
                if self.protocol == "h2":
                    self.frames(data)

    def frames(self, data):
        """Only the window for sending is evaluated."""
        self.got += data
        while len(self.got) >= 9 and len(self.got) >= 9 + (size := int.from_bytes(self.got[:3], "big")):
            kind, stream, payload = self.got[3], int.from_bytes(self.got[5:9], "big"), self.got[9:9 + size]
            self.got = self.got[9 + size:]
            if kind == h2.WINDOW_UPDATE and stream == 0:
                self.credit += int.from_bytes(payload, "big")
            elif kind == h2.RESET:
                self.load.count["reset"] += 1
            elif kind == h2.HEADERS:
                self.load.count["answered"] += 1

    def write(self):
        """As many whole frames as the edge's window allows."""
        while self.left:
            end = 0
            if self.protocol != "h2" or self.left.startswith(h2.PREFACE[:24]):
                end = len(self.left) if self.protocol != "h2" else 24
            while self.protocol == "h2" and end < min(len(self.left), 131072):
                size = int.from_bytes(self.left[end:end + 3], "big")
                if self.left[end + 3] == h2.DATA:
                    if size > self.credit:
                        break
                    self.credit -= size
                end += 9 + size
            if not end:
                return
            self.socket.setblocking(True)  # for a moment: the edge reads, or has closed
            self.socket.settimeout(2)
            try:
                self.socket.sendall(self.left[:end])
            finally:
                self.socket.setblocking(False)
            self.left = self.left[end:]

    def close(self):
        with contextlib.suppress(OSError):
            self.socket.close()
        self.socket = None


class Load:
    def __init__(self, peers):
        self.count = collections.Counter()
        self.peers = list(peers(self))


def volleys(load):
    for number in range(8):
        yield Peer(load, OWN[number], "docs", "h2", volley("docs", "/first-start.html", "zstd"), VOLLEY_SECONDS)
        yield Peer(load, OWN[number], "www", "h2", volley("www", "/", "gzip"), VOLLEY_SECONDS)


def idle(load):
    return (Peer(load, OWN[8], "api", "h2", window(65535)) for _ in range(10000))


def sources(load):
    silent = (("h2", b""), ("h2", window(65535)), ("http/1.1", f"GET /nothing HTTP/1.1\r\nHost: api.{DOMAIN}\r\n\r\n".encode()))
    for number in range(300):
        for source in OWN[9:19]:
            yield Peer(load, source, "api", *silent[number % 3])


def bodies(load):
    piece = upload()
    for source in OWN[19:51]:
        yield Peer(load, source, "api", "h2", piece)


def spread(load):
    piece = upload(REQUESTS // SPREAD + 1)
    for source in OWN[19:51]:
        for _ in range(SPREAD):
            yield Peer(load, source, "api", "h2", piece)


LOADS = {"volleys": volleys, "idle": idle, "sources": sources, "bodies": bodies, "spread": spread}


def main():
    resource.setrlimit(resource.RLIMIT_NOFILE, (20000, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    loads = {name: Load(LOADS[name]) for name in sys.argv[1:]}
    waiting = [(0.0, number, peer) for number, peer in enumerate(peer for load in loads.values() for peer in load.peers)]
    order = itertools.count(len(waiting))
    poll, there = select.epoll(), {}
    poll.register(sys.stdin, select.EPOLLIN)
    shaking, looked = set(), time.monotonic()
    while True:
        now = time.monotonic()
        while waiting and waiting[0][0] <= now and len(shaking) < HANDSHAKES:
            peer = heapq.heappop(waiting)[2]
            peer.open(now)
            shaking.add(peer)
            there[peer.socket.fileno()] = peer
            poll.register(peer.socket.fileno(), select.EPOLLIN | select.EPOLLOUT | select.EPOLLONESHOT)
        ready = [there.get(fd) for fd, _ in poll.poll(TICK_SECONDS)]
        if None in ready:
            break  # the input's end
        over = []
        for peer in ready:
            if peer.step():
                poll.modify(peer.socket.fileno(), select.EPOLLIN | select.EPOLLONESHOT)
            else:
                over.append(peer)
            if peer.shaken:
                shaking.discard(peer)
        if now - looked > TICK_SECONDS:
            looked = now
            over += [peer for peer in there.values() if peer.hold and now - peer.since > peer.hold]
            over += [peer for peer in shaking if now - peer.since > 10]
        for peer in set(over):
            shaking.discard(peer)
            poll.unregister(peer.socket.fileno())
            del there[peer.socket.fileno()]
            peer.close()
            heapq.heappush(waiting, (now + (AGAIN_SECONDS if peer.shaken else REFUSED_SECONDS), next(order), peer))
    print(json.dumps({name: {**load.count, "held": sum(peer.shaken and peer.socket is not None for peer in load.peers)}
                      for name, load in loads.items()}))


if __name__ == "__main__":
    main()
