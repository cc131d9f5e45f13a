# SPDX-License-Identifier: MIT
"""Every command in the team's documentation is run, page by page, as a reader would run it."""
import contextlib
import functools
import glob
import os
import re
import shlex
import subprocess
import tempfile

import yaml

from stand import ROOT, Stand, SteadyClient, built, in_gate, patience, services, wait_until

# Lists of pages that share a demo in the gate; outside it each page has its own, so that no page depends on another one.
# docs/rides.md starts it with rides, docs/demo.md stops it.
PAGES = [["docs/rides.md", "docs/apartments.md", "docs/bookings.md", "docs/calendars.md", "docs/personal-data.md"],
         ["docs/bots.md", "docs/owner.md", "docs/broadcasts.md", "docs/search.md", "docs/n8n.md", "docs/backup.md", "docs/demo.md"]]

# Programs of Ubuntu Server with Docker, besides ours.
SERVER_PROGRAMS = {"curl", "db", "df", "docker", "du", "fail2ban-client", "free", "git", "journalctl", "openssl", "resolvectl", "sleep", "ss",
                   "systemctl", "ufw"}
TRIED = {"exec", "ps", "restart", "run", "start", "stop", "up"}  # of docker compose
# Why a request is repeated: unless_busy().
STEADY = 'curl() { command curl --retry 3 "$@"; }\n'


def commands(page):
    with open(os.path.join(ROOT, page), encoding="utf-8") as text:
        return re.findall(r"^```sh\n(.*?)^```", text.read(), re.M | re.S)


@contextlib.contextmanager
def a_demo_of_our_own(**more):
    """A current folder like the root of a clone, whose demo is separate from the one that people use."""
    with tempfile.TemporaryDirectory(prefix="tapbot-docs-") as folder:
        os.chmod(folder, 0o755)
        os.symlink(os.path.join(ROOT, "deploy"), os.path.join(folder, "deploy"))
        environment = {name: value for name, value in os.environ.items() if not name.endswith("_URL")}
        # Its services end at once: no edge must be notified first. Its PostgreSQL does not wait for the disk.
        environment.update({"TEST_PG_SETTINGS": "fsync=off full_page_writes=off", **more}, TAPBOT_VAR=os.path.join(folder, "var"), DRAIN_LAME="0s", TAPBOT_CHAT_SECONDS=str(patience(10)))

        def run(*command, typed="", **variables):
            return subprocess.run(command, cwd=folder, env={**environment, **variables}, capture_output=True, text=True, input=typed,
                                  timeout=600, check=False)
        try:
            yield folder, run
        finally:
            run("deploy/tapbot", "demo", "stop", "--purge")


def faults_logged(folder):
    """The last faults and answers 5xx in each log of the demo's services."""
    lines = []
    for name in glob.glob(os.path.join(folder, "var/demo/*.log")):
        with open(name, encoding="utf-8", errors="replace") as log:
            lines += [line for line in log if re.search(r'"level":"(?:warn|error)"|"status_code":5', line)][-5:]
    return "".join(lines)


def run_page(page):
    def scenario(demo):
        folder, run = demo
        blocks = commands(page)
        assert blocks, f"{page} shows no command"
        script = f"set -euo pipefail\n{STEADY}" + "\n".join(f"echo '# block {n + 1}' >&2\n{block}" for n, block in enumerate(blocks))
        before, shell, after = script.partition("\ndeploy/tapbot shell\n")
        done = run("bash", "-c", before)
        if shell and done.returncode == 0:  # the rest is typed there; a command that reads its input must not read the rest
            with open(os.path.join(folder, "page.sh"), "w", encoding="utf-8") as file:
                file.write(STEADY + after)
            done = run("deploy/tapbot", "shell", typed=". ./page.sh </dev/null\n")
        assert done.returncode == 0, f"{done.stderr[-800:]}\n{done.stdout[-400:]}\n{faults_logged(folder)}"
        assert "curl: (7)" not in done.stderr, f"a reader is shown a failure, though all is well: {done.stderr[-800:]}"
        return f"{len(blocks)} blocks"
    return scenario


def printed_line(demo):
    """The line that `demo` prints books a flat; a second start retains addresses, keys and running processes.
    In English, on a machine without an English locale."""
    folder, run = demo
    kept = None
    for start in ("first", "second"):
        done = run("deploy/tapbot", "demo", "--detach", LC_ALL="en_XX.UTF-8")
        assert done.returncode == 0, f"{start} start: {done.stderr[-800:]}"
        with open(os.path.join(folder, "var/demo.env"), encoding="utf-8") as text:
            written = text.read()
        assert kept in (None, written), "a second start changed var/demo.env"
        kept = written
        line = re.search(r"^curl .*$", done.stdout, re.M).group(0)
        booked = run("bash", "-c", line)
        assert '"status":"held"' in booked.stdout, f"{start} start: {booked.stdout}"
    return "booked twice"


def containers_known():
    with open(os.path.join(ROOT, "docker-compose.yml"), encoding="utf-8") as text:
        return set(yaml.safe_load(text)["services"]) | {one.name for one in services.services()}


