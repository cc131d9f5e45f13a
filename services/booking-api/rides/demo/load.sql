-- SPDX-License-Identifier: MIT
-- Demo data of rides: 48 drivers; on each day from a week before the loading to a week after it 48 trips on 12 routes,
-- in alternating directions, with rides in every status; open rides that look for a driver, and offers on them.
--
--   psql -v tenant=<uuid> -f load.sql
--
-- as a role that owns the tables (deploy/tapbot demo runs it if RIDES_ENABLED=true). Ids are fixed and existing rows are
-- kept, so loading twice changes nothing. All rows satisfy the constraints and the self-check. Prices are in tenge here and
-- stored in tiyn.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
SET search_path = ride, booking, public;
BEGIN;

-- A fixed id from kind and number.
CREATE FUNCTION pg_temp.demo_id(kind text, number integer) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT ('018f' || kind || '-0000-7000-8000-' || lpad(number::text, 12, '0'))::uuid
$$;
-- A random UUID of version 7 with this time, as the ids of events.
CREATE FUNCTION pg_temp.event_id(at timestamptz) RETURNS uuid LANGUAGE sql AS $$
    SELECT encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
        PLACING substring(int8send((extract(epoch FROM at) * 1000)::bigint) FROM 3) FROM 1 FOR 6), 52, 1), 53, 1), 'hex')::uuid
$$;
-- Picks a word of the list by `number`, cyclically.
CREATE FUNCTION pg_temp.pick(words text[], number integer) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT words[1 + number % cardinality(words)]
$$;

-- A route: its stops, and minutes and tenge a seat for each segment.
CREATE TEMPORARY TABLE demo_route (number integer, places text[], minutes integer[], prices integer[]) ON COMMIT DROP;
INSERT INTO demo_route VALUES
    (0,  '{almaty,konaev,taldykorgan}',     '{70,170}',   '{1500,3000}'),
    (1,  '{almaty,taraz,shymkent}',         '{390,140}',  '{6000,2500}'),
    (2,  '{almaty,zharkent}',               '{270}',      '{5000}'),
    (3,  '{almaty,balkhash,karaganda}',     '{420,270}',  '{9000,5000}'),
    (4,  '{astana,temirtau,karaganda}',     '{140,35}',   '{3500,500}'),
    (5,  '{astana,shchuchinsk,kokshetau}',  '{160,60}',   '{3500,1200}'),
    (6,  '{astana,ekibastuz,pavlodar}',     '{210,95}',   '{4500,1500}'),
    (7,  '{shymkent,turkistan}',            '{130}',      '{2500}'),
    (8,  '{turkistan,kyzylorda}',           '{210}',      '{4500}'),
    (9,  '{semey,ust-kamenogorsk}',         '{170}',      '{3500}'),
    (10, '{aktobe,uralsk}',                 '{380}',      '{8000}'),
    (11, '{atyrau,kulsary,aktau}',          '{170,400}',  '{4000,8000}');

INSERT INTO driver (id, tenant_id, name, phone, telegram_id, language, status, documents, papers_until, rating_sum,
    rating_count, trips_done)
SELECT pg_temp.demo_id('0010', n), :'tenant',
    pg_temp.pick('{Асхат,Ерлан,Нурлан,Бауыржан,Серик,Данияр,Марат,Айдос,Руслан,Тимур,Канат}', n) || ' ' ||
    pg_temp.pick('{Нурланов,Ахметов,Сеитов,Жумабеков,Оспанов,Касымов,Ибраев,Токаев,Ким,Абдрахманов,Смагулов,Юсупов,Беков}', n),
    '+7705' || lpad(n::text, 7, '0'), 710000000 + n, pg_temp.pick('{ru,kz,ru}', n), 'active',
    jsonb_build_array(
        jsonb_build_object('kind', 'licence', 'last4', lpad((1000 + n * 37 % 9000)::text, 4, '0'), 'expires_on', now()::date + 900),
        jsonb_build_object('kind', 'car', 'last4', lpad((1000 + n * 53 % 9000)::text, 4, '0'), 'expires_on', now()::date + 900),
        jsonb_build_object('kind', 'insurance', 'last4', lpad((1000 + n * 71 % 9000)::text, 4, '0'), 'expires_on', now()::date + 300)),
    now()::date + 300, n % 40 * 5 - n % 40 / 4, n % 40, 7 + n % 90
FROM generate_series(1, 48) n
ON CONFLICT DO NOTHING;

