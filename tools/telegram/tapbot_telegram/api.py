# SPDX-License-Identifier: MIT
"""The Bot API: /bot<token>/<method> and /file/bot<token>/<path>."""
import asyncio
import re
import time
import traceback

from . import methods, parameters
from .bell import Bell
from .errors import Failure, flood, named
from .http import Cut, Response

CALL = re.compile(r"/bot(\d+:[^/]+)/(?:test/)?([A-Za-z]+)/?")
FILE = re.compile(r"/file/bot(\d+:[^/]+)/(.+)")
POLL_MAX = 50  # seconds, the maximum timeout of getUpdates
SHOWN_MAX = 8192  # characters of a parameter stored in the journal


def integer_or_none(text):
    try:
        return int(text)
    except ValueError:
        return None


def answered(failure):
    headers = [("Retry-After", failure.retry_after)] if failure.retry_after is not None else []
    return Response(failure.code, failure.answer(), headers=headers)


def shown(given):
    """(text, address of the photo) of a call, if it has them."""
    try:
        media = given.json("media", dict, "InputMedia") or {}
    except Failure:
        media = {}
    text = given.text("text") or given.text("caption") or str(media.get("caption", ""))
    return text, given.text("photo") or given.text("document") or str(media.get("media", "")) or None


class Api:
    def __init__(self, world, faults, journal, bell):
        self.world, self.faults, self.journal, self.bell = world, faults, journal, bell
        self.polls = {}  # {token: object that identifies the latest getUpdates}

    async def handle(self, request):
        if (file := FILE.fullmatch(request.path)) is not None:
            return self.download(*file.groups())
        found = CALL.fullmatch(request.path)
        if found is None:
            await request.body()
            return answered(named("not_found"))
        bot, method = self.world.bots.get(found[1]), found[2].lower()
        name = bot.name if bot else None
        if self.faults.for_head(time.monotonic(), name, method):
            self.journal.call(bot=name, method=method, name=found[2], chat_id=None, parameters={}, files={}, fault="cut",
                              effect=False, status=None, over={}, connection=request.connection.number)
            raise Cut
        body = await request.body()
        return await self.call(bot, method, found[2], request, body)

    def download(self, token, path):
        bot = self.world.bots.get(token)
        for info, content in bot.files.values() if bot else ():
            if info["file_path"] == path:
                return Response(200, content, "application/octet-stream")
        return answered(named("not_found"))

    async def call(self, bot, method, name, request, body):
        """Processes a call: records it, applies the limits and the faults, and runs the method."""
        began = time.monotonic()
        try:
            given, broken = parameters.parse(request.query, request.header("content-type"), body), None
        except Failure as failure:
            given, broken = parameters.Parameters(), failure
        chat_id = integer_or_none(given.text("chat_id"))
        waits, over = self.judged(bot, method, chat_id, began)
        record = self.journal.call(
            bot=bot.name if bot else None, method=method, name=name, chat_id=chat_id,
            parameters={key: value[:SHOWN_MAX] for key, value in given.values.items()},
            files={key: len(file.content) for key, file in given.files.items()},
            over={limit: round(seconds, 3) for limit, seconds in over.items()}, fault=None, effect=False, status=None,
            connection=request.connection.number)
        fault = self.faults.for_call(began, bot.name if bot else None, method, chat_id, *shown(given))
        if fault:
            record["fault"] = fault.kind
        try:
            response = await self.respond(bot, method, given, broken, waits, fault, record)
            record["status"] = response.status
            return response
        finally:
            record["took"] = round(time.monotonic() - began, 4)

    def judged(self, bot, method, chat_id, now):
        """(limits for which the call is refused, limits that it exceeds). A refused call does not count."""
        if bot is None:
            return {}, {}
        waits = bot.limits.waits(method, chat_id, now) if self.world.enforce_limits else {}
        if waits:
            bot.limits.exceeded.update(list(waits))
            return waits, waits
        return {}, bot.limits.note(method, chat_id, now)

    async def respond(self, bot, method, given, broken, waits, fault, record):
        if fault is None and waits:
            return answered(flood(bot.limits.retry_after(waits)))
        if fault is None:
            return await self.run(bot, method, given, broken, record)
        kind, more = fault.kind, fault.more
        if kind == "slow":
            await asyncio.sleep(more["wait"])
            return await self.run(bot, method, given, broken, record)
        effect = more.get("effect") or (kind == "cut" and more["at"] in ("answer", "half"))
        response = await self.run(bot, method, given, broken, record) if effect else None
        if kind == "hang":
            await asyncio.sleep(more["wait"])
            raise Cut
        if kind == "cut":
            raise Cut(response if more["at"] == "half" else None)
        if kind == "html":
            status, page = fault.page()
            return Response(status, page, "text/html")
        return answered(fault.failure(time.monotonic()))

    async def run(self, bot, method, given, broken, record):
        try:
            if broken is not None:
                raise broken
            if bot is None:
                raise named("unauthorized")
            answer = await self.get_updates(bot, given) if method == "getupdates" else methods.run(
                self.world, bot, method, given)
            record["effect"] = True
            return Response(200, answer)
        except Failure as failure:
            record["error"] = failure.description
            return answered(failure)
        except Exception:  # a bug in the stand-in must not look like a broken connection
            traceback.print_exc()
            record["error"] = "the stand-in itself failed"
            return answered(named("internal"))

    async def get_updates(self, bot, given):
        """Waits up to `timeout` for the first update; another getUpdates of the same bot ends this one."""
        mine = self.polls[bot.token] = object()
        self.bell.ring()

        def ready():
            if self.polls[bot.token] is not mine:
                raise named("conflict")
            return methods.updates_now(self.world, bot, given)

        found = await self.bell.until(ready, given.integer("timeout", 0, 0, POLL_MAX))
        return {"ok": True, "result": found}


    def run_by_answer(self, bot, method, given):
        """Runs a call in the response of a webhook. It is recorded in the journal, and its result is discarded."""
        record = self.journal.call(bot=bot.name, method=method, name=method, chat_id=integer_or_none(given.text("chat_id")),
                                   parameters=given.values, files={}, over={}, fault=None, effect=False, status=None,
                                   connection=None)
        try:
            methods.run(self.world, bot, method, given)
            record.update(effect=True, status=200)
        except Failure as failure:
            record.update(status=failure.code, error=failure.description)


def new_bell(world):
    """A bell that rings after every change of the world."""
    bell = Bell()
    world.on_change = bell.ring
    return bell
