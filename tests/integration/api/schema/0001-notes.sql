-- SPDX-License-Identifier: MIT
-- min_compatible: 1
CREATE TABLE note (
    id        uuid   PRIMARY KEY,
    tenant_id uuid   NOT NULL,
    text      text   NOT NULL,
    version   bigint NOT NULL DEFAULT 1,
    CONSTRAINT note_text_once UNIQUE (tenant_id, text)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON note TO notes_runtime;
