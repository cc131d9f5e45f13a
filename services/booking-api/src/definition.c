// SPDX-License-Identifier: MIT
#include "definition.h"

#include <stdlib.h>

#include "base/embed.h"

#include "access.h"
#include "app.h"
#include "channels/feed_reader.h"
#include "handlers/handlers.h"
#include "maintenance/business.h"
#include "maintenance/edits.h"
#include "maintenance/selfcheck.h"
#include "maintenance/sweeper.h"
#include "rides.h"
#include "routes.h"
#include "webhooks/webhook_feeder.h"
#include "webhooks/webhooks_json.h"

SERVICE_FILES(booking);

static const char *const scopes[] = {"booking:read", "booking:write", "booking:admin",
                                     "booking:act",  "ride:read",     "ride:write",
                                     "ride:admin"};
enum {
    OF_APARTMENTS = SCOPE_BOOKING_READ | SCOPE_BOOKING_WRITE | SCOPE_BOOKING_ADMIN,
    OF_RIDES = SCOPE_RIDE_READ | SCOPE_RIDE_WRITE | SCOPE_RIDE_ADMIN
};
/* Drivers lack the scopes that routes of apartments require. Owners lack the scopes of rides. */
static const struct api_actor_kind actors[] = {
    {.name = "guest",
     .value = ACTOR_NUMBER,
     .max = ACTOR_GUEST_MAX,
     .scopes = OF_APARTMENTS | OF_RIDES                                                           },
    {.name = "owner",
     .value = ACTOR_UUID,
     .known = owner_check_actor_exists,
     .scopes = OF_APARTMENTS                                                                      },
    {.name = "driver", .value = ACTOR_UUID, .known = rides_check_driver_exists, .scopes = OF_RIDES},
};
_Static_assert((int)RIDE_ACTOR_GUEST == (int)ACTOR_GUEST &&
                   (int)RIDE_ACTOR_DRIVER == (int)ACTOR_OWNER + 1,
               "the order of actors");
_Static_assert(SCOPE_RIDE_READ == SCOPE_BOOKING_ACT << 1, "the order of scopes");

const struct api_callers booking_callers = {
    .scopes = scopes,
    .scope_count = ARRAY_LEN(scopes),
    .actor_scope = SCOPE_BOOKING_ACT,
    .actors = actors,
    .actor_count = ARRAY_LEN(actors),
};

/* Decides which events of the tenant a caller may read: staff read all, owners those of their
 * apartments; others get FAULT_FORBIDDEN. Events of rides need the scope ride:read. */
static bool find_readable_events_part(const struct api_caller *caller, struct events_part *part,
                                      struct fault *fault)
{
    if (caller->actor == ACTOR_OWNER)
        *part = (struct events_part){.member = "owner_id", .id = caller->actor_id};
    else if (!api_caller_is_staff(caller))
        return fault_set(fault, FAULT_FORBIDDEN, "forbidden", "Events are for owners and staff.");
    if ((caller->scopes & SCOPE_RIDE_READ) == 0)
        part->hidden_types = "ride trip offer sos complaint";
    return true;
}

/* The types of all events, as in openapi.yaml. */
static const char *const event_types[] = {"apartment.created",
                                          "apartment.updated",
                                          "block.created",
                                          "block.deleted",
                                          "booking.cancelled",
                                          "booking.changed",
                                          "booking.checked_in",
                                          "booking.completed",
                                          "booking.confirmed",
                                          "booking.declined",
                                          "booking.expired",
                                          "booking.held",
                                          "booking.no_show",
                                          "booking.paid",
                                          "booking.payment_claimed",
                                          "booking.requested",
                                          "calendar.conflict",
                                          "calendar.conflict_ended",
                                          "feed.ok",
                                          "feed.stale",
                                          "feed.suspect",
                                          "webhook.disabled",
                                          RIDES_EVENT_TYPES,
                                          NULL};

/* Fibers of calls of webhooks, of the periodic tasks, including those that every service has, and
 * of connections being opened. */
enum { TASKS_MAX = 32 };
_Static_assert(DELIVER_CALLS_MAX + FEED_READERS + TASKS_MAX <= (int)SERVICE_BACKGROUND_FIBERS,
               "the background fibers suffice for all tasks at once");

