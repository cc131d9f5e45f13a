-- min_compatible: 1
-- Cities, owners and their flats. SPDX-License-Identifier: MIT
--
-- Text and jsonb with CHECKs instead of enum types and arrays, single-column keys, dates beside
-- ranges: people see these tables in Directus. Bounds are those of the API, so that a row written
-- by hand can always be served. Money is in tiyn and whole tenge.

-- The cities the bots know. services/booking-api/src/city.c holds the same rows (a test compares):
-- a new city is a migration and a line there.
CREATE TABLE city (
    slug    text PRIMARY KEY CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    name_ru text NOT NULL UNIQUE,
    name_kz text NOT NULL,
    name_en text NOT NULL,
    lat     double precision NOT NULL CHECK (lat BETWEEN -90 AND 90),
    lon     double precision NOT NULL CHECK (lon BETWEEN -180 AND 180)
);

INSERT INTO city (slug, name_ru, name_kz, name_en, lat, lon) VALUES
    ('aktau',           'Актау',            'Ақтау',        'Aktau',           43.6532, 51.1975),
    ('aktobe',          'Актобе',           'Ақтөбе',       'Aktobe',          50.2839, 57.1670),
    ('almaty',          'Алматы',           'Алматы',       'Almaty',          43.2380, 76.9452),
    ('astana',          'Астана',           'Астана',       'Astana',          51.1282, 71.4304),
    ('atyrau',          'Атырау',           'Атырау',       'Atyrau',          47.1068, 51.9035),
    ('ekibastuz',       'Экибастуз',        'Екібастұз',    'Ekibastuz',       51.7237, 75.3229),
    ('karaganda',       'Караганда',        'Қарағанды',    'Karaganda',       49.8047, 73.1094),
    ('kokshetau',       'Кокшетау',         'Көкшетау',     'Kokshetau',       53.2833, 69.3833),
    ('kostanay',        'Костанай',         'Қостанай',     'Kostanay',        53.2144, 63.6246),
    ('kyzylorda',       'Кызылорда',        'Қызылорда',    'Kyzylorda',       44.8488, 65.4823),
    ('pavlodar',        'Павлодар',         'Павлодар',     'Pavlodar',        52.2873, 76.9674),
    ('petropavlovsk',   'Петропавловск',    'Петропавл',    'Petropavlovsk',   54.8753, 69.1628),
    ('semey',           'Семей',            'Семей',        'Semey',           50.4111, 80.2275),
    ('shymkent',        'Шымкент',          'Шымкент',      'Shymkent',        42.3417, 69.5901),
    ('taldykorgan',     'Талдыкорган',      'Талдықорған',  'Taldykorgan',     45.0156, 78.3739),
    ('taraz',           'Тараз',            'Тараз',        'Taraz',           42.9000, 71.3667),
    ('turkistan',       'Туркестан',        'Түркістан',    'Turkistan',       43.2973, 68.2518),
    ('uralsk',          'Уральск',          'Орал',         'Uralsk',          51.2333, 51.3667),
    ('ust-kamenogorsk', 'Усть-Каменогорск', 'Өскемен',      'Ust-Kamenogorsk', 49.9483, 82.6275),
    ('zhezkazgan',      'Жезказган',        'Жезқазған',    'Zhezkazgan',      47.7833, 67.7000);

-- Whoever writes a row, its version tells that it changed: If-Match and caches rely on it.
CREATE FUNCTION row_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.version := OLD.version + 1;
    NEW.updated_at := now();
    RETURN NEW;
END $$;

-- A zone PostgreSQL does not know would break every search that meets the row.
CREATE FUNCTION timezone_known(zone text) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    PERFORM timestamptz 'epoch' AT TIME ZONE zone;
    RETURN zone ~ '^[A-Z][A-Za-z_]+(/[A-Z][A-Za-z0-9_+-]*){0,2}$';
EXCEPTION WHEN invalid_parameter_value THEN
    RETURN false;
END $$;

