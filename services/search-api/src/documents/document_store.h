// SPDX-License-Identifier: MIT
/* SQL of documents: the tables `document` and `document_tombstone`. */
#pragma once

#include "db/query.h"

#include "documents/document.h"

/* Until the end of the transaction nobody deletes documents, or, with `alone`, nobody writes or
 * deletes any either: else one that is written while it is deleted might come back. */
bool document_store_lock(struct db *tx, bool alone, struct fault *fault) MUST_CHECK;

/* Inserts, or replaces what is older and of the same source, in one statement; `written` is how
 * many. Of two of one id the higher version counts. One whose version was deleted, or a higher one,
 * stays deleted. At most DOCUMENTS_MAX, which documents_read() has read. After
 * document_store_lock(). */
bool document_store_write(struct db *tx, enum document_source source, const struct document *list,
                          size_t count, struct arena *arena, int64_t *written,
                          struct fault *fault) MUST_CHECK;

/* Deletes documents that came by a feed. No version brings one back. A document of the same id that
 * a program sent stays as it is. After document_store_lock(). */
struct document_gone {
    struct uuid tenant_id;
    struct slice id;
};
bool document_store_bury(struct db *tx, const struct document_gone *list, size_t count,
                         struct arena *arena, struct fault *fault) MUST_CHECK;

/* Deletes documents of a person in the tenant, DOCUMENTS_ERASED_MAX at most, the oldest first; with
 * `bot` those of the bot alone (absent: of all, and of none). Only a higher version brings one
 * back. After document_store_lock() alone. */
enum { DOCUMENTS_ERASED_MAX = 1000 /* take some 0.2 s */ };
bool document_store_erase(struct db *tx, const struct uuid *tenant_id, int64_t user_id,
                          struct slice bot, int64_t *erased, struct fault *fault) MUST_CHECK;

/* The number of the latest transaction that may have erased documents, this one included. */
bool document_store_latest(struct db *tx, int64_t *latest, struct fault *fault) MUST_CHECK;

/* How many documents there are to erase. */
bool document_store_persons(struct db *db, const struct uuid *tenant_id, int64_t user_id,
                            struct slice bot, int64_t *count, struct fault *fault) MUST_CHECK;

/* Counts an erasure that has erased documents, in its transaction. The count stays where the
 * transaction is rolled back, so a dry run does not call this. */
bool document_store_erased(struct db *tx, struct fault *fault) MUST_CHECK;

/* How many such erasures there were, of all tenants. What was made of all documents before one of
 * them, as the lexicon is, may have words of the person. */
bool document_store_erasures(struct db *db, int64_t *count, struct fault *fault) MUST_CHECK;

/* Documents of programs that the tenant has. Triggers count them (schema/0015-document-count.sql),
 * so whoever has written some of the tenant's holds its count until the end of the transaction. */
bool document_store_own(struct db *tx, const struct uuid *tenant_id, int64_t *count,
                        struct fault *fault) MUST_CHECK;

/* Of the tenant; no more are counted, which takes too long. */
enum { DOCUMENTS_COUNTED_MAX = 100 * 1000 };
bool document_store_count(struct db *db, const struct uuid *tenant_id, int64_t *count,
                          struct fault *fault) MUST_CHECK;
