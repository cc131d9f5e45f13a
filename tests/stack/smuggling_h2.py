# SPDX-License-Identifier: MIT
"""HTTP/2 to the edge, HTTP/1.1 behind it: input that HTTP/2 allows and HTTP/1.1 cannot express (line ends in names
and values, wrong lengths, connection headers) must be refused by the edge."""
import ssl
import struct

from h2 import (ACK, CONTINUATION, DATA, END_STREAM, GOAWAY, HEADERS, MAX_CONCURRENT_STREAMS, PREFACE, RESET, SETTINGS,
                WINDOW_UPDATE, frame, head, packed)
from visitor import DOMAIN, KEY, context, new_address, tls, traces

STATIC_STATUS = {0x88: 200, 0x89: 204, 0x8a: 206, 0x8b: 304, 0x8c: 400, 0x8d: 404, 0x8e: 500}


def status(block):
    """:status of a block of fields; it is the first one."""
    while block and block[0] & 0xe0 == 0x20:  # the table's size
        block = block[1:]
    if block[0] in STATIC_STATUS:
        return STATIC_STATUS[block[0]]
    size, text = block[1] & 0x7f, block[2:]
    if not block[1] & 0x80:
        return int(text[:size])
    bits, found = "".join(f"{byte:08b}" for byte in text[:size]), ""
    while len(found) < 3:  # Huffman: 0 to 2 in five bits, 3 to 9 in six
        five, six = int(bits[:5], 2), int(bits[:6], 2)
        found, bits = (found + str(five), bits[5:]) if five < 3 else (found + str(six - 0x19 + 3), bits[6:])
    return int(found)


class Connection:
    def __init__(self, source):
        how = context()
        how.set_alpn_protocols(["h2"])
        self.socket = tls(source, how=how)
        assert self.socket.selected_alpn_protocol() == "h2", "no HTTP/2"
        self.socket.settimeout(3)
        self.rest, self.settings = b"", {}
        self.socket.sendall(PREFACE + frame(SETTINGS, 0, 0) + frame(SETTINGS, ACK, 0))

    def next(self):
        """(kind, flags, stream, payload), or None at the end."""
        while len(self.rest) < 9 or len(self.rest) < 9 + int.from_bytes(self.rest[:3], "big"):
            try:
                more = self.socket.recv(65536)
            except (OSError, ssl.SSLError):
                more = b""
            if not more:
                return None
            self.rest += more
        size = int.from_bytes(self.rest[:3], "big")
        one = self.rest[3], self.rest[4], int.from_bytes(self.rest[5:9], "big"), self.rest[9:9 + size]
        self.rest = self.rest[9 + size:]
        if one[0] == SETTINGS and not one[1] & ACK:
            self.settings.update(struct.iter_unpack(">HI", one[3]))
        return one

    def outcome(self, stream):
        """The status of that stream's answer, or the frame that ended it."""
        while (one := self.next()) is not None:
            kind, _, whose, payload = one
            if kind == HEADERS and whose == stream:
                return status(payload)
            if kind == RESET and whose == stream:
                return "reset"
            if kind == GOAWAY and int.from_bytes(payload[4:8], "big") != 0:
                return "ended"
        return "ended"


def fields(*more, method=b"GET", path=b"/v1/cities", host=None):
    return [(b":method", method), (b":scheme", b"https"), (b":path", path),
            (b":authority", host or f"api.{DOMAIN}".encode()), (b"x-api-key", KEY.encode()), *more]


