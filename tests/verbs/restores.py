# SPDX-License-Identifier: MIT
"""deploy/tapbot restore: its rules as functions, and the verb on the demo's PostgreSQL with the schema and rows of booking-api."""
import contextlib
import glob
import io
import json
import os
import pwd
import re
import shutil
import subprocess
import tempfile
import threading
import time
from unittest import mock

from backups import Demo, Server, cut, demo, flip_bits
from machine import Machine
from stack import backup, backup_key, backup_place, backup_target, init, link, restore, tree, up
from stand import ROOT, in_gate, patience, timed, wait_until

GONE = "SELECT id FROM booking.apartment WHERE city = 'almaty' ORDER BY id LIMIT 25"
# What a person deletes in Directus: apartments, with everything that references them.
DELETE = f"""BEGIN; CREATE TEMP TABLE gone AS {GONE};
DELETE FROM booking.booking_history WHERE booking_id IN (SELECT id FROM booking.booking WHERE apartment_id IN (TABLE gone));
DELETE FROM booking.booking WHERE apartment_id IN (TABLE gone); DELETE FROM booking.occupancy WHERE apartment_id IN (TABLE gone);
DELETE FROM booking.apartment_night WHERE apartment_id IN (TABLE gone); DELETE FROM booking.quote WHERE apartment_id IN (TABLE gone);
DELETE FROM booking.apartment WHERE id IN (TABLE gone); COMMIT"""
# All rows of the tables, without their place in the feed.
ROWS = "SELECT md5(string_agg(row::text, '' ORDER BY row::text)), count(*) FROM (SELECT to_jsonb(t) - 'feed_tx' - 'feed_epoch' AS row FROM {table} t) AS t"
EPOCH = "SELECT column_default FROM information_schema.columns WHERE table_schema = 'booking' AND table_name = 'outbox' AND column_name = 'epoch'"
TABLES = ("booking.apartment", "booking.occupancy", "booking.booking", "booking.booking_history", "booking.apartment_night")
# What the erasure of a guest writes, and that of a driver.
ERASED = "INSERT INTO booking.erasure SELECT gen_random_uuid(), tenant_id, now(), '{}' FROM booking.apartment LIMIT 1"
DRIVER_ERASED = """INSERT INTO booking.audit (actor, route, action, resource_type, resource_id, resource_version)
SELECT 'test', 'r', action, type, gen_random_uuid(), 2 FROM (VALUES ('driver.erase', 'driver'), ('driver.update', 'driver'), ('guest.erase', 'erasure')) AS t (action, type)"""
# A key of the client n8n, whose name and hash are made of a word of four letters.
KEY = """INSERT INTO api.api_key (id, client_id, hash, prefix, scopes)
SELECT gen_random_uuid(), id, sha256('{0}'), 'tb_live_{0}', 'all' FROM api.client WHERE name = 'n8n'"""


class Killed(BaseException):
    """Like kill -9."""


class Filled:
    """A demo with the rows of booking-api and a base backup of them."""

    def __init__(self, one):
        self.one = one

    def restore(self, *words, code=0, **options):
        """Expects the exit status; returns the output."""
        done = self.one.backup(*words, verb="restore", **options)
        assert done.returncode == code and "Traceback" not in done.stderr, f"{words}: {done.returncode} {done.stderr}{done.stdout}"
        return done.stdout + done.stderr

    def sql(self, text):
        return self.one.servers("sql", text, "tapbot")

    def content(self):
        return {table: self.sql(ROWS.format(table=table)) for table in TABLES}

    def now(self):
        """The present, and a moment later something is committed."""
        moment = self.sql("SELECT clock_timestamp()")
        wait_until("the next millisecond", 5, lambda: self.sql("SELECT clock_timestamp()") > moment)
        return moment


@contextlib.contextmanager
def filled():
    with demo() as one:
        one.servers("fill")
        one.good("init", "--target", one.target)
        one.good("now")
        yield Filled(one)


@contextlib.contextmanager
def without_backups():
    """A demo without backups, until drills.py switches them on."""
    with demo() as one:
        yield one


@contextlib.contextmanager
def spoiled():
    """Another one, for cases after which its data break rules."""
    with filled() as one:
        yield one


# ---- rules as functions

def moments():
    """A moment is a time of today, a date with a time, or how long ago; others and those that lie ahead are refused. They are of Almaty
    on any machine, also where the day is another one."""
    try:
        for zone in ("UTC", "Asia/Almaty", "America/Los_Angeles"):
            with mock.patch.dict(os.environ, TZ=zone):
                time.tzset()
                moments_there()
    finally:
        time.tzset()


def moments_there():
    now = 1795352400  # 2026-11-22 18:00 in Almaty
    assert restore.moment_of("00:30", now - 17 * 3600) == now - 17.5 * 3600 and backup.at(now) == "2026-11-22 18:00"
    for typed, seconds in (("30m", 1800), ("2h", 7200), ("3d", 259200), ("17:05", 3300), ("17:05:30", 3270), ("2026-11-22 17:00", 3600), ("2026-11-21 18:00:00", 86400)):
        assert now - restore.moment_of(typed, now) == seconds, typed
    assert restore.moment_of("2026-11-22 00:00:00+05:00", now) == restore.moment_of("2026-11-21T19:00:00Z", now)
    for typed in ("", "yesterday", "18:01", "99:99", "3", "-1h", "2027-01-01 00:00"):
        try:
            restore.moment_of(typed, now)
        except SystemExit as error:
            assert error.code == 2
        else:
            raise AssertionError(typed)
    # Soon after midnight the time that was meant is yesterday's.
    with contextlib.redirect_stderr(io.StringIO()) as printed, contextlib.suppress(SystemExit):
        restore.moment_of("23:50", now - 17 * 3600)
    assert "2026-11-21 23:50" in printed.getvalue(), printed.getvalue()


