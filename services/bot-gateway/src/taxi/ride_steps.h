// SPDX-License-Identifier: MIT
/* The steps of the dialogue "ride", and the functions that they share.
 *
 * ride.c: what steps share; ride_unheard.c: text that is not understood.
 * Passenger: ride_route.c: the places; ride_when.c: day and seats; ride_trips.c: trips found, and
 * ordering; ride_order.c: one ride; ride_cancel.c: cancelling it; ride_share.c: a link to a ride
 * for friends; ride_contact.c: the phone; ride_parcel.c: size and recipient of a parcel;
 * ride_list.c: all rides. Driver: drive_call.c: who the driver is, and calls as the driver;
 * drive.c: the first screen, and all trips; drive_publish.c: publishing a trip, with the
 * passenger's steps for places, day and seats; drive_stops.c: stops on the way of that trip;
 * drive_parcel.c: its prices of parcels; drive_run.c: one trip; drive_command.c: notifications;
 * drive_request.c: rides that look for a driver; drive_location.c: the place of the car. Above
 * them: ride_text.c: text that a step does not read itself; ride_flow.c: the dialogue. */
#pragma once

#include "clients/answers_json.h"
#include "dialogue/flow.h"
#include "dialogue/talk.h"
#include "taxi/ride_json.h"
#include "texts/format.h"

// clang-format off
/* A dialogue begins at the first step. A new step needs its name here, and ride_step_NAME in a
 * file. */
#define RIDE_STEPS(X) \
    X(to) X(from) X(day) X(days) X(seats) X(size) X(trips) X(recipient) X(order) X(contact) X(pay) X(cancel) X(absent) X(sos) X(share) X(rides) \
    X(drive) X(clock) X(price) X(publish) X(stops) X(runs) X(run) X(late) X(sure) X(stars) X(code) X(requests) X(request)
// clang-format on
#define RIDE_STEP(name) extern const struct flow_step ride_step_##name;
RIDE_STEPS(RIDE_STEP)

enum {
    RIDE_DAYS_MAX = 60,   /* from today to the latest day of a ride, as in booking-api */
    RIDE_PLACES_MAX = 100 /* enough for all cities and towns */
};

/* The data of the dialogue "ride". */
static inline struct ride *ride_of(const struct talk *talk_)
{
    return talk_->data;
}

/* The path of the ride that is shown; `subpath` as in talk_path(). */
static inline struct slice ride_path(const struct talk *talk_, const char *subpath)
{
    return talk_path(talk_, "rides", &ride_of(talk_)->order, subpath);
}

/* Ends the dialogue, because booking-api has no rides. */
bool ride_end_unavailable(struct talk *talk) MUST_CHECK;
/* Calls talk_get(). After a 404, ends the dialogue by ride_end_unavailable() and stops the move
 * (talk_stop()). */
bool ride_get_or_end(struct talk *talk, struct slice path,
                     struct service_answer *answer) MUST_CHECK;

/* The name of the place in the language of the dialogue; the slug if the place is unknown. */
struct slice ride_place_name(const struct talk *talk, struct slice slug);
/* "Алматы → Тараз" */
struct slice ride_format_route(struct talk *talk, struct slice from, struct slice to);
/* If the passenger has asked for the price and the route is known, adds the usual price of a seat
 * to the reply, or of the whole car. */
bool ride_answer_price(struct talk *talk) MUST_CHECK;
/* Reads at most `places_max` places, the largest first, by ride_get_or_end(). */
bool ride_fetch_places(struct talk *talk, int places_max, struct answer_cities *out) MUST_CHECK;
/* Takes the place nearest to the location of the update as an end of the route, and goes on; if
 * none is near, asks for one. */
bool ride_take_location(struct talk *talk) MUST_CHECK;
/* Whether the step belongs to a search or to publishing, whose values a message can change. */
bool ride_is_searching_or_publishing(const struct talk *talk);
/* Texts about the car, as ride_format_car_text(), and about its driver: "Асхат ★4,8". */
struct slice ride_format_car(struct talk *talk, const struct ride_car *car);
struct slice ride_format_driver(struct talk *talk, const struct ride_car *car);
/* Reads the argument of a notification's button: "<id>", for which `version` is 0, or
 * "<id>_<version>". False: it is neither; `id` is unchanged. */
bool ride_read_id_and_version(struct talk *talk, struct uuid *id, int64_t *version);
/* Copies places, seats, kind and parcel size of `order` to `ride`. */
void ride_copy_from_order(struct ride *ride, const struct ride_order *order);
/* "18:30" */
struct slice ride_format_clock(struct talk *talk, int64_t at_us);

