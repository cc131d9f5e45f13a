# SPDX-License-Identifier: MIT
"""/v1/broadcasts, with tools/telegram as the Bot API."""

import itertools

from check import NOBODY
from stand import wait_until

PEOPLE = itertools.count(6001)
SOON = 10
MANY = 900  # half a minute of sending
COUNTS = ("total", "queued", "sent", "failed", "unreachable", "uncertain", "cancelled")


def people(world, count):
    """People with a chat with `courier`."""
    made = [world.telegram.person(next(PEOPLE)) for _ in range(count)]
    world.stand.sql("INSERT INTO bot.person (bot_id, user_id, told_language) SELECT b.id, n, 'ru' FROM bot.bot b,"
                    f" unnest('{{{','.join(map(str, made))}}}'::bigint[]) n WHERE b.name = 'courier'")
    return made


def body_of(who, **more):
    return {"bot": "courier", "audience": {"user_ids": who}, "text": "Сәлем", **more}


def make(world, who):
    reply = world.caller.post("/v1/broadcasts", body_of(who))
    if reply.status != 202:
        raise AssertionError(f"{reply.status} {reply.body[:400]!r}")
    return reply.json


def shown(world, number):
    return world.caller.get(f"/v1/broadcasts/{number}").json


def counts(one):
    return {name: one[name] for name in COUNTS if one[name]}


def done(world, number):
    wait_until("the broadcast is done", SOON, lambda: shown(world, number)["status"] == "done")
    return shown(world, number)


def made(world, group):
    """A broadcast is created once per key, is sent, and shows its progress."""
    who = people(world, 4)
    world.telegram.do("faults", kind="error", name="blocked", chat_id=who[3])
    body = body_of([*who, 999_999_999], buttons=[[{"text": "Go", "action": "go-on"}]], parse_mode="HTML", text="<b>Сәлем</b>")
    dry = world.caller.post("/v1/broadcasts?dry_run=true", body)
    group.equal("a dry run returns the total", (dry.status, dry.json["would"]["total"]), (200, 4))
    group.equal("nothing was created", world.caller.get("/v1/broadcasts?bot=courier").json["items"], [])
    reply = world.caller.post("/v1/broadcasts", body, headers={"Idempotency-Key": "b-1"})
    group.reply("one", reply, 202)
    one = reply.json
    group.equal("the initial state", (one["status"], counts(one), one["progress"], one["audience"]),
                ("running", {"total": 4, "queued": 4}, 0, {"user_count": 5}))
    group.expect(one["eta_seconds"] == 1, f"the time left is {one['eta_seconds']}")
    group.equal("the allowed actions", [each["action"] for each in one["allowed_actions"]], ["pause", "cancel"])
    path = f"/v1/broadcasts/{one['id']}"
    group.equal("where it is", reply.headers.get("Location"), path)
    ended = done(world, one["id"])
    group.equal("the final state", (counts(ended), ended["progress"], ended["eta_seconds"], ended["allowed_actions"]),
                ({"total": 4, "sent": 3, "unreachable": 1}, 100, None, []))
    group.expect(ended["finished_at"] >= ended["created_at"], "it ended before it began")
    again = world.caller.post("/v1/broadcasts", body, headers={"Idempotency-Key": "b-1"})
    group.equal("the same key", (again.status, again.json["id"]), (202, one["id"]))
    for person in who[:3]:
        group.equal("the deliveries", [(each["text"], each["reply_markup"]["inline_keyboard"][0][0]["callback_data"])
                                  for each in world.telegram.messages(person)], [("Сәлем", "a:go-on")])
    current = world.caller.get(path)
    group.reply("not changed", world.caller.get(path, headers={"If-None-Match": current.headers["ETag"]}), 304)
    group.equal("a list", [each["id"] for each in world.caller.get("/v1/broadcasts").json["items"]], [one["id"]])
    group.equal("of another bot", world.caller.get("/v1/broadcasts?bot=apartments").json["items"], [])
    for action in ("pause", "resume", "cancel"):
        group.reply(f"{action} of one that is done", world.caller.post(f"{path}/{action}", {}), 409, "already_done")
    group.equal("the recipient is not stored", world.stand.sql("SELECT count(*) FROM bot.broadcast WHERE user_ids IS NOT NULL"), "0")


