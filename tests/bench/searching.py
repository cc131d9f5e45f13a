# SPDX-License-Identifier: MIT
"""search-api with a million messages: latency compared with its own SQL and PostgreSQL's full text search, blocking of the loop, the
start of an instance, uploads per second, and memory."""
import concurrent.futures
import contextlib
import itertools
import json
import random
import statistics
import time

import meaning
import messages
from crowd import CLIENTS, hold
from messages import CHATS, QUERIES, compare, judged, p99, ratio_of
from sections import bar
from stand import Client, full, report

OURS, Bench = "search-api", messages.Bench
STARTS = 5 if full() else 3
INGEST_SECONDS, INGEST_CLIENTS, BATCH = (10, 3, 100) if full() else (3, 3, 100)  # a tenant has at most 3 streams, a body 64 KiB
PEER = "PostgreSQL's full text (russian, OR, ts_rank)"
PEER_TABLE = """CREATE TABLE public.peer AS SELECT number, tenant_id, chat_id, text, to_tsvector('russian', text) AS terms FROM search.document;
CREATE INDEX ON public.peer USING gin (terms); CREATE INDEX ON public.peer (tenant_id, chat_id)"""


# ---- starting -----------------------------------------------------------------------------------------------------------------

def start(bench):
    """The start of an instance with a snapshot, and of one that counts all words."""
    bench.begin()
    size = bench.stand.sql("SELECT round(sum(octet_length(bytes)) / 1e6, 1) || ' MB, ' || max(terms) || ' terms' FROM search.lexicon_piece"
                           " JOIN search.lexicon_snapshot s ON s.number = snapshot")
    starts, held = [], []
    for _ in range(STARTS):
        service, took = bench.start_instance()
        starts.append(took)
        held.append(service.metric("loop_held_seconds_max") * 1000)
        rss = service.status("VmRSS") / 1024
        service.stop()
    bench.rows.append(("start", "without a stored lexicon", f"{bench.first:.1f} s"))
    bench.rows.append(("start", "stored lexicon", size))
    bench.rows.append(("start", "loop held meanwhile", f"{statistics.median(held):.2f} ms of {', '.join(f'{one:.2f}' for one in sorted(held))}"))
    bench.rows.append(("start", "RSS behind it", f"{rss:.1f} MiB"))
    bar(bench, "search-api starts until it knows the words", statistics.median(starts), 3, "s", "start")


# ---- one search ---------------------------------------------------------------------------------------------------------------

def peer_sql(bench, query, chat):
    words = "'" + query.replace("'", "") + "'"
    inside = "" if chat is None else f" AND chat_id = {chat}"
    either = f"replace(plainto_tsquery('russian', {words})::text, '&', '|')::tsquery"
    return (f"SELECT number, text FROM public.peer WHERE tenant_id = '{bench.tenant}' AND terms @@ {either}{inside}"
            f" ORDER BY ts_rank(terms, {either}, 1) DESC LIMIT 50")


def peers(bench, chats):
    return {PEER: [[peer_sql(bench, query, chat)] for query, chat in zip(bench.queries, chats)]} if full() else {}


def text(bench):
    bench.begin()
    if full():
        bench.stand.sql(PEER_TABLE)
        bench.stand.sql("VACUUM ANALYZE public.peer")
        bench.stand.sql("GRANT SELECT ON public.peer TO PUBLIC")
    chats = [None] * QUERIES
    whole, own, rss = compare(bench, "search in all", chats, peers=peers(bench, chats))
    judged(bench, "p99 of a search, of its own SQL's", ratio_of(whole, own), 1.5, "times", "search in all")
    bar(bench, "RSS of search-api", rss, 80, "MiB", "search in all")


def chat(bench):
    bench.begin()
    chats = random.choices(range(min(CHATS, 1000)), k=QUERIES)
    whole, _, _ = compare(bench, "search in a chat", chats, peers=peers(bench, chats))
    judged(bench, "p99 of a search in a chat", statistics.median(map(p99, whole)), 15, "ms", "search in a chat")


# ---- 32 clients ---------------------------------------------------------------------------------------------------------------

def crowd(bench):
    """Whether other requests wait while many search."""
    bench.begin()
    hold(bench, f"{CLIENTS} clients search", "text", bench.start_instance, 80)


# ---- uploads ------------------------------------------------------------------------------------------------------------------

def batches(bench, first, streams):
    """Documents as JSON bodies or lines of a stream, prepared in advance."""
    texts = bench.talk.texts(BATCH * INGEST_SECONDS * 25)
    for number in range(INGEST_SECONDS * 25):
        some = [{"id": f"i{first}-{number}-{n}", "version": 1, "text": one, "sent_at": "2026-01-02T03:04:05Z", "chat_id": n, "user_id": n,
                 "language": language} for n, (language, one) in enumerate(itertools.islice(texts, BATCH))]
        yield ("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in some) if streams else
               json.dumps({"items": some}, ensure_ascii=False)).encode()


def ingest(bench):
    """Messages written per second by POST /v1/documents, besides all existing ones."""
    bench.begin()
    service, _ = bench.start_instance()
    client = Client(service.port, bench.key)
    streams = "application/x-ndjson" in client.get("/openapi.json").body.decode()
    client.close()
    made = [list(batches(bench, number, streams)) for number in range(INGEST_CLIENTS)]
    written, end = [0] * INGEST_CLIENTS, time.monotonic() + INGEST_SECONDS

    def run(number):
        with contextlib.closing(Client(service.port, bench.key, timeout=120)) as own:
            if streams:
                answer = own.post("/v1/documents", b"".join(made[number]), headers={"Content-Type": "application/x-ndjson"})
                assert answer.status == 200, answer.body
                written[number] = answer.json["indexed"]
                return
            for one in made[number]:
                if time.monotonic() > end:
                    break
                answer = own.post("/v1/documents", one)
                assert answer.status == 200, answer.body
                written[number] += answer.json["indexed"]
    began = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(INGEST_CLIENTS) as pool:
        list(pool.map(run, range(INGEST_CLIENTS)))
    rate = sum(written) / (time.monotonic() - began)
    held = service.metric("loop_held_seconds_max") * 1000
    service.stop()
    text_ = f"{rate:.0f} messages/s of {INGEST_CLIENTS} clients {'by streams' if streams else f'by {BATCH}'} (bar 5000), loop held {held:.1f} ms"
    bench.rows.append(("ingest", "written", text_))
    report("pass" if rate >= 5000 or not full() else "fail", "bench/search-api takes messages", text_)


SECTIONS = {"search-start": start, "search-text": text, "search-chat": chat, "search-crowd": crowd, **meaning.SECTIONS, "search-ingest": ingest}
