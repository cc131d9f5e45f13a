# SPDX-License-Identifier: MIT
"""deploy and rollback without an engine: the verdict on an instance from the access log, the lock, the versions, and the order of
steps with a kill at each of them (tests/stack/deploy.py has a real engine)."""
import contextlib
import glob
import io
import json
import os
import pty
import subprocess
import sys
import tempfile
import time
from unittest import mock

import say
import services
from stand import ROOT, patience, wait_until

from stack import backup, backup_place, bake, deploy, deploy_lock, init, maintenance, releases, rollback, rollout, run_once, scale, schemas, smoke, tree, up
from stack.findings import Check

ONE, TWO = (one.name for one in services.services()[:2])
SHORT = services.services()[0].short
OLD, NEW = "172.20.0.5:7020", "172.20.0.6:7020"


def answers(address, kind, count, bad=0, seconds=0.01):
    return [bake.Answer(address, kind, 500 if place < bad else 200, seconds) for place in range(count)]


# case, answers, whether the new instance is refused
VERDICTS = (
    ("no requests", [], False),
    ("both work", [*answers(OLD, "read", 100), *answers(NEW, "read", 100)], False),
    ("one error of 19 is too few to decide", [*answers(OLD, "read", 100), *answers(NEW, "read", 19, bad=1)], False),
    ("one error of 20 is too many", [*answers(OLD, "read", 100), *answers(NEW, "read", 20, bad=1)], True),
    ("exactly 1 % more is accepted", [*answers(OLD, "read", 100, bad=1), *answers(NEW, "read", 100, bad=2)], False),
    ("as bad as the old one", [*answers(OLD, "read", 100, bad=50), *answers(NEW, "read", 100, bad=50)], False),
    ("3 % of writes are not lost among reads", [*answers(OLD, "write", 100), *answers(NEW, "read", 5000), *answers(NEW, "write", 100, bad=3)], True),
    ("without an old instance", answers(NEW, "read", 100, bad=2), True),
    ("more than twice as slow", [*answers(OLD, "read", 50, seconds=0.04), *answers(NEW, "read", 50, seconds=0.081)], True),
    ("twice as slow", [*answers(OLD, "read", 50, seconds=0.04), *answers(NEW, "read", 50, seconds=0.08)], False),
    ("slower, but fast", [*answers(OLD, "read", 50, seconds=0.001), *answers(NEW, "read", 50, seconds=0.049)], False),
    ("pages and other services do not count as the old instance", [*answers("172.20.0.9:8081", "read", 2000, seconds=0.001), *answers(OLD, "read", 50, seconds=0.06), *answers(NEW, "read", 50, seconds=0.06)], False),
    ("errors of other services hide none", [*answers("172.20.0.9:8081", "write", 30, bad=30), *answers(OLD, "write", 100), *answers(NEW, "write", 100, bad=3)], True),
    ("slower than 19 answers, too few to compare", [*answers(OLD, "read", 19, seconds=0.01), *answers(NEW, "read", 50, seconds=0.2)], False),
)


def verdicts():
    for why, seen, refused in VERDICTS:
        output = bake.verdict(seen, NEW, {OLD})
        assert bool(output) == refused, f"{why}: {output}"
    return f"{len(VERDICTS)} cases"


def line(**more):
    return json.dumps({"ServiceAddr": NEW, "RequestMethod": "POST", "OriginStatus": 201, "DownstreamStatus": 201, "Duration": 1500000, **more})


def log_lines():
    """Lines without an instance, or that are not JSON, are skipped."""
    assert bake.answer_of(line()) == bake.Answer(NEW, "write", 201, 0.0015)
    assert bake.answer_of(line(RequestMethod="GET", OriginStatus=0, DownstreamStatus=502)) == bake.Answer(NEW, "read", 502, 0.0015)
    for other in ("", "x", "[]", "{}", '{"ServiceAddr":"a"}', line(Duration=None), line(OriginStatus="x")):
        assert bake.answer_of(other) is None, other


