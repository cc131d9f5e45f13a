# SPDX-License-Identifier: MIT
"""restore: deleted rows, the database at an earlier moment, files, or a whole server, from the copies that `backup` has made; and drill,
the test that they can be restored."""
import collections
import contextlib
import datetime
import functools
import json
import os
import re
import shutil
import sys
import time

import services
from say import ago, ask, die, options_of, print_table, printable, say, step, text, warn
from stack import backup, backup_target, deploy, tree
from stack.backup_instance import DATABASE, Instance
from stack.backup_place import LONG, Failed, last_line, private, read, succeeded
from stack.backup_plan import ZONE
from stack.settings import note_change

HEAD = ("вернуть данные из резервной копии. Каждая команда сначала показывает, что будет.",
        "restores data from the backups. Each command first shows what it will do.")
ROWS = (
    ("--at T", "вернуть всю базу к моменту T; прежняя база хранится 7 дней", "the whole database as it was at the moment T; the former one is retained for 7 days"),
    ("--xid N", "то же, к моменту прямо перед транзакцией N", "the same, just before transaction N"),
    ("--before-deploy V", "то же, к выкатке версии V", "the same, before the deploy of version V"),
    ("--undo", "отменить: снова прежняя база", "undo it: the former database again"),
    ("--look T", "база на момент T рядом с рабочей, только для чтения, на 2 часа", "the database at the moment T beside the live one, read-only, for 2 hours"),
    ("--rows TABLE --at T", "вернуть строки, которые были в момент T и с тех пор удалены: --rows apartment --at 14:30", "put back rows that existed at T and were deleted since: --rows apartment --at 14:30"),
    ("--find-delete TABLE", "кто и когда удалял строки таблицы за последние сутки; --at T: с момента T", "which transactions deleted rows of the table in the last day; --at T: since T"),
    ("files NAME [--at T]", "файл или папка из снимка: в новую папку, рабочие файлы не меняются", "a file or folder of the snapshot: into a new folder, the live files do not change"),
    ("--new-machine [--at T]", "новая машина по карточке: спросит адрес, ключ S3 и ключ; --at T: из снимка не позже T", "a new machine from the card: prompts for the address, the key of S3 and the key; --at T: from a snapshot not after T"),
    ("... --yes", "не спрашивать", "do not ask"),
)
TAIL = ("Момент T: 17:05 (сегодня), «2026-11-26 17:05» или 30m, 2h, 3d (столько назад); время Алматы.",
        "A moment T: 17:05 (today), \"2026-11-26 17:05\", or 30m, 2h, 3d (that long ago); the time of Almaty.")

# The help of the verb drill, which is the option --drill here.
DRILL = ("проверка восстановления: поднимает базу из копии вне сервера рядом с рабочей, проверяет и удаляет её. Рабочая база не меняется.",
         "a restore test: restores the database from the copy outside the server beside the live one, checks it and deletes it. The live database does not change.")
DRILL_ROWS = (("[--at T] [--json]", "проверить сейчас: последний момент или момент T; на сервере это делается и само, по воскресеньям", "test now: the last moment, or the moment T; on a server also done on Sundays"),)

LOOK_SECONDS = 2 * 3600
SHOWN, SHOWN_COLUMNS, SHOWN_LETTERS = 20, 6, 24
UNITS = {"m": 60, "h": 3600, "d": 86400}


def moment_of(typed, now):
    """The moment that a person has typed, in seconds since 1970. Ends if there is none, or if it lies ahead."""
    today, is_clock = datetime.datetime.fromtimestamp(now, ZONE).date(), re.fullmatch(r"\d\d:\d\d(:\d\d)?", typed)
    if found := re.fullmatch(r"(\d{1,5})([mhd])", typed):
        moment = now - int(found[1]) * UNITS[found[2]]
    else:
        try:
            whole = f"{today} {typed}" if is_clock else typed
            found = datetime.datetime.fromisoformat(whole.replace("Z", "+00:00"))
            moment = (found if found.tzinfo else found.replace(tzinfo=ZONE)).timestamp()
        except ValueError:
            die(2, f"Момент не понят: {typed}. {TAIL[0]}", f"This is no moment: {typed}. {TAIL[1]}")
    if moment > now:
        past = f"{today - datetime.timedelta(days=1)} {typed}"
        die(2, f"Этот момент ещё не наступил: {typed}." + (f' Вчера в это время: "{past}"' if is_clock else ""),
            f"This moment lies ahead: {typed}." + (f' At this time yesterday: "{past}"' if is_clock else ""))
    return moment


