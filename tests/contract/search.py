# SPDX-License-Identifier: MIT
"""What search-api does beside what every service does."""

from check import World

WHEN = "2026-01-02T03:04:05Z"


def document(name, text="Можно ли приехать раньше двух?", **other):
    return {"id": name, "version": 1, "text": text, "sent_at": WHEN, **other}


class Found(World):
    """With a document that is there."""

    def __init__(self, stand):
        super().__init__(stand)
        self.sound = {"/v1/documents": document("sound")}


def told(indexed, unchanged):
    return {"indexed": indexed, "unchanged": unchanged, "refused": []}


def versions(world, group):
    """One of an id, the newest; in whatever order they come."""
    caller = world.key_of(tenant="versions")
    for why, version, wanted in (
        ("new", 2, told(1, 0)), ("the same", 2, told(0, 1)), ("an older one", 1, told(0, 1)), ("a newer one", 3, told(1, 0)),
    ):  # fmt: skip
        reply = caller.post("/v1/documents", {**document("a", f"text {version}"), "version": version})
        group.equal(why, (reply.status, reply.json), (200, wanted))
    stored = world.stand.sql("SELECT string_agg(version || ' ' || text, ';') FROM search.document WHERE id = 'a'")
    group.equal("stored", stored, "3 text 3")
    items = [{**document("b", f"text {version}"), "version": version} for version in (1, 3, 2)]
    group.equal("three of one id", caller.post("/v1/documents", {"items": items}).json, told(1, 2))
    stored = world.stand.sql("SELECT version || ' ' || text FROM search.document WHERE id = 'b'")
    group.equal("the highest of them", stored, "3 text 3")
    group.equal("counted", caller.get("/v1/index").json["documents"], 2)
    reply = caller.post("/v1/documents?dry_run=true", document("c"))
    group.equal("a dry run", (reply.status, reply.json), (200, {"would": told(1, 0)}))
    group.equal("leaves nothing", caller.get("/v1/index").json["documents"], 2)


def terms(world, group):
    """As they are looked for: folded, five letters of the stem, a phone as one."""
    world.caller.post("/v1/documents", document("terms", "Қалада ЁЛКА стоит, звоните +7 701 123-45-67 o'reilly"))
    stored = world.stand.sql("SELECT terms::text || ' ' || length FROM search.document WHERE id = 'terms'")
    group.equal("terms", stored, "'77011234567' 'o' 'reill' 'елк' 'звон' 'калад' 'сто' 7")


def refused(world, group):
    many = [document(f"x{number}", "x") for number in range(501)]
    for why, body, fields in (
        ("nothing", {}, [(name, "required") for name in ("id", "version", "text", "sent_at")]),
        ("an id with a blank", document("a b"), [("id", "bad_document_id")]),
        ("no id", document(""), [("id", "blank")]),
        ("an id that is too long", document("a" * 201), [("id", "bad_document_id")]),
        ("an id of other letters", document("я"), [("id", "bad_document_id")]),
        ("a blank text", document("a", " "), [("text", "blank")]),
        ("a long text", document("a", "я" * 4097), [("text", "too_long")]),
        ("a version below 0", {**document("a"), "version": -1}, [("version", "out_of_range")]),
        ("no time", {**document("a"), "sent_at": "yesterday"}, [("sent_at", "bad_time")]),
        ("another language", document("a", language="de"), [("language", "unknown_value")]),
        ("another field", document("a", colour="red"), [("colour", "unknown_field")]),
        ("no list", {"items": {}}, [("items", "wrong_type")]),
        ("one of several", {"items": [document("a"), document("a b")]}, [("items/1/id", "bad_document_id")]),
        ("too many", {"items": many}, [("items", "too_many")]),
    ):  # fmt: skip
        reply = world.caller.post("/v1/documents", body)
        group.reply(why, reply, 422, fields=fields)
    for why, query, fields in (
        ("nobody", "", [("user_id", "required")]),
        ("no number", "?user_id=x", [("user_id", "wrong_type")]),
        ("another parameter", "?user_id=1&chat_id=2", [("chat_id", "unknown_parameter")]),
    ):
        group.reply(why, world.caller.call("DELETE", f"/v1/documents{query}"), 422, fields=fields)
    reader = world.key_of(scopes="search:read")
    group.reply("who only reads", reader.post("/v1/documents", document("a")), 403, "scope_missing")
    group.reply("erases nothing", reader.call("DELETE", "/v1/documents?user_id=1"), 403, "scope_missing")
    group.reply("who only writes", world.key_of(scopes="search:write").get("/v1/index"), 403, "scope_missing")


def erased(world, group):
    """A person of one tenant and, where it is named, of one bot; a late version does not bring anything back."""
    caller, other = world.key_of(tenant="erased"), world.key_of(tenant="erased-other")
    items = [document(f"e{number}", user_id=5 + number // 3, bot="one" if number % 2 else None) for number in range(4)]
    for one in (caller, other):
        group.equal("written", one.post("/v1/documents", {"items": items}).json, told(4, 0))
    for why, query, count, left in (
        ("a dry run", "user_id=5&dry_run=true", None, 4),
        ("of a bot", "user_id=5&bot=one", 1, 3),
        ("of all", "user_id=5", 2, 1),
        ("again", "user_id=5", 0, 1),
        ("nobody", "user_id=77", 0, 1),
    ):
        reply = caller.call("DELETE", f"/v1/documents?{query}")
        if count is not None:
            group.equal(why, (reply.status, reply.json["erased"]), (200, {"document": count}))
        group.equal(f"{why}: left", caller.get("/v1/index").json["documents"], left)
    group.equal("another tenant's are there", other.get("/v1/index").json["documents"], 4)
    group.equal("a late version", caller.post("/v1/documents", items[0]).json, told(0, 1))
    group.equal("a new one", caller.post("/v1/documents", {**items[0], "version": 2}).json, told(1, 0))
    audited = world.stand.sql("SELECT count(*) FROM search.audit WHERE action = 'document.erase'")
    group.equal("audited", audited, "4")


def index(world, group):
    shown = world.caller.get("/v1/index").json
    group.equal("as it is", (shown["backend"], shown["normaliser"], shown["ready"], shown["lag_seconds"]),
                ("embedded", 1, True, None))  # fmt: skip


WORLD = Found
GROUPS = [
    ("documents: versions", versions),
    ("documents: terms", terms),
    ("documents: refused", refused),
    ("documents: erased", erased),
    ("index: as it is", index),
]
