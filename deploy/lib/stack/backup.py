# SPDX-License-Identifier: MIT
"""backup: encrypted copies of the database and of the files outside this server. pgBackRest and restic make them; this decides
when, and reports."""
import contextlib
import filecmp
import getpass
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import threading
import time

from say import ago, aligned, answer_help, ask, confirm, die, options_of, print_table, say, step, text, warn
from stack import backup_instance, backup_key, backup_place, backup_plan, backup_target, tree, watch
from stack.backup_place import LONG, SPACE_LEAST, Failed, last_line, read, size, succeeded
from stack.backup_plan import SUNDAY, Job, at
from stack.masking import mask
from stack.settings import note_change

HEAD = ("резервная копия базы и файлов вне сервера. Без слов: какие копии есть и сколько можно потерять.",
        "copies of the database and the files outside this server. Without a subcommand: lists the latest backups and the possible data loss.")
# Rows: the subcommand or, indented, an option of it, and what it does.
ROWS = (
    ("[--json]", "последние копии, их возраст, размер и адрес", "the latest backups, their age, size and address"),
    ("init", "включить: спросит адрес, сделает ключ, напечатает карточку восстановления", "enable backups: prompts for the address, creates a key, prints the recovery card"),
    ("  --target S3,...", "куда, через запятую: s3:https://хост/корзина; в демо и папка (/mnt/disk)", "targets, comma-separated: s3:https://host/bucket; for the demo also a folder (/mnt/disk)"),
    ("  --key", "ключ уже есть: спросит его с карточки", "use an existing key: prompts for the key of the card"),
    ("now [--full]", "сделать копию сейчас; --full: базу целиком, а не изменения", "make a copy now; --full: the whole database, not its changes"),
    ("list", "все копии базы и снимки", "all copies of the database, and all snapshots"),
    ("verify [--deep]", "проверить копии; --deep читает каждый байт", "check the copies; --deep reads every byte"),
    ("card --confirm", "подтвердить, что карточка у вас", "confirm that you have the card"),
    ("rekey [--yes]", "новый ключ и новая карточка, если старая потеряна", "a new key and a new card, if the old card is lost"),
    ("  --key", "не новый, а ключ с карточки: на втором сервере после rekey на первом", "the key of a card instead of a new one: on the second server, after rekey on the first"),
    ("tick", "сделать то, чему пришло время (вызывает таймер)", "do what is due (the timer calls it)"),
)
TAIL = ("Ключи S3 спрашивает init; не с терминала он берёт AWS_ACCESS_KEY_ID и AWS_SECRET_ACCESS_KEY из окружения.",
        "init asks for the keys of S3; without a terminal it takes AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY from the environment.")


def usage(verb, head, rows, tail):
    """The help of `backup`, `restore` or `drill`, in Russian and English."""
    def shown(which, works):
        table = aligned([[row[0] if row[0].startswith("  ") else f"deploy/tapbot {verb} {row[0]}", row[which]] for row in rows])
        return "\n".join([f"deploy/tapbot {verb}: {head[which - 1]}", "", *(f"  {line}" for line in table), "", works, tail[which - 1]])
    return (shown(1, "Работает с демо, если оно запущено, иначе со стеком; --demo и --stack первым словом выбирают сами.") +
            "\nКоды выхода: 0 всё хорошо, 1 не получилось, 2 неверные параметры, 3 чего-то нет на машине.",
            shown(2, "Works on the demo if it runs, else on the stack; --demo and --stack as the first word choose.") +
            "\nExit codes: 0 all is well, 1 failed, 2 wrong usage, 3 something is missing on this machine.")


PUSH_LATE = 12 * 60  # the maximum age of a snapshot, one of which is made every five minutes
OLD_DAYS = 7  # for so long `restore --undo` can bring back the former database
BASE_SECONDS, IMAGES_SECONDS = 30, 120
TICK_SECONDS = 300  # tapbot-backup.timer


# ---- init, card, rekey