def log_since():
    """Lines before the start do not count; lines of a file rotated meanwhile do."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "access.log")
        with open(path, "w", encoding="ascii") as file:
            file.write(line() + "\n")
        log = bake.Since(folder)
        assert log.answers() == []
        with open(path, "a", encoding="ascii") as file:
            file.write(line(OriginStatus=500) + "\n")
        os.rename(path, path + ".1")
        with open(path, "w", encoding="ascii") as file:
            file.write(line(OriginStatus=503) + "\n")
        assert [one.status for one in log.answers()] == [500, 503], log.answers()
        with mock.patch.object(bake, "LOG_MAX", len(line()) + 1):
            assert [one.status for one in log.answers()] == [503], "only the newest part is read"
        # The file system gives the next file the inode of a deleted one, which was longer.
        log = bake.Since(folder)
        os.replace(path + ".1", path)
        with open(path, "w", encoding="ascii") as file:
            file.write(line(OriginStatus=502) + "\n")
        assert [one.status for one in log.answers()] == [502], log.answers()


HOLDER = ("import sys, time; sys.path[:0] = ['deploy/lib']; from stack import deploy_lock; deploy_lock.FOLDER, deploy_lock.LOCK = sys.argv[1:3]\n"
          "with deploy_lock.held('deploy one'): print('held', flush=True); time.sleep(600)")


def lock():
    """A second holder is refused with the name of the first; a killed holder does not hold the lock; its end removes the file."""
    with tempfile.TemporaryDirectory() as folder, mock.patch.object(deploy_lock, "FOLDER", folder), \
            mock.patch.object(deploy_lock, "LOCK", os.path.join(folder, "lock")), mock.patch.object(deploy_lock, "FREE_SECONDS", 0):
        with subprocess.Popen([sys.executable, "-c", HOLDER, folder, deploy_lock.LOCK], stdout=subprocess.PIPE, text=True, cwd=ROOT) as first:
            assert first.stdout.readline() == "held\n"
            output = subprocess.run([sys.executable, "-c", HOLDER.replace("deploy_lock.FOLDER", "deploy_lock.FREE_SECONDS, deploy_lock.FOLDER").replace(
                "sys.argv[1:3]", "0, *sys.argv[1:3]"), folder, deploy_lock.LOCK], capture_output=True, text=True, cwd=ROOT, check=False)
            assert output.returncode == 1 and "deploy one" in output.stderr and str(first.pid) in output.stderr, output
            first.kill()
        assert os.path.exists(deploy_lock.LOCK)
        with deploy_lock.held("up"):
            assert deploy_lock.holder()["verb"] == "up"
        assert not os.path.exists(deploy_lock.LOCK)


DESCRIPTION = {"services": {ONE: {"image": f"tapbot/{ONE}:1"}, "one-migrate": {"image": f"tapbot/{ONE}:1"},
                            TWO: {"image": f"tapbot/{TWO}:1"}, "postgres": {"image": "postgres:16"}}}


def versions():
    """The override has the services with our images and no other; the history has each version once, at its latest place."""
    with tempfile.TemporaryDirectory() as folder, mock.patch.object(tree, "ROOT", folder), \
            mock.patch.object(releases, "HISTORY", os.path.join(folder, "var/deploy/releases.log")):
        assert releases.read() == {} and releases.history(ONE) == []
        releases.write({ONE: "2"}, {ONE: "1"}, DESCRIPTION, "deploy")
        with open(os.path.join(folder, tree.RELEASE), encoding="utf-8") as file:
            assert file.read().split("services:\n")[1] == \
                f"  {ONE}:\n    image: tapbot/{ONE}:2\n  one-migrate:\n    image: tapbot/{ONE}:2\n"
        assert releases.read() == {ONE: "2"} and releases.pinned() == {f"tapbot/{ONE}:2"}
        releases.write({ONE: "3", TWO: "3"}, {ONE: "2", TWO: "1"}, DESCRIPTION, "deploy")
        releases.write({ONE: "2", TWO: "3"}, {ONE: "3", TWO: "3"}, DESCRIPTION, "rollback")
        assert releases.history(ONE) == ["1", "3", "2"] and releases.history(TWO) == ["1", "3"]
        # A version abandoned by a rollback is no target of a rollback, until it is deployed again.
        assert releases.history(ONE, good=True) == ["1", "2"]
        releases.write({ONE: "3"}, {ONE: "2"}, DESCRIPTION, "deploy")
        assert releases.history(ONE, good=True) == ["1", "2", "3"]
        assert [releases.replaced_by(ONE, one) for one in ("1", "2", "3", "4")] == ["2", "3", None, None]
        # A line that a power failure has cut off hides no other line.
        with open(releases.HISTORY, "a", encoding="utf-8") as file:
            file.write('{"time": "2026-\n')
        assert releases.history(ONE, good=True) == ["1", "2", "3"]


def files_edited():
    """An instance is out of date if a file that it only reads, a secret or its settings, is newer; not for a folder, or for a file that it writes."""
    created, wanted = 1767225600, ({"mark"}, "image")
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "health.yaml")
        with open(file, "w", encoding="ascii"):
            pass
        for path, kind, writes, after, new in ((file, "bind", False, -60, True), (file, "bind", False, 60, False), (file, "bind", True, 60, True),
                                               (folder, "bind", False, 60, True), (file, "bind", False, 1 << 31, True), (f"{folder}/gone", "bind", False, 0, True), (folder, "volume", False, 60, True)):
            if os.path.exists(path):
                os.utime(path, (created + after, created + after))
            container = {"Created": "2026-01-01T00:00:00.5Z", "Image": "image", "Config": {"Labels": {rollout.MARK: "mark"}},
                         "Mounts": [{"Type": kind, "Source": path, "Destination": "/etc/tapbot/health.yaml", "RW": writes}]}
            assert rollout.is_new(container, wanted) == new, (path, kind, writes, after)


def requests_before_guests():
    """Each service is requested before guests' requests reach it, with requests that change nothing."""
    for one in services.services():
        for row in smoke.questions(one.name) or [None]:
            assert row.path.startswith("/v1/") and 200 <= row.status < 500 and row.judge in ("-", *smoke.JUDGES), row
            assert row.judge != "-" or (row.method == "GET") == (row.body == "-") and (row.body == "-" or json.loads(row.body)), row
    laws = ""
    for path in glob.glob(os.path.join(ROOT, "services", "**", "*selfcheck.sql"), recursive=True):
        with open(path, encoding="utf-8") as file:
            laws += file.read()
    assert all(f"SELECT '{name}'" in laws for name in smoke.OF_CLOCK), "an invariant of the clock does not exist"


def minutes():
    """The duration of a maintenance: m or h, a day at most."""
    for words, wanted in (([], 30), (["--for", "5m"], 5), (["--for", "2h"], 120), (["--for", "24h"], 1440), (["--for", "25h"], None),
                          (["--for", "0m"], None), (["--for", "5"], None), (["5m"], None), (["--for"], None)):
        assert maintenance.minutes_of(words) == wanted, words


