// SPDX-License-Identifier: MIT
#include "api/change_store_private.h"

#define KEPT "interval '48 hours'"

const struct db_statement change_store_lock = {
    .name = "idempotency_lock",
    .sql = "SELECT pg_try_advisory_xact_lock($1::bigint), now()",
};

/* FOR UPDATE makes a replayed request a writing transaction, so its reply waits for a flush. That
 * flush also covers the commit that stored the first reply, which may not be on the disk yet. */
const struct db_statement change_store_lookup = {
    .name = "idempotency_lookup",
    .sql = "SELECT encode(fingerprint, 'hex'), status::bigint, etag, location, body"
           " FROM idempotency WHERE id = $1::uuid AND created_at > now() - " KEPT " FOR UPDATE",
};

const struct db_statement change_store_now = {
    .name = "transaction_now",
    .sql = "SELECT now()",
};

/* A conflict is only possible with an undeleted reply older than 48 h, which is replaced. */
const struct db_statement change_store_keep = {
    .name = "idempotency_keep",
    .sql = "INSERT INTO idempotency"
           " (id, client_id, key, fingerprint, status, etag, location, body)"
           " VALUES ($1::uuid, $2::uuid, $3::text, decode($4::text, 'hex'), $5::bigint, $6::text,"
           " $7::text, $8::text)"
           " ON CONFLICT (id) DO UPDATE SET fingerprint = excluded.fingerprint,"
           " status = excluded.status, etag = excluded.etag, location = excluded.location,"
           " body = excluded.body, created_at = excluded.created_at",
};

const struct db_statement change_store_audit = {
    .name = "audit_insert",
    .sql = "INSERT INTO audit (tenant_id, client_id, key_id, actor, request_id, route, action,"
           " resource_type, resource_id, resource_version)"
           " VALUES ($1::uuid, $2::uuid, $3::uuid, $4::text, $5::text, $6::text || ' ' || $7::text,"
           " $8::text, $9::text, $10::uuid, $11::bigint)",
};

const struct db_statement change_store_event = {
    .name = "outbox_insert",
    .sql = "INSERT INTO outbox (event_id, type, source, resource_type, resource_id,"
           " resource_version, sequence, tenant_id, data)"
           " VALUES ($1::uuid, $2::text, $3::text, $4::text, $5::uuid, $6::bigint, $6::bigint,"
           " $7::uuid, $8::text::jsonb)",
};

const struct db_statement change_store_delete_old = {
    .name = "idempotency_sweep",
    .parameters = "limit bigint",
    .sql = "DELETE FROM idempotency WHERE id IN (SELECT id FROM idempotency"
           " WHERE created_at <= now() - " KEPT " ORDER BY created_at LIMIT {limit}"
           " FOR UPDATE SKIP LOCKED)",
};
