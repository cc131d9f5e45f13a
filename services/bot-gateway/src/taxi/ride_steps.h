// SPDX-License-Identifier: MIT
/* The steps of the dialogue "ride", and what they share. ride.c: the places; ride_phrase.c: typed
 * text; ride_when.c: day and seats; ride_trips.c: trips found, and ordering; ride_order.c: one
 * ride; ride_share.c: a link to it for friends; ride_contact.c: the passenger's phone;
 * ride_parcel.c: what only parcels need; ride_list.c: all rides of the passenger. Of the driver:
 * drive.c: who it is, and all trips; drive_publish.c: publishing a trip, whose places, day and
 * seats are asked for by the steps of the passenger; drive_stops.c: places on the way of it;
 * drive_parcel.c: its prices of parcels; drive_run.c: one trip; drive_request.c: rides that look
 * for a driver. */
#pragma once

#include "clients/stay_answers_json.h"
#include "dialogue/flow.h"
#include "dialogue/talk.h"
#include "taxi/ride_json.h"
#include "texts/format.h"

// clang-format off
/* The first step is the initial one. A new step needs its name here, and ride_step_NAME in a
 * file. */
#define RIDE_STEPS(X) \
    X(to) X(from) X(day) X(days) X(seats) X(size) X(trips) X(recipient) X(order) X(contact) X(cancel) X(sos) X(share) X(rides) \
    X(drive) X(clock) X(price) X(publish) X(stops) X(runs) X(run) X(late) X(sure) X(stars) X(code) X(requests) X(request)
// clang-format on
#define RIDE_STEP(name) extern const struct flow_step ride_step_##name;
RIDE_STEPS(RIDE_STEP)

enum {
    RIDE_DAYS_MAX = 60,   /* ahead, as in booking-api */
    RIDE_PLACES_MAX = 100 /* all cities and towns */
};

/* The data of the dialogue "ride". */
static inline struct ride *ride_of(const struct talk *talk_)
{
    return talk_->data;
}

/* The path of the ride that is shown: talk_path(). */
static inline struct slice ride_path(const struct talk *talk_, const char *more)
{
    return talk_path(talk_, "rides", &ride_of(talk_)->order, more);
}

/* Ends the dialogue, because booking-api has no rides. */
bool ride_say_off(struct talk *talk) MUST_CHECK;
/* Reads with talk_get(). False: the caller returns `shown`, which is true if the dialogue has ended
 * because booking-api has no rides. */
bool ride_get(struct talk *talk, struct slice path, struct service_answer *answer,
              bool *shown) MUST_CHECK;

/* The name of the place in the language of the dialogue; its slug if it is not known. */
struct slice ride_place(const struct talk *talk, struct slice slug);
/* "Алматы → Тараз" */
struct slice ride_route(struct talk *talk, struct slice from, struct slice to);
/* Reads the largest places, as ride_get() does. */
bool ride_fetch_places(struct talk *talk, int limit, struct stay_cities *out,
                       bool *shown) MUST_CHECK;
/* ride_car_text(); "Асхат ★4,8". */
struct slice ride_car(struct talk *talk, const struct ride_car *car);
struct slice ride_driver(struct talk *talk, const struct ride_car *car);
/* Reads the argument of a notification's button, "<id>" or "<id>_<version>"; version 0: none. */
bool ride_take_version(struct talk *talk, struct uuid *id, int64_t *version);
/* Sets places, seats and parcel as in the ride. */
void ride_set_wanted(struct ride *ride, const struct ride_order *order);
/* "18:30" */
struct slice ride_clock(struct talk *talk, int64_t at);

/* Adds a question about a ride between these places on this day. */
void ride_ask(struct talk *talk, enum text question);
bool ride_take_day(struct talk *talk); /* of a button */
/* At night "tomorrow" is asked for: days have dates. */
bool ride_is_night(const struct talk *talk);
/* Whether a ride can leave on this day. */
bool ride_day_is_good(const struct talk *talk, int32_t day);
/* Goes to the first step whose answer is missing, or to the trips. */
bool ride_continue(struct talk *talk) MUST_CHECK;
/* Handles typed text: an answer to the step, or a wish for a ride. */
bool ride_parse(struct talk *talk);
/* Adds a button "do" for each of these actions that booking-api allows now. */
bool ride_put_actions(struct talk *talk, const struct foreign_list *allowed,
                      const char *const *names, size_t count) MUST_CHECK;
/* Adds the last row: back and start over. */
bool ride_put_exits(struct talk *talk) MUST_CHECK;

/* From now on the search is for a trip that takes a parcel. */
bool ride_take_parcel(struct talk *talk) MUST_CHECK;
/* Takes the size of a parcel in typed text: "2", "средняя"; false: it is none. */
bool ride_take_size(struct talk *talk);
/* "посылка, маленькая"; absent: the ride is no parcel. The size as in ride_size_names. */
struct slice ride_parcel(struct talk *talk, bool is_parcel, int64_t size);
/* Appends the recipient of the parcel and, if the sides have agreed, the code that the sender sees.
 */
