# SPDX-License-Identifier: MIT
"""The contract of bot-gateway beyond that of every service."""

import json
import os
import sys
import threading

from check import Caller, NOBODY, World
from stand import is_busy, services, timed, unless_busy, wait_until

sys.path.insert(1, os.path.join(os.path.dirname(os.path.realpath(__file__)), "bot-gateway"))

import broadcasts
import forwards
import messages
import owner_links
import polling
import updates
import users
import webhooks
from telegram import TOKEN, Telegram

HOOK = "/telegram/apartments"
SECRET = "A-secret_1"
HEADER = "X-Telegram-Bot-Api-Secret-Token"
MIB = 1 << 20
LATE = ("busy", "deadline_exceeded", "overloaded")  # of an update that could not be stored within two seconds


class Bots(World):
    """The demo's bot with its files, and the folder BOTS_DIR."""

    refused = {f"/v1/{one}" for one in ("broadcasts/{id}/cancel", "broadcasts/{id}/pause", "broadcasts/{id}/resume", "messages/{id}/cancel", "messages/{id}/resend")}

    def __init__(self, stand):
        self.folder = os.path.join(stand.folder, "bots")
        os.mkdir(self.folder)
        self.file("apartments.secret", SECRET)
        self.telegram, self.guests = Telegram(), users.Guests()
        stand.sql("INSERT INTO bot.bot (id, name, tenant_id) SELECT gen_random_uuid(), 'courier', id"
                  " FROM api.tenant WHERE name = 'demo'")
        self.file("courier.token", TOKEN)
        self.file("courier.secret", SECRET)
        # The file of the proxy is empty, as `init` makes it.
        self.variables = {"BOTS_DIR": self.folder, "BOTS_INTERVAL": "100ms", "TELEGRAM_API_ROOT": self.telegram.root,
                          "TELEGRAM_PROXY_FILE": os.devnull, "BOT_PUBLIC_URL": "http://127.0.0.1:1",
                          "FORWARD_INTERNAL_HOSTS": "127.0.0.1", **self.guests.variables}
        super().__init__(stand, **self.variables)
        wait_until("the bots are known", 5, lambda: self.shown("apartments") and self.shown("courier"))
        message = {"bot": "courier", "chat_id": self.telegram.person(4000), "text": "x"}
        self.any = self.caller.post("/v1/messages", message).json["id"]
        self.ids = {"bots": "courier", "messages": self.any}
        self.thing, self.verb, self.sound = f"/v1/messages/{self.any}", "cancel", {
            "/v1/messages": message, "/v1/broadcasts": broadcasts.body_of([1]),
            "/v1/forwards": forwards.body_of("https://hooks.example.com/x"), "/v1/bots/{bot}/owner-links": {"owner_id": NOBODY}}
        self.ids["forwards"] = self.make("/v1/forwards", forwards.body_of("https://hooks.example.com/x", bot="apartments", match={"commands": ["never"]}))["id"]
        wait_until("the message is sent", 5, lambda: self.caller.get(self.thing).json["status"] == "sent")

    def more(self):
        person = broadcasts.people(self, 1)[0]
        return {"bot": "courier", "chat": self.caller.get(self.thing).json["chat_id"], "user": person,
                "broadcasts": broadcasts.done(self, broadcasts.make(self, [person])["id"])["id"], "updates": updates.dead(self)[0]}

    def let_posts_succeed(self):
        users.whole(self)
        self.guests.says = 200, owner_links.RECORD

    def file(self, name, text, mode=0o600):
        """Replaces a file atomically, because the service may read it at any time."""
        path = os.path.join(self.folder, name)
        with open(f"{path}.new", "w", encoding="ascii") as file:
            file.write(text)
        os.chmod(f"{path}.new", mode)
        os.replace(f"{path}.new", path)

    def shown(self, name, caller=None):
        items = (caller or self.caller).get("/v1/bots").json.get("items", [])
        return next((one for one in items if one["name"] == name), None)

    def hook(self, body, secret=SECRET, path=HOOK, headers=None):
        """Like Telegram, repeats an update that the service has not stored within its two seconds."""
        return unless_busy(lambda: self.caller.call_once("POST", path, body, {HEADER: secret, **(headers or {})}, ""), LATE)

    def log(self):
        """The log of the service, which is written every second."""
        with open(self.stand.log.name, encoding="utf-8") as file:
            return file.read()

    def count(self, where):
        return int(self.stand.sql(f"SELECT count(*) FROM bot.update WHERE {where}"))


