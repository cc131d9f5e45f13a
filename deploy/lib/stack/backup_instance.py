# SPDX-License-Identifier: MIT
"""An instance of PostgreSQL restored to a moment from the base backups and the archive. It runs beside the live server, without
network, and archives nothing: with an empty archive_command PostgreSQL collects the WAL to be archived until the data become
the live ones. The drill restores one from the newest snapshots outside this server, to prove that it can be done, and measures what a
loss of the server would cost. It uses nothing of the repository on this server, and its own data have names of their own."""
import contextlib
import json
import os
import re
import time

import services
from say import step, warn
from stack import backup_target, tree
from stack.backup_place import LONG, Failed, last_line, succeeded
from stack.smoke import OF_CLOCK

DATABASE = "tapbot"
# The invariants of a service, in its folder: rows of name, violations, acceptable number.
SELFCHECK = "src/maintenance/selfcheck.sql"
# hot_standby=off: the server accepts connections only when the moment is reached. Its memory is in addition to that of the live server.
SETTINGS = {"listen_addresses": "", "archive_command": "", "hot_standby": "off", "shared_buffers": "64MB"}


class Instance(contextlib.AbstractContextManager):
    """`name` names its data: look, rows, new, old, drill. `seconds`: PostgreSQL is stopped after this time, even if this process was killed."""

    def __init__(self, place, name, seconds=LONG, **settings):
        self.place, self.name, self.seconds, self.settings = place, name, seconds, {**SETTINGS, **settings}

    def restore(self, kind, target=None, moment=None):
        """Restores to the target and starts. `kind`: time, xid, name or default, as pgBackRest has them; `moment`: the time of the target,
        if it is known. The newest base backup is tried first. An older one is needed if the target was before it, or if a restore has
        undone the time in which it was made. Of several restore points of one name the first is meant, so for a name the oldest is tried first."""
        place = self.place
        known = [one for one in place.bases() if moment is None or one["time"] < moment]
        if not known:
            raise Failed("этот момент раньше самой старой копии базы: deploy/tapbot backup list", "this moment is before the oldest base backup: deploy/tapbot backup list")
        place.need_space(known[-1]["size"], "для второй базы", "for a second database")
        more = [f"--target={target}", "--target-action=promote"] if target else []
        more += ["--target-exclusive"] if kind == "xid" else []
        if moment and moment < place.state().get("restored", {}).get("at", 0):
            more += ["--target-timeline=current"]  # a restore may have undone it: it is in the archive, on the timeline of its base backup
        whys = []
        for one in known if kind == "name" else known[::-1]:
            self.drop()
            place.make_data(self.name)
            done = tree.run(*place.pgbackrest_beside(self.name, "restore", f"--set={one['label']}", f"--type={kind}", *more), timeout=LONG, **place.as_postgres())
            if done.returncode:
                self.drop()
                raise Failed(f"копия базы повреждена или неполна: {last_line(done)}. Рабочая база не тронута. Проверить копии: deploy/tapbot backup verify --deep",
                             f"the base backup is damaged or incomplete: {last_line(done)}. The live database is untouched. To check the copies: deploy/tapbot backup verify --deep")
            if self.start():
                self.base_at = one["time"]
                return self
            log = place.instance_log(self.name)
            # The last fatal line, and up to which moment it came.
            lines = re.findall(r"FATAL: +((?!the database system is).*)", log)[-1:] + re.findall(r"last completed transaction was at log time.*", log)[-1:]
            whys.append("; ".join(lines)[:300] or "?")
        self.drop()
        raise Failed(f"до этого момента базу не довести: в архиве нет части журнала или она повреждена, или такого момента нет ({whys[0]}). Рабочая база не тронута. "
                     "Проверить: deploy/tapbot backup verify --deep",
                     f"the database cannot be brought to this moment: a part of the log is missing or damaged, or there is no such moment ({whys[0]}). "
                     "The live database is untouched. To check: deploy/tapbot backup verify --deep")

    def start(self):
        """Starts PostgreSQL and waits until it accepts connections; False if it ends before."""
        ended = self.place.start_instance(self.name, self.seconds, self.settings)
        while self.place.client(self.name, "pg_isready", "-q").returncode:
            if ended():
                return False
            time.sleep(0.2)
        return True

    def sql(self, text, database="postgres"):
        return self.place.sql(text, database, self.name)

    def moment(self):
        """The time of the last transaction that was restored; of the base backup, if there is none after it."""
        return float(self.sql(f"SELECT extract(epoch FROM coalesce(pg_last_xact_replay_timestamp(), to_timestamp({self.base_at})))"))

    def stop(self):
        self.place.stop_instance(self.name)

    def drop(self, *_):
        self.stop()
        self.place.drop_data(self.name)

    __exit__ = drop

    def check(self):
        """Fails if a table or an index is damaged."""
        succeeded(self.place.client(self.name, "pg_amcheck", "--all", "--install-missing", timeout=LONG), "восстановленная база повреждена", "the restored database is damaged")
        for database in self.sql("SELECT datname FROM pg_database WHERE datallowconn").splitlines():
            self.sql("DROP EXTENSION IF EXISTS amcheck", database)

    def selfcheck(self):
        """Fails if the data break an invariant of a service."""
        for one in services.services():
            path = os.path.join(tree.ROOT, "services", one.name, SELFCHECK)
            if not os.path.exists(path) or not self.sql(f"SELECT to_regnamespace('{one.short}')", DATABASE):
                continue
            with open(path, encoding="utf-8") as file:
                script = file.read().replace("{rows}", "100000").replace("{swept_in_s}", "0")
            try:
                found = [line.split("|") for line in self.sql(f"SET search_path = {one.short}, public; {script}", DATABASE).splitlines()]
            except Failed as error:  # tables of a former version
                warn(f"Правила {one.name} не проверены: {error.why[0]}", f"The rules of {one.name} were not checked: {error.why[1]}")
                continue
            wrong = [f"{name}: {count}" for name, count, most in found if name not in OF_CLOCK and int(count) > int(most)]
            if wrong:
                raise Failed(f"восстановленная база нарушает правила {one.name}: {', '.join(wrong)}", f"the restored database breaks the rules of {one.name}: {', '.join(wrong)}")


# ---- the drill

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
    """Fails if the disk has no room for the repository and the database. What must stay free has room for the log of the instance."""
    known = sum(os.path.getsize(os.path.join(folder, name)) for folder, _, names in os.walk(place.repository) for name in names)
    place.need_space(known + int(place.sql("SELECT sum(pg_database_size(oid)) FROM pg_database")), "для проверки восстановления", "for the drill")


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
        with Instance(there, SCRATCH, archive_mode="off").restore(kind, aim, moment) as side:
            step("Проверяю восстановленную базу", "Checking the restored database")
            side.check()
            side.selfcheck()
            canary, last = map(float, side.sql("SELECT extract(epoch FROM at), extract(epoch FROM coalesce(pg_last_xact_replay_timestamp(), at)) FROM canary").split("|"))
            tables = compare(place, side, (moment or last) - MARGIN)
        return {"target": target, "snapshot": found[-1]["time"], "moment": moment or last, "tables": tables,
                "rpo_s": max(round((moment or started) - canary), 0), "seconds": round(time.monotonic() - began)}
    finally:
        drop(place)
