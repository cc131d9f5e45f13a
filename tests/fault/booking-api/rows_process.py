# SPDX-License-Identifier: MIT
"""Rows 1 and 2: the process is ended, by SIGKILL and by SIGTERM."""
import socket
import threading
import time

from booking_load import Flats, Invariants, Load
from stand import Stand, full


def killed(random):
    """Row 1: only requests in flight fail; the service is ready within 2 s; no acknowledged write is lost."""
    with Stand() as stand:
        service, key = stand.service(), stand.key()
        flats = Flats(stand, key, service.port, 20)
        load = Load([service.port], key, flats, seed=random.random()).start()
        kills, slowest = [], 0.0
        for _ in range(20 if full() else 5):
            time.sleep(random.uniform(0.3, 1.0))
            kills.append(time.monotonic())
            service.kill()
            began = time.monotonic()
            service.start()
            slowest = max(slowest, time.monotonic() - began)
        time.sleep(1)
        ledger = load.stop()
        check = Invariants(stand, ledger).all()
        check.expect(slowest <= 2, f"ready only after {slowest:.2f} s")
        # A request fails only around a kill: from one deadline before it until the instance was ready.
        stray = [e for e in ledger if e.error and not any(k - 0.5 <= e.began + e.took <= k + 2.5 for k in kills)]
        check.expect(not stray, f"{len(stray)} requests failed at other times than a kill: {stray[:1]}")
        assert not check.wrong, check.wrong
        booked = sum(e.status == 201 for e in ledger)
        return f"{len(kills)} kills, {booked} bookings stored, slowest ready {slowest * 1000:.0f} ms"


class Talker(threading.Thread):
    """Sends requests without pause on one keep-alive connection and records how the connection ended."""

    def __init__(self, port, key, path):
        super().__init__(daemon=True)
        self.port, self.answered, self.lost, self.fresh_lost = port, 0, 0, 0
        self.request = (f"GET {path} HTTP/1.1\r\nHost: x\r\nX-API-Key: {key}\r\n\r\n").encode()

    def run(self):
        while True:
            try:
                connection = socket.create_connection(("127.0.0.1", self.port), timeout=10)
            except ConnectionRefusedError:
                return
            except OSError:
                self.fresh_lost += 1
                return
            with connection:
                if not self._talk(connection):
                    return

    def _talk(self, connection):
        """Returns False if the server has closed the connection."""
        answers = 0
        while True:
            try:
                connection.sendall(self.request)
                head = self._answer(connection)
            except OSError:
                head = b""
            if not head:
                # The first request of a connection that waited in the backlog was never accepted.
                self.lost += answers > 0
                self.fresh_lost += answers == 0
                return False
            answers += 1
            self.answered += 1
            if b"connection: close" in head.lower():
                return True

    @staticmethod
    def _answer(connection):
        data = b""
        while b"\r\n\r\n" not in data:
            more = connection.recv(65536)
            if not more:
                return b""
            data += more
        head, _, body = data.partition(b"\r\n\r\n")
        length = int(next(line.split(b":")[1] for line in head.split(b"\r\n")
                          if line.lower().startswith(b"content-length")))
        while len(body) < length:
            more = connection.recv(65536)
            if not more:
                return b""
            body += more
        return head


def terminated(random):
    """Row 2, without a proxy: every request whose bytes had arrived on an accepted connection is
    answered; the exit status is 0, within 25 s."""
    rounds, answered, fresh, slowest = 100 if full() else 10, 0, 0, 0.0
    with Stand() as stand:
        key = stand.key()
        for _ in range(rounds):
            service = stand.service(DRAIN_LAME="1s")
            talkers = [Talker(service.port, key, "/v1/cities") for _ in range(16)]
            for talker in talkers:
                talker.start()
            time.sleep(random.uniform(0.05, 0.4))
            began = time.monotonic()
            status = service.stop(25)
            slowest = max(slowest, time.monotonic() - began)
            for talker in talkers:
                talker.join(15)
            assert status == 0, f"exit status {status}"
            lost = sum(talker.lost for talker in talkers)
            assert lost == 0, f"{lost} requests lost on accepted connections"
            answered += sum(talker.answered for talker in talkers)
            fresh += sum(talker.fresh_lost for talker in talkers)
    assert fresh <= rounds / 20, f"{fresh} fresh connections reset in {rounds} stops"
    return f"{rounds} stops, {answered} answered, 0 lost, {fresh} reset before they were accepted, " \
           f"slowest {slowest:.1f} s"