INSERT INTO car (id, tenant_id, driver_id, make, model, color, plate, seats, doors, year)
SELECT pg_temp.demo_id('0011', n), :'tenant', pg_temp.demo_id('0010', n),
    pg_temp.pick('{Toyota,Hyundai,Kia,Chevrolet,Volkswagen,Toyota}', n), pg_temp.pick('{Camry,Sonata,K5,Cobalt,Polo,Alphard}', n),
    pg_temp.pick('{белый,серебристый,чёрный,серый,синий}', n), 100 + n || 'TB' || pg_temp.pick('{A,B,C,D}', n) || '02',
    CASE n % 6 WHEN 5 THEN 6 ELSE 4 END, 4, 2014 + n % 11
FROM generate_series(1, 48) n
ON CONFLICT DO NOTHING;

-- Driver n has one route and one hour of departure; odd days go out, even days back. Existing trips and their rides are
-- skipped.
CREATE TEMPORARY TABLE plan ON COMMIT DROP AS
SELECT pg_temp.demo_id('0012', day * 100 + n) AS id, n, day, there, w.prices, stops.*, c.seats
FROM generate_series(1, 48) n CROSS JOIN generate_series(1, 15) day
JOIN demo_route w ON w.number = n % 12 JOIN car c ON c.id = pg_temp.demo_id('0011', n)
CROSS JOIN LATERAL (SELECT day % 2 = 1 AS there) AS direction
CROSS JOIN LATERAL (
    SELECT array_agg(place ORDER BY number) AS places, array_agg(at ORDER BY number) AS times, min(at) AS departs_at,
        max(at) AS arrives_at
    FROM (
        SELECT row_number() OVER (ORDER BY CASE WHEN there THEN listed.number ELSE -listed.number END) AS number, place,
            ((now() AT TIME ZONE INTERVAL '+05:00')::date + day - 8 + interval '1 hour' * (ARRAY[6, 9, 14, 18])[1 + n / 12 % 4]
                + interval '1 minute' * (SELECT coalesce(sum(m), 0) FROM unnest(w.minutes) WITH ORDINALITY AS part (m, k)
                    WHERE CASE WHEN there THEN k < listed.number ELSE k >= listed.number END)) AT TIME ZONE INTERVAL '+05:00' AS at
        FROM unnest(w.places) WITH ORDINALITY AS listed (place, number)) AS stop) AS stops
WHERE NOT EXISTS (SELECT FROM trip t WHERE t.id = pg_temp.demo_id('0012', day * 100 + n));

INSERT INTO trip (id, tenant_id, driver_id, car_id, status, stops, segment_prices, departs_at, arrives_at, busy, seats, car_price,
    parcel_small, parcel_medium, luggage_price, child_seats, child_seat_price, instant_book, prepayment_percent, policy, note,
    confirmed_at, started_at, ended_at)
