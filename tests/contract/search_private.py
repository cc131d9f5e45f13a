# SPDX-License-Identifier: MIT
"""No route and no filter reveals documents of another tenant, or of an erased person."""

import json
import time

from stand import wait_until

PERSON, CHAT, BOT, NAME = 9001234567, -1009001234567, "pyramids", "тутанхамонов"
# Texts that no response and no log may contain. NAME is the query.
HIDDEN = ("хеопсовн", "77010001122", "secret-", BOT, str(PERSON), str(CHAT))
SAID = ("Тутанхамонов живёт у Хеопсовны", "Тутанхамонов: +7 701 000 11 22", "Хеопсовна ждёт, тутанхамонов опаздывает")
QUERIES = (NAME, "тутанхамоно", "тутанхамновов", "nenfy[fvjyjd", "tutankhamonov", f'"{NAME} живёт"', f"{NAME} -ждёт", f"опаздывает {NAME}")
FILTERS = {
    "bot": [BOT], "chat_id": [CHAT], "user_id": [PERSON], "from": ["2026-01-01T00:00:00Z"], "to": ["2026-02-01T00:00:00Z"],
    "language": ["ru"], "mode": ["text", "hybrid", "vector"], "prefix": [True], "limit": [1, 100], "cursor": [None],
}  # fmt: skip
OPEN = ("/livez", "/readyz", "/health", "/metrics", "/openapi.json", "/docs")
SEARCH = "/v1/search/messages"
APARTMENT = "018f0002-0000-7000-8000-000000000001"


def documents(version=1):
    about = {"version": version, "sent_at": "2026-01-02T03:04:05Z", "user_id": PERSON, "chat_id": CHAT, "bot": BOT, "language": "ru"}
    return [{"id": f"secret-{number}", "text": text, **about} for number, text in enumerate(SAID)]


def bodies(cursor):
    """Each query alone, with each filter, and with all filters."""
    filters = {**FILTERS, "cursor": [cursor]}
    each = [{name: value} for name, values in filters.items() for value in values]
    every = {name: values[0] for name, values in filters.items() if name != "cursor"}
    return [{"query": query, **more} for query in QUERIES for more in ({}, *each, every)]


def leaks(body, asked=""):
    """The hidden words that the body contains."""
    text = body.decode().lower().replace("\\u00a0", " ")
    return [word for word in (*HIDDEN, NAME) if word in text and word not in asked.lower()]


def nothing_by_search(caller, group, why, cursor=None):
    for body in bodies(cursor):
        reply = caller.post(SEARCH, body)
        if body.get("cursor") and reply.status == 422:  # of another query, or of deleted documents
            group.equal(f"{why}: {body}", reply.code, "bad_cursor")
            continue
        group.equal(f"{why}: {body}", (reply.status, reply.json.get("items"), leaks(reply.body, body["query"])), (200, [], []))


def found(caller):
    return sorted(item["id"] for item in caller.post(SEARCH, {"query": NAME}).json["items"])


def nothing_by_writing(other, group):
    """A document of the same id is independent."""
    body = {"id": "secret-0", "version": 9, "text": "слон", "sent_at": "2026-01-02T03:04:05Z"}
    group.equal("written", other.post("/v1/documents", body).json["indexed"], 1)
    stream = json.dumps({**body, "id": "secret-1"}).encode() + b"\n"
    group.equal("streamed", other.post("/v1/documents", stream, headers={"Content-Type": "application/x-ndjson"}).json["indexed"], 1)


def nothing_by_erasing(other, group):
    for query in (f"user_id={PERSON}", f"user_id={PERSON}&bot={BOT}"):
        group.equal(query, other.call("DELETE", f"/v1/documents?{query}").json["erased"], {"document": 0})


def nothing_by_index(other, group):
    group.equal("counted", other.get("/v1/index").json["documents"], 2)