def templates(world, group):
    """A template of the bot, to each person in their language."""
    who = people(world, 2)
    world.stand.sql(f"UPDATE bot.person SET language = 'en' WHERE user_id = {who[1]}")
    body = {"bot": "courier", "audience": {"user_ids": who}, "template": "start", "params": {"name": "Данияр"}}
    reply = world.caller.post("/v1/broadcasts", body)
    group.reply("it is accepted", reply, 202)
    done(world, reply.json["id"])
    group.equal("in both languages", [world.telegram.messages(one)[-1]["text"].split("!")[0] for one in who],
                ["Здравствуйте, Данияр", "Hello, Данияр"])
    group.reply("an unknown one", world.caller.post("/v1/broadcasts", {**body, "template": "no_such_text"}), 422, "unknown_template")
    group.reply("a blank one", world.caller.post("/v1/broadcasts", {**body, "template": " "}), 422, "blank", ["template"])
    group.reply("and a text", world.caller.post("/v1/broadcasts", {**body, "text": "x"}), 422, "text_or_texts")


def refused(world, group):
    """Refused requests."""
    for why, fields, code, at in (
        ("no bot", {"bot": None}, "required", "bot"), ("an unknown one", {"bot": "nobody"}, "unknown_bot", "bot"),
        ("no audience", {"audience": None}, "required", "audience"), ("an empty one", {"audience": {}}, "all_or_some", "audience"),
        ("not all", {"audience": {"all": False}}, "all_or_some", "audience"),
        ("all and some", {"audience": {"all": True, "language": "ru"}}, "all_or_some", "audience"),
        ("another language", {"audience": {"language": "de"}}, "unknown_value", "audience/language"),
        ("no time", {"audience": {"seen_after": "yesterday"}}, "bad_time", "audience/seen_after"),
        ("nobody", {"audience": {"user_ids": []}}, "too_short", "audience/user_ids"),
        ("too many", {"audience": {"user_ids": list(range(1, 1002))}}, "too_many", "audience/user_ids"),
        ("a name", {"audience": {"user_ids": ["@somebody"]}}, "wrong_type", "audience/user_ids/0"),
        ("guests with bookings", {"audience": {"has_booking": True}}, "read_only", "audience/has_booking"),
        ("no text", {"text": None}, "text_or_texts", "text"), ("a blank one", {"text": " \n"}, "blank", "text"),
        ("no visible characters", {"text": "<b> </b>", "parse_mode": "HTML"}, "blank", "text"),
        ("both", {"texts": {"ru": "a"}}, "text_or_texts", "text"),
        ("a value without a template", {"text": "{name}", "params": {"name": "Айгүл"}}, "not_of_template", "params/name"),
        ("no Russian", {"text": None, "texts": {"kz": "a"}}, "required", "texts/ru"),
        ("an open tag", {"text": "<b>a", "parse_mode": "HTML"}, "bad_html", "text"),
        ("one in Kazakh", {"text": None, "texts": {"ru": "a", "kz": "<b>a"}, "parse_mode": "HTML"}, "bad_html", "texts/kz"),
        ("a blank one in Kazakh", {"text": None, "texts": {"ru": "a", "kz": "<b></b>"}, "parse_mode": "HTML"}, "blank", "texts/kz"),
        ("more than a message", {"text": "a" * 4097}, "text_too_long", "text"),
        ("a button without an end", {"buttons": [[{"text": "a"}]]}, "action_or_url", "buttons/0/0/action"),
        ("another way", {"on_unknown": "ask"}, "unknown_value", "on_unknown"), ("more", {"photo": "x"}, "unknown_field", "photo"),
    ):
        body = {name: value for name, value in {**body_of([1]), **fields}.items() if value is not None}
        reply = world.caller.post("/v1/broadcasts", body)
        reported = [(one["field"], one["code"]) for one in reply.json.get("errors", [])]
        group.expect(reply.status == 422 and (at, code) in reported, f"{why}: {reply.status} {reported}, not {at} {code}")
    tagged = {"text": "<b>" + "a" * 4096 + "</b>", "parse_mode": "HTML"}
    group.reply("tags count nothing", world.caller.post("/v1/broadcasts?dry_run=true", body_of([1], **tagged)), 200)
    neighbour = world.key_of(tenant="second")
    group.reply("another tenant's bot", neighbour.post("/v1/broadcasts", body_of([1])), 422, "unknown_bot")
    mine = make(world, [1])
    for action in ("pause", "resume", "cancel"):
        path = f"/v1/broadcasts/{mine['id']}/{action}"
        group.reply(f"another tenant's {action}", neighbour.post(path, {}), 404, "not_found")
        group.reply(f"{action} of nobody's", world.caller.post(f"/v1/broadcasts/{NOBODY}/{action}", {}), 404, "not_found")
    group.reply("another tenant", neighbour.get(f"/v1/broadcasts/{mine['id']}"), 404, "not_found")
    group.equal("its list", neighbour.get("/v1/broadcasts").json["items"], [])


