# SPDX-License-Identifier: MIT
"""The state of a bot's webhook, and POST /v1/bots/{bot}/webhook, with tools/telegram as the Bot API."""

import json

from stand import wait_until
from telegram import TOKEN

PATH = "/v1/bots/courier/webhook"
URL = "http://127.0.0.1:1/telegram/courier"
LANGUAGES = ("", "ru", "kk", "en")


def shown(world, name="courier"):
    return world.shown(name)["webhook"]


def looked(world):
    """GET /v1/bots makes no calls; a rewritten token is checked within two seconds."""
    world.file("courier.token", "1001:AAwrong")
    wait_until("the wrong token shows", 10, lambda: (shown(world) or {}).get("error") == "no_bot")
    world.file("courier.token", TOKEN)
    wait_until("the good token shows", 10, lambda: "error" not in (shown(world) or {"error"}))
    return shown(world)


def state(world, group):
    """Case: Webhook stolen (n8n test). The states none, ours and elsewhere, with pending updates and the last error."""
    wait_until("the webhook was read", 10, lambda: shown(world))
    world.telegram.call("deleteWebhook", TOKEN, drop_pending_updates=True)
    group.equal("none yet", {**looked(world), "checked_at": None}, {"state": "none", "pending_update_count": 0, "checked_at": None})
    group.equal("without a token", shown(world, "apartments"), None)
    before = len(world.telegram.see("calls", method="getWebhookInfo")["calls"])
    for _ in range(20):
        world.caller.get("/v1/bots")
    asked = len(world.telegram.see("calls", method="getWebhookInfo")["calls"]) - before
    group.expect(asked <= 2, "GET /v1/bots asks Telegram")
    world.telegram.call("setWebhook", TOKEN, url="http://u:secret@127.0.0.1:1/x/7:BBtheirs")
    world.telegram.do("send", user=world.telegram.person(4001), text="Сәлем")
    webhook = looked(world)
    group.equal("elsewhere", (webhook["state"], webhook["pending_update_count"]), ("elsewhere", 1))
    wait_until("the reason of the failure is shown", 10, lambda: "last_error" in looked(world))
    group.expect(shown(world)["last_error"] and shown(world)["last_error_at"], "the last error lacks a text or a time")
    metrics = world.caller.get("/metrics", key="").body.decode()
    group.expect("\ntelegram_webhooks_elsewhere 1\n" in metrics, "telegram_webhooks_elsewhere is not 1")
    group.expect("\ntelegram_pending_updates 1\n" in metrics, "telegram_pending_updates is not 1")
    world.service.stop()  # which writes the rest of the log
    log = world.log()
    world.caller.close()
    world.service.start()
    wait_until("the webhook was read again", 10, lambda: world.shown("courier") and shown(world))
    lines = [json.loads(line) for line in log.splitlines() if "webhook_elsewhere" in line]
    group.equal("logged once, with the host only", [(one["bot"], one["host"]) for one in lines], [("courier", "127.0.0.1:1")])
    group.equal("a refused token is logged", len([line for line in log.splitlines() if "bot_token_refused" in line]) >= 1, True)
    group.expect("AAcontract" not in log and "AAwrong" not in log and "BBtheirs" not in log, "the log has a token")


def username(world, group):
    """The username is read once at the start, and after a change of the token."""
    wait_until("the username shows", 10, lambda: world.shown("courier")["username"] == "courier_bot")
    asked = len(world.telegram.see("calls", bot="courier", method="getMe")["calls"])
    group.expect(asked >= 1, "getMe was not called")
    world.service.wait_run("webhook_watch")
    group.equal("called once", len(world.telegram.see("calls", bot="courier", method="getMe")["calls"]), asked)
    group.equal("without a token", world.shown("apartments")["username"], None)
    world.stand.sql("UPDATE bot.bot SET username = 'typed_by_hand' WHERE name = 'courier'")
    wait_until("the typed name is shown", 10, lambda: world.shown("courier")["username"] == "typed_by_hand")
    looked(world)
    wait_until("the username of the token shows", 10, lambda: world.shown("courier")["username"] == "courier_bot")
    world.stand.sql("UPDATE bot.bot SET username = 'of_the_token_before' WHERE name = 'courier'")
    world.service.stop()
    world.caller.close()
    world.service.start()
    wait_until("a start reads it", 10, lambda: (world.shown("courier") or {}).get("username") == "courier_bot")


def menu_of(world, code=""):
    return world.telegram.call("getMyCommands", TOKEN, language_code=code)["result"]


def menus_set(world):
    return len(world.telegram.see("calls", bot="courier", method="setMyCommands")["calls"])


