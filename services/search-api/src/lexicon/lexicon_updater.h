// SPDX-License-Identifier: MIT
/* The lexicon of this process: how common each word is among all documents of all tenants. It
 * begins with what a copy has kept (lexicon/snapshot.h), or with nothing, and follows the table.
 *
 * What an edited or deleted document said stays counted, because its text is gone, until the
 * lexicon is made anew: once one document of 16 has changed, and at least LEXICON_UPDATER_CHANGES;
 * and after an erasure of a person, LEXICON_UPDATER_ERASED_S behind the last time at the earliest.
 */
#pragma once

#include "api/service.h"

#include "lexicon/lexicon.h"

enum { LEXICON_UPDATER_CHANGES = 1000, LEXICON_UPDATER_ERASED_S = 3600 };

struct lexicon_updater;

/* Returns new. */
struct lexicon_updater *lexicon_updater_create(struct service *service,
                                               struct fault *fault) MUST_CHECK;
/* From now on every second. */
bool lexicon_updater_start(struct lexicon_updater *lexicon_updater, struct fault *fault) MUST_CHECK;
/* Ends it, started or not. Takes NULL. */
void lexicon_updater_stop(struct lexicon_updater *lexicon_updater);

/* Borrowed until the caller waits. */
const struct lexicon *lexicon_updater_lexicon(const struct lexicon_updater *lexicon_updater);
/* False: not all that is stored is counted yet. */
bool lexicon_updater_is_ready(const struct lexicon_updater *lexicon_updater);
/* Follows now. For tests, and in a fiber. */
bool lexicon_updater_run(struct lexicon_updater *lexicon_updater, struct fault *fault) MUST_CHECK;
/* Behind it: keeps the lexicon for others now, if it is time to. */
bool lexicon_updater_save(struct lexicon_updater *lexicon_updater, struct fault *fault) MUST_CHECK;
