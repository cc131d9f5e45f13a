# SPDX-License-Identifier: MIT
"""One target outside the server, a restic repository: sending, listing, checking and deleting snapshots, and the explanation
of failures."""
import contextlib
import datetime
import email.utils
import functools
import hashlib
import hmac
import http.client
import json
import os
import re
import subprocess
import tempfile
import time

from say import step, warn
from stack import backup_plan, settings, tree
from stack.backup_place import LONG, Failed, last_line, read

# How a target may be written.
FORM = re.compile(rf"/[^\s,]*|{settings.STORAGE}")
PROBE_SECONDS, CLOCK_SECONDS = 30, 10
ANSWER_BYTES = 1 << 16
# What is kept: the last two hours of ticks, an hourly one of two days, a daily one of a month, a monthly one of half a year.
KEEP = ("--keep-last", "24", "--keep-within-hourly", "2d", "--keep-within-daily", "30d", "--keep-within-monthly", "6m")
# The newest two snapshots of each image of Docker, of whichever versions.
KEEP_IMAGES = ("--keep-last", "2")
# A file that restic was to read is gone: pgBackRest has expired it in that moment.
INCOMPLETE = 3
# pgBackRest's file with the system identifiers of the database and of its former major versions, in its repository.
INFO = "archive/tapbot/archive.info"
# The tags of snapshots of data and files; IMAGE: of an image of Docker, with its name as the second tag; UNFINISHED: of one that
# may be incomplete.
DATA, IMAGE, UNFINISHED = ("whole", "archive"), "image", "image-unfinished"
# restic 0.17 and newer have exit codes for some of these; older ones, and what a storage answers, are known by their words.
# Rows: exit code, words, what people read. The first row that fits is meant.
MISSING = (10, r"no such file or directory|(key|bucket|file) does not exist|NoSuchKey|NoSuchBucket",
           "копии по этому адресу нет. Проверьте, подключено ли хранилище и верен ли адрес. Начать новую копию: deploy/tapbot backup init",
           "there is no copy at this address. Is the storage mounted, and the address right? To begin a new copy: deploy/tapbot backup init")
DENIED = (None, r"Access ?Denied|Forbidden|InvalidAccessKeyId|SignatureDoesNotMatch|signature does not match|signature we calculated|status code 403|permission denied|difference between the request time",
          "хранилище отказывает в доступе. Проверьте, оплачено ли оно, и его ключи: deploy/tapbot backup init",
          "the storage refuses. Check that it is paid, and its keys: deploy/tapbot backup init")
REASONS = (
    (12, r"wrong password or no key found", "ключ не открывает копию по этому адресу. Проверьте адрес или введите ключ с карточки: deploy/tapbot backup init --key",
     "the key does not open the copy at this address. Check the address, or type the key of the card: deploy/tapbot backup init --key"),
    (11, r"repository is already locked", "копию держит другой процесс. Повторите через несколько минут",
     "another process holds the copy. Try again in some minutes"),
    DENIED,
    (None, r"unsupported repository version", "программа restic на этой машине старше той, что делала копии. Нужна версия от 0.14: она есть в Debian 12, Ubuntu 24.04 и новее",
     "restic of this machine is older than that of the copies. Version 0.14 or newer is needed: Debian 12, Ubuntu 24.04 and newer have it"),
    (None, r"no space left on device", "на этой машине кончилось место на диске: df -h", "a disk of this machine is full: df -h"),
    (None, r"no space left|quota|\b507\b|StorageFull", "в хранилище кончилось место. Увеличьте его у поставщика",
     "the storage is full. Enlarge it at its provider"),
    (None, r"certificate has expired or is not yet valid",
     "сертификат хранилища не действует по часам этого сервера. Проверьте часы: timedatectl. Если они верны, сертификат кончился, его продлевает поставщик",
     "the storage's certificate is not valid by the clock of this server. Check the clock: timedatectl. If it is right, the certificate has ended, and its provider must renew it"),
    (124, r"no such host|connection refused|i/o timeout|timed out|TLS handshake|reset by peer|no route to host|no answer within|connection (lost|closed)|\bEOF\b",
     "хранилище не отвечает. Проверьте сеть и адрес. Следующая копия повторит попытку",
     "the storage does not answer. Check the network and the address. The next copy tries again"),
    MISSING,
)
DAMAGE = re.compile(r"error|fatal|damaged|missing|not found|mismatch|does not|invalid", re.IGNORECASE)