def migrated_once():
    """`up` over a running service: compose runs the migrations. No instance is replaced before they have ended, and none if
    they fail."""
    known = {"services": {ONE: {}, f"{SHORT}-migrate": {"restart": "no"}, "directus-grants": {"restart": "no"}}}

    def shot(name, status, code=0):
        return {"Name": f"/tapbot-{name}-1", "State": {"Status": status, "Running": status == "running", "ExitCode": code},
                "Config": {"Labels": {"com.docker.compose.service": name}}}

    for last, code in (("exited", 0), ("exited", 1)):
        seen = [[shot(f"{SHORT}-migrate", "running"), shot("directus-grants", "created")],
                [shot(f"{SHORT}-migrate", "exited"), shot("directus-grants", "running")],
                [shot(f"{SHORT}-migrate", "exited"), shot("directus-grants", last, code)]]
        replaced, ended = [], None
        with contextlib.ExitStack() as all_of:
            for module, name, instead in (
                    (up, "replaceable", lambda: [ONE]), (up.secret, "stale", lambda: []), (up, "stream", lambda *_: 0), (up, "wait_ready", lambda *_: None),
                    (up, "explain", lambda _: None), (up.settings, "note_change", lambda *_: None), (up.time, "sleep", lambda _: None),
                    (tree, "configuration", lambda: (known, "")), (tree, "compose_command", lambda *_: ["true"]),
                    (tree, "containers", lambda: seen.pop(0) if len(seen) > 1 else seen[0]), (rollout, "remove_trials", lambda: None),
                    (schemas, "run_one", lambda *words: replaced.append(words)), (rollout, "replace", lambda name, _: replaced.append((name, len(seen))))):
                all_of.enter_context(mock.patch.object(module, name, instead))
            try:
                quiet(up.start, known, 1)
            except SystemExit as end:
                ended = end.code
        assert (replaced, ended) == (([(ONE, 1)], None) if code == 0 else ([], 1)), (code, replaced, ended)


def stopped_meanwhile():
    """`up` starts once again a service that was stopped while it waits, and neither a one-shot nor one that ends again."""
    known = {"services": {ONE: {"restart": "unless-stopped"}, f"{SHORT}-migrate": {"restart": "no"}}}

    def container(name, status):
        return {"Id": name, "Name": f"/tapbot-{name}-1", "State": {"Status": status, "Running": status == "running", "ExitCode": 0},
                "Config": {"Labels": {"com.docker.compose.service": name}}}

    for later, ended in (("running", None), ("exited", 1)):
        statuses, calls, clock = ["exited"], [], iter(range(99))

        def start(*words, **_):
            calls.append(words)
            statuses.append(later)
        with mock.patch.object(tree, "containers", lambda: [container(ONE, statuses[-1]), container(f"{SHORT}-migrate", "exited")]), \
                mock.patch.object(tree, "docker", start), mock.patch.object(up, "explain", lambda _: None), \
                mock.patch.object(up.time, "sleep", lambda _: None), mock.patch.object(up.time, "monotonic", lambda: next(clock)):
            code = None
            try:
                quiet(up.wait_ready, known, 5)
            except SystemExit as end:
                code = end.code
        assert (calls, code) == ([("start", ONE)], ended), (later, calls, code)


def secrets_written_later():
    """`up` restarts a program of others that was started before its secret was written; not PostgreSQL, nor for another file, and ours are replaced."""
    restarted, now = [], time.time()
    with tempfile.TemporaryDirectory() as folder, mock.patch.object(tree, "SECRETS", os.path.join(folder, "secrets")), contextlib.ExitStack() as all_of:
        os.mkdir(tree.SECRETS)
        for path, after in (("secrets/new", 60), ("secrets/old", -60), ("settings", 60)):
            with open(os.path.join(folder, path), "w", encoding="ascii"):
                os.utime(os.path.join(folder, path), (now - 600 + after,) * 2)
        there = [{"Id": name, "Name": name, "Config": {"Labels": {"com.docker.compose.service": name}}, "State": {"Running": name != "qdrant", "StartedAt": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now - 600))},
                  "Mounts": [{"Type": "bind", "Source": os.path.join(folder, path), "RW": False}]}
                 for name, path in (("n8n", "secrets/new"), ("redis", "secrets/old"), ("traefik", "settings"), ("postgres", "secrets/new"), ("qdrant", "secrets/new"), (ONE, "secrets/new"))]
        for module, name, instead in ((tree, "containers", lambda: there), (tree, "compose_command", lambda *_: ["true"]), (up, "replaceable", lambda: []), (up, "stream", lambda *_: 0), (up, "wait_ended", lambda *_: None),
                                      (up, "wait_ready", lambda *_: None), (rollout, "remove_trials", lambda: None), (up.secret, "restart", lambda one: restarted.append(one["Name"]))):
            all_of.enter_context(mock.patch.object(module, name, instead))
        quiet(up.start, {"services": {}}, 1)
    assert restarted == ["n8n"], restarted


def build_that_fails():
    """The last lines of a failed build are shown, with the compiler's message; of a successful one none."""
    lines = 'i=0; while [ $i -lt 100 ]; do i=$((i + 1)); echo "line $i"; done; echo "slice.h:9: error: #error" >&2; exit $1'
    for code, shown in ((0, 0), (3, up.BUILD_LINES)):
        output, command = io.StringIO(), []
        with mock.patch.object(tree, "compose_command", lambda *words, command=command, code=code: command.extend(words) or ["sh", "-c", lines, "sh", str(code)]), \
                contextlib.redirect_stdout(output):
            assert up.build_of([ONE]) == (code == 0)
        assert len(output.getvalue().splitlines()) == shown and ("slice.h:9: error" in output.getvalue()) == bool(code), output.getvalue()
        assert command[-2:] == ["build", ONE] and "-q" not in command, command


def build_interrupted():
    """Ctrl-C during a build does not name `up`, which would not go on with a deploy."""
    with mock.patch.object(up.subprocess, "Popen") as started, contextlib.redirect_stderr(io.StringIO()) as printed:
        started.return_value.__enter__.return_value.stdout.__iter__.side_effect = KeyboardInterrupt
        interrupted = False
        try:
            up.stream("build", last=up.BUILD_LINES)
        except KeyboardInterrupt:
            interrupted = True
    assert interrupted and "tapbot up" not in printed.getvalue(), printed.getvalue()


# case, the folder's version, whether Git knows the other one, whose images are missing, what is built, what the refusal names
LOST = (
    ("nothing is missing", "1", True, (), [], None),
    ("the folder has the deployed version", "2", True, (ONE,), [([ONE], "2")], None),
    ("the folder has another version", "1", True, (ONE,), [], "git checkout 2 && sudo deploy/tapbot up"),
    ("of two versions the folder has one", "2", True, (ONE, TWO), [([ONE], "2")], "git checkout 3 && sudo deploy/tapbot up"),
    ("the version is in no commit", "1", False, (ONE,), [], "sudo rm docker-compose.release.yml && sudo deploy/tapbot up"),
    ("beside an image that no deploy has named", "2", True, (ONE, "pages"), [(["pages"], None), ([ONE], "2")], None),
)


