-- SPDX-License-Identifier: MIT
-- min_compatible: 1
--
-- The address in Kazakh and English; `address` is Russian. NULL: Russian is shown.

ALTER TABLE apartment
    ADD COLUMN address_kz text CHECK (char_length(address_kz) BETWEEN 1 AND 200),
    ADD COLUMN address_en text CHECK (char_length(address_en) BETWEEN 1 AND 200);

DO $$ BEGIN PERFORM apartment_watch_columns(); END $$;