def parents_first():
    """Tables that reference a table come after it, in any order of the constraints, and even if two reference each other."""
    links = [{"table": table, "parent": parent} for table, parent in (("history", "booking"), ("booking", "stay"), ("booking", "flat"), ("stay", "flat"), ("flat", "owner"))]
    for given in (links, links[::-1]):
        assert restore.with_children("flat", given) == ["flat", "stay", "booking", "history"], given
    assert restore.with_children("history", links) == ["history"]
    assert set(restore.with_children("a", [{"table": "a", "parent": "b"}, {"table": "b", "parent": "a"}])) == {"a", "b"}


def journals():
    """Tables of the services that are queues, journals or positions are refused; those that people edit are not."""
    for name in ("outbox", "audit", "idempotency", "booking_history", "feed_tombstone", "schema_migration", "delivery_lane", "sending", "sending_pause", "update", "vector_due", "feed_place"):
        assert restore.NOT_OURS.fullmatch(name), name
    for name in ("apartment", "owner", "booking", "occupancy", "apartment_night", "tenant_settings", "bot", "bot_messages", "person", "driver", "trip", "ride"):
        assert not restore.NOT_OURS.fullmatch(name), name


# ---- the verb on the demo

def wrong_words(one):
    """Wrong arguments end with status 2; without backups the next step is named."""
    for words in ((), ("--yes",), ("--rows", "apartment"), ("--at",), ("--undo", "--at", "1h"), ("--xid", "1", "--at", "1h"), ("--look", "1h", "--yes"), ("--look", "1h", "--rows", "x", "--at", "1h"), ("apartment",)):
        done = one.backup(*words, verb="restore")
        assert done.returncode == 2 and "deploy/tapbot restore" in done.stderr, f"{words}: {done.returncode} {done.stderr}"
    for words in (("--look", "1h"), ("--at", "1h"), ("--rows", "apartment", "--at", "1h"), ("--undo",)):
        assert "deploy/tapbot backup init" in one.refused(*words, verb="restore"), words


def hinted(one, printed, text):
    """What the command that the verb has printed answers to a statement."""
    done = subprocess.run(["bash", "-c", f"cd / && {re.search('PGPASSWORD.*', printed)[0]} -XAtc '{text}'"], capture_output=True, text=True, check=False)
    return (done.stdout + done.stderr).strip()


def look(one):
    """The database at a moment runs beside the live one: without network, read-only, archiving nothing."""
    moment = one.now()
    one.sql("DELETE FROM booking.apartment_night")
    printed = one.restore("--look", moment)
    assert int(hinted(one, printed, "SELECT count(*) FROM booking.apartment_night")) > int(one.sql("SELECT count(*) FROM booking.apartment_night")) == 0
    assert "read-only" in hinted(one, printed, "DELETE FROM booking.quote")
    assert hinted(one, printed, "SHOW listen_addresses; SHOW archive_command") == ""
    assert "before the oldest base backup" in one.restore("--look", "900d", code=1)
    # A second one takes the place of the first.
    assert "Ready" in one.restore("--look", moment)


def rows(one):
    """Deleted apartments return with all that was deleted with them, once; later bookings and changes stay, and the feed shows the rows again."""
    before, moment = one.content(), one.now()
    one.sql(DELETE)
    one.sql("UPDATE booking.apartment SET title_ru = 'позже' WHERE id = (SELECT max(id::text)::uuid FROM booking.apartment)")
    later = "SELECT count(*) FROM booking.apartment WHERE title_ru = 'позже'"
    place = one.sql("SELECT max(tx::text::bigint) FROM booking.feed_apartments")
    refused = one.restore("--rows", "apartment", "--at", moment, code=1, typed="no\n")
    assert "Nothing was changed" in refused and "ALM-001" in refused and "And more rows: 5" in refused and "With them booking.booking: " in refused, refused
    printed = one.restore("--rows", "apartment", "--at", moment, typed="restore\n")
    assert "booking.apartment: 25 put back" in printed and "omitted" not in printed, printed
    after = one.content()
    assert {table for table in TABLES if after[table] != before[table]} == {"booking.apartment"} and one.sql(later) == "1", (before, after)
    assert one.sql("SELECT count(*) FROM booking.feed_tombstone") == "0"
    assert one.sql(f"SELECT count(*) FROM booking.feed_apartments WHERE tx::text::bigint > {place} AND NOT deleted") == "25"
    assert "Nothing was deleted" in one.restore("--rows", "apartment", "--at", moment)
    for table, expected in (("outbox", "a journal or a queue"), ("booking.booking_history", "a journal or a queue"), ("nothing", "There is no table")):
        assert expected in one.restore("--rows", table, "--at", moment, code=2), table


def taken(one):
    """A stay whose nights were booked since is omitted, and reported; the others are put back. Columns that were added since get their default."""
    moment = one.now()
    one.sql("DELETE FROM booking.booking_history; DELETE FROM booking.booking; CREATE TABLE kept AS TABLE booking.occupancy; DELETE FROM booking.occupancy")
    one.sql("""ALTER TABLE booking.occupancy ADD COLUMN since text NOT NULL DEFAULT 'new';
        INSERT INTO booking.occupancy (id, tenant_id, apartment_id, kind, status, check_in, check_out, buffer_days)
        SELECT gen_random_uuid(), tenant_id, apartment_id, 'block', 'blocked', check_in, check_out, buffer_days FROM kept WHERE kind = 'booking' AND status = 'confirmed' LIMIT 1""")
    count = int(one.sql("SELECT count(*) FROM kept"))
    printed = one.restore("--rows", "booking.occupancy", "--at", moment, "--yes")
    assert f"booking.occupancy: {count - 1} put back, 1 omitted" in printed and re.search(r"booking\.booking: \d+ put back, 1 omitted", printed), printed
    assert one.sql("SELECT count(*) FROM booking.occupancy WHERE since = 'new'") == str(count)


