# SPDX-License-Identifier: MIT
"""The plan of every statement that a request sends, on many rows, as on the service's connection: in a transaction
the generic plan, otherwise PostgreSQL's choice after some calls. No plan scans a large table
completely, and each uses the index made for it."""
import json
import os
import re
import sys

from stand import ROOT, Stand, SteadyClient, in_gate, wait_until

sys.path.append(os.path.join(ROOT, "tests/bench"))
from captured import BEGIN, COMMIT, capture  # noqa: E402

FLATS, STAYS = 4000 if in_gate() else 8000, 10
TRIES = 7  # five with custom plans, then PostgreSQL's choice
LARGE = {"apartment", "occupancy", "booking", "booking_history", "outbox", "idempotency", "audit", "apartment_night", "quote"}
FLAT = "00000000-4000-7000-8000-000000000001"
NAME = re.compile(r"/\* (\w+) \*/")
# Statement (its name in the SQL's first comment): the indexes that its plan must use.
MUST_USE = {
    "apartments_city_newest_dated": ["occupancy_by_apartment"],
    "apartments_city_price": ["apartment_city_price"],
    "apartments_code_newest": ["apartment_by_code"],
    "availability_find": ["occupancy_by_apartment"],
    "block_list": ["occupancy_blocks"],
    "booking_change_taken": ["occupancy_no_overlap"],
    "booking_count_of_guest": ["booking_by_phone", "booking_by_telegram"],
    "booking_expire_nights": ["occupancy_no_overlap"],
    "booking_history": ["booking_history_step"],
    "booking_list_all": ["booking_by_tenant"],
    "booking_list_by_apartment": ["booking_by_apartment"],
    "booking_list_by_code": ["booking_code"],
    "booking_list_by_phone": ["booking_by_phone"],
    "booking_list_by_telegram": ["booking_by_telegram"],
    "booking_list_waiting": ["occupancy_waiting"],
    "calendar_find": ["occupancy_by_apartment"],
    "booking_list_called_off": ["occupancy_called_off"],
    "booking_list_staying": ["occupancy_staying_newest"],
    "event_list": ["outbox_by_tenant"],
    "idempotency_lookup": ["idempotency_pkey"],
}
# The cost of a page of these must not depend on the number of further rows.
IN_ORDER = {"apartments_city_newest_plain", "apartments_city_price", "booking_list_all", "booking_list_called_off",
            "booking_list_staying", "event_list"}
# Statistics change only when this test runs ANALYZE.
QUIET = """
DO $$ DECLARE one regclass; BEGIN
    FOR one IN SELECT oid FROM pg_class WHERE relkind = 'r' AND relnamespace = 'booking'::regnamespace LOOP
        EXECUTE format('ALTER TABLE %s SET (autovacuum_enabled = false)', one);
    END LOOP;
END $$
"""
# So many bookings that reading all of them is expensive: as many as blocks, in the past.
BOOKINGS = """
SET search_path = booking, public;
WITH made AS (
    INSERT INTO booking.occupancy (id, tenant_id, apartment_id, kind, status, check_in, check_out)
    SELECT gen_random_uuid(), tenant_id, apartment_id, 'booking', 'completed', check_in - 800, check_out - 800
    FROM booking.occupancy RETURNING id, tenant_id, apartment_id)
INSERT INTO booking.booking (id, tenant_id, code, apartment_id, owner_id, guest_name, guest_telegram_id, guest_phone,
    guests, lines, total, deposit)
SELECT id, tenant_id, substr(md5(id::text), 1, 12), apartment_id, (SELECT id FROM booking.owner LIMIT 1), 'Гость', row_number() OVER (),
    '+7701' || lpad((row_number() OVER ())::text, 7, '0'), 1, '[]', 0, 0 FROM made;
INSERT INTO booking.booking_history (booking_id, version, to_status, actor) SELECT id, 1, 'completed', 'system' FROM booking.booking;
INSERT INTO booking.outbox (tx, event_id, type, source, sequence, resource_type, resource_id, resource_version, tenant_id, data)
SELECT (3 + row_number() OVER () / 1000)::text::xid8, gen_random_uuid(), 'booking.completed', 'booking-api', 1, 'booking', id, 1,
    tenant_id, '{"status":"completed"}' FROM booking.booking;
ANALYZE booking.booking, booking.occupancy, booking.apartment, booking.booking_history, booking.outbox;
"""


