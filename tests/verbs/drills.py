# SPDX-License-Identifier: MIT
"""deploy/tapbot drill: on the demo's PostgreSQL with the schema and rows of booking-api, and on a server without a Docker Engine."""
import contextlib
import glob
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from unittest import mock

import restores
from backups import Server, flip_bits
from http_server import Handler, served
from machine import Machine
from stack import backup, backup_instance, backup_place, watch
from stand import ROOT, in_gate, patience, wait_until

# Rows of the append-only tables that are older than the copy, among them those that loading the demo wrote.
OLD = """UPDATE booking.booking_history SET at = at - interval '1 day'; UPDATE booking.audit SET at = at - interval '1 day';
INSERT INTO booking.audit (at, actor, route, action, resource_type, resource_id, resource_version)
SELECT now() - interval '1 day', 'test', 'r', 'a', 't', gen_random_uuid(), 1 FROM generate_series(1, 40)"""
ADDED = """INSERT INTO booking.booking_history (booking_id, version, at, to_status, actor)
SELECT booking_id, max(version) + 1, now() - interval '1 hour', 'confirmed', 'test' FROM booking.booking_history GROUP BY 1 LIMIT 1"""
SECRET = "key-of-the-demo"


@contextlib.contextmanager
def old_rows():
    with restores.filled() as one:
        one.sql(OLD)
        one.one.good("now")
        yield one


@contextlib.contextmanager
def health(one):
    """A service health of the demo, of which only heartbeats exist. Yields the list of (name, body)."""
    beats = []

    class Health(Handler):
        def do_GET(self):
            self.answer(200, "{}")

        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            good = self.headers["X-API-Key"] == SECRET
            if good:
                beats.append((self.path.rpartition("/v1/heartbeats/")[2], body))
            self.answer(200 if good else 401, "{}")
    path = os.path.join(one.folder, "var", "demo.env")
    with served(Health) as server:
        with open(path, "w", encoding="ascii") as file:
            file.write(f"HEALTH_URL=http://127.0.0.1:{server.server_port}\nAPI_KEY={SECRET}\n")
        os.chmod(path, 0o644)
        try:
            yield beats
        finally:
            os.unlink(path)


def left(one):
    """The data of a drill."""
    return glob.glob(os.path.join(one.state, "pg-drill*")) + glob.glob(os.path.join(one.state, "run", "drill*"))


def words(one):
    """Wrong arguments end with status 2; without a copy the next step is named."""
    for given in (("--at",), ("--deep",), ("now",), ("--json=1",)):
        done = one.backup(*given, verb="drill")
        assert done.returncode == 2 and "deploy/tapbot drill" in done.stderr, f"{given}: {done.returncode} {done.stderr}"
    assert "deploy/tapbot backup init" in one.refused(verb="drill")
    one.good("init", "--target", one.target)
    assert "this copy has no database" in one.refused(verb="drill")
    assert one.refused("verify").count("there is no copy yet. To make one: deploy/tapbot backup now") == 2, "no base backup and no snapshot"


def good(one):
    """The copy is restored, checked and compared with the live database, which archives on; health gets the loss and the time."""
    with health(one.one) as beats:
        one.one.good("tick")
        sent = dict(beats)
        assert sent == {"backup": {}, "wal": {}, "base": {}}, beats
        printed = one.one.good(verb="drill")
        assert "The copy can be restored." in printed and re.search(r"loss of data +\d+ s\n", printed) and re.search(r"time to restore +\d+ (s|min)\n", printed), printed
        name, body = beats.pop()
        assert name == "drill" and body["ok"] and body["rpo_s"] >= 0 and body["seconds"] >= 0, body
        one.one.good("tick")
        assert {name for name, _ in beats[3:]} == {"backup", "wal"}, "each is reported once"
    found = json.loads(one.one.good("--json", verb="drill"))
    count = {table: int(one.sql(f"SELECT count(*) FROM booking.{table} WHERE at < now() - interval '10 minutes'")) for table in ("booking_history", "audit", "erasure")}
    assert found["ok"] and found["tables"] == {f"booking.{table}": rows for table, rows in count.items()} and count["booking_history"] > 40 <= count["audit"], found
    assert not left(one.one) and not glob.glob(os.path.join(one.one.state, "repository/archive/tapbot/*/0000000[2-9]*")), "a drill has archived"
    moment = one.now()
    assert "restore test" not in one.one.good("now") and "restore test" in one.one.good()
    earlier = json.loads(one.one.good("--json", "--at", moment, verb="drill"))
    assert earlier["moment"] < found["done"] + 60 and earlier["rpo_s"] < 60, earlier
    assert "cannot be brought to this moment" in one.one.refused("--at", one.now(), verb="drill")
    assert not left(one.one) and not json.loads(one.one.good("--json"))["problems"], "a moment that the copy does not reach is no failure of the copy"
    return f"{found['seconds']} s"


