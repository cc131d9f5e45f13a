# SPDX-License-Identifier: MIT
"""Row 6: the answer is lost before or after the service, and the client retries the request."""
import contextlib
import http.client
import itertools
import json
import socket
import struct
import threading
import time
import uuid

from booking_load import Flats, booking_body
from proxy import Proxy
from stand import Client, Stand, full

CLIENTS = 8
DAYS = 300
FLATS = 4  # per client
GUESTS = 50_000_000


class Retrier(threading.Thread):
    """Books one night of its flats after another, each with a key of its own, and retries until it has an answer."""

    def __init__(self, number, flats, send, enough):
        super().__init__(daemon=True)
        self.number, self.flats, self.send, self.enough = number, flats, send, enough
        self.answered, self.wrong = [], []
        self.tries, self.duplicates, self.unknown, self.cut_for = 0, 0, 0, None

    def run(self):
        try:
            for number in itertools.count():
                if self.enough():
                    return
                body = booking_body(self.flats[number // DAYS], 1 + number % DAYS, 1,
                                    GUESTS + self.number * 100_000 + number)
                key = str(uuid.uuid4())
                self.answered.append((key, body, self._until_answered(key, body)))
        except Exception as error:  # report it: an exception only ends the thread
            self.wrong.append(repr(error))

    def _until_answered(self, key, body):
        end, unknown = time.monotonic() + 30, False
        while time.monotonic() < end:
            self.tries += 1
            reply = self.send(self, body, key)
            if reply is not None and reply.code == "outcome_unknown" and not unknown:
                unknown = True
                self.unknown += 1
            if reply is not None and reply.status == 409 and reply.code == "key_in_progress":
                self.duplicates += 1
                reply = None
            if reply is None or reply.status == 503:
                time.sleep(0.02)
                continue
            return reply
        raise TimeoutError("no answer within 30 s")


class Retrying:
    """Clients that retry unanswered requests on any of `services`, each with flats of its own."""

    def __init__(self, stand, services, key, send=None, enough=None):
        self.stand, self.services, self.key = stand, services, key
        self.ended = threading.Event()
        flats = Flats(stand, key, services[0].port, CLIENTS * FLATS).ids
        self.retriers = [Retrier(number, flats[number * FLATS:(number + 1) * FLATS], send or self.send,
                                 enough or self.ended.is_set) for number in range(CLIENTS)]

    def send(self, retrier, body, idempotency):
        port = self.services[retrier.tries % len(self.services)].port
        return post(Client(port, self.key, timeout=8), body, idempotency)

    def start(self):
        for retrier in self.retriers:
            retrier.start()
        return self

    def end(self):
        self.ended.set()
        return self.join()

    def join(self):
        for retrier in self.retriers:
            retrier.join(900)
            assert not retrier.is_alive(), "a client did not stop"
        return self

    def wrong(self):
        """Each key has one answer and one booking; a repeated request returns the same answer, byte for byte."""
        wrong = [text for retrier in self.retriers for text in retrier.wrong]
        client, ids = Client(self.services[0].port, self.key), []
        for idempotency, body, reply in self._all():
            if reply.status != 201:
                wrong.append(f"{idempotency}: {reply.status} {reply.body[:200]}")
                continue
            ids.append(reply.json["id"])
            again = client.post("/v1/bookings", body, headers={"Idempotency-Key": idempotency})
            same = [again.status == 201, again.body == reply.body, again.headers["ETag"] == reply.headers["ETag"],
                    again.headers["Location"] == reply.headers["Location"],
                    again.headers["Idempotent-Replay"] == "true"]
            if not all(same):
                wrong.append(f"{idempotency}: a different answer to the repeated request: {again.status} {again.body[:200]} {same}")
        stored = self.stand.sql("SELECT id FROM booking.booking WHERE guest_telegram_id BETWEEN "
                                f"{GUESTS} AND {GUESTS + CLIENTS * 100_000}").split()
        if sorted(stored) != sorted(ids):
            wrong.append(f"{len(ids)} answered, {len(stored)} stored, {len(set(stored) & set(ids))} in both")
        return wrong

    def _all(self):
        return [one for retrier in self.retriers for one in retrier.answered]

    def replays(self):
        return sum(reply.headers["Idempotent-Replay"] == "true" for _, _, reply in self._all())

    def duplicates(self):
        return sum(retrier.duplicates for retrier in self.retriers)

    def summary(self):
        return f"{sum(r.tries for r in self.retriers)} tries for {len(self._all())} bookings"


def post(client, body, idempotency):
    try:
        return client.post("/v1/bookings", body, headers={"Idempotency-Key": idempotency})
    except (OSError, http.client.HTTPException):
        return None
    finally:
        client.close()


def lost_commit(random):
    """The connection breaks before PostgreSQL's answer to a COMMIT arrives. A retry with the same key returns
    the same booking, and no second one is stored."""
    cuts = 1000 if full() else 60
    with Stand() as stand, contextlib.closing(Proxy(stand.port, random.random())) as proxy:
        url = stand.url("booking_runtime", port=proxy.port)
        # An instance reconnects at most twice a second: with several, more connections can be cut.
        services, key = [stand.service(DATABASE_URL=url) for _ in range(4)], stand.key()
        retrying = Retrying(stand, services, key, enough=lambda: proxy.cuts >= cuts)
        proxy.share = 0.5
        retrying.start().join()
        proxy.share = 0.0
        time.sleep(1)
        wrong = retrying.wrong()
    assert not wrong, wrong[:5]
    # Compared with the bookings, not with the cuts: one booking may be cut several times and is replayed once.
    cut = sum(retrier.unknown for retrier in retrying.retriers)
    assert cut > 0 and retrying.replays() > cut / 2, f"only {retrying.replays()} of {cut} cut commits had taken effect"
    return f"{proxy.cuts} commits cut, of {cut} bookings, {retrying.replays()} replays, {retrying.summary()}"


def lost_answer(random):
    """The client disconnects after it has sent its request, before the answer comes; often the same request is
    being processed twice at that time. Its retry with the same key gives one booking."""
    rounds, gone = 1000 if full() else 160, []
    with Stand() as stand:
        services, key = [stand.service(), stand.service()], stand.key()

        def send(retrier, body, idempotency):
            if retrier.cut_for != idempotency:
                retrier.cut_for = idempotency
                gone.append(idempotency)
                port = services[random.randrange(2)].port
                _send_and_leave(port, key, body, idempotency, random.choice((0, 0.0005, 0.002, 0.01)))
                if random.random() < 0.7:
                    return None
            return retrying.send(retrier, body, idempotency)
        retrying = Retrying(stand, services, key, send, lambda: len(gone) >= rounds)
        retrying.start().join()
        wrong = retrying.wrong()
    assert not wrong, wrong[:5]
    assert retrying.replays() > rounds / 4, f"only {retrying.replays()} of {rounds} had been committed before"
    return f"{len(gone)} clients gone, {retrying.replays()} replays, {retrying.duplicates()} concurrent duplicates, {retrying.summary()}"


def _send_and_leave(port, key, body, idempotency, pause):
    data = json.dumps(body).encode()
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(f"POST /v1/bookings HTTP/1.1\r\nHost: x\r\nX-API-Key: {key}\r\n"
                           f"Idempotency-Key: {idempotency}\r\nContent-Type: application/json\r\n"
                           f"Content-Length: {len(data)}\r\n\r\n".encode() + data)
        time.sleep(pause)
        # Close with a reset, not an orderly shutdown.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
