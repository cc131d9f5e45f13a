# SPDX-License-Identifier: MIT
"""The HTTP/1.1 server of the stand-in: it has persistent connections and can break them on purpose."""
import asyncio
import contextlib
import json
import socket
import struct
import urllib.parse

HEAD_MAX = 64 << 10
BODY_MAX = 64 << 20
IDLE_SECONDS = 500.0  # idle timeout of Telegram's server
REASONS = {200: "OK", 206: "Partial Content", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found",
           405: "Method Not Allowed", 409: "Conflict", 413: "Request Entity Too Large", 421: "Misdirected Request",
           429: "Too Many Requests", 500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable",
           504: "Gateway Timeout"}


class Cut(Exception):
    """Ends the connection with a reset; half of the response `answer` is sent before."""

    def __init__(self, answer=None):
        super().__init__("cut")
        self.answer = answer


class Broken(Exception):
    """The request is not valid HTTP. Arguments: status, message."""


class Request:
    def __init__(self, method, target, headers, connection):
        self.method, self.headers, self.connection = method, headers, connection
        path, _, self.query = target.partition("?")
        self.path = urllib.parse.unquote(path)
        self._body = None

    def header(self, name, default=""):
        return self.headers.get(name, default)

    async def body(self):
        if self._body is None:
            self._body = await self.connection.read_body(self.headers)
        return self._body


class Response:
    def __init__(self, status, body, content_type="application/json", headers=()):
        self.status, self.content_type, self.headers = status, content_type, headers
        self.body = body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else json.dumps(
            body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")

    def octets(self, keep):
        head = [f"HTTP/1.1 {self.status} {REASONS.get(self.status, 'Status')}", "Server: nginx/1.18.0",
                f"Content-Type: {self.content_type}", f"Content-Length: {len(self.body)}",
                f"Connection: {'keep-alive' if keep else 'close'}"]
        head += [f"{name}: {value}" for name, value in self.headers]
        return "\r\n".join([*head, "", ""]).encode() + self.body


def parse_head(octets):
    """(method, target, version, headers with lower-case names) of the head of a request."""
    lines = octets.decode("latin-1").split("\r\n")
    words = lines[0].split(" ")
    if len(words) != 3 or not words[2].startswith("HTTP/1."):
        raise Broken(400, "Bad Request")
    headers = {}
    for line in lines[1:]:
        if line:
            name, colon, value = line.partition(":")
            if not colon or name != name.strip():
                raise Broken(400, "Bad Request")
            headers[name.lower()] = value.strip()
    return words[0], words[1], words[2], headers


class Connection:
    def __init__(self, reader, writer, number):
        self.reader, self.writer, self.number = reader, writer, number
        self.peer = (writer.get_extra_info("peername") or ("",))[0]
        self.unread = False  # whether a body has not been read from the socket

    def abort(self):
        """Closes the connection with a TCP reset."""
        with contextlib.suppress(OSError, AttributeError):
            self.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()

    async def read_request(self):
        """(next request or None, whether the connection is kept open)."""
        try:
            octets = await asyncio.wait_for(self.reader.readuntil(b"\r\n\r\n"), IDLE_SECONDS)
        except (asyncio.IncompleteReadError, asyncio.TimeoutError):
            return None, False
        except asyncio.LimitOverrunError:
            raise Broken(400, "Bad Request") from None
        method, target, version, headers = parse_head(octets.removesuffix(b"\r\n\r\n"))
        wanted = headers.get("connection", "").lower()
        self.unread = headers.get("content-length", "0") != "0" or "transfer-encoding" in headers
        keep = wanted != "close" and (version == "HTTP/1.1" or wanted == "keep-alive")
        return Request(method, target, headers, self), keep

    async def read_body(self, headers):
        if headers.get("expect", "").lower() == "100-continue":
            self.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        if "chunked" in headers.get("transfer-encoding", "").lower():
            body = await self.read_chunks()
        else:
            length = headers.get("content-length", "0")
            if not length.isdigit():
                raise Broken(400, "Bad Request")
            if int(length) > BODY_MAX:
                raise Broken(413, "Request Entity Too Large")
            body = await self.reader.readexactly(int(length))
        self.unread = False
        return body

    async def read_chunks(self):
        parts, size = [], 0
        while True:
            try:
                length = int((await self.reader.readuntil(b"\r\n")).partition(b";")[0], 16)
            except ValueError:
                raise Broken(400, "Bad Request") from None
            size += length
            if size > BODY_MAX:
                raise Broken(413, "Request Entity Too Large")
            parts.append((await self.reader.readexactly(length + 2))[:-2])
            if length == 0:
                return b"".join(parts)


class Server:
    """`handle(request)` returns a Response or raises Cut; `refuse()` returns whether to reset a new connection."""

    def __init__(self, handle, refuse):
        self.handle, self.refuse = handle, refuse
        self.open, self.idle, self.accepted = set(), set(), 0
        self.listener = None

    async def start(self, host, port, tls=None):
        self.listener = await asyncio.start_server(self._serve, host, port, limit=HEAD_MAX, backlog=1024, ssl=tls)
        return self.listener.sockets[0].getsockname()[1]

    async def stop(self):
        self.listener.close()
        for connection in list(self.open):
            connection.writer.transport.abort()

    def cut_idle(self):
        for connection in list(self.idle):
            connection.abort()

    async def _serve(self, reader, writer):
        self.accepted += 1
        connection = Connection(reader, writer, self.accepted)
        if self.refuse():
            connection.abort()
            return
        self.open.add(connection)
        with contextlib.suppress(OSError, AttributeError):
            writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            while await self._answer(connection):
                pass
        except Cut as cut:
            if cut.answer is not None:
                octets = cut.answer.octets(True)
                writer.write(octets[:len(octets) - len(cut.answer.body) // 2 - 1])
                await asyncio.sleep(0.01)  # otherwise the reset would overtake it
            connection.abort()
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            writer.transport.abort()
        finally:
            self.open.discard(connection)
            self.idle.discard(connection)
            writer.close()

    async def _answer(self, connection):
        """Processes one request; returns whether another may follow."""
        self.idle.add(connection)
        try:
            request, keep = await connection.read_request()
            self.idle.discard(connection)
            if request is None:
                return False
            response = await self.handle(request)
        except Broken as why:
            status, sentence = why.args
            response, keep = Response(status, {"ok": False, "error_code": status, "description": sentence}), False
        keep = keep and not connection.unread
        connection.writer.write(response.octets(keep))
        await connection.writer.drain()
        return keep
