-- SPDX-License-Identifier: MIT
-- min_compatible: 1
--
-- What a guest wants to know before booking: the sum left with the owner during the stay, and the rules of the house.

ALTER TABLE apartment
    -- Returned at check-out; no part of the price.
    ADD COLUMN security_deposit bigint CONSTRAINT apartment_security_deposit
        CHECK (security_deposit BETWEEN 0 AND 1000000000000 AND security_deposit % 100 = 0),
    ADD COLUMN house_rules_ru text COMPRESSION lz4 CHECK (char_length(house_rules_ru) BETWEEN 1 AND 3000),
    ADD COLUMN house_rules_kz text COMPRESSION lz4 CHECK (char_length(house_rules_kz) BETWEEN 1 AND 3000),
    ADD COLUMN house_rules_en text COMPRESSION lz4 CHECK (char_length(house_rules_en) BETWEEN 1 AND 3000);

-- security_deposit is stored in `listed`, so its shape has another number (0013).
DROP INDEX apartment_listed_as;
CREATE INDEX apartment_listed_as ON apartment (apartment_listed_as(version, listed_version, listed_shape), id)
    WHERE apartment_listed_as(version, listed_version, listed_shape) <> 2;

DO $$ BEGIN PERFORM apartment_watch_columns(); END $$;
