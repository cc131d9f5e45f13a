-- SPDX-License-Identifier: MIT
-- min_compatible: 1
--
-- Seasons: what a flat costs and demands on other nights than ordinary ones. The rules live in the
-- flat's own row, so that one version and one lock are those of the whole flat.

-- Each rule as the API takes it, so that a row written by hand can always be served.
CREATE FUNCTION rate_sound(rule jsonb) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    RETURN jsonb_typeof(rule) = 'object'
        AND rule - '{from,to,weekdays,price,percent,min_nights,closed_to_arrival,closed_to_departure}'::text[]
            = '{}'
        AND rule->>'from' ~ '^\d{4}-\d\d-\d\d$' AND rule->>'to' ~ '^\d{4}-\d\d-\d\d$'
        AND make_date(left(rule->>'from', 4)::integer, substr(rule->>'from', 6, 2)::integer,
                      right(rule->>'from', 2)::integer)
            < make_date(left(rule->>'to', 4)::integer, substr(rule->>'to', 6, 2)::integer,
                        right(rule->>'to', 2)::integer)
        AND rule->>'from' >= '1970-01-01' AND rule->>'to' < '2100-01-01'
        AND (NOT rule ? 'weekdays' OR jsonb_typeof(rule->'weekdays') = 'array'
             AND jsonb_array_length(rule->'weekdays') BETWEEN 1 AND 7
             AND rule->'weekdays' <@ '[1,2,3,4,5,6,7]')
        AND NOT (rule ? 'price' AND rule ? 'percent')
        AND (NOT rule ? 'price' OR rule->'price'->'currency' = '"KZT"'
             AND (rule->'price') - '{amount,currency}'::text[] = '{}'
             AND jsonb_typeof(rule->'price'->'amount') = 'number'
             AND (rule->'price'->>'amount')::numeric BETWEEN 0 AND 1000000000000
             AND (rule->'price'->>'amount')::numeric % 100 = 0)
        AND (NOT rule ? 'percent' OR rule->>'percent' ~ '^-?\d{1,3}$'
             AND jsonb_typeof(rule->'percent') = 'number'
             AND (rule->>'percent')::integer BETWEEN -90 AND 500)
        AND (NOT rule ? 'min_nights' OR rule->>'min_nights' ~ '^\d{1,3}$'
             AND jsonb_typeof(rule->'min_nights') = 'number'
             AND (rule->>'min_nights')::integer BETWEEN 1 AND 366)
        AND (NOT rule ? 'closed_to_arrival' OR jsonb_typeof(rule->'closed_to_arrival') = 'boolean')
        AND (NOT rule ? 'closed_to_departure' OR jsonb_typeof(rule->'closed_to_departure') = 'boolean');
EXCEPTION WHEN data_exception THEN
    RETURN false;
END $$;

CREATE FUNCTION rates_sound(rates jsonb) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    RETURN jsonb_typeof(rates) = 'array' AND jsonb_array_length(rates) <= 200
        AND (SELECT coalesce(bool_and(coalesce(rate_sound(rule), false)), true)
             FROM jsonb_array_elements(rates) AS rules (rule));
END $$;

ALTER TABLE apartment
    ADD COLUMN rates jsonb NOT NULL DEFAULT '[]'
        CONSTRAINT apartment_rates CHECK (rates = '[]' OR rates_sound(rates)),
    -- For searches: most flats have no rules, and for them nobody looks further.
    ADD COLUMN has_rates boolean NOT NULL GENERATED ALWAYS AS (rates <> '[]') STORED;

-- The rules spelled out for searches, which must filter and sort by totals before they read a flat:
-- a row for each day about which some rule says something. Derived: written anew by the service
-- with the rules and with the prices they change; never by hand.
CREATE TABLE apartment_night (
    id                  bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    apartment_id        uuid NOT NULL REFERENCES apartment (id),
    day                 date NOT NULL,
    price               bigint,  -- of this night, tiyn; NULL: the ordinary one
    min_nights          integer, -- of a stay with this night; NULL: as the flat says
    closed_to_arrival   boolean NOT NULL,
    closed_to_departure boolean NOT NULL,
    CONSTRAINT apartment_night_day UNIQUE (apartment_id, day)
        INCLUDE (price, min_nights, closed_to_arrival, closed_to_departure)
);

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'booking_runtime') THEN
        RETURN;
    END IF;
    GRANT SELECT, INSERT, DELETE ON apartment_night TO booking_runtime;
END
$$;
