// SPDX-License-Identifier: MIT
/* SQL of terms that are made anew: the table `rebuild`, and `length` and `terms` of documents. */
#pragma once

#include "db/query.h"

#include "documents/document.h"

enum { REBUILD_ROWS_MAX = 300, REBUILD_BYTES_MAX = 128 * 1024 };

/* What there is to do. */
struct rebuild_work {
    bool older; /* documents whose terms were made by rules older than ours */
    bool newer; /* by newer ones */
    bool asked; /* somebody asked for it, and it is under way */
};
bool rebuild_store_look(struct db *db, struct rebuild_work *out, struct fault *fault) MUST_CHECK;

/* Where a document stands among those of older rules. Zeroed: before all. */
struct rebuild_place {
    int64_t rules;
    int64_t number;
};

/* One page: at most REBUILD_ROWS_MAX documents whose texts have REBUILD_BYTES_MAX together, or one.
 * They are locked until the end of the transaction. */
struct rebuild_page {
    int64_t *numbers;
    struct document *documents; /* of each the text alone, in the arena */
    size_t count;
    bool more; /* perhaps there are more */
    struct uuid
        tenant_id;     /* on request: whose they are; nil: nobody waits, or other copies do it */
    struct slice last; /* the id of the last */
    struct rebuild_place behind; /* that of the last */
};
/* Of older rules, of all tenants and behind `place`, but for those that somebody has locked: they
 * are written anew, deleted, or in another copy's page. */
bool rebuild_store_older(struct db *tx, const struct rebuild_place *place, struct arena *arena,
                         struct rebuild_page *out, struct fault *fault) MUST_CHECK;
/* The next ones of the tenant that asked first. Its row of `rebuild` is locked too; one that is
 * locked already is passed over. After document_store_lock(). */
bool rebuild_store_asked(struct db *tx, struct arena *arena, struct rebuild_page *out,
                         struct fault *fault) MUST_CHECK;

/* Writes what documents_read() has made. One that newer rules made stays as it is. Neither `tx` nor
 * `version` changes: who follows documents has seen this text. */
bool rebuild_store_write(struct db *tx, const struct rebuild_page *page, struct arena *arena,
                         struct fault *fault) MUST_CHECK;
/* The page of a tenant is done, and with the last page all of it. */
bool rebuild_store_move(struct db *tx, const struct rebuild_page *page,
                        struct fault *fault) MUST_CHECK;

/* Lets all terms of the tenant be made anew; `begun` false: that is under way already. */
bool rebuild_store_ask(struct db *tx, const struct uuid *tenant_id, bool *begun,
                       struct fault *fault) MUST_CHECK;

/* Of the tenant. */
struct rebuild_progress {
    bool asked;   /* it was on request at some time */
    bool running; /* it is under way */
    int64_t done;
    int64_t total;
    int64_t older; /* documents whose terms were made by older rules */
};
bool rebuild_store_progress(struct db *db, const struct uuid *tenant_id,
                            struct rebuild_progress *out, struct fault *fault) MUST_CHECK;
