// SPDX-License-Identifier: MIT
#include "inbox/poller_store.h"

#include "base/auto.h"
#include "base/buf.h"

enum { CLAIMS_BYTES_MAX = 16 * 1024 };

// clang-format off
/* Rows are locked in the order of ids, so that two instances cannot deadlock. */
static const struct db_statement lease_statement = {
    .name = "poller_lease",
    .sql = "INSERT INTO poller (bot_id, owner, leased_until, state)"
           " SELECT b.id, {owner}, now() + make_interval(secs => {seconds}), w.state"
           " FROM jsonb_to_recordset({claims}) w (bot_id uuid, state text) JOIN bot b ON b.id = w.bot_id"
           " WHERE b.is_active AND b.intake = 'poll'"
           " ORDER BY b.id"
           " ON CONFLICT (bot_id) DO UPDATE SET owner = excluded.owner, leased_until = excluded.leased_until,"
           "  state = excluded.state,"
           "  state_at = CASE WHEN poller.state IS DISTINCT FROM excluded.state THEN now() ELSE poller.state_at END"
           " WHERE poller.owner = excluded.owner OR poller.leased_until < now()"
           " RETURNING bot_id",
    .parameters = "owner uuid, seconds double precision, claims jsonb",
};
static const struct db_statement release_statement = {
    .name = "poller_give_back",
    .sql = "UPDATE poller SET leased_until = '-infinity' WHERE bot_id = {bot} AND owner = {owner}",
    .parameters = "owner uuid, bot uuid",
};
// clang-format on

static bool encode(const struct poller_claim *claims, size_t count, struct arena *arena,
                   struct slice *out, struct fault *fault)
{
    struct buf json AUTO(buf_finish);
    buf_init(&json, CLAIMS_BYTES_MAX);
    buf_char(&json, '[');
    for (size_t i = 0; i < count; i++) {
        char id[UUID_TEXT_LEN + 1];
        uuid_format(&claims[i].bot_id, id);
        buf_printf(&json, "%s{\"bot_id\":\"%s\"", i > 0 ? "," : "", id);
        if (claims[i].state != NULL)
            buf_printf(&json, ",\"state\":\"%s\"", claims[i].state);
        buf_char(&json, '}');
    }
    buf_char(&json, ']');
    return buf_keep(&json, arena, out, fault);
}

bool poller_store_lease(struct db *tx, const struct uuid *owner, int64_t lease_s,
                        struct poller_claim *claims, size_t count, struct arena *arena,
                        struct fault *fault)
{
    auto_rows struct db_rows rows = {0};
    struct slice json;
    if (!encode(claims, count, arena, &json, fault) ||
        !db_query(tx, &lease_statement,
                  DB_VALUES(db_uuid(owner), db_double((double)lease_s), db_text(json)), &rows,
                  fault))
        return false;
    for (size_t i = 0; i < count; i++) {
        claims[i].leased = false;
        for (int row = 0; row < rows.count; row++) {
            const struct uuid leased = db_get_uuid(&rows, row, 0);
            claims[i].leased = claims[i].leased || uuid_equal(&leased, &claims[i].bot_id);
        }
    }
    return true;
}

bool poller_store_release(struct db *tx, const struct uuid *owner, const struct uuid *bot_id,
                          struct fault *fault)
{
    auto_rows struct db_rows rows = {0};
    return db_query(tx, &release_statement, DB_VALUES(db_uuid(owner), db_uuid(bot_id)), &rows,
                    fault);
}
