# SPDX-License-Identifier: MIT
"""/v1/forwards and their deliveries: signed, in order, retried until accepted."""

import base64
import itertools
import json
import re
import secrets
import threading
import time

import users
from check import NOBODY, Made
from receiver import SOON, Receiver, verifier
from stand import free_port, timed, wait_until
from telegram import TOKEN

NUMBERS = itertools.count(70001)
LATE_SECONDS = 15  # on a busy machine
CALL_SECONDS, CALLS_MAX = 10, 4  # of the service: its timeout, and its number of simultaneous calls


def secret_made(count=32):
    return "whsec_" + base64.b64encode(secrets.token_bytes(count)).decode()


def body_of(url, secret=None, **more):
    return {"bot": "courier", "url": url, "secret": secret or secret_made(), **more}


class Forwards(Made):
    def __init__(self, world):
        super().__init__(world, "/v1/forwards")

    def make(self, url, **more):
        return self.post(body_of(url, **more))


def say(world, chat, text="hi", raw=None, **about):
    """Delivers an update to `courier`; returns its number."""
    number = next(NUMBERS)
    about = about or {"message": {"chat": {"id": chat, "type": "group"}, "from": {"id": chat}, "text": text}}
    body = raw.replace(b"NUMBER", str(number).encode()) if raw else json.dumps({"update_id": number, **about}).encode()
    reply = world.hook(body, path="/telegram/courier")
    if reply.status != 200:
        raise AssertionError(f"the webhook answers {reply.status}")
    return number


def nothing_left(world, seconds=SOON):
    """Waits until all updates are handled and delivered."""
    wait_until("nothing is left", seconds, lambda: world.stand.sql(
        "SELECT (SELECT count(*) FROM bot.delivery) + (SELECT count(*) FROM bot.update WHERE status = 'received')") == "0")


def made(world, group):
    """Forwards are created, shown without their secret and deleted, with the right scopes."""
    secret = secret_made(24)
    body = body_of("http://127.0.0.1:1/webhook/a", secret, match={"kinds": ["message"], "commands": ["pay"], "chat_ids": [7, -100], "text_prefix": "/pay"})
    dry = world.caller.post("/v1/forwards?dry_run=true", body)
    group.equal("a dry run", (dry.status, dry.json["would"]["status"]), (200, "active"))
    before = world.caller.get("/v1/forwards").json["items"]
    group.equal("nothing was created", [one["id"] for one in before], [world.ids["forwards"]])
    reply = world.caller.post("/v1/forwards", body, headers={"Idempotency-Key": "f-1"})
    group.reply("one", reply, 201)
    one = reply.json
    group.equal("as requested", (one["bot"], one["match"], one["url"], one["status"]), ("courier", body["match"], body["url"], "active"))
    group.equal("no action is allowed", one["allowed_actions"], [])
    again = world.caller.post("/v1/forwards", body, headers={"Idempotency-Key": "f-1"})
    group.equal("the same key", (again.status, again.json["id"], again.headers.get("Idempotent-Replay")), (201, one["id"], "true"))
    every = world.make("/v1/forwards", body_of("https://hooks.example.com/x", match={}))
    group.equal("an empty match", every["match"], None)
    path = f"/v1/forwards/{one['id']}"
    group.equal("where it is", reply.headers.get("Location"), path)
    shown = world.caller.get(path)
    group.equal("the same later", shown.json, one)
    group.reply("not changed", world.caller.get(path, headers={"If-None-Match": shown.headers["ETag"]}), 304)
    group.equal("a list", [item["id"] for item in world.caller.get("/v1/forwards").json["items"]], [every["id"], one["id"], world.ids["forwards"]])
    group.equal("a page", world.caller.get("/v1/forwards?limit=1").json["items"], [every])
    group.equal("of a bot", len(world.caller.get("/v1/forwards?bot=courier").json["items"]), 2)
    group.equal("of another", world.caller.get("/v1/forwards?bot=apartments").json["items"], before)
    answers = json.dumps([world.caller.get("/v1/forwards").json, shown.json, reply.json])
    group.expect("whsec_" not in answers and secret[6:] not in answers, "the secret is shown")
    kept = world.stand.sql("SELECT count(*) FROM bot.idempotency WHERE body LIKE '%whsec%'")
    group.equal("it is not in a stored answer", kept, "0")
    other = world.key_of(tenant="second")
    group.reply("another tenant's bot", other.post("/v1/forwards", body), 422, "unknown_bot")
    group.reply("another tenant", other.get(path), 404, "not_found")
    group.reply("its list", other.get("/v1/forwards"), 200)
    group.equal("which is empty", other.get("/v1/forwards").json["items"], [])
    group.reply("its DELETE", other.call("DELETE", path), 404, "not_found")
    group.reply("an unknown id", world.caller.get(f"/v1/forwards/{NOBODY}"), 404, "not_found")
    group.reply("another version", world.caller.call("DELETE", path, headers={"If-Match": '"9.x"'}), 412, "version_mismatch")
    dry = world.caller.call("DELETE", f"{path}?dry_run=true")
    group.equal("the result of the dry run", (dry.status, dry.json), (200, {"would": {"deleted": one["id"]}}))
    group.reply("it is there", world.caller.get(path), 200)
    for number in (one["id"], every["id"]):
        group.reply("deleted", world.caller.call("DELETE", f"/v1/forwards/{number}"), 204)
        group.reply("deleted again", world.caller.call("DELETE", f"/v1/forwards/{number}"), 404, "not_found")
    group.equal("nothing is left", world.stand.sql(f"SELECT count(*) FROM bot.receiver WHERE id <> '{world.ids['forwards']}'"), "0")


