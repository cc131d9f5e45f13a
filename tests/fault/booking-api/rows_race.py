# SPDX-License-Identifier: MIT
"""Row 33: many clients request the same nights, or the last seat, at the same moment; one succeeds."""
import collections
import json
import re
import socket
import time

from booking_load import Flats, booking_body
from ride_load import PLACES, TRIP_HOURS, hire, made, trip_body
from stand import Client, Stand, full

CLIENTS = 200
DAYS = 300
LENGTH = re.compile(rb"(?i)\r\ncontent-length: (\d+)\r\n")


def _request(key, path, body):
    data = json.dumps(body).encode()
    return (f"POST {path} HTTP/1.1\r\nHost: x\r\nX-API-Key: {key}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(data)}\r\n\r\n").encode() + data


def _answer(connection):
    """Status and body of the next answer on a keep-alive connection."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += _some(connection)
    head, _, body = data.partition(b"\r\n\r\n")
    length = int(LENGTH.search(head + b"\r\n").group(1))
    while len(body) < length:
        body += _some(connection)
    return int(head[9:12]), body


def _some(connection):
    data = connection.recv(65536)
    if not data:
        raise ConnectionError("closed before the answer")
    return data


def _race(random, services, rounds, bodies_of, path, code):
    """All requests of a round are in flight before the first answer is read: one gets 201, the others 409 with `code`.
    Returns a summary of all rounds."""
    counted, slowest, key = collections.Counter(), 0.0, services.key
    connections = [socket.create_connection(("127.0.0.1", services.ports[n % 2]), timeout=10) for n in range(CLIENTS)]
    for number in range(rounds):
        requests = [_request(key, path, body) for body in bodies_of(number)]
        began = time.monotonic()
        order = random.sample(range(CLIENTS), CLIENTS)
        for n in order:
            connections[n].sendall(requests[n])
        answers = [_answer(connections[n]) for n in order]
        slowest = max(slowest, time.monotonic() - began)
        answered = collections.Counter(status for status, _ in answers)
        assert answered == {201: 1, 409: CLIENTS - 1}, f"round {number}: {dict(answered)}"
        codes = {json.loads(body)["code"] for status, body in answers if status == 409}
        assert codes == {code}, f"round {number}: {codes}"
        counted.update(answered)
    for connection in connections:
        connection.close()
    return f"{rounds} rounds: {counted[201]} with 201, {counted[409]} with 409, slowest round {slowest:.2f} s"


class Services:
    """Two instances, and a key for them."""

    def __init__(self, stand, **environment):
        self.ports = [stand.service(**environment).port, stand.service(**environment).port]
        self.key = stand.key(rate=1000000)


def one_slot(random):
    """The nights of the stays overlap; half of the stays are not equal to the others."""
    rounds = 1000 if full() else 50
    with Stand() as stand:
        services = Services(stand)
        flats = Flats(stand, services.key, services.ports[0], 1 + rounds * 4 // DAYS).ids

        def bodies(number):
            flat, day = flats[number * 4 // DAYS], 3 + number * 4 % DAYS
            return [booking_body(flat, day - n // 2 % 2, 2, 60_000_000 + number * CLIENTS + n) for n in range(CLIENTS)]
        summary = _race(random, services, rounds, bodies, "/v1/bookings", "nights_taken")
        stored = int(stand.sql("SELECT count(*) FROM booking.booking"))
    assert stored == rounds, f"{stored} bookings of {rounds} rounds"
    return summary


TRIPS_OF_A_DRIVER = 18  # consecutive, within the 60 days on sale


def _trips(client, count):
    """Trips of ten stops with one seat."""
    driver = car = None
    for number in range(count):
        turn = number % TRIPS_OF_A_DRIVER
        if turn == 0:
            driver, car = hire(client, number)
        yield made(client, "/v1/trips", trip_body(driver, car, 24 + TRIP_HOURS * turn, 1))


def last_seat(random):
    """The last seat of a segment; half of the passengers request the next segment too."""
    rounds, ways = 1000 if full() else 48, (len(PLACES) - 1) // 2
    with Stand() as stand:
        services = Services(stand, RIDES_ENABLED="true")
        client = Client(services.ports[0], services.key)
        trips = list(_trips(client, rounds // ways))
        client.close()

        def bodies(number):
            first = 2 * (number % ways)
            return [{"trip_id": trips[number // ways], "from_stop": first, "to_stop": first + 1 + n // 2 % 2,
                     "passenger": {"name": "Айгуль", "telegram_id": 60_000_000 + number * CLIENTS + n}} for n in range(CLIENTS)]
        summary = _race(random, services, rounds, bodies, "/v1/rides", "seats_taken")
        stored = int(stand.sql("SELECT count(*) FROM ride.ride"))
        oversold = int(stand.sql("SELECT count(*) FROM ride.trip_load l JOIN ride.trip t ON t.id = l.trip_id WHERE t.seats < ANY (l.seat_load)"))
    assert (stored, oversold) == (rounds, 0), f"{stored} rides of {rounds} rounds, {oversold} trips oversold"
    return summary
