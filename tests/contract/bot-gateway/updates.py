# SPDX-License-Identifier: MIT
"""GET /v1/updates and replay of dead updates."""

import itertools

from check import NOBODY
from stand import wait_until

NUMBERS = itertools.count(900)


def dead(world, text="/help"):
    """Adds a dead update of `courier`; returns its id and its sender."""
    number, person = next(NUMBERS), world.telegram.person(next(NUMBERS) + 8000)
    world.stand.sql(
        "INSERT INTO bot.update (id, bot_id, update_id, kind, chat_id, user_id, status, tries, reason, body)"
        f" SELECT md5('{number}')::uuid, id, {number}, 'message', {person}, {person}, 'dead', 5, 'database_error: x', convert_to('"
        f'{{"update_id":{number},"message":{{"from":{{"id":{person},"language_code":"en"}},"chat":{{"id":{person},"type":"private"}},'
        f'"text":"{text}","entities":[{{"type":"bot_command","offset":0,"length":{len(text)}}}]}}}}'
        "', 'UTF8') FROM bot.bot WHERE name = 'courier'")
    return world.stand.sql(f"SELECT id FROM bot.update WHERE update_id = {number}"), person


def actions(update):
    return [(one["action"], one.get("until")) for one in update["allowed_actions"]]


def shown_of(world, number):
    return next(one for one in world.caller.get("/v1/updates?limit=100").json["items"] if one["id"] == number)


def listed(world, group):
    """Callers see the updates of their tenant, in pages."""
    mine = [dead(world)[0] for _ in range(3)]
    reply = world.caller.get("/v1/updates?status=dead&limit=100")
    group.reply("dead ones", reply, 200)
    items = {one["id"]: one for one in reply.json["items"]}
    group.expect(all(one in items for one in mine), "one is not listed")
    shown = items[mine[0]]
    group.equal("the answer", (shown["bot"], shown["kind"], shown["status"], shown["tries"], shown["reason"]),
                ("courier", "message", "dead", 5, "database_error: x"))
    group.expect(shown["chat_id"] == shown["user_id"], "its chat is another")
    group.equal("what may be done", actions(shown), [("replay", None)])
    group.expect(all(shown["allowed_actions"][0]["label"][language] for language in ("ru", "kz", "en")), "the action has no label")
    group.equal("without a status", world.caller.get("/v1/updates?limit=100").json["items"], reply.json["items"])
    group.equal("another order", [one["id"] for one in reply.json["items"]], sorted(items, reverse=True))
    first = world.caller.get("/v1/updates?limit=2").json
    group.equal("a page", [one["id"] for one in first["items"]], [one["id"] for one in reply.json["items"][:2]])
    second = world.caller.get(f"/v1/updates?limit=2&cursor={first['next_cursor']}").json
    group.equal("the next page", [one["id"] for one in second["items"]], [one["id"] for one in reply.json["items"][2:4]])
    broken = [one for one in items.values() if one["kind"] == "unreadable"]
    group.expect(all(actions(one) == [] for one in broken), "a broken one can be replayed")
    group.expect(not broken or all(one["reason"].startswith("unreadable: ") for one in broken), "broken ones have no reason")
    for status in ("received", "done", "bogus", ""):
        group.reply(f"status={status}", world.caller.get(f"/v1/updates?status={status}"), 422)
    group.equal("of another tenant", world.key_of(tenant="second").get("/v1/updates").json["items"], [])


def waiting(world, group):
    """A trial instance, which a deploy starts beside the others, leaves updates and messages to them."""
    world.service.stop()
    world.caller.close()
    number, person = dead(world)
    world.stand.sql(f"UPDATE bot.update SET status = 'received', tries = 0, reason = NULL WHERE id = '{number}'")
    asked = len(world.telegram.see("calls", limit=1000)["calls"])
    trial = world.stand.service(**world.variables, TRIAL="true")
    trial.wait_run("turns", "sender", "notices", "pollers", "broadcasts", "webhook_watch")
    group.equal("it waits", world.count(f"id = '{number}' AND status = 'received' AND tries = 0 AND leased_by IS NULL"), 1)
    group.equal("calls to Telegram", len(world.telegram.see("calls", limit=1000)["calls"]), asked)
    group.equal("the trial ends", trial.stop(), 0)
    world.service.start()
    wait_until("it is answered", 10, lambda: world.telegram.messages(person))


