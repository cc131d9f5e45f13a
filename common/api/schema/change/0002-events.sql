-- SPDX-License-Identifier: MIT
-- min_compatible: 1
-- A page of GET /v1/events is read in the order of this index, past no event of another tenant.
CREATE INDEX outbox_by_tenant ON outbox (tenant_id, epoch, tx, id);
