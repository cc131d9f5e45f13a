# SPDX-License-Identifier: MIT
"""Updates of Telegram to bot-gateway: the rate of storing them, compared with pgbench that inserts the same row, and the time until
they are acknowledged. This bench runs answers.py and guests.py too."""
import glob
import json
import os
import subprocess

import answers
import guests
import measure
import sections
from gateway import BOT, HEADER, SECRET, Gateway
from sections import ROUNDS, SECONDS, bar, fdatasync_us, postmaster
from stand import full, openload

PATH = f"/telegram/{BOT}"
CHATS, CHAT = 1000, 700_000_000
# bot-gateway's settings of docker-compose.yml.
CONNECTIONS = {"DB_SHARED_CONNECTIONS": "1", "DB_EXCLUSIVE_CONNECTIONS": "3"}
NUMBER = 424_242_424_242
OURS, PEER = "bot-gateway", "pgbench, the same row"
# Answers are measured separately: rows are stored as done, for the gateway and for pgbench.
DONE = """CREATE FUNCTION bot.done_at_once() RETURNS trigger LANGUAGE plpgsql AS
 $$ BEGIN NEW.status := 'done'; RETURN NEW; END $$;
CREATE TRIGGER done_at_once BEFORE INSERT ON bot.update FOR EACH ROW EXECUTE FUNCTION bot.done_at_once()"""
# The constant columns, then the row. It is stored as 'received', see DONE.
CONSTANT = ("bot_id", "kind", "body", "body_cut")
INSERT = f"""\\set i :i + 1
\\set u :client_id * 10000000 + :i
\\set c {CHAT} + :i % {CHATS}
INSERT INTO update (id, bot_id, update_id, broken_key, kind, chat_id, user_id, status, body, body_cut)
 VALUES (('018f4000-0000-7000-8000-' || lpad(:u::text, 12, '0'))::uuid, :bot_id, :u, NULL, :kind, :c, :c, 'received', :body, :body_cut)
 ON CONFLICT DO NOTHING;
"""
HOOK_RATE, HOOK_SECONDS, HOOK_RUNS, BEST = 500, 15, 5, 3


def update(number, chat):
    """A short message in Telegram's form."""
    person = {"id": chat, "is_bot": False, "first_name": "Айгүл", "language_code": "kk"}
    return {"update_id": number, "message": {"message_id": 1, "from": person, "chat": {"id": chat, "first_name": "Айгүл", "type": "private"},
                                             "date": 1780000000, "text": "Сәлем, ауа райы қандай"}}


class Bench(sections.Bench):
    """The gateway's tables, and a bot that makes no calls. Another checkout is not measured."""

    def __init__(self, _beside=None):
        super().__init__()

    def __enter__(self):
        self.gateway = Gateway(0, root="http://127.0.0.1:1", token="", database="tapbot_bench_bot").__enter__()
        self.stand, self.folder = self.gateway.stand, self.gateway.stand.folder
        self.url = self.stand.url("bot_runtime")
        self.stand.sql("ALTER ROLE bot_runtime SET search_path = bot, api, public")
        self.stand.sql(DONE)
        self.notes.append(f"updates of {CHATS} chats, {ROUNDS} rounds of {SECONDS} s, 64 clients, medians; fdatasync {fdatasync_us()} us")
        self.meter = measure.Meter(postmaster())
        self.script, self.options = self.same_row()
        return self

    def __exit__(self, *_):
        self.gateway.__exit__()

    def same_row(self):
        """The row that the gateway has stored, one per transaction of a usual pgbench script, each with another id."""
        service = self.gateway.service(False).start()
        status = self.gateway.deliver(service, update(NUMBER, CHAT))
        assert status == 200, f"the update is answered {status}"
        service.stop()
        stored = json.loads(self.stand.sql(f"SELECT to_json(u) FROM bot.update u WHERE update_id = {NUMBER}"))
        assert stored["broken_key"] is None and stored["chat_id"] == stored["user_id"] == CHAT, stored
        options = [option for name in CONSTANT for option in ("-D", f"{name}={stored[name]}")]
        return self.file("update.sql", INSERT), [*options, "-D", "i=0"]

    def empty(self):
        self.stand.sql("TRUNCATE bot.update")

    def service(self, start=True, **environment):
        """Its access lines are discarded, because pgbench has none."""
        service = self.gateway.service(False, **{**CONNECTIONS, **environment})
        service.output = subprocess.DEVNULL
        return service.start() if start else service

    def targets(self):
        """So many that none is repeated in a run."""
        lines = (f"{PATH} {json.dumps(update(n, CHAT + n % CHATS), ensure_ascii=False)}" for n in range(HOOK_RATE * HOOK_SECONDS))
        return self.file("updates", "\n".join(lines))


