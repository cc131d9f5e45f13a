# SPDX-License-Identifier: MIT
"""A clock that can run faster than the wall clock.

Retries of webhooks and lifetimes of updates use it. The age of a button press uses a clock at normal speed; both can be
advanced. Dates in messages, long polling and rate limits always use the wall clock.
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
        """The time at normal speed."""
        return self.source() + self.advanced

    def set_speed(self, speed):
        self.base, self.since = self.now(), self.source()
        self.speed = speed

    def advance(self, seconds):
        self.base += seconds
        self.advanced += seconds

    def real(self, seconds):
        """The duration on the wall clock."""
        return max(0.0, seconds) / self.speed