def refused(world, group):
    """Refused forwards."""
    good = body_of("http://127.0.0.1:1/webhook/a")
    for why, change, code in (
        ("no bot", {"bot": None}, "required"), ("an unknown one", {"bot": "nobody"}, "unknown_bot"),
        ("no address", {"url": None}, "required"), ("no secret", {"secret": None}, "required"),
        ("plain http", {"url": "http://hooks.example.com/x"}, "url_not_allowed"),
        ("a private address", {"url": "https://10.1.2.3/x"}, "url_not_allowed"),
        ("an internal host, but no webhook", {"url": "http://127.0.0.1:1/rest/login"}, "url_not_allowed"),
        ("the same through a webhook", {"url": "http://127.0.0.1:1/webhook/../rest"}, "url_not_allowed"),
        ("metadata", {"url": "https://169.254.169.254/latest"}, "url_not_allowed"),
        ("this machine", {"url": "http://localhost:5678/x"}, "url_not_allowed"),
        ("this machine as IPv6", {"url": "http://[::1]:5678/x"}, "url_not_allowed"),
        ("no address at all", {"url": "here and there"}, "bad_url"), ("another scheme", {"url": "ftp://127.0.0.1/x"}, "bad_url"),
        ("a password", {"url": "https://u:p@hooks.example.com/"}, "bad_url"), ("too long", {"url": "https://" + "a" * 500}, "too_long"),
        ("too long in bytes", {"url": "https://hooks.example.com/" + "қ" * 300}, "bad_url"),
        ("a secret without its prefix", {"secret": secret_made()[6:]}, "bad_secret"),
        ("a short one", {"secret": secret_made(23)}, "bad_secret"), ("a long one", {"secret": secret_made(65)}, "bad_secret"),
        ("no kinds", {"match": {"kinds": []}}, "too_short"), ("an unknown kind", {"match": {"kinds": ["mail"]}}, "unknown_value"),
        ("a kind that never comes", {"match": {"kinds": ["chat_member"]}}, "unknown_value"),
        ("too many chats", {"match": {"chat_ids": list(range(1, 102))}}, "too_many"),
        ("an unknown member", {"match": {"words": ["a"]}}, "unknown_field"),
    ):
        body = {name: value for name, value in {**good, **change}.items() if value is not None}
        group.reply(why, world.caller.post("/v1/forwards", body), 422, code)
    several = world.caller.post("/v1/forwards", body_of("http://example.com/x", "whsec_x", bot="nobody", match={"kinds": ["chat_member"]}))
    group.reply("several at once", several, 422, "invalid")
    group.equal("all problems are listed", [one["field"] for one in several.json["errors"]], ["match/kinds/0", "bot", "url", "secret"])
    document = json.dumps(world.operations.document["components"]["schemas"]["ForwardMatch"]["properties"]["kinds"])
    kinds = re.findall(r"[a-z_]+", re.search(r"One of (.*?) \(", document).group(1))
    dry = world.caller.post("/v1/forwards?dry_run=true", {**good, "match": {"kinds": kinds}})
    group.equal("the kinds of the document", (len(kinds), dry.status), (21, 200))
    with Forwards(world) as forwards:
        for _ in range(32):
            forwards.make("http://127.0.0.1:1/webhook/a")
        group.reply("one too many", world.caller.post("/v1/forwards", good), 409, "too_many_forwards")
        group.reply("another bot's", world.caller.post("/v1/forwards?dry_run=true", {**good, "bot": "apartments"}), 200)


