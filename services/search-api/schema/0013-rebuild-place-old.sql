-- SPDX-License-Identifier: MIT
-- min_compatible: 1
-- document_by_rules of 0010 is in its place. By itself: it keeps everybody out until the end of the transaction.
DROP INDEX document_by_normaliser;
