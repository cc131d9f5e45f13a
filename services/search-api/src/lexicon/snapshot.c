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

/* FAULT_CONFLICT "snapshot_gone": one of its pieces is not there. */
static bool load_pieces(const struct service *service, const struct snapshot_head *head,
                        struct lexicon *lexicon, struct fault *fault)
{
    struct lexicon_chunk_cursor place = {.terms = (size_t)head->terms};

    for (int64_t i = 0; i < head->pieces; i++) {
        auto_rows struct db_rows rows = {0};
        if (!snapshot_store_chunk(service->db, head->number, i, &rows, fault))
            return false;
        if (rows.count == 0)
            return fault_set(fault, FAULT_CONFLICT, "snapshot_gone",
                             "The kept lexicon was replaced, or a piece of it is missing.");
        if (!lexicon_chunk_read(lexicon, &place, db_get_bytes(&rows, 0, 0), fault))
            return false;
    }
    return lexicon_chunk_end(lexicon, &place, &head->sums, fault);
}

static bool load(const struct service *service, const struct snapshot_head *head,
                 struct lexicon_state *out, struct fault *fault)
{
    struct lexicon *lexicon = lexicon_create(fault);

    if (lexicon == NULL)
        return false;
    if (!load_pieces(service, head, lexicon, fault)) {
        lexicon_destroy(lexicon);
        return false;
    }
    *out = (struct lexicon_state){.lexicon = lexicon,
                                  .place = head->place,
                                  .deleted = head->deleted,
                                  .base = head->place,
                                  .erasures = head->erasures,
                                  .changed = (uint64_t)head->changed};
    return true;
}

static bool drop(struct db *tx, void *arg, struct fault *fault)
{
    const struct snapshot_head *head = arg;

    return snapshot_store_delete(tx, head->number, fault);
}

bool snapshot_load(const struct service *service, int64_t erasures, struct lexicon_state *out,
                   struct fault *fault)
{
    struct snapshot_head head = {.number = 0};
    int64_t before;

    /* Of one number a piece was missing twice: it will not come. */
    for (int i = 0; i < TRIES; i++) {
        before = head.number;
        if (!snapshot_store_latest(service->db, erasures, &head, fault))
            return false;
        if (head.number == 0 || head.number == before)
            break;
        if (load(service, &head, out, fault))
            return true;
        if (fault->kind != FAULT_CONFLICT && fault->kind != FAULT_INVALID)
            return false;
    }
    *out = (struct lexicon_state){.lexicon = NULL};
    if (head.number == 0)
        return true;
    LOG(LOG_WARN, "snapshot_refused", fault->detail, log_str("code", fault->code));
    return db_transaction(service->pool, drop, &head, fault);
}

/* --- writing --- */

struct saving {
    struct snapshot_head head;
    struct slice piece;
};

static bool begin(struct db *tx, void *arg, struct fault *fault)
{
    struct saving *saving = arg;

    return snapshot_store_begin(tx, &saving->head, fault);
}

static bool put(struct db *tx, void *arg, struct fault *fault)
{
    const struct saving *saving = arg;

    return snapshot_store_put(tx, saving->head.number, saving->head.pieces, saving->piece, fault);
}

static bool end(struct db *tx, void *arg, struct fault *fault)
{
    const struct saving *saving = arg;

    return snapshot_store_end(tx, &saving->head, fault);
}

static bool save_pieces(const struct service *service, const struct lexicon *lexicon,
                        struct saving *saving, char *room, struct fault *fault)
{
    struct lexicon_chunk_cursor place = {0};

    for (;;) {
        saving->piece = (struct slice){room, lexicon_chunk_write(lexicon, &place, room)};
        if (saving->piece.len == 0)
            return db_transaction(service->pool, end, saving, fault);
        if (!db_transaction(service->pool, put, saving, fault))
            return false;
        saving->head.pieces++;
    }
}

bool snapshot_save(const struct service *service, const struct lexicon_state *lexicon_state,
                   struct fault *fault)
{
    struct saving saving = {
        .head = {.place = lexicon_state->place,
                 .deleted = lexicon_state->deleted,
                 .erasures = lexicon_state->erasures,
                 .changed = (int64_t)lexicon_state->changed,
                 .sums = *lexicon_sums(lexicon_state->lexicon),
                 .terms = (int64_t)lexicon_terms(lexicon_state->lexicon)}
    };

    if (saving.head.sums.documents == 0)
        return true;
    if (!db_transaction(service->pool, begin, &saving, fault))
        return false;
    if (saving.head.number == 0)
        return true;
    auto_free char *room = fault_calloc(LEXICON_CHUNK_BYTES_MAX, "a piece of the lexicon", fault);
    return room != NULL && (save_pieces(service, lexicon_state->lexicon, &saving, room, fault) ||
                            strcmp(fault->code, "snapshot_gone") == 0);
}

static bool forget(struct db *tx, void *arg, struct fault *fault)
{
    int64_t *erasures = arg;

    /* An erasure is counted before its transaction ends: it is waited for. */
    return document_store_lock(tx, false, fault) && document_store_erasures(tx, erasures, fault) &&
           snapshot_store_delete_erased(tx, *erasures, fault);
}

bool snapshot_delete_erased(const struct service *service, int64_t *erasures, struct fault *fault)
{
    return db_transaction(service->pool, forget, erasures, fault);
}
