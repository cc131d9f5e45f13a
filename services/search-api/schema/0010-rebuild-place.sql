-- SPDX-License-Identifier: MIT
-- min_compatible: 1
-- Who makes terms anew goes on behind the last document: what he has left behind stays in the index until PostgreSQL forgets it,
-- for as long as somebody has a snapshot of before.
-- The new one first: what drops the old one keeps everybody out until the end of the transaction.
CREATE INDEX document_by_rules ON document (normaliser, number) INCLUDE (tenant_id);
DROP INDEX document_by_normaliser;
