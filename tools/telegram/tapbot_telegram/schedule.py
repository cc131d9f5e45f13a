# SPDX-License-Identifier: MIT
"""When which update goes to a webhook: the rules of WebhookActor.cpp of tdlib/telegram-bot-api, without sockets.

One update of a queue is in flight, and a failed one blocks its queue. The first retry is at once, then after 2, 4, 8 ... s
up to a random 60-120 s; Retry-After of the answer overrides. At most 2 * max_connections queues are loaded.
"""
import collections
import random

RESEND_MAX = 60.0          # doubled by chance
RETRY_AFTER_MAX = 3600
GONE_SECONDS = 23 * 3600.0  # of 410 Gone, then the webhook is removed
QUIET_SECONDS = 10.0       # without a success for so long, connections are opened one by one
QUIET_GAP = 2.0
BUSY_CONNECTIONS, BUSY_SECONDS = 10, 0.5


class Schedule:
    def __init__(self, max_connections, generator=None):
        self.max_connections, self.random = max_connections, generator or random.Random()
        self.unloaded = collections.deque()
        self.queues = {}    # key: its updates, oldest first
        self.busy = {}      # key of a queue whose head is in flight: that update
        self.last_success, self.gone_since = None, None
        self.opened = collections.deque(maxlen=BUSY_CONNECTIONS)  # when connections were opened

    def add(self, update):
        update.attempts, update.delay, update.wake_at = 0, 1.0, 0.0
        self.unloaded.append(update)

    def clear(self):
        """What is in flight ends as it will; nothing follows it."""
        self.unloaded.clear()
        self.queues.clear()
        self.busy.clear()

    def _load(self):
        while self.unloaded and len(self.queues) < 2 * self.max_connections:
            update = self.unloaded.popleft()
            self.queues.setdefault(update.queue, collections.deque()).append(update)

    def next(self, now):
        """(update to send now or None, when to look again or None, updates that were dropped)."""
        dropped, soonest, found = [], None, None
        again = True
        while again:
            again = False
            self._load()
            for key in list(self.queues):
                if key in self.busy:
                    continue
                queue = self.queues[key]
                while queue and queue[0].expires_at < now:
                    dropped.append(queue.popleft())
                if not queue:
                    del self.queues[key]
                    again = True
                    continue
                head = queue[0]
                if head.wake_at > now:
                    soonest = head.wake_at if soonest is None else min(soonest, head.wake_at)
                elif found is None or head.wake_at < found.wake_at:
                    found = head
        return found, soonest, dropped

    def begin(self, update):
        self.busy[update.queue] = update

    def end(self, update):
        """It is no longer in flight; before, succeeded() or failed() says what came of it, if it was sent."""
        if self.busy.get(update.queue) is update:
            del self.busy[update.queue]

    def _head(self, update):
        """Is it still the head of its queue? After clear() it is not."""
        queue = self.queues.get(update.queue)
        return bool(queue) and queue[0] is update

    def _drop(self, update):
        queue = self.queues[update.queue]
        queue.popleft()
        if not queue:
            del self.queues[update.queue]

    def succeeded(self, update, now):
        self.last_success, self.gone_since = now, None
        if self._head(update):
            self._drop(update)

    def failed(self, update, now, retry_after=0):
        """Seconds until it is sent again, or None when that is beyond its lifetime: it is dropped."""
        if not self._head(update):
            return None
        wait, delay = float(min(max(retry_after, 0), RETRY_AFTER_MAX)), update.delay
        if wait == 0 and update.attempts > 0:
            delay = wait = min(delay * 2, self.random.uniform(RESEND_MAX, 2 * RESEND_MAX))
        if now + wait > update.expires_at:
            self._drop(update)
            return None
        update.attempts, update.delay, update.wake_at = update.attempts + 1, delay, now + wait
        return wait

    def answered(self, status, now):
        """After each answer: has the webhook said 410 for so long that it is to be removed?"""
        if status != 410:
            self.gone_since = None
        elif self.gone_since is None:
            self.gone_since = now
        return self.gone_since is not None and now - self.gone_since > GONE_SECONDS

    def may_open(self, open_now, now):
        """(may one more connection be opened, when to look again)."""
        wanted = min(len(self.queues), self.max_connections)
        quiet = self.last_success is None or self.last_success + QUIET_SECONDS < now
        if quiet:
            wanted = min(wanted, 1)
        if open_now >= wanted:
            return False, None
        recent = [at for at in self.opened if now - at < (QUIET_GAP if quiet else BUSY_SECONDS)]
        if len(recent) < (1 if quiet else BUSY_CONNECTIONS):
            return True, None
        return False, recent[0] + (QUIET_GAP if quiet else BUSY_SECONDS)

    def open(self, now):
        self.opened.append(now)
