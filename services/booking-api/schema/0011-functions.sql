-- SPDX-License-Identifier: MIT
-- min_compatible: 1
--
-- What several statements ask of the columns of one row. Each function is one expression without a table, so that
-- PostgreSQL puts the expression in the place of the call: plans, indexes and speed are those of the expression
-- (test_functions compares). Copies of the service that do not know a function do not call it; another meaning needs
-- another name, because copies that know the first one run beside it.

-- The predicate of occupancy_no_overlap: while a row has such a status, its nights are nobody else's.
CREATE FUNCTION occupancy_blocks(status text) RETURNS boolean IMMUTABLE PARALLEL SAFE
    RETURN status IN ('held', 'requested', 'payment_claimed', 'confirmed', 'checked_in', 'blocked');

-- Guest, owner or staff have until expires_at to act.
CREATE FUNCTION occupancy_waits(status text) RETURNS boolean IMMUTABLE PARALLEL SAFE
    RETURN status IN ('held', 'requested', 'payment_claimed');

-- A stay that is agreed and not over.
CREATE FUNCTION occupancy_stays(status text) RETURNS boolean IMMUTABLE PARALLEL SAFE
    RETURN status IN ('confirmed', 'checked_in');

-- Nobody acted in time. The stored status is the old one until a writer or the sweeper makes it 'expired'.
CREATE FUNCTION occupancy_is_over(status text, expires_at timestamptz) RETURNS boolean STABLE PARALLEL SAFE
    RETURN occupancy_waits(status) AND expires_at <= now();

-- The nights are taken at this moment.
CREATE FUNCTION occupancy_takes(status text, expires_at timestamptz) RETURNS boolean STABLE PARALLEL SAFE
    RETURN occupancy_blocks(status) AND NOT occupancy_is_over(status, expires_at);

-- A stay is agreed and not over, or somebody says that he paid for it.
CREATE FUNCTION occupancy_is_agreed(status text, expires_at timestamptz) RETURNS boolean STABLE PARALLEL SAFE
    RETURN occupancy_stays(status) OR status = 'payment_claimed' AND expires_at > now();

-- Of a frozen policy {"policy", "tiers"}: how many per cent tier `tier` (from 0) keeps. Null: the first night, or
-- there is no such tier.
CREATE FUNCTION policy_keep_percent(policy jsonb, tier integer) RETURNS integer IMMUTABLE PARALLEL SAFE
    RETURN (policy -> 'tiers' -> tier ->> 'keep_percent')::integer;

-- The moment that ends tier `tier`: so many dates before check-in, at check-in time by the clocks of the zone, as the
-- zone's rules are known today. Null: the tier is the last one, or there is no such tier.
CREATE FUNCTION policy_until(policy jsonb, tier integer, check_in date, check_in_time time, timezone text)
    RETURNS timestamptz IMMUTABLE PARALLEL SAFE
    RETURN (check_in - (policy -> 'tiers' -> tier ->> 'days')::integer + check_in_time) AT TIME ZONE timezone;
