// SPDX-License-Identifier: MIT
#include "lexicon/snapshot.h"

#include <string.h>

#include "base/auto.h"
#include "base/log.h"
#include "db/transaction.h"

#include "documents/document_store.h"
#include "lexicon/lexicon_chunk.h"
#include "lexicon/snapshot_store.h"

enum { TRIES = 3 };

/* --- reading --- */

/* Reads all chunks into the lexicon. FAULT_CONFLICT "snapshot_gone": a chunk is missing. */
static bool load_chunks(const struct service *service, const struct snapshot_head *head,
                        struct lexicon *lexicon, struct fault *fault)
{
    struct lexicon_chunk_cursor cursor = {0};

    for (int64_t i = 0; i < head->chunks; i++) {
        auto_rows struct db_rows rows = {0};
        if (!snapshot_store_read_chunk(service->db, head->number, i, &rows, fault))
            return false;
        if (rows.count == 0)
            return fault_set(fault, FAULT_CONFLICT, "snapshot_gone",
                             "The stored lexicon was replaced, or a chunk of it is missing.");
        if (!lexicon_chunk_read_next(lexicon, &cursor, db_get_bytes(&rows, 0, 0), fault))
            return false;
    }
    return lexicon_chunk_finish_reading(lexicon, &cursor, (size_t)head->terms, &head->sums, fault);
}

static bool load_lexicon(const struct service *service, const struct snapshot_head *head,
                         struct lexicon_state *out, struct fault *fault)
{
    struct lexicon *lexicon = lexicon_create(fault);

    if (lexicon == NULL)
        return false;
    if (!load_chunks(service, head, lexicon, fault)) {
        lexicon_destroy(lexicon);
        return false;
    }
    *out = head->state;
    out->lexicon = lexicon;
    out->base = out->cursor;
    return true;
}

bool snapshot_load_newest(const struct service *service, int64_t erasures,
                          struct lexicon_state *out, struct fault *fault)
{
    struct snapshot_head head = {.number = 0};
    int64_t before;

    /* If the load fails, a newer snapshot may have replaced this one. If the next attempt finds the
     * same snapshot again, it is broken. */
    for (int i = 0; i < TRIES; i++) {
        before = head.number;
        if (!snapshot_store_find_latest(service->db, erasures, &head, fault))
            return false;
        if (head.number == 0 || head.number == before)
            break;
        if (load_lexicon(service, &head, out, fault))
            return true;
        if (fault->kind != FAULT_CONFLICT && fault->kind != FAULT_INVALID)
            return false;
    }
    *out = (struct lexicon_state){.lexicon = NULL};
    if (head.number == 0)
        return true;
    LOG(LOG_WARN, "snapshot_refused", fault->detail, log_str("code", fault->code));
    return snapshot_store_delete(service->pool, head.number, fault);
}

/* --- writing --- */

static bool begin_snapshot(struct db *tx, void *arg, struct fault *fault)
{
    return snapshot_store_begin_if_due(tx, arg, fault);
}

static bool save_all_chunks_and_complete(const struct service *service,
                                         const struct lexicon *lexicon, struct snapshot_head *head,
                                         char *buffer, struct fault *fault)
{
    struct lexicon_chunk_cursor cursor = {0};

    for (;;) {
        const struct slice chunk = {buffer, lexicon_chunk_write_next(lexicon, &cursor, buffer)};
        if (chunk.len == 0)
            return snapshot_store_complete_and_delete_older(service->pool, head, fault);
        if (!snapshot_store_insert_chunk(service->pool, head->number, head->chunks, chunk, fault))
            return false;
        head->chunks++;
    }
}

bool snapshot_write_lexicon_if_due(const struct service *service, const struct lexicon_state *state,
                                   struct fault *fault)
{
    struct snapshot_head head = {.state = *state,
                                 .sums = *lexicon_sums(state->lexicon),
                                 .terms = (int64_t)lexicon_number_of_terms(state->lexicon)};

    if (head.sums.documents == 0)
        return true;
    if (!db_transaction(service->pool, begin_snapshot, &head, fault))
        return false;
    if (head.number == 0)
        return true;
    auto_free char *room = fault_calloc(LEXICON_CHUNK_BYTES_MAX, "a chunk of the lexicon", fault);
    return room != NULL &&
           (save_all_chunks_and_complete(service, state->lexicon, &head, room, fault) ||
            strcmp(fault->code, "snapshot_gone") == 0);
}

static bool delete_snapshots_before_erasure(struct db *tx, void *arg, struct fault *fault)
{
    int64_t *erasures = arg;

    /* An erasure increments the number before its transaction ends; the lock waits for its end. */
    return document_store_lock(tx, false, fault) &&
           document_store_read_erasure_count(tx, erasures, fault) &&
           snapshot_store_delete_before_erasure(tx, *erasures, fault);
}

bool snapshot_delete_before_erasure(const struct service *service, int64_t *erasures,
                                    struct fault *fault)
{
    return db_transaction(service->pool, delete_snapshots_before_erasure, erasures, fault);
}
