# SPDX-License-Identifier: MIT
"""deploy/tapbot backup: its rules as functions, and the verb on the demo's PostgreSQL with a folder as target."""
import contextlib
import datetime
import glob
import io
import json
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from unittest import mock

import debian
import restic_key
from commands import Terminal
from http_server import Handler, served
from machine import Machine
from s3_server import ACCESS_KEY, SECRET_KEY, S3Server
from stack import backup, backup_instance, backup_key, backup_place, backup_plan, backup_target, doctor
from stand import ROOT, in_gate, patience, timed

# The demo's servers without its services, which would take minutes to build.
SERVERS = """
. "$TAPBOT_ROOT/deploy/lib/say.sh"
. "$TAPBOT_ROOT/deploy/lib/demo.sh"
case $1 in
start) cluster_user_make && state_open && demo_ports_lock && demo_clusters && exec 8<&- && demo_psql -d postgres -c 'CREATE TABLE kept (id serial, at timestamptz DEFAULT now())' ;;
sql) state_find && demo_psql -d "${3:-postgres}" -c "$2" ;;
fill) # the database of booking-api with the rows of the demo, by psql
    state_find || exit 1
    state_secret TAPBOT_MIGRATOR_PASSWORD
    for name in "${SERVICES[@]}"; do state_secret "$(service_variable "$name" RUNTIME_PASSWORD)"; done
    demo_roles | demo_psql -d postgres -f "$TAPBOT_ROOT/deploy/postgres/roles.sql" && demo_psql -d postgres -c 'CREATE DATABASE tapbot OWNER tapbot_owner' || exit 1
    for set in api:common/api/schema/keys booking:common/api/schema/change booking:common/api/schema/deliver booking:services/booking-api/schema; do
        {
            echo "SET client_min_messages = warning; CREATE SCHEMA IF NOT EXISTS ${set%%:*}; SET search_path = ${set%%:*}, public;"
            for file in "$TAPBOT_ROOT/${set#*:}"/*.sql; do cat "$file" && echo ";"; done
        } | demo_psql -d tapbot || exit 1
    done
    demo_psql -d tapbot -v tenant="$DEMO_TENANT" -v second_tenant="$DEMO_SECOND_TENANT" -f "$TAPBOT_ROOT/services/booking-api/demo/load.sql"
    ;;
killed) # restore was killed after $2 of the three renames that exchange the data; then PostgreSQL is started
    state_find && cluster_pg_stop "$STATE" && cp -a "$STATE/pg" "$STATE/pg-new" && touch "$STATE/pg-new/new" && mv "$STATE/pg" "$STATE/pg-swap" || exit 1
    [ "$2" = 1 ] || mv "$STATE/pg-new" "$STATE/pg"
    demo_postgres && ls "$STATE" && ls "$STATE/pg"
    ;;
stop) demo_stop yes ;;
esac
"""
# Wrappers of the programs, first in PATH, that log their arguments.
NOTED = '#!/bin/sh\nprintf "%s\\n" "$*" >>"$NOTES"\nexec {program} "$@"\n'
KILLS = 3 if in_gate() else 20


class Demo:
    """A demo with only its PostgreSQL and Redis, and a folder as target."""

    def __init__(self, folder):
        self.folder, self.target = folder, os.path.join(folder, "target")
        self.state = os.path.join(folder, "var", "demo")
        self.keys = os.path.join(self.state, "backup")
        self.notes = os.path.join(folder, "notes")
        self.printed = []  # everything that the verb printed
        programs = os.path.join(folder, "bin")
        os.mkdir(programs)
        for name in ("restic", "pgbackrest"):
            with open(os.path.join(programs, name), "w", encoding="ascii") as file:
                file.write(NOTED.format(program=shutil.which(name)))
            os.chmod(file.name, 0o755)
        with open(self.notes, "w", encoding="ascii"):
            pass
        os.chmod(self.notes, 0o666)
        self.environment = {"PATH": f"{programs}:{os.environ['PATH']}", "LANG": "en_US.UTF-8", "TAPBOT_VAR": os.path.join(folder, "var"),
                            "TAPBOT_ROOT": ROOT, "NOTES": self.notes, "HOME": folder}

    def entered(self, *command):
        return command

    def servers(self, *words):
        # PostgreSQL keeps running and must not inherit a pipe that the test reads to its end.
        with tempfile.TemporaryFile() as output:
            code = subprocess.run(["bash", "-c", SERVERS, "servers", *words], env={**os.environ, **self.environment}, stdin=subprocess.DEVNULL,
                                  stdout=output, stderr=subprocess.STDOUT, timeout=patience(120), check=False).returncode
            output.seek(0)
            printed = output.read().decode()
        assert code == 0, printed
        return printed.strip()

    def backup(self, *words, typed="", path=None, verb="backup"):
        environment = {**self.environment, **({"PATH": path} if path else {})}
        done = subprocess.run([os.path.join(ROOT, "deploy/tapbot"), verb, *words], env=environment, input=typed, capture_output=True, text=True,
                              timeout=patience(120), check=False)
        self.printed.append(done.stdout + done.stderr)
        return done

    def good(self, *words, **options):
        done = self.backup(*words, **options)
        assert done.returncode == 0, f"{words}: {done.stderr}{done.stdout}"
        return done.stdout

    def refused(self, *words, **options):
        """Expects exit status 1; returns stderr."""
        done = self.backup(*words, **options)
        assert done.returncode == 1 and "Traceback" not in done.stderr, f"{words}: {done.returncode} {done.stderr}"
        return done.stderr

    def key(self):
        with open(os.path.join(self.keys, "key"), encoding="ascii") as file:
            return file.read().strip()

    def files(self, folder):
        """{path: (length of the content, time)}"""
        return {path: (os.path.getsize(path), os.path.getmtime(path)) for path in glob.glob(f"{folder}/**", recursive=True) if os.path.isfile(path)}


@contextlib.contextmanager
def demo():
    with tempfile.TemporaryDirectory(prefix="tapbot-backup-") as folder:
        os.chmod(folder, 0o755)
        one = Demo(folder)
        try:
            one.servers("start")
            yield one
        finally:
            one.servers("stop")


@contextlib.contextmanager
def prepared():
    """A demo with backups enabled and one snapshot."""
    with demo() as one:
        one.good("init", "--target", one.target)
        one.good("now")
        yield one


# ---- rules as functions

def key_typed():
    """One wrong letter, and two transposed letters are detected. Blanks, lower case, O, I, L for digits, and Cyrillic letters that look the
    same are accepted."""
    key = backup_key.make()
    shown = " ".join(f"{number}: {group}" for number, group in enumerate(backup_key.groups(key), 1))
    assert backup_key.read(key) == key and backup_key.read(" - ".join(backup_key.groups(key)).lower()) == key, shown
    assert backup_key.read(key.replace("0", "o").replace("1", "L")) == key
    alike = str.maketrans("ABEKMHPCTYX03", "АВЕКМНРСТУХОЗ")
    assert backup_key.tidy(backup_key.ALPHABET.translate(alike).lower()) == backup_key.ALPHABET and backup_key.read(key.translate(alike)) == key
    missed = 0
    for at in range(len(key)):
        for letter in backup_key.ALPHABET:
            missed += letter != key[at] and backup_key.read(key[:at] + letter + key[at + 1:]) is not None
    for at in range(len(key) - 1):
        swapped = key[:at] + key[at + 1] + key[at] + key[at + 2:]
        missed += swapped != key and backup_key.read(swapped) is not None
    # One in 1,024 of about 1,000 errors passes a checksum of 10 bits.
    assert missed <= 8, f"{missed} wrong keys are accepted"
    assert backup_key.read(key[:-1]) is None and backup_key.read(key + "0") is None and backup_key.read("") is None
    assert len({backup_key.password(key, server) for server in ("s1", "s2", "demo")}) == 3
    # HKDF-SHA256 as openssl computes it.
    assert backup_key.password("0" * 32, "s2") == subprocess.run(
        ["openssl", "kdf", "-keylen", "32", "-kdfopt", "digest:SHA256", "-kdfopt", "key:" + "0" * 32, "-kdfopt", "salt:tapbot backup", "-kdfopt", "info:s2",
         "-binary", "HKDF"], capture_output=True, check=True).stdout.hex()
    # The command of the page for a machine without this clone. Without a terminal it reads the key from standard input.
    with open(os.path.join(ROOT, "docs/backup.md"), encoding="utf-8") as file:
        (command,) = re.findall(r"RESTIC_PASSWORD=\$\((.*)\)\n", file.read())
    done = subprocess.run(["bash", "-c", command], input=" ".join(backup_key.groups(key)).lower() + "\n", capture_output=True, text=True, start_new_session=True, check=True)
    assert done.stdout == backup_key.password(key, "s2") + "\n", done