def of_database(how, place, options):
    """Calls a function that needs a database, under the lock."""
    place.needed(live=how not in (in_place, undo))
    if not place.has_database:
        die(1, "На этом сервере базы нет: повторите на другом.", "This server has no database: try it on the other one.")
    with place.writing():
        return how(place, options)


def target_at(typed):
    """The target of pgBackRest for a moment, and the moment."""
    now = time.time()
    moment = moment_of(typed, now)
    step(f"База на момент {backup.at(moment)} по Алматы, {ago(now - moment)} назад", f"The database at {backup.at(moment)} in Almaty, {ago(now - moment)} ago")
    return "time", datetime.datetime.fromtimestamp(moment, datetime.timezone.utc).strftime("%Y-%m-%d %H:%M:%S.%f+00"), moment


def instance_at(place, name, typed, **settings):
    """The database at the moment, beside the live one."""
    target = target_at(typed)
    backup.archive(place)
    return Instance(place, name, LOOK_SECONDS, **settings).restore(*target)


def look(place, options):
    with backup.sending(place):
        instance_at(place, "look", options["--look"], default_transaction_read_only="on")
    say(f"Готово, на 2 часа и только для чтения: {place.psql_hint('look')}", f"Ready, for 2 hours and read-only: {place.psql_hint('look')}")
    return 0


# ---- in place

# Tables of all schemas that have data of ours.
TABLES = "SELECT c.oid::regclass::text AS name FROM pg_class c WHERE c.relkind IN ('r', 'p') AND c.relnamespace::regnamespace::text !~ '^pg_|^information_schema$'"
# {table: number of rows}; {since}: a condition.
COUNTS = "SELECT json_object_agg(name, (xpath('/row/n/text()', query_to_xml('SELECT count(*) AS n FROM ' || name || {since}, false, true, '')))[1]::text::bigint) FROM (" + TABLES + ") AS t"
# Erasures of personal data since {since}: the receipts, and those without a receipt, which are in the journal only.
ERASED = "SELECT coalesce(sum((xpath('/row/n/text()', query_to_xml('SELECT count(*) AS n FROM ' || name || ' WHERE at >= to_timestamp({since})' || CASE WHEN name LIKE '%.audit' THEN ' AND action LIKE ''%.erase'' AND resource_type <> ''erasure''' ELSE '' END, false, true, '')))[1]::text::bigint), 0) FROM (" + TABLES + ") AS t WHERE name LIKE '%.erasure' OR name LIKE '%.audit'"
# The beginnings of the API keys that were revoked since {since} and are older, except those of the clients {names}.
REVOKED = "SELECT string_agg(prefix, ', ' ORDER BY prefix) FROM api.api_key k JOIN api.client c ON c.id = k.client_id WHERE k.revoked_at >= to_timestamp({since}) AND k.created_at <= to_timestamp({since}) AND (k.expires_at IS NULL OR k.expires_at > now()) AND c.name <> ALL (string_to_array('{names}', ','))"
# Functions that hold unsent messages and raise the epoch of events, one for each service that has something to do.
MARKS = "SELECT coalesce(json_agg(p.oid::regproc::text), '[]') FROM pg_proc p WHERE p.proname = 'after_restore' AND p.pronargs = 0"


def warn_of_undone(place, since, of_keys=True):
    """Warns of what a restore to this time undoes in the live database: erased personal data come back, and revoked API keys become valid again.
    Not those of our services, of which a start revokes all but the present ones. `of_keys`: whether the keys come back, too."""
    if erased := int(place.sql(ERASED.format(since=since), DATABASE)):
        warn(f"После этого момента по просьбе людей удаляли личные данные, раз: {erased}. Те из них, что вернутся, надо удалить снова; чьи они, знает только тот, кто удалял.",
             f"Since this moment personal data were erased on request, {erased} times. Those that come back must be erased again; whose they are is known only to the person who erased them.")
    if of_keys and place.sql("SELECT to_regclass('api.api_key')", DATABASE) and (keys := place.sql(REVOKED.format(since=since, names=",".join(one.name for one in services.services())), DATABASE)):
        warn(f"Отозванные после этого момента ключи API снова будут действовать: {keys}. Отозвать ещё раз: deploy/tapbot keys revoke НАЧАЛО_КЛЮЧА",
             f"API keys revoked since this moment become valid again: {keys}. To revoke them once more: deploy/tapbot keys revoke PREFIX")


