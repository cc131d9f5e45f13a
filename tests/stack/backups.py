# SPDX-License-Identifier: MIT
"""deploy/tapbot backup and restore on a server: copies in an S3 storage outside, deleted rows, an earlier moment, a database that
no longer starts, and kill -9 in the middle; with bookings from outside where some can be lost."""
import collections
import contextlib
import glob
import json
import os
import random
import re
import shutil
import signal
import subprocess
import time

import health
import rig
import scale
import stack as stacks
from stand import full, wait_until

STORAGE = os.path.join(rig.ROOT, "build/stack/storage/versitygw")
DATA = os.path.join(rig.HOME, "copies")
PORT, BUCKET = 9000, "copies"
TARGET = f"s3:http://{rig.NAMES_V4}:{PORT}/{BUCKET}"
KEYS = {"AWS_ACCESS_KEY_ID": "TESTACCESSKEY0000001", "AWS_SECRET_ACCESS_KEY": "test-secret-of-the-storage"}
# The servers must not use the machine's systemctl.
PROGRAMS = os.path.join(rig.HOME, "programs")
RATE = 20
# While the server is lost: bookings a second, and their share of the requests.
BOOKING_RATE, BOOKING_SHARE = 50, 0.8
SERVES_SECONDS = 60
# Checks of deploy/health/health.yaml.
HEARTBEATS = {"backup", "wal", "base", "drill"}
KILLS = 2


class Storage:
    """versitygw, a real S3 server, outside. As a context; the objects remain."""

    def __init__(self):
        self.process = None

    def __enter__(self):
        for folder in ("objects", "attributes"):
            os.makedirs(os.path.join(DATA, folder, BUCKET) if folder == "objects" else os.path.join(DATA, folder), exist_ok=True)
        with open(os.path.join(rig.HOME, "storage.log"), "ab") as log:
            self.process = subprocess.Popen(
                ["nsenter", f"--net={rig.netns(rig.OUTSIDE)}", STORAGE, "--port", f"{rig.NAMES_V4}:{PORT}", "--quiet",
                 "posix", "--sidecar", os.path.join(DATA, "attributes"), os.path.join(DATA, "objects")],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                env={**os.environ, "ROOT_ACCESS_KEY_ID": KEYS["AWS_ACCESS_KEY_ID"], "ROOT_SECRET_ACCESS_KEY": KEYS["AWS_SECRET_ACCESS_KEY"]})
        wait_until("the storage listens", SERVES_SECONDS, lambda: rig.outside("sh", "-c", f"ss -Hltn | grep -q {rig.NAMES_V4}:{PORT}", check=False).returncode == 0, 0.2)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


def storage_made():
    """An empty storage; its program is built once per clone."""
    rig.run(os.path.join(rig.HERE, "storage/build"), quiet=True)
    shutil.rmtree(DATA, ignore_errors=True)


def tapbot(*words, code=0, **more):
    """Expects the exit status; returns the output."""
    done = stacks.tapbot(*words, check=False, quiet=True, env=environment(), **more)
    assert done.returncode == code and "Traceback" not in done.stdout, f"{words}: {done.returncode} {done.stdout[-2000:]}"
    return done.stdout


def environment():
    return {**KEYS, "PATH": f"{PROGRAMS}:{rig.environment()['PATH']}"}


def in_background(*words, **options):
    """The started command, in a session of its own."""
    return subprocess.Popen(rig.inside(rig.SERVER, os.path.join(stacks.SITE, "deploy/tapbot"), *words), cwd=stacks.SITE, text=True, start_new_session=True, stderr=subprocess.STDOUT,
                            env={**os.environ, **rig.environment(), **stacks.VARIABLES, **environment()}, **{"stdin": subprocess.DEVNULL, **options})


def number(text):
    return int(stacks.sql(text).strip())


def moment():
    """The present of PostgreSQL, and a later commit."""
    now = stacks.sql("SELECT now()").strip()
    stacks.sql("SELECT pg_sleep(0.01); SELECT pg_current_xact_id()")
    return now


def bookings():
    return number("SELECT count(*) FROM booking.booking")