/* Stored answers with parts that were not stored, or that are visible for a limited time. */
static bool refresh_stored_answer(struct change *change, struct slice stored, struct buf *out,
                                  struct fault *fault)
{
    return webhook_is_stored_answer(stored)
               ? webhook_write_stored_answer(change, stored, out, fault)
               : rides_refresh_stored_answer(change, stored, out, fault);
}

/* The data of handlers, and the background tasks. */
struct running {
    struct booking_app app; /* must be the first member: see struct service_data */
    struct periodic sweeper;
    struct periodic rides_sweeper;
    struct feed_reader feed_reader;
    struct selfcheck_watch selfcheck_watch;
    struct business_watch business_watch;
    struct rides_watch rides_watch;
    struct webhook_feeder webhook_feeder;
    struct periodic edits;
};

static void stop_app(void *data)
{
    struct running *running = data;

    periodic_stop(&running->sweeper);
    periodic_stop(&running->rides_sweeper);
    feed_reader_stop(&running->feed_reader);
    selfcheck_watch_stop(&running->selfcheck_watch);
    business_watch_stop(&running->business_watch);
    rides_watch_stop(&running->rides_watch);
    periodic_stop(&running->edits);
    webhook_feeder_stop(&running->webhook_feeder);
    deliver_stop(running->app.deliver);
    free(running);
}

static bool start_webhooks(struct running *running, struct fault *fault)
{
    struct service *service = running->app.service;
    const struct booking_config *settings = running->app.config;

    running->app.webhook_hosts =
        (struct deliver_hosts){.internal = settings->webhook_hosts,
                               .loopback = strcmp(settings->common.environment, "demo") == 0};
    const struct deliver_options options = {
        .service = service, .hosts = running->app.webhook_hosts, .policy = &webhook_policy};
    running->app.deliver = deliver_start(&options, fault);
    if (running->app.deliver == NULL)
        return false;
    webhook_feeder_start(&running->webhook_feeder, service, running->app.deliver);
    return true;
}

static void *start_app(struct service *service, const void *config, struct fault *fault)
{
    const struct booking_config *settings = config;
    struct running *running = fault_calloc(sizeof *running, "booking-api", fault);

    if (running == NULL)
        return NULL;
    running->app = (struct booking_app){.service = service, .config = settings};
    if (!start_webhooks(running, fault)) {
        free(running);
        return NULL;
    }
    sweeper_start(&running->sweeper, service, settings->sweep_interval_ms);
    rides_sweeper_start(&running->rides_sweeper, service, settings->sweep_interval_ms);
    edits_start(&running->edits, service);
    feed_reader_start(&running->feed_reader, service, settings);
    selfcheck_watch_start(&running->selfcheck_watch, service, settings->sweep_interval_ms);
    business_watch_start(&running->business_watch, service);
    if (settings->rides_enabled)
        rides_set_contact_linger(settings->rides_contact_linger_ms);
    rides_watch_start(&running->rides_watch, service, settings->rides_enabled);
    return running;
}

const struct service_definition *booking_definition(void)
{
    static struct db_migration_set sets[2] = {
        {.schema = SERVICE_SCHEMA, .files = booking_schema_files}
    };
    static struct service_definition definition = {
        .name = SERVICE_NAME,
        .default_port = SERVICE_PORT,
        .variables = booking_variables,
        .config_size = sizeof(struct booking_config),
        .routes_served = booking_routes_count_served,
        .callers = &booking_callers,
        .sets = sets,
        .set_count = ARRAY_LEN(sets),
        .delivers = true,
        .search_path = SERVICE_SCHEMA ", ride, api, public",
        .events = find_readable_events_part,
        .event_types = event_types,
        .again = refresh_stored_answer,
        .start = start_app,
        .stop = stop_app,
    };

    /* Set here, because the size of an array in another file is not a constant expression. */
    sets[0].count = booking_schema_file_count;
    sets[1] = rides_migrations();
    definition.variable_count = booking_variable_count;
    definition.routes = booking_routes_all(&definition.route_count);
    definition.openapi = embed_content(&booking_openapi_files[0]);
    return &definition;
}