def messages(one):
    """Deleted messages return to the feed as live ones only, and search-api may write them again; those of another tenant stay deleted."""
    script = "CREATE SCHEMA bot; CREATE SCHEMA search; SET search_path = bot, public; CREATE TABLE bot (id uuid PRIMARY KEY, name text);"
    for schema, path in (("bot", "bot-gateway/schema/0009-history.sql"), ("search", "search-api/schema/0001-documents.sql")):
        with open(os.path.join(ROOT, "services", path), encoding="utf-8") as file:
            script += f"SET search_path = {schema}, public; {file.read()};"
    one.sql(script)
    one.sql("""INSERT INTO bot.bot VALUES (gen_random_uuid(), 'one');
        INSERT INTO bot.message (id, tenant_id, bot_id, chat_id, message_id, direction, text, sent_at) SELECT gen_random_uuid(), id, id, 5, n, 'in', 'text', now() FROM bot.bot, generate_series(1, 3) n""")
    moment = one.now()
    one.sql("DELETE FROM bot.message")
    one.sql("""INSERT INTO search.document_tombstone (tenant_id, id, version) SELECT tenant_id, id::text, 9223372036854775807 FROM bot.message_tombstone
        UNION ALL SELECT gen_random_uuid(), id::text, 1 FROM bot.message_tombstone""")
    one.sql(ERASED)
    printed = one.restore("--rows", "message", "--at", moment, "--yes")
    assert "bot.message: 3 put back" in printed and "personal data were erased on request, 1 times" in printed, printed
    feed = one.sql("SELECT count(*) || ' ' || count(DISTINCT id) || ' ' || count(*) FILTER (WHERE deleted) FROM bot.feed_messages")
    assert feed == "3 3 0" and one.sql("SELECT string_agg(version::text, ' ') FROM search.document_tombstone") == "1 1 1", feed
    one.sql("DELETE FROM bot.message; DROP SCHEMA bot, search CASCADE")


TRIP = """INSERT INTO driver (id, tenant_id, name, phone, status) VALUES (gen_random_uuid(), gen_random_uuid(), 'Асхат', '+77010000001', 'active');
INSERT INTO car (id, tenant_id, driver_id, make, model, color, plate, seats, doors, year) SELECT id, tenant_id, id, 'Toyota', 'Camry', 'белый', '777ABC05', 4, 4, 2019 FROM driver;
INSERT INTO trip (id, tenant_id, driver_id, car_id, stops, segment_prices, departs_at, arrives_at, busy, seats)
SELECT id, tenant_id, id, id, '[{}, {}]', '[100]', now(), now() + interval '1 hour', tstzrange(now(), now() + interval '2 hours'), 4 FROM driver;
INSERT INTO trip_load (trip_id, segments, seats, cargo_units, child_seats, seat_load, cargo_load, child_load) SELECT id, 1, 4, 16, 0, '{0}', '{0}', '{0}' FROM trip;
INSERT INTO trip_leg (trip_id, from_stop, to_stop, tenant_id, from_place, to_place, departs_at, arrives_at, seat_price) SELECT id, 0, 1, tenant_id, 'almaty', 'konaev', departs_at, arrives_at, 100 FROM trip;
INSERT INTO ride (id, tenant_id, code, kind, status, trip_id, from_stop, to_stop, from_place, to_place, seats, seat_load, cargo_load, child_load, passenger_name, lines, total, deposit, policy, agreed_at)
SELECT id, tenant_id, 'R7K2M9QX', 'seat', 'confirmed', id, 0, 1, 'almaty', 'konaev', 1, 1, 0, 0, 'Айгуль', '[]', 0, 0, 'moderate', now() FROM trip;
UPDATE trip_leg SET departs_at = departs_at + interval '10 minutes'"""


def trips(one):
    """A deleted trip returns with its rides. They take their seats once, and keep the departure that was agreed before a delay."""
    script = "CREATE SCHEMA ride; SET search_path = ride, public;"
    for name in ("0001-drivers", "0002-trips", "0003-rides", "0024-agreed-departures"):
        with open(os.path.join(ROOT, f"services/booking-api/rides/schema/{name}.sql"), encoding="utf-8") as file:
            script += f"{file.read()};"
    one.sql(script + TRIP)
    moment = one.now()
    one.sql("DELETE FROM ride.ride; DELETE FROM ride.trip_leg; DELETE FROM ride.trip_load; DELETE FROM ride.trip")
    printed = one.restore("--rows", "trip", "--at", moment, "--yes")
    assert "ride.trip: 1 put back" in printed and "ride.ride: 1 put back" in printed and "omitted" not in printed, printed
    found = one.sql("SELECT l.seat_load::text, g.departs_at - r.agreed_departs_at FROM ride.trip_load l JOIN ride.ride r USING (trip_id) JOIN ride.trip_leg g USING (trip_id)")
    assert found == "{1}|00:10:00", found
    one.sql("DROP SCHEMA ride CASCADE")


