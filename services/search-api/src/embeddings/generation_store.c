// SPDX-License-Identifier: MIT
#include "embeddings/generation_store.h"

#include <string.h>

#include "text/words.h"

// clang-format off
static const struct db_statement live_statement = {
    .name = "generation_live",
    .parameters = "limit bigint",
    .sql = "SELECT number, model, asked, dimensions, query_prefix, passage_prefix, state, queued_below,"
           "  probes FROM generation"
           " WHERE state <> 'retired' ORDER BY state DESC LIMIT {limit}",
};

/* Counts only the tenant's newest documents, because older numbers may belong to other tenants.
 * Unnamed, so that PostgreSQL plans the statement for the given limits. */
static const struct db_statement progress_statement = {
    .parameters = "tenant uuid, counted bigint, limit bigint",
    .sql = "WITH mine AS MATERIALIZED (SELECT number FROM document WHERE tenant_id = {tenant}"
           "  ORDER BY number DESC LIMIT {counted})"
           " SELECT g.model, g.dimensions, g.state,"
           "  (SELECT count(*) FROM mine JOIN document_vector v USING (number)"
           "   WHERE v.generation = g.number),"
           "  least({counted}, queue.due + (SELECT count(*) FROM (SELECT FROM document d"
           "    WHERE d.tenant_id = {tenant} AND d.number < g.queued_below LIMIT {counted}) older)),"
           "  queue.refused,"
           "  (SELECT count(*) FROM mine JOIN document_vector v USING (number)"
           "   WHERE v.generation = g.number AND v.truncated)"
           " FROM generation g CROSS JOIN LATERAL (SELECT count(*) AS due,"
           "   count(*) FILTER (WHERE due.tries > 0) AS refused"
           "  FROM mine JOIN vector_due due USING (number) WHERE due.generation = g.number) queue"
           " WHERE g.state <> 'retired' ORDER BY g.state DESC LIMIT {limit}",
};

static const struct db_statement other_statement = {
    .name = "generation_other",
    .parameters = "key bytea, model text, asked integer, query_prefix text, passage_prefix text,"
                  " normaliser integer",
    .sql = "SELECT number FROM generation WHERE key <> {key} AND model = {model} AND asked = {asked}"
           " AND query_prefix = {query_prefix} AND passage_prefix = {passage_prefix}"
           " AND normaliser = {normaliser}",
};

static const struct db_statement retire_statement = {
    .name = "generation_retire",
    .parameters = "key bytea",
    .sql = "UPDATE generation SET state = 'retired', retired_at = now()"
           " WHERE state = 'filling' AND key <> {key}",
};

#define STATE  "CASE WHEN EXISTS (SELECT FROM generation WHERE state = 'serving') THEN 'filling'" \
               "  ELSE 'serving' END"
#define NUMBER "(SELECT coalesce(max(number), 0) + 1 FROM document)"

static const struct db_statement adopt_statement = {
    .name = "generation_adopt",
    .parameters = "key bytea, model text, asked integer, query_prefix text, passage_prefix text,"
                  " normaliser integer, dimensions integer, probes bytea",
    .sql = "INSERT INTO generation AS g (key, model, asked, dimensions, query_prefix, passage_prefix,"
           "  normaliser, probes, state, queued_below)"
           " SELECT {key}, {model}, {asked}, {dimensions}, {query_prefix}, {passage_prefix},"
           "  {normaliser}, {probes}, " STATE ", " NUMBER
           " ON CONFLICT ON CONSTRAINT generation_once DO UPDATE SET state = EXCLUDED.state,"
           "  queued_below = EXCLUDED.queued_below, retired_at = NULL WHERE g.state = 'retired'",
};

static const struct db_statement replace_statement = {
    .name = "generation_replace",
    .parameters = "filling bigint",
    .sql = "UPDATE generation SET state = 'retired', retired_at = now() WHERE state = 'serving'"
           " AND EXISTS (SELECT FROM generation g WHERE g.number = {filling} AND g.state = 'filling'"
           "  AND g.queued_below = 0)"
           " AND NOT EXISTS (SELECT FROM vector_due WHERE generation = {filling} AND tries = 0)",
};

static const struct db_statement serve_statement = {
    .name = "generation_serve",
    .parameters = "filling bigint",
    .sql = "UPDATE generation SET state = 'serving' WHERE number = {filling} AND state = 'filling'"
           " AND NOT EXISTS (SELECT FROM generation WHERE state = 'serving')",
};

#define RETIRED "SELECT number FROM generation WHERE state = 'retired'"
#define OLD     RETIRED " AND retired_at < now() - interval '7 days'"

static const struct db_statement delete_due_statement = {
    .name = "generation_delete_due",
    .parameters = "limit bigint",
    .sql = "DELETE FROM vector_due WHERE (number, generation) IN (SELECT number, generation"
           "  FROM vector_due WHERE generation IN (" RETIRED ") LIMIT {limit})",
};

static const struct db_statement delete_vectors_statement = {
    .name = "generation_delete_vectors",
    .parameters = "limit bigint",
    .sql = "DELETE FROM document_vector WHERE (number, generation) IN (SELECT number, generation"
           "  FROM document_vector WHERE generation IN (" OLD ") LIMIT {limit})",
};

