// SPDX-License-Identifier: MIT
/* The lexicon is kept in PostgreSQL, so that a copy that starts reads some megabytes instead of
 * every document.
 *
 * One copy writes it at a time, each piece in a transaction of its own: no connection is held, and
 * a reader sees it when it is whole (saved_at), the one before until then. It is written while
 * nothing is counted, so its pieces are of one moment. It is read piece by piece, too; one that is
 * replaced meanwhile is left alone for the one that replaced it.
 *
 * An erasure of a person ends it: it is deleted, and none is kept until words are counted anew. */
#pragma once

#include "api/service.h"

#include "lexicon/lexicon_state.h"

/* Sets `out`, with a new lexicon; its lexicon is NULL where none is kept that is good here, of so
 * many erasures. One that is broken is deleted. In a fiber. */
bool snapshot_load(const struct service *service, int64_t erasures, struct lexicon_state *out,
                   struct fault *fault) MUST_CHECK;

/* Keeps it, unless one is kept that is nearly as good (lexicon/snapshot_store.h). Nobody changes
 * the lexicon before it returns. In a fiber. */
bool snapshot_save(const struct service *service, const struct lexicon_state *lexicon_state,
                   struct fault *fault) MUST_CHECK;

/* Deletes what was kept before somebody was erased, and tells how many erasures there were, none of
 * them under way. In a fiber. */
bool snapshot_delete_erased(const struct service *service, int64_t *erasures,
                            struct fault *fault) MUST_CHECK;