def init(place, options):
    place.needed()
    wanted = options["--target"] if "--target" in options else ask(f"Куда копировать: {place.where[0]}", f"Where to copy: {place.where[1]}", place.targets_text())
    targets = [one.strip().rstrip("/") for one in wanted.split(",") if one.strip()]
    wrong = [one for one in targets if not backup_target.FORM.fullmatch(one) or not one.startswith(place.kinds)]
    if wrong or not targets:
        forms = ", ".join(place.kinds)
        die(2, f"Адрес не подходит: {', '.join(wrong) or 'пусто'}. Начинается с одного из: {forms}; пробелов в нём нет. Пример: s3:https://s3.example.kz/tapbot",
            f"This address is not accepted: {', '.join(wrong) or 'empty'}. It begins with one of: {forms}; it has no spaces. Example: s3:https://s3.example.kz/tapbot")
    if len({one.split("/")[2] for one in targets if one.startswith("s3:")}) > 1:
        die(2, "Хранилища S3 разные, а ключ S3 один. Укажите корзины одного хранилища.",
            "These are different S3 storages, and there is one S3 key. Name buckets of one storage.")
    with place.writing():
        with place.keys_or_nothing():
            if any(one.startswith("s3:") for one in targets):
                s3_credentials(place)
            known = read(os.path.join(place.keys, "key"))
            write_key(place, typed_key() if "--key" in options else known or backup_key.make())
            for one in targets:
                if backup_target.is_missing(place, one):
                    step(f"Новая копия в {one}", f"A new copy in {one}")
                    backup_target.call(place, one, "init", timeout=120)
        place.write_targets(",".join(targets))
        if place.has_database:
            step("Включаю архив журнала PostgreSQL", "Switching on the archive of PostgreSQL's log")
            place.archive_on()
        place.timer_on()
        note_change("backup init", ",".join(targets), "done")
        if "--key" in options:
            place.note("card", printed=time.time(), confirmed=time.time())
        if not known and "--key" not in options or not place.state().get("card"):
            card_print(place)
            card_confirm(place)
        else:
            say("Ключ и карточка прежние. Если адрес изменился, впишите новый в карточку.",
                "Key and card are the former ones. If the address has changed, write the new one on the card.")
    say("\nГотово. Первая копия: deploy/tapbot backup now", "\nDone. The first copy: deploy/tapbot backup now")
    return 0


def s3_credentials(place):
    """Asks for the keys of the storage, or takes them from the environment; they are kept in a file of the form that AWS's tools use."""
    known = re.findall(r"= (.*)", read(os.path.join(place.keys, "s3")))
    name, secret = os.environ.get("AWS_ACCESS_KEY_ID"), os.environ.get("AWS_SECRET_ACCESS_KEY")
    if not (name and secret):
        name = ask("Ключ S3 (access key)", "The key of S3 (access key)", known[0] if known else "")
        if sys.stdin.isatty():
            secret = getpass.getpass(text("Секрет S3 (secret key, не показывается): ", "The secret of S3 (secret key, not shown): ")).strip()
        secret = secret or (known[1] if known and known[0] == name else "")
    if not name or not secret:
        die(2, "Нужны ключ и секрет S3: их выдаёт хранилище.", "The key and the secret of S3 are needed: the storage issues them.")
    place.write_key("s3", f"[default]\naws_access_key_id = {name}\naws_secret_access_key = {secret}")


def typed_key():
    return backup_key.read(ask("Ключ с карточки, 8 групп", "The key of the card, 8 groups")) or \
        die(1, "В ключе опечатка: сверьте с карточкой все 8 групп.", "The key is misspelt: compare all 8 groups with the card.")


def write_key(place, key):
    place.write_key("password", backup_key.password(key, place.server))
    place.write_key("key", key)