def delivered(world, group):
    """The update arrives unchanged, and the library of Standard Webhooks accepts its signature."""
    receiver, secret = Receiver(), secret_made()
    checks = verifier(secret)
    with Forwards(world) as forwards:
        forwards.make(receiver.root + "/a", secret=secret)
        raw = b'{ "update_id":NUMBER,\n "message":{"chat":{"id":-31},"from":{"id":5},"text":"\\u0421\xd3\x99\xd0\xbb\xd0\xb5\xd0\xbc <b>","x":1e2,"x":[ ]} }'
        number = say(world, -31, raw=raw)
        one = receiver.wait("/a", 1)[0]
        group.equal("byte for byte", one["body"], b'{"bot":"courier","update":' + raw.replace(b"NUMBER", str(number).encode()) + b"}")
        checks.verify(one["body"], one["headers"])
        group.equal("its key", one["headers"]["idempotency-key"], f"courier:{number}")
        group.equal("its type", one["headers"]["content-type"], "application/json")
        try:
            checks.verify(one["body"] + b" ", one["headers"])
            group.expect(False, "another body has the same signature")
        except Exception:  # noqa: BLE001 (the library's own)
            group.expect(True, "")
        world.hook(b'{"update_id":' + str(number).encode() + b',"message":{"chat":{"id":-31}}}', path="/telegram/courier")
        world.hook(b'{"update_id":79999,"message":', path="/telegram/courier")
        person = world.telegram.person(next(NUMBERS))
        tap = {"callback_query": {"id": "1", "from": {"id": person}, "message": {"message_id": 1, "chat": {"id": person}}, "data": "a:on-the-way"}}
        numbers = [say(world, person, **tap), say(world, person, message={
            "chat": {"id": person, "type": "private"}, "from": {"id": person, "language_code": "en"}, "text": "/help",
            "entities": [{"type": "bot_command", "offset": 0, "length": 5}]})]
        last = say(world, -31, poll={"id": "1"})
        receiver.wait("/a", 4)
        nothing_left(world)
        group.equal("each once, unreadable ones never", sorted(receiver.numbers("/a")), sorted([number, *numbers, last]))
        group.equal("a tap", json.loads(next(each["body"] for each in receiver.got("/a") if b"a:on-the-way" in each["body"]))["update"]["callback_query"]["data"], "a:on-the-way")
        group.equal("ids", len({each["headers"]["webhook-id"] for each in receiver.got("/a")}), 4)
        wait_until("the dialogue answers too", SOON, lambda: world.telegram.messages(person))
    receiver.stop()


def files(world, group):
    """Case: File forwarded to n8n or a browser. A picture is referred to by file_id. No URL with the token is sent."""
    receiver = Receiver()
    with Forwards(world) as forwards:
        forwards.make(receiver.root + "/a")
        say(world, -32, message={"chat": {"id": -32}, "from": {"id": 5}, "caption": "x", "photo": [{"file_id": "AgACAgIAAx", "file_unique_id": "A", "width": 9, "height": 9}]})
        body = receiver.wait("/a", 1)[0]["body"]
        group.expect(b"AgACAgIAAx" in body, "the file_id is missing")
        everything = body + json.dumps(receiver.all[0]["headers"]).encode()
        group.expect(TOKEN.encode() not in everything and b"api.telegram.org" not in everything and b"/file/bot" not in everything, "a token was sent")
    receiver.stop()


