# SPDX-License-Identifier: MIT
"""/v1/bots/{bot}/owner-links: links that bind owners' chats. users.Guests is the fake booking-api."""

import re
from datetime import datetime, timedelta, timezone

import users

OWNER = "018f0001-0000-7000-8000-000000000005"
PATH = "/v1/bots/courier/owner-links"
BODY = {"owner_id": OWNER}
RECORD = {"id": OWNER, "name": "Игорь", "telegram_id": None, "version": 3}
URL = re.compile(r"https://t\.me/courier_bot\?start=own_[A-Za-z0-9_-]{1,60}")


def made(world, group):
    """A link for an unbound owner; booking-api is called as staff."""
    users.whole(world)
    world.guests.says = 200, RECORD
    world.guests.asked.clear()
    reply = world.caller.post(PATH, BODY, headers={"Idempotency-Key": "own-1"})
    group.reply("created", reply, 201)
    group.expect(URL.fullmatch(reply.json["url"]) is not None, f"{reply.json['url']} is not a link")
    left = datetime.fromisoformat(reply.json["expires_at"].replace("Z", "+00:00")) - datetime.now(timezone.utc)
    group.expect(timedelta(days=7, minutes=-5) < left <= timedelta(days=7), f"good for {left}")
    group.equal("the calls", [(path, headers.get("X-Actor")) for path, _, headers in world.guests.asked], [(f"/v1/owners/{OWNER}", None)])
    dry = world.caller.post(f"{PATH}?dry_run=true", BODY)
    group.equal("a dry run", (dry.status, set(dry.json["would"]), dry.json["would"]["url"]), (200, {"url", "expires_at"}, None))
    world.guests.says = 200, {**RECORD, "telegram_id": 7}
    group.reply("the same key: the answer is not stored", world.caller.post(PATH, BODY, headers={"Idempotency-Key": "own-1"}), 409, "already_bound")
    group.reply("the bound owner", world.caller.post(PATH, BODY), 409, "already_bound")
    group.equal("audited", world.stand.sql("SELECT count(*) FROM bot.audit WHERE action = 'owner_link.create'"), "1")


def refused(world, group):
    """Refused requests."""
    users.whole(world)
    world.guests.says = 200, RECORD
    for why, caller, path, body, status, code in (
        ("another tenant's bot", world.key_of(tenant="second"), PATH, BODY, 404, "not_found"),
        ("an unknown bot", world.caller, "/v1/bots/nobody/owner-links", BODY, 404, "not_found"),
        ("a bot without a token", world.caller, "/v1/bots/apartments/owner-links", BODY, 409, "bot_incomplete"),
        ("no owner", world.caller, PATH, {}, 422, "required"),
        ("no id", world.caller, PATH, {"owner_id": "7"}, 422, "bad_uuid"),
        ("another field", world.caller, PATH, {**BODY, "days": 7}, 422, "unknown_field"),
        ("another parameter", world.caller, f"{PATH}?days=7", BODY, 422, "unknown_parameter"),
    ):
        group.reply(why, caller.post(path, body), status, code)
    for why, says, status, code in (
        ("nobody", (404, {"code": "not_found"}), 422, "unknown_owner"),
        ("a key that booking-api refuses", (403, {"code": "scope_missing"}), 503, "booking_failed"),
        ("half an answer", (200, {}), 503, "booking_failed"),
    ):
        world.guests.says = says
        group.reply(why, world.caller.post(PATH, BODY), status, code)
    world.guests.says = 200, users.NOTHING


GROUPS = [("owner-links: made", made), ("owner-links: refused", refused)]
