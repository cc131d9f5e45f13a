// SPDX-License-Identifier: MIT
/* SQL of documents: the tables `document` and `document_tombstone`. */
#pragma once

#include "db/query.h"

#include "documents/document.h"

/* Takes the advisory lock of documents until the end of the transaction. Writers of documents share
 * the lock (`exclusive` is false). A caller that deletes documents must take the lock exclusively
 * (`exclusive` is true), so that no document reappears because it is written during its deletion.
 */
bool document_store_lock(struct db *tx, bool exclusive, struct fault *fault) MUST_CHECK;

/* Inserts documents, or replaces older versions of the same source, in one statement. `written` is
 * the number of rows changed. If an id occurs twice, the higher version wins. A tombstone of the
 * same or a higher version keeps the document deleted. At most DOCUMENTS_MAX documents. Requires
 * document_make_terms() and document_store_lock(). */
bool document_store_write_newer(struct db *tx, enum document_source source,
                                const struct document *list, size_t count, int64_t *written,
                                struct fault *fault) MUST_CHECK;

/* Deletes the documents with the tenants and ids of the list, as far as they came from a feed,
 * permanently: no version restores them. A document with the same id from an upload stays. Requires
 * document_store_lock(), exclusively unless the list is empty. */
bool document_store_delete_feed_documents(struct db *tx, const struct document *list, size_t count,
                                          struct fault *fault) MUST_CHECK;

/* Documents of a person: of any bot and without a bot if `bot` is absent, otherwise of the bot and,
 * with `without_bot`, without a bot. */
struct document_person {
    int64_t user_id;
    struct slice bot;
    bool without_bot;
};
enum { DOCUMENTS_ERASED_MAX = 1000 /* about 0.2 s */ };
/* Deletes documents of a person in the tenant, the oldest first, at most DOCUMENTS_ERASED_MAX. A
 * deleted document returns only with a higher version. Requires an exclusive document_store_lock().
 */
bool document_store_erase_page_of_person(struct db *tx, const struct uuid *tenant_id,
                                         const struct document_person *person, int64_t *erased,
                                         struct fault *fault) MUST_CHECK;

/* Reads the highest number of a transaction that may have erased documents so far, this transaction
 * included. */
bool document_store_read_latest_tx(struct db *tx, int64_t *latest_tx,
                                   struct fault *fault) MUST_CHECK;

/* Counts the documents that document_store_erase_page_of_person() would delete without its limit.
 */
bool document_store_count_of_person(struct db *db, const struct uuid *tenant_id,
                                    const struct document_person *person, int64_t *count,
                                    struct fault *fault) MUST_CHECK;

/* Increments the number of erasures if documents of the tenant were deleted since its last erasure
 * that was counted, by this transaction too: otherwise no derived data can contain words of an
 * erased person, and a tenant that erases nobody must not cost the others their snapshots. Call it
 * in the transaction of an erasure, but not in a dry run: the number is a sequence, which a
 * rollback does not reset. */
bool document_store_increment_erasure_count(struct db *tx, const struct uuid *tenant_id,
                                            struct fault *fault) MUST_CHECK;

/* The number of erasures that document_store_increment_erasure_count() has counted, of all tenants.
 * Data derived from documents before the last erasure, such as the lexicon, may contain words of
 * the erased person. */
bool document_store_read_erasure_count(struct db *db, int64_t *count,
                                       struct fault *fault) MUST_CHECK;

/* The number of the tenant's uploaded documents. Triggers maintain it in `document_count`
 * (schema/0015-document-count.sql), so a transaction that writes documents of the tenant locks the
 * tenant's row until the transaction ends. */
bool document_store_count_uploaded(struct db *tx, const struct uuid *tenant_id, int64_t *count,
                                   struct fault *fault) MUST_CHECK;

enum { DOCUMENTS_COUNTED_MAX = 100 * 1000 };
/* Counts documents of the tenant up to DOCUMENTS_COUNTED_MAX, because counting more takes too long.
 */
bool document_store_count_capped(struct db *db, const struct uuid *tenant_id, int64_t *count,
                                 struct fault *fault) MUST_CHECK;
