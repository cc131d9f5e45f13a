# SPDX-License-Identifier: MIT
"""search-api with a million messages: how soon it answers beside its own SQL and beside PostgreSQL's full text, how long it holds
its loop meanwhile, how soon a copy that starts knows the words, how fast messages are taken, and what memory that needs."""
import concurrent.futures
import contextlib
import itertools
import json
import os
import random
import re
import statistics
import subprocess
import time

import sections
from captured import capture
from sections import bar, fdatasync_us
from stand import Client, Stand, built, full, report, wait_until
from talk import Talk

OURS = "search-api"
MESSAGES = int(os.environ.get("BENCH_MESSAGES", "1000000" if full() else "20000"))
QUERIES, ROUNDS = (300, 3) if full() else (60, 3)
STARTS, COPIES, CLIENTS, LOAD_SECONDS = (5, 5, 32, 10) if full() else (3, 3, 32, 3)
INGEST_SECONDS, INGEST_CLIENTS, BATCH = (10, 4, 100) if full() else (3, 4, 100)  # a body ends at 64 KiB
OTHER_TENANTS = ("018f0000-0000-7000-8000-0000000000aa", "018f0000-0000-7000-8000-0000000000bb")
# Of ten messages eight are of the tenant that is measured.
OURS_OF_TEN = 8
CHATS = max(20, MESSAGES // 50)
# The index is behind: nobody feeds it here.
COLUMNS = "tenant_id, id, source, version, bot, chat_id, user_id, sent_at, language, text, length, normaliser, terms"
INDEXES = "SELECT indexname || '|' || indexdef FROM pg_indexes WHERE schemaname = 'search' AND tablename = 'document' AND indexdef !~ 'UNIQUE'"
PEER = "PostgreSQL's full text (russian, OR, ts_rank)"
PEER_TABLE = """CREATE TABLE public.peer AS SELECT number, tenant_id, chat_id, text, to_tsvector('russian', text) AS terms FROM search.document;
CREATE INDEX ON public.peer USING gin (terms); CREATE INDEX ON public.peer (tenant_id, chat_id)"""


def judged(bench, *what):
    """Of the short form the table alone tells: few samples, beside whatever else runs."""
    if full():
        bar(bench, *what)
    else:
        name, value, most, unit, section = what
        bench.rows.append((section, name, f"{value:.1f} {unit} (bar of --full {most})"))


def p99(taken):
    """Of a few hundred, the third or fourth."""
    return sorted(taken)[min(len(taken) - 1, len(taken) * 99 // 100)]


def told(taken):
    return f"p50 {statistics.median(taken):.1f} ms, p99 {p99(taken):.1f} ms, most {max(taken):.1f} ms"


class Bench(sections.Bench):
    """The documents, and a copy that has counted them. Another checkout is not measured."""

    def __init__(self, _beside=None):
        super().__init__(make_stand=lambda: Stand(service=OURS, database="tapbot_bench_search"))

    def __enter__(self):
        self.stand = self.make_stand().__enter__()
        self.folder = self.stand.folder
        self.key = self.stand.key(rate=1000000)
        self.tenant = self.stand.sql("SELECT id FROM api.tenant WHERE name = 'demo'")
        began = time.monotonic()
        self.talk = Talk(MESSAGES)
        self.fill()
        self.queries = self.talk.queries(QUERIES)
        size = self.stand.sql("SELECT pg_size_pretty(pg_total_relation_size('search.document'))")
        self.notes.append(f"{MESSAGES:,} messages in {CHATS:,} chats, {size} with indexes (made in {time.monotonic() - began:.0f} s); "
                          f"fdatasync {fdatasync_us()} us")
        self.first = None
        return self

    def lines(self):
        """As COPY takes them, but for what search_terms adds."""
        tenants = (self.tenant, *OTHER_TENANTS)
        # A chat is as large as its place says; a few are very large.
        chats = random.choices(range(CHATS), cum_weights=list(itertools.accumulate(1 / (n + 20) for n in range(CHATS))), k=MESSAGES)
        for number, (language, text) in enumerate(self.talk.texts(MESSAGES)):
            tenant = tenants[0] if number % 10 < OURS_OF_TEN else tenants[1 + number % 2]
            sent = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(1_700_000_000 + number * 60))
            yield f"{tenant}\tm{number}\tbot-gateway\t1\tdemo\t{chats[number]}\t{chats[number] * 2 + number % 2}\t{sent}\t{language}\t{text}\n"

    def fill(self):
        """Indexes are made behind, at once."""
        indexes = dict(line.split("|") for line in self.stand.sql(INDEXES).split("\n"))
        self.stand.sql("; ".join(f"DROP INDEX search.{name}" for name in indexes))
        terms = subprocess.Popen([built("tests/bench/search_terms")], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        copy = subprocess.Popen(["psql", "-qX", "-v", "ON_ERROR_STOP=1", self.stand.url("postgres"), "-c",
                                 f"COPY search.document ({COLUMNS}) FROM STDIN"], stdin=terms.stdout)
        terms.stdout.close()
        for some in itertools.zip_longest(*[self.lines()] * 1000, fillvalue=""):
            terms.stdin.write("".join(some).encode())
        terms.stdin.close()
        if terms.wait() or copy.wait():
            raise RuntimeError("the messages were not written")
        self.stand.sql("; ".join(indexes.values()))
        self.stand.sql("VACUUM ANALYZE search.document")
        self.stand.sql("CHECKPOINT")

    def copy(self):
        """One more copy that knows its words, and how long that took."""
        began = time.monotonic()
        service = self.stand.service(ACCESS_LOG="false")
        client = Client(service.port, self.key)
        wait_until("words are counted", 1800, lambda: is_counted(client), 0.01)
        client.close()
        return service, time.monotonic() - began

    def begin(self):
        """The first copy counts all; what it has kept is there for the others."""
        if self.first is None:
            service, self.first = self.copy()
            wait_until("the lexicon is kept", 60, lambda: self.stand.sql("SELECT count(saved_at) FROM search.lexicon_snapshot") == "1", 0.1)
            service.stop()


def is_counted(client):
    answer = client.post("/v1/search/messages", {"query": "qxqx", "mode": "text", "limit": 1})
    return answer.status == 200 and "words_uncounted" not in answer.json["reasons"]


def search_ms(client, query, chat=None):
    body = {"query": query, "mode": "text", "limit": 20, **({"chat_id": chat} if chat is not None else {})}
    began = time.monotonic()
    answer = client.post("/v1/search/messages", body)
    took = (time.monotonic() - began) * 1000
    assert answer.status == 200, answer.body
    return took, len(answer.json["items"])


# ---- starting -----------------------------------------------------------------------------------------------------------------

def start(bench):
    """A copy that starts, until it knows the words; and one that had to count them."""
    bench.begin()
    size = bench.stand.sql("SELECT round(sum(octet_length(bytes)) / 1e6, 1) || ' MB, ' || max(terms) || ' terms' FROM search.lexicon_piece"
                           " JOIN search.lexicon_snapshot s ON s.number = snapshot")
    starts, held = [], []
    for _ in range(STARTS):
        service, took = bench.copy()
        starts.append(took)
        held.append(service.metric("loop_held_seconds_max") * 1000)
        rss = service.status("VmRSS") / 1024
        service.stop()
    bench.rows.append(("start", "without a lexicon that is kept", f"{bench.first:.1f} s"))
    bench.rows.append(("start", "kept", size))
    bench.rows.append(("start", "loop held meanwhile", f"{statistics.median(held):.2f} ms of {', '.join(f'{one:.2f}' for one in sorted(held))}"))
    bench.rows.append(("start", "RSS behind it", f"{rss:.1f} MB"))
    bar(bench, "search-api starts until it knows the words", statistics.median(starts), 3, "s", "start")


# ---- one search ---------------------------------------------------------------------------------------------------------------

def literal(value):
    """The statement is planned each time and does not tell the types of its parameters: only a weight's is not plain."""
    if value is None:
        return "NULL"
    return "'" + value.replace("'", "''") + "'" + ("::double precision" if re.fullmatch(r"[\d.e-]+", value) and "." in value else "")


def own_sql(bench, queries, chats):
    """The statement of each search with its values."""
    def ask(service):
        client = Client(service.port, bench.key)
        for query, chat in zip(queries, chats):
            search_ms(client, query, chat)
        client.close()

    def settle(service):
        client = Client(service.port, bench.key)
        wait_until("words are counted", 60, lambda: is_counted(client), 0.1)
        client.close()
    found = [one for one in capture(bench.stand, ask, settle, ACCESS_LOG="false") if "FROM document d" in one.sql and "tsquery" in one.sql]
    found = found[:len(queries)]  # behind them come those that ask whether the copy is settled
    return [re.sub(r"\$(\d+)", lambda place, one=one: literal(one.values[int(place.group(1))]), one.sql) for one in found]


def sql_ms(bench, statements):
    """Milliseconds of each, sent one by one."""
    text = "SET search_path = search, api, public;\n\\timing on\n\\o /dev/null\n" + "".join(" ".join(one.split("\n")) + ";\n" for one in statements)
    script = bench.file("own.sql", text)
    run = subprocess.run(["psql", "-qX", "-v", "ON_ERROR_STOP=1", "-f", script, bench.stand.url("search_runtime")],
                         capture_output=True, text=True, check=False)
    if run.returncode:
        raise RuntimeError(run.stderr[:2000])
    taken = [float(one) for one in re.findall(r"^Time: ([\d.]+) ms", run.stdout, re.M)]
    assert len(taken) == len(statements), run.stdout[:500] + run.stderr
    return taken


def peer_sql(bench, query, chat):
    words = "'" + query.replace("'", "") + "'"
    inside = "" if chat is None else f" AND chat_id = {chat}"
    either = f"replace(plainto_tsquery('russian', {words})::text, '&', '|')::tsquery"
    return (f"SELECT number, text FROM public.peer WHERE tenant_id = '{bench.tenant}' AND terms @@ {either}{inside}"
            f" ORDER BY ts_rank(terms, {either}, 1) DESC LIMIT 50")


def compare(bench, section, chats):
    """Each search, its own statement alone, and PostgreSQL's full text, in turn; the median of rounds counts."""
    queries = bench.queries
    statements = own_sql(bench, queries, chats)
    peers = [peer_sql(bench, query, chat) for query, chat in zip(queries, chats)] if full() else []
    service, _ = bench.copy()
    client = Client(service.port, bench.key)
    whole, own, peer, found = [], [], [], 0
    for _ in range(1 + ROUNDS):  # the first makes all warm
        asked = [search_ms(client, query, chat) for query, chat in zip(queries, chats)]
        found = sum(count > 0 for _, count in asked)
        whole.append([took for took, _ in asked])
        own.append(sql_ms(bench, statements))
        if peers:
            peer.append(sql_ms(bench, peers))
    client.close()
    rss = service.status("VmRSS") / 1024
    service.stop()
    for name, taken in (("search", whole), ("its own SQL alone", own), *([(PEER, peer)] if peer else [])):
        bench.rows.append((section, name, told(min(taken[1:], key=p99))))
    bench.rows.append((section, "searches that find something", f"{found} of {len(queries)}"))
    return whole[1:], own[1:], rss


def text(bench):
    bench.begin()
    if full():
        bench.stand.sql(PEER_TABLE)
        bench.stand.sql("VACUUM ANALYZE public.peer")
        bench.stand.sql("GRANT SELECT ON public.peer TO PUBLIC")
    whole, own, rss = compare(bench, "search in all", [None] * QUERIES)
    ratio = statistics.median(p99(ours) / p99(alone) for ours, alone in zip(whole, own))
    judged(bench, "p99 of a search, of its own SQL's", ratio, 1.5, "times", "search in all")
    bar(bench, "RSS of search-api", rss, 80, "MB", "search in all")


def chat(bench):
    bench.begin()
    chats = random.choices(range(min(CHATS, 1000)), k=QUERIES)
    whole, _, _ = compare(bench, "search in a chat", chats)
    judged(bench, "p99 of a search in a chat", statistics.median(map(p99, whole)), 15, "ms", "search in a chat")


# ---- 32 clients ---------------------------------------------------------------------------------------------------------------

class Crowd:
    """So many clients that search at once, each as soon as it is answered, from a process of its own."""

    def __init__(self, bench, service):
        script = bench.lua("searches.lua", f"""local queries = {{{", ".join(json.dumps(one, ensure_ascii=False) for one in bench.queries)}}}
local asked = {{}}
headers["Content-Type"] = "application/json"
init = function()
  for n, query in ipairs(queries) do
    asked[n] = wrk.format("POST", "/v1/search/messages", headers, '{{"query":"' .. query .. '","mode":"text","limit":20}}')
  end
end
request = function() return asked[math.random(#asked)] end""")
        self.process = subprocess.Popen(["wrk", "-t1", f"-c{CLIENTS}", f"-d{LOAD_SECONDS + 2}s", "--latency", "--timeout", "10s", "-s", script,
                                         f"http://127.0.0.1:{service.port}/"], stdout=subprocess.PIPE, text=True)

    def __enter__(self):
        time.sleep(1)
        return self

    def __exit__(self, *_):
        out, _ = self.process.communicate()
        bad = re.search(r"Non-2xx or 3xx responses: (\d+)", out)
        if bad or "Requests/sec" not in out:
            raise RuntimeError(out)
        self.rate, self.late = float(re.search(r"Requests/sec:\s+([\d.]+)", out).group(1)), re.search(r"99%\s+(\S+)", out).group(1)


def livez_ms(client):
    began = time.monotonic()
    assert client.get("/livez").status == 200
    return (time.monotonic() - began) * 1000


def crowd(bench):
    """Whether others wait while many search: the loop's holds, and /livez beside that of a copy that has nothing to do."""
    bench.begin()
    idle, _ = bench.copy()
    aside = Client(idle.port)
    held, ratios, rates, livez = [], [], [], []
    for _ in range(COPIES):
        service, _ = bench.copy()
        busy, end = Client(service.port), time.monotonic() + LOAD_SECONDS
        taken = {busy: [], aside: []}
        with Crowd(bench, service) as load:
            while time.monotonic() < end:
                for client, list_ in taken.items():
                    list_.append(livez_ms(client))
                time.sleep(0.005)
        ratios.append(p99(taken[busy]) / p99(taken[aside]))
        livez.append(f"{p99(taken[busy]):.1f}/{p99(taken[aside]):.1f}")
        held.append(service.metric("loop_held_seconds_max") * 1000)
        rates.append(f"{load.rate:.0f}/s (p99 {load.late})")
        rss = service.status("VmRSS") / 1024
        busy.close()
        service.stop()
    aside.close()
    idle.stop()
    section = f"{CLIENTS} clients search"
    bench.rows.append((section, "searches", ", ".join(rates)))
    bench.rows.append((section, "p99 of /livez, busy/idle, ms", ", ".join(livez)))
    bench.rows.append((section, "loop held at most, ms", ", ".join(f"{one:.2f}" for one in sorted(held))))
    bar(bench, "search-api's loop held", statistics.median(held), 5, "ms", section)
    judged(bench, "p99 of /livez while many search, of an idle copy's", statistics.median(ratios), 2, "times", section)
    bar(bench, f"RSS behind {CLIENTS} clients", rss, 80, "MB", section)


# ---- taking messages ----------------------------------------------------------------------------------------------------------

def batches(bench, first, streams):
    """Documents as JSON bodies or lines of a stream, made beforehand."""
    texts = bench.talk.texts(BATCH * INGEST_SECONDS * 25)
    for number in range(INGEST_SECONDS * 25):
        some = [{"id": f"i{first}-{number}-{n}", "version": 1, "text": one, "sent_at": "2026-01-02T03:04:05Z", "chat_id": n, "user_id": n,
                 "language": language} for n, (language, one) in enumerate(itertools.islice(texts, BATCH))]
        yield ("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in some) if streams else
               json.dumps({"items": some}, ensure_ascii=False)).encode()


def ingest(bench):
    """Messages a second through POST /v1/documents, beside all those that are there, until they are written."""
    bench.begin()
    service, _ = bench.copy()
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


SECTIONS = {"search-start": start, "search-text": text, "search-chat": chat, "search-crowd": crowd, "search-ingest": ingest}
