// SPDX-License-Identifier: MIT
/* The handlers that routes.c lists, each in the file <noun>_handlers.c of its noun. */
#pragma once

#include "api/read_by_id.h"
#include "api/steps.h"
#include "http/route.h"

#include "rides/ride_store.h"

/* Allows staff and the driver with this id. Other callers get FAULT_NOT_FOUND "not_found", as for
 * an unknown id. */
bool handler_check_driver_access(const struct api_caller *caller, const struct uuid *driver_id,
                                 struct fault *fault) MUST_CHECK;
/* Allows passengers, drivers and staff. Other callers, such as owners of apartments, get
 * FAULT_FORBIDDEN "forbidden". */
bool handler_check_rides_actor(const struct api_caller *caller, struct fault *fault) MUST_CHECK;
/* Finds the ride whose id is in the path. "not_found": also if the caller may not see the ride. */
bool handler_find_visible_ride(struct reading *reading, struct ride *out) MUST_CHECK;
/* Hides the account number of a passenger from drivers: "guest:7" becomes "guest". */
step_hide_fn handler_hide_account_from_driver;

http_handler post_driver;
http_handler get_driver;
http_handler patch_driver;
http_handler get_drivers;
http_handler delete_driver;
http_handler activate_driver;
http_handler suspend_driver;
http_handler block_driver;

http_handler get_places;

http_handler post_ride;
http_handler get_ride;
http_handler get_rides;
http_handler patch_ride;
http_handler get_ride_history;
http_handler get_ride_cancel_preview;
http_handler get_matches;
http_handler confirm_ride;
http_handler decline_ride;
http_handler cancel_ride;
http_handler claim_ride_payment;
http_handler board_ride;
http_handler drop_ride;
http_handler deliver_ride;
http_handler no_show_ride;
http_handler driver_no_show_ride;
http_handler settle_ride;

http_handler share_ride;
http_handler unshare_ride;
http_handler get_shared;
http_handler post_sos;
http_handler get_sos;
http_handler answer_sos;
http_handler put_location;
http_handler get_location;
http_handler post_rating;
http_handler get_rating;
http_handler post_complaint;
http_handler get_complaints;

http_handler get_route;
http_handler put_route;
http_handler post_offer;
http_handler get_offers;
http_handler accept_offer;
http_handler reject_offer;
http_handler withdraw_offer;

http_handler get_closures;
http_handler post_closure;
http_handler delete_closure;

http_handler post_trip;
http_handler get_trip;
http_handler patch_trip;
http_handler get_trips;
http_handler get_trip_history;
http_handler get_passengers;
http_handler confirm_trip;
http_handler delay_trip;
http_handler start_trip;
http_handler finish_trip;
http_handler cancel_trip;

http_handler post_car;
http_handler get_cars;
http_handler delete_car;