def volume():
    """The volume with PostgreSQL's data: as the container has it, and as .env names it."""
    (container,) = stacks.containers("postgres")
    (mounted,) = [one["Name"] for one in stacks.inspect(container)["Mounts"] if one["Destination"] == "/var/lib/postgresql/data"]
    with open(os.path.join(stacks.SITE, ".env"), encoding="utf-8") as file:
        (named,) = re.findall(r"^POSTGRES_VOLUME=(.+)$", file.read(), re.M)
    assert mounted == named, f"PostgreSQL runs on {mounted}, .env names {named}"
    return named


def serves(stack):
    """Waits until the edge answers a request to booking-api."""
    customer = stacks.Customer("api", key=stack.key)

    def served():
        with contextlib.suppress(OSError):
            return customer.get("/v1/cities").status == 200
        return False

    wait_until("booking-api answers through the edge", SERVES_SECONDS, served, 0.2)
    customer.close()


def nothing_beside():
    """No instance of PostgreSQL and no volume of one remains, but the former database."""
    left = rig.docker("ps", "--all", "--format", "{{.Names}}", "--filter", "name=^tapbot-(new|rows|look|old|restic|drill.*)$").split()
    assert not left, f"containers remain: {left}"
    volumes = {one for one in rig.docker("volume", "ls", "--quiet").split() if re.fullmatch(r"tapbot_(postgres-(data|\d+)|restore-\w+)", one)}
    assert len(volumes - {volume()}) <= 1, f"volumes remain: {volumes}"


def images(**values):
    """Sets what the server knows about the saved images: to save all of them would take minutes."""
    path = os.path.join(stacks.SITE, "var/backup/state.json")
    with open(path, encoding="utf-8") as file:
        state = json.load(file)
    with open(path, "w", encoding="utf-8") as file:
        json.dump({**state, f"images {TARGET}": values}, file)


@contextlib.contextmanager
def damaged_packs():
    """Flips a bit in each KiB of all packs: a drill reads the packs of the database only, and a pack can have other files too."""
    packs = {}
    for path in glob.glob(f"{DATA}/objects/{BUCKET}/*/data/**", recursive=True):
        if os.path.isfile(path):
            with open(path, "rb") as file:
                packs[path] = file.read()

    def write(change):
        for path, whole in packs.items():
            with open(path, "wb") as file:
                file.write(change(whole))

    def damaged(whole):
        return b"".join(bytes([whole[start] ^ 1]) + whole[start + 1:start + 1024] for start in range(0, len(whole), 1024))

    write(damaged)
    try:
        yield
    finally:
        write(bytes)


def image_id(name):
    return rig.docker("image", "inspect", "--format", "{{.Id}}", name).strip()


# ---- checks