def held(world, group):
    """Pause, resume and cancellation; the counts always add up to the total."""
    who = people(world, MANY)
    one = make(world, who)
    path = f"/v1/broadcasts/{one['id']}"
    wait_until("some have left", SOON, lambda: shown(world, one["id"])["sent"] >= 10)
    paused = world.caller.post(f"{path}/pause", {})
    group.reply("pause", paused, 200)
    group.equal("its status and actions", (paused.json["status"], paused.json["eta_seconds"], [each["action"] for each in paused.json["allowed_actions"]]),
                ("paused", None, ["resume", "cancel"]))
    wait_until("no message is being sent", 2, lambda: world.stand.sql("SELECT count(*) FROM bot.sending WHERE status = 'sending'") == "0")
    before = shown(world, one["id"])
    group.expect(0 < before["sent"] < MANY, f"{before['sent']} had left")
    wait_until("a second passes", 5, lambda: world.stand.sql(
        f"SELECT now() > updated_at + interval '1 second' FROM bot.broadcast WHERE id = '{one['id']}'") == "t")
    group.equal("nothing was sent", shown(world, one["id"]), before)
    group.reply("pause again", world.caller.post(f"{path}/pause", {}), 200)
    group.reply("of another version", world.caller.post(f"{path}/resume", {}, headers={"If-Match": '"99.x"'}), 412, "version_mismatch")
    dry = world.caller.post(f"{path}/cancel?dry_run=true", {})
    group.equal("the dry run of a cancellation", (dry.status, dry.json["would"]["status"]), (200, "cancelled"))
    group.reply("resume", world.caller.post(f"{path}/resume", {}), 200)
    group.reply("resume of a running one", world.key_of(scopes="bot:admin,booking:act").post(
        f"{path}/resume", {}, headers={"X-Actor": "staff:aigul"}), 409, "already_running")
    wait_until("it goes on", SOON, lambda: shown(world, one["id"])["sent"] > before["sent"])
    ended = world.caller.post(f"{path}/cancel", {}).json
    wait_until("it is over", SOON, lambda: "finished_at" in shown(world, one["id"]))
    last = shown(world, one["id"])
    for current in (before, ended, last):
        group.equal("its counts", sum(current[name] for name in COUNTS[1:]), current["total"])
    group.equal("the final state", (last["status"], last["queued"], last["sent"] + last["cancelled"]), ("cancelled", 0, MANY))
    calls = [len(world.telegram.messages(person)) for person in who]
    group.equal("each once at most", (max(calls), sum(calls)), (1, last["sent"]))


def limited(world, group):
    """A bot has at most 8 unfinished broadcasts."""
    who, ids = people(world, 1), []
    world.telegram.do("faults", kind="flood", chat_id=who[0], retry_after=600)
    for _ in range(8):
        ids.append(make(world, who)["id"])
    group.reply("one too many", world.caller.post("/v1/broadcasts", body_of(who)), 409, "too_many_broadcasts")
    group.reply("another bot's", world.caller.post("/v1/broadcasts?dry_run=true", {**body_of(who), "bot": "apartments"}), 200)
    page = world.caller.get("/v1/broadcasts?limit=3").json
    group.equal("a page", [each["id"] for each in page["items"]], ids[:4:-1])
    group.equal("the next", [each["id"] for each in world.caller.get(f"/v1/broadcasts?limit=3&cursor={page['next_cursor']}").json["items"]], ids[4:1:-1])
    wait_until("the chat is parked", SOON, lambda: (shown(world, ids[0])["eta_seconds"] or 0) > 30)
    for number in ids:
        group.reply("cancelled", world.caller.post(f"/v1/broadcasts/{number}/cancel", {}), 200)
    wait_until("there is room", SOON, lambda: world.stand.sql("SELECT count(*) FROM bot.broadcast WHERE slot IS NOT NULL") == "0")


GROUPS = [("broadcasts: made", made), ("broadcasts: templates", templates), ("broadcasts: refused", refused), ("broadcasts: held", held), ("broadcasts: limited", limited)]