def moment(text):
    return datetime.datetime.fromisoformat(text).replace(tzinfo=backup_plan.ZONE).timestamp()


# Saturday 21 and Sunday 22 November 2026 in Almaty: job, last success, last failure, now, whether it is due.
DUE = [
    ("push", "2026-11-22 10:00", "", "2026-11-22 10:00", True), ("push", "", "2026-11-22 10:00", "2026-11-22 10:00", True),
    ("files", "2026-11-22 10:00", "", "2026-11-22 10:00", True), ("bases", "2026-11-22 10:00", "2026-11-22 10:00", "2026-11-22 10:00", True),
    ("space", "2026-11-22 10:00", "", "2026-11-22 10:00", True), ("archive", "2026-11-22 10:00", "", "2026-11-22 10:00", True),
    ("full", "", "", "2026-11-18 12:00", True), ("full", "2026-11-15 02:31", "", "2026-11-22 02:29", False),
    ("full", "2026-11-15 02:31", "", "2026-11-22 02:30", True), ("full", "2026-11-22 02:31", "", "2026-11-28 23:59", False),
    ("diff", "2026-11-21 02:31", "", "2026-11-22 02:29", False), ("diff", "2026-11-21 02:31", "", "2026-11-22 02:30", True),
    ("diff", "2026-11-22 02:31", "", "2026-11-22 02:35", False), ("diff", "2026-11-20 02:31", "", "2026-11-22 00:00", True),
    ("diff", "2026-11-21 02:31", "2026-11-22 02:30", "2026-11-22 03:29", False), ("diff", "2026-11-21 02:31", "2026-11-22 02:30", "2026-11-22 03:30", True),
    ("check", "2026-11-21 03:31", "", "2026-11-22 03:29", False), ("check", "2026-11-21 03:31", "", "2026-11-22 03:30", True),
    ("verify", "2026-11-21 03:31", "", "2026-11-22 03:30", True), ("forget", "2026-11-15 05:00", "", "2026-11-22 04:59", False),
    ("forget", "2026-11-15 05:00", "", "2026-11-22 05:00", True), ("forget", "2026-11-22 05:00", "", "2026-11-22 05:05", False),
    ("drill", "2026-11-15 04:11", "", "2026-11-22 04:09", False), ("drill", "2026-11-15 04:11", "", "2026-11-22 04:10", True),
    ("drill", "2026-11-15 04:11", "2026-11-22 04:10", "2026-11-22 05:09", False), ("drill", "2026-11-15 04:11", "2026-11-22 04:10", "2026-11-22 05:10", True),
    ("drill", "2026-11-22 04:11", "", "2026-11-28 23:59", False),
    ("images", "", "", "2026-11-22 00:00", True), ("images", "2026-11-21 05:31", "", "2026-11-22 05:29", False), ("images", "2026-11-21 05:31", "", "2026-11-22 05:30", True),
    # The clock was a year ahead and is correct again: successes and failures of that time do not count.
    ("diff", "2027-11-21 02:31", "", "2026-11-22 02:35", True), ("diff", "2026-11-21 02:31", "2027-11-22 02:30", "2026-11-22 02:35", True),
]


def table():
    """Each job of the table is due at its times, in the time zone of Almaty."""
    jobs = {job.name: job for job in backup.JOBS}
    assert {row[0] for row in DUE} == set(jobs), "a job without a row"
    for name, done, tried, now, expected in DUE:
        found = backup_plan.is_due(jobs[name], *(moment(one) if one else 0 for one in (done, tried, now)))
        assert found == expected, f"{name} at {now}, done {done}, failed {tried}: {found}"
    return f"{len(DUE)} rows"


class Server(backup_place.Place):
    """A backup place without programs: pgBackRest answers `info`, and `sent` has the targets whose jobs were started."""
    server, keys, base_folder = "s2", "", "/repository"

    def __init__(self, folder):
        super().__init__()
        self.folder, self.repository, self.sent = folder, folder, []
        self.held = False
        self.backups, self.asked = [time.time()], 0  # the ends of the base backups, None: pgBackRest does not answer

    def targets_text(self):
        return "/a,/b"

    def prepared(self):
        return True

    def paths(self):
        return []

    def sql(self, _text):
        return "1"

    def health(self):
        return None

    def has_data(self, _name):
        return False

    def to_copy(self):
        return []

    def pgbackrest(self, *words, timeout=0):
        self.asked += words[0] == "info"
        if self.backups is None:
            return subprocess.CompletedProcess(words, 1, "", "ERROR: no answer")
        found = [{"label": "F", "type": "full", "timestamp": {"stop": one}, "info": {"size": 1}} for one in self.backups]
        return subprocess.CompletedProcess(words, 0, json.dumps([{"backup": found, "status": {"lock": {"backup": {"held": self.held}}}}]), "")

    def start_base(self, kind):
        self.known, self.held = None, True
        with open(os.path.join(self.folder, "base.log"), "w", encoding="ascii") as log:
            log.write("WARN: slow\nERROR: [039]: cut off\n")
        return mock.Mock(wait=mock.Mock(side_effect=subprocess.TimeoutExpired("pgbackrest", 30)))

    def tick(self, jobs=backup.JOBS):
        """Returns whether the tick succeeded."""
        self.known, self.sent, self.asked = None, [], 0  # as a new process

        def sent(name):
            return lambda _place, target, *_words, **_options: self.sent.append(f"{name} {target}") or {}
        with mock.patch.object(backup_instance, "drill", return_value={"seconds": 1, "rpo_s": 1}), mock.patch.multiple(backup_target, push=sent("push"), check=sent("check"), forget=sent("forget")), \
                mock.patch.object(shutil, "disk_usage", return_value=mock.Mock(free=1, total=1)), \
                contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            return backup.tick(self, {}, jobs) == 0


def database_away():
    """If pgBackRest does not answer, this is reported once; the targets still get the files, checks and `forget`. pgBackRest is called once."""
    with tempfile.TemporaryDirectory() as folder:
        one = Server(folder)
        one.backups = None
        assert not one.tick() and one.sent == [f"{name} {target}" for name in ("push", "check", "forget") for target in ("/a", "/b")], one.sent
        state = one.state()
        assert "no answer" in state["bases"]["why"][1] and not {"full", "diff"} & state.keys() and one.asked == 1, state
        one.backups = [time.time()]
        assert one.tick() and one.sent == ["push /a", "push /b"] and one.asked == 1, one.sent
        assert not one.state()["bases"]["why"]


def sent_beside_verify():
    """While `verify` reads the copies, the log, the files and the snapshots are sent, and health gets their heartbeats."""
    with tempfile.TemporaryDirectory() as folder:
        one, reported, read_by = Server(folder), threading.Event(), []

        def checked(_place, target, *words):
            read_by.append((target, words))
            assert reported.wait(patience(60)), "no heartbeat during verify"
        with mock.patch.multiple(backup_target, check=checked, snapshots=lambda *_: [{}]), mock.patch.object(backup, "verify_base"), mock.patch.object(backup, "TICK_SECONDS", 0.01), \
                mock.patch.object(backup, "run_due"), mock.patch.object(backup, "report", lambda _: reported.set()), contextlib.redirect_stdout(io.StringIO()), \
                contextlib.redirect_stderr(io.StringIO()):
            assert backup.verify(one, {"--deep": True}) == 0
        assert read_by == [(target, ("--no-lock", "--read-data")) for target in ("/a", "/b")], read_by


