# SPDX-License-Identifier: MIT
"""Messages in search-api's tables, instances that have counted them, and searches as requests and as SQL."""
import itertools
import os
import random
import re
import statistics
import subprocess
import time

import sections
from captured import capture
from sections import bar, fdatasync_us
from stand import Client, Stand, built, full, wait_until
from talk import Talk

MESSAGES = int(os.environ.get("BENCH_MESSAGES", "1000000" if full() else "20000"))
QUERIES, ROUNDS = (300, 3) if full() else (60, 3)
OTHER_TENANTS = ("018f0000-0000-7000-8000-0000000000aa", "018f0000-0000-7000-8000-0000000000bb")
# Eight of ten messages are of the measured tenant.
OURS_OF_TEN = 8
CHATS = max(20, MESSAGES // 50)
# The index is behind, because there is no feed here.
COLUMNS = "tenant_id, id, source, version, bot, chat_id, user_id, sent_at, language, text, length, normaliser, terms"
INDEXES = "SELECT indexname || '|' || indexdef FROM pg_indexes WHERE schemaname = 'search' AND tablename = 'document' AND indexdef !~ 'UNIQUE'"


def judged(bench, *what):
    """The short form only prints its figures: it has few samples and runs beside other load."""
    if full():
        bar(bench, *what)
    else:
        name, value, most, unit, section = what
        bench.rows.append((section, name, f"{value:.1f} {unit} (bar of --full {most})"))


def p99(taken):
    """Of a few hundred samples, the third or fourth."""
    return sorted(taken)[min(len(taken) - 1, len(taken) * 99 // 100)]


def summary(taken):
    return f"p50 {statistics.median(taken):.1f} ms, p99 {p99(taken):.1f} ms, most {max(taken):.1f} ms"


class Bench(sections.Bench):
    """The documents, and an instance that has counted them. Other checkouts are not measured."""

    def __init__(self, _beside=None):
        super().__init__(make_stand=lambda: Stand(service="search-api", database="tapbot_bench_search"))

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
        """Rows for COPY, without the columns that search_terms adds."""
        tenants = (self.tenant, *OTHER_TENANTS)
        # The size of a chat depends on its rank; a few are very large.
        chats = random.choices(range(CHATS), cum_weights=list(itertools.accumulate(1 / (n + 20) for n in range(CHATS))), k=MESSAGES)
        for number, (language, text) in enumerate(self.talk.texts(MESSAGES)):
            tenant = tenants[0] if number % 10 < OURS_OF_TEN else tenants[1 + number % 2]
            sent = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(1_700_000_000 + number * 60))
            yield f"{tenant}\tm{number}\tbot-gateway\t1\tdemo\t{chats[number]}\t{chats[number] * 2 + number % 2}\t{sent}\t{language}\t{text}\n"

    def fill(self):
        """Creates indexes afterwards, all at once."""
        indexes = dict(line.split("|") for line in self.stand.sql(INDEXES).split("\n"))
        self.stand.sql("; ".join(f"DROP INDEX search.{name}" for name in indexes))
        terms = subprocess.Popen([built("tests/bench/search_terms")], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        loader = subprocess.Popen(["psql", "-qX", "-v", "ON_ERROR_STOP=1", self.stand.url("postgres"), "-c",
                                 f"COPY search.document ({COLUMNS}) FROM STDIN"], stdin=terms.stdout)
        terms.stdout.close()
        for some in itertools.zip_longest(*[self.lines()] * 1000, fillvalue=""):
            terms.stdin.write("".join(some).encode())
        terms.stdin.close()
        if terms.wait() or loader.wait():
            raise RuntimeError("the messages were not written")
        self.stand.sql("; ".join(indexes.values()))
        self.stand.sql("VACUUM ANALYZE search.document")
        self.stand.sql("CHECKPOINT")

    def start_instance(self, knows=None, **environment):
        """Starts an instance and waits for its complete lexicon, or until `knows(client)`; returns it and the seconds."""
        began = time.monotonic()
        service = self.stand.service(ACCESS_LOG="false", **environment)
        client = Client(service.port, self.key)
        wait_until("the instance is ready", 1800, lambda: (knows or is_counted)(client), 0.01)
        client.close()
        return service, time.monotonic() - began

    def begin(self):
        """The first instance counts everything; the others start from its snapshot."""
        if self.first is None:
            service, self.first = self.start_instance()
            wait_until("the lexicon is stored", 60, lambda: self.stand.sql("SELECT count(saved_at) FROM search.lexicon_snapshot") == "1", 0.1)
            service.stop()


def is_counted(client):
    answer = client.post("/v1/search/messages", {"query": "qxqx", "mode": "text", "limit": 1})
    return answer.status == 200 and "words_uncounted" not in answer.json["reasons"]


def search_ms(client, query, chat=None, mode="text"):
    body = {"query": query, "mode": mode, "limit": 20, **({"chat_id": chat} if chat is not None else {})}
    began = time.monotonic()
    answer = client.post("/v1/search/messages", body)
    took = (time.monotonic() - began) * 1000
    assert answer.status == 200 and answer.json["mode"] == mode, answer.body
    return took, len(answer.json["items"])


def literal(value):
    """Statements without a name have no types of parameters: only weights need one."""
    if value is None:
        return "NULL"
    return "'" + value.replace("'", "''") + "'" + ("::double precision" if re.fullmatch(r"[\d.e-]+", value) and "." in value else "")


CANDIDATES, NEAR = "candidates", "near"


def kind_of(statement):
    """The name of a search's statement; None: another statement."""
    if "/* search_documents */" in statement.sql:
        return NEAR
    return CANDIDATES if "FROM document d" in statement.sql and "tsquery" in statement.sql else None


def own_sql(bench, queries, chats, mode="text", knows=is_counted, **environment):
    """The statements of each search with their values, and those before all searches, so that prepared statements exist."""
    def ask(service):
        client = Client(service.port, bench.key)
        for query, chat in zip(queries, chats):
            search_ms(client, query, chat, mode)
        client.close()

    def settle(service):
        client = Client(service.port, bench.key)
        wait_until("the instance is ready", 60, lambda: knows(client), 0.1)
        client.close()
    before, searches, last = "", [[]], NEAR if mode == "hybrid" else CANDIDATES
    for one in capture(bench.stand, ask, settle, ACCESS_LOG="false", **environment):
        values = {number: literal(value) for number, value in one.values.items()}
        if kind_of(one) == NEAR:
            before = before or f"PREPARE near ({', '.join(one.types)}) AS {flat(one.sql)};\n"
            searches[-1].append(f"EXECUTE near ({', '.join(value for _, value in sorted(values.items()))})")
        elif kind_of(one) == CANDIDATES:
            searches[-1].append(flat(re.sub(r"\$(\d+)", lambda place, values=values: values[int(place.group(1))], one.sql)))
        if kind_of(one) == last:
            searches.append([])
    return before, searches[:len(queries)]  # later ones check whether the instance is settled


def flat(sql):
    return " ".join(sql.split("\n"))


def sql_ms(bench, searches, before=""):
    """Milliseconds of each search, its statements sent one by one."""
    text = (f"SET search_path = search, api, public;\n{before}\\timing on\n\\o /dev/null\n"
            + "".join(f"{one};\n" for statements in searches for one in statements))
    script = bench.file("own.sql", text)
    run = subprocess.run(["psql", "-qX", "-v", "ON_ERROR_STOP=1", "-f", script, bench.stand.url("search_runtime")],
                         capture_output=True, text=True, check=False)
    if run.returncode:
        raise RuntimeError(run.stderr[:2000])
    taken = iter([float(one) for one in re.findall(r"^Time: ([\d.]+) ms", run.stdout, re.M)])
    found = [sum(itertools.islice(taken, len(statements))) for statements in searches]
    assert next(taken, None) is None, run.stdout[:500] + run.stderr
    return found


def compare(bench, section, chats, mode="text", peers=None, **instances):
    """Each search, its own statements, and those of peers alternate; the median of rounds counts. `instances`: arguments of Bench.start_instance()."""
    queries = bench.queries
    before, statements = own_sql(bench, queries, chats, mode, **instances)
    service, _ = bench.start_instance(**instances)
    client = Client(service.port, bench.key)
    whole, own, others, found = [], [], {name: [] for name in peers or {}}, 0
    for _ in range(1 + ROUNDS):  # the first warms up
        asked = [search_ms(client, query, chat, mode) for query, chat in zip(queries, chats)]
        found = sum(count > 0 for _, count in asked)
        whole.append([took for took, _ in asked])
        own.append(sql_ms(bench, statements, before))
        for name, taken in others.items():
            taken.append(sql_ms(bench, peers[name]))
    client.close()
    rss = service.status("VmRSS") / 1024
    service.stop()
    for name, taken in (("search", whole), ("its own SQL alone", own), *others.items()):
        bench.rows.append((section, name, summary(min(taken[1:], key=p99))))
    bench.rows.append((section, "searches that find something", f"{found} of {len(queries)}"))
    return whole[1:], own[1:], rss


def ratio_of(whole, own):
    """The ratio of the p99 of searches to that of their own SQL."""
    return statistics.median(p99(ours) / p99(alone) for ours, alone in zip(whole, own))
