# SPDX-License-Identifier: MIT
"""deploy/tapbot test itself, in a tree whose parts are small scripts: its runs, counts, repetitions and files."""
import contextlib
import os
import shutil
import subprocess
import tempfile

from stand import ROOT, patience

COPIED = ["deploy/tapbot", "deploy/lib/say.sh", "deploy/lib/services.sh", "deploy/lib/test.sh", "deploy/lib/test_end.sh",
          "services.tsv", "tests/support/report", "tests/support/changed.py"]
GATE = "lint compose build unit quality integration scenario telegram verbs contract template".split()
BESIDE = "stack-images prometheus qdrant page fuzz fault stack stack-two bench".split()
PART = """#!/bin/bash
# Records its arguments, reports a case, and runs the script that the test has put into plan/.
root=$(dirname -- "$0")/../..
part=$(basename -- "$(dirname -- "$0")")
echo "$TEST_SCOPE $*" >>"$root/var/ran.$part"
report() { "$root/tests/support/report" "$@"; }
report pass "$part/always" "figure 7, 1.5 s" 2
again=$(($(wc -l <"$root/var/ran.$part") > 1))
[ ! -e "$root/plan/$part" ] || . "$root/plan/$part"
"""
TABLE = """\
# A comment.
services/*/\tunit\t*
services/*/\tcontract\t*
services/one/src/\tunit\tone_suite
services/one/src/\tbench
docs/\t-
cmake/\tgate
"""
FLAKY = '[ $again = 1 ] && report pass "{0}" || report fail "{0}" "it.c:7: 120 ms"\n'


class Tree:
    def __init__(self, folder):
        self.folder = folder
        for name in COPIED:
            os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
            shutil.copy(os.path.join(ROOT, name), self.path(name))
        # No package is installed, and no user is created.
        self.write("deploy/lib/packages.sh", "PACKAGES_BUILD=() PACKAGES_RUN=() PACKAGES_TEST=() PACKAGES_PEER=() PACKAGES_STACK=()\n"
                   "PACKAGES_LOGIN=() PACKAGES_PAGE=() PACKAGES_BACKUP=() PACKAGES_FULL=()\npackages_known() { :; }\npackages_missing() { :; }\npackages_need() { :; }\n")
        self.write("deploy/lib/cluster.sh", "cluster_user_make() { :; }\ncluster_pg_bin() { echo /nowhere; }\n")
        self.write("tests/changed.tsv", TABLE)
        self.write(".gitignore", "/var/\n/plan/\n__pycache__/\n")
        for part in [*GATE, *BESIDE]:
            self.write(f"tests/{part}/run", PART)
            os.chmod(self.path(f"tests/{part}/run"), 0o755)
        self.write("var/here", "")
        self.git("init", "-q")
        self.commit("first")

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)

    def read(self, name):
        with open(self.path(name), encoding="utf-8") as file:
            return file.read()

    def git(self, *words):
        return subprocess.run(["git", "-c", "user.name=test", "-c", "user.email=test@localhost", *words], cwd=self.folder, check=True,
                              capture_output=True, text=True).stdout.strip()

    def commit(self, message):
        self.git("add", "-A")
        self.git("commit", "-qm", message)
        return self.git("rev-parse", "HEAD")

    def plan(self, **parts):
        """Sets what these parts do besides; removes the plan of an earlier run."""
        shutil.rmtree(self.path("plan"), ignore_errors=True)
        for part in [*GATE, *BESIDE]:
            with contextlib.suppress(FileNotFoundError):
                os.remove(self.path(f"var/ran.{part}"))
        for part, text in parts.items():
            self.write(f"plan/{part}", text)

    def test(self, *words):
        """(exit code, its lines)"""
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("TEST_", "LC_"))}
        done = subprocess.run([self.path("deploy/tapbot"), "test", *words], env={**environment, "LANG": "en_US.UTF-8", "LC_MESSAGES": "en_US.UTF-8"},
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=patience(60), check=False)
        return done.returncode, done.stdout.splitlines()

    def ran(self):
        """{part: [scope and names of each call]}"""
        return {part: self.read(f"var/ran.{part}").splitlines() for part in [*GATE, *BESIDE] if os.path.exists(self.path(f"var/ran.{part}"))}