def stored(bench):
    """wrk delivers different updates; acknowledged ones must be stored afterwards."""
    body = json.dumps(update(NUMBER, CHAT), ensure_ascii=False).replace(str(NUMBER), "%d").replace(str(CHAT), "%d")
    lua = bench.file("update.lua", f"""
local headers = {{["{HEADER}"] = "{SECRET}", ["Content-Type"] = "application/json"}}
local i = 0
request = function()
  i = i + 1
  local chat = {CHAT} + i % {CHATS}
  return wrk.format("POST", "{PATH}", headers, string.format([[{body}]], i, chat, chat))
end""")
    service = bench.service()
    deliver = measure.wrk(service.port, lua, SECONDS)

    def counted():
        requests, seconds, own = deliver()
        stored = bench.gateway.count("bot.update")
        assert stored >= requests, f"{requests} were acknowledged, {stored} are stored"
        return requests, seconds, own

    def ours():
        bench.empty()
        return bench.meter.run(counted, service.pid)
    return ours, service


def contest(bench, section, least):
    ours, service = stored(bench)

    def peer():
        bench.empty()
        return bench.meter.run(measure.pgbench(bench.url, bench.script, SECONDS, options=bench.options))
    try:
        bench.compare(section, {OURS: ours, PEER: peer}, [(OURS, PEER, least)])
    finally:
        service.stop()


def intake(bench):
    contest(bench, "updates stored", 0.9)


def intake_slow_disk(bench):
    """The same with each fdatasync 2 ms longer, as on a typical cloud disk."""
    if not full():
        return
    with sections.slow_disk(bench):
        contest(bench, "updates stored, fdatasync + 2 ms", 1.0)


def p99_of_pgbench(bench):
    """Milliseconds since a transaction was due."""
    prefix = os.path.join(bench.folder, "pgbench_log")
    subprocess.run(["pgbench", "-n", "-M", "prepared", "-c", "8", "-j", "2", "-T", str(HOOK_SECONDS), "-R", str(HOOK_RATE), "-l",
                    f"--log-prefix={prefix}", *bench.options, "-f", bench.script, bench.url], check=True, capture_output=True)
    taken = []
    for path in glob.glob(f"{prefix}.*"):
        with open(path, encoding="ascii") as lines:
            taken += [int(line.split()[2]) / 1000 for line in lines]
        os.unlink(path)
    return sorted(taken)[len(taken) * 99 // 100]


def hook_latency(bench):
    """At 500 a second, open loop: compared with pgbench at that rate, the best three of five alternating runs."""
    if not full():
        return
    service, targets, binary = bench.service(), bench.targets(), openload(bench.folder)
    ours, peer = [], []
    try:
        for _ in range(HOOK_RUNS):
            bench.empty()
            run = subprocess.run([binary, str(service.port), str(HOOK_RATE), str(HOOK_SECONDS), "64", targets, f"{HEADER}: {SECRET}"],
                                 capture_output=True, text=True, check=True)
            result = json.loads(run.stdout)
            assert result["ok"] == result["due"], f"not all were accepted: {result}"
            ours.append(result["ok_p99"])
            bench.empty()
            peer.append(p99_of_pgbench(bench))
    finally:
        service.stop()
    best = [sum(sorted(runs)[:BEST]) / BEST for runs in (ours, peer)]
    bench.rows.append(("webhook", f"p99 at {HOOK_RATE}/s, the best {BEST} of {HOOK_RUNS}", f"{best[0]:.2f} ms, pgbench {best[1]:.2f} ms"))
    bar(bench, f"webhook's p99 at {HOOK_RATE}/s, of pgbench's", best[0] / best[1], 3, "times", "webhook")


SECTIONS = {"intake": intake, "intake-slow-disk": intake_slow_disk, "hook-latency": hook_latency, **answers.SECTIONS, **guests.SECTIONS}
