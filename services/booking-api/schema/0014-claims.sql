-- SPDX-License-Identifier: MIT
-- min_compatible: 1
--
-- A claimed payment never expires: the guest may have paid, so owner or staff decide, also after expires_at, and the
-- nights stay taken until then. The functions of 0011 keep their names, although they mean something else now, because
-- older copies of the service must not expire such a booking either. Rows that are expired already remain as they are.

-- Nobody acted in time. The stored status is the old one until a writer or the sweeper makes it 'expired'.
CREATE OR REPLACE FUNCTION occupancy_is_over(status text, expires_at timestamptz) RETURNS boolean STABLE PARALLEL SAFE
    RETURN status IN ('held', 'requested') AND expires_at <= now();

-- A stay is agreed and not over, or somebody says that he paid for it, however long ago.
CREATE OR REPLACE FUNCTION occupancy_is_agreed(status text, expires_at timestamptz) RETURNS boolean STABLE PARALLEL SAFE
    RETURN occupancy_stays(status) OR status = 'payment_claimed';
