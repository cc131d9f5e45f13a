# SPDX-License-Identifier: MIT
"""Telegram's rate limits for bots (core.telegram.org/bots/faq): about 30 messages per second in total, one per second in a
chat with short bursts, 20 per minute in a group. Applied to the arrival times of calls.
"""
import collections
import math

BOT_RATE, BOT_BURST = 30.0, 30.0
CHAT_RATE, CHAT_BURST = 1.0, 3.0
GROUP_MAX, GROUP_SECONDS = 20, 60.0
# Tolerance: calls sent at the allowed rate may arrive a little closer together.
SLACK = 0.1
CHATS_MAX = 100000  # tracked chats; the longest inactive ones are dropped

SENDING = ("send", "copymessage", "forwardmessage", "editmessage")


class Bucket:
    """Token bucket: `burst` at once, then `rate` per second. It may fall SLACK below empty."""

    def __init__(self, rate, burst, now):
        self.rate, self.burst, self.level, self.at = rate, burst, burst, now

    def fill(self, now):
        self.level = min(self.burst, self.level + (now - self.at) * self.rate)
        self.at = now

    def wait(self, now):
        """Seconds until one more is allowed; 0 means now."""
        self.fill(now)
        return max(0.0, (1.0 - SLACK - self.level) / self.rate)

    def take(self):
        self.level = max(-self.burst, self.level - 1.0)


class Window:
    """At most `most` within any `seconds`."""

    def __init__(self, most, seconds):
        self.most, self.seconds, self.times = most, seconds, collections.deque()

    def wait(self, now):
        while self.times and now - self.times[0] >= self.seconds - SLACK:
            self.times.popleft()
        return 0.0 if len(self.times) < self.most else self.seconds - SLACK - (now - self.times[-self.most])

    def take(self, now):
        self.times.append(now)


def counts(method):
    """Whether this method (in lower case) counts as a message."""
    return method.startswith(SENDING) and method != "sendchataction"


class Limits:
    """The rates of one bot."""

    def __init__(self):
        self.bot, self.chats, self.groups = None, {}, {}
        self.exceeded = collections.Counter()

    def waits(self, method, chat_id, now):
        """{limit: seconds until it allows this call}, only for limits that do not allow it now."""
        if not counts(method):
            return {}
        self.bot = self.bot or Bucket(BOT_RATE, BOT_BURST, now)
        waits = {"bot": self.bot.wait(now)}
        if chat_id is not None and chat_id < 0:
            waits["group"] = self._of(self.groups, chat_id, lambda: Window(GROUP_MAX, GROUP_SECONDS)).wait(now)
        if chat_id is not None and not method.startswith("edit"):
            waits["chat"] = self._of(self.chats, chat_id, lambda: Bucket(CHAT_RATE, CHAT_BURST, now)).wait(now)
        return {name: seconds for name, seconds in waits.items() if seconds > 0}

    def note(self, method, chat_id, now):
        """Counts a call; returns the limits that it exceeds."""
        if not counts(method):
            return {}
        waits = self.waits(method, chat_id, now)
        self.exceeded.update(list(waits))
        self.bot.take()
        if chat_id in self.groups:
            self.groups[chat_id].take(now)
        if chat_id in self.chats and not method.startswith("edit"):
            self.chats[chat_id].take()
        return waits

    @staticmethod
    def retry_after(waits):
        return max(1, math.ceil(max(waits.values())))

    @staticmethod
    def _of(table, key, make):
        found = table.pop(key, None) or make()
        table[key] = found
        if len(table) > CHATS_MAX:
            del table[next(iter(table))]
        return found
