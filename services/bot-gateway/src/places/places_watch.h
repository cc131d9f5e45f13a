// SPDX-License-Identifier: MIT
/* The places of each tenant that has a bot for apartments. Every five minutes a background task
 * reads the cities and the apartments of each tenant from booking-api with that bot's key. If they
 * have changed, it compiles a new vocabulary and replaces the old one; a running turn keeps its
 * own. If a read fails, the old places stay, and it is retried after a minute, or after seconds if
 * nothing is known yet. Before the first read, and for tenants beyond PLACES_TENANTS_MAX, phrases
 * are parsed without places.
 *
 * places_known is a gauge: the places of all tenants. */
#pragma once

#include "api/service.h"

#include "clients/booking_client.h"
#include "places/places.h"

enum {
    PLACES_TENANTS_MAX = 4, /* so that all together take at most 10 MiB */
    PLACES_PAGES_MAX = 40   /* of a tenant's apartments, newest first */
};

struct bots;
struct places_watch;

/* Returns new, without places; the first run begins at once. All arguments are borrowed for its
 * life. One per process. */
struct places_watch *places_watch_start(struct service *service, const struct bots *bots,
                                        const struct booking_client *booking, struct fault *fault);
void places_watch_stop(struct places_watch *watch); /* takes NULL */

/* Reads the places of tenants that are due, or of `all`; in a fiber. Also true while the bots are
 * not known yet. */
bool places_watch_refresh(struct places_watch *watch, bool all, struct fault *fault) MUST_CHECK;

/* Sets the vocabulary for bots of the tenant, valid as long as the arena. NULL without a watch. */
bool places_watch_take(const struct places_watch *watch, const struct uuid *tenant_id,
                       struct arena *arena, const struct phrase_words **out,
                       struct fault *fault) MUST_CHECK;
