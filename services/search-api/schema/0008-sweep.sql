-- SPDX-License-Identifier: MIT
-- min_compatible: 1
-- What was deleted is forgotten after a time.
CREATE INDEX document_tombstone_by_age ON document_tombstone (deleted_at, number);
