# SPDX-License-Identifier: MIT
"""An embeddings endpoint that answers at once: a process of its own, so that it does not delay the measured programs."""
import array
import asyncio
import base64
import hashlib
import json
import multiprocessing
import socket

DIMENSIONS = 256


def vector(text):
    """As 32-bit floats in base64: depends only on the letters of the text."""
    return base64.b64encode(array.array("f", [one - 127.5 for one in hashlib.shake_256(text.encode()).digest(DIMENSIONS)])).decode()


async def answer(reader, writer):
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
            asked = json.loads(await reader.readexactly(length))
            made = [{"object": "embedding", "index": at, "embedding": vector(text)} for at, text in enumerate(asked["input"])]
            body = json.dumps({"object": "list", "data": made, "model": asked["model"], "usage": {"prompt_tokens": 8, "total_tokens": 8}})
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body.encode()))
            await writer.drain()
    except (OSError, asyncio.IncompleteReadError):
        pass
    finally:
        writer.close()


def serve(listener):
    async def run():
        server = await asyncio.start_server(answer, sock=listener)
        await server.serve_forever()
    asyncio.run(run())


class Embeddings:
    """As a context; `url` is for EMBEDDINGS_URL."""

    def __enter__(self):
        listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
        self.process = multiprocessing.get_context("fork").Process(target=serve, args=(listener,), daemon=True)
        self.process.start()
        listener.close()
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.join()