def losses(place, new, since):
    """Prints for each table that differs its rows then and now, and how many were added or changed by transactions from `since` on."""
    then = json.loads(new.sql(COUNTS.format(since="''"), DATABASE))
    now = json.loads(place.sql(COUNTS.format(since="''"), DATABASE))
    changed = json.loads(place.sql(COUNTS.format(since=f"' WHERE age(xmin) <= ' || pg_snapshot_xmax(pg_current_snapshot())::text::bigint - {since}"), DATABASE))
    rows = sorted(((changed.get(name, 0), name) for name in {*then, *now} if changed.get(name) or then.get(name) != now.get(name)), reverse=True)
    if not rows:
        return say("С того момента ничего не изменилось.", "Nothing has changed since that moment.")
    say("Будет потеряно всё, что записано после этого момента:", "Everything written after this moment will be lost:")
    table = [[name, str(then.get(name, "-")), str(now.get(name, "-")), str(count)] for count, name in rows[:SHOWN]]
    return print_table([[text("таблица", "table"), text("строк тогда", "rows then"), text("сейчас", "now"), text("добавлено или изменено", "added or changed")], *table])


def in_place(place, options):
    if "--at" in options:
        target = target_at(options["--at"])
    else:
        target = ("xid", options["--xid"]) if "--xid" in options else ("name", f"deploy-{options['--before-deploy']}"[:63])
    alive = place.answers()
    if alive:
        backup.archive(place)
    with Instance(place, "new") as new:
        with backup.sending(place):
            new.restore(*target)
            since, moment = int(new.sql("SELECT pg_snapshot_xmax(pg_current_snapshot())")), new.moment()
            if target[0] != "time":
                say(f"Последняя запись в ней: {backup.at(moment)} по Алматы, {ago(time.time() - moment)} назад", f"Its last transaction: {backup.at(moment)} in Almaty, {ago(time.time() - moment)} ago")
            step("Проверяю её", "Checking it")
            new.check()
            new.selfcheck()
            if alive:
                warn_of_undone(place, moment)
                losses(place, new, since)
            else:
                warn("Рабочая база не отвечает: что будет потеряно, не посчитать.", "The live database does not answer: what will be lost cannot be counted.")
            say(f"Прежняя база хранится {backup.OLD_DAYS} дней: deploy/tapbot restore --undo", f"The former database is retained for {backup.OLD_DAYS} days: deploy/tapbot restore --undo")
            agreed(options)
        exchange(place, new, " ".join(target[:2]), migrate=target[0] != "name")
    if target[0] == "name":
        both = (", и на сервере 1", ", also on server 1") if place.server == "s2" else ("", "")
        say(f"Теперь верните прежнюю версию программ: deploy/tapbot rollback{both[0]}", f"Now go back to the previous version of the programs: deploy/tapbot rollback{both[1]}")
    return 0


def exchange(place, other, why, migrate=True):
    """Makes the data of an instance the live ones. If anything fails, the former ones run again. `migrate`: the services get the schema of
    their version, which the data may not have."""
    step("Останавливаю сервисы", "Stopping the services")
    with place.closed(migrate):
        if place.answers():
            backup.archive(place)
        marks = [(name, other.sql(f"SELECT {name}()", DATABASE)) for name in json.loads(other.sql(MARKS, DATABASE))]
        other.stop()
        place.stop_live()
        place.note("restored", at=time.time())  # first: without it the next tick deletes the former data
        place.swap(other.name)
        try:
            place.start_live()
        except (Failed, KeyboardInterrupt):
            place.stop_live()
            place.swap("old")
            place.start_live()
            raise
        note_change("restore", why, "done")
        for name, result in marks:
            say(f"{name}: {result}", f"{name}: {result}")
        say("База заменена.", "The database has been replaced.")
    backup.attempt(place, backup.job("full"), None, time.time())