def copies_of_deploy():
    """Of the due jobs a deploy runs those of every tick; the drill, the checks and `forget` are left to the timer."""
    with tempfile.TemporaryDirectory() as folder:
        one = Server(folder)
        assert one.tick(backup.OF_EVERY_TICK) and one.sent == ["push /a", "push /b"] and not {"drill", "verify"} & one.state().keys(), one.state()
        assert one.tick() and len(one.sent) > 2 and {"drill", "verify"} <= one.state().keys(), one.state()


def long_base():
    """A base backup that outlasts its tick and fails is reported by the next tick; the reason remains until one succeeds."""
    with tempfile.TemporaryDirectory() as folder:
        one = Server(folder)
        one.backups, one.stanza = [], lambda: None
        assert one.tick() and one.held and one.sent[:2] == ["push /a", "push /b"], one.state()
        assert one.tick() and not one.state()["bases"]["why"], "it runs"
        one.held = False
        why = "no base backup was made: ERROR: [039]: cut off"
        assert not one.tick() and one.held and why in one.state()["bases"]["why"], one.state()
        assert one.tick() and why in one.state()["bases"]["why"], "while the second one runs"
        one.held, one.backups = False, [time.time()]
        assert one.tick() and not one.held and not one.state()["bases"]["why"], one.state()


def full_disk():
    """If results cannot be stored, the other jobs run, and the tick reports failure."""
    with tempfile.TemporaryDirectory() as folder, mock.patch.object(backup_place.settings, "write_file", side_effect=OSError(28, "No space left on device")):
        one = Server(folder)
        assert not one.tick() and set(one.sent) == {"push /a", "push /b"}, one.sent


def late_program():
    """If a program takes too long, its job fails, and the other jobs run."""
    with tempfile.TemporaryDirectory() as folder:
        one = Server(folder)
        one.copy_files = mock.Mock(side_effect=subprocess.TimeoutExpired("git", 600))
        assert not one.tick() and one.sent[:2] == ["push /a", "push /b"], one.sent
        assert "'git' timed out" in one.state()["files"]["why"][1], one.state()


def images_due():
    """Only images that have changed are saved. When the time of one tick is over, the next tick saves the others. An image that cannot be
    saved, for example because the disk has no room for it, does not hinder the others, and the reason is stored."""
    disk = mock.Mock(free=90, total=100)
    with tempfile.TemporaryDirectory() as folder, mock.patch.object(backup_target, "save_image") as save, mock.patch.object(shutil, "disk_usage", return_value=disk), \
            contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        one, known = Server(folder), {"a": ("1", 10), "b": ("1", 10)}
        one.images = lambda: known

        def saved():
            save.reset_mock()
            good = backup.attempt(one, backup.job("images"), "/a", 1000)
            return [call.args[2] for call in save.call_args_list], good, one.state()["images /a"]["done"]
        assert saved() == (["a", "b"], True, 1000) and saved() == ([], True, 1000)
        known["a"] = ("2", 10)
        assert saved() == (["a"], True, 1000)
        known.update(a=("3", 10), b=("3", 10))
        with mock.patch.object(backup, "IMAGES_SECONDS", -1):
            assert [saved() for _ in range(3)] == [(["a"], True, 0), (["b"], True, 1000), ([], True, 1000)]
        known.update(a=("4", 76), b=("4", 10))
        assert saved()[:2] == (["b"], False) and "no room" in one.state()["images /a"]["why"][1], one.state()
        known.update(a=("5", 10), b=("5", 10))
        save.side_effect = [backup_place.Failed("a", "a is broken"), None]
        assert saved()[:2] == (["a", "b"], False) and "a is broken" in one.state()["images /a"]["why"][1], one.state()
        save.side_effect = [backup_place.Failed("a", "a is broken")]
        assert saved()[:2] == (["a"], False), "b is saved already"


# Saves and loads one image, whose content is a file. Another file says how `save` ends: its exit code, or that it is killed.
IMAGES = """#!/bin/sh
case $* in
"save "*)
    cat "$IMAGES/content"
    read -r how <"$IMAGES/how"
    case $how in kill) kill -9 $$ ;; [1-9]*) echo "Error response from daemon: no such image" >&2 ;; esac
    exit "$how" ;;
"load --quiet") cat >"$IMAGES/loaded" ;;
*) exit 1 ;;
esac
"""
# What a failed `docker save` has sent, how it ended, and what the reason says.
UNSAVED = [("half of it", "1", "no such image"), ("", "1", "no such image"), ("half of it", "kill", "exit -9"), ("", "kill", "exit -9"), ("", "0", "")]


def images_copied_by(program):
    """The cases of images_copied(), by this restic."""
    with tempfile.TemporaryDirectory() as folder, mock.patch.dict(os.environ, PATH=f"{folder}:{os.environ['PATH']}", IMAGES=folder), \
            restic_key.cheap_keys(program), contextlib.redirect_stdout(io.StringIO()):
        one, target = Server(folder), os.path.join(folder, "target")
        one.keys = folder
        one.write_key("password", "x")
        one.write_key("docker", IMAGES)
        os.chmod(os.path.join(folder, "docker"), 0o755)
        backup_target.call(one, target, "init")
        backup_target.push(one, target, "whole", [os.path.join(folder, "docker")])
        try:
            backup_target.push(one, target, "whole", [os.path.join(folder, "docker"), os.path.join(folder, "repository")])
        except backup_place.Failed as error:
            assert "/repository is missing" in error.why[1], error.why
        else:
            raise AssertionError("a copy without the database")

        def save(version, content, how="0"):
            with open(os.path.join(folder, "content"), "w", encoding="ascii") as file:
                file.write(content)
            one.write_key("how", how)
            backup_target.save_image(one, target, f"tapbot/health:{version}")

        def unsaved(content="", how="0", error=backup_place.Failed):
            try:
                save("d", content, how)
            except error as raised:
                return raised
            raise AssertionError(f"saved: {content!r}, {how}")
        for version in "abc":
            save(version, version)
        for content, how, why in UNSAVED:
            said = unsaved(content, how).why[1]
            assert ("docker save" in said or how == "0") and why in said and "{" not in said, said
            assert not backup_target.snapshots(one, target, backup_target.UNFINISHED), f"{content!r}, {how} has left a snapshot"
        one.write_key("password", "y")
        said = unsaved("d").why[1]
        assert "the key does not open" in said and "docker" not in said and "{" not in said, said
        one.write_key("password", "x")
        with mock.patch.object(backup_target, "call", side_effect=KeyboardInterrupt):  # killed before the image is known to be whole
            unsaved("d", error=KeyboardInterrupt)
        backup_target.forget(one, target)
        assert not backup_target.snapshots(one, target, backup_target.UNFINISHED)
        found = backup_target.snapshots(one, target, backup_target.IMAGE)
        assert [(sorted(each["tags"]), each["paths"]) for each in found] == [(["image", f"tapbot/health:{version}"], ["/tapbot_health.tar"]) for version in "bc"], found
        assert [each["tags"] for each in backup_target.snapshots(one, target)] == [["whole"]]
        backup_target.load_images(one, target)
        assert read(os.path.join(folder, "loaded")) == b"c"


def images_copied():
    """An image is a snapshot of its own. Of each image two remain, and no incomplete or empty one; the newest is loaded. Snapshots of data are
    counted and deleted apart from them; none lacks a part."""
    images_copied_by(None)


def images_copied_new():
    """The same by the restic of our image, whose answers differ from those of Debian 12's."""
    program = os.path.join(debian.unpacked("trixie", "restic"), "usr/bin/restic")
    images_copied_by(program)
    return subprocess.run([program, "version"], capture_output=True, text=True, check=True).stdout.split()[1]


