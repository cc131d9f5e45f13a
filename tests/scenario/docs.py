# SPDX-License-Identifier: MIT
"""Every command that the team's documentation shows is run, page by page, as a reader would."""
import contextlib
import os
import re
import shlex
import subprocess
import tempfile

import yaml

from stand import ROOT

PAGES = ["docs/demo.md", "docs/flats.md", "docs/bookings.md", "docs/bots.md", "docs/owner.md", "docs/broadcasts.md", "docs/search.md",
         "docs/n8n.md"]

# What Ubuntu Server with Docker has, beside what is ours.
SERVER_PROGRAMS = {"df", "docker", "free", "journalctl", "resolvectl", "ss", "systemctl"}


def commands(page):
    with open(os.path.join(ROOT, page), encoding="utf-8") as text:
        return re.findall(r"^```sh\n(.*?)^```", text.read(), re.M | re.S)


@contextlib.contextmanager
def a_demo_of_our_own(**more):
    """A folder to stand in, as the root of a clone, whose demo is not the one that people use."""
    with tempfile.TemporaryDirectory(prefix="tapbot-docs-") as folder:
        os.chmod(folder, 0o755)
        os.symlink(os.path.join(ROOT, "deploy"), os.path.join(folder, "deploy"))
        environment = {name: value for name, value in os.environ.items() if not name.endswith("_URL")}
        # Its services end at once: no edge has to notice it first.
        environment.update(more, TAPBOT_VAR=os.path.join(folder, "var"), DRAIN_LAME="0s")

        def run(*command, said=""):
            return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, input=said,
                                  timeout=600, check=False)
        try:
            yield folder, run
        finally:
            run("deploy/tapbot", "demo", "stop", "--purge")


def run_page(page):
    def scenario():
        blocks = commands(page)
        assert blocks, f"{page} shows no command"
        script = "set -euo pipefail\n" + "\n".join(f"echo '# block {n + 1}' >&2\n{block}"
                                                   for n, block in enumerate(blocks))
        with a_demo_of_our_own() as (_, run):
            done = run("bash", "-c", script)
        assert done.returncode == 0, f"{done.stderr[-800:]}\n{done.stdout[-400:]}"
        return f"{len(blocks)} blocks"
    return scenario


def printed_line():
    """The line that `demo` prints books a flat; a second start keeps addresses, keys and what runs.
    In English, on a machine that has no such locale."""
    kept = None
    with a_demo_of_our_own(LC_ALL="en_XX.UTF-8") as (folder, run):
        for start in ("first", "second"):
            done = run("deploy/tapbot", "demo", "--detach")
            assert done.returncode == 0, f"{start} start: {done.stderr[-800:]}"
            with open(os.path.join(folder, "var/demo.env"), encoding="utf-8") as text:
                written = text.read()
            assert kept in (None, written), "a second start changed var/demo.env"
            kept = written
            line = re.search(r"^curl .*$", done.stdout, re.M).group(0)
            booked = run("bash", "-c", line)
            assert '"status":"held"' in booked.stdout, f"{start} start: {booked.stdout}"
    return "booked twice"


def runbook_commands():
    """A red check is no time to find out that a command does not exist: programs, verbs, options and services do."""
    with open(os.path.join(ROOT, "docker-compose.yml"), encoding="utf-8") as text:
        containers = set(yaml.safe_load(text)["services"])
    with open(os.path.join(ROOT, "services.tsv"), encoding="utf-8") as text:
        containers |= {line.split("\t")[0] for line in text if not line.startswith("#")}
    shown = sorted({line for block in commands("docs/runbook.md") for line in block.splitlines()})
    for line in shown:
        words = shlex.split(line)
        if words[0].startswith("name="):
            continue
        if words[0] == "deploy/tapbot":
            told = subprocess.run([*words[:2], "--help"], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
            assert told.returncode == 0, f"{line}: there is no such verb"
            absent = [word for word in words[2:] if word.startswith("--") and word not in told.stdout]
            assert not absent, f"{line}: {words[1]} has no {absent}"
            named = [word for word in words[2:3] if words[1] == "logs" and not word.startswith("-")]
        elif words[:2] == ["docker", "compose"]:
            assert words[2] in ("ps", "restart"), f"{line}: nobody has tried it"
            named = [word for word in words[3:] if not word.startswith("-")]
        else:
            assert words[0] in SERVER_PROGRAMS, f"{line}: does a fresh server have {words[0]}?"
            named = []
        assert all(word in containers or word == "${name}" for word in named), f"{line}: no such container"
    return f"{len(shown)} commands"


SCENARIOS = [(f"the commands of {page}", run_page(page)) for page in PAGES]
SCENARIOS += [("the commands of docs/runbook.md", runbook_commands)]
SCENARIOS += [("the line that demo prints", printed_line)]
