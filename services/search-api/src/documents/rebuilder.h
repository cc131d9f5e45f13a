// SPDX-License-Identifier: MIT
/* Rebuilds terms of stored documents in the background, page by page: those of older tokenizer
 * rules (WORDS_VERSION), of all tenants, and all documents of a tenant that requested it. Texts,
 * versions and `tx` stay, so consumers of documents do not read them again.
 *
 * A page is a transaction that locks its documents, so instances share the work. Terms of newer
 * rules stay unchanged: during a deploy, documents only move to newer rules. Documents that an old
 * instance writes in the meantime are rebuilt too.
 */
#pragma once

#include "api/periodic.h"
#include "api/service.h"

#include "documents/rebuild_store.h"

/* The task runs every second. */
struct rebuilder {
    struct service *service;
    struct periodic task;
    bool behind; /* documents have terms of other rules than those of this instance, so that
                  * searches may miss them; true until the first check */
    struct rebuild_cursor cursor; /* the last rebuilt document with terms of older rules */
    int64_t check_ns;             /* time of the next check */
};
void rebuilder_start(struct rebuilder *rebuilder, struct service *service);
void rebuilder_stop(struct rebuilder *rebuilder);
/* Makes the task run at once. Call it after rebuild_store_request(). */
void rebuilder_wake(struct rebuilder *rebuilder);

enum { REBUILD_PAGES_MAX = 200 };
/* Rebuilds at most REBUILD_PAGES_MAX pages of documents with terms of older rules, and then at most
 * REBUILD_PAGES_MAX pages that tenants have requested. Must run in a fiber. */
bool rebuilder_run(struct rebuilder *rebuilder, struct fault *fault) MUST_CHECK;