def matched(world, group):
    """Each forward gets the updates that match."""
    receiver = Receiver()
    with Forwards(world) as forwards:
        for path, match in (("/all", None), ("/kinds", {"kinds": ["edited_message"]}), ("/commands", {"commands": ["pay"]}),
                            ("/chats", {"chat_ids": [-34]}), ("/prefix", {"text_prefix": "order "}), ("/none", {"chat_ids": [-99]})):
            forwards.make(receiver.root + path, **({"match": match} if match else {}))
        numbers = [say(world, -33, "/pay 7"), say(world, -34, "order 7"), say(world, -33, "hi"),
                   say(world, -33, edited_message={"chat": {"id": -33}, "from": {"id": 5}, "text": "/pay 8"})]
        nothing_left(world)
        for path, wanted in (("/all", numbers), ("/kinds", numbers[3:]), ("/commands", [numbers[0], numbers[3]]),
                             ("/chats", [numbers[1]]), ("/prefix", [numbers[1]]), ("/none", [])):
            group.equal(path, sorted(receiver.numbers(path)), sorted(wanted))
        ids = {one["headers"]["webhook-id"] for one in receiver.all if json.loads(one["body"])["update"]["update_id"] == numbers[1]}
        group.equal("an id for each forward", len(ids), 3)
    receiver.stop()


def again(world, group):
    """Case: n8n down/slow. A refused delivery is repeated unchanged, before later ones of its chat; the webhook is not affected."""
    shown = threading.Event()

    def react(path, nth, _):
        if path == "/first" and nth == 0:
            return 500, {}, 0
        if path == "/later" and not shown.is_set():
            return 503, {"Retry-After": "4"}, 0
        return 200, {}, 0
    receiver = Receiver(react)
    with Forwards(world) as forwards:
        forwards.make(receiver.root + "/first")
        second = forwards.make(receiver.root + "/later")
        numbers = [say(world, -35, str(n)) for n in range(3)]
        receiver.wait("/later", 1)
        path = f"/v1/forwards/{second['id']}"
        wait_until("it shows", SOON, lambda: world.caller.get(path).json["status"] == "failing")
        group.equal("why", world.caller.get(path).json["last_error"], "status_503")
        shown.set()
        nothing_left(world)
        for name, least in (("/first", 2.0), ("/later", 4.0)):
            got = receiver.got(name)
            tries = len(got) - 2  # more than two if it took longer than Retry-After until it was shown
            group.expect(tries == 2 or tries > 2 and name == "/later" and not timed(), f"{name}: {tries} tries")
            group.equal(f"{name}: the order", receiver.numbers(name), [numbers[0]] * tries + numbers[1:])
            group.equal(f"{name}: the same id", got[0]["headers"]["webhook-id"], got[1]["headers"]["webhook-id"])
            group.equal(f"{name}: the same body", got[0]["body"], got[1]["body"])
            group.expect(got[0]["headers"]["webhook-timestamp"] != got[1]["headers"]["webhook-timestamp"], f"{name}: the same time")
            took = got[1]["at"] - got[0]["at"]
            group.expect(least - 0.05 <= took and (took < LATE_SECONDS or not timed()), f"{name}: again after {took:.2f} s")
        wait_until("it is active again", SOON, lambda: world.caller.get(path).json["status"] == "active")
    receiver.stop()


def gone(world, group):
    """410 disables a forward."""
    receiver = Receiver(lambda path, nth, body: (410 if path == "/a" else 200, {}, 0))
    with Forwards(world) as forwards:
        one = forwards.make(receiver.root + "/a")
        forwards.make(receiver.root + "/b")
        say(world, -36)
        wait_until("it shows", SOON, lambda: world.caller.get(f"/v1/forwards/{one['id']}").json["status"] == "disabled")
        say(world, -37)
        receiver.wait("/b", 2)
        group.equal("calls", len(receiver.got("/a")), 1)
    receiver.stop()


