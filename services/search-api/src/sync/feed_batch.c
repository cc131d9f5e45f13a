// SPDX-License-Identifier: MIT
#include "sync/feed_batch.h"

bool feed_batch_read(struct work *work, const struct db_rows *rows, struct arena *arena,
                     struct feed_batch *out, struct fault *fault)
{
    const size_t count = (size_t)rows->count;
    struct feed_batch batch = {0};

    batch.written = arena_alloc(arena, (count + 1) * sizeof *batch.written);
    batch.gone = arena_alloc(arena, (count + 1) * sizeof *batch.gone);
    if (batch.written == NULL || batch.gone == NULL)
        return arena_fault(fault);
    for (int i = 0; i < rows->count; i++) {
        bool deleted;
        feed_read_row(rows, i, &batch.last, &deleted);
        if (!feed_store_read_document(rows, i, &batch.last.id, arena,
                                      deleted ? &batch.gone[batch.gone_count++]
                                              : &batch.written[batch.written_count++],
                                      fault))
            return false;
    }
    *out = batch;
    return document_make_terms(work, out->written, out->written_count, arena, fault);
}

bool feed_batch_write(struct db *tx, struct feed_batch *batch, struct fault *fault)
{
    int64_t written;

    /* After the lock no erasure deletes documents until the end of the transaction. */
    return document_store_lock(tx, batch->gone_count > 0, fault) &&
           feed_store_remove_deleted_from_list(tx, batch->written, &batch->written_count, fault) &&
           document_store_write_newer(tx, DOCUMENT_OF_GATEWAY, batch->written, batch->written_count,
                                      &written, fault) &&
           document_store_delete_feed_documents(tx, batch->gone, batch->gone_count, fault);
}
