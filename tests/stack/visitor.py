# SPDX-License-Identifier: MIT
"""A client in the Internet that connects to the edge: sockets with a chosen source address, TLS and bytes as given.
The edge is described by the environment:

  EDGE_V4, EDGE_V6     the server's addresses           EDGE_DOMAIN   tapbot.test
  EDGE_CA              file: root of its certificates    EDGE_KEY      an API key that reads and writes
  EDGE_SLOW_KEY        one that may read once a second
  EDGE_USER, EDGE_PASSWORD   of BasicAuth                EDGE_LOG      commands that follow Traefik's logs, separated by ;
  EDGE_ALLOWED_V4      an own address inside ADMIN_NETWORKS; EDGE_OWN_V6 the only one of IPv6
  EDGE_OTHERS_V4       own addresses outside, separated by spaces (each attack takes fresh ones)

The server's kernel is this machine's: the journal of arrivals is read from its log.
"""
import base64
import errno
import itertools
import json
import os
import random
import socket
import ssl
import threading
import time

from traces import Traces

V4, V6 = os.environ.get("EDGE_V4", "203.0.113.10"), os.environ.get("EDGE_V6", "2001:db8:113::10")
HTTP, HTTPS = int(os.environ.get("EDGE_HTTP", "80")), int(os.environ.get("EDGE_HTTPS", "443"))
DOMAIN = os.environ.get("EDGE_DOMAIN", "tapbot.test")
KEY = os.environ.get("EDGE_KEY", "")
USER, PASSWORD = os.environ.get("EDGE_USER", ""), os.environ.get("EDGE_PASSWORD", "")
OWN_V6 = os.environ.get("EDGE_OWN_V6", "2001:db8:113::66")
ALLOWED = os.environ.get("EDGE_ALLOWED_V4", "203.0.113.60")
OTHERS = os.environ.get("EDGE_OTHERS_V4", " ".join(f"203.0.113.{last}" for last in range(61, 100))).split()
BASIC = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
SECONDS = 20
# Answers of Go's parser, before there is a request for the access log.
PARSER = (417, 431, 501, 505)

# Other threads may attack in parallel, from their own part of the addresses.
BESIDE = 16
_fresh, _fresh_beside = itertools.cycle(OTHERS[BESIDE:]), itertools.cycle(OTHERS[:BESIDE])
# Each connection has its own port: it identifies the connection in the logs.
_ports = iter(random.sample(range(10000, 30000), 20000))
traces = Traces(os.environ["EDGE_LOG"].split(";"))


def new_address():
    """An unused address (as long as there are any), so that limits do not mix."""
    return next(_fresh if threading.current_thread() is threading.main_thread() else _fresh_beside)


def bound(one, source=None):
    """Gives that socket an address and a port of its own."""
    while True:
        try:
            return one.bind((source or "", next(_ports)))
        except OSError as error:  # used by another program
            if error.errno != errno.EADDRINUSE:
                raise


def connect(source=None, address=V4, port=HTTPS, timeout=SECONDS):
    one = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
    one.settimeout(timeout)
    bound(one, source or (OWN_V6 if ":" in address else None))
    traces.arrival(one.getsockname(), port)
    try:
        one.connect((address, port))
    except OSError:
        traces.request(one.getsockname())
        one.close()
        raise
    return one


def context(lowest=ssl.TLSVersion.TLSv1_2, highest=ssl.TLSVersion.MAXIMUM_SUPPORTED, ciphers=None):
    one = ssl.create_default_context(cafile=os.environ.get("EDGE_CA"))
    if ciphers:
        one.set_ciphers(ciphers)
    one.minimum_version, one.maximum_version = lowest, highest
    one.set_alpn_protocols(["http/1.1"])
    return one


_usual = None