def images_of_a_deploy_lost():
    """`up` builds missing images of the deployed version from that version's folder. In another one it names a command that works on a stack that
    does not run, as after a restore on a new machine: not `deploy`."""
    known = {"services": {name: {"image": f"tapbot/{name}:{version}", "build": {"context": "."}} for name, version in ((ONE, "2"), (TWO, "3"), ("pages", "1"))}}
    for why, here, in_git, gone, wanted, command in LOST:
        missing, built, output, code = {known["services"][name]["image"] for name in gone}, [], io.StringIO(), None

        def build(names, version=None, missing=missing, built=built):
            built.append((list(names), version))
            missing -= {known["services"][name]["image"] for name in names}
            return True
        with contextlib.ExitStack() as all_of:
            for module, name, instead in (
                    (up, "image_there", lambda image, missing=missing: image not in missing), (up, "outdated", lambda image, missing=missing: image in missing),
                    (up, "build_of", build), (up, "source_of_build", lambda: None), (init, "version", lambda here=here: here), (up.certificates, "other_authority", lambda: None), (up.certificates, "of_other_domains", lambda: []),
                    (releases, "pinned", lambda: {f"tapbot/{ONE}:2", f"tapbot/{TWO}:3"}), (tree, "containers", lambda: []), (tree, "env_read", lambda *_: {}),
                    (up.checks_running, "used_networks", lambda _: {}), (tree, "link_server", lambda: None),
                    (tree, "run", lambda *words, in_git=in_git, **_: subprocess.CompletedProcess(words, int(not in_git), "", ""))):
                all_of.enter_context(mock.patch.object(module, name, instead))
            with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
                try:
                    up.images(known, *up.plan(known, False)[:2])
                    up.refuse_lost(up.lost(known)[1])
                except SystemExit as end:
                    code = end.code
        assert (built, code) == (wanted, 1 if command else None) and (command or "") in output.getvalue(), (why, built, code, output.getvalue())
        assert "tapbot deploy" not in output.getvalue(), (why, output.getvalue())


def image_of_a_one_shot_pruned():
    """A command in a one-shot container whose image was pruned says that it builds it, not on standard output, and only from the code of its version.
    The container has no log, because its output may be a new key."""
    known = {"services": {"one-migrate": {"image": f"tapbot/{ONE}:2", "build": {"context": "."}}}}
    for there, here, wanted, code, words in ((True, "3", [], 7, ""), (False, "2", [(["one-migrate"], "2")], 7, "one-migrate"), (False, "3", [], 1, "tapbot up")):
        built, ran, output, errors, ended = [], [], io.StringIO(), io.StringIO(), None
        with contextlib.ExitStack() as all_of:
            for module, name, instead in (
                    (tree, "env_read", lambda *_: {}), (tree, "engine_needed", lambda: None), (tree, "link_server", lambda: None), (tree, "running", lambda _: ["postgres"]),
                    (tree, "configuration", lambda everything=False: (known, "")), (tree, "compose_command", lambda *words, **_: words), (up, "image_there", lambda _, there=there: there),
                    (up, "build_of", lambda names, version=None, built=built: built.append((list(names), version)) or True), (up, "source_of_build", lambda: None),
                    (releases, "pinned", lambda: {f"tapbot/{ONE}:2"}), (init, "version", lambda here=here: here), (run_once.subprocess, "run", lambda words, ran=ran, **_: ran.append(words) or subprocess.CompletedProcess(words, 7, "", ""))):
                all_of.enter_context(mock.patch.object(module, name, instead))
            with contextlib.redirect_stdout(output), contextlib.redirect_stderr(errors):
                try:
                    ended = run_once.main(["one-migrate", "--keys", "list"])
                except SystemExit as end:
                    ended = end.code
        assert (built, ended, output.getvalue()) == (wanted, code, "") and words in errors.getvalue(), (built, ended, output.getvalue(), errors.getvalue())
        assert ["MIGRATE_LOG_DRIVER=none" in each for each in ran if "--keys" in each] == [True] * (code == 7), ran


class Killed(BaseException):
    """Like kill -9: no cleanup runs."""