/* Adds a question that names the places and the day of the ride. */
void ride_add_question(struct talk *talk, enum text question);
/* Takes the day from the argument of the tapped button. */
bool ride_set_tapped_day(struct talk *talk);
/* Whether it is before PHRASE_NIGHT_ENDS: "tomorrow" is ambiguous, so buttons show dates. */
bool ride_is_night_now(const struct talk *talk);
/* Whether the day is from today to RIDE_DAYS_MAX days ahead. */
bool ride_is_day_allowed(const struct talk *talk, int32_t day);
/* Goes to the first step whose answer is missing, or else to the trips or, if ride->publishes, to
 * the trip to publish. If ride->bids, goes to the request. */
bool ride_go_to_missing_answer(struct talk *talk) MUST_CHECK;
/* Handles typed text: an answer to the step, or values of a ride to search for or to publish. */
bool ride_handle_text(struct talk *talk);
/* struct flow, `answer`: questions of a passenger about the ride while a step asks for a phone, or
 * whether to cancel; during a search, says when there will be an answer. */
bool ride_answer_question(struct talk *talk, bool *answered) MUST_CHECK;
/* Adds a button with the move "do" for each of the `names` that is among the actions `allowed` by
 * booking-api. */
void ride_put_action_buttons(struct talk *talk, const struct foreign_list *allowed,
                             const char *const *names, size_t count);
/* The allowed action that the typed text names by its label or by a remark; absent: none. */
struct slice ride_find_named_action(const struct talk *talk, const struct foreign_list *allowed);
/* Adds the button that copies the number to which the passenger pays, while the text shows it. */
void ride_put_payment_number(struct talk *talk, const struct ride_order *order);
/* Adds the last row of buttons: back, and start over. */
void ride_put_exit_buttons(struct talk *talk);

/* Changes the search to trips that take a parcel. */
bool ride_switch_to_parcel(struct talk *talk) MUST_CHECK;
/* The text with this size of a parcel, an index in ride_size_names. */
struct slice ride_format_size(struct talk *talk, enum text text, int64_t size);
/* What a ride is for instead of seats: the whole car, or "посылка, маленькая". Absent if it is for
 * seats. `size` is an index in ride_size_names. */
struct slice ride_format_load(struct talk *talk, bool whole_car, bool is_parcel, int64_t size);
/* Appends the recipient of the parcel and, if `shows_code`, the delivery code, unless absent. */
void ride_add_recipient(struct talk *talk, const struct ride_order *order, bool shows_code);

/* Orders the trip of ride->choice or, if ride->choice is absent, a ride that looks for a driver.
 * Asks first for the recipient of a parcel, and for the phone if the driver must agree, as for each
 * ride that looks for a driver. Shows the ride, or explains the refusal. */
bool ride_order_chosen_or_ask_details(struct talk *talk) MUST_CHECK;
/* Shows the next page of the step's list. */
bool ride_show_next_page(struct talk *talk) MUST_CHECK;
/* For lists that begin at the first page whenever their step is entered: the move of the button
 * "more"; the query parameters of the page to show; the button, if there is a next page. */
bool ride_show_more(struct talk *talk) MUST_CHECK;
struct slice ride_format_page_query(struct talk *talk);
void ride_put_more_button(struct talk *talk, struct slice next);
/* Appends the text about a trip found, or about an offer. It names the date of the departure only
 * if that is not on `day`. */
void ride_add_trip_text(struct talk *talk, const struct ride_found *found, int32_t day);
/* Posts the order: of ride->trip or, if ride->trip is nil, of a ride that looks for a driver. The
 * passenger's `phone` may be absent. Shows the ride, or explains the refusal. */
bool ride_post_order(struct talk *talk, struct slice phone, struct ride_wishes wishes) MUST_CHECK;
/* Posts the order of ride->trip, or of a place on its waiting list, although it overlaps or
 * duplicates the ride that is shown. If the driver must agree, asks for the phone first. */
bool ride_post_order_anyway(struct talk *talk) MUST_CHECK;
/* Posts the order with the phone that was asked for. */
bool ride_post_order_with_phone(struct talk *talk, struct slice phone) MUST_CHECK;
/* Reads the current ride from ride->answered or, if that is absent, from booking-api. `found` is
 * false if there is no such ride for the person. */
bool ride_fetch_order(struct talk *talk, struct ride_order *out, bool *found) MUST_CHECK;
/* Shows the ride that booking-api has answered with. */
bool ride_show_returned_ride(struct talk *talk, const struct service_answer *answer) MUST_CHECK;
/* Adds the stars given for the current ride or, if there are none, buttons to give them; nothing if
 * booking-api refuses. */
bool ride_add_stars_or_buttons(struct talk *talk, bool as_driver) MUST_CHECK;
/* Posts the stars of the tapped button. If it has none, makes no call and sets the status 201. */
bool ride_post_stars(struct talk *talk, bool as_driver, struct service_answer *answer) MUST_CHECK;
/* Reads the pending offers for the current ride; none if booking-api refuses. `get` is talk_get()
 * for the passenger, drive_get_as_driver() for the driver. */
