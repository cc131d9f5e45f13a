# SPDX-License-Identifier: MIT
"""Delivers updates to a bot's webhook, by the rules of schedule.py and with the faults `secret` and `repeat`."""
import asyncio
import json
import os
import ssl
import time
import zlib

from . import parameters
from .bell import Bell
from .hook import Hook, Line
from .schedule import Schedule

TIMEOUT_SECONDS = 60.0  # timeout of a response, as in Telegram's server; independent of the speed
NOT_BY_ANSWER = ("setwebhook", "deletewebhook", "close", "logout")


def body_of(update):
    """The bytes of an update; update_id comes first, as in Telegram's server."""
    if update.raw is not None:
        return update.raw.replace("%UPDATE_ID%", str(update.id)).encode("utf-8", "surrogateescape")
    return json.dumps(update.object(), ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def error_text(error):
    """The text of an error for last_error_message."""
    if isinstance(error, (asyncio.TimeoutError, TimeoutError)):
        return "Read timeout expired"
    if isinstance(error, EOFError):
        return "Webhook connection closed"
    if isinstance(error, OSError) and not isinstance(error, ssl.SSLError) and (error.errno or 0) > 0:
        return os.strerror(error.errno)
    return str(error) or type(error).__name__


class Delivery:
    """All deliveries of one bot."""

    def __init__(self, world, bot, faults, journal, run, trust=None):
        self.world, self.bot, self.faults, self.journal, self.run = world, bot, faults, journal, run
        self.trust, self.timeout, self.hold = trust, TIMEOUT_SECONDS, False
        self.bell, self.numbers = Bell(), 0
        self.webhook = self.schedule = self.hook = None
        self.idle, self.open, self.tasks = [], 0, set()
        bot.wake = self.bell.ring
        bot.queue.on_add, bot.queue.on_clear = self._added, self._cleared

    def _added(self, update):
        if self.schedule and self.webhook is self.bot.webhook:
            self.schedule.add(update)
        self.bell.ring()

    def _cleared(self):
        if self.schedule:
            self.schedule.clear()

    async def loop(self):
        while True:
            self._follow()
            await self.bell.wait(self._start_ready())

    def _follow(self):
        """After a change of the webhook, starts a new schedule with all pending updates."""
        if self.webhook is self.bot.webhook:
            return
        self.webhook = self.bot.webhook
        for line in self.idle:
            line.close()
        self.idle, self.open = [], 0
        self.schedule = self.hook = None
        if self.webhook:
            self.hook = Hook(self.webhook, self.trust)
            self.schedule = Schedule(self.webhook["max_connections"], self.world.random)
            for update in self.bot.queue.waiting:
                self.schedule.add(update)

    def _start_ready(self):
        """Starts the deliveries that are allowed now; returns the seconds until the next one, or None."""
        if self.schedule is None or self.hold:
            return None
        now = self.world.clock.now()
        while True:
            update, soonest, dropped = self.schedule.next(now)
            for one in dropped:
                self._gone(one, "expired")
            if update is None:
                break
            line = self._idle_line()
            if line is None:
                may, later = self.schedule.may_open(self.open, now)
                if not may:
                    soonest = later if soonest is None else min(soonest, later or soonest)
                    break
                self.schedule.open(now)
                self.open += 1
            self.schedule.begin(update)
            task = asyncio.ensure_future(self._deliver(self.schedule, self.hook, update, line))
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)
        return None if soonest is None else self.world.clock.real(soonest - now)

    def _idle_line(self):
        """An idle open connection, if there is one; connections closed by the webhook are dropped."""
        while self.idle:
            line = self.idle.pop()
            if not line.ended:
                return line
            line.close()
            self.open -= 1
        return None

    def _gone(self, update, why):
        self.bot.queue.forget(update)
        self.journal.delivery(bot=self.bot.name, update_id=update.id, kind=update.kind, attempt=update.attempts, status=None,
                              error=why)

    async def _connected(self, schedule, hook, line):
        """An open connection; None if the webhook cannot be reached."""
        if line is not None:
            return line
        self.numbers += 1
        line = Line(hook, self.numbers)
        try:
            await line.connect()
            return line
        except (OSError, EOFError, asyncio.TimeoutError, ValueError) as error:
            self._note(schedule, error_text(error))
            self.journal.delivery(bot=self.bot.name, update_id=None, kind="connect", attempt=0, status=None, error=error_text(error))
            self._closed(schedule)
            return None

    def _note(self, schedule, error):
        """Stores the error for getWebhookInfo, unless the webhook was changed in the meantime."""
        if schedule is self.schedule and self.webhook is self.bot.webhook:
            self.bot.last_error = (time.time(), error)

    def _closed(self, schedule):
        if schedule is self.schedule:
            self.open -= 1

    async def _deliver(self, schedule, hook, update, line):
        try:
            line = await self._connected(schedule, hook, line)
            if line is None:
                return
            chat_id = update.queue[1] if isinstance(update.queue[1], int) else None
            now = time.monotonic()
            secret = self.faults.for_delivery(now, "secret", self.bot.name, chat_id)
            header = secret.more["value"] if secret else hook.secret
            repeat = self.faults.for_delivery(now, "repeat", self.bot.name, chat_id)
            times = self._times(repeat)
            copies = []
            if times and repeat.more["within"]:
                times = self._scatter(hook, update, header, times, repeat.more["within"])
            elif times and repeat.more["parallel"]:
                copies = [asyncio.ensure_future(self._copy(hook, update, header, number + 1)) for number in range(times)]
            keep = await self._post(schedule, line, update, header)
            if copies:
                await asyncio.gather(*copies)
            elif times:
                for number in range(times):
                    await self._copy(hook, update, header, number + 1)
            if keep and schedule is self.schedule:
                self.idle.append(line)
            else:
                line.close()
                self._closed(schedule)
        finally:
            schedule.end(update)
            self.bell.ring()

    def _times(self, repeat):
        if repeat is None or repeat.more["least"] is None:
            return repeat.more["times"] if repeat else 0
        return self.world.random.randint(repeat.more["least"], repeat.more["times"])

    def _scatter(self, hook, update, secret, times, within):
        """Sends copies with random delays of up to `within` seconds in the background, so that later updates overtake them. Returns
        the number of copies left to send."""
        for number in range(times):
            task = asyncio.ensure_future(self._copy(hook, update, secret, number + 1, self.world.random.uniform(0, within)))
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)
        return 0

    async def _copy(self, hook, update, secret, number, delay=0.0):
        """Sends the same update again over a separate connection; the result does not change the state of the update."""
        await asyncio.sleep(delay)
        self.numbers += 1
        line, began = Line(hook, self.numbers), time.monotonic()
        record = self.journal.delivery(bot=self.bot.name, update_id=update.id, kind=update.kind, attempt=update.attempts,
                                       repeat=number, status=None, error=None, connection=line.number)
        try:
            await line.connect()
            record["status"] = (await line.post(body_of(update), secret, self.timeout)).status
        except (OSError, EOFError, asyncio.TimeoutError, ValueError) as error:
            record["error"] = error_text(error)
        line.close()
        record["took"] = round(time.monotonic() - began, 4)

    async def _post(self, schedule, line, update, secret):
        """Sends the update and processes the response; returns whether the connection may be reused."""
        began, answer, error = time.monotonic(), None, None
        record = self.journal.delivery(bot=self.bot.name, update_id=update.id, kind=update.kind,
                                       attempt=update.attempts + 1, queue=list(update.queue), status=None, error=None,
                                       connection=line.number)
        try:
            answer = await line.post(body_of(update), secret, self.timeout)
        except (OSError, EOFError, asyncio.TimeoutError, ValueError, asyncio.LimitOverrunError, zlib.error) as broken:
            error = error_text(broken)
        now = self.world.clock.now()
        record["took"] = round(time.monotonic() - began, 4)
        if answer is not None:
            record["status"] = answer.status
            if schedule.answered(answer.status, now):
                self.bot.webhook = None
        if answer is not None and 200 <= answer.status <= 299:
            schedule.succeeded(update, now)
            self.bot.queue.forget(update)
            self._called_by_answer(answer)
        else:
            error = error or f"Wrong response from the webhook: {answer.status} {answer.reason}"
            self._note(schedule, error)
            record["error"] = error
            record["retry_in"] = schedule.failed(update, now, answer.retry_after if answer else 0)
            if record["retry_in"] is None and update in self.bot.queue.waiting:
                self._gone(update, "expired")
        return answer is not None and answer.keep

    def _called_by_answer(self, answer):
        """Runs the call that a response may contain; its result is discarded."""
        if not answer.body:
            return
        try:
            given = parameters.parse("", answer.headers.get("content-type", ""), answer.body)
        except Exception:  # a response that does not contain a call
            return
        method = given.text("method").lower()
        if method and method not in NOT_BY_ANSWER and not method.startswith("get"):
            self.run(self.bot, method, given)