def undo(place, options):
    if not place.has_data("old"):
        die(1, "Прежней базы нет: её заменяли больше 7 дней назад или не заменяли.", "There is no former database: it was replaced more than 7 days ago, or never.")
    known = place.state().get("restored", {})
    say(f"Базу заменили {backup.at(known.get('at', 0))}. Всё, что записано после этого, останется в заменяющей; её тоже можно вернуть командой --undo.",
        f"The database was replaced at {backup.at(known.get('at', 0))}. What was written since remains in the replacement; --undo brings that back, too.")
    if place.answers():
        warn_of_undone(place, known.get("at", 0))
    with backup.sending(place):
        agreed(options)
    # As a recovery, so that it gets a timeline of its own: in the archive both databases go on from the same point.
    old = Instance(place, "old", recovery_target_timeline="current", recovery_target_time="", recovery_target_xid="", recovery_target_name="", **place.recover("old"))
    try:
        if not old.start():
            raise Failed(f"прежняя база не запускается: {place.instance_log('old')[-300:]}", f"the former database does not start: {place.instance_log('old')[-300:]}")
        exchange(place, old, "undo")
    finally:
        old.stop()  # if it has not become the live one
    return 0


# ---- rows

# Queues, journals and positions of readers: an old row there would be sent, or counted, once more.
NOT_OURS = re.compile(r"\w*(outbox|inbox|audit|erasure|idempotency|migration|tombstone|history|delivery\w*|sending\w*|update|poller|sender|reminder|relay|forward|feed\w*|_due|_gone|_place)")
# {table: {"key": columns of its primary key, "columns", "links": its foreign keys}}. The columns are those that are written: neither generated
# nor a position in a feed: the row gets a new position, so that readers learn of it.
SHAPE = """SELECT json_object_agg(c.oid::regclass::text, json_build_object(
    'key', (SELECT json_agg(quote_ident(attname) ORDER BY attnum) FROM pg_index i JOIN pg_attribute ON attrelid = c.oid AND attnum = ANY (i.indkey) WHERE i.indrelid = c.oid AND i.indisprimary),
    'columns', (SELECT json_agg(quote_ident(attname) ORDER BY attnum) FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = '' AND attname !~ '^feed_'),
    'links', (SELECT coalesce(json_agg(json_build_object('table', f.conrelid::regclass::text, 'parent', f.confrelid::regclass::text,
        'columns', (SELECT json_agg(quote_ident(attname) ORDER BY o) FROM unnest(f.conkey) WITH ORDINALITY u (n, o) JOIN pg_attribute ON attrelid = f.conrelid AND attnum = n),
        'keys', (SELECT json_agg(quote_ident(attname) ORDER BY o) FROM unnest(f.confkey) WITH ORDINALITY u (n, o) JOIN pg_attribute ON attrelid = f.confrelid AND attnum = n))), '[]')
        FROM pg_constraint f WHERE f.conrelid = c.oid AND f.contype = 'f' AND f.conparentid = 0 AND f.confrelid <> c.oid)))
FROM pg_class c WHERE c.relkind IN ('r', 'p') AND c.relnamespace::regnamespace::text !~ '^pg_|^information_schema$'"""


def same(link, child, parent):
    """The condition that joins a row to the row that it references."""
    return " AND ".join(f"{child}.{one} = {parent}.{other}" for one, other in zip(link["columns"], link["keys"]))


def with_children(root, links):
    """The table and those that reference it, directly or not; parents first."""
    found = [root]
    for name in found:
        found += [one["table"] for one in links if one["parent"] == name and one["table"] not in found]
    ordered = []
    while found:
        ready = [one for one in found if not any(link["table"] == one and link["parent"] in found for link in links)] or found[:1]
        ordered += ready
        found = [one for one in found if one not in ready]
    return ordered


def table_of(shape, name, any_table=False):
    """The table of this name, with or without the schema. Ends if there is none, or if its rows must not be put back, unless `any_table`."""
    found = [one for one in shape if name in (one, one.rpartition(".")[2])]
    if len(found) != 1:
        names = ", ".join(found)
        die(2, f"Таблиц с этим именем несколько: {names}." if found else f"Нет таблицы {name}. Пример: --rows apartment", f"Tables of this name: {names}." if found else f"There is no table {name}. Example: --rows apartment")
    if not any_table and (NOT_OURS.fullmatch(name.rpartition(".")[2]) or not shape[found[0]]["key"]):
        die(2, f"Строки {name} не возвращаются: это журнал или очередь, и старая строка сработала бы ещё раз. Посмотреть её: deploy/tapbot restore --look T",
            f"Rows of {name} are not put back: it is a journal or a queue, and an old row would act once more. To see it: deploy/tapbot restore --look T")
    return found[0]


