# SPDX-License-Identifier: MIT
"""Row 29: a name server that does not answer must not block the event loop."""
import contextlib
import os
import socket
import subprocess
import tempfile
import time

from rows import Unavailable
from stand import Stand


@contextlib.contextmanager
def silent_resolver():
    """A name server that receives queries and never answers, and the prefix of a command that asks it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as hole, \
            tempfile.NamedTemporaryFile("w", suffix=".conf") as conf:
        try:
            hole.bind(("127.0.0.53", 53))
        except OSError as error:
            raise Unavailable(f"port 53 of 127.0.0.53: {error}") from error
        conf.write("nameserver 127.0.0.53\noptions timeout:10 attempts:3\n")
        conf.flush()
        os.chmod(conf.name, 0o644)
        yield hole, ("unshare", "--mount", "--propagation", "private", "sh", "-c",
                     f'mount --bind "{conf.name}" /etc/resolv.conf && exec "$@"', "sh")


def black_hole(_random):
    """The names of the database and of Redis never resolve: the loop is not blocked, probes are answered at once."""
    if os.geteuid() != 0 or subprocess.run(["unshare", "--mount", "true"], check=False).returncode != 0:
        raise Unavailable("needs root and mount namespaces")
    with Stand() as stand, silent_resolver() as (hole, prefix):
        service = stand.service(start=False, DATABASE_URL="postgresql://u:p@database.example:5432/tapbot",
                                REDIS_URL="redis://cache.example:6379")
        service.start(ready=False, prefix=prefix)
        end, slowest, asked = time.monotonic() + 1, 0.0, 0
        while service.probe("/livez") != 200 and time.monotonic() < end + 4:
            time.sleep(0.02)
        end = time.monotonic() + 6
        while time.monotonic() < end:
            began = time.monotonic()
            assert service.probe("/livez") == 200
            slowest, asked = max(slowest, time.monotonic() - began), asked + 1
            time.sleep(0.02)
        assert service.probe("/readyz") == 503, "ready without a database"
        hole.setblocking(False)
        assert b"database" in hole.recv(512), "the name server was not asked"
        held = service.metric("loop_held_seconds_max")
        assert held <= 0.05, f"the loop was blocked for {held * 1000:.0f} ms"
        assert slowest <= 0.25, f"livez took {slowest * 1000:.0f} ms"
        return f"loop blocked for {held * 1000:.1f} ms, slowest of {asked} livez {slowest * 1000:.0f} ms"