def in_place(one):
    """The database returns to a moment, checked and marked, in place of the live one; --undo brings the former back, and --undo again the
    other. Each can be restored to a moment afterwards."""
    one.sql(f"INSERT INTO api.client (id, tenant_id, name) SELECT gen_random_uuid(), id, 'n8n' FROM api.tenant WHERE name = 'demo'; {KEY.format('Kept')}")
    early, moment = one.content(), one.now()
    one.sql(f"{KEY.format('Late')}; UPDATE api.api_key SET revoked_at = now()")
    one.sql(f"SET search_path = booking, public; {DELETE}; UPDATE apartment SET title_ru = 'позже'; {ERASED}; {DRIVER_ERASED}")
    late, undone = one.content(), one.now()
    refused = one.restore("--at", moment, code=1, typed="no\n")
    left = int(one.sql("SELECT count(*) FROM booking.apartment"))
    assert re.search(rf"booking\.apartment +66 +{left} +{left}\n", refused) and "Nothing was changed" in refused and one.content() == late, refused
    assert "personal data were erased on request, 2 times" in refused, refused
    assert "API keys revoked since this moment become valid again: tb_live_Kept. " in refused, refused
    printed = one.restore("--at", moment, typed="restore\n")
    assert re.search(r"booking\.after_restore: epoch of events: \d{7}", printed) and "Base backup: full" in printed, printed
    same_content(one, early)
    assert one.sql("SELECT count(*) FROM pg_extension WHERE extname = 'amcheck'") == "0"
    assert one.sql(EPOCH) > "1" and one.sql("SHOW archive_mode") == "on"
    assert hinted(one, one.restore("--look", undone), "SELECT count(*) FROM booking.apartment") == str(left), "a moment that was undone"
    replaced = one.now()
    assert "erased on request" not in one.restore("--undo", code=1, typed="\n")
    one.sql(ERASED)
    refused = one.restore("--undo", code=1, typed="\n")
    assert "Nothing was changed" in refused and "personal data were erased on request, 1 times" in refused, refused
    one.restore("--undo", "--yes")
    assert one.sql("SELECT count(*) FROM booking.apartment") == str(left)
    # The base backups of both restores do not expire the earlier one.
    assert hinted(one, one.restore("--look", moment), "SELECT count(*) FROM booking.apartment") == "66", "the same moment once more"
    if in_gate():
        return
    assert hinted(one, one.restore("--look", replaced), "SELECT count(*) FROM booking.apartment") == "66", "a moment that --undo has undone"
    undone = one.now()
    one.restore("--undo", "--yes")
    assert one.sql("SELECT count(*) FROM booking.apartment") == "66"
    assert hinted(one, one.restore("--look", undone), "SELECT count(*) FROM booking.apartment") == str(left), "a moment that the second --undo has undone"
    one.one.good("verify")
    # A tick retains the former database for a week.
    one.one.good("tick")
    assert one.restore("--undo", code=1, typed="no\n")
    state = os.path.join(one.one.keys, "state.json")
    with open(state, encoding="utf-8") as file:
        known = json.load(file)
    known["restored"]["at"] -= 8 * 86400
    with open(state, "w", encoding="utf-8") as file:
        json.dump(known, file)
    one.one.good("tick")
    assert "no former database" in one.restore("--undo", "--yes", code=1)
    # A moment in the timeline that began last.
    one.sql("UPDATE booking.owner SET name = 'before'")
    moment = one.now()
    one.sql("UPDATE booking.owner SET name = 'after'")
    one.restore("--at", moment, "--yes")
    assert one.sql("SELECT DISTINCT name FROM booking.owner") == "before"


def killed_in_swap(one):
    """PostgreSQL starts with the former data if the new ones are not in place yet, else with the new ones; never with none."""
    rows = one.servers("sql", "SELECT count(*) FROM kept")
    for renames, folders in ((1, {"pg", "pg-new"}), (2, {"pg", "pg-old"})):
        there = set(one.servers("killed", str(renames)).split())
        assert {name for name in there if re.fullmatch(r"pg(-\w+)?", name)} == folders and ("new" in there) == (renames == 2), there
        assert one.servers("sql", "SELECT count(*) FROM kept") == rows
        shutil.rmtree(os.path.join(one.state, "pg-new"), ignore_errors=True)


def noted_before_the_swap():
    """The moment of the replacement is stored before it begins: it is why a tick retains the former database."""
    place, other = mock.MagicMock(), mock.MagicMock()
    place.answers.return_value, place.swap.side_effect, other.sql.return_value = False, Killed, "[]"
    with contextlib.suppress(Killed), contextlib.redirect_stdout(io.StringIO()):
        restore.exchange(place, other, "--at 1h")
        assert False, "not killed"
    assert [one.args for one in place.note.call_args_list] == [("restored",)], place.note.call_args_list


def killed_in_undo():
    """The former database remains the former one until it is the live one: a tick would delete another. From then on the replaced one is the
    former one: without a name, its volume would remain. `up` starts what .env names, although the container still has the other one."""
    env, both = {"POSTGRES_VOLUME": "live"}, ["live", "former"]

    def killed(values, written):
        env.update(values if written else {})
        raise Killed
    with tempfile.TemporaryDirectory() as folder, mock.patch.object(tree, "env_read", lambda *_: env):
        place = backup_place.Stack.__new__(backup_place.Stack)
        place.folder = folder
        place.note("volumes", old="former", new=None)
        for written in (False, True, False, True, True):
            with contextlib.suppress(Killed), mock.patch.object(backup_place.settings, "env_write", lambda values, written=written: killed(values, written)):
                place.swap("old")
            with mock.patch.object(init, "mounted_volumes", return_value=both[:1]):
                up.refuse_other_database(place.state()["volumes"])
            both = both[::-1] if written else both
            assert [place.data_of(name) for name in ("live", "old", "new")] == [*both, "tapbot_restore-new"], (written, place.state())


def copies_beside():
    """While a restore prepares the database and waits for the word, copies are sent and reported; not while it replaces the database."""
    with tempfile.TemporaryDirectory() as folder:
        one, reported, threads, replaced = Server(folder), threading.Event(), threading.active_count(), []
        one.answers, one.has_data, one.recover = (lambda: False), (lambda _: True), (lambda _: {})

        def agreed(_options):
            assert reported.wait(patience(10)), "no heartbeat while it waits"
            reported.clear()

        with mock.patch.object(restore, "Instance") as made, mock.patch.object(restore, "agreed", agreed), mock.patch.object(backup, "run_due"), \
                mock.patch.object(backup, "TICK_SECONDS", 0.01), mock.patch.object(backup, "report", lambda _: reported.set()), \
                mock.patch.object(restore, "exchange", lambda *_, **__: replaced.append(threading.active_count())), contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            new = made.return_value.__enter__.return_value
            new.sql.return_value, new.moment.return_value = "1", 1.0
            assert restore.in_place(one, {"--xid": "1"}) == restore.undo(one, {}) == 0 and replaced == [threads] * 2, replaced