def damaged(one):
    """Flipped bits in the target make it fail, and the file is named; it is reported to health."""
    path = sorted(glob.glob(os.path.join(one.one.target, "demo/data/*/*")), key=os.path.getsize)[-1]
    os.chmod(path, 0o600)
    with health(one.one) as beats:
        flip_bits(path)
        try:
            printed = one.one.refused(verb="drill")
            assert "the copy is damaged" in printed and re.search(r"/repository/\S+: ", printed) and "could not be restored" in printed, printed
            assert [body for name, body in beats if name == "drill"] == [{"ok": False}], beats
            assert "the copy is damaged" in one.one.backup().stdout
        finally:
            flip_bits(path)
    assert not left(one.one)
    one.one.good(verb="drill")
    one.one.good()


def lacking(one):
    """Live history that is older than the copy, and which the copy lacks, is found; so is a changed row."""
    one.sql(ADDED)
    printed = one.one.refused(verb="drill")
    count = int(one.sql("SELECT count(*) FROM booking.booking_history"))
    assert f"booking.booking_history: {count - 1} / {count}" in printed and "booking.audit" not in printed, printed
    one.sql("DELETE FROM booking.booking_history WHERE actor = 'test'; UPDATE booking.audit SET actor = 'guest:erased'")
    one.one.good(verb="drill")  # erasure may change the actor
    one.sql("UPDATE booking.audit SET action = 'b' WHERE id = (SELECT max(id) FROM booking.audit)")
    printed = one.one.refused(verb="drill")
    assert re.search(r"booking\.audit: (\d+) / \1\b", printed), printed
    assert not left(one.one)


def killed(one):
    """After kill -9 at any step the next tick leaves nothing of it, and the next drill succeeds."""
    steps = [os.path.join(one.one.state, path) for path in ("pg-drill/postmaster.pid", "pg-drill-repository", "pg-drill")]
    for path in steps[:1] if in_gate() else steps:
        with tempfile.TemporaryFile() as output:
            process = subprocess.Popen([os.path.join(ROOT, "deploy/tapbot"), "drill"], env=one.one.environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True)
            wait_until(f"there is {path}", 60, lambda path=path: os.path.exists(path))
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        assert left(one.one)
        one.one.good("tick")
        assert not left(one.one), left(one.one)
        found = subprocess.run(["pgrep", "-f", os.path.join(one.one.state, "pg-drill")], capture_output=True, text=True, check=False).stdout
        assert not found, f"processes are left: {found}"
    one.one.good(verb="drill")


def beside():
    """While a drill runs, the log, the files and the snapshots are sent, and health gets their heartbeats."""
    with tempfile.TemporaryDirectory() as folder:
        one, reported, ran = Server(folder), threading.Event(), []
        one.known = "of the tick's beginning"

        def drilled(_place, *aim):
            assert aim == ("time", "1") and reported.wait(60), "no heartbeat during a drill"
            return {"seconds": 7}

        def run_due(_place, jobs):
            assert one.known is None
            ran.extend(job.name for job in jobs)
        with mock.patch.object(backup_instance, "drill", drilled), mock.patch.object(backup, "TICK_SECONDS", 0.01), \
                mock.patch.object(backup, "run_due", run_due), mock.patch.object(backup, "report", lambda _: reported.set()):
            assert backup.drill(one, "time", "1") == {"seconds": 7} and ran[:3] == ["archive", "files", "push"], ran
        for failure in (backup_place.Failed("", "the copy"), OSError("disk")):
            with mock.patch.object(backup_instance, "drill", side_effect=failure), contextlib.suppress(type(failure)):
                backup.drill(one)
                assert False, "the failure is lost"


def full_disk():
    """It needs room for the repository and the database, and so does any second database; 15 % of a server's disk stay free."""
    with tempfile.TemporaryDirectory() as folder:
        one = Server(folder)
        one.sql = lambda _: "1000"
        os.mkdir(os.path.join(folder, "backup"))
        with open(os.path.join(folder, "backup", "one"), "wb") as file:
            file.write(b"1" * 500)

        def refused(how, ticks, free):
            one.ticks = ticks
            with mock.patch.object(shutil, "disk_usage", return_value=mock.Mock(free=free, total=10000)):
                try:
                    how()
                except backup_place.Failed as error:
                    assert "df -h" in error.why[0] and "df -h" in error.why[1]
                    return True
            return False
        for ticks, least in ((True, 3000), (False, 1500)):
            assert not refused(lambda: backup_instance.room(one), ticks, least) and refused(lambda: backup_instance.room(one), ticks, least - 1), ticks
        assert refused(lambda: backup_instance.Instance(one, "look").restore("default"), True, 1500)


