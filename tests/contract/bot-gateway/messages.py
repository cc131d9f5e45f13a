# SPDX-License-Identifier: MIT
"""POST /v1/messages and the status of messages, with tools/telegram as the Bot API."""

import itertools
import os
import re
import time

from stand import ROOT, timed, wait_until

PEOPLE = itertools.count(5001)
SETTLED = ("sent", "uncertain", "failed", "expired", "superseded", "cancelled")


def send(world, chat, text="Сәлем", caller=None, headers=None, **more):
    body = {"bot": "courier", "chat_id": chat, "text": text, **more}
    return (caller or world.caller).post("/v1/messages", body, headers=headers or {})


def shown(world, number):
    return world.caller.get(f"/v1/messages/{number}").json


def settled(world, reply, status=None, seconds=10):
    """Waits until the message has this status, or any final one."""
    number = reply.json["id"]
    wait_until(f"the message is {status or 'settled'}", seconds,
               lambda: shown(world, number)["status"] in ([status] if status else SETTLED))
    return shown(world, number)


def person(world):
    return world.telegram.person(next(PEOPLE))


def accepted(world, group):
    """Accepted messages are sent once per key, and show their status."""
    chat = person(world)
    reply = send(world, chat, "<b>Сәлем</b>", parse_mode="HTML", headers={"Idempotency-Key": "m-1"},
                 buttons=[[{"text": "Go", "action": "go-on"}], [{"text": "Map", "url": "https://example.com/a?b=1&c=2"}]])
    group.reply("a text", reply, 202)
    group.equal("its status", reply.json["status"], "queued")
    group.equal("the allowed actions", [one["action"] for one in reply.json["allowed_actions"]], ["cancel"])
    group.equal("where it is", reply.headers.get("Location"), f"/v1/messages/{reply.json['id']}")
    state = settled(world, reply)
    group.equal("sent", (state["status"], len(state["telegram_message_ids"]), "error" in state), ("sent", 1, False))
    group.expect(state["sent_at"] >= state["created_at"], "sent_at is before created_at")
    group.equal("no action is allowed", state["allowed_actions"], [])
    again = send(world, chat, "<b>Сәлем</b>", parse_mode="HTML", headers={"Idempotency-Key": "m-1"},
                 buttons=[[{"text": "Go", "action": "go-on"}], [{"text": "Map", "url": "https://example.com/a?b=1&c=2"}]])
    group.equal("the same key", (again.status, again.json["id"]), (202, reply.json["id"]))
    dry = world.caller.post("/v1/messages?dry_run=true", {"bot": "courier", "chat_id": chat, "text": "x"})
    group.equal("a dry run", (dry.status, dry.json["would"]["status"]), (200, "queued"))
    settled(world, send(world, chat, "behind"))
    there = world.telegram.messages(chat)
    group.equal("unchanged", [(one["text"], "".join(span["type"] for span in one.get("entities", []))) for one in there], [("Сәлем", "bold"), ("behind", "")])
    group.equal("its buttons", there[0]["reply_markup"]["inline_keyboard"],
                [[{"text": "Go", "callback_data": "a:go-on"}], [{"text": "Map", "url": "https://example.com/a?b=1&c=2"}]])
    group.equal("Telegram's id", state["telegram_message_ids"], [there[0]["message_id"]])


