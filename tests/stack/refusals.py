# SPDX-License-Identifier: MIT
"""Bad requests through the edge, a row each, as traefik/README.md, "Refusals", documents them: status, media type,
code, request ID. An answer with a code is problem+json, and its request ID is in the access log; an answer
without one has exactly the body given here. Over HTTP/1.1 and, if HTTP/2 can express the request, over HTTP/2 (by curl)."""
import concurrent.futures
import dataclasses
import os
import subprocess
import tempfile
import time

from visitor import BASIC, DOMAIN, HTTP, HTTPS, KEY, V4, Answer, answers, connect, read_all, new_address, tls, traces

PLAIN, HTML = "text/plain; charset=utf-8", "text/html; charset=utf-8"
NOTHING = (None, b"")
PARSER_400, PARSER_431 = (PLAIN, b"400 Bad Request"), (PLAIN, b"431 Request Header Fields Too Large")
# Over HTTP/2 Go's limit is lower: 8,512 bytes, with 32 more for each field. A single one above that ends the connection.
LIST_431 = (431, (HTML, b"<h1>HTTP Error 431</h1><p>Request Header Field(s) Too Large</p>"))
ENDED = (0, (None, None))
BODY_413 = (None, b"Request Entity Too Large")
RATE_429 = (None, b"Too Many Requests")
PASSWORD_401 = ("text/plain", b"401 Unauthorized\n")
JSON, KEYED = "Content-Type: application/json", f"X-API-Key: {KEY}"
CHUNKED = "Transfer-Encoding: chunked"
SLOW_KEYED = f"X-API-Key: {os.environ.get('EDGE_SLOW_KEY', '')}"
SAME = object()
SECONDS = 15
AT_ONCE = 4


@dataclasses.dataclass
class Row:
    """`expected`: a problem's code, or the media type and body (None: any) of an answer that is not a problem. `again`: the answer
    over HTTP/2, None if only HTTP/1.1 can express the request. `first` is the request line, `name` the Host if it is not the host's.
    `unread`: the refusing program has not read the client's request ID, and creates another."""
    why: str
    host: str
    first: str
    lines: tuple
    status: int
    expected: object
    again: object = SAME
    body: bytes = b""
    name: str = None
    has: tuple = ()
    times: int = 1
    port: int = HTTPS
    unread: bool = False


def api(why, first, *lines, **more):
    return lambda status, expected, again=SAME: Row(why, "api", first, (KEYED, *lines), status, expected, again, **more)


def at(host, why, first, *lines, **more):
    return lambda status, expected, again=SAME: Row(why, host, first, lines, status, expected, again, **more)


def small(count):
    return [f"X-A{number:03}: {'a' * 11}" for number in range(count)]


