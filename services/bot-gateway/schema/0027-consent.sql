-- SPDX-License-Identifier: MIT
-- min_compatible: 1
-- The version of the agreement under which a person has sent a phone, and when that was first done.
ALTER TABLE person
    ADD COLUMN consent_version text CHECK (length(consent_version) BETWEEN 1 AND 32),
    ADD COLUMN consent_at timestamptz,
    ADD CONSTRAINT person_consent CHECK ((consent_version IS NULL) = (consent_at IS NULL));