def long_list():
    """A list of many snapshots may take long with an empty cache. A target that does not answer fails within a minute."""
    called = []

    def restic(_target, *words, timeout=backup_place.QUICK):
        called.append((words[0], timeout))
        return subprocess.CompletedProcess(words, 0, "[]", "")
    one = mock.Mock(server="s2", reached=set(), restic=restic)
    assert backup_target.snapshots(one, "/a") == [] and called == [("cat", backup_target.PROBE_SECONDS), ("snapshots", backup_place.LONG)], called
    one.reached.add("/a")
    assert backup_target.snapshots(one, "/a") == [] and len(called) == 3, called


def other_database():
    """Snapshots of a database follow only those of the same one, also of its former major version: the target of a lost server must not get
    those of an empty database that was made in its place."""
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        one, target = Server(folder), os.path.join(folder, "target")
        one.keys, one.repository, one.base_folder = folder, *[os.path.join(folder, "repository")] * 2
        one.write_key("password", "x")
        backup_target.call(one, target, "init")
        os.makedirs(os.path.join(one.repository, "archive/tapbot"))

        def pushed(system, former=""):
            with open(os.path.join(one.repository, backup_target.INFO), "w", encoding="ascii") as file:
                file.write(f'[db]\ndb-id=1\ndb-system-id={system}\n\n[db:history]\n{former}')
            return backup.attempt(one, backup.job("push"), target, 1000)
        assert pushed(71) and pushed(71) and pushed(72, '1={"db-id":71}') and not pushed(73)
        assert "another database" in one.state()[f"push {target}"]["why"][1] and len(backup_target.snapshots(one, target)) == 3, one.state()
        assert pushed(72)


@contextlib.contextmanager
def small_repository():
    """A demo whose repository is to lie on a disk of 64 MiB, before backups are switched on."""
    with demo() as one:
        repository = os.path.join(one.state, "repository")
        os.makedirs(repository)
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", repository], check=True)
        try:
            yield one
        finally:
            subprocess.run(["umount", "--lazy", repository], check=True)


def repository_full(one):
    """The disk of the repository is full: PostgreSQL goes on, the tick says why; when there is space again, a new full copy heals it."""
    one.good("init", "--target", one.target)
    one.good("now")
    filler = os.path.join(one.state, "repository", "filler")
    with contextlib.suppress(OSError), open(filler, "wb") as file:
        while file.write(bytes(1 << 16)):
            file.flush()
    one.servers("sql", "INSERT INTO kept SELECT FROM generate_series(1, 100000)")
    printed = one.refused("tick")
    assert "does not reach the archive" in printed and "df -h" in printed, printed
    assert "does not reach the archive" in one.backup().stdout
    one.servers("sql", "INSERT INTO kept DEFAULT VALUES")
    os.unlink(filler)
    one.good("now", "--full")
    one.good("verify", "--deep")
    assert "Warning" not in one.good()


def forget_guards():
    """Nothing is deleted if the clock is wrong by an hour, a day or a year, in either direction, with or without a clock of the target."""
    day, now = 86400, moment("2026-11-22 05:00")
    ticks = [now - 300 * number for number in range(1, 12 * 24 * 40)]  # forty days of ticks
    doubt = backup_plan.clock_doubt
    assert doubt(ticks, None, now) is None and doubt(ticks, now + 200, now) is None
    assert doubt([], None, now) is None and doubt(ticks[:100], None, now) is None, "a new repository"
    for jump in (3600, day, 365 * day):
        for sign in (1, -1):
            assert doubt(ticks, now, now + sign * jump), f"the target's clock does not reveal a jump of {sign * jump} s"
        # Without a clock of the target: if the clock goes back, a snapshot lies in the future; if it goes ahead, days of the last week have none.
        assert doubt(ticks, None, now - jump), f"a clock that is {jump} s late"
    # A jump within a day endangers nothing that is retained for days. A clock a year ahead is detected even after a day of snapshots.
    ahead = now + 365 * day
    assert doubt(ticks, None, ahead) and doubt(ticks + [ahead - 300 * number for number in range(288)], None, ahead)
    assert "--keep-within-daily" in backup_target.KEEP and "--keep-last" in backup_target.KEEP


def former_database():
    """The former database is deleted after a week of base backups, and not by a clock that is days or a year ahead, for one tick or for longer."""
    day, now = 86400, moment("2026-11-22 05:00")
    with tempfile.TemporaryDirectory() as folder:
        one = Server(folder)
        one.note("restored", at=now - 6 * day)
        one.has_data, one.stop_instance, one.drop_data = (lambda name: name == "old"), mock.Mock(), mock.Mock()

        def dropped(at, backups):
            one.backups, one.known = backups, None
            one.drop_data.reset_mock()
            with mock.patch.object(backup.time, "time", lambda: at):
                backup.drop_restored(one)
            return one.drop_data.called
        daily = [now - number * day for number in reversed(range(6))]
        for ahead in (now + 8 * day, now + 365 * day):
            assert not dropped(ahead, daily) and not dropped(ahead + 300, [*daily, ahead]), "also after a base backup with the wrong clock"
        assert not dropped(now, daily), "the sixth day"
        later = [each + 2 * day for each in daily]
        assert dropped(now + 2 * day, later) and dropped(now + 2 * day, [*later, now + 365 * day]), "a base backup of the time when the clock was wrong"


# Answers of restic and of storages: exit code, message, part of the text for people.
ANSWERS = [
    (1, "Fatal: wrong password or no key found", "does not open"), (12, "Fatal: wrong password", "does not open"),
    (1, "Fatal: unable to open config file: Stat: The specified key does not exist.\nIs there a repository at the following location?", "no copy at this address"),
    (1, "Fatal: unable to open config file: Stat: Get: Connection closed by foreign host\nIs there a repository at the following location?", "does not answer"),
    (1, "Fatal: unable to open config file: stat /mnt/x/demo/config: no such file or directory\nIs there a repository at the following location?", "no copy at this address"),
    (10, "Fatal: repository does not exist", "no copy at this address"), (11, "unable to create lock: repository is already locked", "another process"),
    (1, "client.BucketExists: Access Denied.", "refuses"), (1, "Fatal: unable to open config file: Stat: 403 Forbidden", "refuses"),
    (1, "Stat: The AWS Access Key Id you provided does not exist: InvalidAccessKeyId", "refuses"),
    (1, "client.ListObjects: The difference between the request time and the server's time is too large.", "refuses"),
    (1, "dial tcp: lookup s3.example.kz: no such host", "does not answer"), (1, "dial tcp 192.0.2.1:443: connect: connection refused", "does not answer"),
    (124, "returned error, retrying: Head: x509: certificate has expired or is not yet valid: current time 2000-01-01\nrestic: no answer within 30 s", "by the clock of this server"),
    (124, "restic: no answer within 30 s", "does not answer"), (1, "Save(<data/1>) returned error: write: no space left on device", "df -h"),
    (1, "Fatal: unable to save snapshot: write /cache/restic-temp-pack-1: no space left on device", "df -h"), (1, "Save(<data/1>) returned error: 507 Insufficient Storage", "the storage is full"),
    (1, "Fatal: config cannot be loaded: unsupported repository version", "0.14 or newer"), (1, "unexpected words", "unexpected words"),
]


def answers():
    """Errors of restic are mapped to messages that name the next step. A storage that refuses may do so because the clock is wrong."""
    for code, printed, expected in ANSWERS:
        done = subprocess.CompletedProcess([], code, "", printed)
        for ahead, reason in ((None, expected), (0, expected), (1200, "differ by 20 min. Check the clock" if expected == "refuses" else expected)):
            with mock.patch.object(backup_target, "clock_of", lambda _, ahead=ahead: ahead if ahead is None else time.time() + ahead):
                russian, english = backup_target.failure("s3:https://s3.example.kz/x", done).why
            assert reason in english and re.search("[а-я]|unexpected", russian), f"{printed}: {english}"
    return f"{len(ANSWERS)} answers"


def addresses():
    """Addresses of each kind are accepted; other values are refused before they are used."""
    for good in ("/mnt/disk", "s3:https://s3.example.kz/tapbot", "s3:http://127.0.0.1:9000/b/c"):
        assert backup_target.FORM.fullmatch(good), good
    for bad in ("", "mnt/disk", "s3:https://s3.example.kz", "s3:s3.example.kz/tapbot", "https://s3.example.kz/x", "/mnt/my disk", "sftp:a@host:/x", "rclone:x:y", "--option"):
        assert not backup_target.FORM.fullmatch(bad), bad