class Engine:
    """Instances of one service, on which rollout.py runs its steps. `fails_at` is the step before which the program is
    killed, `interrupted` the command of docker at which it gets Ctrl-C; `bad` are versions that do not serve, `unreached` those that
    Traefik does not reach."""

    def __init__(self, instances, version):
        self.made, self.steps, self.fails_at, self.bad, self.unreached, self.trials = 0, 0, None, set(), set(), set()
        self.there, self.described, self.least, self.shares, self.interrupted, self.stopping = [], version, instances, False, None, None
        for _ in range(instances):
            self.start("", 0)
        self.steps = 0

    def step(self):
        if self.steps == self.fails_at:
            raise Killed
        self.steps += 1

    def start(self, _service, _count, *how):
        self.step()
        self.made += 1
        self.there.append({"Id": str(self.made), "Name": ONE, "version": self.described, "State": {"Running": "--no-start" not in how}, "ready": self.made <= self.least,
                           "Config": {"Labels": {"com.docker.compose.service": ONE}}})

    def rehearse(self, service):
        """The trial instance is not among those counted here."""
        self.step()
        self.trials.add(rollout.trial_name(service))
        self.step()
        self.trials.clear()
        if self.described in self.unreached:
            raise rollout.Refused("не достаёт", "not reached")

    def remove(self, container):
        self.step()
        self.there.remove(container)
        assert sum(one["ready"] for one in self.there) >= self.least, "fewer instances serve than before"

    def ready(self, container, _deadline):
        self.step()
        if container["version"] in self.bad:
            raise rollout.Refused("не готова", "not ready")
        container["ready"] = True

    def docker(self, verb, *words, **_more):
        """One container by its ID, or trial instances by their names."""
        self.step()
        if rollout.trial_name(ONE) in words:
            self.trials -= set(words)
            return
        one = next((one for one in self.there if one["Id"] == words[-1]), None)
        if (verb, self.interrupted) == ("stop", "stop"):
            self.interrupted, self.stopping = None, one
            raise KeyboardInterrupt
        if verb == "rm" and one:
            self.there.remove(one)
        elif verb == "stop":
            one["State"]["Running"], self.stopping = False, None
        elif verb == "start" and one is not self.stopping:
            one["State"]["Running"] = True
        assert sum(one["State"]["Running"] for one in self.there) <= self.least, "two instances write to one volume"
        if verb == self.interrupted:
            self.interrupted = None
            raise KeyboardInterrupt

    def nothing(self, *_arguments):
        self.step()

    @contextlib.contextmanager
    def around(self):
        """rollout.py with these instances."""
        with tempfile.TemporaryDirectory() as folder, mock.patch.object(deploy_lock, "FOLDER", folder), contextlib.ExitStack() as all_of:
            for name, instead in {
                    "copies": lambda _service: list(self.there), "start": self.start, "remove": self.remove, "rehearse": self.rehearse, "wait_ready": self.ready,
                    "wait_routed": lambda *_: self.nothing() or NEW, "smoke": self.nothing, "bake_beside": self.nothing,
                    "wanted_marks": lambda _service: self.described, "labels_agree": lambda *_: True, "is_new": lambda one, wanted: one["version"] == wanted,
                    "shares_a_volume": lambda _service: self.shares}.items():
                all_of.enter_context(mock.patch.object(rollout, name, instead))
            all_of.enter_context(mock.patch.object(rollout.tree, "docker", self.docker))
            yield

    def versions(self):
        return [one["version"] for one in self.there]


def quiet(function, *arguments):
    with open(os.devnull, "w", encoding="utf-8") as nowhere, contextlib.redirect_stdout(nowhere), contextlib.redirect_stderr(nowhere):
        return function(*arguments)


def killed_at_each_step():
    """With one instance and with three: a second run ends with as many new ones, and never fewer served."""
    cases = 0
    for instances in (1, 3):
        engine = Engine(instances, "1")
        engine.described = "2"
        with engine.around():
            assert quiet(rollout.replace, ONE, 5)
            steps = engine.steps
            assert not quiet(rollout.replace, ONE, 5)
        assert engine.versions() == ["2"] * instances and steps >= 6 * instances
        for place in range(steps):
            engine = Engine(instances, "1")
            engine.described, engine.fails_at = "2", place
            with engine.around():
                with contextlib.suppress(Killed):
                    quiet(rollout.replace, ONE, 5)
                    assert False, "not killed"
                engine.fails_at = None
                quiet(rollout.replace, ONE, 5)
            assert engine.versions() == ["2"] * instances and not engine.trials, f"{instances} instances, killed at {place}: {engine.versions()}, {engine.trials}"
            cases += 1
    return f"{cases} kills"


def killed_and_rolled_back():
    """Killed at each step, then rolled back to the former version: only instances of the former version remain."""
    for instances in (1, 3):
        for place in range(6 * instances):
            engine = Engine(instances, "1")
            engine.described, engine.fails_at = "2", place
            with engine.around():
                with contextlib.suppress(Killed):
                    quiet(rollout.replace, ONE, 5)
                engine.fails_at, engine.described = None, "1"
                quiet(rollout.replace, ONE, 0)
            assert engine.versions() == ["1"] * instances and not engine.trials, f"{instances} instances, killed at {place}: {engine.versions()}, {engine.trials}"


def killed_between_services():
    """Killed when one service has the new version and another not, or not whole: rollback, and the refusal of a repeated deploy, return to
    the version before; also in the first deploy, which has no history. A deploy of the other service alone does not lose that of the first."""
    pins, there = {}, {}
    both = [services.one(ONE), services.one(TWO)]
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as all_of:
        for module, name, instead in (
                (releases, "HISTORY", os.path.join(folder, "releases.log")), (tree, "ROOT", folder), (deploy_lock, "FOLDER", folder), (releases, "read", lambda: pins),
                (releases, "here", lambda _=None: both), (releases, "ours", lambda names=None: [one for one in both if not names or one.name in names]),
                (tree, "env_read", lambda: {"TAPBOT_VERSION": "1"}), (up, "image_there", lambda _: True), (rollback, "needed", lambda _: None), (rollback, "schema_of", lambda *_: None),
                (rollout, "copies", lambda name: [{"Config": {"Image": releases.image_of(name, one)}} for one in there[name]])):
            all_of.enter_context(mock.patch.object(module, name, instead))
        there.update({ONE: ["1"], TWO: ["1"]})
        assert rollback.targets([], deploy.running_versions(), None)[0] == [], "nothing was deployed yet"
        for pins, second in (({}, ["1"]), ({}, ["1", "2"]), ({ONE: "1", TWO: "1"}, ["1"]), ({ONE: "1", TWO: "1"}, ["1", "2"])):
            there.update({ONE: ["2"], TWO: second})
            assert rollback.targets([], deploy.running_versions(), None) == ([ONE, TWO], {ONE: "1", TWO: "1"}), (pins, second)
            assert deploy.versions_of([TWO], "2") == deploy.versions_of([ONE, TWO], "2") == ({ONE: "1", TWO: "1"}, {ONE: "2", TWO: "2"}), (pins, second)
            with mock.patch.object(deploy, "put_in_place", return_value=([], None)) as again:
                deploy.undo([ONE, TWO], {ONE: "2", TWO: "2"}, deploy.recorded_versions(), None)
            assert again.call_args.args[:2] == ([ONE, TWO], {ONE: "1", TWO: "1"}), again.call_args
        releases.write({ONE: "2", TWO: "2"}, {ONE: "1", TWO: "1"}, {"services": {}}, "deploy")
        pins = {ONE: "2", TWO: "2"}
        there.update({ONE: ["2"], TWO: ["2"]})
        assert rollback.targets([TWO], deploy.running_versions(), None) == ([TWO], {ONE: "2", TWO: "1"}), "not interrupted"
        there[ONE].append("3")
        assert rollback.targets([TWO], deploy.running_versions(), None) == ([TWO], {ONE: "2", TWO: "1"}), "interrupted for the other service"


