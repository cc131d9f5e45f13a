// SPDX-License-Identifier: MIT
/* Typed text: an answer to the step or, if the text is no answer, values of a ride
 * (phrases/phrase.h). The dialogue then goes to the first missing or ambiguous value. */
#include "base/date.h"
#include "base/number.h"
#include "base/parse.h"
#include "base/text.h"

#include "dialogue/remark.h"
#include "phrases/phrase.h"
#include "taxi/ride.h"
#include "taxi/ride_steps.h"

static bool is_at_step(const struct talk *talk, const struct flow_step *step)
{
    return talk->step == step;
}

static bool has_any_value(const struct phrase_ride *phrase)
{
    return phrase->from.at != NULL || phrase->to.at != NULL || phrase->place.at != NULL ||
           phrase->day != DATE_ABSENT || phrase->before > 0 || phrase->seats > 0 ||
           phrase->child_seats > 0 || phrase->whole_car || phrase->parcel || phrase->ask != 0;
}

/* Parses the text. `found` is false if the text has no values of a ride, or is too long. */
static bool parse_text(struct talk *talk, struct phrase_ride *phrase, bool *found)
{
    const struct phrase_now now = {format_day_of(talk->input->now),
                                   format_hour_of(talk->input->now),
                                   format_minute_of(talk->input->now)};
    const struct arena_mark mark = arena_mark(talk->arena);

    *found = false;
    if (talk->input->words == NULL || talk->argument.at == NULL)
        return true;
    if (!phrase_read_ride(talk->input->words, talk->argument, talk->language, now, talk->arena,
                          phrase, talk->fault))
        return talk->fault->kind != FAULT_UNAVAILABLE;
    arena_put_back(talk->arena, &mark);
    *found = has_any_value(phrase);
    return true;
}

static void add_unknown_place_notice(struct talk *talk, struct slice words)
{
    talk_add(talk, TEXT_DRIVE_STOP_UNKNOWN, TALK_VALUES({.name = "words", .text = words}));
    talk_add_html(talk, SLICE("\n\n"));
}

static bool is_replaced(struct slice before, struct slice after)
{
    return before.at != NULL && !slice_equal(before, after);
}

/* A place without a direction is the origin at the step "from", at other steps the destination.
 * Places on the way of another route are dropped. */
static void apply_places(struct talk *talk, const struct phrase_ride *phrase)
{
    struct ride *ride = talk->data;
    const struct slice from_before = ride->from, to_before = ride->to;
    const bool from = is_at_step(talk, &ride_step_from);

    if ((phrase->ask & PHRASE_ASK_CITY) != 0)
        talk_add_paragraph(talk, TEXT_RIDE_UNSURE_PLACE);
    if (phrase->place.at != NULL)
        *(from ? &ride->from : &ride->to) = phrase->place;
    if (phrase->from.at != NULL)
        ride->from = phrase->from;
    if (phrase->to.at != NULL)
        ride->to = phrase->to;
    if (ride->from.at != NULL && slice_equal(ride->from, ride->to))
        *(from || phrase->from.at != NULL ? &ride->to : &ride->from) = SLICE_NONE;
    if (is_replaced(from_before, ride->from) || is_replaced(to_before, ride->to))
        ride->stops.count = 0;
}

