# SPDX-License-Identifier: MIT
"""search-api with a vector per message and an endpoint that answers at once: the same measurements as without vectors, and the
time to load all vectors at the start, how long loading and releasing them blocks the loop, and their memory."""
import statistics
import time

from crowd import CLIENTS, hold
from embeddings import DIMENSIONS, Embeddings
from messages import MESSAGES, QUERIES, compare, is_counted, judged, ratio_of
from sections import bar
from stand import full, wait_until

STARTS, INSTANCES = (5, 5) if full() else (2, 1)
ROW_BYTES = 280  # docs/internals/search.md, with 256 dimensions
GIVEN_UP = 0.9 * MESSAGES * ROW_BYTES / 2**20
RSS_MOST, START_MOST, HELD_MOST = 300, 3, 5
# Random bytes suffice, because a scan reads all of them.
FILL = f"""SET search_path = search, api, public;
SET session_replication_role = replica;
TRUNCATE vector_due, document_vector;
DROP INDEX document_vector_by_hash, document_vector_by_change;
INSERT INTO document_vector (generation, number, hash, vector, truncated)
SELECT g.number, d.number, substring(sha256(d.number::text::bytea) FOR 16), v.bytes, false FROM generation g CROSS JOIN document d
CROSS JOIN LATERAL (SELECT string_agg(sha256((d.number || ' ' || part)::bytea), '') AS bytes FROM generate_series(1, {DIMENSIONS // 32}) part) v
ORDER BY d.number;
CREATE INDEX document_vector_by_hash ON document_vector (generation, hash);
CREATE INDEX document_vector_by_change ON document_vector (generation, tx, number);
UPDATE generation SET queued_below = 0"""


def is_meant(client):
    """The lexicon is ready, and all vectors are loaded."""
    answer = client.post("/v1/search/messages", {"query": "qxqx", "mode": "hybrid", "limit": 1})
    return answer.status == 200 and answer.json["mode"] == "hybrid" and not {"words_uncounted", "vectors_missing"} & set(answer.json["reasons"])


class Vectors:
    """A context in which every message has a vector; `instances` are the variables of instances."""

    def __init__(self, bench):
        self.bench, self.endpoint = bench, Embeddings()

    def __enter__(self):
        self.bench.begin()
        self.endpoint.__enter__()
        self.instances = {"knows": is_meant, "EMBEDDINGS_URL": self.endpoint.url, "EMBEDDINGS_DIMENSIONS": DIMENSIONS,
                       "EMBEDDINGS_MINUTE_TEXTS": 1, "SEARCH_VECTOR_MEMORY": MESSAGES * ROW_BYTES // 2**20 + 2}
        service, _ = self.bench.start_instance(**{**self.instances, "knows": is_counted})
        wait_until("a generation serves", 30, lambda: self.bench.stand.sql("SELECT count(*) FROM search.generation WHERE state = 'serving'") == "1")
        service.stop()
        began = time.monotonic()
        self.bench.stand.sql(FILL)
        self.bench.stand.sql("VACUUM ANALYZE search.document_vector")
        self.bench.stand.sql("CHECKPOINT")
        self.bench.notes.append(f"a vector of {DIMENSIONS} dimensions of each (made in {time.monotonic() - began:.0f} s)")
        return self

    def __exit__(self, *_):
        self.endpoint.__exit__()
        self.bench.stand.sql("TRUNCATE search.generation CASCADE")

    def start_instance(self):
        return self.bench.start_instance(**self.instances)


def start(vectors):
    """The start of instances until lexicon and vectors are loaded; then no generation serves, and the vectors are released."""
    bench, section = vectors.bench, "start with vectors"
    starts, held, behind = [], [], []
    for _ in range(STARTS):
        service, took = vectors.start_instance()
        starts.append(took)
        held.append(service.metric("loop_held_seconds_max") * 1000)
        rss = service.status("VmRSS") / 1024
        bench.stand.sql("UPDATE search.generation SET state = 'retired', retired_at = now()")
        wait_until("the vectors are released", 10, lambda: service.status("VmRSS") / 1024 < rss - GIVEN_UP)
        behind.append(service.metric("loop_held_seconds_max") * 1000)
        bench.rows.append((section, "RSS, and when they are given up", f"{rss:.1f} MiB, {service.status('VmRSS') / 1024:.1f} MiB"))
        service.stop()
        bench.stand.sql("UPDATE search.generation SET state = 'serving', retired_at = NULL")
    bench.rows.append((section, "loop held meanwhile", f"{', '.join(f'{one:.2f}' for one in sorted(held))} ms"))
    bar(bench, "search-api starts until it knows words and vectors", statistics.median(starts), START_MOST, "s", section)
    bar(bench, "loop held, when vectors are read and given up", statistics.median(behind), HELD_MOST, "ms", section)


def meaning(bench):
    with Vectors(bench) as vectors:
        start(vectors)
        section = "search by words and meaning"
        whole, own, rss = compare(bench, section, [None] * QUERIES, "hybrid", **vectors.instances)
        judged(bench, "p99 of such a search, of its own SQL's", ratio_of(whole, own), 1.5, "times", section)
        bar(bench, "RSS of search-api with vectors", rss, RSS_MOST, "MiB", section)
        hold(bench, f"{CLIENTS} clients search by words and meaning", "hybrid", vectors.start_instance, instances=INSTANCES, suffix=", with vectors")


SECTIONS = {"search-meaning": meaning}