SELECT id, :'tenant', pg_temp.demo_id('0010', n), pg_temp.demo_id('0011', n),
    CASE WHEN arrives_at <= now() THEN 'finished' WHEN departs_at <= now() THEN 'started' ELSE 'scheduled' END,
    (SELECT json_agg(json_build_object('place', place, 'at', to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')) ORDER BY number)
     FROM unnest(places, times) WITH ORDINALITY AS stop (place, at, number)),
    (SELECT json_agg(price * 100 ORDER BY CASE WHEN there THEN k ELSE -k END) FROM unnest(prices) WITH ORDINALITY AS part (price, k)),
    departs_at, arrives_at, tstzrange(departs_at, arrives_at + interval '30 minutes'), seats,
    CASE WHEN n % 3 = 0 THEN (SELECT sum(price) FROM unnest(prices) price) * 350 END,
    100000, 250000, 100000, n % 2, CASE WHEN n % 2 = 1 THEN 50000 END, n % 4 <> 3, CASE WHEN n % 5 = 4 THEN 20 ELSE 0 END,
    pg_temp.pick('{flexible,moderate,moderate,strict}', n), pg_temp.pick('{"Выезжаем вовремя","Багажник свободен","Остановка на обед"}', n),
    CASE WHEN departs_at - interval '5 hours' <= now() THEN departs_at - interval '5 hours' END,
    CASE WHEN departs_at <= now() THEN departs_at END, CASE WHEN arrives_at <= now() THEN arrives_at END
FROM plan;

INSERT INTO trip_load (trip_id, segments, seats, cargo_units, child_seats, seat_load, cargo_load, child_load)
SELECT t.id, part.many, t.seats, t.cargo_units, t.child_seats, none, none, none
FROM plan JOIN trip t USING (id)
CROSS JOIN LATERAL (SELECT cardinality(places) - 1 AS many, array_fill(0::smallint, ARRAY[cardinality(places) - 1]) AS none) AS part;

INSERT INTO trip_leg (trip_id, from_stop, to_stop, tenant_id, from_place, to_place, departs_at, arrives_at, seat_price)
SELECT p.id, a.number - 1, b.number - 1, :'tenant', a.place, b.place, a.at, b.at,
    (SELECT sum(price::text::bigint) FROM json_array_elements(t.segment_prices) WITH ORDINALITY AS part (price, k)
     WHERE k >= a.number AND k < b.number)
FROM plan p JOIN trip t USING (id)
CROSS JOIN unnest(p.places, p.times) WITH ORDINALITY AS a (place, at, number)
JOIN LATERAL unnest(p.places, p.times) WITH ORDINALITY AS b (place, at, number) ON b.number > a.number;

INSERT INTO trip_history (trip_id, version, at, from_status, to_status, actor)
SELECT t.id, 1, t.departs_at - interval '3 days', NULL, t.status, 'driver:' || t.driver_id FROM plan JOIN trip t USING (id);

-- Three orders for each trip, over all or some of its stops. Their status depends on the time and cycles with the number.
CREATE TEMPORARY TABLE asked ON COMMIT DROP AS
SELECT (p.day * 100 + p.n) * 4 + k AS number, t.*, leg.from_stop, leg.to_stop, leg.from_place, leg.to_place, leg.seat_price, turn,
    CASE WHEN k = 2 AND NOT turn % 5 = 0 THEN 'parcel' ELSE 'seat' END AS kind,
    CASE WHEN turn % 13 = 0 THEN 'cancelled'
         WHEN t.status = 'finished' THEN CASE WHEN turn % 11 = 0 THEN 'no_show' ELSE 'completed' END
         WHEN t.status = 'started' THEN 'boarded'
         ELSE (ARRAY['confirmed', 'held', 'confirmed', 'payment_claimed', 'confirmed', 'requested', 'confirmed', 'declined'])[1 + turn % 8]
    END AS became
FROM plan p JOIN trip t USING (id) CROSS JOIN generate_series(0, 2) k CROSS JOIN LATERAL (SELECT p.day * 7 + p.n * 3 + k AS turn) AS turns
JOIN LATERAL (SELECT * FROM trip_leg l WHERE l.trip_id = t.id ORDER BY (l.from_stop + l.to_stop + k) % 3, l.from_stop, l.to_stop LIMIT 1) AS leg ON true
WHERE (p.day + p.n + k) % 4 <> 0;

INSERT INTO ride (id, tenant_id, code, kind, status, trip_id, from_stop, to_stop, from_place, to_place, seats, parcel_size,
    recipient_name, recipient_phone, delivery_code, seat_load, cargo_load, child_load, passenger_name, passenger_phone,
    passenger_telegram_id, passenger_language, lines, total, deposit, paid, fee, refund, fault, policy, agreed_at, ended_at,
    expires_at)
SELECT pg_temp.demo_id('0013', number), tenant_id, 'TR' || lpad(number::text, 6, '0'), kind, became, id, from_stop, to_stop, from_place,
    to_place, CASE kind WHEN 'seat' THEN 1 ELSE 0 END, CASE kind WHEN 'parcel' THEN 'small' END,
    CASE kind WHEN 'parcel' THEN 'Сауле Ахметова' END, CASE kind WHEN 'parcel' THEN '+77079000001' END,
    CASE kind WHEN 'parcel' THEN lpad((number * 37 % 1000000)::text, 6, '0') END,
    CASE kind WHEN 'seat' THEN 1 ELSE 0 END, CASE kind WHEN 'parcel' THEN 1 ELSE 0 END, 0,
    pg_temp.pick('{Айгуль,Мадина,Алексей,Жанна,Тимур,Ольга,Ержан,Дана,Игорь}', turn) || ' ' ||
    pg_temp.pick('{Серикова,Ким,Петренко,Омарова,Алиев,Ли,Тлеуов}', turn),
    '+7701' || lpad((number % 900)::text, 7, '0'), 720000000 + number % 900, pg_temp.pick('{ru,kz,ru,en}', turn),
    json_build_array(json_build_object('kind', kind, 'count', 1,
        'text', CASE kind WHEN 'seat' THEN json_build_object('ru', 'Места', 'kz', 'Орындар', 'en', 'Seats')
                          ELSE json_build_object('ru', 'Посылка', 'kz', 'Сәлемдеме', 'en', 'Parcel') END,
        'amount', json_build_object('amount', price, 'currency', 'KZT'))),
    price, deposit, CASE WHEN pays THEN price ELSE 0 END, CASE WHEN ends THEN 0 END,
    CASE WHEN ends THEN CASE WHEN pays THEN price ELSE 0 END END,
    CASE became WHEN 'no_show' THEN 'passenger' WHEN 'cancelled' THEN 'none' WHEN 'declined' THEN 'none' END, policy,
    CASE WHEN became IN ('confirmed', 'boarded', 'completed', 'no_show') THEN least(now(), departs_at) - interval '9 hours' END,
    CASE WHEN became IN ('completed', 'no_show') THEN arrives_at WHEN ends THEN least(now(), departs_at) - interval '1 hour' END,
    CASE WHEN became IN ('held', 'requested', 'payment_claimed') THEN least(departs_at, now() + interval '40 minutes' + interval '1 minute' * (turn % 50)) END
FROM asked
CROSS JOIN LATERAL (SELECT CASE kind WHEN 'seat' THEN seat_price ELSE parcel_small END AS price,
    became IN ('cancelled', 'declined', 'no_show') AS ends, became IN ('boarded', 'completed') AND turn % 2 = 0 AS pays) AS sums
CROSS JOIN LATERAL (SELECT price * prepayment_percent / 10000 * 100 AS deposit) AS parts;

-- Open rides that look for a driver, some with an offer.
INSERT INTO ride (id, tenant_id, code, kind, status, from_place, to_place, depart_from, depart_to, price, auto_accept, seats, seat_load,
    cargo_load, child_load, passenger_name, passenger_phone, passenger_telegram_id, note, lines, total, deposit, policy, expires_at)
SELECT pg_temp.demo_id('0014', n), :'tenant', 'TW' || lpad(n::text, 4, '0'), CASE WHEN n % 5 = 0 THEN 'car' ELSE 'seat' END, 'open',
    w.places[1], w.places[cardinality(w.places)], leaves, leaves + interval '4 hours',
    (SELECT sum(price) FROM unnest(w.prices) price) * 100 * (1 + n % 2), n % 6 = 0, 1 + n % 2, 0, 0, 0,
    pg_temp.pick('{Гаухар,Самат,Елена,Диас}', n) || ' ' || pg_temp.pick('{Ермекова,Нуров,Ким}', n), '+7702' || lpad(n::text, 7, '0'),
    730000000 + n, pg_temp.pick('{"С чемоданом","Вдвоём, без вещей","Можно раньше"}', n), '[]', 0, 0, 'moderate', leaves - interval '1 hour'
FROM generate_series(1, 18) n JOIN demo_route w ON w.number = n % 12
CROSS JOIN LATERAL (SELECT date_trunc('hour', now()) + interval '1 hour' * (6 + n * 3) AS leaves) AS times
ON CONFLICT DO NOTHING;

INSERT INTO offer (id, tenant_id, ride_id, driver_id, car_id, status, price, depart_at, arrive_at, sell_rest, expires_at)
SELECT pg_temp.demo_id('0015', n), :'tenant', r.id, pg_temp.demo_id('0010', 12 + n), pg_temp.demo_id('0011', 12 + n), 'pending',
    r.price + 50000, r.depart_from + interval '1 hour', r.depart_from + interval '8 hours', true, now() + interval '55 minutes'
FROM generate_series(1, 18, 3) n JOIN ride r ON r.id = pg_temp.demo_id('0014', n)
ON CONFLICT DO NOTHING;

-- A step of history and an event for each ride, as the service writes them; the self-check compares the two.
INSERT INTO ride_history (ride_id, version, from_status, to_status, actor, fee, refund)
SELECT r.id, 1, NULL, r.status, 'guest:' || r.passenger_telegram_id, r.fee, r.refund
FROM ride r WHERE r.tenant_id = :'tenant' AND NOT EXISTS (SELECT FROM ride_history h WHERE h.ride_id = r.id)
ORDER BY r.id;
INSERT INTO booking.outbox (event_id, type, source, occurred_at, sequence, resource_type, resource_id, resource_version, tenant_id, data)
SELECT pg_temp.event_id(h.at), 'ride.' || h.to_status, 'booking-api', h.at, 1, 'ride', r.id, 1, r.tenant_id,
    jsonb_build_object('id', r.id, 'trip_id', r.trip_id, 'status', r.status, 'kind', r.kind, 'from', r.from_place, 'to', r.to_place, 'seats', r.seats,
        'step', jsonb_build_object('from', h.from_status, 'to', h.to_status, 'actor', split_part(h.actor, ':', 1), 'has_reason', false))
FROM ride r JOIN ride_history h ON h.ride_id = r.id AND h.version = 1
WHERE r.tenant_id = :'tenant' AND NOT EXISTS (SELECT FROM booking.outbox o WHERE o.resource_id = r.id)
ORDER BY h.id;

COMMIT;