CITIES, QUOTES = "GET /v1/cities", "POST /v1/quotes"
ROWS = [
    # Too long: an answer of the service as far as its library reads, then the edge's page, then Go's parser.
    api("a target of 8,300", f"{CITIES}?city={'a' * 8300}")(413, "target_too_long", LIST_431),
    *[api(f"a target of {size:,}", f"{CITIES}?city={'a' * size}")(413, "target_too_long", ENDED) for size in (9000, 10000, 11000, 11700)],
    api("a cookie of 8,000", CITIES, f"Cookie: a={'a' * 8000}")(431, "headers_too_large"),
    *[api(f"a cookie of {size:,}", CITIES, f"Cookie: a={'a' * size}")(431, "headers_too_large", ENDED) for size in (9000, 10000, 11000, 11700)],
    api("a cookie of 13,000", CITIES, f"Cookie: a={'a' * 13000}")(431, PARSER_431, ENDED),
    api("a target of 13,000", f"{CITIES}?city={'a' * 13000}")(431, PARSER_431, ENDED),
    api("100 small headers", CITIES, *small(100), unread=True)(400, "bad_request"),
    api("150 small headers", CITIES, *small(150), unread=True)(400, "bad_request"),
    api("200 small headers", CITIES, *small(200))(431, "headers_too_large", LIST_431),
    api("an unknown path of 9,000", f"GET /{'a' * 9000}")(404, "not_found", ENDED),
    api("a query of 11,700 on an unknown path", f"GET /nope?{'a' * 11700}")(404, "not_found", ENDED),
    api("a cookie of 11,700 on an unknown path", "GET /nope", f"Cookie: a={'a' * 11700}")(404, "not_found", ENDED),
    api("200 small headers on an unknown path", "GET /nope", *small(200))(404, "not_found", LIST_431),
    api("a body of 70,000", QUOTES, JSON, body=b" " * 70000)(413, BODY_413),
    api("a body for an unknown path", "POST /nope", JSON, body=b" " * 70000)(404, "not_found"),
    # Answers of the service.
    at("api", "no key", CITIES)(401, "key_missing"),
    at("api", "an unknown key", CITIES, "X-API-Key: tb_live_0")(401, "key_unknown"),
    at("api", "a password for a key", CITIES, f"Authorization: {BASIC}")(401, "key_missing"),
    at("api", "more requests than a key may send", CITIES, SLOW_KEYED, times=8, has=("ratelimit", "ratelimit-policy", "retry-after"))(429, "rate_limited", None),
    api("another user's name", CITIES, "X-Actor: guest:1", has=("ratelimit",))(403, "scope_missing"),
    api("an unknown parameter", f"{CITIES}?colour=red", has=("ratelimit",))(422, "unknown_parameter"),
    api("an unknown city", f"{CITIES}/nowhere")(404, "not_found"),
    api("a broken escape in the query", f"{CITIES}?q=%zz")(400, "bad_query"),
    api("a method that the path does not have", "DELETE /v1/cities", has=("allow",))(405, "method_not_allowed"),
    api("an unknown method", "BREW /v1/cities")(404, "not_found"),
    api("TRACE", "TRACE /v1/cities")(404, "not_found"),
    api("a method in lower case", "get /v1/cities")(404, "not_found"),
    api("a media type that is not available", CITIES, "Accept: text/html")(406, "not_acceptable"),
    api("another version", CITIES, "API-Version: 9")(400, "unsupported_version"),
    api("no body", QUOTES, JSON, body=b"")(400, "body_missing"),
    api("no JSON", QUOTES, JSON, body=b"{")(400, "bad_json"),
    api("a body of another type", QUOTES, "Content-Type: text/plain", body=b"{}")(415, "unsupported_media_type"),
    api("an invalid idempotency key", QUOTES, JSON, "Idempotency-Key: " + "a" * 300, body=b"{}")(400, "bad_idempotency_key"),
    # Not served: the edge's page.
    api("nothing", "GET /nope")(404, "not_found"),
    api("metrics", "GET /metrics")(404, "not_found"),
    api("dots out of /v1", "GET /v1/../../etc/passwd")(404, "not_found"),
    api("dots in the query", "GET /nope?a=/../../../../..")(404, "not_found"),
    api("a path with a longer last segment", "GET /v1/citiesx")(404, "not_found"),
    api("TRACE on an unknown path", "TRACE /nope")(400, "bad_request"),
    api("a lower-case method on an unknown path", "get /nope", unread=True)(400, "bad_request"),
    *[at("api", f"the host {name}", CITIES, name=name)(404, "not_found")
      for name in ("evil.example", f"api..{DOMAIN}", "..", "-", f"qdrant.{DOMAIN}")],
    at("api", "a host with an escape", CITIES, name="a%41.test")(404, "not_found", None),
    # Characters not permitted in a path: refused before a router, without a body.
    *[api(f"%{code} in the path", f"GET /v1/cities%{code}x")(400, NOTHING) for code in ("2f", "5C", "00", "3b", "25", "3F", "23")],
    api("# in the path", "GET /v1/cities#x")(400, NOTHING, None),
    # Unreadable for Go's server, before there is a request.
    api("an underscore in a name", CITIES, "X_Actor: guest:1")(400, (PLAIN, b"Bad Request\n")),
    api("a dot in a name", CITIES, "X.Actor: guest:1")(400, (PLAIN, b"Bad Request\n")),
    # Refused by Traefik before a router.
    api("CONNECT", "CONNECT /v1/cities")(501, NOTHING, None),
    api("CONNECT to a service", "CONNECT booking-api:7020")(501, NOTHING, None),
    api("a broken escape in the path", "GET /v1/%zz")(400, PARSER_400, ENDED),
    api("two hosts", CITIES, "Host: evil.example")(400, PARSER_400, None),
    api("two lengths", QUOTES, JSON, "Content-Length: 2", "Content-Length: 40")(400, PARSER_400, None),
    api("an invalid host", CITIES, name="a{b")(400, (PLAIN, b"400 Bad Request: malformed Host header"), None),
    api("an unknown expectation", QUOTES, JSON, "Expect: magic", body=b"{}")(417, NOTHING, None),
    api("an encoding of the transfer", QUOTES, JSON, "Transfer-Encoding: gzip, chunked")(501, (PLAIN, b"Unsupported transfer encoding"), None),
    api("a broken chunk", QUOTES, JSON, CHUNKED, body=b"zz\r\n{}\r\n0\r\n\r\n")(500, (None, b"Internal Server Error"), None),
    # Other hosts: a foreign address, a password, pages for people.
    *[at(host, "a foreign address", "GET /")(403, "address_refused") for host in ("pg", "dir", "n8n", "logs2", "portainer2", "redis1")],
    *[at("n8n", f"a foreign address, {what}", f"GET {path}")(403, "address_refused") for what, path in (
        ("a short webhook", "/webhook/guests"), ("a webhook of the editor", f"/webhook-test/{'a' * 40}"), ("below a long webhook", f"/webhook/{'a' * 40}/rest"))],
    at("pg", "a foreign address with a password", "GET /", f"Authorization: {BASIC}")(403, "address_refused"),
    at("pg", "a foreign address, 9,000 of path", f"GET /{'a' * 9000}")(403, "address_refused", ENDED),
    at("pg", "a foreign address, dots in the query", "GET /?a=/../../../..")(403, "address_refused"),
    at("pg", "a foreign address, 11,000 of request id", "GET /", f"X-Request-Id: {'a' * 11000}")(403, "address_refused", ENDED),
    at("booking", "no password", "GET /docs", has=("www-authenticate",))(401, PASSWORD_401),
    at("booking", "a password, no key", CITIES, f"Authorization: {BASIC}")(401, "key_missing"),
    at("booking", "too fast", "GET /docs", times=200, has=("retry-after",))(429, RATE_429, None),
    at("booking", "nothing", "GET /nope", f"Authorization: {BASIC}")(404, "not_found"),
    at("health", "no password", "GET /", has=("www-authenticate",))(401, PASSWORD_401),
    at("health", "a password, an unknown incident", "POST /incidents/x/ack", f"Authorization: {BASIC}", body=b"token=x")(404, "not_found"),
    at("health", "too fast", "GET /badge.svg", times=200, has=("retry-after",))(429, RATE_429, None),
    at("health", "nothing", "GET /nope", f"Authorization: {BASIC}")(404, "not_found"),
    at("docs", "nothing", "GET /nope")(404, (HTML, None)),
    at("docs", "9,000 of path", f"GET /{'a' * 9000}")(404, (HTML, None), ENDED),
    at("docs", "a body", "POST /", body=b" " * 2000)(413, (HTML, None)),
    at("docs", "a target that is not a path", "GET a:b")(400, NOTHING, None),
    at("www", "nothing", "GET /nope")(404, (HTML, None)),
    at("www", "TRACE", "TRACE /")(405, (HTML, None)),
    # Port 80 redirects.
    at("api", "port 80", CITIES, port=HTTP)(301, (None, b"Moved Permanently")),
    at("api", "port 80, with a body", QUOTES, JSON, body=b"{}", port=HTTP)(308, (None, b"Permanent Redirect")),
    at("api", "port 80, an unknown ACME challenge", "GET /.well-known/acme-challenge/none", port=HTTP)(404, NOTHING),
    at("api", "port 80, 13,000 of cookie", CITIES, f"Cookie: {'a' * 13000}", port=HTTP)(431, PARSER_431),
]


