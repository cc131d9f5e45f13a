-- SPDX-License-Identifier: MIT
-- min_compatible: 1
--
-- An open ride gets its trip, and so its time, when an offer is accepted. What its passenger said of his other rides when
-- he asked for it holds then, too.
ALTER TABLE ride ADD COLUMN for_other boolean NOT NULL DEFAULT false;

-- What is pending when its time has run out.
CREATE INDEX offer_expiry ON offer (expires_at) WHERE status = 'pending';
