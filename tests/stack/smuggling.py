# SPDX-License-Identifier: MIT
"""Row 23 of the fault table through Traefik: malformed HTTP gets exactly this status, the connection ends
where it must, and the connections behind the edge remain in step: no client gets another's answer."""
from visitor import DOMAIN, KEY, answers, read_all, new_address, tls, traces

HOST = f"Host: api.{DOMAIN}\r\n".encode()
KEYED = HOST + f"X-API-Key: {KEY}\r\n".encode()
GET = b"GET /v1/cities HTTP/1.1\r\n" + KEYED
POST = b"POST /v1/quotes HTTP/1.1\r\n" + KEYED + b"Content-Type: application/json\r\n"
SMUGGLED = b"GET /v1/smuggled HTTP/1.1\r\n" + HOST + b"\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"


def get(path):
    return b"GET " + path + b" HTTP/1.1\r\n" + KEYED + b"\r\n"


# case, bytes, the only correct status (a list: one answer each; 0: closed without an answer), whether the
# connection must end (None: depends on the version), which program answers. "parser" answers before there is a request for
# the access log: Go's net/http, mostly with 400 and an end, and Traefik for underscores, dots and CONNECT. "edge" is Traefik; what
# passes on is repaired by then, and booking-api answers it. Leniencies of Go:
#   length beside chunked: chunked counts, the length is dropped (RFC 9112, 6.3); what follows is a request
#   of the same client, with routing, limits and log line of its own;
#   bare LF as line end and folded lines: passed on as CRLF and as one line;
#   a broken chunk: Traefik answers 500 to a body that it cannot read; no service gets the request.
SHAPES = [
    ("sound request", GET + b"\r\n", 200, False, "service"),
    ("two lengths, equal", POST + b"Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}", 422, False, "service"),
    ("two lengths, different", POST + b"Content-Length: 2\r\nContent-Length: 40\r\n\r\n{}" + SMUGGLED, 400, True, "parser"),
    ("length and chunked", POST + b"Content-Length: 4\r\n" + CHUNKED + b"\r\n0\r\n\r\n" + SMUGGLED, [400, 404], False, "both"),
    ("chunked and length", POST + CHUNKED + b"Content-Length: 4\r\n\r\n0\r\n\r\n" + SMUGGLED, [400, 404], False, "both"),
    ("two transfer encodings", POST + CHUNKED + b"Transfer-Encoding: identity\r\n\r\n0\r\n\r\n" + SMUGGLED, 501, True, "parser"),
    ("transfer encoding xchunked", POST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + SMUGGLED, 501, True, "parser"),
    ("transfer encoding gzip, chunked", POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n" + SMUGGLED, 501, True, "parser"),
    ("tab before chunked", POST + b"Transfer-Encoding:\tchunked\r\n\r\n0\r\n\r\n", 400, False, "service"),
    ("vertical tab before chunked", POST + b"Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n" + SMUGGLED, 400, True, "parser"),
    ("length +5", POST + b"Content-Length: +5\r\n\r\nabcde", 400, True, "parser"),
    ("length -5", POST + b"Content-Length: -5\r\n\r\nabcde", 400, True, "parser"),
    ("length 5, 5", POST + b"Content-Length: 5, 5\r\n\r\nabcde", 400, True, "parser"),
    ("length 0x5", POST + b"Content-Length: 0x5\r\n\r\nabcde", 400, True, "parser"),
    ("length of 30 digits", POST + b"Content-Length: " + b"9" * 30 + b"\r\n\r\n", 400, True, "parser"),
    ("length far above the limit", POST + b"Content-Length: 999999999\r\n\r\n", 413, True, "edge"),
    ("chunk of 18 digits", POST + CHUNKED + b"\r\n" + b"F" * 18 + b"\r\nab\r\n0\r\n\r\n", 500, True, "edge"),
    ("chunk size that is no number", POST + CHUNKED + b"\r\nzz\r\nab\r\n0\r\n\r\n", 500, True, "edge"),
    ("chunk longer than it says", POST + CHUNKED + b"\r\n1\r\nab\r\n0\r\n\r\n" + SMUGGLED, 500, True, "edge"),
    ("bare LF after the chunk's size", POST + CHUNKED + b"\r\n2\n{}\r\n0\r\n\r\n" + SMUGGLED, 500, True, "edge"),
    ("bare LF in a chunk's extension", POST + CHUNKED + b"\r\n2;a\n{}\r\n0\r\n\r\n" + SMUGGLED, 500, True, "edge"),
    ("bare LF as line end", b"GET /v1/cities HTTP/1.1\n" + KEYED.replace(b"\r\n", b"\n") + b"\n", 200, False, "service"),
    ("bare CR in a header", GET + b"X-A: a\rTransfer-Encoding: chunked\r\n\r\n", 400, True, "parser"),
    ("two hosts", b"GET /v1/cities HTTP/1.1\r\nHost: evil.example\r\n" + KEYED + b"\r\n", 400, True, "parser"),
    ("no host", b"GET /v1/cities HTTP/1.1\r\n\r\n", 400, True, "parser"),
    ("space before the colon", b"GET /v1/cities HTTP/1.1\r\nHost : x\r\n" + KEYED + b"\r\n", 400, True, "parser"),
    ("space before the colon of a length", POST + b"Content-Length : 40\r\n\r\n" + SMUGGLED, 400, True, "parser"),
    ("folded header", GET + b"X-A: b\r\n c\r\n\r\n", 200, False, "service"),
    ("header without a colon", GET + b"nonsense\r\n\r\n", 400, True, "parser"),
    ("header name with an underscore", GET + b"X_Actor: guest:1\r\n\r\n", 400, False, "parser"),
    ("header name with a dot", GET + b"X.Actor: guest:1\r\n\r\n", 400, False, "parser"),
    ("NUL in a header", GET + b"X-A: a\0b\r\n\r\n", 400, True, "parser"),
    ("NUL in the path", get(b"/v1/ci\0ties"), 400, True, "parser"),
    ("%00 in the path", get(b"/v1/cities%00b"), 400, False, "edge"),
    ("encoded slash", get(b"/v1/..%2f..%2fetc/passwd"), 400, False, "edge"),
    ("encoded backslash", get(b"/v1/..%5c..%5cetc/passwd"), 400, False, "edge"),
    ("encoded percent", get(b"/v1/cities%252e"), 400, False, "edge"),
    ("encoded semicolon", get(b"/v1/cities%3bx"), 400, False, "edge"),
    ("encoded question mark", get(b"/v1/cities%3fx"), 400, False, "edge"),
    ("encoded hash", get(b"/v1/cities%23x"), 400, False, "edge"),
    ("dot segments out of /v1", get(b"/v1/../../etc/passwd"), 404, False, "edge"),
    ("dot segments to /metrics", get(b"/v1/cities/../../metrics"), 404, False, "edge"),
    ("encoded dot segments", get(b"/v1/%2e%2e/metrics"), 404, False, "edge"),
    ("two slashes", get(b"//metrics"), 404, False, "edge"),
    ("broken escape in the path", get(b"/v1/%zz"), 400, True, "parser"),
    ("broken escape in the query", get(b"/v1/cities?q=%zz"), 400, False, "service"),
    ("absolute form, own host", b"GET https://api." + DOMAIN.encode() + b"/v1/cities HTTP/1.1\r\n" + KEYED + b"\r\n", 200, False, "service"),
    ("absolute form, another host", b"GET http://booking-api:7020/metrics HTTP/1.1\r\n" + KEYED + b"\r\n", 404, False, "edge"),
    ("opaque form", b"GET http:metrics HTTP/1.1\r\n" + KEYED + b"\r\n", 400, None, "parser"),
    ("asterisk form", b"OPTIONS * HTTP/1.1\r\n" + KEYED + b"\r\n", 200, False, "parser"),
    ("authority form", b"CONNECT booking-api:7020 HTTP/1.1\r\n" + KEYED + b"\r\n", 501, True, "parser"),
    ("an unknown method", b"BREW /v1/cities HTTP/1.1\r\n" + KEYED + b"\r\n", 404, False, "service"),
    ("TRACE", b"TRACE /v1/cities HTTP/1.1\r\n" + KEYED + b"\r\n", 404, False, "service"),
    ("an invalid method", b"G(T /v1/cities HTTP/1.1\r\n" + KEYED + b"\r\n", 400, True, "parser"),
    ("HTTP/2 preface in HTTP/1.1", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 404, True, "edge"),
    ("upgrade to h2c", GET + b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAA\r\n\r\n", 200, False, "service"),
    ("HTTP/9.9", b"GET /v1/cities HTTP/9.9\r\n" + KEYED + b"\r\n", 505, True, "parser"),
    ("HTTP/1.0 without a host", b"GET /v1/cities HTTP/1.0\r\n\r\n", 404, True, "edge"),
    ("no version", b"GET /v1/cities\r\n" + KEYED + b"\r\n", 400, True, "parser"),
    ("a TLS handshake inside TLS", bytes([22, 3, 1, 0, 200, 1, 0, 0, 196, 3, 3]) + bytes(range(1, 190)) + b"\r\n\r\n", 400, True, "parser"),
    ("a header of 40 kB", GET + b"X-A: " + b"a" * 40000 + b"\r\n\r\n", 431, True, "parser"),
    ("a target of 40 kB", b"GET /v1/" + b"a" * 40000 + b" HTTP/1.1\r\n" + KEYED + b"\r\n", 431, True, "parser"),
    ("an unknown expectation", POST + b"Expect: magic\r\nContent-Length: 2\r\n\r\n{}", 417, True, "parser"),
    ("Connection that names the key's header", GET + b"Connection: X-API-Key\r\n\r\n", 401, False, "service"),
    ("trailer that would be a header", POST + CHUNKED + b"Trailer: X-Actor\r\n\r\n2\r\n{}\r\n0\r\nX-Actor: guest:1\r\n\r\n", 422, False, "service"),
    ("two requests at once", GET + b"\r\n" + GET + b"\r\n", [200, 200], False, "service"),
    ("a GET with a body that is a request", GET + f"Content-Length: {len(SMUGGLED)}\r\n\r\n".encode() + SMUGGLED, 415, False, "service"),
]
# Requests between two shapes that show whether the connections to the services are still in step.
IN_STEP = 3
EDGE_PROBLEMS = (404, 501, 502, 503, 504)
EDGE_400 = b"The request cannot be read"


def table():
    """The faults, a line each; and the table of results."""
    wrong, rows = [], []
    for number, (why, data, right, closes, who) in enumerate(SHAPES):
        source = new_address()
        with tls(source) as connection:
            try:
                connection.sendall(data)
            except OSError:
                pass  # refused before all of it was read
            client = connection.getsockname()
            raw, closed = read_all(connection, 4.0, 0.4)
        found = answers(raw)
        traces.request(client, *(one.status for one in found if who != "parser"))
        got = [one.status for one in found] or ([0] if closed else [])
        rows.append((why, got, closed, who))
        if got != (right if isinstance(right, list) else [right]):
            wrong.append(f"{why}: {got or raw[:60]}, not {right}")
        if closes is not None and closed != closes:
            wrong.append(f"{why}: connection closed: {closed}, not {closes}")
        if who in ("edge", "parser") and any(b'"code"' in one.body and one.status not in EDGE_PROBLEMS and EDGE_400 not in one.body
                                             for one in found):
            wrong.append(f"{why}: it reached the service")
        if who != "both" and any(b"smuggled" in one.body for one in found):
            wrong.append(f"{why}: the hidden request was answered")
        wanted = [f"/v1/cities/nowhere-{number}-{turn}" for turn in range(IN_STEP)]
        with tls(source) as connection:
            traces.request(connection.getsockname(), *[404] * IN_STEP)
            connection.sendall(b"".join(get(path.encode()) for path in wanted))
            raw = b""
            while len(after := answers(raw)) < IN_STEP:
                more, _ = read_all(connection, 4.0, 0.05)
                raw += more
                if not more:
                    break
        if [(one.status, one.problem["instance"]) for one in after] != [(404, path) for path in wanted]:
            wrong.append(f"{why}: the next requests got {after}")
    return wrong, rows