static void apply_day_times_and_load(struct talk *talk, const struct phrase_ride *phrase)
{
    struct ride *ride = talk->data;

    if ((phrase->ask & PHRASE_ASK_DATES) != 0 ||
        (phrase->day != DATE_ABSENT && !ride_is_day_allowed(talk, phrase->day))) {
        talk_add_paragraph(talk, (phrase->ask & PHRASE_ASK_DATES) != 0 && ride_is_night_now(talk)
                                     ? TEXT_RIDE_DAY_NIGHT
                                     : TEXT_RIDE_DAY_BAD);
        ride->day = 0;
    } else if (phrase->day != DATE_ABSENT) {
        ride->day = phrase->day;
        ride->after = ride->before = 0;
    }
    if (phrase->clock > 0)
        ride->clock = phrase->clock;
    if (phrase->before > 0) {
        ride->after = phrase->after;
        ride->before = phrase->before;
    }
    ride->carries |= phrase->parcel && ride->publishes;
    if (phrase->parcel && !ride->publishes) {
        ride->parcel = true;
        ride->whole_car = false;
    } else if (phrase->seats > 0 || (phrase->whole_car && !ride->publishes)) {
        ride->parcel = false;
        ride->seats = phrase->seats == 0 ? 1 : phrase->seats;
        ride->whole_car = phrase->whole_car;
    }
    if (phrase->child_seats > 0 && !ride->publishes)
        ride->child_seats = number_min(phrase->child_seats, RIDE_CHILD_SEATS_MAX);
    if (ride->seats > RIDE_SEATS_MAX)
        talk_add_paragraph(talk, TEXT_RIDE_SEATS_BAD);
    if (ride->seats > RIDE_SEATS_MAX || (phrase->ask & PHRASE_ASK_GUESTS) != 0)
        ride->seats = 0; /* "с ребёнком": the number is asked for */
}

/* Takes the places on the way and the price of the trip that a driver publishes. */
static bool apply_stops_and_price(struct talk *talk, const struct phrase_ride *phrase)
{
    struct ride *ride = talk->data;

    if (phrase->from.at != NULL && phrase->to.at != NULL)
        ride->stops.count = 0; /* another route */
    if (phrase->unread_stop.at != NULL)
        add_unknown_place_notice(talk, phrase->unread_stop);
    if (phrase->price > 0 &&
        !drive_set_price_from_text(talk, talk_printf(talk, "%lld", (long long)phrase->price)))
        ride->price = 0;
    return drive_add_stops(talk, phrase->via, phrase->via_count);
}

/* Notes that the text asks what the ride costs. Parcels and drivers have prices of their own. */
static void note_question_for_price(struct talk *talk)
{
    struct ride *ride = talk->data;

    if (ride->publishes || ride->parcel || talk->heard.remark.kind != REMARK_PRICE)
        return;
    ride->asks_price = true;
    if (ride->from.at == NULL || ride->to.at == NULL)
        talk_add_paragraph(talk, TEXT_RIDE_PRICE_LATER);
}

static bool apply_phrase_and_continue(struct talk *talk, const struct phrase_ride *phrase)
{
    apply_places(talk, phrase);
    apply_day_times_and_load(talk, phrase);
    note_question_for_price(talk);
    return (!ride_of(talk)->publishes || apply_stops_and_price(talk, phrase)) &&
           ride_go_to_missing_answer(talk);
}

/* At the step "stops", takes all places of the text as places on the way. `taken` is false at other
 * steps, if the text has neither places nor unknown words, and if it has phrase->via. */
static bool apply_places_as_stops(struct talk *talk, const struct phrase_ride *phrase, bool *taken)
{
    const bool abroad = phrase->named_count == 0 && (phrase->ask & PHRASE_ASK_CITY) != 0;

    *taken = is_at_step(talk, &ride_step_stops) && phrase->via_count == 0 &&
             (phrase->named_count > 0 || phrase->unread.at != NULL || abroad);
    if (!*taken)
        return true;
    if (phrase->unread.at != NULL || abroad)
        add_unknown_place_notice(talk, phrase->unread.at != NULL ? phrase->unread
                                                                 : slice_trim(talk->argument));
    apply_day_times_and_load(talk, phrase);
    return drive_add_stops(talk, phrase->named, phrase->named_count) &&
           (phrase->named_count > 0 ? ride_go_to_missing_answer(talk)
                                    : talk_step(talk, &ride_step_stops));
}

bool ride_is_searching_or_publishing(const struct talk *talk)
{
    static const struct flow_step *const steps[] = {
        &ride_step_to,    &ride_step_from,    &ride_step_day,   &ride_step_days,
        &ride_step_seats, &ride_step_size,    &ride_step_trips, &ride_step_clock,
        &ride_step_price, &ride_step_publish, &ride_step_stops};

    return !ride_of(talk)->bids && TALK_IS_AT(talk, steps);
}

bool ride_is_search(const struct talk *talk)
{
    return ride_is_searching_or_publishing(talk) && !ride_of(talk)->publishes;
}

