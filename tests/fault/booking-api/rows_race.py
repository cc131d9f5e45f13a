# SPDX-License-Identifier: MIT
"""Row 33: many want the same nights at the same moment, and one gets them."""
import collections
import json
import re
import socket
import time

from booking_load import Flats, booking_body
from stand import Stand, full

CLIENTS = 200
DAYS = 300
LENGTH = re.compile(rb"(?i)\r\ncontent-length: (\d+)\r\n")


def _request(key, body):
    data = json.dumps(body).encode()
    return (f"POST /v1/bookings HTTP/1.1\r\nHost: x\r\nX-API-Key: {key}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(data)}\r\n\r\n").encode() + data


def _answer(connection):
    """Status and body of one answer of a keep-alive connection."""
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


def one_slot(random):
    """All requests of a round are on their way before the first answer is read; the nights of the stays
    overlap, half of them without being equal."""
    rounds, counted, slowest = 1000 if full() else 50, collections.Counter(), 0.0
    with Stand() as stand:
        services, key = [stand.service(), stand.service()], stand.key(rate=1000000)
        flats = Flats(stand, key, services[0].port, 1 + rounds * 4 // DAYS).ids
        connections = [socket.create_connection(("127.0.0.1", services[n % 2].port), timeout=10)
                       for n in range(CLIENTS)]
        for number in range(rounds):
            flat, day = flats[number * 4 // DAYS], 3 + number * 4 % DAYS
            requests = [_request(key, booking_body(flat, day - n // 2 % 2, 2, 60_000_000 + number * CLIENTS + n))
                        for n in range(CLIENTS)]
            began = time.monotonic()
            order = random.sample(range(CLIENTS), CLIENTS)
            for n in order:
                connections[n].sendall(requests[n])
            answers = [_answer(connections[n]) for n in order]
            slowest = max(slowest, time.monotonic() - began)
            told = collections.Counter(status for status, _ in answers)
            assert told == {201: 1, 409: CLIENTS - 1}, f"round {number}: {dict(told)}"
            codes = {json.loads(body)["code"] for status, body in answers if status == 409}
            assert codes == {"nights_taken"}, f"round {number}: {codes}"
            counted.update(told)
        for connection in connections:
            connection.close()
        stored = int(stand.sql("SELECT count(*) FROM booking.booking"))
    assert stored == rounds, f"{stored} bookings of {rounds} rounds"
    return f"{rounds} rounds: {counted[201]} got them, {counted[409]} heard 409, slowest round {slowest:.2f} s"
