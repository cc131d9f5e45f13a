-- SPDX-License-Identifier: MIT
-- Trips with ascending IDs (see ids.py); fill() of rides.py sets the variables. Trip n is of driver
-- 1 + (n - 1) / days, who has one on each day from `first` on. A route leads from each of the first
-- `routes` places to those after it in the list; each route has as many trips a day.
BEGIN;
SET LOCAL search_path = ride, public;
SET LOCAL session_replication_role = replica; -- foreign keys are not checked

CREATE FUNCTION pg_temp.id_of(n integer) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT (lpad(n::text, 12, '0') || '70008000000000000001')::uuid
$$;
INSERT INTO driver (id, tenant_id, name, phone, status)
SELECT pg_temp.id_of(d), :'tenant', 'Ерлан', '+7701' || lpad(d::text, 7, '0'), 'active'
FROM generate_series(1, :trips / :days) d;
INSERT INTO car (id, tenant_id, driver_id, make, model, color, plate, seats, doors, year)
SELECT pg_temp.id_of(d), :'tenant', pg_temp.id_of(d), 'Kia', 'K5', 'серый',
    lpad((d % 1000)::text, 3, '0') || chr(65 + d / 1000) || 'AA02', 4, 4, 2021
FROM generate_series(1, :trips / :days) d;

CREATE TEMPORARY TABLE plan ON COMMIT DROP AS
SELECT pg_temp.id_of(n) AS id, pg_temp.id_of(d) AS driver_id,
    (:'places'::text[])[1 + d % :routes : d % :routes + :stops] AS places,
    ((:'first'::date + (n - 1) % :days)::timestamp AT TIME ZONE INTERVAL '+05:00')
        + interval '1 minute' * (d * 7 % 960) AS departs_at
FROM generate_series(1, :trips) n CROSS JOIN LATERAL (SELECT 1 + (n - 1) / :days AS d) AS drives;

INSERT INTO trip (id, tenant_id, driver_id, car_id, seats, stops, segment_prices, departs_at,
    arrives_at, busy)
SELECT id, :'tenant', driver_id, driver_id, 4,
    (SELECT json_agg(json_build_object('place', place, 'at',
        to_char((departs_at + (s - 1) * interval '3 hours') AT TIME ZONE 'UTC',
            'YYYY-MM-DD"T"HH24:MI:SS"Z"')) ORDER BY s)
     FROM unnest(places) WITH ORDINALITY AS stop (place, s)),
    array_to_json(array_fill(150000, ARRAY[:stops - 1])), departs_at, arrives_at,
    tstzrange(departs_at, arrives_at + interval '30 minutes')
FROM plan CROSS JOIN LATERAL
    (SELECT departs_at + (:stops - 1) * interval '3 hours' AS arrives_at) AS ends;

INSERT INTO trip_load (trip_id, segments, seats, cargo_units, child_seats, seat_load, cargo_load,
    child_load)
SELECT id, :stops - 1, 4, 16, 0, taken, taken, taken
FROM plan CROSS JOIN (SELECT array_fill(0::smallint, ARRAY[:stops - 1]) AS taken) AS loads;

INSERT INTO trip_leg (trip_id, from_stop, to_stop, tenant_id, from_place, to_place, departs_at,
    arrives_at, seat_price)
SELECT id, a, b, :'tenant', places[a + 1], places[b + 1], departs_at + a * interval '3 hours',
    departs_at + b * interval '3 hours', (b - a) * 150000
FROM plan CROSS JOIN generate_series(0, :stops - 2) a
CROSS JOIN LATERAL generate_series(a + 1, :stops - 1) b;
COMMIT;
VACUUM ANALYZE ride.driver, ride.car, ride.trip, ride.trip_load, ride.trip_leg;
CHECKPOINT;