def beside(world, group):
    """Receivers that hang, are down or redirect do not delay others."""
    ended = threading.Event()

    def react(path, nth, body):
        if path.startswith("/hangs"):
            ended.wait()
        return (302, {"Location": "/stolen"}, 0) if path == "/elsewhere" else (200, {}, 0)
    receiver = Receiver(react)
    with Forwards(world) as forwards:
        for number in range(6):
            forwards.make(receiver.root + f"/hangs{number}")
        forwards.make(f"http://127.0.0.1:{free_port()}/webhook/dead")
        forwards.make(receiver.root + "/elsewhere")
        forwards.make(receiver.root + "/good")
        began = time.monotonic()
        numbers = [say(world, -1000 - n % 10) for n in range(60)]
        receiver.wait("/good", 60, 20)
        hanging = [len(receiver.got(f"/hangs{number}")) for number in range(6)]
        took = time.monotonic() - began
        group.expect(took < 10 or not timed(), f"the working receiver waited {took:.1f} s")
        group.equal("each once", sorted(receiver.numbers("/good")), numbers)
        most = CALLS_MAX * (1 + int(took / CALL_SECONDS))
        group.expect(max(hanging) <= most, f"more than {CALLS_MAX} calls at once: {hanging} in {took:.1f} s")
        group.equal("the redirect", receiver.got("/stolen"), [])
    ended.set()
    receiver.stop()


def killed(world, group):
    """kill -9 during calls: everything arrives in order, repeated deliveries with the same id."""
    ended = threading.Event()

    def react(path, nth, body):
        if 0 < nth < 4:  # in progress when the service is killed
            ended.wait()
        return 200, {}, 0.1
    receiver = Receiver(react)
    with Forwards(world) as forwards:
        forwards.make(receiver.root + "/a")
        numbers = {chat: [say(world, chat, str(n)) for n in range(8)] for chat in (-41, -42, -43)}
        receiver.wait("/a", 4)
        world.service.kill()
        ended.set()
        world.caller.close()
        under_way = int(world.stand.sql("SELECT count(*) FROM bot.delivery_lane WHERE leased_by IS NOT NULL"))
        group.expect(under_way > 0, "no call was in progress")
        world.stand.sql("UPDATE bot.delivery_lane SET due_at = now() WHERE leased_by IS NOT NULL")  # the leases end
        world.service.start()
        nothing_left(world, 30)
        seen, ids = {chat: [] for chat in numbers}, {}
        for one in receiver.got("/a"):
            update = json.loads(one["body"])["update"]
            chat, number = update["message"]["chat"]["id"], update["update_id"]
            ids.setdefault(number, set()).add(one["headers"]["webhook-id"])
            if number not in seen[chat]:
                seen[chat].append(number)
        group.equal("all, in the order of their chats", seen, numbers)
        group.expect(all(len(each) == 1 for each in ids.values()), "an id changed")
        group.expect(24 <= len(receiver.got("/a")) <= 24 + under_way, f"{len(receiver.got('/a'))} calls")
    receiver.stop()


def changed(world, group):
    """PATCH changes match and exclusive, and nothing else."""
    with Forwards(world) as forwards:
        one = forwards.make("http://127.0.0.1:1/webhook/a", match={"kinds": ["message"], "commands": ["pay"]})
        path = f"/v1/forwards/{one['id']}"
        group.equal("not exclusive by default", one["exclusive"], False)
        group.equal("exclusive from the start", world.caller.post("/v1/forwards?dry_run=true", body_of("http://127.0.0.1:1/webhook/a", exclusive=True)).json["would"]["exclusive"], True)
        dry = world.caller.call("PATCH", path + "?dry_run=true", {"exclusive": True})
        group.equal("a dry run", (dry.status, dry.json["would"]["exclusive"], world.caller.get(path).json), (200, True, one))
        reply = world.caller.call("PATCH", path, {"exclusive": True})
        group.reply("exclusive", reply, 200)
        group.equal("the rest remains", reply.json, {**one, "exclusive": True, "version": 2})
        group.equal("shown so", world.caller.get(path).json, reply.json)
        group.equal("in a list too", world.caller.get("/v1/forwards?limit=1").json["items"], [reply.json])
        merged = world.caller.call("PATCH", path, {"match": {"commands": None, "chat_ids": [7]}})
        group.equal("a merged match", (merged.status, merged.json["match"], merged.json["exclusive"]), (200, {"kinds": ["message"], "chat_ids": [7]}, True))
        group.equal("no match", world.caller.call("PATCH", path, {"match": None}).json["match"], None)
        group.equal("no change has a version too", world.caller.call("PATCH", path, {}).json["version"], 5)
        for why, body, code in (("no boolean", {"exclusive": "yes"}, "wrong_type"), ("null", {"exclusive": None}, "required"),
                                ("a url", {"url": "https://hooks.example.com/x"}, "unknown_field"), ("a secret", {"secret": secret_made()}, "unknown_field"),
                                ("a bot", {"bot": "apartments"}, "unknown_field"), ("an unknown kind", {"match": {"kinds": ["mail"]}}, "unknown_value")):
            group.reply(why, world.caller.call("PATCH", path, body), 422, code)
        group.reply("another version", world.caller.call("PATCH", path, {}, headers={"If-Match": '"1.x"'}), 412, "version_mismatch")
        group.reply("an unknown id", world.caller.call("PATCH", f"/v1/forwards/{NOBODY}", {}), 404, "not_found")
        group.reply("another tenant", world.key_of(tenant="second").call("PATCH", path, {}), 404, "not_found")
        audit = world.stand.sql("SELECT count(*) FROM bot.audit WHERE action = 'forward.update'")
        group.equal("audited", audit, "4")


