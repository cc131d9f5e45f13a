# SPDX-License-Identifier: MIT
"""The documentation against the stack: the commands of the pages for servers are run there, in Russian, as
root in the folder of the stack; statements about memory and secrets match the description; and
the pages as they are served.

In a page's source a comment before a block of commands has instructions for the test:
    <!-- проверка: пропустить (ПРИЧИНА) -->    cannot be run here; counted and named
    <!-- проверка: ввод "СТРОКИ" -->           input of the reader
A block `text` right after it must be printed, its lines in this order.
"""
import collections
import html.parser
import os
import re
import subprocess
import tempfile
import time
import urllib.parse

import health
import rig
import stack as stacks
from description import description

import services

PAGES = ["first-start", "operations", "updates", "users", "secrets", "incidents"]
FENCE = re.compile(r"(?:^<!-- проверка: (?P<note>.*?) -->\n)?^```(?P<kind>\w+)\n(?P<body>.*?)^```$", re.M | re.S)
PROFILES = ("server1", "server2", "vectors", "monitoring", "admin")
Block = collections.namedtuple("Block", "commands typed reason printed")


def text_of(page):
    with open(os.path.join(rig.ROOT, "docs", f"{page}.md"), encoding="utf-8") as file:
        return file.read()


def blocks(page):
    found = []
    for match in FENCE.finditer(text_of(page)):
        note, kind, body = match["note"] or "", match["kind"], match["body"]
        if kind == "text":
            found[-1] = found[-1]._replace(printed=body.splitlines())
            continue
        assert kind == "sh", f"{page}: a block of {kind}"
        skipped = re.fullmatch(r"пропустить \((.+)\)", note)
        typed = re.fullmatch(r'ввод "(.*)"', note)
        assert not note or skipped or typed, f"{page}: {note}"
        found.append(Block(body, typed[1].replace("\\n", "\n") if typed else "", skipped and skipped[1], []))
    return found


def must_print(lines, printed):
    """Each line, in this order, with others between them."""
    rest = iter(printed.splitlines())
    for line in lines:
        assert any(line.strip() == one.strip() for one in rest), f"{line!r} was not printed: {printed[-400:]}"


def run_blocks(wanted):
    """Runs them in one shell; returns the output of each. Stops at the first that fails."""
    with tempfile.TemporaryDirectory(prefix="tapbot-docs-") as folder:
        script = ["set -euo pipefail"]
        for number, block in enumerate(wanted):
            with open(os.path.join(folder, f"{number}.in"), "w", encoding="utf-8") as file:
                file.write(block.typed)
            script.append(f"{{\n{block.commands}}} <{folder}/{number}.in >{folder}/{number}.out 2>&1")
        done = subprocess.run(rig.inside(rig.SERVER, "bash", "-c", "\n".join(script)), cwd=stacks.SITE, check=False,
                              env={**rig.environment(), **stacks.VARIABLES, "LANG": "ru_RU.UTF-8"},
                              capture_output=True, text=True, timeout=900)
        printed = []
        for number in range(len(wanted)):
            path = os.path.join(folder, f"{number}.out")
            if os.path.exists(path):
                with open(path, encoding="utf-8", errors="replace") as file:
                    printed.append(file.read())
    assert done.returncode == 0, f"block {len(printed)} of {len(wanted)}: {wanted[len(printed) - 1].commands.strip()[:80]!r}: " \
        f"{printed[-1][-900:]}{done.stderr[-300:]}"
    return printed


def counted(wanted, shown):
    skipped = [block.reason for block in shown if block.reason]
    return f"{len(wanted)} blocks run" + (f", {len(skipped)} not: {'; '.join(dict.fromkeys(skipped))}" if skipped else "")


def run_page(page):
    def check(_):
        # The previous page may have restarted Traefik, and health shows that for two more checks, as docs/users.md says.
        stacks.light("GREEN", "YELLOW")
        shown = blocks(page)
        wanted = [block for block in shown if not block.reason]
        for block, output in zip(wanted, run_blocks(wanted)):
            must_print(block.printed, output)
        return counted(wanted, shown)
    return check