def replayed(world, group):
    """A dead update is replayed once; others are unchanged."""
    number, person = dead(world)
    path = f"/v1/updates/{number}/replay"
    group.reply("another tenant", world.key_of(tenant="second").post(path), 404, "not_found")
    group.reply("an unknown id", world.caller.post(f"/v1/updates/{NOBODY}/replay"), 404, "not_found")
    group.reply("another version", world.caller.post(path, headers={"If-Match": '"9.x"'}), 412, "version_mismatch")
    group.reply("a body with members", world.caller.post(path, {"why": "x"}), 422, "unknown_field")
    dry = world.caller.post(f"{path}?dry_run=true")
    group.equal("a dry run", (dry.status, dry.json["would"]["status"]), (200, "received"))
    group.equal("nothing has changed", world.count(f"id = '{number}' AND status = 'dead'"), 1)
    reply = world.caller.post(path)
    group.reply("replayed", reply, 200)
    group.equal("the state after that", (reply.json["status"], reply.json["tries"], reply.json["reason"]), ("received", 0, None))
    group.equal("nothing more may be done", actions(reply.json), [])
    wait_until("it is answered", 5, lambda: world.telegram.messages(person))
    group.equal("done", world.count(f"id = '{number}' AND status = 'done'"), 1)
    group.reply("again", world.caller.post(path), 409, "already_done")
    group.equal("answers", len(world.telegram.messages(person)), 1)
    # A received update cannot be replayed; the caller that replayed it may repeat the request.
    number, _ = dead(world)
    path = f"/v1/updates/{number}/replay"
    waiting = "status = 'received', retry_at = now() + interval '1 hour'"
    world.stand.sql(f"UPDATE bot.update SET {waiting} WHERE id = '{number}'")
    group.reply("a waiting one", world.caller.post(path), 409, "already_received")
    actor = world.stand.sql(f"SELECT replayed_by FROM bot.update WHERE id = '{reply.json['id']}'")
    world.stand.sql(f"UPDATE bot.update SET replayed_by = '{actor}' WHERE id = '{number}'")
    group.reply("a second tap", world.caller.post(path, headers={"If-Match": '"9.x"'}), 200)
    world.stand.sql(f"UPDATE bot.update SET status = 'done', retry_at = NULL WHERE id = '{number}'")
    world.hook(b"no update")
    broken = world.stand.sql("SELECT id FROM bot.update WHERE body = convert_to('no update', 'UTF8')")
    group.reply("an unreadable one", world.caller.post(f"/v1/updates/{broken}/replay"), 409, "unreadable")


def old(world, group):
    """Idempotency-Keys are stored for 48 h: an older update with calls is not replayed."""
    called = """'[{"method": "POST"}]'"""
    for why, age, calls, status, code in (
        ("old, without calls", "60 days", "NULL", 200, None),
        ("with calls, in time", "46 hours 59 minutes", called, 200, None),
        ("old, with calls", "47 hours 1 minute", called, 409, "too_old"),
    ):
        number, _ = dead(world)
        world.stand.sql(f"UPDATE bot.update SET received_at = now() - interval '{age}', calls = {calls} WHERE id = '{number}'")
        offered = actions(shown_of(world, number))
        group.equal(f"{why}: what may be done", ([action for action, _ in offered], any(until for _, until in offered)),
                    ([] if code else ["replay"], calls == called and not code))
        group.reply(why, world.caller.post(f"/v1/updates/{number}/replay"), status, code)
        group.equal(f"{why}: still dead", world.count(f"id = '{number}' AND status = 'dead'"), int(status != 200))


def busy(world, group):
    """An update with calls is not replayed while another such update of its chat is running."""
    called = """calls = '[{"method": "POST"}]'"""
    number, person = dead(world)
    other, _ = dead(world)
    world.stand.sql(f"UPDATE bot.update SET {called} WHERE id = '{number}'")
    world.stand.sql(f"UPDATE bot.update SET {called}, chat_id = {person}, user_id = {person}, status = 'received',"
                    f" retry_at = now() + interval '1 hour' WHERE id = '{other}'")
    path = f"/v1/updates/{number}/replay"
    group.reply("beside another", world.caller.post(path), 409, "lane_busy")
    group.equal("it is still dead", world.count(f"id = '{number}' AND status = 'dead'"), 1)
    world.stand.sql(f"UPDATE bot.update SET status = 'done', retry_at = NULL WHERE id = '{other}'")
    group.reply("alone", world.caller.post(path), 200)


GROUPS = [("updates: old", old), ("updates: busy", busy), ("updates: waiting", waiting), ("updates: listed", listed), ("updates: replayed", replayed)]