def command(person, text):
    """A message of a person with a command."""
    return {"message_id": next(NUMBERS), "date": 1, "chat": {"id": person, "type": "private"}, "from": {"id": person, "is_bot": False, "first_name": "A", "language_code": "ru"}, "text": text,
            "entities": [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}]}


def exclusive(world, group):
    """Case: n8n down/slow. An exclusive forward takes the matching updates over, also while it is down and over kill -9; without it the
    dialogue answers."""
    down = threading.Event()
    receiver = Receiver(lambda path, nth, body: (503 if down.is_set() and path == "/a" else 200, {}, 0))
    person = world.telegram.person(next(NUMBERS))
    with Forwards(world) as forwards:
        one = forwards.make(receiver.root + "/a", match={"commands": ["pay"]}, exclusive=True)
        forwards.make(receiver.root + "/b")
        numbers = [say(world, person, message=command(person, "/pay 7")), say(world, person, message=command(person, "/help"))]
        nothing_left(world)
        wait_until("the dialogue answers the other command", SOON, lambda: world.telegram.messages(person))
        group.equal("what matches goes to it alone", (receiver.numbers("/a"), receiver.numbers("/b")), (numbers[:1], numbers[1:]))
        group.equal("and is not answered", len(world.telegram.messages(person)), 1)
        down.set()
        late = [say(world, person, message=command(person, f"/pay {n}")) for n in range(3)]
        receiver.wait("/a", 2)
        world.service.kill()
        world.caller.close()
        world.stand.sql("UPDATE bot.delivery_lane SET due_at = now() WHERE leased_by IS NOT NULL")  # the leases end
        world.service.start()
        group.equal("they wait", world.stand.sql("SELECT count(*) FROM bot.delivery"), "3")
        group.equal("the person sees nothing meanwhile", len(world.telegram.messages(person)), 1)
        down.clear()
        nothing_left(world, 30)
        taken = [number for number in receiver.numbers("/a") if number in late]
        group.equal("all of them, in order", sorted(set(taken)), late)
        group.equal("none of them elsewhere", [number for number in receiver.numbers("/b") if number in late], [])
        down.set()
        gone = [say(world, person, message=command(person, "/pay 9"))]
        wait_until("it fails", SOON, lambda: world.caller.get(f"/v1/forwards/{one['id']}").json["status"] == "failing")
        group.reply("deleted with what waits", world.caller.call("DELETE", f"/v1/forwards/{one['id']}"), 204)
        forwards.ids.remove(one["id"])
        last = say(world, person, message=command(person, "/pay 10"))
        nothing_left(world)
        wait_until("the dialogue answers again", SOON, lambda: len(world.telegram.messages(person)) == 2)
        group.equal("from the next update on", [number for number in receiver.numbers("/b") if number in (*gone, last)], [last])
    receiver.stop()