def reason_of(done):
    """The row that explains a failed call of restic, or None."""
    said = done.stderr + done.stdout
    return next((row for row in REASONS if done.returncode == row[0] or re.search(row[1], said, re.IGNORECASE)), None)


def failure(target, done):
    """The Failed with the explanation of a failed call of restic. A storage also refuses what was signed at a wrong time, with the same words."""
    row = reason_of(done)
    _, _, russian, english = row or (None, None, "restic", "restic")
    if row is DENIED and (doubt := backup_plan.clock_doubt([], clock_of(target), time.time())):
        russian, english = f"{doubt[0]}. Проверьте часы: timedatectl", f"{doubt[1]}. Check the clock: timedatectl"
    return Failed(f"{target}: {russian} ({last_line(done)})", f"{target}: {english} ({last_line(done)})")


def call(place, target, *words, again=None, accepted=(), **options):
    """What restic answers. After the exit code `again` it is called once more. Fails with an explanation, unless the row that explains it
    (reason_of) is accepted."""
    done = place.restic(target, *words, **options)
    if done.returncode == again:
        done = place.restic(target, *words, **options)
    if done.returncode and reason_of(done) not in accepted:
        raise failure(target, done)
    return done


def is_missing(place, target):
    """Whether there is no repository yet. Failed: it is there and cannot be opened, or nobody can tell."""
    return call(place, target, "cat", "config", "--no-lock", accepted=(MISSING,), timeout=PROBE_SECONDS).returncode != 0


def reachable(place, target):
    """Fails within a minute if the target is away or takes nothing; restic itself tries for a quarter of an hour. Removes the lock
    that a killed restic has left: all writers of this repository hold the lock of this machine. Then restic writes one. Once per process."""
    if target in place.reached:
        return
    call(place, target, "unlock", "--remove-all", timeout=PROBE_SECONDS)
    call(place, target, "cat", "config", timeout=PROBE_SECONDS)
    place.reached.add(target)


def push(place, target, tag, paths):
    """One snapshot of these paths. If one of them is missing, restic says so on a line, stores the others and succeeds: that would pass for a
    copy of all."""
    reachable(place, target)
    done = call(place, target, "backup", "--json", "--host", place.server, "--tag", tag, "--exclude", "*.pgbackrest.tmp", "--exclude", os.path.join(place.base_folder, "lock"), *paths,
                again=INCOMPLETE, timeout=LONG)
    summary = summary_of(done)
    absent = ", ".join(re.findall(r"^(.+) does not exist, skipping$", done.stderr, re.M))
    if absent:
        call(place, target, "forget", summary["snapshot_id"])
        raise Failed(f"{target}: копия не сделана, нет {absent}. Что пропало и куда делось: df -h, docker volume ls",
                     f"{target}: no copy was made, {absent} is missing. To see what is gone: df -h, docker volume ls")
    return {"snapshot": summary["snapshot_id"][:8], "added": summary["data_added"], "size": summary["total_bytes_processed"]}


def cluster_of(text):
    """The system identifier of PostgreSQL in the text of a file INFO; None if there is none."""
    found = re.search(r"^db-system-id=(\d+)", text, re.M)
    return found and found[1]


def own_cluster(place, target, known):
    """The identifier of this server's database. Fails if the newest snapshot, unless it is `known`, has that of another one, which this
    one has not been: a new, empty database would pass for the newest copy."""
    here = read(os.path.join(place.repository, INFO))
    if cluster_of(here) in (None, known):
        return known
    reachable(place, target)
    for one in snapshots(place, target)[-1:]:
        folder = next((re.sub(r"/archive$", "", path) for path in one["paths"] if re.search(r"/repository(/archive)?$", path)), "/repository")
        # A snapshot without the file is none of a database.
        done = call(place, target, "dump", "--no-lock", one["id"], os.path.join(folder, INFO), accepted=(None,), timeout=LONG)
        if (there := cluster_of(done.stdout)) and there not in here:
            raise Failed(f"{target}: здесь копии другой базы, и эта стала бы последней из них. Вернуть ту: docs/backup.md, «Новый сервер по карточке». "
                         "Нужна эта: дайте ей другое место, deploy/tapbot backup init",
                         f"{target}: the copies are of another database, and this one would become the newest of them. To get that one back: docs/backup.md. "
                         "If this one is wanted, choose another target: deploy/tapbot backup init")
    return cluster_of(here)


def summary_of(done):
    """What `restic backup --json` says of the snapshot that it has stored; {} if it has stored none."""
    known = map(tree.json_object, done.stdout.splitlines())
    return next((one for one in known if one.get("message_type") == "summary"), {})