/* Whether the step asks the driver about one trip or passenger: a text cannot begin another trip.
 */
static bool is_asking_about_trip(const struct talk *talk)
{
    static const struct flow_step *const steps[] = {&ride_step_late, &ride_step_sure,
                                                    &ride_step_stars, &ride_step_code};

    return TALK_IS_AT(talk, steps);
}

/* Whether the message is a file, or names a receipt, at a ride whose prepayment is due or reported.
 */
static bool check_is_receipt(struct talk *talk, bool *is_receipt)
{
    struct ride_order order;

    *is_receipt =
        is_at_step(talk, &ride_step_order) && (talk->input->update.file != UPDATE_NO_FILE ||
                                               remark_classify(talk->argument).names_receipt);
    if (!*is_receipt)
        return true;
    if (!ride_fetch_order(talk, &order, is_receipt))
        return false;
    *is_receipt = *is_receipt && (slice_is(order.status, "payment_claimed") ||
                                  stay_value_find_action(&order.actions, "claim-payment") != NULL);
    return true;
}

static bool reply_not_understood(struct talk *talk)
{
    bool is_receipt;

    if (flow_is_text_for_staff(talk))
        return flow_pass_text_to_staff(talk);
    if (!check_is_receipt(talk, &is_receipt))
        return false;
    talk_store_misunderstood(talk);
    talk_add_paragraph(talk, is_receipt ? TEXT_RIDE_RECEIPT : TEXT_RIDE_UNHEARD);
    talk_offer_person(talk);
    talk_repeat_step(talk);
    return true;
}

/* Takes a text that is only seats, a size, a time or a price, at the step that asks for it, or only
 * a day, at any step of a search. At a request, a price or a time is that of
 * the driver's offer. */
static bool apply_bare_answer(struct talk *talk)
{
    struct ride *ride = talk->data;
    int64_t seats;
    int32_t day;

    if (is_at_step(talk, &ride_step_seats) &&
        parse_i64(slice_trim(talk->argument), 1, RIDE_SEATS_MAX, &seats)) {
        ride->seats = seats;
        ride->whole_car = false;
        return true;
    }
    if (is_at_step(talk, &ride_step_size) && ride_set_size_from_text(talk))
        return true;
    if (is_at_step(talk, &ride_step_clock) && drive_set_time_from_text(talk, talk->argument))
        return true;
    if (is_at_step(talk, &ride_step_price) && drive_set_price_from_text(talk, talk->argument))
        return true;
    if (is_at_step(talk, &ride_step_request) && (drive_set_price_from_text(talk, talk->argument) ||
                                                 drive_set_time_from_text(talk, talk->argument))) {
        ride->bids = true;
        return true;
    }
    if (!format_parse_date(talk->argument, format_day_of(talk->input->now), &day) ||
        !ride_is_day_allowed(talk, day))
        return false;
    ride->day = day;
    return ride_is_searching_or_publishing(talk);
}

/* The allowed action that the text names by its label or by a remark; absent: none. */
static struct slice find_named_action(const struct talk *talk, const struct foreign_list *allowed)
{
    static const int32_t ignored[] = {' ', '.', '!', 0};
    const struct stay_action *actions = allowed->items;
    const struct remark said = talk->heard.remark;
    const bool cancels = said.kind == REMARK_CANCEL || said.kind == REMARK_CANCELLING;
    const char *meant = said.kind == REMARK_PAID && !said.asks ? "claim-payment"
                        : cancels && !said.negates             ? "cancel"
                                                               : "";

    for (size_t i = 0; i < allowed->count; i++)
        if (slice_is(actions[i].name, meant) ||
            text_same_name(talk->argument, talk_localized(talk, &actions[i].label), ignored))
            return actions[i].name;
    return SLICE_NONE;
}

/* Reads the actions that are allowed on the ride or, at the step "run", on the driver's trip that
 * is shown; none if there is no such ride. */
