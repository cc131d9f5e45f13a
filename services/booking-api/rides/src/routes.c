// SPDX-License-Identifier: MIT
/* All routes of rides. The handlers of a noun are in handlers/<noun>_handlers.c. */
#include "handlers/ride_handlers.h"
#include "ride_callers.h"
#include "rides.h"

enum { ACTION = HTTP_ROUTE_ACTION, OPEN = HTTP_ROUTE_OPEN, READS = HTTP_ROUTE_READS };

// clang-format off
#define ROUTE(method_, path_, scope_, handler_, flags_)                                            \
    {.method = (method_), .path = (path_), .scope = (scope_), .handler = (handler_), .flags = (flags_)}

/* method, path, who may call, handler, flags */
const struct http_route rides_routes[] = {
    ROUTE(HTTP_GET,    "/v1/closures",                 SCOPE_RIDE_READ,  get_closures,    0),
    ROUTE(HTTP_POST,   "/v1/closures",                 SCOPE_RIDE_ADMIN, post_closure,    0),
    ROUTE(HTTP_DELETE, "/v1/closures/:id",             SCOPE_RIDE_ADMIN, delete_closure,  0),

    ROUTE(HTTP_GET,    "/v1/drivers",                  SCOPE_RIDE_READ,  get_drivers,     0),
    ROUTE(HTTP_POST,   "/v1/drivers",                  SCOPE_RIDE_ADMIN, post_driver,     0),
    ROUTE(HTTP_GET,    "/v1/drivers/:id",              SCOPE_RIDE_READ,  get_driver,      0),
    ROUTE(HTTP_PATCH,  "/v1/drivers/:id",              SCOPE_RIDE_WRITE, patch_driver,    0),
    ROUTE(HTTP_DELETE, "/v1/drivers/:id",              SCOPE_RIDE_ADMIN, delete_driver,   0),
    ROUTE(HTTP_POST,   "/v1/drivers/:id/activate",     SCOPE_RIDE_ADMIN, activate_driver, ACTION),
    ROUTE(HTTP_POST,   "/v1/drivers/:id/block",        SCOPE_RIDE_ADMIN, block_driver,    ACTION),
    ROUTE(HTTP_GET,    "/v1/drivers/:id/cars",         SCOPE_RIDE_READ,  get_cars,        0),
    ROUTE(HTTP_POST,   "/v1/drivers/:id/cars",         SCOPE_RIDE_WRITE, post_car,        0),
    ROUTE(HTTP_DELETE, "/v1/drivers/:id/cars/:car_id", SCOPE_RIDE_WRITE, delete_car,      0),
    ROUTE(HTTP_PUT,    "/v1/drivers/:id/location",     SCOPE_RIDE_WRITE, put_location,    0),
    ROUTE(HTTP_POST,   "/v1/drivers/:id/suspend",      SCOPE_RIDE_ADMIN, suspend_driver,  ACTION),

    ROUTE(HTTP_GET,    "/v1/places",                   SCOPE_RIDE_READ,  get_places,      0),

    ROUTE(HTTP_GET,    "/v1/rides",                    SCOPE_RIDE_READ,  get_rides,       0),
    ROUTE(HTTP_POST,   "/v1/rides",                    SCOPE_RIDE_WRITE, post_ride,       0),
    ROUTE(HTTP_GET,    "/v1/rides/:id",                SCOPE_RIDE_READ,  get_ride,        0),
    ROUTE(HTTP_PATCH,  "/v1/rides/:id",                SCOPE_RIDE_WRITE, patch_ride,      0),
    ROUTE(HTTP_POST,   "/v1/rides/:id/board",       SCOPE_RIDE_WRITE, board_ride,      ACTION),
    ROUTE(HTTP_POST,   "/v1/rides/:id/cancel",         SCOPE_RIDE_WRITE, cancel_ride,     ACTION),
    ROUTE(HTTP_GET,    "/v1/rides/:id/cancel-preview", SCOPE_RIDE_READ,  get_ride_cancel_preview, 0),
    ROUTE(HTTP_POST,   "/v1/rides/:id/claim-payment",SCOPE_RIDE_WRITE, claim_ride_payment,ACTION),
    ROUTE(HTTP_GET,    "/v1/rides/:id/complaints",     SCOPE_RIDE_READ,  get_complaints,  0),
    ROUTE(HTTP_POST,   "/v1/rides/:id/complaints",     SCOPE_RIDE_WRITE, post_complaint,  0),
    ROUTE(HTTP_POST,   "/v1/rides/:id/confirm",        SCOPE_RIDE_WRITE, confirm_ride,    ACTION),
    ROUTE(HTTP_POST,   "/v1/rides/:id/decline",        SCOPE_RIDE_WRITE, decline_ride,    ACTION),
    ROUTE(HTTP_POST,   "/v1/rides/:id/deliver",     SCOPE_RIDE_WRITE, deliver_ride,    ACTION),
    ROUTE(HTTP_POST,   "/v1/rides/:id/driver-no-show",SCOPE_RIDE_WRITE, driver_no_show_ride,ACTION),
    ROUTE(HTTP_POST,   "/v1/rides/:id/drop",        SCOPE_RIDE_WRITE, drop_ride,       ACTION),
    ROUTE(HTTP_GET,    "/v1/rides/:id/history",        SCOPE_RIDE_READ,  get_ride_history, 0),
    ROUTE(HTTP_GET,    "/v1/rides/:id/location",       SCOPE_RIDE_READ,  get_location,    0),
    ROUTE(HTTP_GET,    "/v1/rides/:id/matches",        SCOPE_RIDE_READ,  get_matches,     0),
    ROUTE(HTTP_POST,   "/v1/rides/:id/no-show",     SCOPE_RIDE_WRITE, no_show_ride,    ACTION),
    ROUTE(HTTP_GET,    "/v1/rides/:id/offers",         SCOPE_RIDE_READ,  get_offers,      0),
    ROUTE(HTTP_POST,   "/v1/rides/:id/offers",         SCOPE_RIDE_WRITE, post_offer,      0),
    ROUTE(HTTP_POST,   "/v1/rides/:id/offers/:offer_id/accept",   SCOPE_RIDE_WRITE, accept_offer,   ACTION),
    ROUTE(HTTP_POST,   "/v1/rides/:id/offers/:offer_id/reject",   SCOPE_RIDE_WRITE, reject_offer,   ACTION),
    ROUTE(HTTP_POST,   "/v1/rides/:id/offers/:offer_id/withdraw", SCOPE_RIDE_WRITE, withdraw_offer, ACTION),
    ROUTE(HTTP_GET,    "/v1/rides/:id/rating",         SCOPE_RIDE_READ,  get_rating,      0),
    ROUTE(HTTP_POST,   "/v1/rides/:id/rating",         SCOPE_RIDE_WRITE, post_rating,     0),
    ROUTE(HTTP_POST,   "/v1/rides/:id/settle",      SCOPE_RIDE_WRITE, settle_ride,     ACTION),
    ROUTE(HTTP_POST,   "/v1/rides/:id/share",          SCOPE_RIDE_WRITE, share_ride,      ACTION | READS),
    ROUTE(HTTP_DELETE, "/v1/rides/:id/share",          SCOPE_RIDE_WRITE, unshare_ride,    0),
    ROUTE(HTTP_GET,    "/v1/rides/:id/sos",            SCOPE_RIDE_READ,  get_sos,         0),
    ROUTE(HTTP_POST,   "/v1/rides/:id/sos",            SCOPE_RIDE_WRITE, post_sos,        ACTION),
    ROUTE(HTTP_POST,   "/v1/rides/:id/sos/answer",     SCOPE_RIDE_WRITE, answer_sos,      ACTION),

    ROUTE(HTTP_GET,    "/v1/routes",                   SCOPE_RIDE_READ,  get_route,       0),
    ROUTE(HTTP_PUT,    "/v1/routes/:from/:to",         SCOPE_RIDE_ADMIN, put_route,       0),

    ROUTE(HTTP_GET,    "/v1/shared/:token",            0,                get_shared,      OPEN),

    ROUTE(HTTP_GET,    "/v1/trips",                    SCOPE_RIDE_READ,  get_trips,       0),
    ROUTE(HTTP_POST,   "/v1/trips",                    SCOPE_RIDE_WRITE, post_trip,       0),
    ROUTE(HTTP_GET,    "/v1/trips/:id",                SCOPE_RIDE_READ,  get_trip,        0),
    ROUTE(HTTP_PATCH,  "/v1/trips/:id",                SCOPE_RIDE_WRITE, patch_trip,      0),
    ROUTE(HTTP_POST,   "/v1/trips/:id/cancel",         SCOPE_RIDE_WRITE, cancel_trip,     ACTION),
    ROUTE(HTTP_POST,   "/v1/trips/:id/confirm",        SCOPE_RIDE_WRITE, confirm_trip,    ACTION),
    ROUTE(HTTP_POST,   "/v1/trips/:id/delay",          SCOPE_RIDE_WRITE, delay_trip,      ACTION),
    ROUTE(HTTP_POST,   "/v1/trips/:id/finish",         SCOPE_RIDE_WRITE, finish_trip,     ACTION),
    ROUTE(HTTP_GET,    "/v1/trips/:id/history",        SCOPE_RIDE_READ,  get_trip_history, 0),
    ROUTE(HTTP_GET,    "/v1/trips/:id/passengers",     SCOPE_RIDE_READ,  get_passengers,  0),
    ROUTE(HTTP_POST,   "/v1/trips/:id/start",          SCOPE_RIDE_WRITE, start_trip,      ACTION),
};
// clang-format on
_Static_assert(ARRAY_LEN(rides_routes) == RIDES_ROUTES, "RIDES_ROUTES");
