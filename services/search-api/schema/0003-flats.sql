-- SPDX-License-Identifier: MIT
-- min_compatible: 1
-- Flats as booking-api's feed tells of them: what they are searched by. All of it can be read anew.

CREATE TABLE flat (
    id              uuid     PRIMARY KEY,
    tenant_id       uuid     NOT NULL,
    -- Of the feed. After a restore all flats come once more, in a higher one.
    epoch           bigint   NOT NULL,
    version         bigint   NOT NULL,
    is_active       boolean  NOT NULL,
    title_ru        text     NOT NULL,
    title_kz        text,
    title_en        text,
    description_ru  text,
    description_kz  text,
    description_en  text,
    city            text     NOT NULL,
    district        text,
    address         text,
    lat             double precision,
    lon             double precision,
    rooms           integer  NOT NULL,
    max_guests      integer  NOT NULL,
    included_guests integer,
    amenities       jsonb    NOT NULL CHECK (jsonb_typeof(amenities) = 'array'),
    -- In tiyn, for a night.
    base_price      bigint   NOT NULL,
    weekend_price   bigint,
    min_nights      integer  NOT NULL,
    max_nights      integer  NOT NULL,
    -- Of titles, descriptions, district and address, by the rules of that version of words/.
    terms           tsvector NOT NULL,
    normaliser      smallint NOT NULL,
    -- The transaction that wrote it last.
    tx              xid8     NOT NULL DEFAULT pg_current_xact_id()
);
CREATE INDEX flat_by_city ON flat (tenant_id, city) WHERE is_active;
CREATE INDEX flat_by_change ON flat (tenant_id, tx);
CREATE INDEX flat_by_epoch ON flat (epoch);

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'search_runtime') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON flat TO search_runtime;
    END IF;
END
$$;
