-- SPDX-License-Identifier: MIT
-- min_compatible: 1
-- outbox_by_tenant of the tables that every service has is the same.
DROP INDEX outbox_of_tenant;