def services_start():
    """After a restore the roles have the passwords of secrets/, and the services start with the schema of their version, or with that of the data.
    If a migration or a start fails, they start as far as they can, the stack stays closed, and the status is 1."""
    modules = backup.backup_place
    place = modules.Stack.__new__(modules.Stack)
    name = "booking-api"
    one = {"Id": "two", "Name": "/two", "Config": {"Labels": {"com.docker.compose.service": name}}}
    refused = modules.rollout.Refused("нет", "no table")
    for migrate, wrong, code in ((True, None, 0), (False, None, 0), (True, refused, 0), (True, None, 1)):
        with mock.patch.object(modules.tree, "running", side_effect=lambda asked: [one] * (asked == name)), mock.patch.object(modules.maintenance, "since", return_value=None), \
                mock.patch.object(modules.maintenance, "turn_on"), mock.patch.object(modules.maintenance, "turn_off") as opened, mock.patch.object(modules.deploy_lock, "held", return_value=contextlib.nullcontext()), \
                mock.patch.object(modules.tree, "compose") as compose, mock.patch.object(modules.schemas, "run_one") as passwords, mock.patch.object(modules.schemas, "migrate", side_effect=wrong) as migrated, \
                mock.patch.object(modules.tree, "docker", return_value=subprocess.CompletedProcess([], code, "", "no container")) as docker, contextlib.redirect_stderr(io.StringIO()) as printed:
            try:
                with place.closed(migrate):
                    assert compose.call_args.args == ("stop", name) and not docker.called, compose.call_args
                assert not wrong and not code, "the failure is not noticed"
            except SystemExit as end:
                assert end.code == 1 and (wrong or code), (wrong, code)
        assert migrated.called == migrate and docker.call_args.args == ("start", "two") and opened.called == (not wrong and not code), (migrate, wrong, code)
        assert passwords.call_args.args == ("postgres-roles",), passwords.call_args
        assert ("sudo deploy/tapbot up" in printed.getvalue()) == bool(wrong or code), printed.getvalue()


def same_content(one, before):
    after = one.content()
    assert after == before, {table: (before[table], after[table]) for table in TABLES if before[table] != after[table]}


def one_transaction(one):
    """--xid restores to the state just before a transaction, also from the base backup before the newest; --before-deploy to a restore point."""
    before = one.content()
    number = one.sql("BEGIN; SELECT pg_current_xact_id(); DELETE FROM booking.booking_history; COMMIT").strip()
    one.sql("UPDATE booking.owner SET name = 'after'")
    one.one.good("now", "--full")
    undone = one.now()
    assert "Its last transaction: " in one.restore("--xid", number, "--yes")
    same_content(one, before)
    later = "SELECT count(*) FROM booking.owner WHERE name = $$after$$"
    assert int(one.sql(later)) == 0 < int(hinted(one, one.restore("--look", undone), later)), "a moment that was undone"
    assert "no such moment" in one.restore("--before-deploy", "v7", "--yes", code=1)
    one.sql("SELECT pg_create_restore_point('deploy-v7')")
    one.one.good("now", "--full")
    one.sql("UPDATE booking.owner SET name = 'once more'")
    one.sql("SELECT pg_create_restore_point('deploy-v7')")
    # The first of several points, also from an older base backup; a person reads of which time it is.
    refused = one.restore("--before-deploy", "v7", code=1, typed="no\n")
    assert re.search(r"Its last transaction: \d{4}-\d\d-\d\d \d\d:\d\d in Almaty, \d+ (s|min) ago\n.*Nothing was changed", refused, re.S), refused
    assert "deploy/tapbot rollback" in one.restore("--before-deploy", "v7", "--yes")
    same_content(one, before)
    assert one.sql("SELECT count(*) FROM booking.owner WHERE name = 'once more'") == "0"


def damaged(one):
    """A damaged base backup, a damaged or missing file of the log, and data that break a rule of bookings are refused; the live database goes on."""
    moment = one.now()
    one.sql("UPDATE booking.owner SET name = 'later'")
    one.restore("--look", moment)  # completes the archive
    started = "SELECT pg_postmaster_start_time()"
    before, since = one.content(), one.sql(started)
    logs = sorted(glob.glob(os.path.join(one.one.state, "repository/archive/tapbot/*/*/0*.zst")))
    cases = [(glob.glob(os.path.join(one.one.state, "repository/backup/tapbot/*F/bundle/1"))[0], flip_bits), (logs[-1], cut), (logs[-1], os.unlink)]
    for path, how in cases[-1:] if in_gate() else cases:  # a damaged bundle is refused only after 40 s
        kept = shutil.copy2(path, os.path.join(one.one.folder, "kept"))
        how(path)
        try:
            printed = one.restore("--at", moment, "--yes", code=1)
            assert "untouched" in printed and "verify --deep" in printed, printed
        finally:
            shutil.copy2(kept, path)
            shutil.chown(path, backup_user(one), backup_user(one))
    one.sql("DELETE FROM booking.booking_history")
    moment = one.now()
    one.sql("UPDATE booking.owner SET name = 'last'")
    assert "history_not_status" in one.restore("--at", moment, "--yes", code=1)
    assert one.sql(started) == since and one.sql("SELECT DISTINCT name FROM booking.owner") == "last" and before["booking.booking"] == one.content()["booking.booking"]
    assert not glob.glob(os.path.join(one.one.state, "pg-new*")), "data are left behind"


def backup_user(one):
    return pwd.getpwuid(os.stat(os.path.join(one.one.state, "pg")).st_uid).pw_name


def named_files(one):
    """Files of a snapshot are written to a new folder that only the owner can read; a name that it lacks is answered with names that it has."""
    printed = one.restore("files", "pg.password")
    folder = re.search(r"in the folder (\S+)", printed)[1]
    (path,) = [os.path.join(at, name) for at, _, names in os.walk(folder) for name in names]
    with open(path, "rb") as copy, open(os.path.join(one.one.state, "pg.password"), "rb") as live:
        assert copy.read() == live.read() and os.stat(path).st_mode & 0o777 == 0o600
    refused = one.restore("files", "no-such", code=1)
    assert "pg.password" in refused, refused
    assert "no snapshot that old" in one.restore("files", "state", "--at", "900d", code=1)


