// SPDX-License-Identifier: MIT
/* The places of each tenant that has a bot. Every five minutes a background task reads from
 * booking-api with that bot's key. For a bot for apartments it reads the cities and the tenant's
 * apartments; for a bot for rides the cities and towns, none if booking-api has no rides. If the
 * answers have changed, it compiles a new vocabulary, which replaces the old one; the handling of
 * an update that runs meanwhile uses the old one to its end. If a read fails, the old places stay,
 * and it is retried after 3 s. If the first PLACES_FIRST_READS_MAX reads fail, and for tenants
 * beyond PLACES_TENANTS_MAX, phrases are parsed without places.
 *
 * The gauge places_known counts the places of all tenants. */
#pragma once

#include "api/service.h"

#include "bots/bots.h"
#include "clients/booking_client.h"
#include "places/places.h"

enum {
    PLACES_TENANTS_MAX = 4,     /* for each type of bot; the places of all take at most 13 MiB */
    PLACES_FIRST_READS_MAX = 3, /* failed reads for which updates wait */
    PLACES_PAGES_MAX = 40       /* pages of a tenant's apartments that are read, the newest first */
};

struct places_watch;

/* Creates a watch without places, and begins to read them; NULL: `fault` is set. `service` and
 * `bots` must outlive the watch. One per process. */
struct places_watch *places_watch_start(struct service *service, const struct bots *bots,
                                        const struct booking_client *booking, struct fault *fault);
void places_watch_stop(struct places_watch *watch); /* takes NULL */

/* Reads the places of the tenants that are due, or of all tenants if `all_tenants` is true. Must be
 * called in a fiber. Returns true also while the bots are not known yet. */
bool places_watch_refresh(struct places_watch *watch, bool all_tenants,
                          struct fault *fault) MUST_CHECK;

/* Whether updates of the bot must wait, because its places are not read yet and phrases would be
 * parsed without them. False if booking-api has failed PLACES_FIRST_READS_MAX times, for a bot
 * without a key, for tenants beyond PLACES_TENANTS_MAX, and if `watch` is NULL. */
bool places_watch_must_wait(const struct places_watch *watch, const struct uuid *bot_id);

/* Sets `out` to the vocabulary for bots of the tenant and this type; it is valid as long as the
 * arena. If `watch` is NULL, `out` is NULL. */
bool places_watch_borrow_vocabulary(const struct places_watch *watch, const struct uuid *tenant_id,
                                    int bot_type, struct arena *arena,
                                    const struct phrase_words **out,
                                    struct fault *fault) MUST_CHECK;
