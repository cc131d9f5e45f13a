// SPDX-License-Identifier: MIT
/* A snapshot of the lexicon in PostgreSQL, so that a starting instance reads some megabytes instead
 * of every document.
 *
 * One instance writes at a time, each chunk in a transaction of its own, so that no connection is
 * held. Until a snapshot is complete (its column saved_at is set), readers see the previous
 * snapshot. Counting pauses during the write, so the snapshot is consistent. A reader also reads
 * chunk by chunk; if a newer snapshot replaces the one it reads, it starts again with the newer.
 *
 * An erasure of a person deletes the snapshot, and none is stored until the documents are counted
 * again.
 */
#pragma once

#include "api/service.h"

#include "lexicon/lexicon.h"
#include "lexicon/lexicon_store.h"

/* Loads the newest snapshot that is valid in this database and whose count began when
 * document_store_read_erasure_count() was `erasures`. `out` gets a new lexicon, or NULL if there is
 * no such snapshot. Deletes a broken snapshot. Must run in a fiber. */
bool snapshot_load_newest(const struct service *service, int64_t erasures,
                          struct lexicon_state *out, struct fault *fault) MUST_CHECK;

/* Stores a snapshot of the lexicon, if snapshot_store_begin_if_due() starts one. The lexicon must
 * not change during the call. Must run in a fiber. */
bool snapshot_write_lexicon_if_due(const struct service *service, const struct lexicon_state *state,
                                   struct fault *fault) MUST_CHECK;

/* Waits until erasures in progress have ended, sets `erasures` to the number of all erasures, and
 * deletes snapshots whose count began before the last erasure. Must run in a fiber. */
bool snapshot_delete_before_erasure(const struct service *service, int64_t *erasures,
                                    struct fault *fault) MUST_CHECK;