def refused(world, group):
    """Refused requests."""
    button = {"text": "a", "action": "b"}
    for why, fields, code in (
        ("no bot", {"bot": None}, "required"),
        ("an unknown bot", {"bot": "nobody"}, "unknown_bot"),
        ("no chat", {"chat_id": None}, "required"),
        ("chat 0", {"chat_id": 0}, "out_of_range"),
        ("a name as chat", {"chat_id": "@channel"}, "wrong_type"),
        ("no text", {"text": None}, "text_or_template"),
        ("a blank text", {"text": " \n "}, "blank"),
        ("a text without visible characters", {"text": "<b> </b>", "parse_mode": "HTML"}, "blank"),
        ("too long a text", {"text": "a" * 60001}, "too_long"),
        ("an open tag", {"text": "<b>a", "parse_mode": "HTML"}, "bad_html"),
        ("an unknown tag", {"text": "<p>a</p>", "parse_mode": "HTML"}, "bad_html"),
        ("another markup", {"parse_mode": "MarkdownV2"}, "unknown_value"),
        ("an unknown template", {"text": None, "template": "no_such_text"}, "unknown_template"),
        ("a button's text as template", {"text": None, "template": "button_help"}, "unknown_template"),
        ("a blank template", {"text": None, "template": " ", "params": {"name": "Айгүл"}}, "blank"),
        ("a number as template", {"text": None, "template": 5}, "wrong_type"),
        ("a text and a template", {"template": "start"}, "text_or_template"),
        ("a value of another template", {"text": None, "template": "start", "params": {"city": "Алматы"}}, "not_of_template"),
        ("a value without a template", {"text": "{name}", "params": {"name": "Айгүл"}}, "not_of_template"),
        ("a number without a template", {"text": "{nights}", "params": {"nights": 2}}, "not_of_template"),
        ("without a required value", {"text": None, "template": "stay_day"}, "required"),
        ("an unknown value", {"text": None, "template": "start", "params": {"x": "y"}}, "unknown_field"),
        ("a word for a number", {"text": None, "template": "stay_list", "params": {"nights": "two"}}, "wrong_type"),
        ("a button without an end", {"buttons": [[{"text": "a"}]]}, "action_or_url"),
        ("a button with two", {"buttons": [[{**button, "url": "https://example.com"}]]}, "action_or_url"),
        ("a button without a row", {"buttons": [button]}, "wrong_type"),
        ("an invalid action", {"buttons": [[{"text": "a", "action": "A b"}]]}, "bad_slug"),
        ("too long an action", {"buttons": [[{"text": "a", "action": "a" * 33}]]}, "too_long"),
        ("a plain url", {"buttons": [[{"text": "a", "url": "http://example.com"}]]}, "invalid"),
        ("too many rows", {"buttons": [[button]] * 9}, "too_many"),
        ("too wide a row", {"buttons": [[button] * 9]}, "too_many"),
        ("no time at all", {"ttl_seconds": 0}, "out_of_range"),
        ("more than a week", {"ttl_seconds": 604801}, "out_of_range"),
        ("another way", {"on_unknown": "ask"}, "unknown_value"),
        ("an empty key", {"supersede_key": ""}, "blank"),
        ("more", {"photo": "x"}, "unknown_field"),
    ):
        body = {"bot": "courier", "chat_id": 1, "text": "a", **fields}
        group.reply(why, world.caller.post("/v1/messages", {name: value for name, value in body.items() if value is not None}),
                    422, code)
    neighbour = world.key_of(tenant="second")
    group.reply("another tenant's bot", send(world, 1, caller=neighbour), 422, "unknown_bot")
    group.equal("nothing was queued", world.stand.sql("SELECT count(*) FROM bot.sending WHERE chat_id IN (0, 1)"), "0")
    mine = send(world, person(world))
    for path in ("", "/cancel", "/resend"):
        call = neighbour.post if path else neighbour.get
        group.reply(f"another tenant's message{path}", call(f"/v1/messages/{mine.json['id']}{path}"), 404, "not_found")


