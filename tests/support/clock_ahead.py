# SPDX-License-Identifier: MIT
"""Days that pass in minutes: a PostgreSQL, a Redis and all programs that are started meanwhile have a clock that skips time."""
import contextlib
import mmap
import os
import tempfile
import time
from unittest import mock

from stand import preload
from workers import Slot


class Clock:
    """Seconds since 1970, as the programs see them."""

    def __init__(self, path, begin):
        with open(path, "wb") as file:
            file.write(bytes(8))
        os.chmod(path, 0o644)
        with open(path, "r+b") as file:
            self.shared = memoryview(mmap.mmap(file.fileno(), 8)).cast("q")
        self.ahead = 0.0
        self.skip(begin - time.time())

    def now(self):
        return time.time() + self.ahead

    def skip(self, seconds):
        self.ahead += seconds
        self.shared[0] = int(self.ahead * 1e6)


@contextlib.contextmanager
def clock_ahead(begin):
    """The clock, which begins at that time, in the future. The environment has the servers' addresses and the preloaded library."""
    with tempfile.TemporaryDirectory(prefix="tapbot-clock-") as folder:
        os.chmod(folder, 0o755)  # PostgreSQL runs as another user
        clock, slot = Clock(os.path.join(folder, "ahead"), begin), Slot(0, True)
        with mock.patch.dict(os.environ, LD_PRELOAD=preload(folder, "clock_ahead"), CLOCK_AHEAD_FILE=os.path.join(folder, "ahead")):
            try:
                slot.enter()
                yield clock
            finally:
                slot.end()
