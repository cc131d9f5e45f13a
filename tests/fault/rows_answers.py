# SPDX-License-Identifier: MIT
"""Row 6: the answer is lost, on either side of the service, and the request is tried again."""
import contextlib
import http.client
import itertools
import json
import socket
import struct
import threading
import time
import uuid

from load import Flats, booking_body
from proxy import Proxy
from stand import Client, Stand, full

CLIENTS = 8
DAYS = 300
FLATS = 4  # of each client


class Retrier(threading.Thread):
    """Books night after night of its flats, each with a key, until it is told how it ended."""

    def __init__(self, number, flats, send, enough):
        super().__init__(daemon=True)
        self.number, self.flats, self.send, self.enough = number, flats, send, enough
        self.told, self.wrong = [], []
        self.tries, self.twins, self.cut_for = 0, 0, None

    def run(self):
        try:
            for number in itertools.count():
                if self.enough():
                    return
                body = booking_body(self.flats[number // DAYS], 1 + number % DAYS, 1,
                                    50_000_000 + self.number * 100_000 + number)
                key = str(uuid.uuid4())
                self.told.append((key, body, self._until_told(key, body)))
        except Exception as error:  # a thread's end must be heard
            self.wrong.append(repr(error))

    def _until_told(self, key, body):
        end = time.monotonic() + 30
        while time.monotonic() < end:
            self.tries += 1
            reply = self.send(self, body, key)
            if reply is not None and reply.status == 409 and reply.code == "key_in_progress":
                self.twins += 1
                reply = None
            if reply is None or reply.status == 503:
                time.sleep(0.02)
                continue
            return reply
        raise TimeoutError("never told")


def _each_once(stand, service, key, retriers):
    """One answer, one booking for each key; the answer asked for again is the same, byte for byte."""
    wrong = [text for retrier in retriers for text in retrier.wrong]
    client, ids = Client(service.port, key), []
    for retrier in retriers:
        for idempotency, body, reply in retrier.told:
            if reply.status != 201:
                wrong.append(f"{idempotency}: {reply.status} {reply.body[:200]}")
                continue
            ids.append(reply.json["id"])
            again = client.post("/v1/bookings", body, headers={"Idempotency-Key": idempotency})
            same = [again.status == 201, again.body == reply.body, again.headers["ETag"] == reply.headers["ETag"],
                    again.headers["Location"] == reply.headers["Location"],
                    again.headers["Idempotent-Replay"] == "true"]
            if not all(same):
                wrong.append(f"{idempotency}: another answer: {again.status} {again.body[:200]} {same}")
    stored = stand.sql("SELECT id FROM booking.booking").split()
    if sorted(stored) != sorted(ids):
        wrong.append(f"{len(ids)} told, {len(stored)} stored, {len(set(stored) & set(ids))} in both")
    return wrong


def _run(retriers):
    for retrier in retriers:
        retrier.start()
    for retrier in retriers:
        retrier.join(900)
        assert not retrier.is_alive(), "a client never ended"


def lost_commit(random):
    """PostgreSQL's answer to a COMMIT is lost, and the connection with it: the same key gives the same
    booking, and there is one."""
    cuts = 1000 if full() else 60
    with Stand() as stand, contextlib.closing(Proxy(stand.port, random.random())) as proxy:
        url = stand.url("booking_runtime", port=proxy.port)
        # A copy connects again twice a second at most: several are cut more often.
        services, key = [stand.service(DATABASE_URL=url) for _ in range(4)], stand.key()
        flats = Flats(stand, key, services[0].port, CLIENTS * FLATS).ids

        def send(retrier, body, idempotency):
            port = services[retrier.tries % len(services)].port
            return _post(Client(port, key, timeout=8), body, idempotency)
        proxy.share = 0.5
        retriers = [Retrier(number, flats[number * FLATS:(number + 1) * FLATS], send,
                            lambda: proxy.cuts >= cuts) for number in range(CLIENTS)]
        _run(retriers)
        proxy.share = 0.0
        time.sleep(1)
        wrong = _each_once(stand, services[0], key, retriers)
        replays = _replays(retriers)
    assert not wrong, wrong[:5]
    assert replays > proxy.cuts / 3, f"only {replays} of {proxy.cuts} cut commits had taken place"
    return _told(f"{proxy.cuts} commits cut, {replays} replays", retriers)


def _post(client, body, idempotency):
    try:
        return client.post("/v1/bookings", body, headers={"Idempotency-Key": idempotency})
    except (OSError, http.client.HTTPException):
        return None
    finally:
        client.close()


def _replays(retriers):
    return sum(reply.headers["Idempotent-Replay"] == "true" for r in retriers for _, _, reply in r.told)


def _told(what, retriers):
    return f"{what}, {sum(r.tries for r in retriers)} tries, {sum(len(r.told) for r in retriers)} bookings"


def lost_answer(random):
    """The client goes away when its request has been sent, before the answer comes; a twin is often in
    flight at the same time. What it tries again with the same key gives one booking."""
    rounds = 1000 if full() else 160
    cut = itertools.count()
    with Stand() as stand:
        services, key = [stand.service(), stand.service()], stand.key()
        flats = Flats(stand, key, services[0].port, CLIENTS * FLATS).ids
        done = []

        def send(retrier, body, idempotency):
            port = services[retrier.tries % len(services)].port
            if retrier.cut_for != idempotency:
                retrier.cut_for = idempotency
                done.append(next(cut))
                _send_and_leave(port, key, body, idempotency, random.choice((0, 0.0005, 0.002, 0.01)))
                if random.random() < 0.7:
                    return None
            return _post(Client(port, key, timeout=8), body, idempotency)
        retriers = [Retrier(number, flats[number * FLATS:(number + 1) * FLATS], send,
                            lambda: len(done) >= rounds) for number in range(CLIENTS)]
        _run(retriers)
        wrong = _each_once(stand, services[0], key, retriers)
        replays = _replays(retriers)
        twins = sum(r.twins for r in retriers)
    assert not wrong, wrong[:5]
    assert replays > rounds / 4, f"only {replays} of {rounds} had been committed before the retry"
    return _told(f"{len(done)} clients gone, {replays} replays, {twins} twins met", retriers)


def _send_and_leave(port, key, body, idempotency, pause):
    data = json.dumps(body).encode()
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(f"POST /v1/bookings HTTP/1.1\r\nHost: x\r\nX-API-Key: {key}\r\n"
                           f"Idempotency-Key: {idempotency}\r\nContent-Type: application/json\r\n"
                           f"Content-Length: {len(data)}\r\n\r\n".encode() + data)
        time.sleep(pause)
        # With a reset, not a polite end.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