def templates(world, group):
    """A template of the bot with values, in the person's language or in another."""
    chat = person(world)
    world.stand.sql("INSERT INTO bot.person (bot_id, user_id, language, told_language)"
                    f" SELECT id, {chat}, 'kz', 'ru' FROM bot.bot WHERE name = 'courier'")
    group_chat = -chat
    for why, to, more, words in (
        ("in the person's language", chat, {"params": {"name": "<Айгүл>"}}, "Сәлеметсіз бе, <Айгүл>! "),
        ("in another one", chat, {"language": "en", "params": {}}, "Hello! "),
        ("with no values at all", chat, {"language": "ru"}, "Здравствуйте! "),
    ):
        reply = world.caller.post("/v1/messages", {"bot": "courier", "chat_id": to, "template": "start", **more})
        group.reply(why, reply, 202)
        settled(world, reply)
        message = world.telegram.messages(chat)[-1]
        group.expect(message["text"].startswith(words), f"{why}: {message['text']!r}")
        group.equal(f"{why}: its markup was read", "tapbot.kz" in message["text"] and "<b>" not in message["text"], True)
    reply = world.caller.post("/v1/messages?dry_run=true", {"bot": "courier", "chat_id": group_chat, "template": "help"})
    group.reply("for a group", reply, 200)


def long(world, group):
    """Case: Oversized text. A long text is sent as several messages in order, with the buttons below the last one."""
    chat = person(world)
    words = " ".join(str(n) for n in range(2500))
    reply = send(world, chat, words, buttons=[[{"text": "Go", "action": "go"}]])
    group.reply("a long text", reply, 202)
    behind = send(world, chat, "behind")
    state = settled(world, reply)
    settled(world, behind)
    there = world.telegram.messages(chat)
    group.equal("how many", len(state["telegram_message_ids"]), 3)
    group.equal("their order", state["telegram_message_ids"], [one["message_id"] for one in there[:3]])
    group.equal("the texts", " ".join(" ".join(one["text"] for one in there[:3]).split()), words)
    group.equal("buttons", ["reply_markup" in one for one in there], [False, False, True, False])
    group.equal("the later delivery", there[3]["text"], "behind")


def parked(world, group):
    """During the backoff after 429 queued messages can be replaced or cancelled, and they expire."""
    chat = person(world)
    world.telegram.do("faults", kind="flood", chat_id=chat, retry_after=3600)
    first = send(world, chat, "first", ttl_seconds=600)
    wait_until("it was refused once", 5, lambda: len(world.telegram.calls(chat)) == 1)
    old, new = (send(world, chat, text, supersede_key="driver") for text in ("driver 10 min", "driver 5 min"))
    gone = send(world, chat, "not this one")
    path = f"/v1/messages/{gone.json['id']}"
    wait_until("why it waits shows", 5, lambda: "error" in shown(world, first.json["id"]))
    group.equal("the error of the first one", shown(world, first.json["id"])["error"]["code"], "too_many_requests")
    group.equal("replaced", shown(world, old.json["id"])["status"], "superseded")
    group.reply("the dry run", world.caller.post(f"{path}/cancel?dry_run=true"), 200)
    group.reply("another version", world.caller.post(f"{path}/cancel", headers={"If-Match": '"9.x"'}), 412, "version_mismatch")
    group.reply("cancelled", world.caller.post(f"{path}/cancel"), 200)
    group.reply("a second tap", world.caller.post(f"{path}/cancel"), 200)
    group.reply("a body with members", world.caller.post(f"{path}/cancel", {"why": "x"}), 422, "unknown_field")
    group.reply("sent again", world.caller.post(f"{path}/resend"), 409, "already_cancelled")
    group.reply("waiting messages are not sent again", world.caller.post(f"/v1/messages/{new.json['id']}/resend"), 409, "already_queued")
    world.stand.sql(f"UPDATE bot.sending SET expires_at = now() WHERE id = '{first.json['id']}'")
    group.equal("it has expired", settled(world, first)["status"], "expired")
    group.reply("an expired one", world.caller.post(f"/v1/messages/{first.json['id']}/cancel"), 409, "already_expired")
    world.stand.sql(f"UPDATE bot.recipient SET due_at = now(), parked_until = NULL WHERE chat_id = {chat}")  # the hour is over
    group.equal("the newest one", settled(world, new)["status"], "sent")
    group.reply("it was sent", world.caller.post(f"/v1/messages/{new.json['id']}/cancel"), 409, "already_sent")
    calls = world.telegram.calls(chat)
    group.equal("the calls of Telegram", [one["parameters"]["text"] for one in calls], ["first", "driver 5 min"])


