-- SPDX-License-Identifier: MIT
-- min_compatible: 1
-- GET /v1/messages by status: what people look for is failed or uncertain; one whose sender died is still stored as sending.
CREATE INDEX sending_troubled ON sending (tenant_id, id DESC) WHERE status IN ('failed', 'uncertain', 'sending');
