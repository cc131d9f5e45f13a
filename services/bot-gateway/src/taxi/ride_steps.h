// SPDX-License-Identifier: MIT
/* The steps of the dialogue "ride", and what they share. ride.c: the places; ride_phrase.c: typed
 * text; ride_when.c: day and seats; ride_trips.c: trips found, and ordering; ride_order.c: one
 * ride; ride_contact.c: the passenger's phone; ride_list.c: all rides of the passenger. */
#pragma once

#include "guest/stay_steps.h"
#include "taxi/ride_json.h"

// clang-format off
/* The first step is the initial one. A new step needs its name here, and ride_step_NAME in a
 * file. */
#define RIDE_STEPS(X) \
    X(to) X(from) X(day) X(days) X(seats) X(trips) X(order) X(contact) X(cancel) X(rides)
// clang-format on
#define RIDE_STEP(name) extern const struct flow_step ride_step_##name;
RIDE_STEPS(RIDE_STEP)

enum { RIDE_DAYS_MAX = 60 /* ahead, as in booking-api */ };

/* The data of the dialogue "ride". */
static inline struct ride *ride_of(const struct talk *talk_)
{
    return talk_->data;
}

/* Ends the dialogue, because booking-api has no rides. */
bool ride_say_off(struct talk *talk) MUST_CHECK;

/* The name of the place in the language of the dialogue; its slug if it is not known. */
struct slice ride_place(const struct talk *talk, struct slice slug);
/* "Алматы → Тараз" */
struct slice ride_route(struct talk *talk, struct slice from, struct slice to);
/* "Toyota Camry, белый, 777ABC05", as far as known; "Асхат ★4,8". */
struct slice ride_car(struct talk *talk, const struct ride_car *car);
struct slice ride_driver(struct talk *talk, const struct ride_car *car);
/* "18:30" */
struct slice ride_clock(struct talk *talk, int64_t at);

bool ride_take_day(struct talk *talk); /* of a button */
/* Whether a ride can leave on this day. */
bool ride_day_is_good(const struct talk *talk, int32_t day);
/* Goes to the first step whose answer is missing, or to the trips. */
bool ride_continue(struct talk *talk) MUST_CHECK;
/* Handles typed text: an answer to the step, or a wish for a ride. */
bool ride_parse(struct talk *talk);
/* Adds the last row: back and start over. */
bool ride_put_exits(struct talk *talk) MUST_CHECK;

/* Appends a trip, or an offer. */
void ride_add_trip(struct talk *talk, const struct ride_found *found);
/* Orders the chosen trip or, if ride->trip is nil, a ride that looks for a driver. `phone` may be
 * absent. */
bool ride_take(struct talk *talk, struct slice phone, struct ride_wishes wishes) MUST_CHECK;
/* Shows the ride that booking-api has answered with. */
bool ride_show_answer(struct talk *talk, const struct service_answer *answer) MUST_CHECK;
/* Reads the current ride, by a call unless booking-api has just answered with it. */
bool ride_fetch(struct talk *talk, struct ride_order *out, bool *found) MUST_CHECK;
/* Confirms the current ride with this phone, which has only '+' and digits. */
bool ride_confirm(struct talk *talk, struct slice phone) MUST_CHECK;