def nothing_by_rebuild(other, group):
    group.equal("to be rebuilt", other.post("/v1/index/rebuild", {}).json["total"], 2)


def nothing_by_flats(other, group):
    """Apartments are of the demo's tenant: other tenants find none, and cannot use one as an example."""
    group.equal("apartments", other.post("/v1/search/apartments", {"limit": 100}).json["found"], 0)
    group.reply("similar", other.post("/v1/search/apartments", {"like": APARTMENT}), 404, "not_found")


# Each route, and the attempt of another tenant, in this order.
ROUTES = {
    ("POST", "/v1/documents"): nothing_by_writing,
    ("DELETE", "/v1/documents"): nothing_by_erasing,
    ("GET", "/v1/index"): nothing_by_index,
    ("POST", "/v1/index/rebuild"): nothing_by_rebuild,
    ("POST", "/v1/search/apartments"): nothing_by_flats,
    ("POST", SEARCH): lambda other, group: nothing_by_search(other, group, "another tenant"),
}


def written(world, tenant):
    """Waits for the lexicon, which counts over all tenants, because only then it could reveal words."""
    caller = world.key_of(tenant=tenant)
    if caller.post("/v1/documents", {"items": documents()}).json["indexed"] != len(SAID):
        raise AssertionError("the documents are not written")
    wait_until("the words are counted", 20, lambda: caller.post(SEARCH, {"query": "nenfy[fvjyjd"}).json["rewrites"])
    return caller


def other_tenants(world, group):
    """Another tenant's key reads nothing and changes nothing."""
    caller, other = written(world, "private"), world.key_of(tenant="private-other")
    described = {(method.upper(), path) for method, path in world.operations.all}
    group.equal("each route is tried", {row for row in described if row[1].startswith("/v1/")}, set(ROUTES))
    fields = world.operations.document["components"]["schemas"]["Search"]["properties"]
    group.equal("each filter is tried", set(fields), {"query", *FILTERS})
    cursor = caller.post(SEARCH, {"query": NAME, "limit": 1}).json["next_cursor"]
    for attempt in ROUTES.values():
        attempt(other, group)
    nothing_by_search(other, group, "with the cursor of the other", cursor)
    for path in OPEN:
        group.equal(path, leaks(other.get(path).body), [])
    group.equal("still found by its own tenant", found(caller), ["secret-0", "secret-1", "secret-2"])
    group.equal("still counted", caller.get("/v1/index").json["documents"], len(SAID))


def erased_people(world, group):
    """Immediately after the receipt nothing remains."""
    caller = written(world, "forgotten")
    cursor = caller.post(SEARCH, {"query": NAME, "limit": 1}).json["next_cursor"]
    caller.post("/v1/documents", {"id": "kept", "version": 1, "text": "слон", "sent_at": "2026-01-02T03:04:05Z", "user_id": 7})
    began = time.monotonic()
    receipt = caller.call("DELETE", f"/v1/documents?user_id={PERSON}")
    group.equal("the receipt", (receipt.status, receipt.json["erased"], leaks(receipt.body)), (200, {"document": len(SAID)}, []))
    nothing_by_search(caller, group, "erased", cursor)
    group.note = f"erased and searched in {time.monotonic() - began:.1f} s"
    group.equal("counted", caller.get("/v1/index").json["documents"], 1)
    group.equal("an old version", caller.post("/v1/documents", {"items": documents()}).json["indexed"], 0)
    caller.post("/v1/index/rebuild", {})
    wait_until("the terms are rebuilt", 20, lambda: caller.get("/v1/index").json["rebuild"]["state"] == "done")
    nothing_by_search(caller, group, "erased and rebuilt")
    for path in OPEN:
        group.equal(path, leaks(caller.get(path).body), [])
    with open(world.stand.log.name, "rb") as log:
        group.equal("the log", leaks(log.read()), [])


GROUPS = [("private: other tenants", other_tenants), ("private: erased people", erased_people)]
