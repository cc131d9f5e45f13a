-- SPDX-License-Identifier: MIT
-- min_compatible: 1
--
-- Whether guest_phone is known to be the guest's own: Telegram has shared it, or staff have given it. Only such a phone is
-- copied into the guest's next bookings and counted against the limits of others who give it. True if there is no phone.
ALTER TABLE booking ADD COLUMN guest_phone_verified boolean NOT NULL DEFAULT true;
