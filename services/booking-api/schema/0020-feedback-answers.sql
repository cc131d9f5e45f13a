-- SPDX-License-Identifier: MIT
-- min_compatible: 1
--
-- Stored answers to ratings and complaints, by the ride in their location, for erasures: their bodies do not contain it.
CREATE INDEX idempotency_of_feedback ON idempotency (lower(substr(location, 11, 36)))
    WHERE location LIKE '/v1/rides/%/rating/%' OR location LIKE '/v1/rides/%/complaints/%';