@contextlib.contextmanager
def tree():
    with tempfile.TemporaryDirectory(prefix="tapbot runner ") as folder:
        yield Tree(folder)


def same(found, expected):
    assert found == expected, f"{found!r} is not {expected!r}"


def gate():
    """It runs each part once, counts the reported cases, and records the commit of a clean tree."""
    with tree() as one:
        code, lines = one.test()
        same((code, lines[-1]), (0, f"{2 * len(GATE)} passed, 0 failed"))
        same(one.ran(), {part: ["gate "] for part in GATE})
        same(one.read("var/test/passed"), one.git("log", "-1", "--format=%H %T") + "\n")
        assert "       1.5  unit/always" in lines, lines
        assert any(line.split()[:5] == ["unit", "2", "0", "0", "0"] for line in lines), lines
        one.write("new", "")
        same(one.test()[0], 0)
        same(one.read("var/test/passed").count("\n"), 1)


def failures():
    """The closing block has the case, the failed check and the command that repeats it; the gate repeats no case."""
    with tree() as one:
        one.plan(scenario="report fail \"scenario/it's so\" 'words.py:7: 1 is not 2'\n", contract='report fail "contract/bot-gateway: users: listed" why 3\n',
                 unit='TEST_TIMED=yes report fail asan/test_it "it.c:7: 120 ms"\nreport fail tsan/test_work lost\n', integration='report fail integration/asan "no build"\n', template="exit 3\n")
        code, lines = one.test()
        same((code, lines[-1]), (1, f"{2 * len(GATE)} passed, 8 failed"))
        expected = ["FAIL: asan/test_it: it.c:7: 120 ms; to repeat: deploy/tapbot test unit test_it",
                    "FAIL: tsan/test_work: lost; to repeat: TEST_BUILD=tsan deploy/tapbot test unit test_work",
                    "FAIL: integration/asan: no build; to repeat: deploy/tapbot test integration",
                    "FAIL: scenario/it's so: words.py:7: 1 is not 2; to repeat: deploy/tapbot test scenario 'it'\\''s so'",
                    "FAIL: contract/bot-gateway: users: listed: why; to repeat: deploy/tapbot test contract bot-gateway 'users: listed'",
                    "FAIL: template: the part itself ended with 3; to repeat: deploy/tapbot test template"]
        same(sorted(line for line in lines if line.startswith("FAIL: ")), sorted(expected))
        same(one.ran()["unit"], ["gate "])
        assert not os.path.exists(one.path("var/test/passed"))


def language():
    """Parts do not inherit the language of the caller, which the programs under test would speak."""
    with tree() as one:
        one.plan(unit='echo "language: ${LC_ALL:-${LC_MESSAGES:-$LANG}}"\n')
        assert "language: C.UTF-8" in one.test("unit")[1]


def skips():
    """A skipped check fails the gate that root runs, and nothing else."""
    with tree() as one:
        one.plan(verbs='report skip verbs/it "no namespaces"\n')
        code, lines = one.test()
        assert "SKIP: verbs/it: no namespaces" in lines, lines
        root = os.geteuid() == 0
        same((code, lines[-1]), (int(root), f"{2 * len(GATE)} passed, {int(root)} failed, 1 skipped"))
        assert root == ("FAIL: gate: a skipped check fails the gate: 1 skipped; to repeat: deploy/tapbot test" in lines), lines
        same(os.path.exists(one.path("var/test/passed")), not root)
        code, lines = one.test("verbs")
        same((code, lines[-1]), (0, "2 passed, 0 failed, 1 skipped"))