def card_print(place):
    groups = backup_key.groups(read(os.path.join(place.keys, "key")))
    numbered = [f"{number}: {group}" for number, group in enumerate(groups, 1)]
    addresses = "\n".join(f"  {one}/{place.server}" for one in place.targets())
    line = "-" * 72
    print("", line, text(f"КАРТОЧКА ВОССТАНОВЛЕНИЯ tapbot, {time.strftime('%d.%m.%Y')}. Перепишите или распечатайте. Второй раз не покажем.",
                         f"RECOVERY CARD of tapbot, {time.strftime('%Y-%m-%d')}. Write it down or print it. It is not shown again."),
          "", f"  {text('Ключ', 'Key ')}   {'   '.join(numbered[:4])}", f"         {'   '.join(numbered[4:])}", text("  Копия", "  Copy"), addresses,
          text("  Ключ S3 для чтения (заведите в хранилище и впишите): ____________ / ____________",
               "  Key of S3 for reading (make it at the storage, and write it here): ____________ / ____________"),
          "", text("Без карточки и без сервера копию не откроет никто, и мы тоже. Сервер цел, карточка потеряна: deploy/tapbot backup rekey",
                   "Without the card and the server nobody can decrypt the backup, including us. Server alive, card lost: deploy/tapbot backup rekey"),
          line, "", sep="\n", flush=True)
    place.note("card", printed=time.time(), confirmed=0)


def card_confirm(place):
    """Two groups of the key, typed from paper. Old keys of the repositories go when the new card is confirmed."""
    groups = backup_key.groups(read(os.path.join(place.keys, "key")))
    first, second = sorted(random.SystemRandom().sample(range(len(groups)), 2))
    for tries in reversed(range(3 if sys.stdin.isatty() else 1)):
        typed = [backup_key.tidy(ask(f"Группа {number + 1} с карточки", f"Group {number + 1} of the card")) for number in (first, second)]
        if typed == [groups[first], groups[second]]:
            break
        if not tries:
            warn("Карточка не подтверждена. Когда она будет на бумаге: deploy/tapbot backup card --confirm. Потеряна: deploy/tapbot backup rekey",
                 "The card is not confirmed. When it is on paper: deploy/tapbot backup card --confirm. If it is lost: deploy/tapbot backup rekey")
            return 1
        warn("Не совпало, ещё раз.", "They differ, once more.")
    place.note("card", confirmed=time.time())
    write_key(place, "".join(groups))  # an interrupted rekey may have left another password
    say("Карточка подтверждена.", "The card is confirmed.")
    remove_old_keys(place)
    return 0


def remove_old_keys(place):
    for target in place.targets():
        for one in json.loads(backup_target.call(place, target, "key", "list", "--json").stdout):
            if not one["current"]:
                backup_target.call(place, target, "key", "remove", one["id"])


def card(place, _options):
    with place.writing():
        return card_confirm(place)


def rekey(place, options):
    """A new key is added everywhere before it is written here; the old one goes when the new card is confirmed. If
    this is interrupted, the local key still opens every repository."""
    if "--key" not in options:
        say("Будет сделан новый ключ и напечатана новая карточка. Старая перестанет открывать копию, как только вы подтвердите новую.\n"
            "Если серверов два, храните старую карточку, пока на втором не выполнено: deploy/tapbot backup rekey --key",
            "A new key is made and a new card printed. The old card no longer opens the copy once you have confirmed the new one.\n"
            "If there are two servers, keep the old card until the other one has got the new key: deploy/tapbot backup rekey --key")
    if "--yes" not in options and not confirm("Продолжить?", "Go on?"):
        die(1, "Ничего не изменено.", "Nothing was changed.")
    with place.writing():
        key = typed_key() if "--key" in options else backup_key.make()
        for one in place.targets():
            backup_target.reachable(place, one)
        for one in place.targets():
            backup_target.call(place, one, "key", "add", "--new-password-file", "/dev/stdin", given=backup_key.password(key, place.server))
        write_key(place, key)
        note_change("backup rekey", ",".join(place.targets()), "done")
        if "--key" in options:
            place.note("card", printed=time.time(), confirmed=time.time())
            remove_old_keys(place)
            say("Ключ заменён. Копию открывает карточка с этим ключом.", "The key has been replaced. The card with this key opens the copy.")
            return 0
        card_print(place)
        return card_confirm(place)


# ---- copies

KINDS = {"full": ("полная копия базы", "full base backup"), "diff": ("разностная копия базы", "differential base backup")}


