-- SPDX-License-Identifier: MIT
-- min_compatible: 1
-- A message that went again after a call whose outcome is not known may have been sent twice. Its last error is over
-- when it is sent; this number stays.
ALTER TABLE sending ADD COLUMN unknown_calls integer NOT NULL DEFAULT 0 CHECK (unknown_calls >= 0);
