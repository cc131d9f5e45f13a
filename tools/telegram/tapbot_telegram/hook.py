# SPDX-License-Identifier: MIT
"""One connection to a webhook: HTTP/1.1 with keep-alive, plain or TLS."""
import asyncio
import base64
import contextlib
import ssl
import urllib.parse
import zlib

CONNECT_SECONDS = 10.0
HEAD_MAX, ANSWER_MAX = 64 << 10, 4 << 20


class Hook:
    """The address of a bot's webhook."""

    def __init__(self, webhook, trust):
        url = urllib.parse.urlsplit(webhook["url"])
        self.host, self.tls = url.hostname, url.scheme.lower() == "https"
        self.port = url.port or (443 if self.tls else 80)
        self.target = (url.path or "/") + (f"?{url.query}" if url.query else "")
        self.headers = [f"Host: {url.netloc.rpartition('@')[2]}"]
        if url.username is not None:
            user = urllib.parse.unquote(url.username) + ":" + urllib.parse.unquote(url.password or "")
            self.headers.append(f"Authorization: Basic {base64.b64encode(user.encode()).decode()}")
        self.secret = webhook["secret"]
        self.context = self._context(webhook["certificate"], trust) if self.tls else None

    @staticmethod
    def _context(certificate, trust):
        context = ssl.create_default_context(cafile=trust or None)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if certificate:
            with contextlib.suppress(ssl.SSLError, ValueError):
                context.load_verify_locations(cadata=certificate)
        return context

    def octets(self, body, secret):
        lines = [f"POST {self.target} HTTP/1.1", *self.headers]
        if secret:
            lines.append(f"X-Telegram-Bot-Api-Secret-Token: {secret}")
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}", "Connection: keep-alive",
                  "Accept-Encoding: gzip, deflate", "", ""]
        return "\r\n".join(lines).encode() + body


class Answer:
    def __init__(self, status, reason, headers, body, keep):
        self.status, self.reason, self.headers, self.body, self.keep = status, reason, headers, body, keep

    @property
    def retry_after(self):
        given = self.headers.get("retry-after", "")
        return int(given) if given.isdigit() else 0


class Line:
    """A connection; `number` identifies it in the journal."""

    def __init__(self, hook, number):
        self.hook, self.number, self.reader, self.writer = hook, number, None, None

    async def connect(self):
        self.reader, self.writer = await asyncio.wait_for(asyncio.open_connection(
            self.hook.host, self.hook.port, ssl=self.hook.context, limit=HEAD_MAX,
            server_hostname=self.hook.host if self.hook.tls else None), CONNECT_SECONDS)

    @property
    def ended(self):
        """Whether the webhook has closed the connection."""
        return self.reader.at_eof() or self.reader.exception() is not None

    def close(self):
        if self.writer is not None:
            self.writer.transport.abort()

    async def post(self, body, secret, seconds):
        """Returns the response; raises OSError, EOFError or asyncio.TimeoutError if there is none."""
        self.writer.write(self.hook.octets(body, secret))
        await self.writer.drain()
        return await asyncio.wait_for(self._answer(), seconds)

    async def _answer(self):
        while True:
            head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            version, _, rest = head[0].partition(" ")
            status, _, reason = rest.partition(" ")
            if not version.startswith("HTTP/1.") or not status.isdigit():
                raise OSError("Wrong response from the webhook: no HTTP")
            if int(status) >= 200:
                break
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
        body, whole = await self._body(int(status), headers)
        coding = headers.get("content-encoding", "identity").lower()
        if coding in ("gzip", "deflate"):
            body = zlib.decompress(body, 47)
        elif coding != "identity":
            raise OSError(f"Unsupported Content-Encoding {coding}")
        keep = whole and version == "HTTP/1.1" and headers.get("connection", "").lower() != "close"
        return Answer(int(status), reason, headers, body, keep)

    async def _body(self, status, headers):
        """(body, whether its end is known before the connection is closed)."""
        if status in (204, 304):
            return b"", True
        if "chunked" in headers.get("transfer-encoding", "").lower():
            parts = []
            while True:
                length = int((await self.reader.readuntil(b"\r\n")).partition(b";")[0], 16)
                parts.append((await self.reader.readexactly(length + 2))[:-2])
                if length == 0:
                    return b"".join(parts), True
        if "content-length" in headers:
            return await self.reader.readexactly(min(int(headers["content-length"]), ANSWER_MAX)), True
        return await self.reader.read(ANSWER_MAX), False