void ride_add_recipient(struct talk *talk, const struct ride_order *order, bool is_agreed);

/* Orders the trip of ride->choice, or without one a ride that looks for a driver. A parcel needs
 * its recipient first. */
bool ride_order_chosen(struct talk *talk) MUST_CHECK;
/* Shows the next page of the step's list. */
bool ride_next_page(struct talk *talk) MUST_CHECK;
/* Appends a trip, or an offer. */
void ride_add_trip(struct talk *talk, const struct ride_found *found);
/* Orders the chosen trip or, if ride->trip is nil, a ride that looks for a driver. `phone` may be
 * absent. */
bool ride_take(struct talk *talk, struct slice phone, struct ride_wishes wishes) MUST_CHECK;
/* Orders the chosen trip, or a place in its queue, although the ride that is shown is in the way.
 * If the driver must agree, asks for the phone first. */
bool ride_take_anyway(struct talk *talk) MUST_CHECK;
/* Orders with the phone that was asked for. */
bool ride_take_with_phone(struct talk *talk, struct slice phone) MUST_CHECK;
/* Shows the ride that booking-api has answered with. */
bool ride_show_answer(struct talk *talk, const struct service_answer *answer) MUST_CHECK;
/* Ask for stars for the current ride, or say how many have been given; give those of the tapped
 * button. The answer is 201 if it names none. */
bool ride_put_stars(struct talk *talk, bool as_driver) MUST_CHECK;
bool ride_post_stars(struct talk *talk, bool as_driver, struct service_answer *answer) MUST_CHECK;
/* Reads the offers for the current ride that can be accepted; none if booking-api refuses. `get` is
 * talk_get() or drive_get(). */
bool ride_fetch_offers(struct talk *talk,
                       bool (*get)(struct talk *talk, struct slice path,
                                   struct service_answer *answer),
                       struct ride_trips *out) MUST_CHECK;
/* Confirms the current ride with this phone, which has only '+' and digits. */
bool ride_confirm(struct talk *talk, struct slice phone) MUST_CHECK;

/* --- of the driver --- */

/* Reads who the person is as a driver, once per update: sets ride->driver, or ride->is_off. */
bool drive_identify(struct talk *talk) MUST_CHECK;
/* Make a call of booking-api as the driver. If the person is none, the answer is 403 without a
 * call. */
bool drive_get(struct talk *talk, struct slice path, struct service_answer *answer) MUST_CHECK;
bool drive_post(struct talk *talk, struct slice path, struct slice body,
                struct service_answer *answer) MUST_CHECK;
/* Handles a refusal: says why, and goes to the step that helps, else to this one. */
bool drive_refuse(struct talk *talk, const struct service_answer *answer,
                  const char *step) MUST_CHECK;
/* Reads with drive_get(). False: the caller returns `shown`, which is true if the reason was
 * explained as drive_refuse() does. */
bool drive_fetch(struct talk *talk, struct slice path, const char *step, struct slice *body,
                 bool *shown) MUST_CHECK;
/* Reads the cars of the driver, as drive_fetch() does. */
bool drive_fetch_cars(struct talk *talk, struct ride_own_cars *cars, bool *shown) MUST_CHECK;
/* The departure that ride->day and ride->clock name. */
int64_t drive_departure(const struct ride *ride);
/* Add places on the way, without those that the route has already, which the reply then names. */
bool drive_add_stops(struct talk *talk, const struct slice *places, size_t count) MUST_CHECK;
/* Sets the order and times of the places on the way, and ride->minutes: `minutes` is the duration
 * of a drive without stops. False: as ride_get(). */
bool drive_plan_stops(struct talk *talk, int64_t minutes, bool *shown) MUST_CHECK;
/* "Конаев 10:10, Сарыозек 11:40": all of them, absent if there are none; a list with one more. */
struct slice drive_name_stops(struct talk *talk);
struct slice drive_name_stop(struct talk *talk, struct slice list, struct slice place, int64_t at);
/* The stops for booking-api, without brackets. */
struct slice drive_write_stops(struct talk *talk);
/* What a parcel usually costs, by the price of a seat. */
int64_t drive_parcel_price(int64_t seat_price, int64_t size);
/* Adds the prices of parcels if the trip that is published takes them, and a button that changes
 * it. */
bool drive_put_parcels(struct talk *talk) MUST_CHECK;
bool drive_take_parcels(struct talk *talk) MUST_CHECK; /* of this button */
/* The member of the trip's body, after a comma; "": no parcels. */
struct slice drive_write_parcels(struct talk *talk);
/* Begins to publish a trip. */
bool drive_publish(struct talk *talk) MUST_CHECK;
/* Whether the dialogue is at a step that only drivers reach, outside of publishing. */
bool drive_is_here(const struct talk *talk);
/* Take a time or a price in typed text; false: it has none. */
bool drive_take_clock(struct talk *talk, struct slice text);
bool drive_take_price(struct talk *talk, struct slice text);