def first(stack):
    """init prints the card and restarts PostgreSQL once; rekey prints another; a copy is made, sent, and every byte of it read; a second tick sends only changes."""
    storage_made()
    os.makedirs(PROGRAMS, exist_ok=True)
    with open(os.open(os.path.join(PROGRAMS, "systemctl"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o755), "w", encoding="ascii") as file:
        file.write("#!/bin/sh\n")
    scale.flats(stack)
    with Storage():
        printed = tapbot("backup", "init", "--target", TARGET)
        assert "RECOVERY CARD" in printed and f"{TARGET}/" in printed, printed
        # From here on with the card of rekey, which adds its key in the container.
        groups = dict(re.findall(r"(\d): (\w{4})", tapbot("backup", "rekey", "--yes", code=1, input="\n")))
        asked = tapbot("backup", "card", "--confirm", code=1, input="\n")
        typed = [groups[one] for one in re.findall(r"Group (\d) of the card", asked)]
        assert len(typed) == 2
        stack.card = [re.search(rf"{TARGET}/\w+", printed)[0], " ".join(groups[number] for number in "12345678")]
        images(done=time.time())
        tapbot("backup", "now")
        tapbot("backup", "verify", "--deep")
        tapbot("backup", "tick")
        known = json.loads(tapbot("backup", "--json"))
        assert known["loss_seconds"] < 60 and not known["problems"] and known["bases"], known
        snapshots = json.loads(tapbot("backup", "list", "--json"))["snapshots"][TARGET]
        assert len(snapshots) == 2 and all(one["tags"] == ["whole"] for one in snapshots), snapshots
        assert stacks.sql("SHOW archive_mode").strip() == "on"
    secret = open(os.path.join(stacks.SITE, "secrets/backup/key"), "rb").read().strip()
    assert glob.glob(f"{DATA}/objects/{BUCKET}/**/snapshots/*", recursive=True)
    for path in glob.glob(f"{DATA}/objects/**", recursive=True):
        if os.path.isfile(path):
            with open(path, "rb") as file:
                content = file.read()
            assert secret not in content and b"PGPASSWORD" not in content and b"TAPBOT_DOMAIN" not in content, path
    return f"{known['bases'][0]['size'] >> 20} MiB of database, {known['targets'][0]['size'] >> 20} MiB sent"


def named_files(_stack):
    with Storage():
        printed = tapbot("restore", "files", ".env")
    folder = re.search(r"in the folder (\S+)", printed)[1]
    (copy,) = glob.glob(f"{folder}/**/.env", recursive=True)
    with open(copy, encoding="utf-8") as one, open(os.path.join(stacks.SITE, ".env"), encoding="utf-8") as other:
        assert one.read() == other.read()
    assert os.stat(copy).st_mode & 0o077 == 0


def deleted_rows(stack):
    """Apartments and their bookings are deleted while others are booked: all come back, and no later booking is lost."""
    with Storage(), scale.Load(stack, rate=RATE) as load:
        wait_until("some bookings", SERVES_SECONDS, lambda: bookings() >= 20, 0.2)
        victims = ",".join(f"'{one}'" for one in stack.flats[:5])
        of_them = f"SELECT id FROM booking.booking WHERE apartment_id IN ({victims})"
        had, then = number(f"SELECT count(*) FROM ({of_them}) b"), moment()
        tables = {"booking_history": f"booking_id IN ({of_them})", **dict.fromkeys(("booking", "occupancy", "apartment_night", "quote"), f"apartment_id IN ({victims})"),
                  "apartment": f"id IN ({victims})"}
        # Nobody books them meanwhile: a new row would reference what is deleted.
        stacks.sql("BEGIN; LOCK booking.apartment, booking.booking IN SHARE ROW EXCLUSIVE MODE;"
                   + "".join(f"DELETE FROM booking.{name} WHERE {condition};" for name, condition in tables.items()) + "COMMIT")
        assert had and number(f"SELECT count(*) FROM booking.apartment WHERE id IN ({victims})") == 0
        found = tapbot("restore", "--find-delete", "apartment")
        assert re.search(r"\d+ +5\n", found), found
        looked = tapbot("restore", "--look", then)
        name = re.search(r"docker exec -it (\S+) psql", looked)[1]
        seen = rig.docker("exec", name, "psql", "-U", "postgres", "tapbot", "-XAtc", f"SELECT count(*) FROM booking.apartment WHERE id IN ({victims})")
        assert seen.strip() == "5", seen
        rig.docker("rm", "--force", name)
        tapbot("backup", "tick")
        printed = tapbot("restore", "--rows", "apartment", "--at", then, "--yes")
        assert "booking.apartment: 5 put back" in printed, printed
        assert number(f"SELECT count(*) FROM booking.apartment WHERE id IN ({victims})") == 5
        assert number(f"SELECT count(*) FROM ({of_them}) b") >= had, "bookings of the deleted apartments are missing"
        time.sleep(scale.SETTLE_SECONDS)
    return f"5 apartments and {had} bookings, {scale.nothing_lost(load)} bookings stored"


def earlier(stack):
    """In place, under load: clients get 503, and the data are exactly those of the moment; --undo brings back the others."""
    with Storage():
        with scale.Load(stack, rate=RATE) as load:
            wait_until("some bookings", SERVES_SECONDS, lambda: bookings() >= 20, 0.2)
            then = moment()
            had = number(f"SELECT count(*) FROM booking.booking WHERE created_at <= '{then}'")
            wait_until("later bookings", SERVES_SECONDS, lambda: bookings() > had + 10, 0.2)
            former = volume()
            began = time.monotonic()
            printed = tapbot("restore", "--at", then, "--yes")
            took = time.monotonic() - began
            serves(stack)
            time.sleep(scale.SETTLE_SECONDS)
        assert "added or changed" in printed and "The database has been replaced" in printed, printed
        assert volume() != former
        assert number(f"SELECT count(*) FROM booking.booking WHERE created_at <= '{then}'") == had
        wrong = [one for one in load.failed() if one.status not in (0, 409, 502, 503, 504)]
        assert not wrong, wrong[:3]
        lost = json.loads(tapbot("backup", "--json"))
        assert lost["bases"] and not [why for why in lost["why"]], lost
        present = bookings()
        tapbot("restore", "--undo", "--yes")
        serves(stack)
        assert volume() == former and bookings() > had + 10, "the former database has not come back"
        tapbot("restore", "--undo", "--yes")
        serves(stack)
        assert bookings() == present
        nothing_beside()
    closed = [one for one in load.failed() if one.status == 503]
    return f"{took:.0f} s, {len(closed)} of {len(load.ledger)} requests were answered 503"


def spoiled(stack):
    """PostgreSQL no longer starts: the last moment in the archive comes back."""
    with Storage():
        then, had = moment(), bookings()
        tapbot("backup", "now")
        former = volume()
        (container,) = stacks.containers("postgres")
        rig.docker("kill", container)
        shutil.rmtree(os.path.join(rig.docker("volume", "inspect", former, "--format", "{{.Mountpoint}}").strip(), "global"))
        rig.docker("start", container)
        wait_until("PostgreSQL fails to start", SERVES_SECONDS, lambda: stacks.inspect(container)["RestartCount"] > 1, 0.2)
        printed = tapbot("restore", "--at", then, "--yes")
        assert "does not answer" in printed and "has been replaced" in printed, printed
        serves(stack)
        assert bookings() == had and volume() != former
        assert "does not start" in tapbot("restore", "--undo", "--yes", code=1)
        serves(stack)
        assert bookings() == had
        then = moment()
        tapbot("restore", "--at", then, "--yes")
        serves(stack)
        nothing_beside()
    return f"{had} bookings"


def killed(stack):
    """kill -9 at a random moment of a restore: afterwards `up` and `maintenance off` bring back one of the two databases, whole, and the
    next restore succeeds."""
    seed = os.environ.get("TEST_SEED") or str(random.randrange(1 << 32))
    print(f"    TEST_SEED={seed}", flush=True)
    chance, outcomes = random.Random(seed), []
    count = 5 * KILLS if full() else KILLS
    with Storage():
        stacks.sql("UPDATE booking.apartment SET title_ru = 'до'")
        then = moment()
        stacks.sql("UPDATE booking.apartment SET title_ru = 'после'")
        tapbot("restore", "--at", then, "--yes")
        for _ in range(count):
            words = ["--undo"] if chance.random() < 0.5 else ["--at", then]
            process = in_background("restore", *words, "--yes", stdout=subprocess.PIPE)
            printed = []
            for line in process.stdout:
                printed.append(line)
                if line.startswith("Closed"):
                    break
            time.sleep(chance.uniform(0, 9))
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            process.stdout.close()
            where = f"seed {seed}, {words[0]}, {printed[-1:]}"
            stacks.tapbot("up", "--yes", quiet=True)
            tapbot("maintenance", "off")
            serves(stack)
            title = stacks.sql("SELECT DISTINCT title_ru FROM booking.apartment").strip()
            assert title in ("до", "после"), f"{where}: {title}"
            volume()
            tapbot("backup", "tick")
            outcomes.append(title)
        tapbot("restore", "--at", then, "--yes")
        assert stacks.sql("SELECT DISTINCT title_ru FROM booking.apartment").strip() == "до"
        serves(stack)
        nothing_beside()
    return f"{count} kills, then {dict(collections.Counter(outcomes))}"


def away(stack):
    """The storage is away: bookings go on, the copy says why, and the next one catches up."""
    with Storage(), scale.Load(stack, rate=RATE):
        wait_until("some bookings", SERVES_SECONDS, lambda: bookings() >= 5, 0.2)
    with scale.Load(stack, rate=RATE) as load:
        assert "does not answer" in tapbot("backup", "tick", code=1)
        shown = json.loads(tapbot("backup", "--json", code=1))
        assert shown["targets"][0]["why"], shown
    assert not load.failed(), load.failed()[:3]
    with Storage():
        tapbot("backup", "tick")
        assert json.loads(tapbot("backup", "--json"))["loss_seconds"] < 60
    return load.summary()


def drill(stack):
    """The copy outside is restored beside the live database and found right; health shows it. A damaged one is named; nothing remains,
    after kill -9 as well."""
    with Storage():
        tapbot("backup", "tick")
        found = json.loads(tapbot("drill", "--json").splitlines()[-1])
        assert found["ok"] and found["rpo_s"] < 900 and found["seconds"] < 1800, found
        nothing_beside()
        health.becomes_green(stack, time.monotonic(), SERVES_SECONDS, HEARTBEATS)
        assert HEARTBEATS <= health.checks(stack).keys(), "health has not heard of the copies"
        with damaged_packs():
            printed = tapbot("drill", code=1)
        assert "damaged" in printed, printed
        with open(os.path.join(rig.HOME, "drill.log"), "w", encoding="utf-8") as log:
            process = in_background("drill", stdout=log)
            wait_until("the instance runs", SERVES_SECONDS, lambda: rig.docker("ps", "--quiet", "--filter", "name=^tapbot-drill$"), 0.05)
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        tapbot("backup", "tick")
        nothing_beside()
        tapbot("drill")
    return f"{found['seconds']} s, loss {found['rpo_s']} s"


def new_machine(stack):
    """The server is lost with its disk under load; a new one is made from the card alone. A killed attempt is repeated. Lost is what was
    acknowledged after the last copy, and nothing else. An image that the new machine lacks comes from the copy."""
    with Storage():
        used = {name: image_id(name) for name in rig.docker("ps", "--format", "{{.Image}}", "--filter", "label=com.docker.compose.project=tapbot").split()}
        (image,) = (name for name in used if name.startswith("tapbot/health:"))
        images(ids={name: number for name, number in used.items() if name != image})
        tapbot("backup", "tick")
        load = scale.Load(stack, rate=BOOKING_RATE / BOOKING_SHARE)
        load.post_share = BOOKING_SHARE
        with load:
            time.sleep(scale.SETTLE_SECONDS)
            copied = len(load.ledger)
            tapbot("backup", "tick")
            sent = json.loads(tapbot("backup", "--json"))["targets"][0]["covers"]
            time.sleep(scale.SETTLE_SECONDS)
            gone = time.time()
            stacks.THE_SITE.down()
        shutil.rmtree(stacks.SITE)
        rig.docker("rmi", image)
        stacks.THE_SITE.make()
        began = time.monotonic()
        address, key = stack.card
        wrong = f"{address}\n{key[:-1]}{'0' if key[-1] != '0' else '1'}\n"
        assert "misspelt" in tapbot("restore", "--new-machine", "--yes", input=wrong, code=1)
        assert not os.path.exists(os.path.join(stacks.SITE, "secrets/backup/key"))
        process = in_background("restore", "--stack", "--new-machine", "--yes", stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
        process.stdin.write(f"{address}\n{key}\n")
        process.stdin.close()
        wait_until("the files are there", SERVES_SECONDS, lambda: os.path.exists(os.path.join(stacks.SITE, ".env")), 0.02)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        assert "--new-machine" in tapbot("up", "--yes", code=1), "up would have made an empty database"
        printed = tapbot("restore", "--stack", "--new-machine", "--yes", input=f"{address}\n{key}\n")
        assert image_id(image) == used[image]
        assert "after_restore: epoch" in printed and "There are data here" in tapbot("restore", "--new-machine", "--yes", code=1), printed
        stacks.tapbot("up", "--yes", quiet=True)
        serves(stack)
        took = time.monotonic() - began
        booked = [json.loads(one.body)["id"] for one in load.ledger[:copied] if one.method == "POST" and one.status == 201]
        words = ",".join(f"'{one}'" for one in booked)
        assert booked and number(f"SELECT count(*) FROM booking.booking WHERE id IN ({words})") == len(booked), "bookings from before the copy are lost"
        assert tapbot("doctor").strip(), "doctor"
        tapbot("backup", "now")
        tapbot("backup", "verify")
        stacks.certificate_ready("api")
    return f"{len(booked)} bookings, RPO {gone - sent:.0f} s, RTO {took:.0f} s with images at hand"


CHECKS = (("first copy", first), ("files", named_files), ("drill", drill), ("DELETE at a known commit", deleted_rows), ("an earlier moment", earlier), ("target away", away),
          ("a database that does not start", spoiled), ("kill -9 at random points", killed), ("other machine", new_machine))
