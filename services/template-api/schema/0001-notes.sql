-- SPDX-License-Identifier: MIT
-- min_compatible: 1
CREATE TABLE note (
    id        uuid   PRIMARY KEY,
    tenant_id uuid   NOT NULL,
    text      text   NOT NULL CHECK (length(text) BETWEEN 1 AND 200),
    version   bigint NOT NULL DEFAULT 1
);
GRANT SELECT, INSERT ON note TO template_runtime;