def base(place, kind):
    """A base backup. One that takes longer than BASE_SECONDS goes on beside the next ticks; `bases` reports how it has ended."""
    if not place.bases():
        place.stanza()
    if place.base_runs():
        return
    step(KINDS[kind][0].capitalize(), f"Base backup: {kind}")
    place.note(kind, tried=time.time())
    place.note("bases", began=int(time.time()))
    with contextlib.suppress(subprocess.TimeoutExpired):
        if place.start_base(kind).wait(BASE_SECONDS):
            place.note("bases", began=0)
            raise no_base(place)
        place.note("bases", why=None)


def no_base(place):
    why = last_line(subprocess.CompletedProcess("pgbackrest", 1, "", read(os.path.join(place.folder, "base.log"))))
    return Failed(f"копия базы не сделана: {why}", f"no base backup was made: {why}")


def bases(place):
    """Fails if pgBackRest does not answer, or if the last base backup that outlasted its tick has failed."""
    known = place.state().get("bases", {})
    if max((one["time"] for one in place.bases()), default=0) >= backup_plan.past(known.get("began", 0), time.time()):
        return None
    if place.base_runs():
        return {"why": known.get("why")}  # the reason of the last failure remains until one succeeds
    raise no_base(place)


def drop_restored(place):
    """Deletes what a restore has left: the instances of commands that were killed, and the former database after OLD_DAYS. Base backups of
    these days prove that no wrong clock has made them pass. The lock is held, so none of the commands is at work."""
    now, restored = time.time(), place.state().get("restored", {}).get("at", 0)
    for name in ("look", "rows", "new", backup_instance.SCRATCH, backup_instance.REPOSITORY, "old"):
        if place.has_data(name) and not (name == "look" and place.client(name, "pg_isready", "-q").returncode == 0):
            place.stop_instance(name)
            if name != "old" or now - restored > OLD_DAYS * backup_plan.DAY and not backup_plan.clock_doubt([backup_plan.past(one["time"], now) for one in place.bases()], None, now):
                place.drop_data(name)


def space(place):
    """If the disk is nearly full, keeps one full backup only, to free space for PostgreSQL."""
    drop_restored(place)
    disk = shutil.disk_usage(place.repository)
    if place.ticks and disk.free < disk.total * SPACE_LEAST:
        place.pgbackrest("expire", "--repo1-retention-full-type=count", "--repo1-retention-full=1", timeout=600)
        raise Failed(f"на диске осталось {size(disk.free)}, хранится одна полная копия базы: df -h",
                     f"{size(disk.free)} are left on the disk, one full base backup is kept: df -h")


# Its age in a restored database is the time that is lost. Recovery to a moment ends at the first commit after it.
CANARY = """SET client_min_messages = warning; CREATE TABLE IF NOT EXISTS canary (one boolean PRIMARY KEY DEFAULT true CHECK (one), at timestamptz NOT NULL);
INSERT INTO canary (at) VALUES (now()) ON CONFLICT (one) DO UPDATE SET at = excluded.at"""


def archive(place):
    """On success the archive contains every commit made before the call, and as the last one a row with the time (CANARY)."""
    place.sql(CANARY)
    succeeded(place.pgbackrest("check", "--archive-timeout=60", timeout=90), "журнал PostgreSQL не попадает в архив (место на диске: df -h)",
              "PostgreSQL's log does not reach the archive (space: df -h)")


def push(place, target):
    """While a base backup runs, its folder is incomplete: then, or if pgBackRest does not answer, the archive alone is sent."""
    try:
        whole = not place.base_runs()
    except Failed:
        whole = False
    step(f"Отправляю в {target}", f"Sending to {target}")
    covers = place.state().get("archive", {}).get("done", 0) if place.has_database else time.time()
    paths = [place.base_folder if whole else os.path.join(place.base_folder, "archive")] if place.has_database else []
    cluster = backup_target.own_cluster(place, target, place.state().get(f"push {target}", {}).get("cluster")) if paths else None
    return {**backup_target.push(place, target, "whole" if whole else "archive", [*paths, *place.paths()]), "covers": covers, "cluster": cluster}


