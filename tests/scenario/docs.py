# SPDX-License-Identifier: MIT
"""Every command that the team's documentation shows is run, page by page, as a reader would."""
import os
import re
import subprocess

from stand import ROOT

PAGES = ["docs/demo.md"]


def commands(page):
    with open(os.path.join(ROOT, page), encoding="utf-8") as text:
        return re.findall(r"^```sh\n(.*?)^```", text.read(), re.M | re.S)


def run_page(page):
    def run():
        blocks = commands(page)
        assert blocks, f"{page} shows no command"
        script = "set -euo pipefail\n" + "\n".join(f"echo '# block {n + 1}' >&2\n{block}"
                                                   for n, block in enumerate(blocks))
        done = subprocess.run(["bash", "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=600,
                              check=False)
        assert done.returncode == 0, f"{done.stderr[-800:]}\n{done.stdout[-400:]}"
        return f"{len(blocks)} blocks"
    return run


def printed_line():
    """The line that `demo` prints books a flat; a second start keeps ports and keys."""
    first = subprocess.run(["deploy/tapbot", "demo", "--detach"], cwd=ROOT, capture_output=True, text=True, check=True)
    kept = open(os.path.join(ROOT, "var/demo.env"), encoding="utf-8").read()
    again = subprocess.run(["deploy/tapbot", "demo", "--detach"], cwd=ROOT, capture_output=True, text=True, check=True)
    try:
        assert open(os.path.join(ROOT, "var/demo.env"), encoding="utf-8").read() == kept, "a second start changed it"
        for output in (first.stdout, again.stdout):
            line = re.search(r"^curl .*$", output, re.M).group(0)
            booked = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=True)
            assert '"status":"held"' in booked.stdout or '"status":"requested"' in booked.stdout, booked.stdout
    finally:
        subprocess.run(["deploy/tapbot", "demo", "stop", "--purge"], cwd=ROOT, capture_output=True, check=True)
    return "booked twice"


SCENARIOS = [(f"the commands of {page}", run_page(page)) for page in PAGES]
SCENARIOS += [("the line that demo prints", printed_line)]