def find_missing(place, side, key, tables, links):
    """Collects in the schema `missing` of the instance the rows of the first table whose keys the live one lacks, and those that reference
    them. Returns the number of rows of each table."""
    table, keys = tables[0], ", ".join(key)
    live = place.sql(f"COPY (SELECT {keys} FROM {table}) TO STDOUT", DATABASE)
    script = ["CREATE SCHEMA missing;", f"CREATE TABLE missing.live AS SELECT {keys} FROM {table} LIMIT 0;", "COPY missing.live FROM STDIN;", *([live] if live else []), "\\.",
              f"CREATE TABLE missing.t0 AS SELECT * FROM {table} t WHERE NOT EXISTS (SELECT FROM missing.live l WHERE ({', '.join('l.' + one for one in key)}) = ({', '.join('t.' + one for one in key)}));"]
    for number, name in enumerate(tables[1:], 1):
        parents = [f"EXISTS (SELECT FROM missing.t{tables.index(one['parent'])} p WHERE {same(one, 'c', 'p')})" for one in links if one["table"] == name and one["parent"] in tables[:number]]
        script.append(f"CREATE TABLE missing.t{number} AS SELECT * FROM {name} c WHERE {' OR '.join(parents)};")
    side.sql("\n".join(script), DATABASE)
    counts = side.sql(";".join(f"SELECT count(*) FROM missing.t{number}" for number in range(len(tables))), DATABASE)
    return dict(zip(tables, map(int, counts.split())))


def show_rows(side, key, columns, counts):
    names = [*key, *[one for one in columns if one not in key]][:SHOWN_COLUMNS]
    rows = json.loads(side.sql(f"SELECT coalesce(json_agg(json_build_array({', '.join(f'{one}::text' for one in names)})), '[]') FROM (SELECT * FROM missing.t0 LIMIT {SHOWN}) AS t", DATABASE))
    print_table([names, *[[printable(cell or "")[:SHOWN_LETTERS if at >= len(key) else None] for at, cell in enumerate(row)] for row in rows]])
    (_, first), *others = counts.items()
    if first > SHOWN:
        say(f"И ещё строк: {first - SHOWN}", f"And more rows: {first - SHOWN}")
    for name, count in others:
        if count:
            say(f"Вместе с ними {name}: {count}", f"With them {name}: {count}")


def put_back(place, side, tables, counts, live, then):
    """Inserts the rows in one transaction; returns the number of rows inserted in each table. A row that is there again, whose place is
    taken, or which references a row that no longer exists, is omitted."""
    script = ["BEGIN;", "SET LOCAL lock_timeout = '10s';"]
    numbers = {name: number for number, name in enumerate(tables) if counts[name] and name in live}
    for name, number in numbers.items():
        both = [one for one in live[name]["columns"] if one in then[name]["columns"]]
        listed = ", ".join(both)
        data = side.sql(f"COPY (SELECT {listed} FROM missing.t{number}) TO STDOUT", DATABASE)
        there = [f"({' OR '.join(f'n.{column} IS NULL' for column in link['columns'])} OR EXISTS (SELECT FROM {link['parent']} p WHERE {same(link, 'n', 'p')}))"
                 for link in live[name]["links"] if set(link["columns"]) <= set(both)]
        schema = name.rpartition(".")[0] or "public"  # constraints and triggers call functions as the services do
        # Triggers of rides would add to the loads of their trips, which are put back too.
        role = "replica" if name == "ride.ride" and "ride.trip_load" in tables else "origin"
        script += [f"SET LOCAL search_path = {schema}, public;", f"SET LOCAL session_replication_role = {role};", f"CREATE TEMP TABLE back{number} ON COMMIT DROP AS SELECT {listed} FROM {name} LIMIT 0;", f"COPY back{number} FROM STDIN;", data, "\\.",
                   f"WITH done AS (INSERT INTO {name} ({listed}) OVERRIDING SYSTEM VALUE SELECT {listed} FROM back{number} n WHERE {' AND '.join(there) or 'true'} ON CONFLICT DO NOTHING RETURNING *)"
                   " SELECT count(*) FROM done;"]
        if {"id", "tenant_id"} <= set(both):  # search-api writes no document that has a tombstone
            script += [f"DELETE FROM {one} t USING back{number} b WHERE t.id::text = b.id::text AND t.tenant_id = b.tenant_id AND EXISTS (SELECT FROM {name} n WHERE n.id = b.id);"
                       for one in (f"{schema}.feed_tombstone", f"{name}_tombstone", "search.document_tombstone") if one in live]
    return dict(zip(numbers, map(int, place.sql("\n".join([*script, "COMMIT;"]), DATABASE).split())))


