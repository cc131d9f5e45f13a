-- SPDX-License-Identifier: MIT
-- min_compatible: 15
-- A photo that Telegram refuses is replaced by the same words without it. Both are made together; which one goes is
-- known when the first one was called for.

-- A part of a payload may name a method of its own: "method" beside its parameters.
ALTER TABLE sending
    -- What goes where Telegram does not take the payload.
    ADD COLUMN instead jsonb CHECK (jsonb_typeof(instead) = 'array' AND jsonb_array_length(instead) BETWEEN 1 AND 16),
    -- It did not: the two have changed places.
    ADD COLUMN swapped boolean NOT NULL DEFAULT false,
    ADD CONSTRAINT sending_swapped CHECK (NOT swapped OR instead IS NOT NULL);