def full():
    """A timed case that fails is run once more, alone; others are not. The results are written."""
    with tree() as one:
        one.plan(fault=FLAKY.format("fault/1: killed"), stack='report fail stack/flood/late "$(wc -l <"$root/var/ran.$part") s"\n',
                 integration="TEST_TIMED=yes\nexport TEST_TIMED\n" + FLAKY.format("asan/test_late"), contract=FLAKY.format("contract/always-wrong"),
                 bench="export TEST_ALONE=read\n" + FLAKY.format("bench/p99 of all"))
        code, lines = one.test("full")
        same((code, lines[-1]), (1, f"{2 * len(GATE + BESIDE)} passed, 2 failed"))
        ran = one.ran()
        same({part: calls for part, calls in ran.items() if len(calls) > 1},
             {"bench": ["full ", "full read"], "fault": ["full ", "full 1: killed"], "stack": ["full ", "full flood/late"], "integration": ["full ", "full test_late"]})
        same(set(ran), set(GATE + BESIDE))
        assert "FLAKY: fault/1: killed: it.c:7: 120 ms" in lines, lines
        assert "FAIL: stack/flood/late: 1 s; once more, alone: 2 s; to repeat: deploy/tapbot test stack flood/late" in lines, lines
        assert any(line.startswith("FAIL: contract/always-wrong: ") for line in lines), lines
        assert any(line.split()[:5] == ["fault", "2", "0", "0", "1"] for line in lines), lines
        rows = [line.split("\t") for line in one.read("var/test/full.tsv").splitlines()]
        same(rows[0], ["commit", "part", "case", "result", "seconds", "figure"])
        commit = one.git("rev-parse", "HEAD")
        assert [commit, "bench", "bench/always", "pass", "1.5", "figure 7, 1.5 s"] in rows, rows
        assert [commit, "fault", "fault/1: killed", "flaky", "", "it.c:7: 120 ms"] in rows, rows
        same(len(rows), 1 + len(GATE + BESIDE) + 5)


def changed():
    """It runs what the difference touches, by the table; a path without a row runs the gate."""
    with tree() as one:
        first = one.git("rev-parse", "HEAD")
        always, programs = {"lint": ["gate "], "compose": ["gate "]}, {"build": ["gate release"]}

        def after(words, *paths):
            one.plan()
            for path in paths:
                one.write(path, "x\n")
            code, lines = one.test("changed", *words)
            same(code, 0)
            return one.ran(), lines
        same(after([])[0], always)
        same(after([], "docs/page.md")[0], always)
        one.commit("a page")
        ran, lines = after([], "services/one/src/a.c")
        same(ran, {**always, "unit": ["gate one_suite"]})
        assert any("deploy/tapbot test full bench" in line for line in lines), lines
        same(after([], "services/two/openapi.yaml")[0], {**always, **programs, "unit": ["gate one_suite two"], "contract": ["gate two"]})
        here = one.commit("two services")
        same(after([here], "services/a b/it")[0], {**always, **programs, "unit": ["gate a b"], "contract": ["gate a b"]})
        os.remove(one.path("services/a b/it"))
        one.write("var/test/passed", f"{first} tree\n{here} tree\n")
        same(after([])[0], always)
        same(set(after([first])[0]), {"lint", "compose", "build", "unit", "contract"})
        same(set(after([], "elsewhere")[0]), set(GATE))
        one.plan()
        same(one.test("changed", "no-such-commit")[0], 2)
        same(one.test("changed", here, first)[0], 2)
        same(one.ran(), {})


def names():
    """Names are passed to the named parts; parts that need the programs have them built first; a part without results has
    failed."""
    with tree() as one:
        same(one.test("unit", "a name", "lint")[0], 0)
        same(one.ran(), {"unit": ["gate a name lint"]})
        one.plan()
        same(one.test("full", "fault", "7")[0], 0)
        same(one.ran(), {"build": ["full release"], "fault": ["full 7"]})
        assert not os.path.exists(one.path("var/test/full.tsv"))
        same(one.test("no-such-part")[0], 2)
        one.write("tests/unit/run", "#!/bin/sh\n")
        code, lines = one.test("unit")
        same((code, lines[-1]), (1, "0 passed, 0 failed"))


TESTS = [(f"runner: {function.__name__}", function) for function in (gate, failures, language, skips, full, changed, names)]
