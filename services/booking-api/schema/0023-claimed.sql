-- SPDX-License-Identifier: MIT
-- min_compatible: 1
--
-- The amount that a guest claims to have paid, until owner or staff confirm it. It is stored because the deposit may be
-- another one by then: the dates of a booking can change after the claim.
ALTER TABLE booking ADD COLUMN claimed bigint NOT NULL DEFAULT 0 CHECK (claimed >= 0);

-- Of a payment that is claimed already, the present deposit is the best guess.
UPDATE booking b
SET claimed = b.deposit - b.paid
FROM occupancy o
WHERE o.id = b.id AND o.status = 'payment_claimed' AND b.deposit > b.paid;