def save_image(place, target, name):
    """One snapshot of an image of Docker. restic takes the end of a failed or killed `docker save` for that of the image, and stores even
    nothing (since 0.17, with the exit code INCOMPLETE). So the snapshot has the tag UNFINISHED until both programs have succeeded."""
    reachable(place, target)
    file = re.sub(r":[\w.-]+$", "", name).replace("/", "_") + ".tar"
    with tempfile.TemporaryFile("w+", errors="replace") as said:
        with subprocess.Popen(["docker", "save", name], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=said) as save:
            done = place.restic(target, "backup", "--json", "--host", place.server, *tagged(UNFINISHED), "--stdin", "--stdin-filename", file, timeout=LONG, stdin=save.stdout)
        said.seek(0)
        why = last_line(subprocess.CompletedProcess("docker", save.returncode, "", said.read()))
    made = summary_of(done)
    if made.get("total_bytes_processed") and (done.returncode, save.returncode) == (0, 0):
        call(place, target, "tag", "--set", f"{IMAGE},{name}", made["snapshot_id"])
        return
    if made:
        call(place, target, "forget", made["snapshot_id"])
    if reason_of(done):
        raise failure(target, done)
    raise Failed(f"образ {name} не сохранён: docker save: {why}", f"the image {name} was not saved: docker save: {why}")


