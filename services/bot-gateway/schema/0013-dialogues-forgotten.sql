-- SPDX-License-Identifier: MIT
-- min_compatible: 1
-- A dialogue whose time is long over loses what it remembers, and keeps its version.
CREATE INDEX dialogue_by_end ON dialogue (ends_at) WHERE ends_at IS NOT NULL;