def uncertain(world, group):
    """Case: Timeout after bytes sent. After 5xx and after a reset the message may have been sent."""
    for why, fault in (("a 500", {"kind": "error", "name": "internal"}), ("a reset after the request", {"kind": "cut", "at": "request"})):
        chat = person(world)
        world.telegram.do("faults", chat_id=chat, **fault)
        held = send(world, chat, "held")
        state = settled(world, held)
        group.equal(why, (state["status"], state.get("error", {}).get("code")), ("uncertain", "outcome_unknown"))
        group.equal(f"{why}: the allowed actions", [one["action"] for one in state["allowed_actions"]], ["resend"])
        settled(world, send(world, chat, "behind"))
        group.equal(f"{why}: calls", [one["parameters"]["text"] for one in world.telegram.calls(chat)], ["held", "behind"])
        path = f"/v1/messages/{held.json['id']}"
        group.reply(f"{why}: cancelled", world.caller.post(f"{path}/cancel"), 409, "already_uncertain")
        again = world.caller.post(f"{path}/resend")
        group.reply(f"{why}: sent again", again, 200)
        group.equal(f"{why}: then", settled(world, again)["status"], "sent")
        world.telegram.do("faults", chat_id=chat, **fault)
        group.equal(f"{why}: resend", settled(world, send(world, chat, "again", on_unknown="resend"), "sent")["status"], "sent")
        group.equal(f"{why}: calls then", len(world.telegram.calls(chat)), 5)


def replaced(world, group):
    """Of messages with one supersede_key that are sent again, the newest one is sent, in whichever order they are asked for."""
    for why, order in (("the older one first", (0, 1)), ("the newer one first", (1, 0))):
        chat = person(world)
        paths = []
        for text in ("driver 10 min", "driver 5 min"):
            world.telegram.do("faults", chat_id=chat, kind="error", name="internal")
            reply = send(world, chat, text, supersede_key="driver")
            group.equal(f"{why}: {text}", settled(world, reply)["status"], "uncertain")
            paths.append(f"/v1/messages/{reply.json['id']}")
        world.stand.sql(f"UPDATE bot.recipient SET parked_until = now() + interval '1 hour' WHERE chat_id = {chat}")
        for number in order:
            group.reply(f"{why}: sent again", world.caller.post(f"{paths[number]}/resend"), 200)
        group.equal(f"{why}: the statuses", [world.caller.get(path).json["status"] for path in paths], ["superseded", "queued"])
        world.stand.sql(f"UPDATE bot.recipient SET due_at = now(), parked_until = NULL WHERE chat_id = {chat}")
        wait_until(f"{why}: the newer one is sent", 10, lambda: world.caller.get(paths[1]).json["status"] == "sent")
        group.equal(f"{why}: the calls of Telegram", [one["parameters"]["text"] for one in world.telegram.calls(chat)],
                    ["driver 10 min", "driver 5 min", "driver 5 min"])


def gone(world, group):
    """An unreachable chat costs one call; a supergroup inherits the queue of its group."""
    chat = person(world)
    world.telegram.do("block", user=chat)
    first = settled(world, send(world, chat))
    group.equal("blocked", (first["status"], first["error"]["code"]), ("failed", "chat_unreachable"))
    later = send(world, chat)
    group.reply("accepted nevertheless", later, 202)
    group.equal("failed", settled(world, later)["status"], "failed")
    group.equal("calls", len(world.telegram.calls(chat)), 1)
    group.equal("unknown", settled(world, send(world, 999_999))["error"]["code"], "chat_unreachable")
    old = world.telegram.do("groups", members=[person(world)])
    old = old.get("chat", old.get("group", old))["id"]
    new = world.telegram.do("migrate", chat=old)["chat"]
    new = new["id"] if isinstance(new, dict) else new
    both = [send(world, old, text) for text in ("one", "two")]
    group.equal("moved", [settled(world, one)["status"] for one in both], ["sent", "sent"])
    group.equal("in their order", [one["text"] for one in world.telegram.messages(new) if "text" in one], ["one", "two"])
    group.equal("where they are", shown(world, both[0].json["id"])["chat_id"], new)


