# SPDX-License-Identifier: MIT
"""Targets of health's checks: one server for many HTTP targets, which records the time of each request, and one for TLS."""
import asyncio
import collections
import os
import ssl
import subprocess
import threading
import time

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"
# The authorities that health's libcurl trusts; the test's own takes their place for one process.
TRUSTED = "/etc/ssl/certs/ca-certificates.crt"
TRUST = ("unshare", "-m", "sh", "-c", f'mount --bind "$0" {TRUSTED} && exec "$@"')


def certificates(folder):
    """(the file of a certificate for localhost with its key, the command prefix of a process that trusts it)."""
    path = os.path.join(folder, "tls.pem")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "90",
                    "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", f"{path}.key", "-out", path],
                   check=True, capture_output=True)
    return path, (*TRUST, path)


class Targets:
    """As a context. /NAME is answered, /hang... never; those in `gone` are closed without an answer."""

    def __init__(self, certificate):
        self.certificate, self.loop = certificate, asyncio.new_event_loop()
        self.asked, self.hung, self.gone = collections.defaultdict(list), 0, set()
        self.http = self.tls = None

    def __enter__(self):
        self.servers = [self.run(self.listen(self.answer)), self.run(self.listen(self.greet, self.context()))]
        self.http, self.tls = (server.sockets[0].getsockname()[1] for server in self.servers)
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        for server in self.servers:
            server.close()

    def run(self, what):
        return self.loop.run_until_complete(what)

    def context(self):
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        made.load_cert_chain(self.certificate, f"{self.certificate}.key")
        return made

    async def listen(self, handler, context=None):
        return await asyncio.start_server(handler, "127.0.0.1", 0, ssl=context, backlog=512)

    async def answer(self, reader, writer):
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            name = head.split(b" ")[1].decode()[1:]
            self.asked[name].append(time.monotonic())
            if name.startswith("hang"):
                self.hung += 1
                await reader.read()
            elif name not in self.gone:
                writer.write(ANSWER)
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def greet(self, reader, writer):
        try:
            await reader.read()
        except OSError:
            pass
        finally:
            writer.close()

    def forget(self):
        self.asked.clear()
        self.hung = 0

    def lateness(self, interval, but=()):
        """(sorted deviations in seconds of the time between two requests to a target from the interval, number of requests)."""
        seen = {name: list(times) for name, times in self.asked.items() if name not in but}
        late = sorted(abs(later - earlier - interval) for times in seen.values() for earlier, later in zip(times, times[1:]))
        return late, sum(map(len, seen.values()))