def load_images(place, target):
    """Loads the newest saved images that Docker lacks. One that cannot be loaded is pulled or built later, as on any new machine."""
    for path, one in {one["paths"][0]: one for one in snapshots(place, target, IMAGE)}.items():
        (name,) = set(one["tags"]) - {IMAGE}
        if tree.docker("image", "inspect", name).returncode == 0:
            continue
        step(f"Загружаю образ {name} из копии", f"Loading the image {name} from the copy")
        with subprocess.Popen(["docker", "load", "--quiet"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as load:
            done = place.restic(target, "dump", "--no-lock", one["id"], path, timeout=LONG, stdout=load.stdin)
        if done.returncode or load.returncode:
            why = last_line(done) if done.returncode else "docker load"
            warn(f"Образ не загружен, up скачает или соберёт его: {why}", f"The image was not loaded, up will pull or build it: {why}")


def epoch(stamp):
    """Seconds since 1970 of a time as Go writes it, with up to nine digits behind the second."""
    moment, fraction, zone = re.fullmatch(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)", stamp).groups()
    return datetime.datetime.fromisoformat(moment + zone.replace("Z", "+00:00")).timestamp() + float(fraction or 0)


def tagged(*tags):
    return [word for tag in tags for word in ("--tag", tag)]


def snapshots(place, target, *tags):
    """Of the target, the oldest first: those of data and files, or those with one of these tags. With an empty cache restic requests each
    snapshot by itself."""
    if target not in place.reached:  # restic itself tries for a quarter of an hour
        call(place, target, "cat", "config", "--no-lock", timeout=PROBE_SECONDS)
    found = json.loads(call(place, target, "snapshots", "--no-lock", "--json", "--host", place.server, *tagged(*tags or DATA), timeout=LONG).stdout) or []
    return sorted(({"id": one["short_id"], "time": epoch(one["time"]), "tags": one.get("tags") or [], "paths": one["paths"]} for one in found), key=lambda one: one["time"])


def damaged(target, done):
    """The Failed with what restic has found. A file that is too short is read again and again, and named only then."""
    named = [re.sub(r", retrying after [^:]+", "", line.strip()) for line in (done.stderr + done.stdout).splitlines() if DAMAGE.search(line)]
    why = "; ".join(list(dict.fromkeys(named))[:3])[:400] or last_line(done)
    return Failed(f"{target}: копия повреждена: {why}", f"{target}: the copy is damaged: {why}")


def newest(place, target, until=None):
    """The newest snapshot with the database and, if it is later, the newest one; not later than the time `until`."""
    known = [one for one in snapshots(place, target) if until is None or one["time"] <= until]
    whole = [one for one in known if "whole" in one["tags"]][-1:]
    if not whole:
        raise Failed("в этой копии нет базы", "this copy has no database") if until is None else Failed("снимка с базой, сделанного раньше, нет", "there is no snapshot with the database that old")
    return whole + [one for one in known[-1:] if one is not whole[0]]


def fetch(place, target, found, folder, alone=False):
    """Restores the snapshots into the folder, a later one over an earlier one; `alone`: of pgBackRest's repository only. Returns the path
    of that in the folder."""
    path = next((one for one in found[0]["paths"] if os.path.basename(one) == "repository"), "/repository")
    for one in found:
        done = call(place, target, "restore", "--no-lock", one["id"], "--target", folder, *(["--include", path] if alone else []), accepted=(None, MISSING), timeout=LONG)
        if done.returncode:
            raise damaged(target, done)
    return folder + path


def check(place, target, *options):
    """Whether every snapshot can be restored: its structure, and the bytes that these options of restic choose. With --no-lock snapshots
    may be sent meanwhile; those made after its start are not checked."""
    reachable(place, target)
    done = place.restic(target, "check", *options, timeout=LONG)
    if done.returncode:
        raise damaged(target, done)


def storage_answer(target, method, path, headers):
    """The headers and the text of the S3 storage's answer, a refusal included."""
    scheme, _, host = target[3:].split("/")[:3]
    connection = {"http:": http.client.HTTPConnection, "https:": http.client.HTTPSConnection}[scheme](host, timeout=CLOCK_SECONDS)
    with contextlib.closing(connection):
        connection.request(method, path, headers=headers)
        answer = connection.getresponse()
        return answer.headers, answer.read(ANSWER_BYTES).decode(errors="replace")


def clock_of(target):
    """What the storage's clock says, in seconds since 1970; None if it has none or does not answer."""
    with contextlib.suppress(OSError, ValueError, http.client.HTTPException):
        if target.startswith("s3:"):
            return email.utils.parsedate_to_datetime(storage_answer(target, "HEAD", "/", {})[0].get("Date", "")).timestamp()
    return None


def signed(name, secret, host, path, query, region, stamp):
    """The headers of a GET without body, signed with a key of S3 (AWS Signature Version 4). `stamp`: the time, as 20261122T000000Z."""
    body, scope = hashlib.sha256(b"").hexdigest(), f"{stamp[:8]}/{region}/s3/aws4_request"
    headers = {"host": host, "x-amz-content-sha256": body, "x-amz-date": stamp}
    names = ";".join(headers)
    request = "\n".join(["GET", path, query, *(f"{one}:{value}" for one, value in headers.items()), "", names, body])
    text = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{hashlib.sha256(request.encode()).hexdigest()}"
    key = functools.reduce(lambda key, part: hmac.digest(key, part.encode(), "sha256"), scope.split("/"), f"AWS4{secret}".encode())
    signature = hmac.digest(key, text.encode(), "sha256").hex()
    return {**headers, "Authorization": f"AWS4-HMAC-SHA256 Credential={name}/{scope},SignedHeaders={names},Signature={signature}"}


def bucket_answer(place, target, query, region="us-east-1"):
    """What the S3 storage answers to a query about the bucket, a refusal included."""
    host, bucket = target[3:].split("/")[2:4]
    name, secret = re.findall(r"= (.*)", read(os.path.join(place.keys, "s3")))
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    return storage_answer(target, "GET", f"/{bucket}?{query}", signed(name, secret, host, f"/{bucket}", query, region, stamp))[1]


def versioned(place, target):
    """Whether the S3 storage retains former versions of objects; None if it does not answer that."""
    with contextlib.suppress(OSError, ValueError, http.client.HTTPException):
        region = re.search(r"<(?:LocationConstraint\b[^>]*|Region)>([\w-]+)<", bucket_answer(place, target, "location="))
        found = bucket_answer(place, target, "versioning=", *region.groups() if region else [])
        return "<Status>Enabled</Status>" in found if "<VersioningConfiguration" in found else None
    return None


def forget(place, target):
    """Deletes the snapshots that KEEP does not retain."""
    found = snapshots(place, target)
    doubt = backup_plan.clock_doubt([one["time"] for one in found], clock_of(target), time.time())
    if doubt:
        raise Failed(f"{target}: старые снимки не удаляются: {doubt[0]}. Проверьте часы: timedatectl",
                     f"{target}: old snapshots are not deleted: {doubt[1]}. Check the clock: timedatectl")
    reachable(place, target)
    left = snapshots(place, target, UNFINISHED)  # of processes that were killed
    if left:
        call(place, target, "forget", *(one["id"] for one in left))
    for tags, group, keep in ((DATA, "host,tags", KEEP), ((IMAGE,), "host,paths", KEEP_IMAGES)):
        call(place, target, "forget", "--prune", "--host", place.server, *tagged(*tags), "--group-by", group, *keep, timeout=LONG)