def secret_pasted():
    """Blanks around a pasted key and secret of S3 are no part of them."""
    place = mock.Mock(keys="/nowhere")
    with mock.patch.dict(os.environ), mock.patch("builtins.input", return_value=" AKIA "), mock.patch.object(backup.getpass, "getpass", return_value=" s/+= \t"), \
            mock.patch.object(backup.sys, "stdin") as typed:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            os.environ.pop(name, None)
        typed.isatty.return_value = True
        backup.s3_credentials(place)
    place.write_key.assert_called_once_with("s3", "[default]\naws_access_key_id = AKIA\naws_secret_access_key = s/+=")


def timer_refused():
    """If systemd refuses the timer, the command that enables it is named: at the end of a restore on a new machine, too, which cannot be
    repeated then."""
    place = backup_place.Stack.__new__(backup_place.Stack)
    with mock.patch.object(backup_place.tree, "run", return_value=subprocess.CompletedProcess([], 1, "", "Failed to enable unit")), \
            mock.patch.object(sys, "argv", ["restore.py", "--new-machine"]), contextlib.redirect_stderr(io.StringIO()) as printed:
        place.timer_on()
    assert "Failed to enable unit" in printed.getvalue() and printed.getvalue().endswith(": sudo deploy/tapbot backup init\n"), printed.getvalue()


def before_up():
    """`backup init` before the first `up` names `up`, and no program that the stack has in an image."""
    place = backup_place.Stack.__new__(backup_place.Stack)
    place.has_database, place.is_new, place.programs_needed = True, lambda: True, mock.Mock()
    with mock.patch.object(backup_place.os, "geteuid", return_value=0), mock.patch.object(backup_place.tree, "engine_needed"), \
            mock.patch.object(backup_place.tree, "running", return_value=[]), contextlib.redirect_stderr(io.StringIO()) as printed:
        with contextlib.suppress(SystemExit):
            place.needed()
        assert "deploy/tapbot up" in printed.getvalue() and not place.programs_needed.called, printed.getvalue()
        place.needed(live=False)
        assert place.programs_needed.called


def another_copy():
    """A command of a person that waits for another copy says so, once. A tick does not wait."""
    with tempfile.TemporaryDirectory() as folder, mock.patch("say.ENGLISH", True):
        one, two = backup_place.Place(), backup_place.Place()
        one.folder = two.folder = folder
        for seconds, said in ((0.5, 1), (0, 0)):
            with one.locked() as first, contextlib.redirect_stderr(io.StringIO()) as printed, two.locked(seconds) as second:
                assert first and not second
            assert printed.getvalue().count("waiting for its end") == said, (seconds, printed.getvalue())
        with contextlib.redirect_stderr(io.StringIO()) as printed, two.locked(1) as second:
            assert second and not printed.getvalue(), printed.getvalue()


def listed_beside_a_lost_target():
    """`backup list` shows the snapshots of the targets that answer, and ends with 1 if one does not."""
    def snapshots(_, target):
        if target in away:
            raise backup_place.Failed(f"{target} нет", f"{target} is away")
        return [{"id": "abcd", "time": 0, "tags": ["whole"], "paths": []}]
    place = mock.Mock(has_database=False)
    place.targets.return_value = ["/a", "/b"]
    for away in ((), ("/a",), ("/a", "/b")):
        with mock.patch.object(backup_target, "snapshots", snapshots), mock.patch("say.ENGLISH", True), \
                contextlib.redirect_stdout(io.StringIO()) as shown, contextlib.redirect_stderr(io.StringIO()) as printed:
            code = backup.listing(place, {})
        assert code == bool(away) and shown.getvalue().count("abcd") == 2 - len(away), (away, code, shown.getvalue())
        assert printed.getvalue().splitlines() == [f"{target} is away" for target in away], printed.getvalue()


def storage_clock():
    """The clock of an S3 storage is read from any of its answers, even a refusal."""
    class Refuses(Handler):
        def do_HEAD(self):
            self.send_response_only(403)
            self.send_header("Date", "Sun, 22 Nov 2026 00:00:00 GMT")
            self.end_headers()
    with served(Refuses) as server:
        assert backup_target.clock_of(f"s3:http://127.0.0.1:{server.server_port}/b") == moment("2026-11-22 05:00")
    with mock.patch.object(backup_target, "CLOCK_SECONDS", 1):
        assert backup_target.clock_of("s3:http://127.0.0.1:1/b") is None and backup_target.clock_of("/mnt") is None


