# SPDX-License-Identifier: MIT
"""Time that can run faster than the wall's.

Retries of webhooks, lifetimes of updates and the age of button presses go by it. Dates in messages, long polling and
rate limits go by the wall clock.
"""
import time

SPEED_MAX = 100000.0


class Clock:
    def __init__(self, speed=1.0, source=time.monotonic):
        self.source, self.speed = source, speed
        self.base, self.since = 0.0, source()

    def now(self):
        return self.base + (self.source() - self.since) * self.speed

    def set_speed(self, speed):
        self.base, self.since = self.now(), self.source()
        self.speed = speed

    def advance(self, seconds):
        self.base += seconds

    def real(self, seconds):
        """How long that takes on the wall clock."""
        return max(0.0, seconds) / self.speed