def verify_base(place):
    """Fails with the errors that `pgbackrest verify` has found, which exits with 0 even then. It lists each contiguous WAL range."""
    done = place.pgbackrest("verify", "--log-level-console=detail", timeout=LONG)
    said = done.stdout + done.stderr
    bad = [line.split(": ", 1)[-1] for line in re.findall(r".*(?:invalid checksum|invalid result|invalid size|ERROR|status: invalid|WARN).*", said)]
    ranges = re.findall(r"wal start: (\w+), wal stop: (\w+)", said)
    bad += [text(f"в журнале нет файлов после {stop}", f"the log lacks files behind {stop}")
            for (_, stop), (start, _) in zip(ranges, ranges[1:]) if stop[:8] == start[:8]]  # each timeline has a range of its own
    bad = [mask(one.strip()) for one in bad] or (["status: error"] if "status: error" in said else [])
    # If the first copy of a list is damaged, pgBackRest silently reads the second.
    lists = [os.path.join(folder, name) for folder, _, names in os.walk(place.repository) for name in names if f"{name}.copy" in names]
    bad += [os.path.relpath(one, place.repository) for one in lists if not filecmp.cmp(one, f"{one}.copy", shallow=False)]
    if done.returncode or bad:
        why = "; ".join(bad[:3])[:400] or last_line(done)
        raise Failed(f"копия базы на этом сервере повреждена: {why}. Сделать новую: deploy/tapbot backup now --full",
                     f"the base backup on this server is damaged: {why}. To make a new one: deploy/tapbot backup now --full")


def images(place, target):
    """Saves the images that have changed since they were saved. After IMAGES_SECONDS it leaves the others to the next tick, whose
    snapshot would be late. Docker writes an image to its disk before it sends it. An image that cannot be saved does not hinder the
    others; then the job fails with the first reason."""
    end, known, wrong = time.monotonic() + IMAGES_SECONDS, place.images(), None
    saved = {name: one for name, one in place.state().get(f"images {target}", {}).get("ids", {}).items() if name in known}
    for name, (number, needed) in known.items():
        if saved.get(name) == number:
            continue
        try:
            place.need_space(needed, f"для образа {name}", f"for the image {name}")
            step(f"Сохраняю образ {name}", f"Saving the image {name}")
            backup_target.save_image(place, target, name)
            saved[name] = number
            place.note(f"images {target}", ids=saved)
        except Failed as error:
            wrong = wrong or error
        if time.monotonic() > end:
            break
    if wrong:
        raise wrong
    return None if saved == {name: number for name, (number, _) in known.items()} else {"done": 0}


@contextlib.contextmanager
def sending(place):
    """For a body that may take longer than the last copy may be old: meanwhile the log and the snapshots are sent and reported as by the
    timer. Jobs that delete anything wait for its end."""
    over = threading.Event()

    def send():
        while not over.wait(TICK_SECONDS):
            place.known = None
            run_due(place, [job(name) for name in ("archive", "files", "push")])
            report(place)
    sender = threading.Thread(target=send)
    sender.start()
    try:
        yield
    finally:
        over.set()
        sender.join()


def drill(place, *aim):
    """The restore test (backup_instance.py)."""
    with sending(place):
        return backup_instance.drill(place, *aim)


JOBS = (
    Job("space", space, of_database=True),
    Job("bases", bases, of_database=True),
    Job("full", lambda place: base(place, "full"), "02:30", SUNDAY, of_database=True),
    Job("diff", lambda place: base(place, "diff"), "02:30", of_database=True),
    Job("drill", drill, "04:10", SUNDAY, of_database=True),
    Job("archive", archive, of_database=True),
    Job("files", lambda place: place.copy_files()),
    Job("push", push, each=True),
    Job("verify", verify_base, "03:30", of_database=True),
    # Each day another thirtieth of the snapshots is read.
    Job("check", lambda place, target: backup_target.check(place, target, f"--read-data-subset={int(time.time() // backup_plan.DAY) % 30 + 1}/30"), "03:30", each=True),
    Job("forget", lambda place, target: backup_target.forget(place, target), "05:00", SUNDAY, each=True),
    Job("images", images, "05:30", each=True),
)
# Jobs without a time of day. They are short: each handles what has changed since the tick before.
OF_EVERY_TICK = tuple(job for job in JOBS if not job.at)


def job(name):
    return next(one for one in JOBS if one.name == name)


