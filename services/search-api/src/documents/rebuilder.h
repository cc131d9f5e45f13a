// SPDX-License-Identifier: MIT
/* Makes terms of stored documents anew, in the background and a page at a time: those made by older
 * rules (WORDS_VERSION), of all tenants, and all of a tenant that asked for it. Texts, versions and
 * `tx` stay, so that nobody who follows documents notices.
 *
 * A page is a transaction that locks its documents, so any number of copies share the work. A copy
 * leaves alone what newer rules have made: during a deploy documents are raised and never lowered.
 * What an old copy writes meanwhile is raised too. */
#pragma once

#include "api/service.h"

struct rebuilder;

/* Returns new. */
struct rebuilder *rebuilder_create(struct service *service, struct fault *fault) MUST_CHECK;
/* From now on every second, in a running service. */
bool rebuilder_start(struct rebuilder *rebuilder, struct fault *fault) MUST_CHECK;
/* Ends it, started or not. Takes NULL. */
void rebuilder_stop(struct rebuilder *rebuilder);
/* It was asked for more. */
void rebuilder_soon(struct rebuilder *rebuilder);

/* Documents may be missed, because their terms were made by other rules than those by which this
 * copy reads queries: older ones, that are made anew, or newer ones after a step back. True too
 * until it is known. */
bool rebuilder_is_behind(const struct rebuilder *rebuilder);
/* Works now, until nothing is left or for REBUILD_PAGES_MAX pages of each kind. For tests, and in a
 * fiber. */
enum { REBUILD_PAGES_MAX = 200 };
bool rebuilder_run(struct rebuilder *rebuilder, struct fault *fault) MUST_CHECK;
