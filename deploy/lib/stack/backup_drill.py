# SPDX-License-Identifier: MIT
"""The drill: proves that the snapshots outside this server can be restored, and measures what a loss of the server would cost. It
uses nothing of the repository on this server, and its own data have names of their own."""
import json
import os
import time

from say import step
from stack import backup_target
from stack.backup_instance import DATABASE, Instance
from stack.backup_place import Failed, size

# The data of the scratch instance, and of the repository from which it is restored (backup_place.py).
SCRATCH, REPOSITORY = "drill", "drill-repository"
# A row is written some time before its transaction commits; later rows are not compared.
MARGIN = 60
# Append-only tables, by the rights of the services on them, so that a new one is found: they have the time of the row, a service may
# insert rows, and none may delete or update whole rows (histories, audit, receipts of erasure). Columns that a service may update are not
# compared: the erasure of a person's data changes them.
APPEND_ONLY = """SELECT coalesce(json_object_agg(name, columns), '{}') FROM (
    SELECT c.oid::regclass::text AS name, (SELECT json_agg(quote_ident(attname) ORDER BY attname) FROM pg_attribute a
        WHERE a.attrelid = c.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
        AND NOT EXISTS (SELECT FROM pg_roles r WHERE rolname LIKE '%\\_runtime' AND has_column_privilege(r.oid, c.oid, attnum, 'UPDATE'))) AS columns
    FROM pg_class c WHERE relkind = 'r' AND EXISTS (SELECT FROM pg_attribute WHERE attrelid = c.oid AND attname = 'at' AND atttypid = 'timestamptz'::regtype)
    AND EXISTS (SELECT FROM pg_roles r WHERE rolname LIKE '%\\_runtime' AND has_table_privilege(r.oid, c.oid, 'INSERT'))
    AND NOT EXISTS (SELECT FROM pg_roles r WHERE rolname LIKE '%\\_runtime' AND has_table_privilege(r.oid, c.oid, 'DELETE, UPDATE, TRUNCATE'))) AS t"""
ROWS = "SELECT {name!r}, count(*), coalesce(sum(hashtextextended(ROW({columns})::text, 0)), 0) FROM {name} WHERE at < to_timestamp({before})"


def room(place):
    """Fails if the disk has no room for the repository and the database."""
    known = sum(os.path.getsize(os.path.join(folder, name)) for folder, _, names in os.walk(place.repository) for name in names)
    needed = known + int(place.sql("SELECT sum(pg_database_size(oid)) FROM pg_database"))
    if place.free_bytes() < needed:
        raise Failed(f"на диске нет места для проверки восстановления: нужно {size(needed)}, свободно {size(place.free_bytes())}. Место: df -h",
                     f"the disk has no room for the drill: {size(needed)} are needed, {size(place.free_bytes())} are free. Space: df -h")


def compare(place, side, before):
    """Fails if an append-only table of the instance differs from the live one in rows older than `before`. Returns the rows of each."""
    live, then = (json.loads(one(APPEND_ONLY, DATABASE)) for one in (place.sql, side.sql))
    both = {name: ", ".join(column for column in live[name] if column in then[name]) for name in live if name in then}
    script = ";".join(["SET TimeZone = 'UTC'", *(ROWS.format(name=name, columns=columns, before=before) for name, columns in both.items())])
    here, there = ([line.split("|") for line in one(script, DATABASE).splitlines()] for one in (place.sql, side.sql))
    wrong = [f"{mine[0]}: {copied[1]} / {mine[1]}" for mine, copied in zip(here, there) if mine != copied]
    if wrong:
        raise Failed(f"в копии не те строки, что в рабочей базе, хотя они старше её (в копии / в базе): {', '.join(wrong)}",
                     f"the copy lacks or has changed rows that are older than it (in the copy / in the live database): {', '.join(wrong)}")
    return {name: int(count) for name, count, _ in here}


def drop(place):
    """Stops the instance and deletes all data of a drill."""
    for name in (SCRATCH, REPOSITORY):
        if place.has_data(name):
            Instance(place, name).drop()


def drill(place, kind="default", aim=None, moment=None):
    """Restores the newest snapshots of the first target, and the database from them to the aim, as Instance.restore() has it; by
    default to the end of the log. Returns the result for state.json."""
    began, started, target = time.monotonic(), time.time(), place.targets()[0]
    drop(place)
    room(place)
    try:
        step(f"Восстанавливаю копию из {target}", f"Restoring the copy from {target}")
        found = backup_target.newest(place, target)
        place.make_data(REPOSITORY)
        there = place.elsewhere(REPOSITORY, lambda other, folder: backup_target.fetch(other, target, found, folder, alone=True))
        with Instance(there, SCRATCH, archive_mode="off", shared_buffers="64MB").restore(kind, aim, moment) as side:
            step("Проверяю восстановленную базу", "Checking the restored database")
            side.check()
            side.selfcheck()
            canary, last = map(float, side.sql("SELECT extract(epoch FROM at), extract(epoch FROM coalesce(pg_last_xact_replay_timestamp(), at)) FROM canary").split("|"))
            tables = compare(place, side, (moment or last) - MARGIN)
        return {"target": target, "snapshot": found[-1]["time"], "moment": moment or last, "tables": tables,
                "rpo_s": max(round((moment or started) - canary), 0), "seconds": round(time.monotonic() - began)}
    finally:
        drop(place)
