// SPDX-License-Identifier: MIT
#include "inbox/poller_store.h"

// clang-format off
/* Locks the rows in the order of ids, so that two instances cannot deadlock. A lease that ends later
 * than ten leases from now is of a clock that was ahead, and does not hold. */
static const struct db_statement lease_statement = {
    .name = "poller_lease",
    .sql = "INSERT INTO poller (bot_id, owner, leased_until, state)"
           " SELECT b.id, {owner}, now() + make_interval(secs => {seconds}), w.state"
           " FROM unnest({bots}, {states}) w (bot_id, state) JOIN bot b ON b.id = w.bot_id"
           " WHERE b.is_active AND b.intake = 'poll'"
           " ORDER BY b.id"
           " ON CONFLICT (bot_id) DO UPDATE SET owner = excluded.owner, leased_until = excluded.leased_until,"
           "  state = excluded.state,"
           "  state_at = CASE WHEN poller.state IS DISTINCT FROM excluded.state THEN now() ELSE poller.state_at END"
           " WHERE poller.owner = excluded.owner OR poller.leased_until < now()"
           "  OR poller.leased_until > now() + {seconds} * interval '10 seconds'"
           " RETURNING bot_id",
    .parameters = "owner uuid, seconds double precision, bots uuid[], states text[]",
};
static const struct db_statement release_statement = {
    .name = "poller_give_back",
    .sql = "UPDATE poller SET leased_until = '-infinity' WHERE bot_id = {bot} AND owner = {owner}",
    .parameters = "owner uuid, bot uuid",
};
// clang-format on

bool poller_store_take_leases(struct db_pool *pool, const struct uuid *process_id, int64_t lease_s,
                              struct poller_claim *claims, size_t count, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_execute(pool, &lease_statement,
                    DB_VALUES(db_uuid(process_id), db_double((double)lease_s),
                              DB_MEMBERS(DB_UUID, claims, count, bot_id),
                              DB_MEMBERS(DB_TEXT, claims, count, state)),
                    &rows, fault))
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

bool poller_store_release_lease(struct db_pool *pool, const struct uuid *process_id,
                                const struct uuid *bot_id, struct fault *fault)
{
    return db_execute(pool, &release_statement, DB_VALUES(db_uuid(process_id), db_uuid(bot_id)),
                      NULL, fault);
}
