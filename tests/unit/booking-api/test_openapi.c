// SPDX-License-Identifier: MIT
/* openapi.yaml agrees with the code in fields and in what may be refused with 410. tests/contract
 * compares routes, query parameters and scopes. */
#include <jansson.h>

#include "base/embed.h"

#include "apartments/apartments_json.h"
#include "bookings/booking.h"
#include "bookings/bookings_json.h"
#include "calendar/calendar_json.h"
#include "channels/channels_json.h"
#include "definition.h"
#include "drivers/drivers_json.h"
#include "places/places_json.h"
#include "prices/prices_json.h"
#include "rides/offer.h"
#include "rides/ride.h"
#include "rides/rides_json.h"
#include "safety/safety_json.h"
#include "support/openapi_bounds.h"
#include "support/scratch.h"
#include "support/unseen_marks.h"
#include "trips/trips_json.h"
#include "webhooks/webhooks_json.h"

extern const struct embed_file booking_openapi_files[];

static json_t *contract;
static const struct http_route *routes;
static size_t route_count;

static void setup(void)
{
    struct slice text = embed_content(&booking_openapi_files[0]);

    contract = json_loadb(text.at, text.len, JSON_REJECT_DUPLICATES, NULL);
    ck_assert_ptr_nonnull(contract);
    routes = booking_definition()->routes;
    route_count = booking_definition()->route_count;
}

static void teardown(void)
{
    json_decref(contract);
}

TEST_CASE("contract", .setup = setup, .teardown = teardown);

static json_t *operation(const struct http_route *route)
{
    /* "/v1/apartments/:id" in the form of openapi.yaml. */
    for (struct slice rest = slice_from(slice_of(route->path), 1); rest.len > 0;) {
        const struct slice part = slice_cut(&rest, '/');
        const bool inside = part.at[0] == ':';
        buf_printf(&scratch, inside ? "/{%.*s}" : "/%.*s", SLICE_ARG(slice_from(part, inside)));
    }
    json_t *item = json_object_get(json_object_get(contract, "paths"), scratch_text()), *found;
    const char *verb;

    json_object_foreach(item, verb, found)
    {
        if (strcasecmp(verb, http_method_name(route->method)) == 0)
            return found;
    }
    return NULL;
}

/* services/callers.txt, which all services read. */
TEST(actors_match_callers_txt)
{
    static const struct api_callers other = {0};

    for (size_t i = 0; i < booking_callers.actor_count; i++) {
        const char *name = booking_callers.actors[i].name;
        struct api_caller caller;
        struct slice text = arena_printf(&arena, "%s:1", name);
        ck_assert(!api_actor_parse(&other, text, &arena, &caller, &fault));
        ck_assert_msg(strcmp(fault.code, "actor_not_accepted") == 0,
                      "services/callers.txt lacks %s:", name);
    }
}

static bool is_gone_after(const struct transition_machine *machine, const char *verb)
{
    for (size_t i = 0; i < machine->exception_count; i++)
        if (machine->exceptions[i].kind == FAULT_GONE &&
            strcmp(machine->actions[machine->exceptions[i].action].verb, verb) == 0)
            return true;
    return false;
}

/* Whether POST to this path may be refused with 410: the time of the resource, or of the quote of a
 * new booking, has run out. */
static bool is_refused_as_gone(struct slice path)
{
    const char *verb = strrchr(path.at, '/') + 1;

    if (slice_starts(path, SLICE("/v1/rides/")))
        return is_gone_after(&ride_machine, verb) || is_gone_after(&offer_machine, verb);
    return slice_is(path, "/v1/bookings") ||
           (slice_starts(path, SLICE("/v1/bookings/")) && is_gone_after(&booking_machine, verb));
}

TEST(status_410_is_described_where_time_may_run_out)
{
    for (size_t i = 0; i < route_count; i++) {
        const struct http_route *route = &routes[i];
        const json_t *responses = json_object_get(operation(route), "responses");
        const bool gone = route->method == HTTP_POST && is_refused_as_gone(slice_of(route->path));
        ck_assert_msg((json_object_get(responses, "410") != NULL) == gone, "%s %s",
                      http_method_name(route->method), route->path);
    }
}