def times(place, name):
    """When the job of that name has succeeded and failed last. Of base backups pgBackRest knows. The first drill is due on the first
    Sunday after `init`, when there is a copy."""
    known = place.state().get(name, {})
    done = known.get("done", 0)
    if name in ("full", "diff"):
        done = max((one["time"] for one in place.bases() if name == "diff" or one["type"] == "full"), default=0)
    if name == "drill":
        done = max(done, place.state().get("card", {}).get("printed", 0))
    return done, known.get("tried", 0)


def attempt(place, job, target, now):
    """Runs a job and stores its result; False if it failed."""
    try:
        result = {"done": now, "why": None, **((job.do(place, target) if job.each else job.do(place)) or {})}
    except (Failed, OSError, subprocess.SubprocessError) as error:  # the last one: a program has taken too long
        why = error.why if isinstance(error, Failed) else (str(error), str(error))
        warn(f"Не получилось: {why[0]}", f"Failed: {why[1]}")
        result = {"tried": now, "why": why}
    try:
        place.note(job.key(target), **result)
    except OSError as error:
        warn(f"Результат не записан: {error}", f"The result was not stored: {error}")
        return False
    return "done" in result


def run_due(place, jobs):
    """Runs those of the jobs that are due. Returns the targets for which one has failed, whose later jobs are skipped; None: not for a target."""
    failed = set()
    for one in jobs:
        for target in place.targets() if one.each else [None]:
            now = time.time()
            if one.of_database and not place.has_database or target and target in failed:
                continue
            with contextlib.suppress(Failed):  # the job "bases" has reported it
                if backup_plan.is_due(one, *times(place, one.key(target)), now) and not attempt(place, one, target, now):
                    failed.add(target)
    return failed


def tick(place, _options, jobs=JOBS):
    """Runs those of the jobs that are due. If another process holds the lock, it does nothing and does not wait."""
    if not place.prepared():
        return 0
    with place.locked() as mine:
        if not mine:
            return 0
        failed = run_due(place, jobs)
        report(place)
        return 1 if failed else 0


def beat(copies, checks=()):
    """The time and the body of a heartbeat, from results in state.json: of the copy that succeeded longest ago. It is a failure if a copy
    has failed and never succeeded, or if a check has found damage."""
    done = min(one.get("done", 0) for one in copies)
    return done or max(one.get("tried", 0) for one in copies), {"ok": False} if not done or any(one.get("why") for one in checks) else {}


