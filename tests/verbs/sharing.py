# SPDX-License-Identifier: MIT
"""tests/support/workers.py: the cases of a part in several processes."""
import os
import subprocess
import sys
import tempfile

from stand import ROOT

PROGRAM = """
import atexit, contextlib, os, signal, stand, time, workers

def output():
    atexit.register(print, "ended")
    for number in range(200):
        print("line", number)
        time.sleep(0.001)

def killed(*_):
    os.kill(os.getpid(), signal.SIGKILL)

@contextlib.contextmanager
def world():
    yield "given"

@contextlib.contextmanager
def broken():
    raise RuntimeError("no world")

def same(given):
    assert given == "given"

def run(case, *given):
    case.run(*given)
    stand.report("pass", f"part/{case.name}")

ROWS = [("output one", output), ("output two", output), ("before", same, 3, world), ("killed", killed, 3, world), ("after", same, 3, world),
        ("without one", same, 9, broken), ("without two", same, 9, broken), ("killed alone", killed)]
workers.run_cases("part", workers.chosen(ROWS, WORDS), run, services=False)
"""


def shared(*words):
    """(lines of output, {name: result})"""
    with tempfile.NamedTemporaryFile("r") as results:
        done = subprocess.run([sys.executable, "-B", "-c", PROGRAM.replace("WORDS", repr(words))], capture_output=True, text=True, check=False,
                              env={**os.environ, "PYTHONPATH": os.path.join(ROOT, "tests/support"), "TEST_REPORT": results.name, "TEST_SCOPE": "gate"})
        assert done.returncode == 0, done.stderr
        lines = [line.split("\t") for line in results.read().splitlines()]
    assert len({line[2] for line in lines}) == len(lines), f"a case was reported twice: {lines}"
    return done.stdout.splitlines(), {line[2]: line[0] for line in lines}


def processes():
    """If a process dies, only its case fails; if a fixture raises, all its cases fail. The outputs are not mixed."""
    lines, results = shared()
    failed = {"part/killed", "part/killed alone", "part/without one", "part/without two"}
    passed = {"part/output one", "part/output two", "part/before", "part/after"}
    assert results == {**{name: "fail" for name in failed}, **{name: "pass" for name in passed}}, results
    output = [line for line in lines if line.startswith("line ")]
    assert output == [f"line {number}" for number in range(200)] * 2, "lines of two cases are mixed"
    assert lines.count("ended") == 2, "the exit handlers of a process did not run"
    first = lines.index("line 0")
    assert lines[first:first + 200] == output[:200] and "output" in lines[first + 200], lines[first + 200]
    assert shared("before", "after")[1] == {"part/before": "pass", "part/after": "pass"}


TESTS = [("cases of a part shared between processes", processes)]
