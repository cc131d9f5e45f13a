# SPDX-License-Identifier: MIT
"""/v1/users: users of a bot, and their erasure here, in booking-api and in search-api, of which these groups have
fakes."""

import http.server
import itertools
import json
import threading

from http_server import Handler
from stand import wait_until

NUMBERS = itertools.count(500001)
PEOPLE = itertools.count(61000001)
NOTHING = {"id": "018f0000-0000-7000-8000-0000000000aa", "at": "2026-01-02T03:04:05Z",
           "erased": {"audit": 0, "booking": 0, "booking_history": 0, "idempotency": 0, "outbox": 0, "quote": 0}}
BY_ITSELF = ("/v1/events", "/v1/cities", "/v1/apartments")  # the service polls these every few seconds or minutes
DOCUMENTS = {"at": "2026-01-02T03:04:05Z", "erased": {"document": 3}}
LIVE_RIDES = {"code": "has_live_rides", "rides": ["018f0000-0000-7000-8000-0000000000cc"], "status": 409}
LIVE = {"code": "has_live_bookings", "bookings": ["018f0000-0000-7000-8000-0000000000bb"], "status": 409}


class Guests:
    """A fake booking-api: it returns the answers of `says` and records the requests. It is also a fake
    search-api for deletions: `finds`, `searched`."""

    def __init__(self):
        self.says, self.asked = (200, NOTHING), []
        self.finds, self.searched = (200, DOCUMENTS), []
        guests = self

        class Asked(Handler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                self.take(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

            def do_GET(self):
                self.take(None)

            def do_DELETE(self):
                guests.searched.append((self.path, dict(self.headers)))
                status, answer = guests.finds
                dry = status == 200 and self.path.endswith("&dry_run=true")
                self.reply(status, {"dry_run": True, "would": answer} if dry else answer)

            def take(self, body):
                if not self.path.startswith(BY_ITSELF):
                    guests.asked.append((self.path, body, dict(self.headers)))
                self.reply(*guests.says)

            def reply(self, status, answer):
                self.answer(status, json.dumps(answer), Content_Type="application/json")
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Asked)
        server.daemon_threads = True
        here = f"http://127.0.0.1:{server.server_address[1]}"
        self.variables = {"BOOKING_URL": here, "SEARCH_URL": here}
        threading.Thread(target=server.serve_forever, daemon=True).start()


def known(world):
    """Adds a person with an answered message to `courier`."""
    person = world.telegram.person(next(PEOPLE))
    about = {"message": {"message_id": 900, "date": 1, "chat": {"id": person, "type": "private"},
                         "from": {"id": person, "language_code": "kk"}, "text": "/help",
                         "entities": [{"type": "bot_command", "offset": 0, "length": 5}]}}
    if world.hook({"update_id": next(NUMBERS), **about}, path="/telegram/courier").status != 200:
        raise AssertionError("the webhook does not accept it")
    wait_until("the person is answered", 10, lambda: world.telegram.messages(person) and world.stand.sql(
        f"SELECT count(*) FROM bot.message WHERE chat_id = {person}") == "2")
    return person


def whole(world):
    """Gives `courier` its key, which an erasure needs."""
    world.file("courier.key", world.key)
    wait_until("the key is there", 10, lambda: world.shown("courier")["missing"] == [])


def listed(world, group):
    """Callers see the users of their tenant, in pages."""
    people = [known(world) for _ in range(3)]
    page = world.caller.get("/v1/users/courier?limit=2").json
    group.equal("the newest first", [one["user_id"] for one in page["items"]], people[:0:-1])
    rest = world.caller.get(f"/v1/users/courier?limit=2&cursor={page['next_cursor']}").json
    group.equal("the next page", rest["items"][0]["user_id"], people[0])
    one = world.caller.get(f"/v1/users/courier/{people[0]}")
    group.reply("one", one, 200)
    group.equal("as listed", one.json, rest["items"][0])
    group.equal("the user", (one.json["language"], one.json["source"], one.json["reachable"]), ("kz", None, True))
    again = world.caller.get(f"/v1/users/courier/{people[0]}", headers={"If-None-Match": one.headers["ETag"]})
    group.reply("the same again", again, 304)
    world.stand.sql(f"UPDATE bot.recipient SET unreachable_since = now(), unreachable_reason = 'x' WHERE chat_id = {people[0]}")
    gone = world.caller.get(f"/v1/users/courier/{people[0]}", headers={"If-None-Match": one.headers["ETag"]})
    group.equal("a person who has blocked the bot", (gone.status, gone.json["reachable"], "unreachable_since" in gone.json), (200, False, True))
    for why, path in (("nobody", "/v1/users/courier/61999999"), ("no number", "/v1/users/courier/x"), ("no bot", "/v1/users/nobody"),
                      ("another's", f"/v1/users/apartments/{people[0]}"), ("too large", f"/v1/users/courier/{2**53}")):
        group.reply(why, world.caller.get(path), 404, "not_found")
    neighbour = world.key_of(tenant="second")
    for path in ("/v1/users/courier", f"/v1/users/courier/{people[0]}"):
        group.reply(f"another tenant, {path}", neighbour.get(path), 404, "not_found")
    group.reply("a bad cursor", world.caller.get("/v1/users/courier?cursor=x"), 422, "bad_cursor")
    group.reply("an unknown filter", world.caller.get("/v1/users/courier?language=kz"), 422, "unknown_parameter")


def refused(world, group):
    """Refused erasures: nothing is erased, and only the last one calls booking-api."""
    person = known(world)
    path = f"/v1/users/courier/{person}"
    if "key" in world.shown("courier")["missing"]:
        group.reply("a bot without its key", world.caller.call("DELETE", path), 409, "bot_incomplete")
    whole(world)
    world.guests.asked.clear()
    for why, caller, where, status, code in (
        ("another tenant", world.key_of(tenant="second"), path, 404, "not_found"),
        ("no bot", world.caller, f"/v1/users/nobody/{person}", 404, "not_found"),
        ("no number", world.caller, "/v1/users/courier/x", 404, "not_found"),
        ("nobody's number", world.caller, "/v1/users/courier/0", 404, "not_found"),
        ("a parameter", world.caller, path + "?why=x", 422, "unknown_parameter"),
    ):
        group.reply(why, caller.call("DELETE", where), status, code)
    group.reply("the user is unchanged", world.caller.call("DELETE", path, headers={"If-Match": '"9.x"'}), 412, "version_mismatch")
    group.reply("for a guest", world.caller.call("DELETE", path, headers={"X-Actor": "guest:1"}), 403)
    group.equal("booking-api was called", world.guests.asked, [])
    world.guests.says = 409, LIVE
    live = world.caller.call("DELETE", path)
    group.reply("an unfinished stay", live, 409, "has_live_bookings")
    group.equal("the stays", live.json["bookings"], LIVE["bookings"])
    world.guests.says = 409, LIVE_RIDES
    live = world.caller.call("DELETE", path)
    group.reply("an unfinished ride", live, 409, "has_live_rides")
    group.equal("the rides", live.json["rides"], LIVE_RIDES["rides"])
    group.reply("a dry run likewise", world.caller.call("DELETE", path + "?dry_run=true"), 409, "has_live_rides")
    world.guests.says = 403, {"code": "scope_missing"}
    group.reply("a key that booking-api refuses", world.caller.call("DELETE", path), 503, "booking_failed")
    world.guests.says = 200, NOTHING
    group.reply("the user is known", world.caller.get(path), 200)


def erased(world, group):
    """One person is erased, the other one is not."""
    whole(world)
    person, other = known(world), known(world)
    path = f"/v1/users/courier/{person}"
    message = world.caller.post("/v1/messages", {"bot": "courier", "chat_id": person, "text": "one more"}).json["id"]
    wait_until("it has left", 10, lambda: world.caller.get(f"/v1/messages/{message}").json["status"] == "sent")
    world.guests.asked.clear()
    world.guests.searched.clear()
    would = world.caller.call("DELETE", path + "?dry_run=true")
    group.reply("a dry run", would, 200)
    group.equal("the calls", [one[0] for one in world.guests.asked], ["/v1/guests/erase?dry_run=true"])
    group.reply("it has no effect", world.caller.get(path), 200)
    reply = world.caller.call("DELETE", path, headers={"If-Match": world.caller.get(path).headers["ETag"]})
    group.reply("erased", reply, 200)
    group.equal("the dry run", reply.json["erased"], would.json["would"]["erased"])
    group.expect(all(reply.json["erased"][table] >= 1 for table in ("person", "message", "update", "sending", "recipient")),
                 f"{reply.json}")
    group.equal("services", reply.json["services"], {"booking-api": "erased", "search-api": "erased"})
    group.equal("found by search-api", reply.json["erased"]["search.document"], 3)
    documents = f"/v1/documents?user_id={person}&bot=courier&without_bot=true"
    group.equal("the request to search-api", [one[0] for one in world.guests.searched], [documents + "&dry_run=true", documents])
    group.equal("the API key", {one[1]["X-API-Key"] for one in world.guests.searched}, {world.key})
    for asked in world.guests.asked[1:]:
        group.equal("the request to booking-api", asked[:2], ("/v1/guests/erase", {"telegram_id": person}))
        group.equal("the actor", (asked[2]["X-API-Key"], asked[2].get("X-Actor")), (world.key, None))
    group.reply("the user is unknown", world.caller.get(path), 404, "not_found")
    group.equal("the texts", world.caller.get(f"/v1/chats/courier/{person}/messages").json["items"], [])
    left = world.caller.get(f"/v1/messages/{message}")
    group.equal("the caller's message", (left.status, left.json["status"], left.json["chat_id"]), (200, "sent", 0))
    group.equal("in the audit", world.stand.sql(f"SELECT action FROM bot.audit WHERE resource_id = '{reply.json['id']}'"), "user.erase")
    group.reply("the other one", world.caller.get(f"/v1/users/courier/{other}"), 200)
    group.equal("the messages of the person", len(world.caller.get(f"/v1/chats/courier/{other}/messages").json["items"]), 2)
    again = world.caller.call("DELETE", path)
    group.reply("again", again, 200)
    group.equal("no row is left", {name for name, count in again.json["erased"].items() if count}, {"search.document"})


def unsearched(world, group):
    """search-api is down, or the bot's key lacks a scope: the answer is an error, and a repeated request continues."""
    whole(world)
    person = known(world)
    path = f"/v1/users/courier/{person}"
    world.guests.says = 200, NOTHING
    for says in ((503, {}), (403, {"code": "scope_missing"}), (200, {"erased": 3})):
        world.guests.finds = says
        group.reply(f"a dry run, {says[0]}", world.caller.call("DELETE", path + "?dry_run=true"), 503, "search_failed")
        group.reply(f"{says[0]}", world.caller.call("DELETE", path), 503, "search_failed")
        group.reply("the user is unknown", world.caller.get(path), 404, "not_found")
    world.guests.finds = 200, DOCUMENTS
    reply = world.caller.call("DELETE", path)
    group.reply("it is restored", reply, 200)
    group.equal("the receipt", (reply.json["services"]["search-api"], reply.json["erased"]["search.document"]), ("erased", 3))


GROUPS = [("users: listed", listed), ("users: refused", refused), ("users: erased", erased),
          ("users: search-api does not answer", unsearched)]
