// SPDX-License-Identifier: MIT
/* Maintains the lexicon of this process: the document frequencies of all tenants. It starts from a
 * snapshot (lexicon/snapshot.h) or empty, and then reads the changes of documents every second.
 *
 * The old words of an edited or deleted document stay counted, because its old text is gone.
 * Therefore the lexicon is rebuilt when one document of 16 has changed, and at least
 * LEXICON_UPDATER_CHANGES; and after an erasure of a person, at most once in
 * LEXICON_UPDATER_ERASED_S.
 */
#pragma once

#include "api/service.h"

#include "lexicon/lexicon.h"

enum { LEXICON_UPDATER_CHANGES = 1000, LEXICON_UPDATER_ERASED_S = 3600 };

struct lexicon_updater;

/* Returns new. The task runs every second. */
struct lexicon_updater *lexicon_updater_start(struct service *service,
                                              struct fault *fault) MUST_CHECK;
/* Stops the task and frees it. Takes NULL. */
void lexicon_updater_stop(struct lexicon_updater *updater);

/* Borrowed until the caller waits. */
const struct lexicon *lexicon_updater_lexicon(const struct lexicon_updater *updater);
/* False until all stored documents have been counted once. */
bool lexicon_updater_is_ready(const struct lexicon_updater *updater);
/* Reads changes now. In a fiber. */
bool lexicon_updater_run(struct lexicon_updater *updater, struct fault *fault) MUST_CHECK;
/* After lexicon_updater_run(): stores a snapshot if one is due. */
bool lexicon_updater_save(struct lexicon_updater *updater, struct fault *fault) MUST_CHECK;