def rows(place, options):
    live = json.loads(place.sql(SHAPE, DATABASE))
    table = table_of(live, options["--rows"])
    with backup.sending(place), instance_at(place, "rows", options["--at"], fsync="off") as side:
        then = json.loads(side.sql(SHAPE, DATABASE))
        if table not in then:
            die(1, "Тогда такой таблицы не было.", "There was no such table then.")
        links = [link for one in then.values() for link in one["links"]]
        tables = with_children(table, links)
        counts = find_missing(place, side, live[table]["key"], tables, links)
        if not counts[table]:
            say("С того момента ничего не удалено.", "Nothing was deleted since that moment.")
            return 0
        show_rows(side, live[table]["key"], then[table]["columns"], counts)
        warn_of_undone(place, side.moment(), of_keys=False)
        agreed(options)
        done = put_back(place, side, tables, counts, live, then)
        note_change("restore", f"--rows {table} --at {options['--at']}", json.dumps(done))
    for name, count in done.items():
        left = counts[name] - count
        say(f"{name}: возвращено {count}" + (f", пропущено {left}: место уже занято, строка есть, или нет той, на которую она ссылается" if left else ""),
            f"{name}: {count} put back" + (f", {left} omitted: the place is taken, the row is there, or the row that it references is not" if left else ""))
    return 0


# ---- transactions that deleted rows

# Reads names of WAL files and prints the deletions of the relation $1 and all commits. A record may continue in the next file, so two are
# read at a time, and their lines come twice.
DELETIONS = """export TZ=UTC
folder=$(mktemp -d -p /dev/shm) && cd "$folder" && trap 'rm -rf "$folder"' EXIT || exit
before=
while read -r name; do
    {get} "$name" "$folder/$name" || exit
    for first in $before "$name"; do pg_waldump -p "$folder" "$first" $([ "${{first%????????????????}}" != "${{name%????????????????}}" ] || echo "$name") 2>/dev/null | grep -E "desc: COMMIT |desc: DELETE .* rel $1( |$)"; done
    [ -z "$before" ] || rm -f "$before"
    before=$name
done"""


def find_delete(place, options):
    table = table_of(json.loads(place.sql(SHAPE, DATABASE)), options["--find-delete"], any_table=True)
    since = moment_of(options.get("--at", "1d"), time.time())
    backup.archive(place)
    relation = place.sql(f"SELECT '1663/' || oid || '/' || pg_relation_filenode('{table}') FROM pg_database WHERE datname = current_database()", DATABASE)
    names = {match[1]: os.path.getmtime(os.path.join(folder, name)) for folder, _, found in os.walk(os.path.join(place.repository, "archive")) for name in found
             if (match := re.match(r"([0-9A-F]{24})-", name))}
    with backup.sending(place):
        done = tree.run(*place.inside(None, "bash", "-c", DELETIONS.format(get=place.get), "bash", relation), timeout=LONG,
                        given="\n".join(sorted(name for name, written in names.items() if written >= since)) + "\n", **place.as_postgres())
    if done.returncode > 1:  # 1: grep has found nothing in the last file
        raise Failed(f"журнал не прочитан: {last_line(done)}", f"the log was not read: {last_line(done)}")
    lines = set(done.stdout.splitlines())
    deleted = collections.Counter(re.search(r"tx: +(\d+)", line)[1] for line in lines if "desc: DELETE" in line)
    commits = sorted((found[2], found[1]) for line in lines if (found := re.search(r"tx: +(\d+),.*desc: COMMIT (\S+ \S+ \S+)", line)) and found[1] in deleted)
    if not commits:
        say("За это время строк не удаляли.", "No rows were deleted in this time.")
        return 0
    # pg_waldump writes times in UTC.
    last = [(datetime.datetime.fromisoformat(stamp[:19] + "+00:00").astimezone(ZONE), number) for stamp, number in commits[-SHOWN:]]
    print_table([[text("когда", "when"), text("транзакция", "transaction"), text("строк", "rows")], *[[f"{at:%Y-%m-%d %H:%M:%S}", number, str(deleted[number])] for at, number in last]])
    say(f"Вернуть строки: deploy/tapbot restore --rows {table} --at МОМЕНТ_РАНЬШЕ", f"To put rows back: deploy/tapbot restore --rows {table} --at A_MOMENT_BEFORE")
    return 0


