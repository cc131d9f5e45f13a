-- SPDX-License-Identifier: MIT
-- min_compatible: 1
--
-- How passengers pay a prepayment to the driver, as owner.payment_info is for guests.
ALTER TABLE driver ADD COLUMN payment_info text CHECK (char_length(payment_info) BETWEEN 1 AND 300);
