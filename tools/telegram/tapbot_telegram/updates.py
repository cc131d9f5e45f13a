# SPDX-License-Identifier: MIT
"""The pending updates of a bot: ids, lifetimes, and the queues that preserve their order.

As in Telegram's server (tdlib/telegram-bot-api), an update is dropped silently when its lifetime ends; messages are in order
within a chat, button presses within a user.
"""
import itertools
import random

DAY = 86400.0
LIFETIMES = {"callback_query": 150.0, "shipping_query": 150.0, "pre_checkout_query": 150.0, "inline_query": 30.0,
             "chosen_inline_result": 600.0}
# Sent only if allowed_updates contains them.
UNASKED = ("chat_member", "message_reaction", "message_reaction_count")
IDLE_SECONDS = 7 * DAY  # after so long the next id is random again
PENDING_MAX = 100000
FIRST_ID, LAST_ID = 100_000_000, 900_000_000


class Update:
    """`raw` is sent instead of the JSON of `body`, with %UPDATE_ID% replaced by the id."""

    def __init__(self, update_id, kind, body, queue, expires_at, raw=None):
        self.id, self.kind, self.body, self.queue, self.expires_at, self.raw = update_id, kind, body, queue, expires_at, raw
        self.attempts, self.delay, self.wake_at = 0, 1.0, 0.0

    def object(self):
        return {"update_id": self.id, self.kind: self.body}


def queue_of(kind, body):
    """The key of the queue; updates of a queue are delivered in order."""
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
        self.on_add = self.on_clear = None  # callbacks of the webhook delivery

    def wants(self, kind):
        return kind not in UNASKED if not self.allowed else kind in self.allowed

    def add(self, kind, body, now, raw=None, queue=None):
        """Adds an update and returns it; None if the bot has not requested its kind."""
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
        """Drops expired updates and returns them."""
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
        """The updates for getUpdates. A positive offset confirms all smaller ids; a negative one keeps only the last updates."""
        self.expire(now)
        if offset < 0:
            self.waiting = dict.fromkeys(list(self.waiting)[offset:], True)
        elif offset > 0:
            self.waiting = {update: True for update in self.waiting if update.id >= offset}
        return list(itertools.islice(self.waiting, limit))