def trial_of_a_killed_run():
    """A trial instance of a killed run, of any service, is ended by the next deploy, also if that has nothing else to do."""
    for change in (lambda: rollout.replace(ONE, 5), lambda: scale.change(ONE, 1), lambda: scale.change(ONE, 2), lambda: up.start({"services": {}}, 1)):
        engine = Engine(1, "1")
        engine.trials = {rollout.trial_name(one) for one in (ONE, TWO)}
        with engine.around(), mock.patch.object(up, "replaceable", lambda: []), mock.patch.object(up, "stream", lambda *_: 0), \
                mock.patch.object(tree, "compose_command", lambda *_: ["true"]), mock.patch.object(up, "wait_ended", lambda *_: None), \
                mock.patch.object(up, "wait_ready", lambda *_: None), mock.patch.object(up.secret, "stale", lambda: []), mock.patch.object(rollout, "one_more", lambda name: engine.start(name, 2) or engine.there[-1]):
            quiet(change)
        assert not engine.trials and engine.versions() in (["1"], ["1", "1"]), (engine.trials, engine.versions())


def shared_volume_killed_at_each_step():
    """A service that shares a volume: never two instances at once, and a second run ends with the new one running."""
    for place in range(20):
        engine = Engine(1, "1")
        engine.described, engine.shares, engine.fails_at = "2", True, place
        with engine.around():
            with contextlib.suppress(Killed):
                quiet(rollout.replace, ONE, 5)
                assert place > 7, "not killed"
            engine.fails_at = None
            quiet(rollout.replace, ONE, 5)
        assert [(one["version"], one["State"]["Running"]) for one in engine.there] == [("2", True)], f"killed at {place}: {engine.there}"


def shared_volume_refused():
    """The new instance on a shared volume does not serve: the old container runs again."""
    engine = Engine(1, "1")
    before = engine.there[0]["Id"]
    engine.described, engine.shares, engine.bad = "2", True, {"2"}
    with engine.around(), contextlib.suppress(rollout.Refused):
        quiet(rollout.replace, ONE, 5)
        assert False, "not refused"
    assert [(one["Id"], one["State"]["Running"]) for one in engine.there] == [(before, True)], engine.there


def shared_volume_interrupted():
    """Ctrl-C while the old instance on a shared volume stops, or the new one starts: the old container runs again, to the end."""
    for verb in ("stop", "start"):
        engine = Engine(1, "1")
        before = engine.there[0]["Id"]
        engine.described, engine.shares, engine.interrupted = "2", True, verb
        with engine.around(), contextlib.suppress(KeyboardInterrupt):
            quiet(rollout.replace, ONE, 5)
            assert False, "not interrupted"
        assert [(one["Id"], one["State"]["Running"]) for one in engine.there] == [(before, True)] and not engine.stopping, (verb, engine.there)


def refused_instance():
    """An instance that does not serve is removed; the old containers are unchanged."""
    for instances in (1, 3):
        engine = Engine(instances, "1")
        before = list(engine.there)
        engine.described, engine.bad = "2", {"2"}
        with engine.around():
            for _ in range(2):
                try:
                    quiet(rollout.replace, ONE, 5)
                    assert False, "not refused"
                except rollout.Refused as why:
                    assert str(why) == "not ready"
                assert engine.there == before


def refused_before_guests():
    """A version that Traefik does not reach is refused in its trial: no instance starts that could receive guests' requests."""
    engine = Engine(3, "1")
    before = list(engine.there)
    engine.described, engine.unreached = "2", {"2"}
    with engine.around():
        try:
            quiet(rollout.replace, ONE, 5)
            assert False, "not refused"
        except rollout.Refused as why:
            assert str(why) == "not reached"
    assert engine.there == before and engine.made == 3, "an instance was started"


def trial_instance():
    """The trial instance has no route, is requested from Traefik's networks by its labels, and is removed in any case."""
    begin = f"traefik.http.services.{ONE}.loadbalancer."
    described = {"labels": {f"{begin}server.port": "7099", f"{begin}healthcheck.path": "/ready"}}
    for reached, answers_right in ((True, True), (False, True), (True, False)):
        asked, removed, words, now = [], [], [], [0.0]

        def inside(container, url, asked=asked, now=now, reached=reached):
            asked.append((container, url))
            now[0] += 1
            return "{}" if reached and len(asked) > 2 else None

        def questions(_service, _address, right=answers_right):
            if not right:
                raise rollout.Refused("500", "answers 500")

        refused = None
        with contextlib.ExitStack() as all_of:
            for module, name, instead in (
                    (rollout, "description_of", lambda _: described), (rollout, "wait_ready", lambda *_: None), (rollout, "smoke", questions),
                    (rollout, "address_of", lambda _: NEW), (rollout, "remove", lambda one, removed=removed: removed.append(one["Id"])),
                    (rollout.time, "monotonic", lambda now=now: now[0]), (rollout.time, "sleep", lambda _: None),
                    (tree, "docker_json", lambda *_: [{"Id": "trial"}]), (tree, "running", lambda _: [{"Id": "traefik"}]),
                    (tree, "compose", lambda *some, words=words, **_: words.extend(some) or subprocess.CompletedProcess(some, 0, "", "")),
                    (rollout.trial, "asked_inside", inside)):
                all_of.enter_context(mock.patch.object(module, name, instead))
            try:
                quiet(rollout.rehearse, ONE)
            except rollout.Refused as why:
                refused = str(why)
        assert "run" in words and words[words.index("--label") + 1] == "traefik.enable=false" and words[-1] == ONE, words
        assert words[words.index("TRIAL=true") - 1] == "--env", words
        assert set(asked) == {("traefik", "http://172.20.0.6:7099/ready")} and removed == [rollout.trial_name(ONE)], (asked, removed)
        assert {(True, True): refused is None, (False, True): "cannot reach it" in str(refused), (True, False): refused == "answers 500"}[
            reached, answers_right], refused