def limits(world, group):
    """Telegram's limits are kept, as counted by the fake Telegram. If it stalls, calls arrive together: the gate checks
    them over the whole time."""
    began = time.time()
    chats = [person(world) for _ in range(20)]
    replies = [send(world, chat, f"{n}") for n in range(4) for chat in chats]
    for reply in replies:
        group.equal("sent", settled(world, reply, "sent", 15)["status"], "sent")
    for chat in chats:
        calls = world.telegram.calls(chat)
        group.equal("in their order", [one["parameters"]["text"] for one in calls], ["0", "1", "2", "3"])
        group.expect(not timed() or not any(one["over"] for one in calls), f"over a limit: {[one['over'] for one in calls]}")
        group.expect(calls[3]["at"] - began >= 0.9, f"four in {calls[3]['at'] - began:.2f} s")
    seconds = max(world.telegram.calls(chat)[-1]["at"] for chat in chats) - began
    group.expect(len(replies) <= 30 * (1 + seconds) + 1, f"{len(replies)} in {seconds:.2f} s")
    group.expect(world.service.metric("sending_total") >= len(replies), "sending_total counts less")
    wait_until("nothing waits", 10, lambda: world.service.metric("sending_oldest_seconds") == 0)


def markup(world, group):
    """Case: Parse 400. Rejected markup is sent once more as plain text, with its buttons."""
    chat = person(world)
    world.telegram.do("faults", kind="error", name="parse", chat_id=chat)
    state = settled(world, send(world, chat, "<b>Дом</b> &lt;5", parse_mode="HTML", buttons=[[{"text": "Go", "action": "go"}]]))
    group.equal("sent", (state["status"], state.get("error")), ("sent", None))
    there = world.telegram.messages(chat)
    group.equal("the stored state", [(one["text"], "entities" in one, "reply_markup" in one) for one in there],
                [("Дом <5", False, True)])
    world.telegram.do("faults", kind="error", name="parse", chat_id=chat, count=2)
    state = settled(world, send(world, chat, "<b>x</b>", parse_mode="HTML"))
    group.equal("twice", (state["status"], state["error"]["code"]), ("failed", "refused"))


def killed(world, group):
    """Case: Restart with queued rows. If a process dies during a call, its message is uncertain, and later messages
    are sent."""
    chats = {way: person(world) for way in ("hold", "resend")}
    for chat in chats.values():
        world.telegram.do("faults", kind="hang", chat_id=chat, wait=60, effect=True)
    sent = {way: send(world, chat, way, on_unknown=way) for way, chat in chats.items()}
    behind = send(world, chats["hold"], "behind")
    for way, chat in chats.items():
        wait_until(f"the call of {way} is under way", 5, lambda: world.telegram.messages(chat))
    world.service.kill()
    # The test ends the lease of the message.
    world.stand.sql("UPDATE bot.sending SET leased_until = now() + interval '1 hour' WHERE status = 'sending'")
    world.service.start()
    world.caller.close()
    wait_until("the bots are known", 5, lambda: world.shown("courier"))
    group.equal("before the retry time", shown(world, sent["hold"].json["id"])["status"], "sending")
    world.stand.sql("UPDATE bot.sending SET leased_until = now() WHERE status = 'sending'")
    group.equal("held", settled(world, sent["hold"], "uncertain", 15)["status"], "uncertain")
    group.equal("behind it", settled(world, behind)["status"], "sent")
    group.equal("sent again", settled(world, sent["resend"], "sent", 15)["status"], "sent")
    for way, texts in (("hold", ["hold", "behind"]), ("resend", ["resend", "resend"])):
        group.equal(f"what people see: {way}", [one["text"] for one in world.telegram.messages(chats[way])], texts)