static const struct db_statement delete_statement = {
    .name = "generation_delete",
    .sql = "DELETE FROM generation g WHERE number IN (" OLD ")"
           " AND NOT EXISTS (SELECT FROM document_vector v WHERE v.generation = g.number)",
};
// clang-format on

/* Reads the state of a generation that is not retired. */
static int read_state(const struct db_rows *rows, int row, int column)
{
    return slice_is(db_get_text(rows, row, column), generation_states[GENERATION_SERVING])
               ? GENERATION_SERVING
               : GENERATION_FILLING;
}

static void read_row(const struct db_rows *rows, int row, struct generation *out)
{
    *out = (struct generation){.number = db_get_int(rows, row, 0),
                               .settings.asked = db_get_int(rows, row, 2),
                               .dimensions = db_get_int(rows, row, 3),
                               .queued_below = db_get_int(rows, row, 7)};
    slice_copy(db_get_text(rows, row, 1), out->settings.model, sizeof out->settings.model);
    slice_copy(db_get_text(rows, row, 4), out->settings.query_prefix,
               sizeof out->settings.query_prefix);
    slice_copy(db_get_text(rows, row, 5), out->settings.passage_prefix,
               sizeof out->settings.passage_prefix);
    out->state = read_state(rows, row, 6);
}

bool generation_store_list_live(struct db *db, struct arena *arena, struct generation_live *out,
                                struct fault *fault)
{
    struct generation_live live = {.count = 0};
    auto_rows struct db_rows rows = {0};

    if (!db_query(db, &live_statement, DB_VALUES(db_int(GENERATIONS_LIVE)), &rows, fault))
        return false;
    for (int i = 0; i < rows.count; i++) {
        read_row(&rows, i, &live.list[i]);
        const struct slice bytes = db_get_bytes(&rows, i, 8);
        float *probes = arena_alloc(arena, bytes.len + 1);
        if (probes == NULL)
            return arena_fault(fault);
        memcpy(probes, bytes.at, bytes.len);
        live.probes[i] = probes;
        live.count++;
    }
    *out = live;
    return true;
}

bool generation_store_list_progress(struct db *db, const struct uuid *tenant_id,
                                    struct db_rows *rows,
                                    struct generation_progress list[GENERATIONS_LIVE],
                                    size_t *count, struct fault *fault)
{
    if (!db_query(
            db, &progress_statement,
            DB_VALUES(db_uuid(tenant_id), db_int(GENERATION_COUNTED), db_int(GENERATIONS_LIVE)),
            rows, fault))
        return false;
    for (int i = 0; i < rows->count; i++)
        list[i] = (struct generation_progress){.model = db_get_text(rows, i, 0),
                                               .dimensions = db_get_int(rows, i, 1),
                                               .state = read_state(rows, i, 2),
                                               .documents = db_get_int(rows, i, 3),
                                               .due = db_get_int(rows, i, 4),
                                               .refused = db_get_int(rows, i, 5),
                                               .truncated = db_get_int(rows, i, 6)};
    *count = (size_t)rows->count;
    return true;
}

static bool refuse_if_dimensions_differ(struct db *tx, const struct db_value *values,
                                        struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query(tx, &other_statement, values, 6, &rows, fault))
        return false;
    return rows.count == 0 ||
           fault_set(fault, FAULT_CONFLICT, "embeddings_swapped",
                     "The model has other dimensions than it had under the same name.");
}

bool generation_store_make_live(struct db *tx, const struct generation *generation,
                                const float *probes, struct fault *fault)
{
    const struct generation_settings *settings = &generation->settings;
    const size_t bytes = GENERATION_PROBES * (size_t)generation->dimensions * sizeof *probes;
    uint8_t key[DIGEST_SHA256_LEN];

    generation_make_key(generation, key);
    const struct db_value values[] = {
        db_bytes((struct slice){(const char *)key, sizeof key}),
        db_str(settings->model),
        db_int(settings->asked),
        db_str(settings->query_prefix),
        db_str(settings->passage_prefix),
        db_int(WORDS_VERSION),
        db_int(generation->dimensions),
        db_bytes((struct slice){(const char *)probes, bytes}),
    };
    if (!refuse_if_dimensions_differ(tx, values, fault))
        return false;
    const struct db_call calls[] = {
        {&retire_statement, values, 1, NULL},
        {&adopt_statement,  values, 8, NULL},
    };
    return db_query_all(tx, calls, 2, fault);
}

bool generation_store_switch_if_filled(struct db *tx, int64_t filling, bool *switched,
                                       struct fault *fault)
{
    return db_query(tx, &replace_statement, DB_VALUES(db_int(filling)), NULL, fault) &&
           db_query_one(tx, &serve_statement, DB_VALUES(db_int(filling)), switched, fault);
}

bool generation_store_delete_old(struct db *tx, int64_t limit, bool *more, struct fault *fault)
{
    struct db_rows rows[3] = {{0}};
    const struct db_value values[] = {db_int(limit)};
    const struct db_call calls[] = {
        {&delete_due_statement,     values, 1, &rows[0]},
        {&delete_vectors_statement, values, 1, &rows[1]},
        {&delete_statement,         NULL,   0, &rows[2]},
    };
    const bool ok = db_query_all(tx, calls, 3, fault);

    if (ok)
        *more = rows[0].affected == limit || rows[1].affected == limit;
    for (size_t i = 0; i < 3; i++)
        db_rows_finish(&rows[i]);
    return ok;
}
