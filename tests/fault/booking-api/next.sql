-- SPDX-License-Identifier: MIT
-- min_compatible: 1
--
-- What a next release might add, for the fault row of a schema that changes under load: all of it can
-- be done while the release before writes.
ALTER TABLE booking ADD COLUMN origin text NOT NULL DEFAULT 'api';
ALTER TABLE occupancy ADD COLUMN origin text;
ALTER TABLE occupancy ADD CONSTRAINT occupancy_origin CHECK (origin <> '') NOT VALID;
ALTER TABLE apartment ADD COLUMN floor integer;