# ---- files

def files(place, options):
    """Writes the named files of the newest snapshot, or of that at a moment, into a new folder and prints it. The snapshot is of the first
    target that answers."""
    until = moment_of(options["--at"], time.time()) if "--at" in options else time.time()
    name, (*more, last) = options["--files"].strip("/"), place.targets()
    for target in (*more, last):
        try:
            known = [one["id"] for one in backup_target.snapshots(place, target) if one["time"] <= until]
            break
        except Failed as error:
            if target == last:
                raise
            warn(*error.why)
    if not known:
        die(1, "Такого старого снимка нет: deploy/tapbot backup list", "There is no snapshot that old: deploy/tapbot backup list")
    nodes = [json.loads(line) for line in backup_target.call(place, target, "ls", "--no-lock", "--json", known[-1], timeout=LONG).stdout.splitlines()]
    paths = [one["path"] for one in nodes if one.get("type") == "file"]
    wanted = [path for path in paths if f"/{name}/" in f"{path}/"]
    if not wanted:
        others = ", ".join(sorted({os.path.basename(path) for path in paths if "/repository/" not in path})[:SHOWN])
        die(1, f"В снимке нет {name}. Есть, например: {others}", f"The snapshot has no {name}. It has, for example: {others}")
    folder = os.path.join(place.folder, "restored", time.strftime("%Y%m%d-%H%M%S"))
    for path in wanted:
        os.makedirs(os.path.dirname(folder + path), mode=0o700, exist_ok=True)
        with open(folder + path, "xb", opener=private) as file:
            succeeded(place.restic(target, "dump", "--no-lock", known[-1], path, timeout=LONG, stdout=file), path, path)
    say(f"Файлов: {len(wanted)}, они в папке {folder}", f"Files: {len(wanted)}, in the folder {folder}")
    return 0


# ---- a new machine

def new_machine(place, options):
    """Everything from a copy, with what is on the card. If the key does not open it, nothing is left behind."""
    place.needed(live=False)
    if not place.is_new():
        die(1, "Здесь уже есть данные. Вернуть базу к прежнему моменту: deploy/tapbot restore --at T. Пропал .env: sudo deploy/tapbot init. "
               "База здесь пустая, её только что сделал up: docs/backup.md, «Новый сервер по карточке»",
            "There are data here. To bring the database back to a moment: deploy/tapbot restore --at T. If .env is lost: sudo deploy/tapbot init. "
            "If up has just made an empty database: docs/backup.md")
    until = moment_of(options["--at"], time.time()) if "--at" in options else None
    with place.writing(), place.keys_or_nothing():
        typed = ask("Адрес с карточки, целиком", "The whole address on the card").strip().rstrip("/")
        target, _, server = typed.rpartition("/")
        if not backup_target.FORM.fullmatch(target) or server not in place.servers:
            die(2, f"Адрес не подходит: {typed}. Последнее слово в нём: {', '.join(place.servers)}", f"This address is not accepted: {typed}. Its last word is one of: {', '.join(place.servers)}")
        place.server = server
        if target.startswith("s3:"):
            backup.s3_credentials(place)
        key = backup.typed_key()
        backup.write_key(place, key)
        found = backup_target.newest(place, target, until)
        say(f"Последний снимок сделан {backup.at(found[-1]['time'])}.", f"The last snapshot was made at {backup.at(found[-1]['time'])}.")
        agreed(options)
        backup_target.load_images(place, target)
        folder = os.path.join(place.folder, "staging")
        shutil.rmtree(folder, ignore_errors=True)
        place.adopt(os.path.dirname(backup_target.fetch(place, target, found, folder)))
        backup.write_key(place, key)  # a snapshot from before the last rekey has the former one
        shutil.rmtree(folder, ignore_errors=True)
    if target not in place.targets():
        place.write_targets(target)
    place.note("card", printed=time.time(), confirmed=time.time())
    if place.has_database:
        cluster = backup_target.cluster_of(read(os.path.join(place.repository, backup_target.INFO)))
        for one in place.targets():
            place.note(f"push {one}", cluster=cluster)  # so that snapshots of it may follow those of an empty database
        for name in json.loads(place.sql(MARKS, DATABASE)):
            result = place.sql(f"SELECT {name}()", DATABASE)
            say(f"{name}: {result}", f"{name}: {result}")
    place.note("machine", began=0)
    if place.has_database:
        backup.attempt(place, backup.job("full"), None, time.time())
    place.timer_on()
    note_change("restore", "--new-machine", "done")
    say(*place.next_step)
    return 0