def files_of_another_target():
    """Files come from the first target that answers; the others are named. If none answers, the last one is named as the reason."""
    def snapshots(_, target):
        if target in away:
            raise backup_place.Failed(f"{target} нет", f"{target} is away")
        return [{"id": "1", "time": 1}]
    listed = subprocess.CompletedProcess([], 0, json.dumps({"type": "file", "path": "/files/host/.env"}), "")
    for away, wanted in (((), "/a"), (("/a",), "/b"), (("/a", "/b"), None)):
        with tempfile.TemporaryDirectory() as folder, mock.patch.object(backup_target, "snapshots", snapshots), mock.patch.object(backup_target, "call", return_value=listed) as called, \
                contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()) as printed, mock.patch("say.ENGLISH", True):
            place = mock.Mock(folder=folder)
            place.targets.return_value, place.restic.return_value = ["/a", "/b"], subprocess.CompletedProcess([], 0, "", "")
            why = None
            try:
                assert restore.files(place, {"--files": ".env"}) == 0
            except backup_place.Failed as error:
                why = error.why[1]
        assert why == (None if wanted else "/b is away") and ("/a is away" in printed.getvalue()) == bool(away), (away, why, printed.getvalue())
        assert not wanted or called.call_args.args[1] == place.restic.call_args.args[0] == wanted, (away, called.call_args, place.restic.call_args)


def deletions(one):
    """--find-delete lists the committed transactions that deleted rows of the table, with their number of rows; the others are not listed."""
    one.sql("CREATE TABLE booking.note AS SELECT generate_series(1, 5000) AS id; CREATE TABLE booking.other AS TABLE booking.note")
    first = one.sql("BEGIN; SELECT pg_current_xact_id(); DELETE FROM booking.other; DELETE FROM booking.note WHERE id <= 4000; COMMIT")
    one.sql("BEGIN; DELETE FROM booking.note; ROLLBACK")
    one.sql("SELECT pg_switch_wal()")
    second = one.sql("BEGIN; SELECT pg_current_xact_id(); DELETE FROM booking.note WHERE id <= 4007; COMMIT")
    printed = one.restore("--find-delete", "note")
    assert re.findall(r"^\d{4}-\d\d-\d\d [\d:]{8}  (\d+) +(\d+)$", printed, re.M) == [(first, "4000"), (second, "7")], printed
    one.sql("DROP TABLE booking.note, booking.other")
    assert "No rows were deleted" in one.restore("--find-delete", "booking.owner") and "no table" in one.restore("--find-delete", "nothing", code=2)


# pgBackRest, after whose `restore` PostgreSQL accepts connections some seconds before it accepts writes: at the end of the log it waits.
SLOW = """#!/bin/sh
{program} "$@" || exit
case $* in *" restore") sed -i "/^restore_command/s/'$/ || {{ sleep 1; false; }}'/" "$TAPBOT_VAR/demo/pg/postgresql.auto.conf" ;; esac
"""


def new_machine(one):
    """Another machine gets the database and the keys from the address and the key of the card, even if its recovery is slow. A wrong key is
    refused within seconds. Copies follow, even if the newest snapshot was of another database."""
    one.sql("UPDATE booking.owner SET name = 'last'")
    one.one.good("now")
    before, moment = one.content(), one.now()
    one.sql("UPDATE booking.owner SET name = 'later'")
    one.one.good("now")
    with tempfile.TemporaryDirectory(prefix="tapbot-backup-") as folder:
        os.chmod(folder, 0o755)
        info = os.path.join(folder, "repository", backup_target.INFO)  # of an empty database, made in place of this one
        os.makedirs(os.path.dirname(info))
        with open(info, "w", encoding="ascii") as file:
            file.write("db-system-id=7123456789012345678\n")
        subprocess.run(["restic", "--quiet", "--no-cache", "--repo", f"{one.one.target}/demo", "--password-file", os.path.join(one.one.keys, "password"), "backup", "--host", "demo", "--tag", "archive",
                        os.path.join(folder, "repository", "archive")], check=True)
        other = Filled(Demo(folder))
        with open(os.path.join(folder, "bin", "pgbackrest"), "w", encoding="ascii") as file:
            file.write(SLOW.format(program=shutil.which("pgbackrest")))
        for key, expected in (("0000", "misspelt"), (backup_key.make(), "the key does not open the copy")):
            began = time.monotonic()
            assert expected in other.restore("--demo", "--new-machine", "--yes", code=1, typed=f"{one.one.target}/demo\n{key}\n")
            assert time.monotonic() - began < 10 or not timed()
            assert os.listdir(other.one.keys) == ["lock"] and not os.path.exists(os.path.join(other.one.state, "pg"))
        try:
            assert "no snapshot with the database that old" in other.restore("--demo", "--new-machine", "--yes", "--at", "900d", code=1, typed=f"{one.one.target}/demo\n{one.one.key()}\n")
            printed = other.restore("--demo", "--new-machine", "--yes", "--at", moment, typed=f"{one.one.target}/demo\n{one.one.key()}\n")
            assert "The last snapshot was made at" in printed and "Done" in printed, printed
            assert other.content() == before and other.sql("SELECT DISTINCT name FROM booking.owner") == "last"
            other.one.good("now")
            assert "There are data here" in other.restore("--demo", "--new-machine", "--yes", code=1)
        finally:
            other.one.servers("stop")


