// SPDX-License-Identifier: MIT
/* All routes of booking-api. Start reading here; handlers are in handlers/<noun>_handlers.c. */
#include "routes.h"

#include "api/service.h"

#include "access.h"
#include "config.h"
#include "handlers/handlers.h"
#include "rides.h"

enum {
    ACTION = HTTP_ROUTE_ACTION,
    READS = HTTP_ROUTE_READS,
    OPEN = HTTP_ROUTE_OPEN,
    ANY_TYPE = HTTP_ROUTE_ANY_TYPE
};

// clang-format off
#define ROUTE(method_, path_, scope_, handler_, flags_)                                            \
    {.method = (method_), .path = (path_), .scope = (scope_), .handler = (handler_), .flags = (flags_)}

/* Columns: method, path, required scope, handler, flags. */
static const struct http_route booking_routes[] = {
    SERVICE_ROUTES,

    ROUTE(HTTP_GET,   "/v1/apartments",               SCOPE_BOOKING_READ,  get_apartments,       0),
    ROUTE(HTTP_POST,  "/v1/apartments",               SCOPE_BOOKING_ADMIN, post_apartment,       0),
    ROUTE(HTTP_GET,   "/v1/apartments/:id",           SCOPE_BOOKING_READ,  get_apartment,        0),
    ROUTE(HTTP_PATCH, "/v1/apartments/:id",           SCOPE_BOOKING_WRITE, patch_apartment,      0),
    ROUTE(HTTP_GET,   "/v1/apartments/:id/blocks",    SCOPE_BOOKING_READ,  get_blocks,           0),
    ROUTE(HTTP_POST,  "/v1/apartments/:id/blocks",    SCOPE_BOOKING_WRITE, post_block,           0),
    ROUTE(HTTP_DELETE, "/v1/apartments/:id/blocks/:block_id", SCOPE_BOOKING_WRITE, delete_block, 0),
    ROUTE(HTTP_GET,   "/v1/apartments/:id/calendar",  SCOPE_BOOKING_READ,  get_calendar,         0),
    ROUTE(HTTP_GET,   "/v1/apartments/:id/calendar-links", SCOPE_BOOKING_ADMIN, get_calendar_links, 0),
    ROUTE(HTTP_POST,  "/v1/apartments/:id/calendar-links", SCOPE_BOOKING_ADMIN, post_calendar_link, ACTION | READS),
    ROUTE(HTTP_DELETE, "/v1/apartments/:id/calendar-links/:link_id", SCOPE_BOOKING_ADMIN, delete_calendar_link, 0),
    ROUTE(HTTP_POST,  "/v1/apartments/:id/calendar-links/:link_id/closed", SCOPE_BOOKING_ADMIN, close_calendar_link, ACTION),
    ROUTE(HTTP_GET,   "/v1/apartments/:id/feeds",     SCOPE_BOOKING_ADMIN, get_feeds,            0),
    ROUTE(HTTP_POST,  "/v1/apartments/:id/feeds",     SCOPE_BOOKING_ADMIN, post_feed,            0),
    ROUTE(HTTP_GET,   "/v1/apartments/:id/feeds/:feed_id", SCOPE_BOOKING_ADMIN, get_feed,        0),
    ROUTE(HTTP_PATCH, "/v1/apartments/:id/feeds/:feed_id", SCOPE_BOOKING_ADMIN, patch_feed,      0),
    ROUTE(HTTP_DELETE, "/v1/apartments/:id/feeds/:feed_id", SCOPE_BOOKING_ADMIN, delete_feed,    0),
    ROUTE(HTTP_POST,  "/v1/apartments/:id/feeds/:feed_id/accept", SCOPE_BOOKING_ADMIN, accept_feed, ACTION),
    ROUTE(HTTP_POST,  "/v1/apartments/:id/feeds/:feed_id/read", SCOPE_BOOKING_ADMIN, read_feed,  ACTION),
    ROUTE(HTTP_GET,   "/v1/apartments/:id/rates",     SCOPE_BOOKING_READ,  get_rates,            0),
    ROUTE(HTTP_PUT,   "/v1/apartments/:id/rates",     SCOPE_BOOKING_WRITE, put_rates,            0),

    ROUTE(HTTP_POST,  "/v1/availability",             SCOPE_BOOKING_READ,  post_availability,    READS),

    ROUTE(HTTP_GET,   "/v1/bookings",                 SCOPE_BOOKING_READ,  get_bookings,         0),
    ROUTE(HTTP_POST,  "/v1/bookings",                 SCOPE_BOOKING_WRITE, post_booking,         0),
    ROUTE(HTTP_GET,   "/v1/bookings/:id",             SCOPE_BOOKING_READ,  get_booking,          0),
    ROUTE(HTTP_POST,  "/v1/bookings/:id/cancel",      SCOPE_BOOKING_WRITE, cancel_booking,       ACTION),
    ROUTE(HTTP_POST,  "/v1/bookings/:id/change-dates", SCOPE_BOOKING_WRITE, change_booking_dates, 0),
    ROUTE(HTTP_GET,   "/v1/bookings/:id/cancel-preview", SCOPE_BOOKING_READ, get_booking_cancel_preview, 0),
    ROUTE(HTTP_POST,  "/v1/bookings/:id/check-in",    SCOPE_BOOKING_WRITE, check_in_booking,     ACTION),
    ROUTE(HTTP_POST,  "/v1/bookings/:id/check-out",   SCOPE_BOOKING_WRITE, check_out_booking,    ACTION),
    ROUTE(HTTP_POST,  "/v1/bookings/:id/claim-payment", SCOPE_BOOKING_WRITE, claim_booking_payment, ACTION),
    ROUTE(HTTP_POST,  "/v1/bookings/:id/confirm",     SCOPE_BOOKING_WRITE, confirm_booking,      ACTION),
    ROUTE(HTTP_POST,  "/v1/bookings/:id/contact",     SCOPE_BOOKING_WRITE, set_booking_contact,  0),
    ROUTE(HTTP_POST,  "/v1/bookings/:id/decline",     SCOPE_BOOKING_WRITE, decline_booking,      ACTION),
    ROUTE(HTTP_GET,   "/v1/bookings/:id/history",     SCOPE_BOOKING_READ,  get_booking_history,  0),
    ROUTE(HTTP_POST,  "/v1/bookings/:id/no-show",     SCOPE_BOOKING_WRITE, mark_booking_no_show, ACTION),
    ROUTE(HTTP_POST,  "/v1/bookings/:id/rate",        SCOPE_BOOKING_WRITE, rate_booking,         0),
    ROUTE(HTTP_POST,  "/v1/bookings/:id/set-paid",    SCOPE_BOOKING_WRITE, set_booking_paid,     0),

    ROUTE(HTTP_GET,   "/v1/calendars/:calendar",      0,                   get_exported_calendar, ANY_TYPE | OPEN),

    ROUTE(HTTP_GET,   "/v1/cities",                   SCOPE_BOOKING_READ,  get_cities,           0),

    ROUTE(HTTP_GET,   "/v1/conflicts",                SCOPE_BOOKING_READ,  get_conflicts,        0),
    ROUTE(HTTP_POST,  "/v1/conflicts/:id/resolve",    SCOPE_BOOKING_ADMIN, resolve_conflict,     ACTION),

    ROUTE(HTTP_GET,   "/v1/events",                   SCOPE_BOOKING_READ,  service_get_events,   0),

    ROUTE(HTTP_POST,  "/v1/guests/erase",             SCOPE_BOOKING_ADMIN, post_guest_erase,     0),

    ROUTE(HTTP_GET,   "/v1/owners",                   SCOPE_BOOKING_READ,  get_owners,           0),
    ROUTE(HTTP_POST,  "/v1/owners",                   SCOPE_BOOKING_ADMIN, post_owner,           0),
    ROUTE(HTTP_GET,   "/v1/owners/:id",               SCOPE_BOOKING_READ,  get_owner,            0),
    ROUTE(HTTP_PATCH, "/v1/owners/:id",               SCOPE_BOOKING_WRITE, patch_owner,          0),

    ROUTE(HTTP_POST,  "/v1/quotes",                   SCOPE_BOOKING_WRITE, post_quote,           0),
    ROUTE(HTTP_GET,   "/v1/quotes/:id",               SCOPE_BOOKING_READ,  get_quote,            0),

    ROUTE(HTTP_GET,   "/v1/selfcheck",                SCOPE_BOOKING_ADMIN, get_selfcheck,        0),

    ROUTE(HTTP_GET,   "/v1/webhooks",                 SCOPE_BOOKING_ADMIN, get_webhooks,         0),
    ROUTE(HTTP_POST,  "/v1/webhooks",                 SCOPE_BOOKING_ADMIN, post_webhook,         0),
    ROUTE(HTTP_GET,   "/v1/webhooks/:id",             SCOPE_BOOKING_ADMIN, get_webhook,          0),
    ROUTE(HTTP_PATCH, "/v1/webhooks/:id",             SCOPE_BOOKING_ADMIN, patch_webhook,        0),
    ROUTE(HTTP_DELETE, "/v1/webhooks/:id",            SCOPE_BOOKING_ADMIN, delete_webhook,       0),
    ROUTE(HTTP_POST,  "/v1/webhooks/:id/replay",      SCOPE_BOOKING_ADMIN, replay_webhook,       0),
    ROUTE(HTTP_POST,  "/v1/webhooks/:id/test",        SCOPE_BOOKING_ADMIN, test_webhook,         ACTION),
};
// clang-format on

enum { OWN_ROUTES = ARRAY_LEN(booking_routes) };

const struct http_route *booking_routes_all(size_t *count)
{
    static struct http_route all[OWN_ROUTES + RIDES_ROUTES];

    memcpy(all, booking_routes, sizeof booking_routes);
    memcpy(all + OWN_ROUTES, rides_routes, sizeof rides_routes);
    *count = OWN_ROUTES + RIDES_ROUTES;
    return all;
}

size_t booking_routes_count_served(const void *config)
{
    return OWN_ROUTES + (((const struct booking_config *)config)->rides_enabled ? RIDES_ROUTES : 0);
}
