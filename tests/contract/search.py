# SPDX-License-Identifier: MIT
"""The routes of search-api, beyond what every service has."""

import contextlib
import json
import os
import socket
import threading
import time

import search_private
import search_vectors
from check import World, day, tenge
from http_server import Handler, served
from stand import ROOT, TENANT, SteadyClient, built, patience, timed, wait_until

WHEN = "2026-01-02T03:04:05Z"


def document(name, text="Можно ли приехать раньше двух?", **other):
    return {"id": name, "version": 1, "text": text, "sent_at": WHEN, **other}


class Found(World):
    """With one document, and booking-api with the apartments of its demo."""

    def __init__(self, stand):
        program = built("services/booking-api/booking-api", os.environ.get("TEST_BUILD", "release"))
        stand.run("--migrate", role="tapbot_migrator", binary=program)
        stand.load("booking-api")
        self.booking = stand.service(binary=program, DATABASE_URL=stand.url("booking_runtime"))
        super().__init__(stand, BOOKING_URL=f"http://127.0.0.1:{self.booking.port}")
        self.booking_caller = SteadyClient(self.booking.port, self.key)
        # A new instance reports degraded results until its background tasks have run once.
        wait_until("messages are searched", 60, lambda: not search(self.caller, "приехать")["degraded"])
        self.sound = {"/v1/documents": document("sound"), "/v1/search/messages": {"query": "приехать"}, "/v1/search/apartments": {"query": "двушка"}}


def written(indexed, unchanged):
    return {"indexed": indexed, "unchanged": unchanged, "refused": [], "refused_more": 0}


def versions(world, group):
    """The highest version of an id is stored, in whatever order versions come."""
    caller = world.key_of(tenant="versions")
    for why, version, wanted in (
        ("new", 2, written(1, 0)), ("the same", 2, written(0, 1)), ("an older one", 1, written(0, 1)), ("a newer one", 3, written(1, 0)),
    ):  # fmt: skip
        reply = caller.post("/v1/documents", {**document("a", f"text {version}"), "version": version})
        group.equal(why, (reply.status, reply.json), (200, wanted))
    stored = world.stand.sql("SELECT string_agg(version || ' ' || text, ';') FROM search.document WHERE id = 'a'")
    group.equal("stored", stored, "3 text 3")
    items = [{**document("b", f"text {version}"), "version": version} for version in (1, 3, 2)]
    group.equal("three of one id", caller.post("/v1/documents", {"items": items}).json, written(1, 2))
    stored = world.stand.sql("SELECT version || ' ' || text FROM search.document WHERE id = 'b'")
    group.equal("the highest of them", stored, "3 text 3")
    group.equal("counted", caller.get("/v1/index").json["documents"], 2)
    reply = caller.post("/v1/documents?dry_run=true", document("c"))
    group.equal("a dry run", (reply.status, reply.json), (200, {"would": written(1, 0)}))
    group.equal("leaves nothing", caller.get("/v1/index").json["documents"], 2)


def terms(world, group):
    """Terms are folded, five letters of the stem; a phone is one term."""
    world.caller.post("/v1/documents", document("terms", "Қалада ЁЛКА стоит, звоните +7 701 123-45-67 o'reilly"))
    stored = world.stand.sql("SELECT terms::text || ' ' || length FROM search.document WHERE id = 'terms'")
    group.equal("terms", stored, "'77011234567' 'o' 'reill' 'елк' 'звон' 'калад' 'сто' 7")


def refused(world, group):
    many = [document(f"x{number}", "x") for number in range(501)]
    for why, body, fields in (
        ("nothing", {}, [(name, "required") for name in ("id", "version", "text", "sent_at")]),
        ("an id with a blank", document("a b"), [("id", "bad_document_id")]),
        ("no id", document(""), [("id", "blank")]),
        ("too long an id", document("a" * 201), [("id", "bad_document_id")]),
        ("an id with other letters", document("я"), [("id", "bad_document_id")]),
        ("a blank text", document("a", " "), [("text", "blank")]),
        ("a long text", document("a", "я" * 4097), [("text", "too_long")]),
        ("a version below 0", {**document("a"), "version": -1}, [("version", "out_of_range")]),
        ("no time", {**document("a"), "sent_at": "yesterday"}, [("sent_at", "bad_time")]),
        ("a future time", {**document("a"), "sent_at": "2099-01-01T00:00:00Z"}, [("sent_at", "in_the_future")]),
        ("a time before 1970", {**document("a"), "sent_at": "1970-01-01T00:00:00+05:00"}, [("sent_at", "bad_time")]),
        ("another language", document("a", language="de"), [("language", "unknown_value")]),
        ("another field", document("a", colour="red"), [("colour", "unknown_field")]),
        ("no list", {"items": {}}, [("items", "wrong_type")]),
        ("one of several", {"items": [document("a"), document("a b")]}, [("items/1/id", "bad_document_id")]),
        ("too many", {"items": many}, [("items", "too_many")]),
    ):  # fmt: skip
        reply = world.caller.post("/v1/documents", body)
        group.reply(why, reply, 422, fields=fields)
    for why, query, fields in (
        ("no person", "", [("user_id", "required")]),
        ("no number", "?user_id=x", [("user_id", "wrong_type")]),
        ("another parameter", "?user_id=1&chat_id=2", [("chat_id", "unknown_parameter")]),
    ):
        group.reply(why, world.caller.call("DELETE", f"/v1/documents{query}"), 422, fields=fields)


def bots(world, group):
    """A name of a bot is refused where its description excludes it, and nowhere else."""
    schema, schemas = world.operations.schema, world.operations.document["components"]["schemas"]
    parameters = world.operations.all["DELETE", "/v1/documents"]["parameters"]
    of_query = next(one["schema"] for one in parameters if one.get("name") == "bot")
    for name, fits in (("one_2-b", True), ("One", False), ("one--two", False), ("-one", False), ("a" * 64, True), ("a" * 65, False)):
        for method, path, body, described in (
            ("POST", "/v1/documents?dry_run=true", document("bots", bot=name), schemas["Document"]),
            ("POST", "/v1/search/messages", {"query": "парковка", "bot": name}, schemas["Search"]),
            ("DELETE", f"/v1/documents?user_id=1&dry_run=true&bot={name}", None, of_query),
        ):
            reply = world.caller.call(method, path, body)
            accepted = not schema.faults(body or name, described)
            group.equal(f"{method} {path[:20]} {name[:10]}", (reply.status, accepted), (200 if fits else 422, fits))