def reports():
    """Health gets a heartbeat for each success since the last one that it has accepted, for a failed drill, for copies that have never
    succeeded or are damaged, and for the secrets once a day and when the number of due ones changes."""
    with tempfile.TemporaryDirectory() as folder:
        one, sent, status = Server(folder), [], [None]
        one.health = lambda: ("127.0.0.1:1", "key")

        def call(_address, _key, _method, path, body):
            sent.append((path.rpartition("/")[2], body))
            return status[0]

        def reported():
            sent.clear()
            with mock.patch.object(watch, "call", call):
                backup.report(one)
            return dict(sent)
        one.backups = []
        assert reported() == {}, "nothing has been done"
        one.note("full", tried=8)
        assert reported() == {}, "the first base backup runs"
        one.note("bases", tried=9, why=["", "cut off"])
        assert reported() == {"base": {"ok": False}}, "the first base backup has failed"
        one.note("bases", why=None)
        one.note("archive", tried=9)
        assert reported() == {"wal": {"ok": False}}
        one.note("archive", done=10)
        one.note("push /a", done=11)
        assert reported() == {"wal": {}}, "one of two targets has no copy"
        one.note("push /b", tried=11)
        assert reported() == {"wal": {}, "backup": {"ok": False}}, "one of two targets has never got a copy"
        one.note("push /b", done=12)
        one.backups, one.known = [5], None
        assert reported() == {"wal": {}, "backup": {}, "base": {}}, "health has not answered"
        status[0] = (200, {})
        assert set(reported()) == {"wal", "backup", "base"} and reported() == {}
        one.note("drill", done=20, seconds=372, rpo_s=120)
        assert reported() == {"drill": {"ok": True, "seconds": 372, "rpo_s": 120}} and reported() == {}
        one.note("drill", tried=21)
        one.note("push /b", tried=22)
        assert reported() == {"drill": {"ok": False}}
        for at, (name, why) in enumerate((name, why) for name in ("verify", "check /a", "check /b") for why in (["", "damaged"], None)):
            one.note(name, why=why)
            one.note("push /a", done=13 + at)
            one.note("push /b", done=13 + at)
            assert reported() == {"backup": {"ok": False} if why else {}}, (name, why)
        one.has_database = False
        one.note("push /a", done=23)
        one.note("push /b", done=22)
        assert reported() == {"backup": {}}
        for due, day, wanted in ((0, 1, True), (0, 1, False), (2, 1, True), (2, 1, False), (2, 2, True)):
            one.secrets_due = lambda due=due: {"due": due, "oldest_s": 7}
            with mock.patch.object(backup.time, "time", lambda day=day: day * 86400.0 + 5):
                assert reported() == ({"secrets": {"due": due, "oldest_s": 7}} if wanted else {}), (due, day)


def first():
    """The first drill is due on the first Sunday after `init`, not at its first tick."""
    with tempfile.TemporaryDirectory() as folder:
        one = Server(folder)
        one.note("card", printed=time.time())
        assert backup.times(one, "drill") == (one.state()["card"]["printed"], 0)
        one.note("drill", done=time.time() + 1, tried=5)
        assert backup.times(one, "drill") == (one.state()["drill"]["done"], 5)


# The stack's Docker as in restores.py, with a container restic that has one snapshot.
RESTIC = """compose*" run "*" restic "*)
    case $* in *" snapshots "*) echo '[{"short_id":"abc","time":"2026-11-22T00:00:00Z","tags":["whole"],"paths":["/repository","/files"]}]' ;; esac ;;
"image inspect"*) ;;
"run "*" info "*) cat "$MACHINE/info" ;;
"volume inspect tapbot_restore-drill"*) exit "$(cat "$MACHINE/absent")" ;;
"volume create"*) echo 0 >"$MACHINE/absent" ;;
compose*" stop "*"""
ANSWERS = """*"json_object_agg(name, columns"*) echo '{"booking.audit": ["id"]}' ;;
    *hashtextextended*) echo "booking.audit|7|1" ;;
    *" FROM canary"*) echo "1|1" ;;
    *"json_object_agg(name"*"""