static bool fetch_allowed_actions(struct talk *talk, struct foreign_list *allowed)
{
    struct ride *ride = talk->data;
    struct ride_order order = {.actions = {.count = 0}};
    struct ride_run run;
    bool found;

    if (!is_at_step(talk, &ride_step_run)) {
        if (!ride_fetch_order(talk, &order, &found))
            return false;
        *allowed = order.actions;
        return true;
    }
    if ((ride->answered.at == NULL &&
         !drive_get_or_explain(talk, talk_path(talk, "trips", &ride->trip, ""), &ride_step_runs,
                               &ride->answered)) ||
        !ride_read_driver_trip(ride->answered, talk->arena, &run, talk->fault))
        return false;
    *allowed = run.actions;
    return true;
}

/* At a ride or a driver's trip, taps the button of the action that the text names. */
static bool tap_named_action(struct talk *talk, bool *tapped)
{
    struct foreign_list allowed;

    *tapped = false;
    if ((!is_at_step(talk, &ride_step_order) && !is_at_step(talk, &ride_step_run)) ||
        flow_is_text_for_staff(talk))
        return true;
    if (!fetch_allowed_actions(talk, &allowed))
        return false;
    const struct slice action = find_named_action(talk, &allowed);
    *tapped = action.at != NULL;
    if (!*tapped)
        return true;
    talk->argument = action;
    return talk_press(talk, "do");
}

/* Where a ride may be rated, takes "5" as a tap of the stars. */
static bool tap_typed_stars(struct talk *talk, bool *tapped)
{
    const bool rates_passenger = is_at_step(talk, &ride_step_stars);
    struct foreign_list allowed = {.count = 0};
    int64_t stars;

    *tapped = false;
    if ((!rates_passenger && !is_at_step(talk, &ride_step_order)) || flow_is_text_for_staff(talk) ||
        !parse_i64(talk->argument, 1, RIDE_STARS_MAX, &stars))
        return true;
    if (!rates_passenger && !fetch_allowed_actions(talk, &allowed))
        return false;
    *tapped = rates_passenger || stay_value_find_action(&allowed, "rating") != NULL;
    return !*tapped || talk_press(talk, "rate");
}

/* Whether the text only asks for the price, and the dialogue has a place of the route. */
static bool answers_price_alone(const struct talk *talk)
{
    const struct ride *ride = talk->data;

    return ride_is_searching_or_publishing(talk) && !ride->publishes && !ride->parcel &&
           (ride->from.at != NULL || ride->to.at != NULL) && !flow_is_text_for_staff(talk) &&
           talk->heard.remark.kind == REMARK_PRICE;
}

bool ride_handle_text(struct talk *talk)
{
    struct phrase_ride phrase = {.day = DATE_ABSENT};
    bool found, taken;

    if (apply_bare_answer(talk))
        return ride_go_to_missing_answer(talk);
    if (!tap_typed_stars(talk, &taken))
        return false;
    if (taken)
        return true;
    if (!parse_text(talk, &phrase, &found) || !apply_places_as_stops(talk, &phrase, &taken))
        return false;
    if (!taken && !found && !tap_named_action(talk, &taken))
        return false;
    if (taken)
        return true;
    if (ride_of(talk)->publishes && ride_is_searching_or_publishing(talk))
        found = found || phrase.price > 0 || phrase.has_via;
    if (!found && answers_price_alone(talk))
        return apply_phrase_and_continue(talk, &phrase);
    if (!found || is_asking_about_trip(talk))
        return reply_not_understood(talk);
    if (!ride_is_searching_or_publishing(talk)) {
        const bool begun =
            drive_is_at_driver_step(talk) ? drive_begin_publishing(talk) : ride_begin_search(talk);
        if (!begun)
            return false;
    }
    return apply_phrase_and_continue(talk, &phrase);
}

bool ride_begin_from_text(struct talk *talk, bool *parsed)
{
    struct phrase_ride phrase;

    return parse_text(talk, &phrase, parsed) &&
           (!*parsed || (ride_begin_search(talk) && apply_phrase_and_continue(talk, &phrase)));
}

bool ride_reply_not_understood(struct talk *talk)
{
    if (talk->flow == &ride_flow)
        return reply_not_understood(talk);
    if (!ride_begin_search(talk))
        return false;
    talk_store_misunderstood(talk);
    ride_of(talk)->says = TEXT_RIDE_UNHEARD;
    return true;
}