CREATE TABLE owner (
    id          uuid PRIMARY KEY,
    tenant_id   uuid NOT NULL,
    name        text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
    phone       text CHECK (phone ~ '^\+[0-9]{5,15}$'),
    telegram_id bigint CHECK (telegram_id > 0),
    language    text NOT NULL DEFAULT 'ru' CHECK (language IN ('ru', 'kz', 'en')),
    notify      boolean NOT NULL DEFAULT true,
    version     bigint NOT NULL DEFAULT 1,
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX owner_newest ON owner (tenant_id, id);
CREATE TRIGGER owner_changed BEFORE UPDATE ON owner FOR EACH ROW EXECUTE FUNCTION row_changed();

CREATE TABLE apartment (
    id                   uuid PRIMARY KEY,
    tenant_id            uuid NOT NULL,
    owner_id             uuid NOT NULL REFERENCES owner,
    code                 text NOT NULL CHECK (code ~ '^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$'),
    title_ru             text NOT NULL CHECK (char_length(title_ru) BETWEEN 1 AND 200),
    title_kz             text CHECK (char_length(title_kz) BETWEEN 1 AND 200),
    title_en             text CHECK (char_length(title_en) BETWEEN 1 AND 200),
    description_ru       text CHECK (char_length(description_ru) BETWEEN 1 AND 3000),
    description_kz       text CHECK (char_length(description_kz) BETWEEN 1 AND 3000),
    description_en       text CHECK (char_length(description_en) BETWEEN 1 AND 3000),
    city                 text NOT NULL REFERENCES city,
    district             text CHECK (char_length(district) BETWEEN 1 AND 200),
    address              text CHECK (char_length(address) BETWEEN 1 AND 200),
    lat                  double precision CHECK (lat BETWEEN -90 AND 90),
    lon                  double precision CHECK (lon BETWEEN -180 AND 180),
    rooms                integer NOT NULL CHECK (rooms BETWEEN 1 AND 50),
    max_guests           integer NOT NULL CHECK (max_guests BETWEEN 1 AND 100),
    included_guests      integer NOT NULL CHECK (included_guests >= 1),
    -- Lists of plain text; no escapes, so that readers need none.
    amenities            jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(amenities) = 'array'
                             AND jsonb_array_length(amenities) <= 100
                             AND NOT amenities @? '$[*] ? (@.type() != "string")'
                             AND amenities::text !~ '\\'),
    photos               jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(photos) = 'array'
                             AND jsonb_array_length(photos) <= 20
                             AND NOT photos @? '$[*] ? (@.type() != "string")'
                             AND photos::text !~ '\\'),
    base_price           bigint NOT NULL,
    weekend_price        bigint,
    extra_guest_fee      bigint,
    cleaning_fee         bigint,
    prepayment_percent   integer NOT NULL DEFAULT 0 CHECK (prepayment_percent BETWEEN 0 AND 100),
    min_nights           integer NOT NULL DEFAULT 1 CHECK (min_nights BETWEEN 1 AND 366),
    max_nights           integer NOT NULL DEFAULT 30 CHECK (max_nights BETWEEN 1 AND 366),
    check_in_time        time NOT NULL DEFAULT '14:00',
    check_out_time       time NOT NULL DEFAULT '12:00',
    buffer_days          integer NOT NULL DEFAULT 0 CHECK (buffer_days BETWEEN 0 AND 30),
    advance_notice_hours integer NOT NULL DEFAULT 0 CHECK (advance_notice_hours BETWEEN 0 AND 720),
    booking_window_days  integer NOT NULL DEFAULT 365 CHECK (booking_window_days BETWEEN 0 AND 730),
    instant_book         boolean NOT NULL DEFAULT true,
    cancellation_policy  text NOT NULL DEFAULT 'moderate'
                         CHECK (cancellation_policy IN ('flexible', 'moderate', 'strict')),
    timezone             text NOT NULL DEFAULT 'Asia/Almaty'
                         CONSTRAINT apartment_timezone CHECK (timezone_known(timezone)),
    is_active            boolean NOT NULL DEFAULT true,
    version              bigint NOT NULL DEFAULT 1,
    created_at           timestamptz NOT NULL DEFAULT now(),
    updated_at           timestamptz NOT NULL DEFAULT now(),
    -- What ?q= looks through.
    words                text NOT NULL GENERATED ALWAYS AS (lower(
                             title_ru || ' ' || coalesce(title_kz, '') || ' '
                             || coalesce(title_en, '') || ' ' || coalesce(district, '') || ' '
                             || coalesce(address, '') || ' ' || code)) STORED,

    CONSTRAINT apartment_code UNIQUE (tenant_id, code),
    CONSTRAINT apartment_place_whole CHECK ((lat IS NULL) = (lon IS NULL)),
    CONSTRAINT apartment_included_guests CHECK (included_guests <= max_guests),
    CONSTRAINT apartment_nights CHECK (min_nights <= max_nights),
    CONSTRAINT apartment_base_price
        CHECK (base_price BETWEEN 0 AND 1000000000000 AND base_price % 100 = 0),
    CONSTRAINT apartment_weekend_price
        CHECK (weekend_price BETWEEN 0 AND 1000000000000 AND weekend_price % 100 = 0),
    CONSTRAINT apartment_extra_guest_fee
        CHECK (extra_guest_fee BETWEEN 0 AND 1000000000000 AND extra_guest_fee % 100 = 0),
    CONSTRAINT apartment_cleaning_fee
        CHECK (cleaning_fee BETWEEN 0 AND 1000000000000 AND cleaning_fee % 100 = 0)
);
CREATE TRIGGER apartment_changed BEFORE UPDATE ON apartment
    FOR EACH ROW EXECUTE FUNCTION row_changed();

-- A list is read in the order of an index until its page is full: one per place and order.
-- Ids are UUIDv7, so newest first is their order downward.
CREATE INDEX apartment_newest ON apartment (tenant_id, id);
CREATE INDEX apartment_city_newest ON apartment (tenant_id, city, id);
CREATE INDEX apartment_owner_newest ON apartment (owner_id, id);
CREATE INDEX apartment_price ON apartment (tenant_id, base_price, id);
CREATE INDEX apartment_city_price ON apartment (tenant_id, city, base_price, id);
CREATE INDEX apartment_near ON apartment (tenant_id, lat, lon);