def update(number, **about):
    return {"update_id": number, **(about or {"message": {"chat": {"id": 5}, "from": {"id": 5}, "text": "Сәлем"}})}


def secrets(world, group):
    """Case: Wrong secret/path. Requests without the secret are refused and not stored."""
    for why, path, secret, status, code in (
        ("no secret", HOOK, None, 401, "secret_wrong"),
        ("an empty one", HOOK, "", 401, "secret_wrong"),
        ("another one", HOOK, "B-secret_1", 401, "secret_wrong"),
        ("the beginning of it", HOOK, SECRET[:-1], 401, "secret_wrong"),
        ("it and more", HOOK, SECRET + "1", 401, "secret_wrong"),
        ("an unknown bot", "/telegram/nobody", SECRET, 404, "not_found"),
        ("an invalid name", "/telegram/No%20body", SECRET, 404, "not_found"),
        ("a path below", HOOK + "/more", SECRET, 401, "key_missing"),
    ):
        group.reply(why, world.hook(update(1), secret, path), status, code)
    group.reply("an API key instead of the secret", world.caller.post(HOOK, update(1)), 401, "secret_wrong")
    group.equal("stored", world.count("true"), 0)
    group.reply("the secret", world.hook(update(1)), 200)
    group.equal("stored then", world.count("update_id = 1"), 1)


def bodies(world, group):
    """Case: Broken JSON with right secret. Any body is accepted with the secret."""
    for why, body, headers in (
        ("no Content-Type", b'{"update_id":20,"poll":{}}', {"Content-Type": None}),
        ("another Content-Type", b'{"update_id":21,"poll":{}}', {"Content-Type": "text/plain"}),
        ("Accept that excludes JSON", b'{"update_id":22,"poll":{}}', {"Accept": "text/html"}),
        ("deep", b'{"update_id":23,"x":' + b"[" * 60 + b"]" * 60 + b"}", None),
        ("too deep", b'{"update_id":24,"x":' + b"[" * 1000 + b"]" * 1000 + b"}", None),
        ("no JSON", b"hello", None),
        ("half of it", b'{"update_id":25,"message":{"chat"', None),
        ("bytes that are not text", b'{"update_id":26,"message":{"text":"\xff\xfe"}}', None),
        ("nothing", b"", None),
        ("one MiB", b'{"update_id":27,"x":"' + b"a" * (MIB - 23) + b'"}', None),
        ("long, and not text", b'{"update_id":29,"message":{"text":"' + b"\xff" * 400_000 + b'"}}', None),
        ("one byte more", b'{"update_id":28,"x":"' + b"a" * (MIB - 22) + b'"}', None),
    ):
        reply = world.hook(body, headers=headers)
        group.reply(why, reply, 200)
        group.equal(f"{why}: the answer", reply.body, b"{}")
    wait_until("all readable updates are processed", 5, lambda: world.count("status = 'received'") == 0)
    stored = world.stand.sql("SELECT string_agg(concat_ws(':', coalesce(update_id, 0), status, octet_length(body), body_cut::int), ' '"
                           " ORDER BY update_id NULLS FIRST, octet_length(body)) FROM bot.update WHERE update_id BETWEEN 24 AND 29 OR update_id IS NULL")
    group.equal("as stored", stored, f"0:dead:0:0 0:dead:5:0 24:dead:2021:0 25:dead:33:0 26:done:40:0 27:done:{MIB}:0 28:dead:4096:1 29:done:400038:0")
    group.reply("the id of a broken one is free", world.hook(update(25)), 200)
    group.equal("both are stored", world.count("update_id = 25"), 2)


