# SPDX-License-Identifier: MIT
"""Searches by words and vectors with an embeddings endpoint of the test's own, and what GET /v1/index reports about it."""

import contextlib
import json

from http_server import Handler, served
from stand import wait_until

DIMENSIONS = 8
MODEL = "test-model"


class Endpoint(Handler):
    """Like OpenAI's /v1/embeddings. Its vectors have one dimension of meaning: texts about a car or a parking place."""

    protocol_version = "HTTP/1.1"
    dead = False

    def vector(self, text):
        means = any(word in text.lower() for word in ("машин", "паркинг", "гараж"))
        return [1.0, 0.1] + [0.0] * 6 if means else [0.0, 1.0] + [len(text) % 7 / 10] * 6

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        body = json.dumps({"data": [{"index": at, "embedding": self.vector(text)} for at, text in enumerate(asked["input"])],
                           "usage": {"prompt_tokens": 5 * len(asked["input"])}})  # fmt: skip
        self.answer(500 if Endpoint.dead else 200, body)


@contextlib.contextmanager
def meaning(world):
    """A caller of one more instance, which has the endpoint."""
    with served(Endpoint) as endpoint:
        service = world.stand.service(EMBEDDINGS_URL=f"http://127.0.0.1:{endpoint.server_address[1]}/v1", EMBEDDINGS_MODEL=MODEL,
                                      EMBEDDINGS_DIMENSIONS="0", EMBEDDINGS_DAILY_BUDGET="500000")  # fmt: skip
        try:
            yield type(world.caller)(world, world.stand.key(tenant="meaning"), service.port)
        finally:
            service.stop()
            world.stand.sql("DELETE FROM search.document_vector; DELETE FROM search.generation")


def vectors(caller):
    return caller.get("/v1/index").json["vectors"]


def filled(caller, count):
    """Whether so many documents have a vector."""
    shown = vectors(caller)
    return shown["reason"] is None and [(one["documents"], one["due"]) for one in shown["generations"]] == [(count, 0)]


def found(caller, mode):
    return caller.post("/v1/search/messages", {"query": "машина", **({"mode": mode} if mode else {})}).json


def by_vectors(world, group):
    texts = ("Где можно поставить машину?", "У дома есть подземный паркинг", "Завтрак с восьми утра")
    items = [{"id": f"m{at}", "version": 1, "text": text, "sent_at": "2026-01-02T03:04:05Z"} for at, text in enumerate(texts)]
    group.equal("without an endpoint", vectors(world.caller), None)
    with meaning(world) as caller:
        caller.post("/v1/documents", {"items": items})
        wait_until("all have a vector", 60, lambda: filled(caller, len(texts)), 0.2)
        # The index synchronises with the table every second.
        wait_until("they are found", 60, lambda: len(found(caller, "vector")["items"]) == len(texts), 0.2)
        wait_until("nothing is missing", 60, lambda: not found(caller, "hybrid")["degraded"], 0.2)
        shown = vectors(caller)
        serving = {"model": MODEL, "dimensions": DIMENSIONS, "state": "serving", "documents": 3, "due": 0, "refused": 0, "truncated": 0}
        group.equal("reported", (shown["generations"], shown["tokens_max"]), ([serving], 500000))
        group.expect(0 < shown["tokens_today"] <= 500000, f"spent: {shown['tokens_today']}")
        group.equal("the kind of index", caller.get("/v1/index").json["backend"], "embedded")
        for mode, ids in (("text", ["m0"]), ("vector", ["m0", "m1"]), ("hybrid", ["m0", "m1"]), (None, ["m0", "m1"])):
            reply = found(caller, mode)
            shown = [one["id"] for one in reply["items"]][: len(ids)]
            group.equal(f"mode {mode}", (reply["mode"], sorted(shown) if mode == "vector" else shown), (mode or "hybrid", ids))
        ranks = reply["items"][0]["why"]
        group.equal("why", (ranks["text_rank"], type(ranks["vector_rank"])), (1, int))
        other = type(caller)(world, world.stand.key(tenant="meaning-other"), caller.port)
        group.equal("another tenant's counts", [(one["documents"], one["due"]) for one in vectors(other)["generations"]], [(0, 0)])
        group.equal("not found by another tenant", found(other, "vector")["items"], [])
        Endpoint.dead = True
        reply = found(caller, "hybrid")
        group.equal("the endpoint is dead", (reply["mode"], reply["reasons"], reply["items"][0]["id"]), ("text", ["vectors_failed"], "m0"))
        Endpoint.dead = False


GROUPS = [("search: by vectors", by_vectors)]
