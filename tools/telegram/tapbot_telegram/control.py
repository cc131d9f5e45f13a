# SPDX-License-Identifier: MIT
"""/control/...: users, chats, faults and recorded calls, for tests and for the chat in the terminal. Loopback only."""
import asyncio
import ipaddress
import json
import time
import urllib.parse

from . import people
from .http import Response
from .journal import chosen
from .schedule import RESEND_MAX
from .clock import SPEED_MAX

WAIT_MAX = 60.0
PAGE_MAX, PAGE_USUAL = 10000, 1000
USERS_MAX = 100000  # made by one request
SETTINGS = {"speed": float, "enforce_limits": bool, "callback_seconds": float, "https_only": bool, "webhook_timeout": float}
BOT_SETTINGS = {"hold": bool, "step": int, "next_id": int, "lifetimes": dict}


class Wrong(Exception):
    """An error response. Arguments: status, message."""


def of_type(given, name, kind):
    value = given[name]
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if not isinstance(value, kind) or kind is not bool and isinstance(value, bool):
        raise ValueError(f"{name} is a {kind.__name__}")
    return value


def number(query, name, default=0, kind=int):
    try:
        return kind(query[name]) if query.get(name) else default
    except ValueError:
        raise ValueError(f"{name} is a number") from None


def loopback(peer):
    try:
        address = ipaddress.ip_address(peer)
    except ValueError:
        return False
    return address.is_loopback or bool(getattr(address, "ipv4_mapped", None) and address.ipv4_mapped.is_loopback)