POST = {"method": b"POST", "path": b"/v1/quotes"}
JSON = (b"content-type", b"application/json")
REFUSED = {400, "reset", "ended"}
# case, frames on stream 1, all correct outcomes
SHAPES = [
    ("sound request", head(1, fields()), {200}),
    ("transfer-encoding", head(1, fields((b"transfer-encoding", b"chunked"), JSON, **POST), False) +
     frame(DATA, END_STREAM, 1, b"0\r\n\r\nGET /v1/smuggled HTTP/1.1\r\n\r\n"), REFUSED),
    ("connection", head(1, fields((b"connection", b"x-api-key"))), REFUSED),
    ("length too small", head(1, fields((b"content-length", b"2"), JSON, **POST), False) +
     frame(DATA, END_STREAM, 1, b"{}GET /v1/smuggled HTTP/1.1\r\n\r\n"), REFUSED),
    ("length too large", head(1, fields((b"content-length", b"9"), JSON, **POST), False) + frame(DATA, END_STREAM, 1, b"{}"),
     REFUSED | {500, 502}),
    ("two lengths", head(1, fields((b"content-length", b"2"), (b"content-length", b"40"), JSON, **POST), False) +
     frame(DATA, END_STREAM, 1, b"{}"), {422}),  # the first, which is true, goes on alone
    ("line end in a value", head(1, fields((b"x-a", b"b\r\nx-actor: guest:1"))), REFUSED),
    ("line end in a name", head(1, fields((b"x-a: b\r\nx-actor", b"guest:1"))), REFUSED),
    ("line end in the method", head(1, fields(method=b"GET /v1/smuggled HTTP/1.1\r\nx: y")), REFUSED),
    ("line end in the path", head(1, fields(path=b"/v1/cities HTTP/1.1\r\nx-actor: guest:1")), REFUSED),
    ("line end in the authority", head(1, fields(host=f"api.{DOMAIN}\r\nx-a: b".encode())), REFUSED),
    ("NUL in a value", head(1, fields((b"x-a", b"b\0c"))), REFUSED),
    ("capital letters", head(1, fields((b"X-Actor", b"guest:1"))), REFUSED),
    ("underscore", head(1, fields((b"x_actor", b"guest:1"))), REFUSED),
    ("dot", head(1, fields((b"x.actor", b"guest:1"))), REFUSED),
    ("two paths", head(1, fields((b":path", b"/metrics"))), REFUSED),
    ("a path after the fields", head(1, [*fields()[:2], *fields()[3:], (b":path", b"/metrics")]), REFUSED),
    ("no path", head(1, [*fields()[:2], *fields()[3:]]), REFUSED),
    ("an absolute path", head(1, fields(path=b"http://booking-api:7020/metrics")), REFUSED | {404}),
    ("another authority than host", head(1, fields((b"host", f"pg.{DOMAIN}".encode()))), {200} | REFUSED),
    ("metrics", head(1, fields(path=b"/metrics")), {404}),
    ("20 kB of fields", head(1, fields((b"x-a", b"a" * 20000))), REFUSED | {431}),
    ("300 kB of fields", head(1, fields((b"x-a", b"a" * 300000))), REFUSED | {431}),
    ("fields without end", frame(HEADERS, END_STREAM, 1, packed(fields())) +
     b"".join(frame(CONTINUATION, 0, 1, packed([(b"x-a", b"a" * 8000)])) for _ in range(200)), REFUSED | {431}),
    ("a thousand resets", b"".join(head(2 * n + 1, fields()) + frame(RESET, 0, 2 * n + 1, b"\0\0\0\x08")
                                   for n in range(1000)), None),
]
# Refused after it began, so the access log may have it.
ALSO_A_REQUEST = ("length too small",)
IN_STEP = 3


def table():
    """The faults, a line each; and the table of results."""
    wrong, rows = [], []
    for number, (why, data, right) in enumerate(SHAPES):
        source = new_address()
        one = Connection(source)
        try:
            one.socket.sendall(data)
        except OSError:
            pass  # refused before all of it was read
        got = one.outcome(1) if right else None
        if right and why not in ALSO_A_REQUEST:
            traces.request(one.socket.getsockname(), *([got] if got not in REFUSED else []))
        one.socket.close()
        rows.append((why, got))
        if right and got not in right:
            wrong.append(f"{why}: {got}, not one of {right}")
        after = Connection(source if right else new_address())
        traces.request(after.socket.getsockname(), *[404] * IN_STEP)
        for turn in range(IN_STEP):
            stream = 2 * turn + 1
            after.socket.sendall(head(stream, fields(path=f"/v1/cities/h2-{number}-{turn}".encode())))
            found, body = None, b""
            while (got := after.next()) is not None:
                if got[0] == HEADERS:
                    found = status(got[3])
                if got[0] == DATA:
                    body += got[3]
                if got[0] in (HEADERS, DATA) and got[1] & END_STREAM or got[0] == RESET:
                    break
            if found != 404 or f"h2-{number}-{turn}".encode() not in body:
                wrong.append(f"{why}: the next request got {found} {body[:200]!r}")
        if after.settings.get(MAX_CONCURRENT_STREAMS) != 16:
            wrong.append(f"streams at once: {after.settings}")
        after.socket.close()
    return wrong, rows