def images_for_server_1():
    """Missing images: the command that copies them from server 2, where all are built; other servers get no such command."""
    env = {"PUBLIC_ADDRESS": "203.0.113.10,2001:db8:113::10", "PEER_ADDRESS": "198.51.100.10,2001:db8:114::10"}
    wanted = "ssh root@198.51.100.10 'docker save tapbot/a:1 tapbot/b:1 | gzip' | ssh root@203.0.113.10 docker load"
    for server, images, command in (("1", ["tapbot/b:1", "tapbot/a:1"], wanted), ("1", [], None), ("2", ["tapbot/a:1"], None), (None, ["tapbot/a:1"], None)):
        with mock.patch.object(tree, "link_server", lambda server=server: server), mock.patch.object(tree, "env_read", lambda: env):
            assert releases.bring_command(images) == command, (server, images)
    output = io.StringIO()
    with mock.patch.object(tree, "link_server", lambda: "1"), mock.patch.object(tree, "env_read", lambda: env), \
            mock.patch.object(up, "image_there", lambda image: image.endswith(f"{TWO}:3")), contextlib.redirect_stdout(output):
        try:
            with contextlib.redirect_stderr(output):
                deploy.images([ONE, TWO], "3", True)
            assert False, "not refused"
        except SystemExit as end:
            assert end.code == 1
    assert "Git Bash" in output.getvalue() and f"docker save tapbot/{ONE}:3 | gzip" in output.getvalue() and f"tapbot/{TWO}" not in output.getvalue(), output.getvalue()


def point_before_migrations():
    """A deploy writes a restore point and makes the copies of every tick, then migrates. A failure of either is reported and
    does not stop it."""
    def failing(*_):
        raise backup_place.Failed("нет места", "no space")

    point = ["SELECT pg_create_restore_point('deploy-2')"]
    for before, code, tick, wanted in (("1", 0, lambda *_: 0, ""), ("1", 0, lambda *_: 1, "The copy before the migrations failed"), ("1", 1, failing, "The restore point was not created: bad"),
                                       ("2", 0, lambda *_: 0, "")):
        steps, output = [], io.StringIO()

        def docker(*words, steps=steps, code=code):
            steps.append(words[-1])
            return subprocess.CompletedProcess(words, code, "", "bad")

        with contextlib.ExitStack() as all_of:
            for module, name, instead in (
                    (tree, "running", lambda name: [{"Id": name}]), (tree, "docker", docker), (backup_place, "here", lambda: "the stack"),
                    (backup, "tick", lambda place, options, jobs, steps=steps, tick=tick: steps.extend([place, jobs]) or tick(place, options)),
                    (smoke, "compared", lambda _: contextlib.nullcontext()), (deploy, "trying", lambda _: contextlib.nullcontext()),
                    (schemas, "migrate", lambda names, steps=steps: steps.append(names)), (deploy, "put_in_place", lambda *_: ([], None)),
                    (deploy, "runs_here", lambda names: names)):
                all_of.enter_context(mock.patch.object(module, name, instead))
            all_of.enter_context(mock.patch.object(say, "ENGLISH", True))
            with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
                assert deploy.carry_out([ONE], {ONE: "2"}, {ONE: before}, 0, deploy.Timings()) == ([], None)
        assert steps == [*(point if before == "1" else []), "the stack", backup.OF_EVERY_TICK, [ONE]], steps
        assert wanted in output.getvalue() and bool(wanted) == ("failed" in output.getvalue()), output.getvalue()


def first_deploy_refused():
    """The first deploy pins the versions that run, of which there is an image, before it checks anything: if it is refused, `up` does not build
    its code under their name."""
    trial = Check("trial", ("", ""), lambda: [(("нет настройки", "no setting"),)], ("", ""), fatal=True)
    code = None
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as all_of:
        for module, name, instead in (
                (tree, "RELEASE", os.path.join(folder, "release.yml")), (releases, "HISTORY", os.path.join(folder, "releases.log")), (up, "description", lambda: DESCRIPTION), (up, "image_there", lambda image: image != f"tapbot/{TWO}:0"),
                (deploy_lock, "FOLDER", folder), (deploy_lock, "LOCK", os.path.join(folder, "lock")), (deploy, "prepared", lambda: None), (deploy.peer, "number", lambda: None), (releases, "here", lambda _: [services.one(ONE)]),
                (deploy, "versions_of", lambda *_: ({ONE: "1", TWO: "0"}, {ONE: "2", TWO: "0"})), (deploy, "plan", lambda *_: None), (deploy, "interrupt_on_signals", lambda: None), (deploy, "images", lambda *_: None),
                (deploy, "trying", lambda _: contextlib.nullcontext()), *((deploy, name, []) for name in ("HOST", "SETTINGS", "DESCRIPTION")), (deploy, "TRIALS", [trial])):
            all_of.enter_context(mock.patch.object(module, name, instead))
        try:
            quiet(deploy.main, ["--yes", "--version", "2", "--bake", "0"])
        except SystemExit as end:
            code = end.code
        assert (code, releases.read(), releases.changes(ONE)) == (1, {ONE: "1"}, []), (code, releases.read(), releases.changes(ONE))