# A log may have no errors, and an assignment prints nothing.
MAY_BE_SILENT = re.compile(r"deploy/tapbot logs .*--level |name=")


CHANGES = re.compile(r"docker compose restart |deploy/tapbot up --yes")
# Further commands in the text between the blocks.
INLINE = re.compile(r"`((?:docker compose|deploy/tapbot|du|timedatectl) [^`]+)`")
INLINE_NOT_RUN = {"timedatectl set-ntp true": "на стенде нет systemd",
                "du -xh / 2>/dev/null | sort -h | tail -20": "это диск всей машины, не стенда",
                "deploy/tapbot rides": "на стенде поездки выключены"}


def commands_of(page):
    text = FENCE.sub("", text_of(page))
    return [Block(f"{line}\n", "", INLINE_NOT_RUN.get(line), []) for line in dict.fromkeys(" ".join(one.split()) for one in INLINE.findall(text))]


def runbook(stack):
    """Each command of the runbook prints an answer, and none of them breaks a working stack."""
    shown = [*blocks("runbook"), *commands_of("runbook")]
    # Read-only commands first: `status` ends with another code than 0 while a container restarts.
    wanted = sorted((block for block in shown if not block.reason), key=lambda block: bool(CHANGES.match(block.commands)))
    printed = run_blocks(wanted)
    silent = [block.commands.strip() for block, output in zip(wanted, printed) if not output.strip() and not MAY_BE_SILENT.match(block.commands)]
    assert not silent, f"these print nothing: {silent}"
    took = health.becomes_green(stack, time.monotonic(), health.GREEN_SECONDS)
    return f"{counted(wanted, shown)}, green {took:.0f} s afterwards"


# ---- statements of the pages about the description -----------------------------------------------------------------

def rows(page, heading):
    """Cells of the tables below a heading."""
    part = text_of(page).split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in part.splitlines()
            if line.startswith("| `")]


def mib(service):
    return int(service["deploy"]["resources"]["limits"]["memory"]) >> 20


def memory_table(_):
    """Containers, limits and sums are those of docker-compose.yml."""
    services = {name: one for name, one in description()["services"].items() if one["restart"] != "no"}
    documented, sums = {}, {}
    for cells in rows("operations", "Что есть что"):
        if len(cells) == 4:
            documented[cells[0].strip("`")] = int(cells[3])
        else:
            sums[cells[0].strip("`")] = int(cells[1])
    assert documented == {name: mib(one) for name, one in services.items()}, \
        f"the page and docker-compose.yml differ: {set(documented.items()) ^ {(name, mib(one)) for name, one in services.items()}}"
    for profiles, total in sums.items():
        chosen = set(profiles.split(","))
        assert chosen <= set(PROFILES), profiles
        real = sum(mib(one) for one in services.values() if chosen & set(one["profiles"]))
        assert total == real, f"{profiles}: {real} MB, the page says {total}"
    return f"{len(documented)} containers, {len(sums)} sums"


def secrets_table(_):
    """Every secret is explained, with its renewal from secrets.tsv; those of the services at the first one."""
    with open(os.path.join(rig.ROOT, "deploy/lib/secrets.tsv"), encoding="utf-8") as file:
        rows_known = services.secret_rows(file.read(), services.services()[:1])
    known = {name: rotation.split(":")[0] for name, _, _, rotation in rows_known}
    words = {"rotate": {"role", "restart", "key"}, "меняются сами": {"derived"}, "меняется сам": {"derived"}, "**никогда**": {"never"}, "в самом": {"by-hand"}, "set": {"set"},
             "[users.md]": {"users"}}
    documented = {}
    for names, _, renewal in rows("secrets", "Какой секрет для чего"):
        meant = next(kinds for word, kinds in words.items() if renewal.strip("`").startswith(word))
        for name in re.findall(r"`(\w+)`", names):
            documented[name] = meant
    assert set(documented) == set(known), f"the page and secrets.tsv differ: {set(documented) ^ set(known)}"
    wrong = [name for name in known if known[name] not in documented[name]]
    assert not wrong, f"renewed otherwise: {wrong}"
    return f"{len(documented)} secrets"


