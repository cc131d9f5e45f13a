# SPDX-License-Identifier: MIT
"""The database is restored to an earlier time: nothing that was sent since is sent again without a decision, and a reader of
events whose cursor is from the lost future reads all new ones."""
from notices import GUEST, OWNER, Notices
from stand import wait_until

CONFIRMED, REQUESTED = "your booking is confirmed", "Запрос на бронь"
SECONDS = "extract(epoch FROM clock_timestamp() - timestamptz '2026-01-01 00:00Z')::integer"


class Restored(Notices):
    """A copy of a database is made and takes its place as after a restore. Since transaction numbers of the cluster go on,
    events get numbers of a sequence, which begins where they are and goes back with the database."""

    def __enter__(self):
        super().__enter__()
        self.maintenance, _, _ = self.stand.url("postgres").rpartition("/")
        begin = int(self.stand.sql("SELECT coalesce(max(tx::text::bigint), 1) + 1 FROM booking.outbox"))
        self.stand.sql(f"CREATE SEQUENCE booking.event_tx START {begin}; GRANT USAGE ON SEQUENCE booking.event_tx TO booking_runtime;"
                       "ALTER TABLE booking.outbox ALTER COLUMN tx SET DEFAULT nextval('booking.event_tx')::text::xid8")
        return self

    def copy(self, old, new):
        self.stand.disconnect()
        self.stand._psql(self.stand.admin_url, "-c", f'DROP DATABASE IF EXISTS "{new}" WITH (FORCE)')
        self.stand._psql(self.stand.admin_url, "-c", f'CREATE DATABASE "{new}" TEMPLATE "{old}" OWNER tapbot_owner')

    def stop(self):
        self.api.close()
        for service in (*self.instances, self.booking):
            if service.process:
                service.stop()

    def start(self):
        for service in (self.booking, *self.instances):
            service.start()

    def snapshot(self):
        self.stop()
        self.copy(self.stand.database, f"{self.stand.database}_then")

    def restore(self):
        """As `deploy/tapbot restore`; returns the epoch."""
        self.stop()
        self.copy(f"{self.stand.database}_then", self.stand.database)
        for schema in ("booking", "bot"):
            self.stand.sql(f"SELECT {schema}.after_restore()")
        self.start()
        wait_until("all events are read", 40, self.at_end)
        return int(self.stand.sql("SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef WHERE adrelid = 'booking.outbox'::regclass"
                                  " AND pg_get_expr(adbin, adrelid) ~ '^[0-9]+$'"))

    def told(self, person, words):
        return sum(words in one.get("text", "") for one in self.telegram.see("chat", chat=person)["messages"])

    def read(self, after):
        """The events behind a cursor, and the next cursor."""
        found = []
        while True:
            page = self.api.get(f"/v1/events?limit=100{f'&after={after}' if after else ''}").json
            if not page["items"]:
                return found, after
            found, after = found + page["items"], page["next_cursor"]

    def reads_one(self, after, booking):
        """Waits for exactly the event of this booking behind the cursor; returns the next cursor."""
        wait_until("the event is read", 20, lambda: self.read(after)[0])
        events, cursor = self.read(after)
        assert [one["resource"]["id"] for one in events] == [booking["id"]], events
        return cursor


def restored():
    with Restored(1) as gateway:
        for schema, role in (("booking", "booking_runtime"), ("bot", "bot_runtime")):
            owner, may = gateway.stand.sql(f"SELECT proowner::regrole, has_function_privilege('{role}', oid, 'EXECUTE') FROM pg_proc"
                                           f" WHERE oid = '{schema}.after_restore()'::regprocedure").split("|")
            assert (owner, may) == ("tapbot_owner", "f"), (schema, owner, may)
        first = gateway.request(1)
        wait_until("the owner is notified", 20, lambda: gateway.told(OWNER, REQUESTED) == 1)
        gateway.instances[0].stop()
        gateway.move(first, "confirm")  # an event that the gateway has not read
        gateway.snapshot()
        gateway.start()
        wait_until("the guest is notified", 20, lambda: gateway.told(GUEST, CONFIRMED) == 1)
        for number in (2, 3):
            gateway.request(number)
        # Also sent, or the restore would lose their messages.
        wait_until("the owner is notified of what will be lost", 20, lambda: gateway.told(OWNER, REQUESTED) == 3)
        wait_until("the lost events are read", 20, gateway.at_end)
        _, lost = gateway.read("")

        epoch = gateway.restore()
        assert gateway.stand.sql("SELECT kind, chat_id FROM bot.held") == f"notice|{GUEST}"
        assert gateway.told(GUEST, CONFIRMED) == 1, "the guest was notified again"
        lost = gateway.reads_one(lost, gateway.request(4))
        wait_until("the owner is notified of the new request", 20, lambda: gateway.told(OWNER, REQUESTED) == 4)
        assert gateway.stand.run("--held", "apartments").split("\t")[:3] == ["apartments", "notice", str(GUEST)]
        assert gateway.stand.run("--held", "--send", role="tapbot_migrator") == "1\n"
        wait_until("what was held is sent", 20, lambda: gateway.told(GUEST, CONFIRMED) == 2)

        # Once more to the same time: a counter would give the same epoch.
        wait_until("a second has passed", 10, lambda: int(gateway.stand.sql(f"SELECT {SECONDS}")) > epoch)
        assert gateway.restore() > epoch
        gateway.reads_one(lost, gateway.request(5))
        assert gateway.stand.run("--held", "--drop", role="tapbot_migrator") == "1\n"
        assert gateway.told(GUEST, CONFIRMED) == 2


SCENARIOS = [("a restored database sends nothing twice, and its new events are read", restored, 24)]