def once(world, group):
    """Case: Concurrent duplicates. The same update from twenty connections at once, then lower ids."""
    replies = []

    def deliver():
        caller = Caller(world, "")
        replies.append(caller.call_once("POST", HOOK, update(40), {HEADER: SECRET}, ""))
        caller.close()
    threads = [threading.Thread(target=deliver) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    late = [one for one in replies if is_busy(one, LATE)]  # on a machine that stalls for two seconds
    group.expect(not late or not timed(), f"{len(late)} are refused")
    group.equal("answers", [one.status for one in replies if one not in late], [200] * (20 - len(late)))
    group.reply("and once more", world.hook(update(40)), 200)
    group.equal("rows", world.count("update_id = 40"), 1)
    for number in (39, 30):
        group.reply(f"a lower id, {number}", world.hook(update(number)), 200)
        group.equal(f"row of {number}", world.count(f"update_id = {number}"), 1)


def lanes(world, group):
    """The chat and the user are read from each kind of update."""
    for number, about, read in (
        (50, {"message": {"chat": {"id": -7}, "from": {"id": 5}}}, "message|-7|5"),
        (51, {"callback_query": {"id": "1", "from": {"id": 5}, "message": {"chat": {"id": 6}, "date": 0}}}, "callback_query|6|5"),
        (52, {"my_chat_member": {"chat": {"id": 5}, "from": {"id": 5}}}, "my_chat_member|5|5"),
        (53, {"inline_query": {"id": "1", "from": {"id": 5}}}, "inline_query||5"),
        (54, {"to_come": {"from": {"id": 5}}}, "other||"),
    ):
        group.reply(f"{number}", world.hook(update(number, **about)), 200)
        group.equal(f"{number}", world.stand.sql(f"SELECT kind, chat_id, user_id FROM bot.update WHERE update_id = {number}"), read)
    wait_until("all are processed", 5, lambda: world.count("status = 'received'") == 0)
    world.stand.sql("DELETE FROM bot.sending")  # the bot has no token: the answer to the tap would wait


def parts(world, group):
    """A bot that is added by hand is served, and its missing parts are listed."""
    group.equal("the demo's", world.shown("apartments")["missing"], ["token", "key"])
    tenant = world.stand.sql("SELECT id FROM api.tenant WHERE name = 'demo'")
    world.stand.sql(f"INSERT INTO bot.bot (id, name, tenant_id) VALUES (gen_random_uuid(), 'by-hand', '{tenant}')")
    wait_until("the row shows", 10, lambda: world.shown("by-hand"))
    group.equal("a row alone", world.shown("by-hand")["missing"], ["token", "secret", "key"])
    group.reply("without a secret", world.hook(update(60), "", "/telegram/by-hand"), 401, "secret_wrong")
    world.file("by-hand.secret", "Other_1")
    world.file("by-hand.token", "1:AA")
    world.file("by-hand.key", world.key, 0o644)
    wait_until("the files show", 10, lambda: world.shown("by-hand")["missing"] == ["key"])
    group.reply("served", world.hook(update(60), "Other_1", "/telegram/by-hand"), 200)
    group.reply("as often as there are bots", world.hook(update(60)), 200)
    group.equal("an id of each bot", world.count("update_id = 60"), 2)
    neighbour = world.key_of(tenant="second")
    group.equal("of another tenant", neighbour.get("/v1/bots").json["items"], [])
    world.stand.sql("UPDATE bot.bot SET is_active = false WHERE name = 'by-hand'")
    wait_until("inactive", 10, lambda: not world.shown("by-hand")["is_active"])
    group.reply("inactive", world.hook(update(61), "Other_1", "/telegram/by-hand"), 404, "not_found")
    # Only `ensure` creates keys of the tenant system.
    world.file("health.link", services.key_make())
    world.stand.run("--keys", "ensure", "--tenant", "system", "--client", "health", "--scopes", "bot:read",
                    "--key-file", os.path.join(world.folder, "health.link"), role="tapbot_migrator")
    world.file("planned.token", "2:BB")
    with open(os.path.join(world.folder, "health.link"), encoding="ascii") as file:
        system = Caller(world, file.read())
    wait_until("files alone show", 10, lambda: world.shown("planned", system))
    planned = world.shown("planned", system)
    group.equal("files alone", (planned["id"], planned["missing"]), (None, ["row", "secret", "key"]))
    group.expect(world.shown("apartments", system), "the tenant system does not see another one's bot")
    group.equal("not for another tenant", world.shown("planned"), None)
    text = json.dumps([world.caller.get("/v1/bots").json, system.get("/v1/bots").json])
    group.expect(not any(word in text for word in (SECRET, "Other_1", "1:AA", "2:BB", "tb_")), "a secret is returned")


WORLD = Bots
# Most of their time these wait, a minute in each world.
SECONDS = 60
GROUPS = [("webhook: secrets", secrets), ("webhook: bodies", bodies), ("webhook: once", once), ("webhook: lanes", lanes),
          ("bots: parts", parts), *broadcasts.GROUPS, *messages.GROUPS, *updates.GROUPS, *webhooks.GROUPS]
MORE_GROUPS = [*polling.GROUPS, *forwards.GROUPS, *users.GROUPS, *owner_links.GROUPS]
