// SPDX-License-Identifier: MIT
/* What the tests of rides ask for, and what they look at. */
#pragma once

#include "stand.h"

/* The id of the trip that was published last; rides are taken on it. */
extern char stand_trip[40];

/* Almaty, Konaev an hour later, Taldykorgan four hours later: 3,000 and 2,500 tenge a seat, two
 * child seats for 500, a piece of luggage 1,000, the car 18,000. `more` begins with a comma. */
void stand_publish(double hours, const char *more);

/* `who` is the inner text of passenger beside the name, `more` begins with a comma. */
struct answer stand_take(const struct api_caller *caller, int from, int to, const char *who,
                         const char *more);
/* The same without the body. */
struct answer stand_take_status(const struct api_caller *caller, int from, int to, const char *who,
                                const char *more);
/* An open ride from Almaty to Taldykorgan, window from `hours` ahead to 4 hours later. */
struct answer stand_wish(const struct api_caller *caller, double hours, const char *more);
/* The time so many hours ahead, RFC 3339. */
const char *stand_hours(double hours);

/* One more passenger, of stand_guest's client; `text` keeps his name for as long as he is used. */
enum { PASSENGER_TEXT = 32 };
struct api_caller stand_passenger(int64_t telegram_id, char text[PASSENGER_TEXT]);
/* The id of the ride that was taken last by: stand_guest, Konaev to Taldykorgan, on a new trip that
 * leaves in `hours`. */
extern char stand_ride[40];
void stand_ride_take(double hours);
/* Its driver confirms it. */
void stand_ride_confirm(void);
struct answer stand_act(http_handler *verb, const struct api_caller *caller, const char *id,
                        const char *body);
struct answer stand_see(const struct api_caller *caller, const char *id);

/* Of an answer: the amount of its money `name`, a text in one of its objects, an action in
 * allowed_actions. */
json_int_t stand_amount(const struct answer *answer, const char *name);
const char *stand_word(const struct answer *answer, const char *object, const char *name);
bool stand_may(const struct answer *answer, const char *action);

/* The stored status of a ride. */
const char *stand_ride_status(const char *id);

/* Seats, cargo and child seats of the trip's segments: "{1,1}{0,0}{0,0}". */
const char *stand_loads(void);

/* Checks that the load is the sum of the rides that take, and that each of them has one row of
 * history, one event and one audit row a version. */
void stand_traces(void);
