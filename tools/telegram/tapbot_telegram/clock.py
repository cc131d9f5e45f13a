# SPDX-License-Identifier: MIT
"""Time that can run faster than the wall's.

Retries of webhooks and lifetimes of updates go by it. The age of a button press is the wall clock's, and both can be
advanced; dates in messages, long polling and rate limits are the wall clock's alone.
"""
import time

SPEED_MAX = 100000.0


class Clock:
    def __init__(self, speed=1.0, source=time.monotonic):
        self.source, self.speed = source, speed
        self.base, self.since, self.advanced = 0.0, source(), 0.0

    def now(self):
        return self.base + (self.source() - self.since) * self.speed

    def unhurried(self):
        """Goes as fast as the wall clock."""
        return self.source() + self.advanced

    def set_speed(self, speed):
        self.base, self.since = self.now(), self.source()
        self.speed = speed

    def advance(self, seconds):
        self.base += seconds
        self.advanced += seconds

    def real(self, seconds):
        """How long that takes on the wall clock."""
        return max(0.0, seconds) / self.speed