# The stack's Docker: the containers are those of this list, and PostgreSQL in them answers with what the test has prepared.
DOCKER = """#!/bin/sh
printf '%s\\n' "docker $*" >>"$MACHINE/words"
[ ! -e "$MACHINE/silent" ] || exit 1
case $* in
compose*" stop "* | compose*" run "* | compose*" up "*) ;;
compose*) shift; exec "$MACHINE/bin/compose" "$@" ;;
version*) echo '{"Version":"28.2.2"}' ;;
"exec -i --env PGCONNECT_TIMEOUT=10 one pgbackrest --stanza=tapbot info"*) cat "$MACHINE/info" ;;
*" psql "*)
    input=$(cat)
    case $input in
    *"json_object_agg(name"*) echo '{"booking.booking": 3}' ;;
    *"json_agg(p.oid"*) echo '["booking.after_restore"]' ;;
    *after_restore*) echo done ;;
    *to_regclass*) ;;
    *) echo 1 ;;
    esac ;;
"ps -aq"*) [ -e "$MACHINE/down" ] || echo one two ;;
"volume ls"*) [ -e "$MACHINE/new" ] || printf '%s\\n' tapbot_postgres-data "$(cat "$MACHINE/volume")" tapbot_restore-look ;;
"inspect one two") printf '[{"Mounts":[{"Destination":"/var/lib/postgresql/data","Name":"%s"}],"Id":"one",' "$(cat "$MACHINE/volume" 2>/dev/null)"; echo '"Name":"/tapbot-postgres-1","Config":{"Image":"x","Labels":{"com.docker.compose.service":"postgres"}},"State":{"Running":true,"Status":"running"}},{"Id":"two","Name":"/tapbot-booking-api-1","Config":{"Image":"x","Labels":{"com.docker.compose.service":"booking-api"}},"State":{"Running":true,"Status":"running"}}]' ;;
inspect*) echo true ;;
"volume inspect tapbot_backup-repository") printf '[{"Mountpoint":"%s/repository"}]' "$MACHINE" ;;
"volume inspect tapbot_postgres-data") echo '[{}]' ;;
"volume inspect"*) exit 1 ;;
esac
"""


def stack():
    """On a server the instance is a container without network: its data are in a volume of their own, the repository is read-only. In place,
    the services stop, PostgreSQL gets the new volume by .env, and the former volume remains."""
    with Machine() as machine:
        machine.put("bin/docker", DOCKER, 0o755)
        machine.put("info", json.dumps([{"name": "tapbot", "backup": [{"label": "1F", "type": "full", "timestamp": {"stop": 1}, "info": {"size": 1}}], "status": {"lock": {"backup": {"held": False}}}}]))
        machine.sh(f"mkdir {machine.home}/repository && mount -t tmpfs tmpfs {machine.home}/repository && mkdir -p secrets/backup && echo key >secrets/backup/key && echo BACKUP_TARGETS=s3:https://storage.test/copies >>.env")
        # An interrupted --new-machine: an empty database must not be started.
        machine.sh("mkdir -p var/backup && echo '{\"machine\": {\"began\": 1}}' >var/backup/state.json")
        refused = machine.tapbot("up", "--yes")
        assert refused.returncode == 1 and "--new-machine" in refused.stderr, refused.stderr
        machine.sh("rm var/backup/state.json")
        # Without an engine; after `init` alone; with volumes.
        for before, code, why in (("touch new silent", 3, "Docker does not answer"), ("rm silent", 2, "address is not accepted"), ("rm new", 1, "There are data here")):
            machine.sh(f'cd "$MACHINE" && {before}')
            refused = machine.tapbot("restore", "--stack", "--new-machine", "--yes", input="nowhere\n")
            assert refused.returncode == code and why in refused.stderr, refused.stderr
        done = machine.tapbot("restore", "--stack", "--look", "1h")
        assert done.returncode == 0 and "docker exec -it tapbot-look psql" in done.stdout, done.stderr
        done = machine.tapbot("restore", "--stack", "--at", "1h", "--yes")
        assert "The database has been replaced" in done.stdout and "booking.after_restore: done" in done.stdout, done.stderr + done.stdout
        with open(os.path.join(machine.home, "words"), encoding="utf-8") as file:
            words = file.read()
        runs = re.findall(r"docker run .*", words)
        assert len(runs) == 4 and all(" --network none " in run and "_backup-repository:/var/lib/pgbackrest:ro " in run and "tapbot_postgres-data:" not in run for run in runs), runs
        assert all(" --memory 512m " in run for run in runs) and words.count(" -c shared_buffers=64MB") == 2, runs
        assert re.search(r"--entrypoint pgbackrest \S+ --stanza=tapbot restore --set=1F --type=time --target=\S+ \S+ --target-action=promote\n", words), words
        assert re.search(r"--name tapbot-new .*--entrypoint timeout \S+ --preserve-status --signal=INT \d+ postgres .*-c archive_mode=on -c listen_addresses= -c archive_command= ", words), words
        volume = re.search(r"^POSTGRES_VOLUME=(tapbot_postgres-\d+)$", machine.read(".env"), re.M)[1]
        assert f"volume create --label com.docker.compose.project=tapbot --label com.docker.compose.volume=postgres-data {volume}\n" in words
        assert "volume rm --force tapbot_postgres-data" not in words and f"volume rm --force {volume}" not in words.rpartition(" stop postgres\n")[2], words
        order = [words.rindex(one) for one in (" --name tapbot-new ", " stop booking-api\n", " stop postgres\n", " --wait postgres\n", " -T postgres-roles\n", " booking-migrate --migrate\n", " start two\n")]
        assert order == sorted(order) and not os.path.exists(os.path.join(machine.home, "site/traefik/dynamic/maintenance.yml")), words
        env_lost(machine, volume)