STREAM = {"Content-Type": "application/x-ndjson; charset=utf-8"}


def lines(*documents):
    return b"".join(json.dumps(one, ensure_ascii=False).encode() + b"\n" for one in documents)


def chunked(data, size):
    for at in range(0, len(data), size):
        yield data[at : at + size]


def stream(world, group):
    caller = world.key_of(tenant="stream")
    many = [document(f"s{number}", f"Сообщение {number}: {'ещё слово ' * (number % 40)}") for number in range(1200)]
    body = lines(*many)
    reply = caller.post("/v1/documents", body, headers=STREAM)
    group.equal("several batches", (reply.status, reply.json), (200, written(1200, 0)))
    reply = caller.post("/v1/documents", chunked(body[:-1], 777), headers=STREAM | {"Idempotency-Key": "a"})
    group.equal("repeated, in chunks, the last line without an end", reply.json, written(0, 1200))
    group.equal("counted", caller.get("/v1/index").json["documents"], 1200)
    group.equal("nothing", caller.post("/v1/documents", b"", headers=STREAM).json, written(0, 0))
    group.equal("blank lines", caller.post("/v1/documents", b"\r\n \t\n\n", headers=STREAM).json, written(0, 0))
    reply = caller.post("/v1/documents", lines({**many[0], "version": 3}, {**many[0], "version": 2}), headers=STREAM)
    group.equal("two of one id", reply.json, written(1, 1))


def refused_lines(world, group):
    caller = world.key_of(tenant="refused-lines")
    good = lines(document("good"))
    for why, bad, code, field in (
        ("no JSON", b"{]\n", "bad_json", None),
        ("no object", b"[]\n", "not_an_object", None),
        ("no text", lines({"id": "a", "version": 1, "sent_at": WHEN}), "required", "text"),
        ("a bad id", lines(document("a b")), "bad_document_id", "id"),
        ("a future time", lines({**document("a"), "sent_at": "2099-01-01T00:00:00Z"}), "in_the_future", "sent_at"),
        ("a list", lines({"items": [document("a")]}), "unknown_field", "items"),
        ("broken bytes", b'{"id":"\xff"}\n', "bad_json", None),
        ("a long line", b'"' + b"a" * 65536 + b"\n", "line_too_long", None),
        ("a very long line", b"a" * 300000 + b"\n", "line_too_long", None),
    ):
        reply = caller.post("/v1/documents", b"\n" + bad + good, headers=STREAM)
        shown = [(one["line"], one["code"], one["field"]) for one in reply.json.get("refused", [])]
        group.equal(why, (reply.status, shown), (200, [(2, code, field)]))
        group.equal(f"{why}: the next one", reply.json["indexed"] + reply.json["unchanged"], 1)
    reply = caller.post("/v1/documents", b"x\n" * 100 + good, headers=STREAM)
    group.equal("many", ([one["line"] for one in reply.json["refused"]], reply.json["refused_more"]), (list(range(1, 33)), 68))
    reply = caller.post("/v1/documents", lines(*[document("a", **{"\x01" * 90: 1})] * 33), headers=STREAM)
    group.equal("names that JSON makes long", [one["field"] for one in reply.json["refused"]], ["\x01" * 90] * 32)
    for why, path, headers, status, code in (
        ("a dry run", "/v1/documents?dry_run=true", STREAM, 422, "unknown_parameter"),
        ("another type", "/v1/documents", {"Content-Type": "text/csv"}, 415, "unsupported_media_type"),
    ):
        group.reply(why, caller.post(path, good, headers=headers), status, code)
    reader = world.key_of(scopes="search:read")
    group.reply("a key that only reads", reader.post("/v1/documents", good, headers=STREAM), 403, "scope_missing")
    large = json.dumps(document("large", colour="x" * 65536)).encode()
    for why, body in (("JSON that is too large", large), ("in chunks", chunked(large, 5000))):
        group.reply(why, caller.post("/v1/documents", body), 413, "body_too_large")
    reply = caller.post("/v1/documents", chunked(json.dumps(document("in-pieces")).encode(), 7))
    group.equal("JSON in chunks", reply.json, written(1, 0))


def begun(world, caller, body, size):
    """A connection on which `body` of a stream of `size` bytes has been sent."""
    head = (f"POST /v1/documents HTTP/1.1\r\nHost: a\r\nX-API-Key: {caller.key}\r\n"
            f"Content-Type: application/x-ndjson\r\nContent-Length: {size}\r\n\r\n")  # fmt: skip
    connection = socket.create_connection(("127.0.0.1", world.service.port))
    connection.sendall(head.encode() + body)
    return connection


def slow_streams(world, group):
    """Case: A stream of documents has no end of line. It ends after 10 s; at most four streams are read at once, three of one
    tenant."""
    caller, other = world.key_of(tenant="slow-streams"), world.key_of(tenant="slow-streams-other")
    good, answer = lines(document("slow")), b""
    with contextlib.ExitStack() as opened:
        slow, since = [], 0.0

        def refused():
            nonlocal since
            if time.monotonic() > since + 5:  # on a slow machine they may end before the check
                opened.close()
                slow[:] = [opened.enter_context(begun(world, caller, good[:20], 1000)) for _ in range(3)]
                slow.append(opened.enter_context(begun(world, other, good[:20], 1000)))
                since = time.monotonic()
            return caller.post("/v1/documents", good, headers=STREAM).code, other.post("/v1/documents", good, headers=STREAM).code
        wait_until("the fifth is refused", 20, lambda: refused() == ("overloaded", "overloaded"))
        slow.pop().close()
        wait_until("another tenant has a slot again", 20, lambda: other.post("/v1/documents", good, headers=STREAM).status == 200)
        group.equal("JSON is accepted", caller.post("/v1/documents", document("json")).json, written(1, 0))
        began = time.monotonic()
        slow[0].settimeout(1)
        while not answer and time.monotonic() - began < patience(60):
            with contextlib.suppress(TimeoutError):
                slow[0].sendall(b"a")
                answer = slow[0].recv(4096)
        group.expect(b" 503 " in answer and b"deadline_exceeded" in answer, f"the slow one: {answer[:300]!r}")
    wait_until("a slot is free again", 20, lambda: caller.post("/v1/documents", good, headers=STREAM).json.get("indexed") is not None)