# ---- the restore test

def drill(place, options):
    """Restores the copy outside this server beside the live database, checks it, and measures the loss and the time."""
    with contextlib.redirect_stdout(sys.stderr if "--json" in options else sys.stdout):
        if "--at" in options:  # a moment that the copy does not reach is no failure of the copy
            place.note("drill", done=time.time(), why=None, **backup.drill(place, *target_at(options["--at"])))
            good = True
        else:
            good = backup.attempt(place, backup.job("drill"), None, time.time())
        backup.report(place)
    found = place.state()["drill"]
    note_change("drill", options.get("--at", ""), "done" if good else "failed")
    if "--json" in options:
        print(json.dumps({"ok": good, **(found if good else {"why": found["why"]})}, ensure_ascii=False))
    elif good:
        print_table([
            [text("снимок", "snapshot"), backup.at(found["snapshot"]), found["target"]],
            [text("база на момент", "database as of"), backup.at(found["moment"]), ""],
            [text("файлы, индексы, правила", "files, indexes, rules"), text("целы", "whole"), ""],
            [text("журналы как в рабочей базе", "journals equal the live ones"), *(text(f"таблиц: {len(found['tables'])}, строк: {sum(found['tables'].values())}", f"tables: {len(found['tables'])}, rows: {sum(found['tables'].values())}"), "")],
            [text("потеря данных", "loss of data"), ago(found["rpo_s"]), ""],
            [text("время восстановления", "time to restore"), ago(found["seconds"]), ""]])
        say("Копия восстанавливается.", "The copy can be restored.")
    else:
        warn("Копию вне сервера восстановить не удалось. Рабочая база не изменена. Что делать: docs/backup.md, «Если что-то не так»",
             "The copy outside the server could not be restored. The live database is unchanged. What to do: docs/backup.md")
    return 0 if good else 1


def agreed(options):
    """Ends unless a person types the word, or has given --yes."""
    if "--yes" not in options and ask("Чтобы продолжить, введите слово «вернуть»", 'To continue, type the word "restore"').lower() not in ("вернуть", "restore"):
        die(1, "Ничего не изменено.", "Nothing was changed.")


# The option that names what to do, of several the first one here: the function, and the other options.
VERBS = {"--xid": (in_place, {"--yes"}), "--before-deploy": (in_place, {"--yes"}), "--undo": (undo, {"--yes"}), "--look": (look, set()),
         "--rows": (rows, {"--at", "--yes"}), "--find-delete": (find_delete, {"--at"}), "--files": (files, {"--at"}),
         "--new-machine": (new_machine, {"--at", "--yes"}), "--drill": (drill, {"--at", "--json"}), "--at": (in_place, {"--yes"})}


def main(arguments):
    if arguments[:1] == ["files"]:
        arguments = ["--files", *arguments[1:]]
    options = options_of(arguments, VERBS.keys() - backup.FLAGS, backup.FLAGS) or {}
    named = next((one for one in VERBS if one in options), None)
    how, more = VERBS.get(named, (None, ()))
    if named is None or set(options) - {named, *more} or how is rows and "--at" not in options:
        options = None
    if how not in (files, new_machine):
        how = functools.partial(of_database, how)
    texts = backup.usage("drill", DRILL, DRILL_ROWS, TAIL) if "--drill" in arguments else backup.usage("restore", HEAD, ROWS, TAIL)
    deploy.interrupt_on_signals()
    return backup.run(texts, arguments, how, options)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