@functools.cache
def help_of(verb):
    """The help of a verb; that of doctor with the names of its checks."""
    output = [subprocess.run(["deploy/tapbot", verb, option], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
              for option in ("--help", *["--list"] * (verb == "doctor"))]
    assert not any(one.returncode for one in output), f"deploy/tapbot has no verb {verb}"
    return "".join(one.stdout for one in output)


def told_in_time(page):
    """The programs, verbs, options and services of a page exist, so that no command fails during an incident."""
    def scenario():
        containers, shown = containers_known(), sorted({line for block in commands(page) for line in lines_of(block)})
        for line in shown:
            words = [word for word in shlex.split(line) if not re.fullmatch(r"\d?[<>].*", word)]
            if re.match(r"\w+(=|\(\) )", line):
                continue
            if words[0] == "deploy/tapbot":
                printed = help_of(words[1])
                absent = [word for word in words[2:] if word.startswith("--") and word not in printed]
                assert not absent, f"{line}: {words[1]} has no {absent}"
                named = [word for word in words[2:3] if words[1] == "logs" and not word.startswith("-")]
            elif words[:2] == ["docker", "compose"]:
                assert words[2] in TRIED, f"{line}: no test runs it"
                named = [word for word in words[3:] if not word.startswith("-")][:1]
            else:
                assert words[0] in SERVER_PROGRAMS, f"{line}: a new server may lack {words[0]}"
                named = []
            assert all(word in containers or word == "${name}" for word in named), f"{line}: no such container"
        return f"{len(shown)} commands"
    return scenario


def lines_of(block):
    """The commands of a block; one with continuation lines, after a backslash or in an open quote, is one."""
    found, rest = [], ""
    for line in block.splitlines():
        rest += line
        if rest.count('"') % 2 == 0 and not rest.endswith("\\"):
            found.append(rest)
            rest = ""
        else:
            rest = rest.removesuffix("\\") + " "
    return found


# Blocks of the pages for servers that no test environment can run, and commands indented by four blanks.
NEVER_RUN = (re.compile(r"^<!-- проверка: пропустить [^\n]*-->\n```sh\n(.*?)^```", re.M | re.S), re.compile(r"^```bash\n(.*?)^```", re.M | re.S))
SET_IN = re.compile(r"^ {4}((?:sudo )?(?:deploy/tapbot|docker compose) .*)$", re.M)


def never_run():
    """Commands that no test runs at least exist: verbs and their subcommands, options, containers. No page has a line of .env with the profiles
    of one server."""
    with open(os.path.join(ROOT, "deploy/lib/secrets.tsv"), encoding="utf-8") as file:
        secrets = {row[0] for row in services.secret_rows(file.read(), services.services())}
    containers, shown = containers_known(), []
    for page in sorted(glob.glob(os.path.join(ROOT, "docs", "*.md"))):
        with open(page, encoding="utf-8") as file:
            text = file.read()
        assert "COMPOSE_PROFILES=" not in text, f"{page}: this line would stop what another server runs"
        blocks = [block for kind in NEVER_RUN for block in kind.findall(text)] + SET_IN.findall(re.sub(r"^```.*?^```", "", text, flags=re.M | re.S))
        shown += [(os.path.basename(page), line) for block in blocks for line in re.findall(r"(?:deploy/tapbot|docker compose) [^|&)\n]+", block)]
    for page, line in shown:
        program, verb, *words = shlex.split(line, comments=True)
        where = f"{page}: {line}"
        if program == "docker":
            verb, *named = words if words[0] != "--profile" else words[2:]
            assert verb in TRIED | {"down"}, f"{where}: no test runs it"
            named = [word for word in named if not word.startswith("-")][:1]
            assert verb == "down" or named and named[0] in containers, f"{where}: no such container"
            continue
        printed = help_of(verb)
        first = [word for word in words if re.fullmatch(r"[a-z-]+", word) and not word.startswith("-")][:1]
        absent = [word for word in [*first, *(word.partition("=")[0] for word in words if word.startswith("--"))]
                  if word not in printed and word not in containers]
        assert not absent, f"{where}: {verb} has no {absent}"
        assert words[:1] not in (["set"], ["rotate"]) or words[1] in {*secrets, "--due"}, f"{where}: no such secret"
    assert len(shown) > 40, f"{len(shown)} commands are too few"
    return f"{len(shown)} commands"


def webhook_next():
    """A page that adds a bot also names the webhook: without it Telegram sends a server's bot nothing."""
    pages = 0
    for page in sorted(glob.glob(os.path.join(ROOT, "docs", "*.md"))):
        with open(page, encoding="utf-8") as file:
            text = file.read()
        if re.search(r"deploy/tapbot bots add (?!\S+ --new-key)", text):
            assert re.search(r'/v1/bots/\w+/webhook"|#вебхук\)', text), f"{os.path.basename(page)} adds a bot and does not set its webhook"
            pages += 1
    assert pages > 2, f"{pages} pages are too few"
    return f"{pages} pages"


STUCK = "SELECT pg_sleep(600)"
# Uses our psql instead of the container's: removes the words before its options.
PSQL = """set -euo pipefail
docker() { while [ "$1" != -X ]; do shift; done; psql "$ADMIN" "$@"; }
"""


def on_the_stand(stand, text, **more):
    """The output of a page's commands for PostgreSQL."""
    done = subprocess.run(["bash", "-c", PSQL + text], capture_output=True, text=True, timeout=patience(30), check=False,
                          env={**os.environ, "ADMIN": stand.url("postgres"), **more})
    assert done.returncode == 0, done.stderr
    return done.stdout


def leaked_key():
    """The commands of docs/incidents.md show the changes made with a key, and no others."""
    (block,) = [block for block in commands("docs/incidents.md") if "api.api_key" in block]
    with Stand() as stand:
        for one in services.services():
            if one.kind == "database":
                stand.run("--migrate", role="tapbot_migrator", binary=built(f"services/{one.name}/{one.name}"))
        service, leaked, other = stand.service(), stand.key(), stand.key()
        for key, name in ((leaked, "A"), (other, "B"), (other, "C")):
            client = SteadyClient(service.port, key)
            assert client.post("/v1/owners", {"name": name}).status == 201
            client.close()
        output = on_the_stand(stand, block, API_KEY=leaked)
    assert output.count("/v1/owners") == 1, output
    return "one change of three"


def open_transaction():
    """The commands of docs/incidents.md show an open transaction and the session that waits for it, and end only the open
    one. Minutes are seconds here."""
    blocks = [block for block in commands("docs/incidents.md") if re.search(r"^db", block, re.M)]
    assert len(blocks) == 3, f"{len(blocks)} blocks of its section"
    text = re.sub(r"interval '\d+ (minute|seconds)'", "interval '1 second'", "echo ===\n".join(blocks))
    with Stand() as stand:
        stand.sql("CREATE TABLE held (id integer); GRANT ALL ON held TO PUBLIC; INSERT INTO held VALUES (1)")
        stand.sql("CREATE ROLE n8n_user LOGIN PASSWORD 'x'")
        stand.passwords["n8n_user"] = "x"
        held = f"BEGIN; UPDATE held SET id = 2; {STUCK}"
        waits = "BEGIN; UPDATE held SET id = 3"
        with contextlib.ExitStack() as ends:
            ends.callback(stand.sql, "DROP TABLE held; DROP ROLE n8n_user")
            def begun(role, sql):
                one = ends.enter_context(subprocess.Popen(["psql", "-qX", stand.url(role), "-c", sql], stderr=subprocess.DEVNULL))
                ends.callback(one.kill)
                return one
            guilty = begun("n8n_user", held)
            wait_until("the row is locked", 10, lambda: stand.sql(
                "SELECT count(*) FROM pg_stat_activity WHERE usename = 'n8n_user' AND wait_event = 'PgSleep'") == "1")
            victim = begun(stand.main.role, waits)
            wait_until("one waits for the other", 10, lambda: stand.sql(
                "SELECT count(*) FROM pg_stat_activity WHERE cardinality(pg_blocking_pids(pid)) > 0") == "1")
            wait_until("both have run for a second", 10, lambda: stand.sql(
                "SELECT count(*) FROM pg_stat_activity WHERE query_start < now() - interval '1 second'"
                f" AND usename IN ('n8n_user', '{stand.main.role}') AND query LIKE '%UPDATE held%'") == "2")
            seen, waiting, ended = on_the_stand(stand, text).split("===\n")
            assert STUCK in seen and "n8n_user" in seen, f"the transaction is not shown: {seen}"
            assert stand.main.role in waiting and "UPDATE held SET id = 3" in waiting, f"no session waits: {waiting}"
            assert "n8n_user" in ended and stand.main.role not in ended, f"ended are {ended}"
            assert victim.wait(patience(10)) == 0, "the waiting session was ended too"
            assert guilty.wait(patience(10)) != 0, "the transaction was not ended"
    return "shown and ended"


def on_a_demo(demo, scenarios):
    """Rows for scenarios that share the demo in the gate, and have one each outside it."""
    return [(name, run, 8, demo if in_gate() else functools.partial(a_demo_of_our_own)) for name, run in scenarios]


BOOKING_DEMO, BOT_DEMO = (functools.partial(a_demo_of_our_own) for _ in PAGES)
BOOKING_PAGES, BOT_PAGES = [[(f"the commands of {page}", run_page(page)) for page in pages] for pages in PAGES]
SCENARIOS = on_a_demo(BOOKING_DEMO, BOOKING_PAGES) + on_a_demo(BOT_DEMO, [("the line that demo prints", printed_line), *BOT_PAGES])
SCENARIOS += [(f"the commands of {page} exist", told_in_time(page)) for page in ("docs/runbook.md", "docs/incidents.md", "docs/one-evening.md", "docs/updates.md")]
SCENARIOS += [("commands that no test runs exist", never_run), ("a page that adds a bot sets its webhook", webhook_next)]
SCENARIOS += [("docs/incidents.md: an open transaction", open_transaction), ("docs/incidents.md: a leaked key", leaked_key)]
