// SPDX-License-Identifier: MIT
/* Maintains the lexicon of this process: the document frequencies of all tenants. It starts from a
 * snapshot (lexicon/snapshot.h) or empty, and then reads the changes of documents every second.
 *
 * The old words of an edited or deleted document stay counted, because its old text is gone.
 * Therefore the lexicon is rebuilt when a sixteenth of the documents, and at least
 * LEXICON_UPDATER_CHANGES, have changed. After an erasure of a person it is rebuilt too, at most
 * once in LEXICON_UPDATER_ERASED_S seconds.
 */
#pragma once

#include "api/service.h"

#include "lexicon/lexicon.h"

enum { LEXICON_UPDATER_CHANGES = 1000, LEXICON_UPDATER_ERASED_S = 3600 };

struct lexicon_updater;

/* Returns new. The task runs every second. */
struct lexicon_updater *lexicon_updater_start(struct service *service,
                                              struct fault *fault) MUST_CHECK;
/* Stops the task and frees it. NULL is allowed. */
void lexicon_updater_stop(struct lexicon_updater *updater);

/* The lexicon to use now. Borrowed: valid until the caller's fiber waits, because the updater may
 * then replace it. */
const struct lexicon *lexicon_updater_lexicon(const struct lexicon_updater *updater);
/* Whether all documents stored before the start have been counted. */
bool lexicon_updater_is_ready(const struct lexicon_updater *updater);
/* Counts the documents that were inserted or changed since the last run. Must run in a fiber. */
bool lexicon_updater_run(struct lexicon_updater *updater, struct fault *fault) MUST_CHECK;
/* Stores a snapshot if one is due. Call it only after lexicon_updater_run() has returned true, in a
 * fiber. */
bool lexicon_updater_store_snapshot_if_due(struct lexicon_updater *updater,
                                           struct fault *fault) MUST_CHECK;