class Control:
    """`standin` has world, faults, journal, bell, deliveries (by token), server and add_bot()."""

    def __init__(self, standin):
        self.standin, self.world = standin, standin.world
        self.routes = {
            ("GET", "state"): self.state, ("POST", "reset"): self.reset,
            ("GET", "settings"): self.settings, ("POST", "settings"): self.change_settings,
            ("POST", "advance"): self.advance,
            ("GET", "bots"): self.state, ("POST", "bots"): self.add_bot, ("POST", "bot"): self.change_bot,
            ("POST", "users"): self.add_users, ("POST", "groups"): self.add_group,
            ("POST", "send"): self.send, ("POST", "edit"): self.edit, ("POST", "press"): self.press,
            ("POST", "block"): lambda given: self.set_status(given, "kicked"),
            ("POST", "unblock"): lambda given: self.set_status(given, "member"),
            ("POST", "deactivate"): self.deactivate, ("POST", "migrate"): self.migrate,
            ("POST", "update"): self.update,
            ("GET", "chat"): self.chat, ("GET", "chats"): self.chats, ("GET", "wait"): self.wait,
            ("GET", "calls"): self.calls, ("GET", "deliveries"): self.deliveries, ("GET", "limits"): self.limits,
            ("GET", "pending"): self.pending,
            ("GET", "faults"): self.faults, ("POST", "faults"): self.add_fault, ("DELETE", "faults"): self.remove_faults,
        }

    async def handle(self, request):
        body = await request.body()
        try:
            if not loopback(request.connection.peer):
                raise Wrong(403, "the control API answers this machine only")
            return Response(200, await self.answer(request, body))
        except Wrong as why:
            return Response(why.args[0], {"error": why.args[1]})
        except KeyError as why:
            return Response(404, {"error": str(why.args[0])})
        except (ValueError, TypeError, AttributeError) as why:
            return Response(400, {"error": str(why)})

    async def answer(self, request, body):
        name = request.path.removeprefix("/control/").rstrip("/")
        route = self.routes.get((request.method, name))
        if route is None:
            known = [method for method, path in self.routes if path == name]
            raise Wrong(405 if known else 404, f"{request.method} {request.path}: there is no such thing")
        given = json.loads(body) if body else {}
        if not isinstance(given, dict):
            raise ValueError("the body is a JSON object")
        if request.method != "POST":
            given = dict(urllib.parse.parse_qsl(request.query))
        result = route(given)
        return await result if asyncio.iscoroutine(result) else result

    def bot(self, given):
        return self.world.bot_named(given.get("bot"))

    # State and settings

    def state(self, _given):
        return {"bots": [{"name": bot.name, "id": bot.id, "token": bot.token, "webhook": bot.webhook,
                          "pending": len(bot.queue.waiting), "chats": len(bot.chats),
                          "commands": [{"scope": key[0], "language_code": key[3], "commands": commands}
                                       for key, commands in bot.commands.items()]}
                         for bot in self.world.bots.values()],
                "users": len(self.world.users), "settings": self.settings({}), "sequence": self.world.sequence,
                "calls": self.standin.journal.number, "faults": len(self.standin.faults.all),
                "connections": len(self.standin.server.open)}

    def reset(self, _given):
        """Deletes chats, users, faults and the journal; bots and their webhooks remain."""
        self.standin.faults.remove()
        self.standin.journal.clear()
        self.world.forget()
        return {}

    def settings(self, _given):
        return {"speed": self.world.clock.speed, "enforce_limits": self.world.enforce_limits,
                "callback_seconds": self.world.callback_seconds, "https_only": self.world.https_only,
                "webhook_timeout": self.standin.webhook_timeout, "now": self.world.clock.now(), "resend_max": RESEND_MAX}

    def change_settings(self, given):
        if unknown := sorted(set(given) - set(SETTINGS)):
            raise ValueError(f"no setting {', '.join(unknown)}; there are {', '.join(SETTINGS)}")
        values = {name: of_type(given, name, SETTINGS[name]) for name in given}
        if "speed" in values and not 0 < values["speed"] <= SPEED_MAX:
            raise ValueError(f"speed is above 0 and at most {SPEED_MAX}")
        if "speed" in values:
            self.world.clock.set_speed(values.pop("speed"))
        if "webhook_timeout" in values:
            self.standin.webhook_timeout = values.pop("webhook_timeout")
        for name, value in values.items():
            setattr(self.world, name, value)
        self.standin.wake_deliveries()
        return self.settings({})

    def advance(self, given):
        seconds = of_type(given, "seconds", float)
        if seconds < 0:
            raise ValueError("time goes forward")
        self.world.clock.advance(seconds)
        self.standin.wake_deliveries()
        return {"now": self.world.clock.now()}

    # Bots, people, groups

    def add_bot(self, given):
        bot = self.standin.add_bot(of_type(given, "name", str), of_type(given, "token", str))
        return {"name": bot.name, "id": bot.id}

    def change_bot(self, given):
        bot = self.bot(given)
        if unknown := sorted(set(given) - set(BOT_SETTINGS) - {"bot"}):
            raise ValueError(f"no setting {', '.join(unknown)} of a bot; there are {', '.join(BOT_SETTINGS)}")
        values = {name: of_type(given, name, BOT_SETTINGS[name]) for name in given if name != "bot"}
        bot.queue.step = values.get("step", bot.queue.step)
        bot.queue.next_id = values.get("next_id", bot.queue.next_id)
        bot.queue.lifetimes.update(values.get("lifetimes", {}))
        delivery = self.standin.deliveries[bot.token]
        delivery.hold = values.get("hold", delivery.hold)
        delivery.bell.ring()
        return {"hold": delivery.hold, "step": bot.queue.step, "next_id": bot.queue.next_id,
                "lifetimes": bot.queue.lifetimes}

    def add_users(self, given):
        """Creates one user or `count` of them; `start` opens their chats with the bot without a message."""
        count = given.get("count", 1)
        if not isinstance(count, int) or not 1 <= count <= USERS_MAX:
            raise ValueError(f"count is 1 to {USERS_MAX}")
        users = [people.add_user(self.world, given if count == 1 else {k: v for k, v in given.items() if k != "id"})
                 for _ in range(count)]
        if given.get("start"):
            bot = self.bot(given)
            for user in users:
                people.private_chat(self.world, bot, user)
        return {"users": users, "user": users[0]}

    def add_group(self, given):
        return {"chat": people.add_group(self.world, self.bot(given), given).info}

    # Actions of users

    def send(self, given):
        sent, updates = people.send(self.world, self.bot(given), given)
        return {"messages": sent, "update_ids": [update.id for update in updates]}

    def edit(self, given):
        message, update = people.edit(self.world, self.bot(given), given)
        return {"message": message, "update_ids": [update.id] if update else []}

    async def press(self, given):
        """With `wait`: waits for the bot's answer, at most so many seconds."""
        press, update = people.press(self.world, self.bot(given), given)
        seconds = min(float(given.get("wait", 0)), WAIT_MAX)
        answers = await self.standin.bell.until(lambda: press["answers"], seconds)
        return {"callback_query_id": press["id"], "update_ids": [update.id] if update else [], "answers": answers}

    def set_status(self, given, status):
        update = people.set_status(self.world, self.bot(given), given, status)
        return {"update_ids": [update.id] if update else []}

    def deactivate(self, given):
        self.world.deactivated.add(self.world.user(given.get("user"))["id"])
        return {}

    def migrate(self, given):
        chat, updates = people.migrate(self.world, self.bot(given), given)
        return {"chat": chat.info, "update_ids": [update.id for update in updates]}

    def update(self, given):
        """Queues any update: `kind` and `body`, or `raw` text; updates with the same `queue` are delivered in order."""
        bot = self.bot(given)
        if "raw" not in given and not isinstance(given.get("body"), dict):
            raise ValueError("kind and body, or raw")
        queue = ("raw", given["queue"]) if "queue" in given else None
        kind = given.get("kind", "message")
        update = bot.queue.add(kind, given.get("body", {}), self.world.clock.now(), given.get("raw"), queue)
        self.world.on_change()
        return {"update_ids": [update.id] if update else []}

    # Recorded data

    def chat_of(self, given):
        bot, chat_id = self.bot(given), number(given, "chat")
        if chat_id not in bot.chats:
            raise KeyError(f"no chat {chat_id}")
        return bot.chats[chat_id]

    def chat(self, given):
        chat = self.chat_of(given)
        after = number(given, "after")
        return {"chat": chat.info, "status": chat.status, "migrated_to": chat.migrated_to, "keyboard": chat.keyboard,
                "messages": [message for message in chat.messages.values() if message["message_id"] > after],
                "sequence": self.world.sequence}

    def chats(self, given):
        return {"chats": [{"chat": chat.info, "status": chat.status, "messages": len(chat.messages)}
                          for chat in self.bot(given).chats.values()]}

    async def wait(self, given):
        """Events after the sequence number `after`, filtered by bot, chat and kind. Waits up to `timeout` seconds for the first."""
        after, seconds = number(given, "after"), min(number(given, "timeout", 0.0, float), WAIT_MAX)
        wanted = {"bot": given.get("bot"), "event": given.get("event"), "chat_id": number(given, "chat", None)}
        wanted = {name: value for name, value in wanted.items() if value is not None}

        def found():
            events = []
            for event in reversed(self.world.events):
                if event["seq"] <= after:
                    break
                if all(event.get(name) == value for name, value in wanted.items()):
                    events.append(event)
            return events[::-1]

        return {"events": await self.standin.bell.until(found, seconds), "sequence": self.world.sequence}

    async def calls(self, given):
        """Calls after number `after`, filtered by bot, method and chat; with `at_least` and `timeout` it waits for so many."""
        wanted = {"bot": given.get("bot"), "method": given["method"].lower() if given.get("method") else None,
                  "chat_id": number(given, "chat", None)}
        return {"calls": await self.records(self.standin.journal.calls, given, wanted)}

    async def deliveries(self, given):
        wanted = {"bot": given.get("bot"), "update_id": number(given, "update_id", None)}
        return {"deliveries": await self.records(self.standin.journal.deliveries, given, wanted)}

    async def records(self, records, given, wanted):
        wanted = {name: value for name, value in wanted.items() if value is not None}
        after, limit = number(given, "after"), min(number(given, "limit", PAGE_USUAL), PAGE_MAX)
        least, seconds = number(given, "at_least"), min(number(given, "timeout", 0.0, float), WAIT_MAX)
        end = time.monotonic() + seconds
        while True:
            found = chosen(records, after, limit, wanted)
            left = end - time.monotonic()
            if len(found) >= least or left <= 0:
                return found
            await asyncio.sleep(min(0.02, left))

    def limits(self, _given):
        """How often each bot exceeded each limit; the calls that exceeded it list it in `over`."""
        return {"exceeded": {bot.name: dict(bot.limits.exceeded) for bot in self.world.bots.values()}}

    def pending(self, given):
        return {"updates": [update.object() for update in self.bot(given).queue.waiting]}

    # Faults

    def faults(self, _given):
        return {"faults": self.standin.faults.info(time.monotonic())}

    def add_fault(self, given):
        fault = self.standin.faults.add(given)
        if fault.kind == "cut" and fault.more["at"] == "accept":
            self.standin.server.cut_idle()
        return fault.info()

    def remove_faults(self, given):
        self.standin.faults.remove(number(given, "id", None))
        return {}
