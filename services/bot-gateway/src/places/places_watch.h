// SPDX-License-Identifier: MIT
/* The places of each tenant that has a bot for flats. Every few minutes booking-api is asked for
 * them with that bot's key: its cities, and its flats page by page. Where they are others than
 * before, what phrases are read by is made anew and replaced as a whole; a turn keeps what it began
 * with. A look that fails leaves what was known, and comes again a minute later; where nothing was
 * known, some seconds later. Before the first look, and for tenants beyond PLACES_TENANTS_MAX,
 * phrases name no places and are read all the same.
 *
 * places_known is a gauge: the places of all tenants. */
#pragma once

#include "api/service.h"

#include "clients/booking_client.h"
#include "places/places.h"

enum {
    PLACES_TENANTS_MAX = 4, /* so that all of them take 10 MiB at most */
    PLACES_PAGES_MAX = 40   /* of a tenant's flats, the newest first */
};

struct bots;
struct places_watch;

/* Returns new, which knows no places. What it is given is borrowed for its life. One for the
 * process. */
struct places_watch *places_watch_create(struct service *service, const struct bots *bots,
                                         const struct booking_client *booking, struct fault *fault);
/* Looks from now on, the first time at once, until places_watch_destroy(). */
bool places_watch_begin(struct places_watch *watch, struct fault *fault) MUST_CHECK;
void places_watch_destroy(struct places_watch *watch); /* takes NULL */

/* Looks now at those whose time has come, or at `all`; in a fiber. True also while it is not known
 * which bots there are. */
bool places_watch_look(struct places_watch *watch, bool all, struct fault *fault) MUST_CHECK;

/* What phrases to bots of the tenant are read by, for as long as the arena has it. Of no watch
 * NULL.
 */
bool places_watch_take(const struct places_watch *watch, const struct uuid *tenant_id,
                       struct arena *arena, const struct phrase_words **out,
                       struct fault *fault) MUST_CHECK;