def rollback_that_the_schema_forbids():
    """It names the oldest version that can serve, and the restore to before the deploy that has replaced the wanted version."""
    output = io.StringIO()
    with tempfile.TemporaryDirectory() as folder, mock.patch.object(tree, "ROOT", folder), contextlib.ExitStack() as all_of:
        for module, name, instead in (
                (releases, "HISTORY", os.path.join(folder, "releases.log")), (up, "image_there", lambda _: True),
                (rollback, "needed", lambda _: 5), (rollback, "schema_of", lambda _, version: 4 + (version != "1")), (tree, "link_server", lambda: "1")):
            all_of.enter_context(mock.patch.object(module, name, instead))
        for before, version in (("1", "2"), ("2", "3")):
            releases.write({ONE: version}, {ONE: before}, DESCRIPTION, "deploy")
        try:
            with contextlib.redirect_stderr(output):
                rollback.target(services.one(ONE), "3", "1")
            assert False, "not refused"
        except SystemExit as end:
            assert end.code == 1
    for words in (f"rollback --version 2 {ONE}", "deploy/tapbot restore --before-deploy 2 ("):
        assert words in output.getvalue(), output.getvalue()


# Naps, because a signal that comes just before signal.pause() is handled only after the next one.
HUNG_UP = """import os, signal, sys, time; sys.path[:0] = ['deploy/lib']; from stack import deploy
deploy.interrupt_on_signals()
try:
    print('begun', flush=True)
    while True:
        time.sleep(0.05)
except KeyboardInterrupt:
    os.kill(os.getpid(), signal.SIGHUP)  # of the shell
    with deploy.Timings().of('undo', 'undo'):
        deploy.warn('a warning', 'a warning')
        open(sys.argv[1], 'w').write('undone')
    deploy.die(7, 'refused', 'refused')
"""


def terminal_closed():
    """A deploy whose terminal is closed is undone to the end, although it can print nothing and gets SIGHUP twice."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "undone")
        child, terminal = pty.fork()
        if not child:
            os.chdir(ROOT)
            os.execv(sys.executable, [sys.executable, "-B", "-c", HUNG_UP, path])
        with open(terminal, "rb", buffering=0) as leader:
            assert leader.read(5) == b"begun"
        wait_until("the end of the deploy", 60, lambda: os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT))
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7 and os.path.exists(path)


def kept_by_nohup():
    """With nohup a deploy goes on after its terminal is closed."""
    words = "import os, signal, time; from stack import deploy\ndeploy.interrupt_on_signals()\nos.kill(os.getpid(), signal.SIGHUP)\ntime.sleep(0.05)\nprint('goes on')"
    done = subprocess.run(["nohup", sys.executable, "-B", "-c", words], env={**os.environ, "PYTHONPATH": os.path.join(ROOT, "deploy", "lib")}, stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, check=False, timeout=patience(20))
    assert done.returncode == 0 and done.stdout == "goes on\n", done


def monitored_afterwards():
    """Only services with another version than before are monitored, because only they can be rolled back; without any, nothing is."""
    for why, after, wanted in (("both", {ONE: "2", TWO: "2"}, [f"{ONE}=2", f"{TWO}=2"]), ("one", {ONE: "2", TWO: "1"}, [f"{ONE}=2"]),
                               ("only settings or secrets", {ONE: "1", TWO: "1"}, None)):
        with tempfile.TemporaryDirectory() as folder, mock.patch.object(deploy_lock, "FOLDER", folder), \
                mock.patch.object(tree, "env_read", return_value={}), mock.patch.object(deploy.subprocess, "Popen") as started:
            quiet(deploy.watch_on, [ONE, TWO], after, {ONE: "1", TWO: "1"})
        found = [call.args[0][call.args[0].index("stack.deploy_watch") + 2:] for call in started.call_args_list]
        assert found == ([wanted] if wanted else []), (why, found)


def code_unlike_git():
    """The version of edited or unknown code is not shown as if it were that of Git."""
    with tempfile.TemporaryDirectory() as folder, mock.patch.object(tree, "ROOT", folder):
        def git(*words):
            subprocess.run(["git", "-C", folder, "-c", "user.name=test", "-c", "user.email=test@localhost", *words], check=True, capture_output=True)

        def write(text):
            with open(os.path.join(folder, "main page.c"), "w", encoding="ascii") as file:
                file.write(text)
        assert init.version() == "dev" and "Git names no version" in deploy.unlike_git("dev")[1]
        write("1")
        for words in (["init", "-q"], ["add", "main page.c"], ["commit", "-qm", "one"], ["tag", "v1"]):
            git(*words)
        assert init.version() == "v1" and deploy.unlike_git("v1") is None
        write("2")
        assert deploy.unlike_git("v1")[1] == "with changes that are not in Git: main page.c"


def usage_of_both():
    """Unknown words are refused; names and values are parsed."""
    given, names = deploy.options_of([ONE, "--yes", "--bake", "5", "--version", "1.2-3", TWO], deploy.USAGE,
                                     {"--version": r"\w[\w.-]{0,127}", "--bake": r"\d{1,4}"})
    assert given == {"--yes": True, "--bake": "5", "--version": "1.2-3"} and names == [ONE, TWO]
    for wrong in (["postgres"], ["--bake"], ["--bake", "x"], ["--version", "a b"], ["--version", "-x"]):
        with open(os.devnull, "w", encoding="utf-8") as nowhere, contextlib.redirect_stderr(nowhere):
            try:
                deploy.options_of(wrong, deploy.USAGE, {"--version": r"\w[\w.-]{0,127}", "--bake": r"\d{1,4}"})
                assert False, wrong
            except SystemExit as end:
                assert end.code == 2, wrong


TESTS = [(f"deploy {function.__name__.replace('_', ' ')}", function) for function in (
    verdicts, log_lines, log_since, lock, versions, files_edited, requests_before_guests, minutes, migrated_once, stopped_meanwhile, secrets_written_later, build_that_fails, build_interrupted, images_of_a_deploy_lost, image_of_a_one_shot_pruned, killed_at_each_step, killed_and_rolled_back, killed_between_services, trial_of_a_killed_run, shared_volume_killed_at_each_step, shared_volume_refused, shared_volume_interrupted, refused_instance, refused_before_guests, trial_instance, images_for_server_1, point_before_migrations, first_deploy_refused, rollback_that_the_schema_forbids, terminal_closed, kept_by_nohup, monitored_afterwards, code_unlike_git, usage_of_both)]