def one_point_one(row, name):
    """The answer over HTTP/1.1; of several the first one with the row's status. Status 0 is no answer."""
    framed = any(line.startswith(("Transfer-", "Content-Length")) for line in row.lines) or not row.first.startswith("POST")
    length = [] if framed else [f"Content-Length: {len(row.body)}"]
    head = "\r\n".join([f"{row.first} HTTP/1.1", f"Host: {name}", *row.lines, *length])
    with connect(new_address(), V4, HTTP) if row.port == HTTP else tls(new_address(), f"{row.host}.{DOMAIN}") as connection:
        try:
            connection.sendall((head.encode() + b"\r\n\r\n" + row.body) * row.times)
        except OSError:
            pass  # refused before all of it was read
        data, end = b"", time.monotonic() + SECONDS
        while len(found := answers(data)) < row.times and time.monotonic() < end:
            more, closed = read_all(connection, SECONDS, 0.05)
            data += more
            if closed:
                break
        found = answers(data)
    return next((one for one in found if one.status == row.status), found[-1] if found else Answer(0, {}, data))


def two(row, name, identity):
    """The answer over HTTP/2; status 0 is none."""
    method, target = row.first.split(" ", 1)
    with tempfile.TemporaryDirectory() as folder:
        head, body, sent = (os.path.join(folder, one) for one in ("head", "body", "sent"))
        with open(sent, "wb") as file:
            file.write(row.body)
        words = ["curl", "-sS", "--http2", "--path-as-is", "--globoff", "--max-time", str(SECONDS), "--cacert", os.environ["EDGE_CA"],
                 "--interface", new_address(), "--resolve", f"{row.host}.{DOMAIN}:{HTTPS}:{V4}", "--dump-header", head, "--output", body,
                 "--request", method, "--header", f"Host: {name}", "--header", "Accept:"]
        words += [word for line in (f"X-Request-Id: {identity}", *row.lines) for word in ("--header", line)]
        words += ["--data-binary", f"@{sent}"] if row.body or method == "POST" else []
        done = subprocess.run([*words, f"https://{row.host}.{DOMAIN}{target}"], check=False, stderr=subprocess.PIPE, text=True)
        if not os.path.exists(head) or not os.path.getsize(head):
            return Answer(0, {}, done.stderr.encode())
        with open(head, encoding="latin-1") as file:
            first, *rest = file.read().strip().split("\n\n")[-1].replace("\r", "").split("\n")
        text = b""
        if os.path.exists(body):
            with open(body, "rb") as file:
                text = file.read()
    if not first.startswith("HTTP/2 "):
        raise AssertionError(f"{first} {done.stderr}")
    return Answer(int(first.split()[1]), {key.lower(): value.strip() for key, _, value in (line.partition(":") for line in rest)}, text)