def stopped(world, group):
    """A process that stops waits for the answers of its calls, so that no message is uncertain or sent twice."""
    chat = person(world)
    world.telegram.do("faults", kind="slow", chat_id=chat, wait=2)
    number = send(world, chat, "slow").json["id"]
    wait_until("the call is under way", 5, lambda: shown(world, number)["status"] == "sending")
    group.equal("exit status", world.service.stop(), 0)
    group.equal("stored", world.stand.sql(f"SELECT status FROM bot.sending WHERE id = '{number}'"), "sent")
    world.service.start()
    world.caller.close()
    group.equal("what the person sees", [one["text"] for one in world.telegram.messages(chat)], ["slow"])


def codes(world, group):
    """Each error code of a message is described."""
    with open(os.path.join(ROOT, "services/bot-gateway/src/outbox/outcome.c"), encoding="utf-8") as source:
        rows = re.findall(r"^ *\[TELEGRAM_\w+\] *= \{(.*)\},$", source.read(), re.MULTILINE)
    used = {code for row in rows for code in re.findall(r'"(\w+)"', row)}
    error = world.operations.document["components"]["schemas"]["Message"]["properties"]["error"]
    group.equal("codes", set(error["properties"]["code"]["enum"]), used | {"restored"})


def listed(world, group):
    """GET /v1/messages: by status, bot and time, newest first, in pages; another tenant sees none."""
    began = world.stand.sql("SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')")
    good, broken = person(world), person(world)
    world.telegram.do("faults", kind="error", name="parse", chat_id=broken, count=2)
    numbers = [settled(world, send(world, good, f"good {nth}"))["id"] for nth in range(3)]
    failed = settled(world, send(world, broken, "<b>x</b>", parse_mode="HTML"))["id"]

    def ids(query):
        reply = world.caller.get(f"/v1/messages?since={began}&{query}")
        return [one["id"] for one in reply.json["items"]] if reply.status == 200 else reply.body

    group.equal("all, newest first", ids("bot=courier"), [failed, *numbers[::-1]])
    group.equal("failed", ids("status=failed"), [failed])
    group.equal("failed or uncertain", ids("status=failed,uncertain"), [failed])
    group.equal("sent", ids("status=sent"), numbers[::-1])
    group.equal("none", ids("status=cancelled"), [])
    group.equal("of another bot", ids("bot=apartments&status=failed"), [])
    item = world.caller.get(f"/v1/messages?since={began}&status=failed").json["items"][0]
    group.equal("as alone", item, shown(world, failed))
    page = world.caller.get(f"/v1/messages?since={began}&limit=2").json
    group.equal("a page", [one["id"] for one in page["items"]], [failed, numbers[2]])
    rest = world.caller.get(f"/v1/messages?since={began}&limit=2&cursor={page['next_cursor']}").json
    group.equal("the next", ([one["id"] for one in rest["items"]], rest["next_cursor"]), ([numbers[1], numbers[0]], None))
    group.equal("in the future", world.caller.get("/v1/messages?since=2099-01-01T00:00:00Z").json["items"], [])
    other = world.key_of(tenant="second")
    group.equal("another tenant's", other.get("/v1/messages").json["items"], [])
    for why, query, code in (("an unknown status", "status=lost", "unknown_value"), ("no time", "since=today", "bad_time"),
                             ("a bad cursor", "cursor=x", "bad_cursor")):
        group.reply(why, world.caller.get(f"/v1/messages?{query}"), 422, code)


GROUPS = [("messages: accepted", accepted), ("messages: listed", listed), ("messages: codes", codes), ("messages: refused", refused), ("messages: templates", templates), ("messages: long", long),
          ("messages: parked", parked), ("messages: uncertain", uncertain), ("messages: replaced", replaced), ("messages: gone", gone),
          ("messages: limits", limits), ("messages: markup", markup),
          ("messages: killed", killed), ("messages: stopped", stopped)]
