-- SPDX-License-Identifier: MIT
-- psql -v tenant=UUID -v flats=100000 -v stays=10 -f data.sql: flats with ascending IDs
-- (see ids.py), with so many stays each in the coming year, none overlapping.
BEGIN;
SET LOCAL search_path = booking, public;

INSERT INTO owner (id, tenant_id, name)
SELECT ('018f1111-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, :'tenant', 'Хозяин ' || n
FROM generate_series(1, 100) n;

INSERT INTO apartment (id, tenant_id, owner_id, code, title_ru, title_kz, title_en, description_ru,
    description_kz, description_en, city, district, address, lat, lon, rooms, max_guests,
    included_guests, amenities, photos, base_price, weekend_price, extra_guest_fee, cleaning_fee)
SELECT (lpad(n::text, 12, '0') || '70008000000000000001')::uuid, :'tenant',
    ('018f1111-0000-7000-8000-' || lpad((1 + n % 100)::text, 12, '0'))::uuid, 'B' || n,
    'Квартира ' || n || ' у парка, с видом на горы', 'Саябақ жанындағы пәтер ' || n,
    'Flat ' || n || ' by the park',
    repeat('Светлая квартира в тихом дворе, рядом метро и магазины. ', 6),
    repeat('Тыныш аулада жарық пәтер. ', 5), repeat('A bright flat in a quiet yard. ', 5),
    (ARRAY['almaty', 'astana', 'shymkent', 'taldykorgan', 'karaganda'])[1 + n % 5],
    'Район ' || n % 8, 'улица Абая, ' || n % 200, 43.2 + (n % 1000) / 10000.0, 76.8 + (n % 700) / 3000.0,
    1 + n / 5 % 4, 2 + n / 20 % 5, 2, '["wifi","kitchen","washing-machine","air-conditioner","parking"]',
    '["https://img.example/1.jpg","https://img.example/2.jpg","https://img.example/3.jpg"]',
    (800 + n / 7 % 300 * 10) * 1000, (900 + n / 7 % 300 * 10) * 1000, 200000, 300000
FROM generate_series(1, :flats) n;

-- The constraint is created after the rows, which is faster than checking each row.
ALTER TABLE occupancy DROP CONSTRAINT occupancy_no_overlap;
INSERT INTO occupancy (id, tenant_id, apartment_id, kind, status, check_in, check_out)
SELECT ('018f2222-' || lpad(s::text, 4, '0') || '-7000-8000-' || lpad(n::text, 12, '0'))::uuid, :'tenant',
    (lpad(n::text, 12, '0') || '70008000000000000001')::uuid, 'block', 'blocked',
    current_date + s * (365 / :stays) + n % 20, current_date + s * (365 / :stays) + n % 20 + 1 + n % 5
FROM generate_series(1, :flats) n, generate_series(0, :stays - 1) s;
ALTER TABLE occupancy ADD CONSTRAINT occupancy_no_overlap
    EXCLUDE USING gist (apartment_id WITH =, nights WITH &&)
    WHERE (status IN ('held', 'requested', 'payment_claimed', 'confirmed', 'checked_in', 'blocked'));
COMMIT;
VACUUM ANALYZE booking.owner, booking.apartment, booking.occupancy;
