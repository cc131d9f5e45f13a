# SPDX-License-Identifier: MIT
"""The schedule of webhook deliveries: the rules of WebhookActor.cpp of tdlib/telegram-bot-api, without sockets.

One update of a queue is in flight, and a failed one blocks its queue. The first retry is immediate, further ones follow after
2, 4, 8 ... s up to a random 60-120 s; Retry-After of the response overrides this. At most 2 * max_connections queues are loaded.
"""
import collections
import random

RESEND_MAX = 60.0          # the maximum delay is random between this and twice this
RETRY_AFTER_MAX = 3600
GONE_SECONDS = 23 * 3600.0  # after so long with 410 Gone the webhook is removed
QUIET_SECONDS = 10.0       # after so long without a success, connections are opened one by one
QUIET_GAP = 2.0
BUSY_CONNECTIONS, BUSY_SECONDS = 10, 0.5


class Schedule:
    def __init__(self, max_connections, generator=None):
        self.max_connections, self.random = max_connections, generator or random.Random()
        self.unloaded = collections.deque()
        self.queues = {}    # {key: updates, oldest first}
        self.busy = {}      # {key of a queue: its update in flight}
        self.last_success, self.gone_since = None, None
        self.opened = collections.deque(maxlen=BUSY_CONNECTIONS)  # times at which connections were opened

    def add(self, update):
        update.attempts, update.delay, update.wake_at = 0, 1.0, 0.0
        self.unloaded.append(update)

    def clear(self):
        """Drops all updates that are not in flight."""
        self.unloaded.clear()
        self.queues.clear()
        self.busy.clear()

    def _load(self):
        while self.unloaded and len(self.queues) < 2 * self.max_connections:
            update = self.unloaded.popleft()
            self.queues.setdefault(update.queue, collections.deque()).append(update)

    def next(self, now):
        """(update to send now or None, time of the next check or None, dropped updates)."""
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
        """The update is no longer in flight. If it was sent, succeeded() or failed() was called before."""
        if self.busy.get(update.queue) is update:
            del self.busy[update.queue]

    def _head(self, update):
        """Whether it is still the head of its queue; after clear() it is not."""
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
        """Seconds until the retry, or None if the update was dropped because the retry would exceed its lifetime."""
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
        """Called after each response: whether the webhook must be removed because it has returned 410 for too long."""
        if status != 410:
            self.gone_since = None
        elif self.gone_since is None:
            self.gone_since = now
        return self.gone_since is not None and now - self.gone_since > GONE_SECONDS

    def may_open(self, open_now, now):
        """(whether one more connection may be opened, time of the next check)."""
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