def menu(world, group):
    """The menus are set in each language at the start and after a change of the token; a failure is retried at the next check."""
    wait_until("each language has a menu", 10, lambda: all(menu_of(world, code) for code in LANGUAGES))
    group.equal("commands", [one["command"] for one in menu_of(world)],
                ["search", "mybookings", "language", "privacy", "cancel", "person", "help", "start"])
    group.equal("their texts", [menu_of(world, code)[0]["description"] for code in LANGUAGES],
                ["Find an apartment", "Найти квартиру", "Пәтер табу", "Find an apartment"])
    done = menus_set(world)
    world.telegram.do("faults", method="setMyCommands", kind="error", name="internal")
    looked(world)
    wait_until("a failure is tried", 10, lambda: menus_set(world) > done)
    wait_until("a failure is logged", 10, lambda: "menu_not_set" in world.log())
    group.expect("AAcontract" not in world.log(), "the log has the token")
    for code in LANGUAGES:
        world.telegram.call("deleteMyCommands", TOKEN, language_code=code)
    looked(world)
    wait_until("the next check of a new token fills each", 10, lambda: all(menu_of(world, code) for code in LANGUAGES))
    world.service.wait_run("webhook_watch")  # it sets menus for more codes than LANGUAGES
    done = menus_set(world)
    world.service.wait_run("webhook_watch")
    group.equal("filled once", menus_set(world), done)


def setting(world, group):
    """The webhook is set with the stored secret, any number of times."""
    world.telegram.call("deleteWebhook", TOKEN)
    dry = world.caller.post(f"{PATH}?dry_run=true")
    group.equal("a dry run", (dry.status, dry.json["would"]["name"]), (200, "courier"))
    group.equal("it set nothing", world.telegram.call("getWebhookInfo", TOKEN)["result"]["url"], "")
    for why in ("set", "set again"):
        reply = world.caller.post(PATH)
        group.reply(why, reply, 200)
        group.equal(f"{why}: its state", reply.json["webhook"]["state"], "ours")
    group.equal("the list too", shown(world)["state"], "ours")
    calls = [one for one in world.telegram.see("calls", method="setWebhook")["calls"] if one["parameters"]["url"] == URL]
    asked = calls[-1]["parameters"]
    kinds = asked["allowed_updates"]
    kinds = json.loads(kinds) if isinstance(kinds, str) else kinds
    group.equal("the status", (len(calls), asked["secret_token"], int(asked["max_connections"])), (2, "A-secret_1", 40))
    group.expect({"message", "edited_message", "callback_query", "my_chat_member"} <= set(kinds), f"kinds {kinds}")
    group.expect(not {"chat_member", "message_reaction"} & set(kinds), f"kinds {kinds}")
    group.expect(asked.get("drop_pending_updates") in (False, "false"), "waiting updates are dropped")
    group.equal("waiting updates stay", world.telegram.call("getWebhookInfo", TOKEN)["result"]["pending_update_count"], 1)
    group.equal("audited", world.stand.sql("SELECT count(*) FROM bot.audit WHERE action = 'bot.set_webhook'"), "2")


def refusals(world, group):
    """Refused requests, and failures of Telegram."""
    group.reply("an unknown bot", world.caller.post("/v1/bots/nobody/webhook"), 404, "not_found")
    group.reply("another tenant's", world.key_of(tenant="second").post(PATH), 404, "not_found")
    group.reply("a body with members", world.caller.post(PATH, {"url": "https://example.com"}), 422, "unknown_field")
    group.reply("an unknown parameter", world.caller.post(f"{PATH}?url=x"), 422, "unknown_parameter")
    group.reply("no token", world.caller.post("/v1/bots/apartments/webhook"), 409, "bot_incomplete")
    for why, fault, status, code in (
        ("a flood", {"kind": "flood", "retry_after": 7}, 503, "telegram_throttled"),
        ("a 500", {"kind": "error", "name": "internal"}, 503, "telegram_unavailable"),
        ("a page of a proxy", {"kind": "html", "status": 502}, 503, "telegram_unavailable"),
        ("a reset", {"kind": "cut", "at": "request"}, 503, "telegram_unavailable"),
        ("a refused address", {"kind": "error", "code": 400, "description": "Bad Request: bad webhook: no such host"}, 409, "webhook_refused"),
        ("a refused token", {"kind": "error", "name": "unauthorized"}, 409, "token_refused"),
    ):
        world.telegram.do("faults", method="setWebhook", **fault)
        reply = world.caller.post(PATH)
        group.reply(why, reply, status, code)
        group.expect("AAcontract" not in reply.body.decode(), f"{why}: the answer has the token")
        if fault["kind"] == "flood":
            group.equal("the retry time", reply.headers.get("Retry-After"), "7")
    reply = world.caller.post(PATH)
    group.reply("then", reply, 200)
    tag = reply.headers.get("ETag") or ""
    group.expect(tag.startswith(f'"{reply.json["version"]}.'), f"its ETag is {tag!r}")
    group.reply("the version of If-Match", world.caller.post(PATH, headers={"If-Match": tag}), 200)
    calls = len(world.telegram.see("calls", method="setWebhook")["calls"])
    group.reply("another version", world.caller.post(PATH, headers={"If-Match": '"999.x"'}), 412, "version_mismatch")
    group.equal("Telegram is not called", len(world.telegram.see("calls", method="setWebhook")["calls"]), calls)
    world.telegram.call("deleteWebhook", TOKEN, drop_pending_updates=True)


GROUPS = [("webhooks: username", username), ("webhooks: menu", menu), ("webhooks: state", state), ("webhooks: setting", setting), ("webhooks: refusals", refusals)]
