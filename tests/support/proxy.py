# SPDX-License-Identifier: MIT
"""A TCP proxy before PostgreSQL that reads the frontend's messages and cuts the connection when a
COMMIT has been sent, so that the sender does not learn the outcome."""
import random
import socket
import struct
import threading

STARTUP = 196608  # protocol 3.0; other first words (TLS, GSS, cancel) have the same frame
COMMIT = b"/* commit */"


class Frontend:
    """Parses the bytes of a client as far as needed to find the Sync after a COMMIT."""

    def __init__(self):
        self.pending, self.started = b"", False
        self.statements, self.commits = set(), False

    def feed(self, data):
        """(bytes up to and including the Sync that ends a COMMIT, the rest), if there is one."""
        before = len(self.pending)
        self.pending += data
        used = 0
        while (end := self._next()) is not None:
            used += end
            if self.commits == "sent":
                self.commits = False
                cut = used - before
                return data[:cut], data[cut:]
        return data, None

    def _next(self):
        """Removes the next complete message from the pending bytes; returns its length."""
        head = 1 if self.started else 0
        if len(self.pending) < head + 4:
            return None
        length = head + struct.unpack_from("!I", self.pending, head)[0]
        if len(self.pending) < length:
            return None
        message, self.pending = self.pending[:length], self.pending[length:]
        if not self.started:
            self.started = struct.unpack_from("!I", message, 4)[0] == STARTUP
        else:
            self._look(message[:1], message[5:])
        return length

    def _look(self, kind, body):
        if kind == b"P":
            name, _, rest = body.partition(b"\0")
            (self.statements.add if rest.startswith(COMMIT) else self.statements.discard)(name)
        elif kind == b"B":
            self.commits |= body.split(b"\0", 2)[1] in self.statements
        elif kind == b"S" and self.commits:
            self.commits = "sent"


class Proxy:
    """`share` of the commits are cut; half of them only after the server has answered, so that they
    certainly took effect."""

    def __init__(self, port, seed=1):
        self.upstream, self.share, self.cuts = port, 0.0, 0
        self.random, self.lock = random.Random(seed), threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        self.listener.close()

    def _accept(self):
        while True:
            try:
                client = self.listener.accept()[0]
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        with client:
            try:
                server = socket.create_connection(("127.0.0.1", self.upstream))
            except OSError:
                return
            with server:
                for end in (client, server):
                    end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                silent = threading.Event()
                back = threading.Thread(target=self._back, args=(server, client, silent), daemon=True)
                back.start()
                self._forth(client, server, silent)
                end_of(server)
                end_of(client)
                back.join()

    def _forth(self, client, server, silent):
        frontend = Frontend()
        while data := receive(client):
            now, later = frontend.feed(data)
            while later is not None:
                if self._cuts():
                    silent.set()
                    send(server, now)
                    self._wait(server)
                    return
                if not send(server, now):
                    return
                now, later = frontend.feed(later) if later else (b"", None)
            if not send(server, now):
                return

    def _cuts(self):
        with self.lock:
            if self.random.random() >= self.share:
                return False
            self.cuts += 1
            return True

    def _wait(self, server):
        with self.lock:
            waits = self.random.random() < 0.5
        if waits:
            end_of(server, socket.SHUT_WR)
            threading.Event().wait(0.02)

    @staticmethod
    def _back(server, client, silent):
        while data := receive(server):
            if not silent.is_set() and not send(client, data):
                break
        end_of(client)
        end_of(server)


def receive(end):
    try:
        return end.recv(65536)
    except OSError:
        return b""


def send(end, data):
    try:
        end.sendall(data)
        return True
    except OSError:
        return False


def end_of(end, how=socket.SHUT_RDWR):
    try:
        end.shutdown(how)
    except OSError:
        pass
