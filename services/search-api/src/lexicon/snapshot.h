// SPDX-License-Identifier: MIT
/* A snapshot of the lexicon in PostgreSQL, so that a starting instance reads some megabytes instead
 * of every document.
 *
 * One instance writes at a time, each chunk in a transaction of its own, so that no connection is
 * held. Readers see a snapshot when it is complete (saved_at), and the previous one until then.
 * Counting pauses during the write, so the snapshot is consistent. A reader also reads chunk by
 * chunk; if a newer snapshot replaces the one it reads, it starts again with the newer.
 *
 * An erasure of a person deletes the snapshot, and none is stored until the documents are counted
 * again.
 */
#pragma once

#include "api/service.h"

#include "lexicon/lexicon_state.h"

/* Loads the newest snapshot that is valid here and has the given number of erasures. Sets `out`
 * with a new lexicon, or with NULL if there is none. Deletes a broken snapshot. In a fiber. */
bool snapshot_load(const struct service *service, int64_t erasures, struct lexicon_state *out,
                   struct fault *fault) MUST_CHECK;

/* Stores a snapshot, unless one that is nearly as good exists (lexicon/snapshot_store.h). The
 * lexicon must not change during the call. In a fiber. */
bool snapshot_save(const struct service *service, const struct lexicon_state *state,
                   struct fault *fault) MUST_CHECK;

/* Deletes snapshots from before the last erasure and sets the number of erasures, after those in
 * progress have ended. In a fiber. */
bool snapshot_delete_erased(const struct service *service, int64_t *erasures,
                            struct fault *fault) MUST_CHECK;
