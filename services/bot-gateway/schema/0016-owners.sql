-- SPDX-License-Identifier: MIT
-- min_compatible: 1
-- Who was an owner of flats when that was asked last: the bot shows him the way to his desk. Whether he is one is asked
-- anew each time.
ALTER TABLE person ADD COLUMN is_owner boolean NOT NULL DEFAULT false;