def every_page(_):
    """No page shows commands that are not run by a test."""
    elsewhere = set()
    for name in ("tests/scenario/docs.py", "tests/prometheus/alerts.py", "tests/verbs/links.py", "tests/stack/harden.py", "tests/verbs/sshd.py", "tests/stack-full/editor.py"):
        with open(os.path.join(rig.ROOT, name), encoding="utf-8") as file:
            elsewhere |= set(re.findall(r'"docs/([\w-]+)\.md"', file.read()))
    pages = {name[:-3] for name in os.listdir(os.path.join(rig.ROOT, "docs")) if name.endswith(".md")}
    orphans = [page for page in pages - set(PAGES) - elsewhere if "```" in text_of(page)]
    assert not orphans, f"no test runs the commands of {orphans}"
    return f"{len(PAGES)} pages here, {len(elsewhere)} elsewhere"


# ---- the pages as they are served ----------------------------------------------------------------------------

class Page(html.parser.HTMLParser):
    """A page's links, loaded resources and anchors."""

    def __init__(self, text):
        super().__init__()
        self.links, self.loads, self.places, self.scripts, self.bare = [], [], set(), 0, 0
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        known = dict(attrs)
        if "id" in known:
            self.places.add(known["id"])
        if tag == "a" and known.get("href"):
            self.links.append(known["href"])
        elif tag == "link" and known.get("rel") != "alternate":
            self.loads.append(known["href"])
        elif tag in ("img", "source", "iframe"):
            self.loads.append(known["src"])
            self.bare += tag == "img" and "alt" not in known
        elif tag == "script":
            self.scripts += 1


def crawl(host):
    """Every page of a host is reachable, loads nothing from other hosts, and all its links to this host work; those to others are https."""
    customer, seen, waiting = stacks.Customer(host), {}, ["/"]
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        answer = customer.get(path)
        assert answer.status == 200, f"{host}{path}: {answer.status}"
        seen[path] = None
        if not answer.headers.get("Content-Type", "").startswith("text/html"):
            continue
        body = answer.body.decode()
        assert 'name="viewport"' in body and re.search(r'<html lang="(ru|kk|en)">', body), f"{path}: language or viewport"
        page = seen[path] = Page(body)
        assert not page.scripts and not page.bare, f"{path}: a script, or a picture without a text"
        for link in [*page.links, *page.loads]:
            parts = urllib.parse.urlsplit(urllib.parse.urljoin(path, link))
            if parts.scheme == "mailto":
                continue
            if not parts.netloc:
                waiting.append(parts.path)
                continue
            assert link not in page.loads, f"{path}: {link} is loaded from another host"
            assert parts.scheme == "https", f"{path}: {link} is not https"
    customer.close()
    for path, page in seen.items():
        for link in page.links if page else ():
            parts = urllib.parse.urlsplit(urllib.parse.urljoin(path, link))
            place = urllib.parse.unquote(parts.fragment)
            if place and not parts.scheme:
                assert place in seen[parts.path].places, f"{path}: {link} is broken"
    return seen


def served(_):
    site, documents = crawl(""), crawl("docs")
    for path in ("/", "/kk/", "/en/", "/style.css"):
        assert path in site, f"the site has no link to {path}"
    for page in PAGES:
        assert f"/{page}.html" in documents, f"{page} is not served"
    customer = stacks.Customer("")
    policy = customer.get("/").headers.get("Content-Security-Policy", "")
    customer.close()
    assert "default-src 'none'" in policy and "script" not in policy, policy
    return f"{len(site)} files of the site, {len(documents)} of the documentation"


CHECKS = [("every page with commands has a test", every_page), ("table of memory", memory_table),
          ("table of secrets", secrets_table), ("the pages as they are served", served)]
CHECKS += [("health no longer reports the attacks", health.forgets)]
CHECKS += [(f"the commands of docs/{page}.md", run_page(page)) for page in PAGES]
CHECKS += [("the commands of docs/runbook.md", runbook)]
