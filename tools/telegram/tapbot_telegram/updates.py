# SPDX-License-Identifier: MIT
"""The updates that wait for a bot: ids, lifetimes and the queues within which their order is kept.

Facts from the source of Telegram's server (tdlib/telegram-bot-api): an update is dropped without a word when its lifetime
ends; messages are in order within a chat, button presses within what one user does.
"""
import itertools
import random

DAY = 86400.0
LIFETIMES = {"callback_query": 150.0, "shipping_query": 150.0, "pre_checkout_query": 150.0, "inline_query": 30.0,
             "chosen_inline_result": 600.0}
# Not sent unless allowed_updates names them.
UNASKED = ("chat_member", "message_reaction", "message_reaction_count")
IDLE_SECONDS = 7 * DAY  # after so long the next id is random again
PENDING_MAX = 100000
FIRST_ID, LAST_ID = 100_000_000, 900_000_000


class Update:
    """`raw` is sent instead of the JSON of `body`, with its id in the place of %UPDATE_ID%."""

    def __init__(self, update_id, kind, body, queue, expires_at, raw=None):
        self.id, self.kind, self.body, self.queue, self.expires_at, self.raw = update_id, kind, body, queue, expires_at, raw
        self.attempts, self.delay, self.wake_at = 0, 1.0, 0.0

    def object(self):
        return {"update_id": self.id, self.kind: self.body}


def queue_of(kind, body):
    """What shares a queue arrives in order."""
    if kind in ("callback_query", "inline_query", "chosen_inline_result", "shipping_query", "pre_checkout_query"):
        return ("user", body.get("from", {}).get("id"))
    chat = body.get("chat", {}) if isinstance(body, dict) else {}
    return ("member" if kind in ("my_chat_member", "chat_member") else "chat", chat.get("id"))


class UpdateQueue:
    def __init__(self, generator=None):
        self.random = generator or random.Random()
        self.waiting = {}  # updates as keys, oldest first
        self.allowed, self.step, self.last_at = None, 1, None
        self.lifetimes = dict(LIFETIMES)
        self.next_id = self.random.randint(FIRST_ID, LAST_ID)
        self.on_add = self.on_clear = None  # whoever delivers wants to know

    def wants(self, kind):
        return kind not in UNASKED if not self.allowed else kind in self.allowed

    def add(self, kind, body, now, raw=None, queue=None):
        """The update, or None when the bot did not ask for its kind."""
        if not self.wants(kind):
            return None
        if self.last_at is not None and now - self.last_at > IDLE_SECONDS:
            self.next_id = self.random.randint(FIRST_ID, LAST_ID)
        update = Update(self.next_id, kind, body, queue or queue_of(kind, body),
                        now + self.lifetimes.get(kind, DAY), raw)
        self.next_id, self.last_at = self.next_id + self.step, now
        self.waiting[update] = True
        if len(self.waiting) > PENDING_MAX:
            self.forget(next(iter(self.waiting)))
        if self.on_add:
            self.on_add(update)
        return update

    def expire(self, now):
        """Drops what has outlived its time, and says what it was."""
        gone = [update for update in self.waiting if update.expires_at < now]
        for update in gone:
            self.forget(update)
        return gone

    def forget(self, update):
        self.waiting.pop(update, None)

    def clear(self):
        self.waiting.clear()
        if self.on_clear:
            self.on_clear()

    def take(self, offset, limit, now):
        """What getUpdates answers. An offset confirms all with a smaller id; a negative one keeps the last few."""
        self.expire(now)
        if offset < 0:
            self.waiting = dict.fromkeys(list(self.waiting)[offset:], True)
        elif offset > 0:
            self.waiting = {update: True for update in self.waiting if update.id >= offset}
        return list(itertools.islice(self.waiting, limit))