def judge(row, answer, status, expected, identity):
    """The faults of that answer."""
    if answer.status != status:
        return [f"{answer}, not {status}"]
    wrong = [f"lacks {one}" for one in row.has if one not in answer.headers]
    if isinstance(expected, tuple):
        kind, body = expected
        if answer.headers.get("content-type") != kind or body is not None and answer.body != body:
            wrong.append(f"{answer}, not {expected}")
        return wrong
    try:
        problem = answer.problem
    except (AssertionError, ValueError) as error:
        return [str(error)]
    given = answer.headers.get("x-request-id")
    if problem["code"] != expected or problem["request_id"] != given or identity not in (None, given):
        wrong.append(f"{answer} {given}, not {expected} of {identity}")
    return wrong


def in_log(identity, seconds=3):
    """Whether `deploy/tapbot logs --request-id` finds it: it compares these names."""
    end = time.monotonic() + seconds
    while not any(identity in (line.get("request_X-Request-Id"), line.get("downstream_X-Request-Id")) for line in list(traces.requests)):
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def ask(number):
    """The faults of a row's answers, a line each; and the answers."""
    row, wrong, rows = ROWS[number], [], []
    name = row.name or f"{row.host}.{DOMAIN}"
    outcomes = [("1.1", one_point_one(row, name), row.status, row.expected, None)]
    if row.again is not None and row.port == HTTPS:
        identity = f"refusal-{number}"
        status, expected = (row.status, row.expected) if row.again is SAME else row.again
        outcomes.append(("2", two(row, name, identity), status, expected, None if row.unread else identity))
    for version, answer, status, expected, identity in outcomes:
        mistakes = judge(row, answer, status, expected, identity)
        if not mistakes and isinstance(expected, str) and not in_log(answer.headers["x-request-id"]):
            mistakes.append(f"{answer.headers['x-request-id']} is not in the access log")
        wrong += [f"{row.host}: {row.why} over HTTP/{version}: {one}" for one in mistakes]
        rows.append((row.host, row.why, version, answer.status, expected if isinstance(expected, str) else expected[0] or "-"))
    return wrong, rows


def table():
    """The faults, a line each; and the table of results."""
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        found = list(pool.map(ask, range(len(ROWS))))
    return [line for wrong, _ in found for line in wrong], [line for _, rows in found for line in rows]