def storage_versions():
    """doctor notes a storage that does not retain former versions of objects, one that does not answer that, and a card that is not confirmed. The signature is that of
    an example in AWS's documentation of Signature Version 4."""
    headers = backup_target.signed("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "examplebucket.s3.amazonaws.com", "/", "lifecycle=", "us-east-1", "20130524T000000Z")
    assert headers["Authorization"].endswith("Signature=fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"), headers
    with tempfile.TemporaryDirectory() as folder, S3Server() as s3:
        one = Server(folder)
        one.keys, one.targets_text = folder, lambda: f"{s3.address}/tapbot"
        assert "card --confirm" in next(doctor.copy_notes(one))[1]
        one.note("card", confirmed=time.time())

        def noted():
            return [english for _, english in doctor.copy_notes(one)]
        assert "it is unknown" in noted()[0], "without a key"
        one.write_key("s3", f"[default]\naws_access_key_id = {ACCESS_KEY}\naws_secret_access_key = {SECRET_KEY}")
        for versioning, expected in (("<Status>Enabled</Status>", []), ("<Status>Suspended</Status>", ["does not retain"]), ("", ["does not retain"])):
            s3.versioning = versioning
            for s3.region in ("", "kz-1"):
                found = noted()
                assert len(found) == len(expected) and all(part in note and f"{s3.address}/tapbot" in note for part, note in zip(expected, found)), f"{versioning}: {found}"
        for s3.fault in (403, "reset"):
            assert "it is unknown" in noted()[0], s3.fault
        s3.fault = "silence"
        with mock.patch.object(backup_target, "CLOCK_SECONDS", 0.1):
            assert "it is unknown" in noted()[0]


# ---- the verb on the demo

def answer(terminal, *typed):
    """Types the answer to the next question."""
    terminal.until("of the card: ")
    number = int(re.findall(r"Group (\d) of the card: ", terminal.printed)[-1])
    terminal.printed = ""
    terminal.type(typed[number - 1])


def wrong_words(one):
    """Invalid targets, and options of other verbs, end with status 2 and create nothing."""
    for words in (("init", "--target", "mnt"), ("init", "--target", ""), ("init", "--target", "sftp:a@b:/c"), ("init", "--target", "s3:https://one.test/x,s3:https://two.test/x"), ("now", "--deep"), ("verify", "--target", "/x"), ("nothing",)):
        done = one.backup(*words)
        assert done.returncode == 2, f"{words}: {done.returncode} {done.stderr}"
    spaced = one.backup("init", "--target", f"{one.folder}/my disk")
    assert spaced.returncode == 2 and f"{one.folder}/my disk. " in spaced.stderr and "it has no spaces" in spaced.stderr, spaced.stderr
    assert not os.path.exists(os.path.join(one.keys, "key"))
    # A machine without both programs.
    poor = os.path.join(one.folder, "poor")
    os.mkdir(poor)
    for path in glob.glob("/usr/bin/*") + [shutil.which("python3")]:
        with contextlib.suppress(FileExistsError):
            os.symlink(path, os.path.join(poor, os.path.basename(path)))
    for name in ("restic", "pgbackrest"):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(os.path.join(poor, name))
    done = one.backup("init", "--target", one.target, path=poor)
    assert done.returncode == 3 and "apt-get install -y pgbackrest restic" in done.stderr, done.stderr


def card(one):
    """init prints the card once, takes two groups from paper, and does not print the key again; wrong groups are asked for once more."""
    assert "init" in one.refused() and "init" in one.refused("now")
    terminal = Terminal(one, os.path.join(ROOT, "deploy/tapbot"), "backup", "init")
    terminal.until("/mnt/disk): ")
    terminal.type(one.target)
    terminal.until("of the card: ")
    groups = backup_key.groups(one.key())
    assert all(f"{number}: {group}" in terminal.printed for number, group in enumerate(groups, 1)), terminal.printed
    assert f"{one.target}/demo" in terminal.printed and "not shown again" in terminal.printed
    for _ in range(2):
        answer(terminal, *["XXXX"] * 8)
    terminal.until("once more")
    for _ in range(2):
        answer(terminal, *(group.lower() for group in groups))
    assert terminal.end() == 0 and "is confirmed" in terminal.printed, terminal.printed
    again = one.good("init", "--target", one.target)
    assert "former ones" in again and not any(group in again for group in groups), again
    assert one.key() == "".join(groups)
    for words in (("card",), ("card", "--confirm")):
        assert re.search(r"not confirmed.*rekey", one.refused(*words, typed="AAAA\nBBBB\n")), words
    for path in ("key", "password", "targets"):
        assert os.stat(os.path.join(one.keys, path)).st_mode & 0o777 == 0o600, path
    assert os.stat(one.keys).st_mode & 0o777 == 0o700


def copies(one):
    """The backup has the data of the database; `status`, its JSON, the lists and both checks agree."""
    now = time.time()
    one.good("now")
    known = json.loads(one.good("--json"))
    assert 0 <= known["loss_seconds"] < time.time() - now + 1 and known["targets"][0]["snapshot"] and not known["problems"], known
    shown = one.good()
    assert "full base backup" in shown and one.target in shown and "these last ones are lost" in shown, shown
    listed = json.loads(one.good("list", "--json"))
    assert listed["bases"][0]["type"] == "full" and listed["snapshots"][one.target][-1]["id"] == known["targets"][0]["snapshot"], listed
    assert "database and files" in one.good("list")
    assert "every byte was read" in one.good("verify", "--deep") and "whole" in one.good("verify")
    # The card alone opens the repository, which has the database, its log and the demo's keys.
    password = os.path.join(one.folder, "password")
    with open(password, "w", encoding="ascii") as file:
        file.write(backup_key.password(one.key(), "demo"))
    found = subprocess.run(["restic", "--repo", f"{one.target}/demo", "--password-file", password, "--no-cache", "ls", "latest"], capture_output=True, text=True, check=True).stdout
    for part in (r"/repository/backup/tapbot/\S+F/backup\.manifest$", r"/repository/archive/tapbot/\S+\.zst$", r"/demo/state$"):
        assert re.search(part, found, re.M), f"{part} is not in the snapshot"
    return f"{len(found.splitlines())} files"


def ticks(one):
    """A tick runs each due job once; failures are stored and reported."""
    with open(one.notes, "w", encoding="utf-8"):
        pass
    one.good("tick")
    with open(one.notes, encoding="utf-8") as file:
        assert file.read().count(" unlock --remove-all") == 1, "the jobs of a target should connect once"
    first = json.loads(one.good("list", "--json"))
    one.good("tick")
    second = json.loads(one.good("list", "--json"))
    assert second["bases"] == first["bases"], "a base backup was made that was not due"
    assert len(second["snapshots"][one.target]) == len(first["snapshots"][one.target]) + 1
    with open(os.path.join(one.keys, "state.json"), encoding="utf-8") as file:
        state = json.load(file)
    assert {"verify", f"check {one.target}", f"forget {one.target}", f"push {one.target}"} <= state.keys(), state
    # The nightly jobs have run and are not due again within the day.
    assert "Sending" in one.good("tick") and not glob.glob(f"{one.target}/demo/locks/*")


def damaged_file(one):
    """A health history that cannot be read is reported; the snapshot has its previous copy, the database and the other files."""
    history = os.path.join(one.state, "health", "health.sqlite")
    copy = os.path.join(one.keys, "files", "health.sqlite")
    os.makedirs(os.path.dirname(history), exist_ok=True)
    with contextlib.closing(sqlite3.connect(history)) as database:
        database.execute("CREATE TABLE run (id int)")
    one.good("tick")
    whole = read(copy)
    before = json.loads(one.good("--json"))["targets"][0]["snapshot"]
    with open(history, "r+b") as file:
        file.write(b"no database" * 9)
    try:
        printed = one.refused("tick")
        assert "health.sqlite" in printed and "not a database" in printed, printed
        shown = one.backup("--json")
        known = json.loads(shown.stdout)
        assert shown.returncode == 1 and "health.sqlite" in known["problems"][0][1] and known["targets"][0]["snapshot"] != before, known
        assert read(copy) == whole and os.listdir(os.path.dirname(copy)) == ["health.sqlite"]
    finally:
        os.unlink(history)
    one.good("tick")
    one.good()
    assert not os.path.exists(copy), "a copy of a deleted file remains"


def away(one):
    """If a target is unavailable, the tick fails within seconds and names it, no repository is created, and the next tick succeeds."""
    os.rename(one.target, f"{one.target}.away")
    try:
        began = time.monotonic()
        printed = one.refused("tick")
        assert one.target in printed and "no copy at this address" in printed, printed
        assert time.monotonic() - began < 10 or not timed()
        assert not os.path.exists(one.target), "a new repository was created in an empty folder"
        assert one.backup().returncode == 1 and "no copy at this address" in one.printed[-1]
        assert "no copy at this address" in one.refused("list") + one.refused("verify") + one.refused("rekey", "--yes")
    finally:
        os.rename(f"{one.target}.away", one.target)
    one.good("tick")
    one.good()


def wrong_key(one):
    """A wrong key is refused with a message within seconds; neither the repository nor local files change."""
    paths = [os.path.join(one.keys, name) for name in ("key", "password")]
    kept = [shutil.copy2(path, f"{path}.kept") for path in paths]
    other = backup_key.make()
    try:
        for path, text in zip(paths, (other, backup_key.password(other, "demo"))):
            with open(path, "w", encoding="ascii") as file:
                file.write(text + "\n")
        before = one.files(one.target)
        for words in (("tick",), ("list",), ("verify",), ("init", "--target", one.target)):
            began = time.monotonic()
            printed = one.refused(*words)
            assert "the key does not open the copy" in printed and "init --key" in printed, f"{words}: {printed}"
            assert time.monotonic() - began < 10 or not timed()
        assert one.files(one.target) == before, "the repository has changed"
        # A misspelt key is refused before it is used; the key from the card repairs the setting.
        with open(kept[0], encoding="ascii") as file:
            right = file.read().strip()
        wrong = right[:-1] + ("0" if right[-1] != "0" else "1")  # a digit of the checksum: always detected
        assert "misspelt" in one.refused("init", "--key", "--target", one.target, typed=f"{wrong}\n")
        one.good("init", "--key", "--target", one.target, typed=f"{' '.join(backup_key.groups(right))}\n")
        assert one.key() == right
        one.good("tick")
    finally:
        for path in kept:
            os.unlink(path)


# Failures of a storage, and the messages; the last two take half a minute.
FAULTS = [("reset", "does not answer"), (403, "refuses"), (507, "the storage is full"), ("silence", "does not answer")]


def storage(one):
    """An S3 storage: init asks for its keys, snapshots are stored and checked there. Each kind of failure has its own message within
    seconds, and the next tick catches up."""
    with S3Server() as s3:
        one.environment.update(AWS_ACCESS_KEY_ID=ACCESS_KEY, AWS_SECRET_ACCESS_KEY=SECRET_KEY)
        one.good("init", "--target", f"{s3.address}/tapbot")
        (name,) = [name for name in s3.objects if "/keys/" in name]
        content, at = s3.objects.pop(name)
        name, content = restic_key.cheap(content, backup_key.password(one.key(), "demo").encode())
        s3.objects[f"tapbot/demo/keys/{name}"] = content, at
        del one.environment["AWS_ACCESS_KEY_ID"], one.environment["AWS_SECRET_ACCESS_KEY"]
        one.good("now")
        one.good("verify", "--deep")
        assert any(name.startswith("tapbot/demo/data/") for name in s3.objects) and not any(one.key().encode() in body for body, _ in s3.objects.values())
        snapshots = [name for name in s3.objects if "/snapshots/" in name]
        for fault, expected in FAULTS[:2 if in_gate() else 4]:
            s3.fault, began = fault, time.monotonic()
            printed = one.refused("tick")
            assert expected in printed, f"{fault}: {printed}"
            assert time.monotonic() - began < 90 or not timed(), fault
            if fault != 507:
                assert expected in one.refused("verify"), fault
            s3.fault = None
            s3.woken.set()
            s3.woken = threading.Event()
            assert [name for name in s3.objects if "/snapshots/" in name] == snapshots, "a snapshot was stored in spite of the failure"
        one.good("tick")
        assert len([name for name in s3.objects if "/snapshots/" in name]) == len(snapshots) + 1
        one.good()
        # A storage that does not exist, and keys that the storage does not accept.
        assert "does not answer" in one.refused("init", "--target", "s3:http://storage.invalid/copies", typed=f"{ACCESS_KEY}\n")
        one.environment.update(AWS_ACCESS_KEY_ID="ANOTHERKEY0000000001", AWS_SECRET_ACCESS_KEY="another")
        assert "refuses" in one.refused("init", "--target", f"{s3.address}/tapbot")


def kills(one):
    """After kill -9 at a random moment the next backup succeeds and passes verification."""
    seed = os.environ.get("TEST_SEED") or ("7" if in_gate() else str(random.randrange(1 << 32)))  # 7 kills both verbs, and restic with and after its verb
    print(f"    TEST_SEED={seed}", flush=True)
    chance = random.Random(seed)
    for number in range(KILLS):
        one.servers("sql", f"INSERT INTO kept SELECT FROM generate_series(1, {chance.randrange(20000)})")
        verb = chance.choice(["tick", "now"])
        with tempfile.TemporaryFile() as output:
            process = subprocess.Popen([os.path.join(ROOT, "deploy/tapbot"), "backup", verb], env=one.environment, stdin=subprocess.DEVNULL,
                                       stdout=output, stderr=output, start_new_session=True)
            moment_of_kill, alone = chance.uniform(0, 4), chance.random() < 0.5
            try:
                process.wait(moment_of_kill)
            except subprocess.TimeoutExpired:
                # Half of the time restic survives the verb that started it, and holds its lock.
                (os.kill if alone else os.killpg)(process.pid, signal.SIGKILL)
                process.wait()
        done = one.backup("now")
        assert done.returncode == 0, f"seed {seed}, {number}: {done.stderr}{done.stdout}"
    one.good("verify", "--deep")
    return f"{KILLS} kills"


# The stack's Docker: its containers are programs of this machine. restic is the real one, with a folder as storage.
DOCKER = """#!/bin/sh
printf '%s\\n' "docker $*" >>"$MACHINE/words"
case $* in
compose*" run "*" restic "*) [ -e "$MACHINE/image" ] || exit 1; while [ "$1" != restic ]; do shift; done; shift; exec "$MACHINE/bin/restic-in-container" "$@" ;;
compose*" build restic") touch "$MACHINE/image" ;;
"image inspect tapbot/restic:"*) [ -e "$MACHINE/image" ] ;;
"image inspect --format {{.Id}} {{.Size}} tapbot/postgres:"*) echo sha256:1 1000 ;;
"save tapbot/postgres:"*) echo image ;;
compose*) shift; exec "$MACHINE/bin/compose" "$@" ;;
version*) echo '{"Version":"28.2.2"}' ;;
"exec -i --env PGCONNECT_TIMEOUT=10 one psql"*) [ -e "$MACHINE/archives" ] && echo on || echo off ;;
"exec -i --env PGCONNECT_TIMEOUT=10 one pgbackrest --stanza=tapbot info"*) cat "$MACHINE/info" ;;
"exec -i --env PGCONNECT_TIMEOUT=10 one pgbackrest --stanza=tapbot backup"*) sed 's|"backup":[[][]]|"backup":[{"label":"1F","type":"full","timestamp":{"stop":'$(date +%s)'},"info":{"size":1}}]|' -i "$MACHINE/info" ;;
"exec -i --env PGCONNECT_TIMEOUT=10 one pgbackrest"* | "rm --force tapbot-restic"*) exit 0 ;;
restart*) touch "$MACHINE/archives" ;;
"ps -aq"*) echo one ;;
"inspect one") echo '[{"Id":"one","Name":"/tapbot-postgres-1","Config":{"Image":"x","Labels":{"com.docker.compose.service":"postgres"}},"State":{"Running":true,"Status":"running"}}]' ;;
inspect*) echo '{"Running":true}' ;;
"volume inspect tapbot_backup-repository") printf '[{"Mountpoint":"%s/repository"}]' "$MACHINE" ;;
*) exit 1 ;;
esac
"""
RESTIC = """#!/bin/sh
site=$PWD
for word; do
    shift
    case $word in
    s3:*) word=$MACHINE/store/${word##*/} ;;
    /files/secrets/*) word=$site/${word#/files/} ;;
    /files) word=$site/var/backup/files ;;
    /repository*) word=$MACHINE$word ;;
    esac
    set -- "$@" "$word"
done
RESTIC_PASSWORD_FILE=$site/secrets/backup/password exec restic --no-cache "$@"
"""


def stack():
    """On a server: init restarts PostgreSQL once, loads the timer and stores the key readable by root alone; a tick runs the due jobs.
    Without backups, doctor reports it."""
    with Machine() as machine:
        assert "there is no backup outside this server" in machine.tapbot("doctor").stdout
        for name, text in (("docker", DOCKER), ("restic-in-container", RESTIC), ("systemctl", '#!/bin/sh\necho "systemctl $*" >>"$MACHINE/words"\n')):
            machine.put(f"bin/{name}", text, 0o755)
        machine.put("info", '[{"name":"tapbot","backup":[],"status":{"lock":{"backup":{"held":false}}}}]')
        # On a disk of its own: that of this machine may be full enough for a finding.
        machine.sh(f"mkdir {machine.home}/repository && mount -t tmpfs tmpfs {machine.home}/repository && mkdir {machine.home}/repository/archive")
        for words in (("--target", "/mnt/disk"), ()):
            refused = machine.tapbot("backup", "--stack", "init", *words)
            assert refused.returncode == 2 and "/mnt/disk" not in refused.stdout, refused.stderr
        keys = {"AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": SECRET_KEY}
        done = machine.tapbot("backup", "--stack", "init", "--target", "s3:https://storage.test/copies", env=keys)
        assert done.returncode == 0 and "RECOVERY CARD" in done.stdout and "s3:https://storage.test/copies/s" in done.stdout, done.stderr
        assert "BACKUP_TARGETS=s3:https://storage.test/copies\n" in machine.read(".env")
        assert set(machine.sh("stat -c %u:%g:%a secrets/backup/*").split()) == {"0:0:600"} and machine.sh("stat -c %a secrets/backup").strip() == "700"
        for _ in range(2):
            done = machine.tapbot("backup", "--stack", "tick")
            assert done.returncode == 0, done.stderr + done.stdout
        assert machine.tapbot("backup", "--stack", "verify").returncode == 0
        shown = machine.tapbot("backup", "--stack")
        assert shown.returncode == 0 and "full base backup" in shown.stdout and "s3:https://storage.test/copies" in shown.stdout, shown.stdout + shown.stderr
        with open(os.path.join(machine.home, "words"), encoding="utf-8") as file:
            words = file.read()
        assert words.count("docker save tapbot/postgres:") == words.count(" --stdin-filename tapbot_postgres.tar\n") == 1, words
        assert words.count(" build restic\n") == 1 and words.count("docker restart") == 1 and words.count("--type=full") == 1 and words.count(" unlock --remove-all") >= 2, words
        assert re.search(r"systemctl link \S+/deploy/host/tapbot-backup\.service\nsystemctl enable --now \S+/deploy/host/tapbot-backup\.timer\n", words), words
        assert re.search(r" --name tapbot-restic-check restic --repo \S+ check --no-lock\n", words) and " --name tapbot-restic restic " in words, words
        assert SECRET_KEY not in words and machine.read("secrets/backup/key").strip() not in words + done.stdout
        listed = json.loads(machine.tapbot("backup", "--stack", "list", "--json").stdout)
        assert len(listed["snapshots"]["s3:https://storage.test/copies"]) == 2, listed
        rekeyed = machine.tapbot("backup", "--stack", "rekey", "--yes")
        assert "RECOVERY CARD" in rekeyed.stdout and machine.tapbot("backup", "--stack", "tick").returncode == 0, rekeyed.stderr
        assert ".env" in machine.sh("ls -A var/backup/files")
        machine.sh('git clone -q var/backup/files/tapbot.bundle "$MACHINE/clone" && cmp deploy/tapbot "$MACHINE/clone/deploy/tapbot"')
        noted = machine.tapbot("doctor").stdout
        assert "(it is unknown whether s3:https://storage.test/copies retains" in noted and "there is no backup" not in noted, noted


def read(path):
    with open(path, "rb") as file:
        return file.read()


def flip_bits(path):
    """Flips a bit at three places. One flip leaves the content of about one compressed file in 400 unchanged: it makes zstd copy a match
    from another place that has the same bytes."""
    with open(path, "r+b") as file:
        for quarter in (1, 2, 3):
            file.seek(os.path.getsize(path) * quarter // 4)
            byte = file.read(1)
            file.seek(-1, os.SEEK_CUR)
            file.write(bytes([byte[0] ^ 0x40]))


def cut(path):
    os.truncate(path, os.path.getsize(path) // 2)


# The damaged files, below the state or the target, and what `verify --deep` reports.
DAMAGED = [
    ("state", "repository/archive/tapbot/*/*/0*.zst", flip_bits, r"0000\w+-\w+\.zst"), ("state", "repository/archive/tapbot/*/*/0*.zst", cut, r"0000\w+-\w+\.zst"),
    ("state", "repository/backup/tapbot/*F/bundle/1", cut, r"\w+F/pg_data"), ("state", "repository/backup/tapbot/*F/bundle/1", flip_bits, r"\w+F/pg_data"),
    ("state", "repository/backup/tapbot/backup.info", flip_bits, "backup.info"), ("target", "demo/data/*/*", flip_bits, "[Pp]ack"),
    ("state", "repository/backup/tapbot/*F/backup.manifest", cut, "backup.manifest"), ("target", "demo/data/*/*", cut, "[Pp]ack|data/"),
    ("target", "demo/index/*", flip_bits, "index"), ("target", "demo/config", flip_bits, "config"), ("target", "demo/snapshots/*", cut, "snapshot"),
]


def damage(one):
    """`verify --deep` names the file with flipped bits or a cut end, whichever file it is, and changes nothing."""
    rows = DAMAGED[::2] if in_gate() else DAMAGED  # has both kinds of damage
    for where, form, how, expected in rows:
        path = sorted(glob.glob(os.path.join(getattr(one, where), form)), key=os.path.getsize)[-1]
        kept = shutil.copy2(path, os.path.join(one.folder, "kept"))
        os.chmod(path, 0o600)
        how(path)
        try:
            done = one.backup("verify", "--deep")
            assert done.returncode == 1 and "Traceback" not in done.stderr and re.search(expected, done.stderr), f"{how.__name__} {path}: {done.returncode} {done.stderr}"
        finally:
            with open(kept, "rb") as file, open(path, "wb") as whole:
                shutil.copyfileobj(file, whole)
    one.good("verify", "--deep")
    return f"{len(rows)} files"


def rekeyed(one):
    """rekey: once it is confirmed, the new card opens the repository and the old one does not. If rekey is interrupted, one of the two opens it."""
    old = one.key()
    printed = one.backup("rekey", "--yes", typed="AAAA\nBBBB\n")
    key = one.key()
    assert printed.returncode == 1 and key != old and all(group in printed.stdout for group in backup_key.groups(key)), printed.stdout
    one.printed.pop()  # the card may be printed

    def opens(which):
        password = os.path.join(one.folder, "password")
        with open(password, "w", encoding="ascii") as file:
            file.write(backup_key.password(which, "demo"))
        return subprocess.run(["restic", "--repo", f"{one.target}/demo", "--password-file", password, "--no-cache", "cat", "config"], capture_output=True,
                              check=False).returncode == 0
    assert opens(old) and opens(key), "both keys must work before the confirmation"
    terminal = Terminal(one, os.path.join(ROOT, "deploy/tapbot"), "backup", "card", "--confirm")
    for _ in range(2):
        answer(terminal, *backup_key.groups(key))
    assert terminal.end() == 0, terminal.printed
    assert opens(key) and not opens(old), "the old card still opens it"
    # Another server's new key, typed from its card: no card is printed.
    assert "misspelt" in one.refused("rekey", "--yes", "--key", typed="0000\n") and one.key() == key
    other = backup_key.make()
    assert "CARD" not in one.good("rekey", "--yes", "--key", typed=f"{' '.join(backup_key.groups(other))}\n")
    assert one.key() == other and opens(other) and not opens(key)
    one.good("now")


def silent(one):
    """Secrets appear only on the recovery card: not in output, arguments or files that others can read."""
    with open(os.path.join(one.state, "pg.password"), encoding="ascii") as file:
        hidden = [file.read().strip(), one.key(), backup_key.password(one.key(), "demo"), *backup_key.groups(one.key())]
    with open(one.notes, encoding="utf-8") as file:
        words = file.read()
    assert "archive-push" in words and "unlock --remove-all" in words, words[:500]
    with open(os.path.join(one.folder, "var", "changes.log"), encoding="utf-8") as file:
        words += file.read()
    printed = "".join(text for text in one.printed if "RECOVERY CARD" not in text) + words
    assert not [one for one in hidden if re.search(rf"\b{one}\b", printed)], "a secret was printed"
    for folder, _, names in os.walk(one.state):
        if os.stat(folder).st_mode & 0o077 == 0 or "/pg" in folder:
            continue
        for name in names:
            path = os.path.join(folder, name)
            if os.stat(path).st_mode & 0o044 and os.path.isfile(path):
                with open(path, "rb") as file:
                    content = file.read()
                assert not any(one.encode() in content for one in hidden[:3]), f"{path} has a secret"


RULES = [("key typed from paper", key_typed), ("table of due jobs", table), ("clock +-1 h, +1 d, +1 y", forget_guards), ("a former database", former_database), ("answers of restic", answers),
         ("addresses", addresses), ("a pasted secret of S3", secret_pasted), ("a timer that is refused", timer_refused), ("before the first up", before_up), ("another copy that runs", another_copy), ("a list beside a lost target", listed_beside_a_lost_target), ("clock of the storage", storage_clock), ("versions in the storage", storage_versions), ("results cannot be stored", full_disk), ("a program that takes too long", late_program),
         ("an unavailable database", database_away), ("a long base backup", long_base), ("copies beside verify", sent_beside_verify), ("the copies of a deploy", copies_of_deploy), ("images that are due", images_due), ("images", images_copied), ("images by restic of Debian 13", images_copied_new), ("a long list", long_list), ("another database", other_database)]
ON_DEMO = [("backups of the demo", copies), ("ticks", ticks), ("byte flipped or file cut", damaged_file), ("target away", away), ("wrong key", wrong_key), ("kill -9 at random points", kills),
           ("damage is reported", damage), ("a new key", rekeyed), ("no secret is printed", silent)]
TESTS = [(f"backup: {name}", function) for name, function in RULES]
TESTS += [("backup: wrong arguments", wrong_words, 3, demo), ("backup: card", card, 8, demo), ("backup: an S3 storage", storage, 20, demo), ("backup: the stack", stack, 10), *((f"backup: {name}", function, 10, prepared) for name, function in ON_DEMO)]
TESTS += [] if in_gate() else [("backup: repository disk full", repository_full, 70, small_repository)]