static json_t *schema(const char *name)
{
    json_t *schemas = json_object_get(json_object_get(contract, "components"), "schemas");
    json_t *found = json_object_get(schemas, name);

    ck_assert_msg(found != NULL, "%s", name);
    return found;
}

static const struct {
    const char *schema;
    const struct fields *table;
    bool in_body; /* otherwise in answers */
} tables[] = {
    {"ApartmentPatch",     &apartment_fields,                       true },
    {"ApartmentListed",    &apartment_fields,                       false},
    {"CalendarLinkClosed", &calendar_link_closed_fields,            true },
    {"FeedNew",            &feed_fields,                            false},
    {"FeedPatch",          &feed_fields,                            true },
    {"Feed",               &feed_shown_fields,                      false},
    {"Conflict",           &conflict_fields,                        false},
    {"ConflictResolution", &conflict_resolve_fields,                false},
    {"Car",                &car_shown_fields,                       false},
    {"CarNew",             &car_fields,                             true },
    {"Driver",             &driver_shown_fields,                    false},
    {"DriverPatch",        &driver_fields,                          true },
    {"OfferNew",           &offer_draft_fields,                     true },
    {"RideNew",            &ride_draft_fields,                      true },
    {"RidePatch",          &ride_edit_fields,                       true },
    {"RideConfirm",        &ride_action_fields[RIDE_CONFIRM],       true },
    {"RideClaim",          &ride_action_fields[RIDE_CLAIM_PAYMENT], true },
    {"RideCancel",         &ride_action_fields[RIDE_CANCEL],        true },
    {"RideDecline",        &ride_action_fields[RIDE_DECLINE],       true },
    {"RideDeliver",        &ride_action_fields[RIDE_DELIVER],       true },
    {"RideSettle",         &ride_action_fields[RIDE_SETTLE],        true },
    {"RouteNew",           &route_fields,                           true },
    {"TripNew",            &trip_fields,                            true },
    {"TripPatch",          &trip_edit_fields,                       true },
    {"TripDelay",          &trip_delay_fields,                      true },
    {"TripCancel",         &trip_cancel_fields,                     true },
    {"Availability",       &availability_item_fields,               false},
    {"AvailabilityQuery",  &availability_query_fields,              true },
    {"CalendarDay",        &calendar_day_fields,                    false},
    {"City",               &city_fields,                            false},
    {"OwnerPatch",         &owner_fields,                           true },
    {"Owner",              &owner_fields,                           false},
    {"Quote",              &quote_fields,                           false},
    {"QuoteNew",           &quote_draft_fields,                     true },
    {"Rate",               &rate_fields,                            true },
    {"Rates",              &rates_fields,                           true },
    {"Webhook",            &webhook_fields,                         false},
    {"WebhookCreated",     &webhook_created_fields,                 false},
    {"WebhookNew",         &webhook_new_fields,                     true },
    {"WebhookPatch",       &webhook_patch_fields,                   true },
};

TEST_ROWS(described_fields_match_the_field_tables, tables)
{
    const struct fields *table = row->table;
    json_t *properties = json_object_get(schema(row->schema), "properties");
    size_t wanted = 0;

    for (size_t i = 0; i < table->count; i++) {
        const struct field *field = &table->items[i];
        bool there = row->in_body ? (field->flags & FIELD_READ_ONLY) == 0
                                  : (field->flags & FIELD_DETAIL) == 0;
        ck_assert_msg((json_object_get(properties, field->name) != NULL) == there, "%s: %s",
                      row->schema, field->name);
        wanted += there;
    }
    ck_assert_uint_eq(json_object_size(properties), wanted);
    if (row->in_body)
        ck_bounds(contract, schema(row->schema), table);
}

TEST_ROWS(characters_that_cannot_be_seen_change_no_text, tables)
{
    ck_unseen_marks(row->table);
}

/* Further tables of bodies and queries. */
static const struct fields *const others[] = {
    &apartment_list_query_fields,
    &block_fields,
    &booking_draft_fields,
    &booking_by_quote_fields,
    &booking_change_fields,
    &trip_query_fields,
    &closure_fields,
    &sos_fields,
    &location_fields,
    &rating_fields,
    &complaint_fields,
    &ride_query_fields,
};

TEST_ROWS(nor_that_of_other_tables, others)
{
    ck_unseen_marks(*row);
}
