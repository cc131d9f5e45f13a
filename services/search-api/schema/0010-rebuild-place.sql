-- SPDX-License-Identifier: MIT
-- min_compatible: 1
-- Who makes terms anew goes on behind the last document: what he has left behind stays in the index until PostgreSQL forgets it,
-- for as long as somebody has a snapshot of before.
-- The old one goes in 0013: where that waits for its lock in vain, this one is not made again.
CREATE INDEX document_by_rules ON document (normaliser, number) INCLUDE (tenant_id);