def broken_stream(world, group):
    """Case: A stream of documents breaks off. Written batches remain."""
    caller = world.key_of(tenant="broken-stream")
    many = [document(f"b{number}", "слово " * 30) for number in range(1000)]
    body = lines(*many)
    with begun(world, caller, body[: len(body) * 9 // 10], len(body)):
        wait_until("some are written", 20, lambda: caller.get("/v1/index").json["documents"] > 0)
    wait_until("the stream has ended", 20, lambda: "documents" in caller.get("/v1/index").json)
    reply = caller.post("/v1/documents", body, headers=STREAM).json
    group.equal("all of it again", reply["indexed"] + reply["unchanged"], 1000)
    group.expect(reply["unchanged"] > 0, "no batch was stored")
    group.equal("each is stored once", caller.get("/v1/index").json["documents"], 1000)


def erased(world, group):
    """Deletes documents of a person in one tenant, optionally of one bot; a late version does not restore any."""
    caller, other = world.key_of(tenant="erased"), world.key_of(tenant="erased-other")
    items = [document(f"e{number}", user_id=5 + number // 3, bot="one" if number % 2 else None) for number in range(4)]
    for one in (caller, other):
        group.equal("written", one.post("/v1/documents", {"items": items}).json, written(4, 0))
    for why, query, count, left in (
        ("a dry run", "user_id=5&dry_run=true", None, 4),
        ("of a bot", "user_id=5&bot=one", 1, 3),
        ("of another bot and of none", "user_id=5&bot=two&without_bot=true", 2, 1),
        ("of all", "user_id=6", 1, 0),
        ("again", "user_id=6", 0, 0),
        ("nobody", "user_id=77", 0, 0),
    ):
        reply = caller.call("DELETE", f"/v1/documents?{query}")
        if count is not None:
            group.equal(why, (reply.status, reply.json["erased"]), (200, {"document": count}))
        group.equal(f"{why}: left", caller.get("/v1/index").json["documents"], left)
    group.equal("another tenant's documents remain", other.get("/v1/index").json["documents"], 4)
    group.equal("a late version", caller.post("/v1/documents", items[0]).json, written(0, 1))
    group.equal("a new one", caller.post("/v1/documents", {**items[0], "version": 2}).json, written(1, 0))
    audited = world.stand.sql("SELECT count(*) FROM search.audit WHERE action = 'document.erase'")
    group.equal("audited if documents were deleted", audited, "3")


def too_many(world, group):
    service = world.stand.service(SEARCH_DOCUMENTS_MAX="2")
    try:
        caller = type(world.caller)(world, world.stand.key(tenant="too-many"), service.port)
        caller.post("/v1/documents", {"items": [document("a"), document("b")]})
        group.reply("one more", caller.post("/v1/documents", document("c")), 422, "too_many_documents")
        group.reply("one more in a stream", caller.post("/v1/documents", lines(document("c")), headers=STREAM), 422, "too_many_documents")
        reply = caller.post("/v1/documents", {**document("a"), "version": 2})
        group.equal("one is replaced", (reply.status, reply.json), (200, written(1, 0)))
    finally:
        service.stop()


def index(world, group):
    shown = world.caller.get("/v1/index").json
    group.equal("state", (shown["backend"], shown["normaliser"], shown["ready"], shown["lag_seconds"]),
                ("embedded", 1, True, None))  # fmt: skip
    group.equal("compared with the feed", shown["reconcile"], {"state": "waiting", "ended_at": None})
    group.equal("the service is ready", world.caller.get("/readyz", key="").json["checks"].get("index"), "up")


def rebuild(world, group):
    """A requested rebuild of the key's tenant restores all terms."""
    caller, other = world.key_of(tenant="rebuild"), world.key_of(tenant="rebuild-other")
    none, stored = {"state": "none", "done": 0, "total": 0}, "SELECT string_agg(terms::text, ',' ORDER BY id) FROM search.document"
    audited = "SELECT count(*) FROM search.audit WHERE action = 'index.rebuild'"
    before = int(world.stand.sql(audited))
    for one, names in ((caller, ("r1", "r2")), (other, ("r3",))):
        one.post("/v1/documents", {"items": [document(name, "слон") for name in names]})
        group.equal("at first", one.get("/v1/index").json["rebuild"], none)
    world.stand.sql("UPDATE search.document SET terms = '''x''' WHERE id IN ('r1', 'r2', 'r3')")
    reply = caller.post("/v1/index/rebuild?dry_run=true")
    group.equal("a dry run", (reply.status, reply.json), (200, {"would": {"state": "running", "done": 0, "total": 2}}))
    group.equal("leaves nothing", caller.get("/v1/index").json["rebuild"], none)
    reply = caller.post("/v1/index/rebuild", {})
    group.equal("started", (reply.status, reply.json), (202, {"state": "running", "done": 0, "total": 2}))
    done = {"state": "done", "done": 2, "total": 2}
    wait_until("the terms are rebuilt", 20, lambda: caller.get("/v1/index").json["rebuild"] == done)
    group.equal("stored", world.stand.sql(f"{stored} WHERE id IN ('r1', 'r2', 'r3')"), "'слон','слон','x'")
    group.equal("another tenant is not rebuilt", other.get("/v1/index").json["rebuild"], none)
    group.equal("audited", int(world.stand.sql(audited)), before + 1)
    group.reply("a field", caller.post("/v1/index/rebuild", {"all": True}), 422, fields=[("all", "unknown_field")])


def tokenizer_changed(world, group):
    """Terms of an older tokenizer are rebuilt without a request; until then searches report words_outdated."""
    caller = world.key_of(tenant="rules")
    caller.post("/v1/documents", {"items": [document(f"n{number}", "бегемот") for number in range(500)]})
    world.stand.sql("UPDATE search.document SET normaliser = 0, terms = '''x''' WHERE id LIKE 'n%'")
    wait_until("all are found", 60, lambda: len(search(caller, "бегемот", limit=100)["items"]) == 100
               and "words_outdated" not in search(caller, "бегемот")["reasons"])  # fmt: skip
    left = world.stand.sql("SELECT count(*) FROM search.document WHERE id LIKE 'n%' AND (normaliser = 0 OR terms = '''x''')")
    group.equal("none is left", left, "0")
    group.equal("reported", caller.get("/v1/index").json["outdated"], 0)


def search(caller, query, **other):
    reply = caller.post("/v1/search/messages", {"query": query, **other})
    if reply.status != 200:
        raise AssertionError(f"{query}: {reply.status} {reply.body[:400]!r}")
    return reply.json


def ids(answer):
    return [item["id"] for item in answer["items"]]


TALK = (
    ("parking", "Где можно поставить машину? Есть ли парковка во дворе?", {"chat_id": 1, "user_id": 1, "language": "ru", "bot": "one"}),
    ("quiet", "Квартира тихая, окна во двор, парковки нет", {"chat_id": 1, "user_id": 2, "language": "ru", "bot": "one"}),
    ("late", "Можно заехать поздно вечером, около одиннадцати?", {"chat_id": 2, "user_id": 3, "language": "ru"}),
    ("kazakh", "Пәтер метроға жақын ба? Қалай жетуге болады?", {"chat_id": 3, "user_id": 4, "language": "kz"}),
    ("english", "Is there parking near the building?", {"chat_id": 4, "user_id": 5, "language": "en"}),
    ("phone", "Позвоните мне +7 701 123-45-67, спасибо", {"chat_id": 5, "user_id": 6, "language": "ru"}),
)


def talk(world, tenant):
    """Frequencies are counted over all tenants, so a tenant of its own determines only the results."""
    caller = world.key_of(tenant=tenant)
    items = [document(name, text, sent_at=f"2026-01-0{number + 1}T00:00:00Z", **other)
             for number, (name, text, other) in enumerate(TALK)]  # fmt: skip
    if caller.post("/v1/documents", {"items": items}).json != written(len(items), 0):
        raise AssertionError("the documents are not written")
    return caller


def words(world, group):
    caller = talk(world, "words")
    for why, query, first, among in (
        ("a form of the word", "парковку", None, {"parking", "quiet"}),
        ("two words", "тихая квартира", "quiet", {"quiet"}),
        ("Kazakh without its letters", "патер метрога жакын", "kazakh", {"kazakh"}),
        ("a phone in another spelling", "87011234567", "phone", {"phone"}),
        ("English", "parking building", "english", {"english"}),
        ("an exclusion", "парковка -тихая", "parking", {"parking"}),
        ("a phrase", '"парковка во дворе"', "parking", {"parking"}),
        ("capitals", "ТИХАЯ", "quiet", {"quiet"}),
        ("no words", "?!", None, set()),
        ("unknown words", "гиппопотам", None, set()),
    ):
        answer = search(caller, query)
        group.equal(why, set(ids(answer)), among)
        if first:
            group.equal(f"{why}: the first", ids(answer)[0], first)
    group.equal("a prefix", ids(search(caller, "одиннад", prefix=True)), ["late"])
    answer = search(caller, '"парковка тихая"')
    group.equal("a phrase without a match", (answer["phrase_missed"], set(ids(answer))), (True, {"parking", "quiet"}))


def rewrites(world, group):
    """Rewrites need the lexicon, which takes a second."""
    caller = talk(world, "rewrites")
    wait_until("the words are counted", 20, lambda: search(caller, "gfhrjdrf")["rewrites"])
    for why, query, kind, to in (
        ("a wrong layout", "gfhrjdrf", "layout", "парковка"),
        ("Latin letters", "kvartira", "latin", "квартира"),
        ("a typo", "парквока", "slip", "парковки"),
    ):
        answer = search(caller, query)
        group.equal(why, [(one["kind"], one["from"], one["to"]) for one in answer["rewrites"]], [(kind, query, to)])
        group.expect(ids(answer), f"{why}: nothing is found")


SPELLINGS = (("joined", "пароль от вайфай"), ("hyphenated", "пароль от вай-фай"), ("spaced", "пароль от вай фай"),
             ("latin-joined", "wifi password"), ("latin-hyphenated", "Wi-Fi password"), ("latin-spaced", "wi fi password"),
             ("bar-joined", "минибар платный"), ("bar-hyphenated", "мини-бар платный"), ("bar-spaced", "мини бар платный"))  # fmt: skip


def spellings(world, group):
    """A word joined, with a hyphen and as two words: each finds all."""
    caller = world.key_of(tenant="spellings")
    caller.post("/v1/documents", {"items": [document(name, text) for name, text in SPELLINGS]})
    wait_until("the words are counted", 20, lambda: len(search(caller, "минибар")["items"]) == 3)
    for prefix, queries in (("", ("вайфай", "вай-фай", "вай фай", "вайфаем")), ("latin-", ("wifi", "wi-fi", "Wi Fi", "WI\u2011FI")),
                            ("bar-", ("минибар", "мини-бар", "мини бар", "минибара"))):  # fmt: skip
        wanted = {prefix + kind for kind in ("joined", "hyphenated", "spaced")}
        for query in queries:
            group.equal(query, set(ids(search(caller, query))), wanted)
            group.equal(f"without {query}", set(ids(search(caller, f'пароль password платный -"{query}"'))) & wanted, set())


def filters(world, group):
    caller = talk(world, "filters")
    for why, other, wanted in (
        ("all", {}, {"parking", "quiet", "english"}),
        ("of a chat", {"chat_id": 1}, {"parking", "quiet"}),
        ("of a person", {"user_id": 2}, {"quiet"}),
        ("of a bot", {"bot": "one"}, {"parking", "quiet"}),
        ("of a language", {"language": "en"}, {"english"}),
        ("from a time", {"from": "2026-01-02T00:00:00Z"}, {"quiet", "english"}),
        ("to a time", {"to": "2026-01-02T00:00:00Z"}, {"parking"}),
        ("of two", {"chat_id": 1, "user_id": 5}, set()),
        ("nulls", {"chat_id": None, "bot": None, "from": None, "language": None}, {"parking", "quiet", "english"}),
    ):
        group.equal(why, set(ids(search(caller, "парковка parking", **other))), wanted)
    for why, query, other in (("another tenant's", "парковка", {}), ("by chat", "парковка", {"chat_id": 1})):
        group.equal(why, ids(search(world.key_of(tenant="nobody"), query, **other)), [])


def hits(world, group):
    caller = talk(world, "shown")
    answer = search(caller, "парковка", chat_id=1)
    hit = answer["items"][0]
    marked = [hit["snippet"][begin:end] for begin, end in hit["highlights"]]
    group.equal("highlights", marked, ["парковки"] if hit["id"] == "quiet" else ["парковка"])
    group.equal("why", [one["why"]["text_rank"] for one in answer["items"]], [1, 2])
    group.expect(answer["items"][0]["score"] >= answer["items"][1]["score"], "scores are not descending")
    group.equal("not degraded", (answer["mode"], answer["degraded"], answer["reasons"]), ("text", False, []))
    answer = search(caller, "парковка", mode="hybrid")
    group.equal("degraded", (answer["mode"], answer["degraded"], answer["reasons"]), ("text", True, ["no_vectors"]))
    long = "слово " * 100 + "бегемот 🦛 в пруду" + " слово" * 100
    caller.post("/v1/documents", document("long", long))
    hit = search(caller, "бегемот пруд")["items"][0]
    group.equal("of a long text", [hit["snippet"][begin:end] for begin, end in hit["highlights"]], ["бегемот", "пруду"])
    group.equal("it is cut", (len(hit["snippet"]) <= 200, hit["cut"]), (True, [True, True]))
    reply = caller.post("/v1/documents", {"items": [document("marked", "кашалот " + "e" + "\u0301" * 2000 + "\u0323" * 2000)]})
    group.reply("a message with 4,000 marks on a letter", reply, 200)
    group.equal("it is found", ids(search(caller, "кашалот")), ["marked"])
    group.reply("such a query", caller.post("/v1/search/messages", {"query": "кашалот" + "\u0301" * 31}), 422, "bad_text", fields=["query"])


def pages(world, group):
    caller = world.key_of(tenant="pages")
    items = [document(f"p{number:03}", "слон " + "и жираф " * (number % 7), user_id=number) for number in range(90)]
    caller.post("/v1/documents", {"items": items})
    whole, cursor, seen = ids(search(caller, "слон", limit=100)), None, []
    while cursor is not None or not seen:
        page = search(caller, "слон", limit=20, cursor=cursor)
        seen, cursor = seen + ids(page), page["next_cursor"]
        if len(seen) == 40:
            caller.call("DELETE", f"/v1/documents?user_id={int(seen[39][1:])}")
    group.equal("all, in one order", seen, whole)
    first = search(caller, "слон", limit=20)["next_cursor"]
    for why, other in (("other words", {"query": "жираф"}), ("another chat", {"query": "слон", "chat_id": 1})):
        group.reply(why, caller.post("/v1/search/messages", {**other, "cursor": first}), 422, fields=[("cursor", "bad_cursor")])
    for why, bad in (("nonsense", "x"), ("long", "a" * 5000), ("empty", ""), ("blank", " "), ("a control character", "\x01")):
        reply = caller.post("/v1/search/messages", {"query": "слон", "cursor": bad})
        group.reply(why, reply, 422, fields=[("cursor", "bad_cursor")])


def refused_searches(world, group):
    for why, body, fields in (
        ("nothing", {}, [("query", "required")]),
        ("a blank", {"query": " "}, [("query", "blank")]),
        ("a long one", {"query": "я" * 1001}, [("query", "too_long")]),
        ("too many", {"query": "a", "limit": 101}, [("limit", "out_of_range")]),
        ("none", {"query": "a", "limit": 0}, [("limit", "out_of_range")]),
        ("another mode", {"query": "a", "mode": "fast"}, [("mode", "unknown_value")]),
        ("no time", {"query": "a", "from": "now"}, [("from", "bad_time")]),
        ("the wrong way round", {"query": "a", "from": WHEN, "to": WHEN}, [("to", "out_of_range")]),
        ("another field", {"query": "a", "tenant_id": "x"}, [("tenant_id", "unknown_field")]),
    ):
        group.reply(why, world.caller.post("/v1/search/messages", body), 422, fields=fields)
    group.reply("a parameter", world.caller.post("/v1/search/messages?q=a", {"query": "a"}), 422, "unknown_parameter")


# --- apartments ---

# Apartments of the demo have numbers, the end of their ids. 15, 38, 54 and 61 are inactive.
ACTIVE = 60


def found(reply, body):
    if reply.status != 200:
        raise AssertionError(f"{body}: {reply.status} {reply.body[:400]!r}")
    return reply.json


def find(caller, **body):
    return found(caller.post("/v1/search/apartments", body), body)


def in_time(call):
    """The answer of a search with dates. In the gate it is repeated while booking-api's answer came later than a search waits for
    it."""
    replies = []

    def judged():
        replies.append(call())
        return timed() or replies[-1].status != 200 or "dates_unjudged" not in replies[-1].json["reasons"]
    wait_until("booking-api's answer comes in time", 20, judged)
    return replies[-1]


def find_dated(caller, **body):
    return found(in_time(lambda: caller.post("/v1/search/apartments", body)), body)


def numbers(answer):
    return [int(item["id"][-12:]) for item in answer["items"]]


def apartment_id(number):
    return f"018f0002-0000-7000-8000-{number:012}"


def copied(caller):
    """Waits for the consumer of the instance that the caller uses; it reads the feed every second."""

    def ended():
        answer = find(caller)
        return answer["found"] == ACTIVE and not answer["degraded"]

    wait_until("the apartments are copied", 60, ended)


def constraints(world, group):
    copied(world.caller)
    for why, body, wanted in (
        ("fireplace and parking", {"amenities": ["fireplace", "parking"]}, {7, 35, 63}),
        ("in a city", {"amenities": ["fireplace", "parking"], "city": "Талдыкорган"}, {63}),
        ("a price", {"max_price": tenge(11500)}, {53, 59, 62}),
        ("guests", {"guests": 8}, {7, 35, 52}),
        ("rooms and price by phrase", {"query": "трёшка до 25 тысяч"}, {58, 63}),
        ("the request counts", {"query": "трёшка до 25 тысяч в Астане", "city": "taldykorgan", "max_price": tenge(20000)}, {63}),
        ("no apartment has it", {"amenities": ["helipad"]}, set()),
        ("nulls", {"query": None, "city": "almaty", "guests": 8, "near": None, "like": None, "max_price": None}, {7}),
    ):
        answer = find(world.caller, limit=100, **body)
        group.equal(why, set(numbers(answer)), wanted)
        group.equal(f"{why}: counted", answer["found"], len(wanted))
    answer = find(world.caller, limit=100)
    group.expect(15 not in numbers(answer), "an inactive apartment is returned")
    group.equal("all, and each once", len(set(numbers(answer))), ACTIVE)
    prices = {one["id"]: one["base_price"]["amount"] for one in find(world.caller, limit=100)["items"]}
    for why, body, least, most in (
        ("a lower price", {"min_price": tenge(26000)}, 26000, None),
        ("a lower price by phrase", {"query": "не дешевле 26 000"}, 26000, None),
        ("in Kazakh", {"query": "26 мыңнан кем емес"}, 26000, None),
        ("in English", {"query": "at least 26k"}, 26000, None),
        ("both bounds", {"query": "от 15 до 20 тысяч"}, 15000, 20000),
        ("bounds of the request count", {"query": "до 20 тысяч", "min_price": tenge(26000)}, 26000, None),
    ):
        answer = find(world.caller, limit=100, **body)
        fit = {key for key, price in prices.items() if least * 100 <= price <= (most or 10**9) * 100}
        group.equal(why, {one["id"] for one in answer["items"]}, fit)
        group.equal(f"{why}: understood", (answer["wish"]["min_price"], answer["wish"]["max_price"]), (tenge(least), most and tenge(most)))
    answer = find(world.caller, query="Здравствуйте! " + "мы приедем поездом и хотим пожить до 1000 тенге " * 5 + "в Северном сиянии", limit=1)
    group.equal("too long for a phrase: by its words", (answer["wish"]["understood"], answer["wish"]["max_price"], numbers(answer)), (False, None, [28]))
    group.equal("the limit", (len(numbers(find(world.caller, limit=7))), find(world.caller, limit=7)["found"]), (7, ACTIVE))


def members(world, group):
    """A program that has understood its user, as bot-gateway has, gets the same answer by members as by a phrase."""
    copied(world.caller)
    for phrase, body in (
        ("1 или 2 комн, Медеуский район, балкон", {"rooms": [1, 2], "district": "Медеуский", "wishes": ["balcony"]}),
        ("2 комн, тихая, у метро, парковка, джакузи", {"rooms": [2], "wishes": ["parking"], "words": ["тих", "метро", "джакузи"]}),
        ("в центре, вид на горы", {"wishes": ["mountain-view"], "words": ["центр"]}),
        ("у набережной", {"words": ["набережн"]}),
        ("у парка", {"words": ["парк"]}),
        ("у вокзала", {"words": ["вокзал"]}),
        ("у аэропорта", {"words": ["аэропорт"]}),
        ("дом, баня, сауна, пентхаус", {"words": ["баней", "дом", "пентхаус", "сауной"]}),
        ("абая улица", {"words": ["абая"]}),
    ):
        typed, asked = (find(world.caller, limit=100, city="almaty", **one) for one in ({"query": phrase}, body))
        for member in ("items", "found", "relaxations", "wish"):
            group.equal(f"{phrase}: {member}", asked[member], typed[member])
    both = find(world.caller, query="трёшка в Медеуском районе с балконом у метро", city="almaty", rooms=[1], district="Бостандыкский", wishes=["wifi"], words=["тих"])
    group.equal("members take precedence", [both["wish"][name] for name in ("rooms", "district", "amenities", "near")], [[1], "Бостандыкский", ["wifi"], "metro"])
    group.equal("words are added", both["wish"]["words"], ["метро", "тих"])


def relaxations(world, group):
    """A relaxation adds as many apartments as it says."""
    copied(world.caller)
    asked = {"city": "almaty", "guests": 4, "max_price": tenge(25000), "amenities": ["parking", "crib"]}
    answer = find(world.caller, limit=100, **asked)
    listed = {(one["drop"], one.get("amenity")): one for one in answer["relaxations"]}
    for name in asked:
        for amenity in asked["amenities"] if name == "amenities" else [None]:
            rest = {key: value for key, value in asked.items() if key != name}
            if amenity:
                rest["amenities"] = [one for one in asked["amenities"] if one != amenity]
            more = find(world.caller, limit=100, **rest)
            group.equal(f"without {amenity or name}", listed.get((name, amenity), {"adds": 0})["adds"], more["found"] - answer["found"])
    needed = listed[("max_price", None)]["needed"]
    group.equal("the needed price adds one", find(world.caller, **{**asked, "max_price": needed})["found"] > answer["found"], True)
    less = {**needed, "amount": needed["amount"] - 100}
    group.equal("and less does not", find(world.caller, **{**asked, "max_price": less})["found"], answer["found"])


def availability(world, group):
    """Returns only apartments that booking-api says are bookable, with its total."""
    copied(world.caller)
    stay = {"check_in": day(20), "check_out": day(23)}
    items = [apartment_id(number) for number in range(1, 65)]
    answers = world.booking_caller.post("/v1/availability", {"apartment_ids": items, "guests": 2, **stay}).json["items"]
    free = {int(one["id"][-12:]): one["total"] for one in answers if one["bookable"]}
    answer = find_dated(world.caller, guests=2, limit=100, **stay)
    group.equal("apartments and totals", {int(one["id"][-12:]): one["total"] for one in answer["items"]}, free)
    group.expect(all(one["bookable"] is True for one in answer["items"]), "one is not bookable")
    answer = find_dated(world.caller, guests=2, limit=100, max_price=tenge(20000), **stay)
    cheap = {number for number, total in free.items() if total["amount"] // 3 <= 2000000}
    group.equal("by the price of the stay", set(numbers(answer)), cheap)
    answer = find_dated(world.caller, guests=2, limit=100, city="almaty", **stay)
    taken = find(world.caller, guests=2, limit=100, city="almaty")["found"] - answer["found"]
    group.equal("taken ones", [one["adds"] for one in answer["relaxations"] if one["drop"] == "dates"], [taken] if taken else [])
    dated = find_dated(world.caller, query=f"алматы с {day(20)} по {day(23)} вдвоём", limit=100)
    group.equal("dates of a phrase", (dated["wish"]["check_in"], set(numbers(dated))), (day(20), set(numbers(answer))))
    group.expect("свободна на эти даты" in answer["items"][0]["why"]["ru"], answer["items"][0]["why"]["ru"])
    for scopes in ("search:read", "search:read,booking:act"):
        reply = world.key_of(scopes=scopes).post("/v1/search/apartments", stay)
        group.reply(f"a key of {scopes}", reply, 403, "scope_missing")
        group.expect("booking:read" in reply.json["detail"], reply.json["detail"])
    reply = world.key_of(scopes="search:read").post("/v1/search/apartments", {"query": f"с {day(20)} по {day(23)}"})
    group.reply("with dates in the query", reply, 403, "scope_missing")
    group.equal("without dates the scope is not needed", find(world.key_of(scopes="search:read"))["found"], ACTIVE)
    group.equal("for staff", find_dated(world.caller.acting("staff:Aigul"), guests=2, limit=100, **stay)["found"], len(free))


class Elsewhere(Handler):
    """A booking-api with scripted answers that records requests."""

    says, asked, hung = (200, b"{}"), [], None

    def do_POST(self):
        if self.hung:
            self.hung.wait()
        self.asked.append((self.path, dict(self.headers), json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
        status, body = self.says
        with contextlib.suppress(OSError):
            self.answer(status, body, Content_Type="application/json")


def away(world, group):
    """Case: booking-api is away, slow or broken. No apartment is called bookable without its answer."""
    with served(Elsewhere) as peer:
        service = world.stand.service(BOOKING_URL=f"http://127.0.0.1:{peer.server_address[1]}")
        caller = type(world.caller)(world, world.key, service.port)
        copied(caller)
        stay = {"check_in": day(20), "check_out": day(23), "city": "almaty", "limit": 3}
        for why, says, *reasons in (("broken", (200, b"not JSON")), ("no items", (200, b"{}")), ("busy", (429, b"{}")), ("its own fault", (500, b"{}")),
                                    ("it does not know the key", (401, b"{}"), "key_refused")):
            Elsewhere.says = says
            answer = find(caller, **stay)
            group.equal(why, (answer["degraded"], answer["reasons"]), (True, ["dates_unjudged", *reasons]))
            group.equal(f"{why}: unknown", {(one["bookable"], one["total"] and 1) for one in answer["items"]}, {(None, None)})
            group.expect("неизвестно" in answer["items"][0]["why"]["ru"], answer["items"][0]["why"]["ru"])
        Elsewhere.says = (403, b"{}")
        group.reply("booking-api refuses the key", in_time(lambda: caller.post("/v1/search/apartments", stay)), 403, "scope_missing")
        Elsewhere.says = (200, json.dumps({"items": [{"id": apartment_id(1), "bookable": True, "total": tenge(66000), "reasons": []}]}).encode())
        Elsewhere.asked.clear()
        reply = in_time(lambda: caller.call("POST", "/v1/search/apartments", stay, headers={"X-Actor": "staff:Aigul", "X-Request-Id": "asked-1"}))
        group.equal("an apartment missing in the answer is taken", numbers(reply.json), [1])
        path, headers, body = Elsewhere.asked[-1]
        group.equal("as the caller", (path, headers["X-API-Key"], headers["X-Actor"], headers["X-Request-Id"]),
                    ("/v1/availability", world.key, "staff:Aigul", "asked-1"))
        group.equal("of so many", (len(set(body["apartment_ids"])) <= 500, body["guests"], body["check_in"]), (True, 1, stay["check_in"]))
        Elsewhere.hung, began = threading.Event(), time.monotonic()
        answer = find(caller, **stay)  # while it hangs
        took = time.monotonic() - began
        Elsewhere.hung.set()
        group.equal("too slow", (answer["degraded"], answer["reasons"]), (True, ["dates_unjudged"]))
        group.expect(took < 6 or not timed(), f"the search took {took:.1f} s")
    group.equal("booking-api is down", find(caller, **stay)["reasons"], ["dates_unjudged"])
    group.equal("without dates booking-api is not called", find(caller, city="almaty")["degraded"], False)
    with open(world.stand.log.name, "rb") as log:
        written = log.read()
    group.expect(world.key.encode() not in written, "the log contains the key")
    logged = [line for line in written.splitlines() if b'"nights_unjudged"' in line]
    # Once a minute, of more than six searches.
    group.expect(0 < len(logged) < 6 and b'"availability_failed"' in logged[0], f"the log: {logged}")


def similar(world, group):
    copied(world.caller)
    answer = find(world.caller, like=apartment_id(16), limit=100)
    group.expect(16 not in numbers(answer), "the example itself is returned")
    group.equal("of its city", {one["city"] for one in answer["items"]}, {"almaty"})
    group.equal("the most similar", numbers(answer)[0], 17)
    group.equal("elsewhere", {one["city"] for one in find(world.caller, like=apartment_id(16), city="astana")["items"]}, {"astana"})
    group.equal("of an inactive one", len(numbers(find(world.caller, like=apartment_id(15), limit=5))), 5)
    other = world.key_of(tenant="second")
    group.reply("of another tenant", other.post("/v1/search/apartments", {"like": apartment_id(16)}), 404, "not_found")
    group.equal("its own", sorted(one["title"]["ru"] for one in find(other)["items"]),
                sorted(world.stand.sql("SELECT title_ru FROM booking.apartment WHERE code IN ('KGD-001') OR (code = 'ALM-001' AND tenant_id <> '" + TENANT + "')").splitlines()))


def houses(world, group):
    """Apartments of one house do not exclude others."""
    caller = world.key_of(tenant="houses")
    tenant = world.stand.sql("SELECT id FROM api.tenant WHERE name = 'houses'")
    columns = "version, is_active, city, rooms, max_guests, min_nights, max_nights, amenities, terms, normaliser, epoch"
    world.stand.sql(f"INSERT INTO search.flat (id, tenant_id, title_ru, address, base_price, {columns}) SELECT"
                    f" ('018f00aa-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, '{tenant}', 'Flat ' || n,"
                    " CASE WHEN n <= 10 THEN 'ул. Абая, 1' ELSE 'ул. Абая, ' || n END, 1000000 + n * 100,"
                    " 1, true, 'almaty', 1, 2, 1, 30, '[]', '', 1, 1 FROM generate_series(1, 13) n")
    group.equal("two of it, others, the rest of it", numbers(find(caller, limit=100)), [1, 2, 11, 12, 13, 3, 4, 5, 6, 7, 8, 9, 10])
    group.equal("on a page", numbers(find(caller, limit=4)), [1, 2, 11, 12])
    world.stand.sql(f"DELETE FROM search.flat WHERE tenant_id = '{tenant}'")


def refused_criteria(world, group):
    for why, body, fields in (
        ("a blank", {"query": " "}, [("query", "blank")]),
        ("a long one", {"query": "я" * 1001}, [("query", "too_long")]),
        ("no apartment", {"like": "x"}, [("like", "bad_uuid")]),
        ("a city", {"city": "Atlantis"}, [("city", "unknown_city")]),
        ("no guests", {"guests": 0}, [("guests", "out_of_range")]),
        ("bounds that contradict", {"min_price": tenge(20000), "max_price": tenge(10000)}, [("min_price", "contradiction"), ("max_price", "contradiction")]),
        ("a price of another kind", {"max_price": 2000000}, [("max_price", "wrong_type")]),
        ("check-in alone", {"check_in": day(1)}, [("check_out", "required")]),
        ("check-out alone", {"check_out": day(1)}, [("check_in", "required")]),
        ("the wrong way round", {"check_in": day(2), "check_out": day(1)}, [("check_out", "out_of_range")]),
        ("too long", {"check_in": day(2), "check_out": day(400)}, [("check_out", "out_of_range")]),
        ("no date", {"check_in": "soon", "check_out": day(1)}, [("check_in", "bad_date")]),
        ("nowhere", {"near": {"lat": 91, "lon": 0}}, [("near/lat", "out_of_range")]),
        ("no slug", {"amenities": ["Wi Fi"]}, [("amenities/0", "bad_slug")]),
        ("too many", {"amenities": [f"a{n}" for n in range(17)]}, [("amenities", "too_many")]),
        ("no rooms", {"rooms": [0, 51]}, [("rooms/0", "out_of_range"), ("rooms/1", "out_of_range")]),
        ("no district", {"district": ""}, [("district", "blank")]),
        ("too many wishes", {"wishes": [f"a{n}" for n in range(9)]}, [("wishes", "too_many")]),
        ("words", {"words": ["", "я" * 101]}, [("words/0", "blank"), ("words/1", "too_long")]),
        ("too many words", {"words": ["слово"] * 25}, [("words", "too_many")]),
        ("limits", {"limit": 0}, [("limit", "out_of_range")]),
        ("another field", {"tenant_id": "x", "radius": 1}, [("tenant_id", "unknown_field"), ("radius", "unknown_field")]),
    ):
        group.reply(why, world.caller.post("/v1/search/apartments", body), 422, fields=fields)


def judged_searches():
    with open(os.path.join(ROOT, "tests/data/search/flats.tsv"), encoding="utf-8") as file:
        return [line.rstrip("\n").split("\t") for line in file.readlines()[1:]]


def understood(wish):
    """In the notation of the judged searches."""
    shown = [f"{name}={wish[name]}" for name in ("city", "district", "guests") if wish[name]]
    shown += [f"rooms={','.join(map(str, wish['rooms']))}"] if wish["rooms"] else []
    shown += [f"min_price={wish['min_price']['amount'] // 100}"] if wish["min_price"] else []
    shown += [f"max_price={wish['max_price']['amount'] // 100}"] if wish["max_price"] else []
    shown += [f"amenities={','.join(wish['amenities'])}"] if wish["amenities"] else []
    shown += [f"near={wish['near']}"] if wish["near"] else []
    return " ".join(one.replace(" ", "_") for one in shown) or "none"


def judged(world, group):
    """tests/data/search/README.md explains the rows."""
    copied(world.caller)
    rows = judged_searches()
    for _, query, wanted, best in rows:
        answer = find(world.caller, query=query, limit=10)
        group.equal(query, understood(answer["wish"]), wanted)
        first = [int(number) for number in best.split(",")]
        shown = numbers(answer)[:len(first)]
        group.expect(set(shown) == set(first), f"{query}: {shown} are first, not {first}")
    group.note = f"{len(rows)} searches"


WORLD = Found
GROUPS = [
    ("documents: versions", versions),
    ("documents: terms", terms),
    ("documents: refused", refused),
    ("documents: names of bots", bots),
    ("documents: a stream", stream),
    ("documents: refused lines", refused_lines),
    ("documents: a broken stream", broken_stream),
    ("documents: slow streams", slow_streams),
    ("documents: erased", erased),
    ("documents: too many", too_many),
    ("index: state", index),
    ("index: rebuild", rebuild),
    ("index: tokenizer changed", tokenizer_changed),
    ("search: words", words),
    ("search: rewrites", rewrites),
    ("search: spellings", spellings),
    ("search: filters", filters),
    ("search: hits", hits),
    ("search: pages", pages),
    ("search: refused", refused_searches),
    *search_private.GROUPS,
    *search_vectors.GROUPS,
    ("apartments: constraints", constraints),
    ("apartments: members", members),
    ("apartments: relaxations", relaxations),
    ("apartments: availability", availability),
    ("apartments: booking-api is away", away),
    ("apartments: similar", similar),
    ("apartments: houses", houses),
    ("apartments: judged searches", judged),
    ("apartments: refused", refused_criteria),
]
