// SPDX-License-Identifier: MIT
/* The lexicon of this process: how common each word is among all documents of all tenants. It
 * begins with what a copy has kept (learning/snapshot.h), or with nothing, and follows the table.
 *
 * What an edited or deleted document said stays counted, because its text is gone, until the
 * lexicon is made anew: once one document of 16 has changed, and at least LEARNER_CHANGES; and
 * after an erasure of a person, LEARNER_ERASED_S behind the last time at the earliest. */
#pragma once

#include "api/service.h"

#include "lexicon/lexicon.h"

enum { LEARNER_CHANGES = 1000, LEARNER_ERASED_S = 3600 };

struct learner;

/* Returns new. */
struct learner *learner_create(struct service *service, struct fault *fault) MUST_CHECK;
/* From now on every second. */
bool learner_start(struct learner *learner, struct fault *fault) MUST_CHECK;
/* Ends it, started or not. Takes NULL. */
void learner_stop(struct learner *learner);

/* Borrowed until the caller waits. */
const struct lexicon *learner_lexicon(const struct learner *learner);
/* False: not all that is stored is counted yet. */
bool learner_is_ready(const struct learner *learner);
/* Follows now. For tests, and in a fiber. */
bool learner_run(struct learner *learner, struct fault *fault) MUST_CHECK;
/* Behind it: keeps the lexicon for others now, if it is time to. */
bool learner_keep(struct learner *learner, struct fault *fault) MUST_CHECK;