def requests(service, key):
    """One request of each relevant kind."""
    from booking_load import booking_body
    client = SteadyClient(service.port, key)
    stay = booking_body(FLAT, 300, 2, 1)
    dates = f"check_in={stay['check_in']}&check_out={stay['check_out']}"
    code = client.get(f"/v1/apartments/{FLAT}").json["code"]
    for path in (f"/v1/apartments?code={code}", "/v1/apartments?city=almaty&limit=20", "/v1/apartments?city=almaty&guests=2&sort=price",
                 f"/v1/apartments?city=almaty&guests=2&{dates}", f"/v1/apartments/{FLAT}/calendar",
                 f"/v1/apartments/{FLAT}/blocks", "/v1/bookings?limit=20", f"/v1/bookings?apartment_id={FLAT}",
                 "/v1/bookings?telegram_id=4000", "/v1/bookings?phone=%2B77010004000", "/v1/bookings?status=held",
                 "/v1/bookings?status=cancelled", "/v1/bookings?status=confirmed,checked_in",
                 "/v1/events?limit=20"):
        reply = client.get(path)
        assert reply.status == 200, f"{path}: {reply.body}"
    asked = {name: stay[name] for name in ("check_in", "check_out", "guests")}
    assert client.post("/v1/availability", {"apartment_ids": [FLAT], **asked}).status == 200
    quote = client.post("/v1/quotes", {"apartment_id": FLAT, **asked})
    assert quote.status == 201, quote.body
    booked = client.post("/v1/bookings", {"quote_id": quote.json["id"], "guest": {**stay["guest"], "phone": "+77010004001"}},
                         headers={"Idempotency-Key": "plans"})
    assert booked.status == 201, booked.body
    path = f"/v1/bookings/{booked.json['id']}"
    later = booking_body(FLAT, 310, 2, 1)
    for reply in (client.post(f"{path}/change-dates", {"check_in": later["check_in"], "check_out": later["check_out"]}),
                  client.post(f"{path}/contact", {"phone": "+77010004002"}),
                  client.post(f"{path}/confirm"), client.get(path), client.get(f"{path}/history"),
                  client.get(f"/v1/bookings?code={booked.json['code']}"),
                  client.get(f"{path}/cancel-preview"), client.post(f"{path}/cancel")):
        assert reply.status == 200, reply.body
    client.close()


def literal(value):
    return "NULL" if value is None else "'" + value.replace("'", "''") + "'"


def nodes(plan):
    yield plan
    for below in plan.get("Plans", []):
        yield from nodes(below)


def starts_before_its_cursor(condition):
    """Whether an index scan with this condition reads all rows before its cursor. PostgreSQL begins at the equality if it
    is on the first column of the cursor's comparison."""
    cursor = re.search(r"ROW\(([\w.]+),", condition)
    return cursor is not None and f"({cursor.group(1)} = " in condition


def plan_of(stand, statement, in_transaction):
    """The plan that PostgreSQL has settled on after the calls with custom plans."""
    mode = "force_generic_plan" if in_transaction else "auto"
    values = ", ".join(literal(statement.values[n]) for n in sorted(statement.values))
    types = f"({', '.join(statement.types)})" if statement.types else ""
    asked = f"EXPLAIN (FORMAT JSON) EXECUTE asked{f'({values})' if values else ''}; "
    text = stand.sql("SET search_path = booking, api, public; SET jit = off; "
                     f"SET plan_cache_mode = {mode}; PREPARE asked{types} AS {statement.sql}; {asked * TRIES}").strip()
    decoder, at = json.JSONDecoder(), 0
    while at < len(text):
        plan, at = decoder.raw_decode(text, at)
        while at < len(text) and text[at].isspace():
            at += 1
    return plan[0]["Plan"]


def plans():
    with Stand() as stand:
        key = stand.key()
        stand.sql(QUIET)
        tenant = stand.sql("SELECT id FROM api.tenant WHERE name = 'demo'")
        stand._psql(stand.url("postgres"), f"-vtenant={tenant}", f"-vflats={FLATS}", f"-vstays={STAYS}",
                    "-f", os.path.join(ROOT, "tests/bench/data.sql"))
        stand.sql(BOOKINGS)

        def settle(service):
            assert SteadyClient(service.port, key).get("/v1/cities").status == 200
            wait_until("the sweeper has written all entries of lists", 60, lambda: stand.sql(
                "SELECT count(*) FROM booking.apartment WHERE listed_version IS DISTINCT FROM version") == "0", 0.3)
        statements = capture(stand, lambda service: requests(service, key), settle)
        wrong, used, in_transaction = [], {}, False
        for statement in statements:
            in_transaction = statement.sql.startswith(BEGIN) or in_transaction and not statement.sql.startswith(COMMIT)
            found = NAME.match(statement.sql)
            if not re.search(r"(?i)\b(select|insert|update|delete)\b", statement.sql) or not found:
                continue
            parts = list(nodes(plan_of(stand, statement, in_transaction)))
            name = found.group(1)
            read = {part["Relation Name"] for part in parts if part["Node Type"] == "Seq Scan"} & LARGE
            if read:
                wrong.append(f"{name} reads all of {', '.join(sorted(read))}")
            if name in IN_ORDER and any("Sort" in part["Node Type"] for part in parts):
                wrong.append(f"{name} sorts rows that an index has in order")
            if any(starts_before_its_cursor(part.get("Index Cond", "")) for part in parts):
                wrong.append(f"{name} reads the rows before its cursor")
            used.setdefault(name, set()).update(part["Index Name"] for part in parts if "Index Name" in part)
        for name, indexes in MUST_USE.items():
            if name not in used:
                wrong.append(f"{name} was not sent")
            elif missing := set(indexes) - used[name]:
                wrong.append(f"{name} does not use {', '.join(sorted(missing))} but {', '.join(sorted(used[name]))}")
    assert not wrong, "\n".join(sorted(set(wrong)))
    return f"{len(used)} statements of {len(statements)} on {FLATS * STAYS * 2} rows"


SCENARIOS = [("query plans", plans, 25)]