def stack():
    """On a server the repository is restored into a volume by restic, and the database from it by containers without network, which do not
    mount the live volumes. Both volumes are deleted."""
    with Machine() as machine:
        docker = restores.DOCKER.replace('compose*" stop "*', RESTIC, 1).replace('*"json_object_agg(name"*', ANSWERS, 1)
        assert RESTIC in docker and ANSWERS in docker
        machine.put("bin/docker", docker, 0o755)
        machine.put("absent", "1")
        machine.put("info", json.dumps([{"name": "tapbot", "backup": [{"label": "1F", "type": "full", "timestamp": {"stop": 1}, "info": {"size": 1}}], "status": {"lock": {"backup": {"held": False}}}}]))
        machine.sh(f"mkdir {machine.home}/repository && mount -t tmpfs tmpfs {machine.home}/repository && mkdir -p secrets/backup && echo key >secrets/backup/key && echo BACKUP_TARGETS=s3:https://storage.test/copies >>.env")
        done = machine.tapbot("drill", "--stack", "--json")
        assert done.returncode == 0 and json.loads(done.stdout)["tables"] == {"booking.audit": 7}, done.stderr + done.stdout
        with open(os.path.join(machine.home, "words"), encoding="utf-8") as file:
            told = file.read()
        assert re.search(r"run .*--name tapbot-drill-repository --volume tapbot_restore-drill-repository:/scratch/repository .*--cap-add CHOWN .* restic --repo s3:https://storage.test/copies/s\S* restore --no-lock abc --target /scratch --include /repository\n", told), told
        runs = re.findall(r"docker run .*", told)
        assert len(runs) == 3 and all(" --network none " in run and "tapbot_restore-drill-repository:/var/lib/pgbackrest:ro " in run and "_backup-repository" not in run
                                      and "tapbot_postgres-data" not in run for run in runs), runs
        assert "restore --set=1F --type=default\n" in told and re.search(r"--name tapbot-drill .* -c archive_mode=off ", told), told
        ended = told.rpartition(" --name tapbot-drill ")[2]
        assert all(f"docker {words}\n" in ended for words in ("rm --force tapbot-drill", "rm --force tapbot-drill-repository", "volume rm --force tapbot_restore-drill", "volume rm --force tapbot_restore-drill-repository")), ended


# The verbs that ask the live PostgreSQL.
ASKING = [("backup", "now"), ("backup", "now", "--full"), ("drill",), ("restore", "--rows", "apartment", "--at", "1m"), ("restore", "--find-delete", "apartment")]
# These do not, so they answer as ever.
OTHERS = [("backup",), ("backup", "list")]


def stopped(one):
    """While PostgreSQL accepts connections and does not answer, each verb that asks it ends with an error that names PostgreSQL, in
    seconds; afterwards all is as before."""
    with open(os.path.join(one.one.state, "pg/postmaster.pid"), encoding="ascii") as file:
        postmaster = int(file.readline())
    before = time.monotonic()
    os.kill(postmaster, signal.SIGSTOP)
    try:
        for verb, *given in ASKING[:3:2] if in_gate() else ASKING:  # ten seconds each
            shown = one.one.refused(*given, verb=verb)
            assert "PostgreSQL" in shown, f"{verb} {given}: {shown}"
        for verb, *given in OTHERS:
            assert one.one.backup(*given, verb=verb).returncode == 0, (verb, given)
        assert subprocess.run(["bash", "-c", '. "$TAPBOT_ROOT/deploy/lib/say.sh" && . "$TAPBOT_ROOT/deploy/lib/demo.sh" && state_find && demo_psql -d postgres -c "SELECT 1"'],
                              env={**os.environ, **one.one.environment}, capture_output=True, timeout=patience(120), check=False).returncode
    finally:
        os.kill(postmaster, signal.SIGCONT)
    assert time.monotonic() - before < patience(60) * len(ASKING)
    one.one.good("now")
    one.one.good(verb="drill")


TESTS = [("drill: a full disk", full_disk), ("drill: heartbeats", reports), ("drill: jobs beside it", beside), ("drill: the first one", first), ("drill: wrong arguments", words, 4, restores.without_backups),
         ("drill: a good copy", good, 20, old_rows), ("drill: a damaged copy", damaged, 15, old_rows), ("drill: lacking rows", lacking, 15, old_rows),
         ("drill: kill -9", killed, 12, old_rows), ("drill: PostgreSQL is stopped", stopped, 30, old_rows), ("drill: the stack", stack, 6)]
