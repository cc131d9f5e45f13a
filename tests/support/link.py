# SPDX-License-Identifier: MIT
"""A TCP link to a port of this machine that a test can freeze, slow down and cut."""
import socket
import struct
import threading
import time

RESET = struct.pack("ii", 1, 0)  # SO_LINGER: close() sends RST


class Link:
    """`hold()`: connections remain open, and no data pass, as with lost packets. `cut()`: they are reset, and so is each new
    one. `slow(SECONDS)`: each read is delayed so long. `narrow(RATE)`: so many bits a second, per connection and
    direction. `heal()` ends all of these; held data then pass."""

    def __init__(self, port):
        self.upstream, self.delay, self.rate = port, 0.0, 0
        self.passing, self.whole = threading.Event(), True
        self.passing.set()
        self.ends, self.lock = set(), threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.close()
        self.cut()

    def hold(self):
        self.passing.clear()

    def cut(self):
        with self.lock:
            self.whole, ends, self.ends = False, self.ends, set()
        for end in ends:
            reset(end)
        self.passing.set()

    def slow(self, seconds):
        self.delay = seconds

    def narrow(self, rate):
        self.rate = rate

    def heal(self):
        self.whole, self.delay, self.rate = True, 0.0, 0
        self.passing.set()

    def _accept(self):
        while True:
            try:
                client = self.listener.accept()[0]
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        self.passing.wait()
        server = None
        try:
            server = socket.create_connection(("127.0.0.1", self.upstream))
        except OSError:
            pass
        with self.lock:
            if self.whole and server is not None:
                self.ends |= {client, server}
            else:
                reset(client)
                if server is not None:
                    reset(server)
                return
        threading.Thread(target=self._pass, args=(server, client), daemon=True).start()
        self._pass(client, server)

    def _pass(self, source, target):
        try:
            while data := source.recv(65536):
                self.passing.wait()
                if self.delay or self.rate:
                    time.sleep(self.delay + (len(data) * 8 / self.rate if self.rate else 0))
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            reset(source)
            reset(target)


def reset(end):
    try:
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        end.shutdown(socket.SHUT_RD)  # wakes its reader
    except OSError:
        pass
    end.close()
