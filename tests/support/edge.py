# SPDX-License-Identifier: MIT
"""One port in front of several instances of a service, like the edge: a connection goes to the next instance that accepts it."""
import asyncio
import contextlib
import threading

NOBODY = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
PIECE = 65536


class Edge:
    """`port` forwards to `ports` in turn; if none of them listens, the answer is 503 with Retry-After."""

    def __init__(self, ports):
        self.ports, self.turn, self.port = ports, 0, None
        self.loop, listening = asyncio.new_event_loop(), threading.Event()
        self.thread = threading.Thread(target=self._run, args=(listening,), daemon=True)
        self.thread.start()
        listening.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()

    def _run(self, listening):
        server = self.loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", 0, backlog=512))
        self.port = server.sockets[0].getsockname()[1]
        listening.set()
        self.loop.run_forever()

    async def _open(self):
        for _ in self.ports:
            self.turn += 1
            with contextlib.suppress(OSError):
                return await asyncio.open_connection("127.0.0.1", self.ports[self.turn % len(self.ports)])
        return None

    async def _serve(self, reader, writer):
        opened = await self._open()
        with contextlib.suppress(OSError):
            if opened:
                await asyncio.gather(self._pass(reader, opened[1]), self._pass(opened[0], writer))
            elif await reader.read(PIECE):
                writer.write(NOBODY)
                await writer.drain()
        for end in (writer, *(opened or ())[1:]):
            end.close()

    @staticmethod
    async def _pass(source, target):
        """If one side closes, the other is closed too."""
        try:
            while data := await source.read(PIECE):
                target.write(data)
                await target.drain()
        finally:
            target.close()
