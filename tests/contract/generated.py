# SPDX-License-Identifier: MIT
"""Schemathesis: requests generated from /openapi.json, valid and invalid; the answers must match it.

It is a package of PyPI, in the versions of generated.txt.
The seed is printed: TEST_SEED repeats the same requests. In the gate it is constant.
"""

import json
import os
import random
import re
import subprocess
import tempfile

from check import Skipped
from pypi import Unavailable, installed
from stand import full, in_gate

HERE = os.path.dirname(os.path.realpath(__file__))
SUPPORT = os.path.join(os.path.dirname(HERE), "support")
REQUIREMENTS = os.path.join(HERE, "generated.txt")
# A call of an operation costs about 3 ms, an example about 20 ms.
EXAMPLES, RUN_SECONDS = (200, 1800) if full() else (2 if in_gate() else 5, 120)
OUTPUT_MAX = 2000
GATE_SEED = "1"


def program():
    """The path of schemathesis, installed if it is missing."""
    try:
        return os.path.join(installed(REQUIREMENTS), "bin/schemathesis")
    except Unavailable as why:
        raise Skipped(f"schemathesis cannot be installed: {why}") from None


def made_up_requests(world, group):
    schemathesis = program()
    seed = os.environ.get("TEST_SEED") or (GATE_SEED if in_gate() else str(random.SystemRandom().randrange(10**9)))
    group.note = f"seed {seed}"
    service = world.stand.service(**world.needed)
    with tempfile.TemporaryDirectory(prefix="tapbot-schemathesis-") as folder:
        report = os.path.join(folder, "report.json")
        command = [schemathesis, "--no-color", "--config-file", os.path.join(HERE, "generated.toml")]
        command += ["run", f"http://127.0.0.1:{service.port}/openapi.json", "--header", f"X-API-Key: {world.key}"]
        command += ["--seed", seed, "--max-examples", str(EXAMPLES), "--report-json-path", report]
        command += ["--generation-deterministic"] if in_gate() else []
        command += ["--phases", "examples,coverage,fuzzing" + (",stateful" if full() else "")]
        run = subprocess.run(
            command,
            cwd=folder,
            env={**os.environ, "SCHEMATHESIS_HOOKS": "generated_hooks", "PYTHONPATH": os.pathsep.join([HERE, SUPPORT])},
            capture_output=True,
            text=True,
            timeout=None if in_gate() else RUN_SECONDS,  # the part has a limit
            check=False,
        )
        print("".join(line for line in run.stdout.splitlines(True) if "repeated after 503" in line), end="", flush=True)
        group.expect(os.path.exists(report), f"no report, exit {run.returncode}: {run.stdout[-OUTPUT_MAX:]}")
        with open(report, encoding="utf-8") as text:
            summary = json.load(text)
    group.cases += summary["test_cases"]["generated"]
    operations = summary["operations"]
    group.equal("operations tried", operations["tested"], len(world.operations.all) - 1)  # not its own source
    group.expect(summary["complete"], f"not all operations were tested: {summary['stop_reason']}")
    failures = re.split(r"^=+ [A-Z]+ =+$", run.stdout.partition("= FAILURES =")[2], flags=re.M)[0]
    for failure in re.split(r"^_{3,} (?=\w+ /)", failures, flags=re.M)[1:]:
        group.wrong.append(f"seed {seed}: {failure.strip()[:OUTPUT_MAX]}")
    if group.equal("exit status", run.returncode, 0) is False or run.returncode and not group.wrong[1:]:
        group.wrong.append(run.stdout[-OUTPUT_MAX:])  # an error of Schemathesis itself is not among its failures


GROUPS = [("schemathesis", made_up_requests)]