def key_of_the_card():
    """A new machine keeps the key of the card, also if the snapshot has another one, from before a rekey."""
    key, former = backup_key.make(), backup_key.make()
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as all_of:
        one, typed = Server(folder), iter(("/a/s2", key))
        one.keys, one.servers, one.has_database, one.next_step = folder, ("s2",), False, ("", "")
        one.needed, one.is_new, one.adopt = lambda live: None, lambda: True, lambda _: backup.write_key(one, former)
        for module, name, instead in (
                (restore, "ask", lambda *_: next(typed)), (backup, "ask", lambda *_: next(typed)), (restore, "note_change", lambda *_: None),
                (backup_target, "newest", lambda *_: [{"time": 0}]), (backup_target, "load_images", lambda *_: None), (backup_target, "fetch", lambda *_: folder)):
            all_of.enter_context(mock.patch.object(module, name, instead))
        all_of.enter_context(contextlib.redirect_stdout(io.StringIO()))
        assert restore.new_machine(one, {"--yes": True}) == 0
        assert [backup_place.read(os.path.join(folder, name)) for name in ("key", "password")] == [key, backup_key.password(key, "s2")]


def new_machine_of_two():
    """A new machine of two servers brings up the link, and PostgreSQL starts without a port on it: only the next `up` lets the other server in.
    Its database accepts writes at the end."""
    for number in ("2", None):
        steps, done = [], subprocess.CompletedProcess([], 0, "", "")
        with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as all_of:
            for name in ("secrets", "former/files/secrets", "former/files/host"):
                os.makedirs(os.path.join(folder, name))
            place = backup_place.Stack.__new__(backup_place.Stack)
            place.has_database = True
            for module, name, instead in (
                    (tree, "ROOT", folder), (tree, "SECRETS", f"{folder}/secrets"), (tree, "ENV_FILE", f"{folder}/.env"), (tree, "link_server", lambda number=number: number),
                    (tree, "compose_files", lambda: ["docker-compose.yml", "deploy/compose/link.server2.yml", "more.yml"]),
                    (tree, "run", lambda *_, **__: done), (tree, "docker", lambda *_, **__: done), (link, "bring_up", lambda steps=steps: steps.append("link")),
                    (tree, "compose", lambda *words, files=None, steps=steps, **_: steps.append((words[0], words[-1], files)) or done),
                    (place, "wait_writable", lambda steps=steps: steps.append("writable")), *((place, name, lambda *_, **__: []) for name in ("note", "settings_read", "image_needed", "make_data", "data_of", "pgbackrest_beside"))):
                all_of.enter_context(mock.patch.object(module, name, instead))
            place.adopt(os.path.join(folder, "former"))
        assert steps == [*(["link"] if number else []), ("up", "postgres", ["docker-compose.yml", "more.yml"]), "writable"], steps


def env_lost(machine, volume):
    """A restore has replaced the database, and .env is lost. `init` takes the volume of PostgreSQL's container; without one, that which is
    not the former one, and refuses if that is not known. The other settings are those of the copy."""
    machine.put("volume", volume)
    # An older .env.
    for words in ("s/_postgres-.*/_postgres-1/", "/^POSTGRES_VOLUME=/d"):
        machine.sh(f"sed -i.kept {words} .env")
        done = machine.tapbot("up", "--yes")
        machine.sh("mv .env.kept .env")
        assert done.returncode == 1 and done.stderr.endswith(f": POSTGRES_VOLUME={volume}\n"), done.stderr
    machine.sh("mkdir -p var/backup/files && sed s/_postgres-.*/_postgres-1/ .env >var/backup/files/.env && cp .env var/env && mv var/backup/state.json var/state.json && rm .env")
    done = machine.tapbot("restore", "--stack", "files", ".env")
    assert done.returncode == 1 and "var/backup/files/.env" in done.stderr, done.stderr
    done = machine.tapbot("restore", "--stack", "--new-machine", "--yes")
    assert done.returncode == 1 and "There are data here" in done.stderr, done.stderr
    assert machine.tapbot("init", "--yes").returncode == 0 and machine.read(".env") == machine.read("var/env")
    # A restore that ends while `init` waits for an answer.
    machine.sh("""TAPBOT_ROOT=$PWD PYTHONPATH=deploy/lib python3 -B -c '
from stack import init, settings, tree
init.ask = lambda _russian, _english, default="": default
init.confirm = lambda *_: settings.env_write({**tree.env_read(), "POSTGRES_VOLUME": "tapbot_postgres-7"}) or True
init.main([])'""")
    assert "\nPOSTGRES_VOLUME=tapbot_postgres-7\n" in machine.read(".env")
    machine.put("down", "")
    machine.sh("rm .env")
    done = machine.tapbot("init", "--yes")
    assert done.returncode == 1 and f"tapbot_postgres-data, {volume}" in done.stderr and machine.read(".env") is None, done.stderr
    machine.sh("mv var/state.json var/backup/state.json")
    assert machine.tapbot("init", "--yes").returncode == 0 and machine.read(".env") == machine.read("var/env")
    machine.sh("echo POSTGRES_VOLUME=tapbot_postgres-data >.env")
    assert machine.tapbot("init", "--yes").returncode == 0 and "\nPOSTGRES_VOLUME=tapbot_postgres-data\n" in machine.read(".env")


TESTS = [("restore: moments", moments), ("restore: parents first", parents_first), ("restore: journals", journals), ("restore: services start", services_start), ("restore: files of another target", files_of_another_target), ("restore: copies beside it", copies_beside), ("restore: wrong arguments", wrong_words, 3, without_backups), ("restore: deleted messages", messages, 8, filled),
         ("restore: look", look, 10, filled), ("restore: DELETE at a known commit", rows, 12, filled), ("restore: a place that is taken", taken, 8, spoiled),
         ("restore: deleted trips", trips, 8, filled),
         ("restore: the stack", stack, 8), ("restore: other machine of two", new_machine_of_two), ("restore: the key of the card", key_of_the_card), ("restore: noted before the swap", noted_before_the_swap), ("restore: killed in an undo", killed_in_undo), ("restore: killed in the swap", killed_in_swap, 5, demo), ("restore: deletions", deletions, 8, filled), ("restore: other machine", new_machine, 12, filled), ("restore: files", named_files, 5, filled), ("restore: in place", in_place, 25, filled), ("restore: byte flipped or file cut", damaged, 15, spoiled)]
TESTS += [] if in_gate() else [("restore: one transaction", one_transaction, 25, filled)]
