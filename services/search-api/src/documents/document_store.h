// SPDX-License-Identifier: MIT
/* SQL of documents: the tables `document` and `document_tombstone`. */
#pragma once

#include "db/query.h"

#include "documents/document.h"

/* Takes an advisory lock until the end of the transaction. Writers share it; with `alone`, the
 * caller holds it exclusively, as a deletion must: otherwise a document that is written during its
 * deletion might reappear. */
bool document_store_lock(struct db *tx, bool alone, struct fault *fault) MUST_CHECK;

/* Inserts documents, or replaces older versions of the same source, in one statement. `written` is
 * the number of rows changed. If an id occurs twice, the higher version wins. A tombstone of the
 * same or a higher version keeps the document deleted. At most DOCUMENTS_MAX, after
 * document_make_terms() and document_store_lock(). */
bool document_store_write(struct db *tx, enum document_source source, const struct document *list,
                          size_t count, struct arena *arena, int64_t *written,
                          struct fault *fault) MUST_CHECK;

/* Deletes documents that came from a feed, permanently: no version restores them. A document with
 * the same id from an upload stays. After document_store_lock(). */
struct document_key {
    struct uuid tenant_id;
    struct slice id;
};
bool document_store_delete(struct db *tx, const struct document_key *list, size_t count,
                           struct arena *arena, struct fault *fault) MUST_CHECK;

/* Deletes documents of a person in the tenant, the oldest first, at most DOCUMENTS_ERASED_MAX. With
 * `bot`, deletes only those of the bot; absent means all, including those of no bot. Only a higher
 * version restores one. After an exclusive document_store_lock(). */
enum { DOCUMENTS_ERASED_MAX = 1000 /* about 0.2 s */ };
bool document_store_erase(struct db *tx, const struct uuid *tenant_id, int64_t user_id,
                          struct slice bot, int64_t *erased, struct fault *fault) MUST_CHECK;

/* The number of the latest transaction that may have erased documents, including the current one.
 */
bool document_store_latest_tx(struct db *tx, int64_t *latest, struct fault *fault) MUST_CHECK;

/* Counts the documents that an erasure would delete. */
bool document_store_count_person(struct db *db, const struct uuid *tenant_id, int64_t user_id,
                                 struct slice bot, int64_t *count, struct fault *fault) MUST_CHECK;

/* Increments the number of erasures, in the transaction of an erasure that has deleted documents.
 * The number is a sequence and survives a rollback, so a dry run does not call this. */
bool document_store_add_erasure(struct db *tx, struct fault *fault) MUST_CHECK;

/* The number of such erasures of all tenants. Data derived from all documents before an erasure,
 * such as the lexicon, may contain words of the erased person. */
bool document_store_erasures(struct db *db, int64_t *count, struct fault *fault) MUST_CHECK;

/* The number of the tenant's uploaded documents. Triggers maintain it
 * (schema/0015-document-count.sql), so a transaction that writes documents of the tenant locks the
 * row until its end. */
bool document_store_count_own(struct db *tx, const struct uuid *tenant_id, int64_t *count,
                              struct fault *fault) MUST_CHECK;

/* Counts documents of the tenant up to DOCUMENTS_COUNTED_MAX, because counting more takes too long.
 */
enum { DOCUMENTS_COUNTED_MAX = 100 * 1000 };
bool document_store_count(struct db *db, const struct uuid *tenant_id, int64_t *count,
                          struct fault *fault) MUST_CHECK;
