-- SPDX-License-Identifier: MIT
-- min_compatible: 1
-- Log lines no longer have hashes of persons. An instance that still renews the keys logs one warning while
-- it is being replaced; nothing else in it uses them.
DROP TABLE log_key;