def report(place):
    """Sends health the heartbeats (deploy/health/health.yaml) of what has been done since the last one that it has accepted."""
    known, targets = place.state(), place.targets()
    beats = {"backup": beat([known.get(f"push {target}", {}) for target in targets], [known.get(name, {}) for name in ("verify", *(f"check {target}" for target in targets))])}
    if place.has_database:
        drill = known.get("drill", {})
        done, tried = drill.get("done", 0), drill.get("tried", 0)
        beats["drill"] = (max(done, tried), {"ok": True, "seconds": drill["seconds"], "rpo_s": drill["rpo_s"]} if done > tried else {"ok": False})
        beats["wal"] = beat([known.get("archive", {})])
        failed = [known[name].get("tried", 0) for name in ("full", "diff", "bases") if known.get(name, {}).get("why")]
        with contextlib.suppress(Failed):
            beats["base"] = beat([{"done": times(place, "diff")[0], "tried": max(failed, default=0)}])
    if secrets := place.secrets_due():  # once a day, and when their number changes
        beats["secrets"] = ([int(time.time() // backup_plan.DAY), secrets["due"]], secrets)
    due = {name: row for name, row in beats.items() if row[0] and row[0] != known.get("reported", {}).get(name)}
    with contextlib.suppress(Failed, OSError):
        if due and (health := place.health()):
            place.note("reported", **{name: at for name, (at, body) in due.items() if (watch.call(*health, "POST", f"/v1/heartbeats/{name}", body=body) or (0,))[0] == 200})


def unreachable(_place):
    """In place of the jobs of the database, each of which would wait for it."""
    raise Failed(f"PostgreSQL не отвечает {tree.CONNECT_SECONDS} с: deploy/tapbot status. Без базы копируются только файлы",
                 f"PostgreSQL has not answered for {tree.CONNECT_SECONDS} s: deploy/tapbot status. Without it only files are copied")


def make_now(place, options):
    place.needed()
    with place.writing():
        base_kind = "full" if "--full" in options or not place.has_database or not place.bases() else "diff"
        of_database = [job(base_kind), job("archive")] if place.has_database else []
        if place.has_database and not place.answers():
            of_database = [Job("archive", unreachable, of_database=True)]
        due = [*((one, None) for one in (*of_database, job("files"))), *((job("push"), one) for one in place.targets())]
        good = all([attempt(place, one, target, time.time()) for one, target in due])
        report(place)
    if not good:
        return 1
    if place.base_runs():
        say("Журнал и файлы отправлены. Копия базы ещё идёт, её отправит следующий tick. Что есть: deploy/tapbot backup",
            "The log and the files are sent. The base backup still runs, the next tick sends it. What there is: deploy/tapbot backup")
    else:
        say("Копия сделана. Что есть: deploy/tapbot backup. Проверить: deploy/tapbot backup verify",
            "The copy is made. What there is: deploy/tapbot backup. To check it: deploy/tapbot backup verify")
    return 0


def verify(place, options):
    deep = "--deep" in options
    failed = 0
    with place.writing(), sending(place):
        checks = [(text("копия базы на этом сервере", "base backup on this server"), lambda: verify_base(place), place.bases)] if place.has_database else []
        checks += [(one, lambda one=one: backup_target.check(place, one, "--no-lock", *(["--read-data"] if deep else [])), lambda one=one: backup_target.snapshots(place, one)) for one in place.targets()]
        for name, how, copies in checks:
            step(f"Проверяю: {name}", f"Checking: {name}")
            try:
                how()
                if not copies():
                    raise Failed("копии ещё нет. Сделать: deploy/tapbot backup now", "there is no copy yet. To make one: deploy/tapbot backup now")
            except Failed as error:
                warn(*error.why)
                failed += 1
    if failed:
        return 1
    say("Копии целы: прочитан каждый байт." if deep else "Копии целы. Прочитать каждый байт: deploy/tapbot backup verify --deep",
        "The copies are whole: every byte was read." if deep else "The copies are whole. To read every byte: deploy/tapbot backup verify --deep")
    return 0


# ---- what there is

def whys(known, target=None):
    """Why jobs have failed: those for the target, or those that have none."""
    names = [job.key(target) for job in JOBS if job.each == bool(target)]
    return [known[name]["why"] for name in names if known.get(name, {}).get("why")]


def summary(place, now):
    """The data of the overview, for people and for --json. `problems` are in Russian and English."""
    known = place.state()
    bases = place.bases() if place.has_database else []
    targets = [{"target": one, **{name: known.get(f"push {one}", {}).get(name) for name in ("done", "covers", "size", "snapshot")},
                "why": whys(known, one)} for one in place.targets()]
    wrong = [*whys(known), *(why for one in targets for why in one["why"])]
    if place.has_database and not bases:
        wrong.append(("копии базы ещё нет: deploy/tapbot backup now", "there is no base backup yet: deploy/tapbot backup now"))
    for one in targets if place.ticks else []:
        if now - (one["done"] or 0) > PUSH_LATE:
            wrong.append((f"{one['target']}: копия старше {PUSH_LATE // 60} мин: systemctl status tapbot-backup", f"{one['target']}: the copy is older than {PUSH_LATE // 60} min: systemctl status tapbot-backup"))
    covered = max((one["covers"] or 0 for one in targets), default=0)
    confirmed = known.get("card", {}).get("confirmed", 0)
    return {"bases": bases, "targets": targets, "drill": known.get("drill"), "loss_seconds": now - covered if covered else None,
            "card_confirmed": confirmed or None, "card_asked": backup_plan.card_asked(known, now), "why": whys(known), "problems": wrong}


def show(place, options):
    now = time.time()
    found = summary(place, now)
    if "--json" in options:
        print(json.dumps(found, ensure_ascii=False))
        return 1 if found["problems"] else 0
    last = [(text(*KINDS[kind]), one["time"], one["size"], text("этот сервер", "this server")) for kind, one in {one["type"]: one for one in found["bases"]}.items()]
    last += [(text("снимок вне сервера", "snapshot outside"), one["done"], one["size"], one["target"]) for one in found["targets"]]
    if (found["drill"] or {}).get("done"):
        last.append((text("проверка восстановления", "restore test"), found["drill"]["done"], 0, found["drill"]["target"]))
    print_table([[text("что", "what"), text("когда", "when"), text("назад", "age"), text("размер", "size"), text("где", "where")],
                 *[[what, at(done) if done else text("ещё нет", "none yet"), ago(now - done) if done else "", size(count) if count else "", where] for what, done, count, where in last]])
    loss = found["loss_seconds"]
    if loss is not None:
        say(f"Пропадёт сервер сейчас, потеряются последние: {ago(loss)}", f"If the server is lost now, these last ones are lost: {ago(loss)}")
    for why in found["problems"]:
        say(f"Внимание: {why[0]}", f"Warning: {why[1]}")
    if found["card_asked"]:
        say(f"Карточка восстановления {'давно не подтверждалась' if found['card_confirmed'] else 'ещё не подтверждена'}: deploy/tapbot backup card --confirm",
            f"The recovery card has not been confirmed {'for long' if found['card_confirmed'] else 'yet'}: deploy/tapbot backup card --confirm")
    return 1 if found["problems"] else 0


def listing(place, options):
    bases, found = place.bases() if place.has_database else [], {}
    for target in place.targets():
        try:
            found[target] = backup_target.snapshots(place, target)
        except Failed as error:
            warn(*error.why)
    code = 0 if len(found) == len(place.targets()) else 1
    if "--json" in options:
        print(json.dumps({"bases": bases, "snapshots": found}, ensure_ascii=False))
        return code
    if place.has_database:
        print_table([[text("копия базы", "base backup"), text("вид", "kind"), text("когда", "when"), text("размер", "size")],
                     *[[one["label"], one["type"], at(one["time"]), size(one["size"])] for one in bases]])
    for target, known in found.items():
        print(f"\n{target}")
        print_table([[text("снимок", "snapshot"), text("когда", "when"), text("что в нём", "what is in it")],
                     *[[one["id"], at(one["time"]), text(*CONTENT.get(" ".join(one["tags"]) if place.has_database else "files", ("?", "?")))] for one in known]])
    return code


CONTENT = {"files": ("файлы", "files"), "whole": ("база и файлы", "database and files"), "archive": ("журнал базы и файлы", "log of the database, and files")}

# Options without a value.
FLAGS = {"--confirm", "--deep", "--drill", "--full", "--json", "--key", "--new-machine", "--undo", "--yes"}
# {subcommand: (function, options)}.
VERBS = {"": (show, {"--json"}), "init": (init, {"--target", "--key"}), "now": (make_now, {"--full"}), "list": (listing, {"--json"}),
         "verify": (verify, {"--deep"}), "card": (card, {"--confirm"}), "rekey": (rekey, {"--yes", "--key"}), "tick": (tick, set())}


def run(texts, arguments, how, options):
    """Prints the help, or calls the function of a subcommand, if the options are right (not None); returns the exit status."""
    answer_help(arguments, texts)
    if options is None:
        die(2, *texts)
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)  # a reader that goes away must not end it halfway
    place = backup_place.here("--new-machine" in options)
    if how not in (init, tick) and "--new-machine" not in options and not place.prepared():
        die(1, "Резервных копий нет. Включить: deploy/tapbot backup init", "There are no copies. To switch them on: deploy/tapbot backup init")
    try:
        return how(place, options)
    except Failed as error:
        return die(1, *[f"{one[:1].upper()}{one[1:]}." for one in error.why])


def main(arguments):
    verb = "" if not arguments or arguments[0].startswith("-") else arguments[0]
    how, known = VERBS.get(verb, (None, set()))
    return run(usage("backup", HEAD, ROWS, TAIL), arguments, how, options_of(arguments[bool(verb):], known - FLAGS, known & FLAGS) if how else None)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