def tls(source=None, name=None, address=V4, how=None):
    """A checked TLS connection to that host of ours (api.)."""
    global _usual
    if how is None:
        how = _usual = _usual or context()
    name = f"api.{DOMAIN}" if name is None else name
    plain = connect(source, address)
    client = plain.getsockname()
    try:
        return how.wrap_socket(plain, server_hostname=name)
    except BaseException:
        traces.request(client)
        plain.close()
        raise


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def __repr__(self):
        return f"{self.status} {self.headers.get('content-type', '')} {self.body[:200]!r}"

    @property
    def problem(self):
        """The problem+json that it is; otherwise it raises."""
        if self.headers.get("content-type") != "application/problem+json":
            raise AssertionError(f"no problem+json: {self}")
        value = json.loads(self.body)
        missing = {"type", "title", "status", "detail", "instance", "code", "request_id"} - set(value)
        if missing or value["status"] != self.status:
            raise AssertionError(f"not a problem: {self}, lacks {missing}")
        return value


def read_all(connection, seconds=3.0, quiet=0.3):
    """Reads until the peer closes or sends nothing for `quiet` seconds; returns the data and whether it closed."""
    data, end = b"", time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        connection.settimeout(left)  # a readable TLS socket need not have data
        try:
            more = connection.recv(65536)
        except TimeoutError:
            return data, False
        except (OSError, ssl.SSLError):
            return data, True
        if not more:
            return data, True
        data += more
        end = min(end, time.monotonic() + quiet)
    return data, False


def answers(data):
    """Each answer in a byte stream."""
    found = []
    while data.startswith(b"HTTP/1."):
        head, _, rest = data.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        headers = {name.strip().lower(): value.strip() for name, _, value in
                   (line.partition(":") for line in lines[1:])}
        body, rest = _body(headers, rest)
        found.append(Answer(int(lines[0][9:12]), headers, body))
        data = rest
    return found


def _body(headers, data):
    if headers.get("transfer-encoding") != "chunked":
        length = int(headers.get("content-length", len(data)))
        return data[:length], data[length:]
    body = b""
    while True:
        size, _, data = data.partition(b"\r\n")
        size = int(size or b"0", 16)
        body, data = body + data[:size], data[size + 2:]
        if size == 0:
            return body, data


def ask(method="GET", path="/v1/cities", host="api", source=None, headers=(), body=None, key=KEY, address=V4,
        sni=None, plain=False, seconds=SECONDS, logged=True):
    """One request on a connection of its own; `host` is a name below the domain, or a whole one. `logged` is
    False if it is refused before the access log."""
    whole = host if "." in host else f"{host}.{DOMAIN}"
    lines = [f"{method} {path} HTTP/1.1", f"Host: {whole}", "Connection: close"]
    if key:
        lines.append(f"X-API-Key: {key}")
    if body is not None:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in dict(headers).items()]
    data = "\r\n".join(lines).encode() + b"\r\n\r\n" + (body or b"")
    with connect(source, address, HTTP) if plain else tls(source, sni or whole, address) as connection:
        client = connection.getsockname()
        try:
            connection.sendall(data)
        except OSError:
            pass  # refused before all of it was read
        raw, _ = read_all(connection, seconds, seconds)
        found = answers(raw)
        traces.request(client, *(one.status for one in found if logged and one.status not in PARSER))
    if len(found) != 1:
        raise AssertionError(f"{method} {path}: {len(found)} answers: {raw[:300]!r}")
    return found[0]


def pipelined(count, lines, source=None, address=V4, host="api", connections=8, plain=False):
    """The answers to `count` GETs, pipelined on a few connections: faster than any handshake.
    `lines(number)` returns the head of each one, without Host."""
    whole, found, lock = f"{host}.{DOMAIN}", [], threading.Lock()

    def work(first):
        numbers = range(first, count, connections)
        with connect(source, address, HTTP) if plain else tls(source, whole, address) as one:
            client = one.getsockname()
            one.sendall("".join(f"{lines(number)}\r\nHost: {whole}\r\n\r\n" for number in numbers).encode())
            data = b""
            while len(got := answers(data)) < len(numbers):
                more, closed = read_all(one, SECONDS, 0.2)
                data += more
                if closed or not more:
                    break
            traces.request(client, *(answer.status for answer in got))
        with lock:
            found.extend(got)
    workers = [threading.Thread(target=work, args=(first,)) for first in range(connections)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    return found
