// SPDX-License-Identifier: MIT
#include "feeding/feed_batch.h"

bool feed_batch_begin(struct db *db, struct arena *arena, struct feed_batch *out,
                      struct fault *fault)
{
    *out = (struct feed_batch){.arena = arena};
    return document_store_erasures(db, &out->erasures, fault);
}

bool feed_batch_read(struct feed_batch *batch, struct work *work, const struct db_rows *rows,
                     struct fault *fault)
{
    const size_t count = (size_t)rows->count;
    batch->written = arena_alloc(batch->arena, (count + 1) * sizeof *batch->written);
    batch->gone = arena_alloc(batch->arena, (count + 1) * sizeof *batch->gone);
    if (batch->written == NULL || batch->gone == NULL)
        return arena_fault(fault);
    for (int i = 0; i < rows->count; i++) {
        struct document document;
        bool deleted;
        feed_row(rows, i, &batch->last, &deleted);
        if (!feed_store_document(rows, i, batch->arena, &document, fault))
            return false;
        if (deleted)
            batch->gone[batch->gone_count++] =
                (struct document_gone){document.tenant_id, document.id};
        else
            batch->written[batch->written_count++] = document;
    }
    return documents_read(work, batch->written, batch->written_count, batch->arena, fault);
}

/* What was read before an erasure must not be written after it. */
static bool is_of_now(struct db *tx, const struct feed_batch *batch, struct fault *fault)
{
    int64_t erasures;

    if (!document_store_erasures(tx, &erasures, fault))
        return false;
    return erasures == batch->erasures ||
           fault_set(fault, FAULT_CONFLICT, "feed_moved", "Somebody was erased meanwhile.");
}

bool feed_batch_write(struct db *tx, const struct feed_batch *batch, int64_t *written,
                      struct fault *fault)
{
    return document_store_lock(tx, batch->gone_count > 0, fault) && is_of_now(tx, batch, fault) &&
           document_store_write(tx, DOCUMENT_OF_GATEWAY, batch->written, batch->written_count,
                                batch->arena, written, fault) &&
           document_store_bury(tx, batch->gone, batch->gone_count, batch->arena, fault);
}