def whole_bot(world, group):
    """A bot of the type flow, made by HTTP alone: a menu, a choice by buttons, and an erasure. No dialogue of ours answers."""
    world.stand.sql("UPDATE bot.bot SET bot_type = 'flow' WHERE name = 'courier'")
    wait_until("the type is known", SOON, lambda: world.shown("courier"))
    time.sleep(0.3)  # BOTS_INTERVAL is 100 ms
    caller, person = world.caller, world.telegram.person(next(NUMBERS))
    dishes = {"soup": "Суп", "tea": "Чай"}
    orders = []

    def send(text, buttons=None):
        reply = caller.post("/v1/messages", {"bot": "courier", "chat_id": person, "text": text, **({"buttons": buttons} if buttons else {})})
        if reply.status != 202:
            raise AssertionError(f"the message is refused: {reply.json}")

    def step(body):
        """What a workflow does with an update."""
        told = json.loads(body)["update"]
        if told.get("message", {}).get("text", "").startswith("/start"):
            send("Что приготовить?", [[{"text": name, "action": action}] for action, name in dishes.items()])
        elif "callback_query" in told:
            orders.append(told["callback_query"]["data"].removeprefix("a:"))
            send(f"Готовим: {dishes[orders[-1]]}")
        elif "text" in told.get("message", {}):
            send("Напишите /start")
    handled = threading.Lock()

    def react(path, nth, body):
        with handled:
            step(body)
        return 200, {}, 0
    receiver = Receiver(react)
    try:
        with Forwards(world) as forwards:
            forwards.make(receiver.root + "/kitchen")
            say(world, person, message=command(person, "/start"))
            wait_until("the menu", SOON, lambda: len(world.telegram.messages(person)) == 1)
            menu = world.telegram.messages(person)[0]
            group.equal("the menu", menu["text"], "Что приготовить?")
            keys = [key for row in menu["reply_markup"]["inline_keyboard"] for key in row]
            group.equal("its buttons", [key["text"] for key in keys], list(dishes.values()))
            say(world, person, callback_query={"id": "77", "from": {"id": person, "is_bot": False, "first_name": "A"}, "data": keys[1]["callback_data"],
                                               "message": {"message_id": menu["message_id"], "date": 1, "chat": {"id": person, "type": "private"}, "text": "x"}})
            wait_until("the order", SOON, lambda: len(world.telegram.messages(person)) == 2)
            say(world, person, message={**command(person, "кто здесь?"), "entities": []})
            wait_until("the hint", SOON, lambda: len(world.telegram.messages(person)) == 3)
            nothing_left(world)
            group.equal("what the person sees", [one["text"] for one in world.telegram.messages(person)], ["Что приготовить?", "Готовим: Чай", "Напишите /start"])
            group.equal("what was ordered", orders, ["tea"])
            shown = caller.get(f"/v1/users/courier/{person}")
            group.equal("the user", (shown.status, shown.json["language"], shown.json["reachable"]), (200, "ru", True))
            history = caller.get(f"/v1/chats/courier/{person}/messages").json["items"]
            group.expect({"/start", "кто здесь?", "Готовим: Чай"} <= {one["text"] for one in history}, "the history is not whole")
            group.reply("no texts of ours", caller.post("/v1/messages", {"bot": "courier", "chat_id": person, "template": "start"}), 422, "unknown_template")
            users.whole(world)
            group.reply("the erasure", caller.call("DELETE", f"/v1/users/courier/{person}"), 200)
            group.reply("no user", caller.get(f"/v1/users/courier/{person}"), 404, "not_found")
            group.equal("no message", caller.get(f"/v1/chats/courier/{person}/messages").json["items"], [])
    finally:
        world.stand.sql("UPDATE bot.bot SET bot_type = 'apartments' WHERE name = 'courier'")
        time.sleep(0.3)
        receiver.stop()


GROUPS = [("forwards: made", made), ("forwards: changed", changed), ("forwards: exclusive", exclusive), ("forwards: a whole bot", whole_bot), ("forwards: refused", refused), ("forwards: delivered", delivered),
          ("forwards: File forwarded to n8n or a browser", files), ("forwards: matched", matched), ("forwards: again", again),
          ("forwards: gone", gone), ("forwards: beside", beside), ("forwards: killed", killed)]
