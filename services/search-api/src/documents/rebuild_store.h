// SPDX-License-Identifier: MIT
/* SQL of the rebuild of terms: the table `rebuild`, and `length` and `terms` of documents. */
#pragma once

#include "db/query.h"

#include "documents/document.h"

/* The most documents of a page, and the most bytes of their texts. */
enum { REBUILD_ROWS_MAX = 300, REBUILD_BYTES_MAX = 128 * 1024 };

/* Whether documents have terms of other rules than this instance. "Rules" are the version of the
 * tokenizer, WORDS_VERSION. */
struct rebuild_work {
    bool older;     /* some documents have terms of older rules, to be rebuilt */
    bool newer;     /* some have terms of newer rules, which stay: searches may miss them */
    bool requested; /* a requested rebuild has not ended */
};
bool rebuild_store_check_for_work(struct db *db, struct rebuild_work *out,
                                  struct fault *fault) MUST_CHECK;

/* A cursor among documents whose terms are of older tokenizer rules. Zeroed: before the first
 * document. */
struct rebuild_cursor {
    int64_t rules;
    int64_t number;
};

/* A page of documents to rebuild: at most REBUILD_ROWS_MAX with at most REBUILD_BYTES_MAX of text
 * together, but at least one document if any is left. The documents are locked until the end of the
 * transaction. */
struct rebuild_page {
    int64_t *numbers;
    struct document *documents; /* only `text` is set, in the arena */
    size_t count;
    bool more;             /* documents may follow after this page */
    struct uuid tenant_id; /* the tenant of a requested rebuild; nil: no request is pending, or
                            * other instances have locked the requests */
    struct slice last;     /* the id of the page's last document */
    struct rebuild_cursor cursor; /* the cursor at the page's last document */
};
/* Reads the next documents, of all tenants, whose terms are of older tokenizer rules. Skips locked
 * rows: another transaction rewrites or deletes them, or another instance rebuilds them. */
bool rebuild_store_read_outdated_page(struct db *tx, const struct rebuild_cursor *cursor,
                                      struct arena *arena, struct rebuild_page *out,
                                      struct fault *fault) MUST_CHECK;
/* Reads the next documents of the tenant whose request for a rebuild is the oldest. Locks the
 * tenant's row of `rebuild`; skips tenants whose row another instance has locked. Call it only
 * after document_store_lock(). */
bool rebuild_store_read_page_of_oldest_request(struct db *tx, struct arena *arena,
                                               struct rebuild_page *out,
                                               struct fault *fault) MUST_CHECK;

/* Stores the lengths and terms that document_make_terms() has set. Documents with terms of newer
 * tokenizer rules stay unchanged. The columns `tx` and `version` stay unchanged too, so that
 * readers of changed documents do not read the text again. */
bool rebuild_store_write_terms(struct db *tx, const struct rebuild_page *page,
                               struct fault *fault) MUST_CHECK;
/* Stores the progress of a tenant's rebuild after a page; the last page ends the rebuild. */
bool rebuild_store_write_progress(struct db *tx, const struct rebuild_page *page,
                                  struct fault *fault) MUST_CHECK;

/* Requests a rebuild of all terms of the tenant. `begun` is false if a rebuild is already running.
 */
bool rebuild_store_request(struct db *tx, const struct uuid *tenant_id, bool *begun,
                           struct fault *fault) MUST_CHECK;

enum rebuild_state { REBUILD_NONE, REBUILD_RUNNING, REBUILD_DONE };
/* The progress of the last rebuild that the tenant has requested. */
struct rebuild_progress {
    int state;     /* enum rebuild_state; REBUILD_NONE: no rebuild was requested yet */
    int64_t done;  /* rebuilt documents */
    int64_t total; /* documents to rebuild, with those done */
    int64_t older; /* documents with terms of older rules, also without a request */
};
bool rebuild_store_read_progress(struct db *db, const struct uuid *tenant_id,
                                 struct rebuild_progress *out, struct fault *fault) MUST_CHECK;
