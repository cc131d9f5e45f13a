# SPDX-License-Identifier: MIT
"""An HTTP server of a test."""
import contextlib
import http.server
import threading


@contextlib.contextmanager
def served(handler, **more):
    """A server on a port of loopback, whose requests a class handles. `more` are attributes of the server. It has closed its port when
    the context ends."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        vars(server).update(more)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()