bool ride_fetch_offers(struct talk *talk,
                       bool (*get)(struct talk *talk, struct slice path,
                                   struct service_answer *answer),
                       struct ride_trips *out) MUST_CHECK;
/* Shows the ride after an action on it, or explains the refusal. The second posts the action on the
 * current ride first. */
bool ride_show_action_result(struct talk *talk, const struct service_answer *answer) MUST_CHECK;
bool ride_post_action_and_show(struct talk *talk, const char *action, struct slice body) MUST_CHECK;

/* --- of the driver --- */

/* Reads the driver with the person's telegram_id, at most once per update: sets ride->driver, or
 * ride->is_off. */
bool drive_identify_driver(struct talk *talk) MUST_CHECK;
/* Call booking-api as the driver; the first sets the actor of `call`. If the person is no driver,
 * the answer is 403 without a call. */
bool drive_call_as_driver(struct talk *talk, struct service_call call,
                          struct service_answer *answer) MUST_CHECK;
bool drive_get_as_driver(struct talk *talk, struct slice path,
                         struct service_answer *answer) MUST_CHECK;
bool drive_post_as_driver(struct talk *talk, struct slice path, struct slice body,
                          struct service_answer *answer) MUST_CHECK;
/* Handles a refusal: adds the reason, and goes to the step in which the driver can correct the
 * refused value, or to `step` if there is none. Goes to "drive" if the person is no driver. */
bool drive_explain_refusal(struct talk *talk, const struct service_answer *answer,
                           const struct flow_step *step) MUST_CHECK;
/* Reads `body` by drive_get_as_driver(). If the status is not 200, stops the move (talk_stop())
 * after drive_explain_refusal() with `step`. */
bool drive_get_or_explain(struct talk *talk, struct slice path, const struct flow_step *step,
                          struct slice *body) MUST_CHECK;
/* If passengers can see the place of the car now, adds how the driver sends it. */
void drive_add_location_hint(struct talk *talk, const struct ride_run *run);
/* Reads the cars of the driver by drive_get_or_explain(). */
bool drive_fetch_own_cars(struct talk *talk, struct ride_own_cars *cars) MUST_CHECK;
/* Adds a button for each car, whose argument is the id of the car. If there are several, the labels
 * name them after `text`. */
void drive_put_car_buttons(struct talk *talk, const struct ride_own_cars *cars, struct slice text,
                           const char *action);
/* Post the action on the trip of ride->trip, or on the passenger's ride of ride->order with
 * ride->version, and show the trip. Handle a refusal by drive_explain_refusal(). */
bool drive_post_trip_action_and_show(struct talk *talk, const char *action,
                                     struct slice body) MUST_CHECK;
bool drive_post_passenger_action_and_show(struct talk *talk, const char *action,
                                          struct slice body) MUST_CHECK;
/* The instant of ride->day and ride->clock, which are in the time of Kazakhstan (FORMAT_ZONE_S), in
 * microseconds since 1970. */
int64_t drive_departure_us(const struct ride *ride);
/* Adds places on the way. The reply names those that were not added: places that the route already
 * has, and places beyond RIDE_PASSED_MAX. */
bool drive_add_stops(struct talk *talk, const struct slice *places, size_t count) MUST_CHECK;
/* Sets the order and times of the places on the way, and ride->minutes. `direct_minutes` is the
 * duration of the direct route. Reads the places by ride_fetch_places(). */
bool drive_compute_stop_times(struct talk *talk, int64_t direct_minutes) MUST_CHECK;
/* The places on the way, with times: "Конаев 10:10, Сарыозек 11:40"; absent: none. */
struct slice drive_format_stops(struct talk *talk);
/* Returns `list`, which may be absent, with one more place. */
struct slice drive_append_stop_text(struct talk *talk, struct slice list, struct slice place,
                                    int64_t at_us);
/* All stops of the trip as elements of a JSON array, without brackets. */
struct slice drive_format_stops_json(struct talk *talk);
/* The usual price of a parcel of this size, calculated from the price of a seat. */
int64_t drive_compute_parcel_price(int64_t seat_price, int64_t size);
/* If the trip that is published takes parcels, adds their prices. Adds a button that changes
 * whether the trip takes parcels. */
void drive_put_parcel_prices_and_button(struct talk *talk);
bool drive_toggle_parcels(struct talk *talk) MUST_CHECK; /* the move of this button */
/* The JSON member with the prices of parcels, after a comma; "": the trip takes no parcels. */
struct slice drive_format_parcel_prices_json(struct talk *talk);
/* Begins to publish a trip. */
bool drive_begin_publishing(struct talk *talk) MUST_CHECK;
/* Whether the dialogue is at a step that only drivers reach, except the steps of publishing. */
bool drive_is_at_driver_step(const struct talk *talk);
/* Set ride->clock or ride->price from text. False: the text is no time, or no price. */
bool drive_set_time_from_text(struct talk *talk, struct slice text);
bool drive_set_price_from_text(struct talk *talk, struct slice text);
