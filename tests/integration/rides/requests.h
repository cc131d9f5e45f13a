// SPDX-License-Identifier: MIT
/* Requests of the rides tests and checks of their results. */
#pragma once

#include "rides_fixture.h"

/* The id of the trip published last; rides are ordered on it. */
extern char last_trip[40];

/* Publishes a trip that leaves Almaty in `hours`, Konaev an hour later and arrives at Taldykorgan
 * four hours later: 3,000 and 2,500 tenge a seat, two child seats for 500 each, luggage 1,000 a
 * piece, the car 18,000. `more` begins with a comma. */
void publish_trip(double hours, const char *more);

/* Members of an order: a small parcel. */
#define PARCEL                                                                                     \
    ",'kind':'parcel','parcel':{'size':'small','recipient':{'name':'Ерлан',"                  \
    "'phone':'+77017654329'}}"

/* Orders a ride. `passenger` holds more members of the passenger object, `more` more members of the
 * body; both begin with a comma. */
struct answer order_ride(const struct api_caller *caller, int from, int to, const char *passenger,
                         const char *more);
/* The same, and the passenger confirms it. */
struct answer order_confirmed_ride(const struct api_caller *guest, int from, int to);
/* An open ride from Almaty to Taldykorgan; the window begins in `hours` and lasts 4 hours. */
struct answer order_open_ride(const struct api_caller *caller, double hours, const char *more);
/* The time in `hours`, RFC 3339. */
const char *time_in(double hours);
/* Hours until a noon in Kazakhstan, one to two days ahead. */
double hours_to_noon(void);

/* Another passenger of rides_guest's client; `text` must outlive the caller. */
enum { PASSENGER_TEXT = 32 };
struct api_caller new_passenger(int64_t telegram_id, char text[PASSENGER_TEXT]);
/* The id of the ride ordered last by order_new_ride(): for rides_guest, from Konaev to
 * Taldykorgan, on a new trip that leaves in `hours`. */
extern char last_ride[40];
void order_new_ride(double hours);
/* Confirms that ride as its driver. */
void confirm_last_ride(void);
struct answer post_action(http_handler *verb, const struct api_caller *caller, const char *id,
                          const char *body);
struct answer view_ride(const struct api_caller *caller, const char *id);
/* Whether rides_guest may cancel the ride free of charge. */
bool is_free_to_cancel(const struct answer *ride);

/* Whether an answer has the action in allowed_actions. */
bool answer_allows(const struct answer *answer, const char *action);

/* The stored status of a ride. */
const char *stored_status(const char *id);

/* Seats, cargo and child seats of the trip's segments: "{1,1}{0,0}{0,0}". */
const char *trip_loads(void);

/* Checks that the load is the sum of the rides that take seats, and that each ride has one row of
 * history, one event and one audit row for each version; ride.matched is of no version. */
void ck_ride_traces(void);
