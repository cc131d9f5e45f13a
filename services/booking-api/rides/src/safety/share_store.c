// SPDX-License-Identifier: MIT
#include "safety/safety.h"

// clang-format off
static const struct db_statement room_statement = {
    .name = "share_make_room",
    .parameters = "ride uuid, kept bigint",
    .sql = "UPDATE ride_share SET ended_at = now() WHERE ride_id = {ride} AND ended_at IS NULL AND id NOT IN"
           " (SELECT id FROM ride_share WHERE ride_id = {ride} AND ended_at IS NULL ORDER BY id DESC LIMIT {kept})",
};
static const struct db_statement add_statement = {
    .name = "share_add",
    .parameters = "id, tenant, ride, hash",
    .sql = "INSERT INTO ride_share (id, tenant_id, ride_id, token_hash) VALUES ({id}, {tenant}, {ride}, {hash})",
};
static const struct db_statement end_statement = {
    .name = "share_end",
    .parameters = "ride",
    .sql = "UPDATE ride_share SET ended_at = now() WHERE ride_id = {ride} AND ended_at IS NULL RETURNING id",
};
static const struct db_statement find_statement = {
    .name = "share_find",
    .parameters = "hash",
    .sql = "SELECT tenant_id, ride_id FROM ride_share WHERE token_hash = {hash} AND ended_at IS NULL",
    .no_row = {FAULT_NOT_FOUND, "not_found", "There is no such link."},
};
// clang-format on

static struct slice slice_from_hash(const uint8_t hash[DIGEST_SHA256_LEN])
{
    return (struct slice){(const char *)hash, DIGEST_SHA256_LEN};
}

bool share_store_insert_link(struct db *tx, const struct ride *ride, const struct uuid *link_id,
                             const uint8_t token_hash[DIGEST_SHA256_LEN], struct fault *fault)
{
    const struct db_value room[] = {db_uuid(&ride->id), db_int(SHARE_LINKS_MAX - 1)};
    const struct db_value link[] = {db_uuid(link_id), db_uuid(&ride->tenant_id), db_uuid(&ride->id),
                                    db_bytes(slice_from_hash(token_hash))};
    const struct db_call calls[] = {
        {&room_statement, room, 2, NULL},
        {&add_statement,  link, 4, NULL},
    };

    return db_query_all(tx, calls, 2, fault);
}

bool share_store_end_links(struct db *tx, const struct uuid *ride_id, struct db_rows *ended,
                           struct fault *fault)
{
    return db_query(tx, &end_statement, DB_VALUES(db_uuid(ride_id)), ended, fault);
}

bool share_store_find_ride(struct db *db, const uint8_t token_hash[DIGEST_SHA256_LEN],
                           struct uuid *tenant_id, struct uuid *ride_id, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query_row(db, &find_statement, DB_VALUES(db_bytes(slice_from_hash(token_hash))), &rows,
                      fault))
        return false;
    *tenant_id = db_get_uuid(&rows, 0, 0);
    *ride_id = db_get_uuid(&rows, 0, 1);
    return true;
}
