// SPDX-License-Identifier: MIT
/* Typed text that the step does not read itself: values of a ride (phrases/phrase.h). The dialogue
 * then goes to the first missing or ambiguous value. */
#include "base/date.h"
#include "base/number.h"

#include "phrases/phrase.h"
#include "taxi/ride.h"
#include "taxi/ride_steps.h"

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
    const bool from = talk->step == &ride_step_from;

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

    *taken = talk->step == &ride_step_stops && phrase->via_count == 0 &&
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

/* Whether the text only asks for the price, and the dialogue has a place of the route. */
static bool answers_price_alone(const struct talk *talk)
{
    const struct ride *ride = talk->data;

    return ride_is_searching_or_publishing(talk) && !ride->publishes && !ride->parcel &&
           (ride->from.at != NULL || ride->to.at != NULL) && !talk_is_text_for_staff(talk) &&
           talk->heard.remark.kind == REMARK_PRICE;
}

/* Takes a text that is only a day, at any step of a search. */
static bool take_day(struct talk *talk)
{
    int32_t day;

    if (!format_parse_date(talk->argument, format_day_of(talk->input->now), &day) ||
        !ride_is_day_allowed(talk, day))
        return false;
    ride_of(talk)->day = day;
    return ride_is_searching_or_publishing(talk);
}

/* Leaves a step that belongs to no search for a search or, for a driver, for publishing. */
static bool begin_anew_unless_searching(struct talk *talk)
{
    if (ride_is_searching_or_publishing(talk))
        return true;
    return drive_is_at_driver_step(talk) ? drive_begin_publishing(talk) : ride_begin_search(talk);
}

bool ride_handle_text(struct talk *talk)
{
    struct phrase_ride phrase = {.day = DATE_ABSENT};
    bool found, taken;

    if (take_day(talk))
        return ride_go_to_missing_answer(talk);
    if (!parse_text(talk, &phrase, &found) || !apply_places_as_stops(talk, &phrase, &taken))
        return false;
    if (taken)
        return true;
    if (ride_of(talk)->publishes && ride_is_searching_or_publishing(talk))
        found = found || phrase.price > 0 || phrase.has_via;
    if (!found && answers_price_alone(talk))
        return apply_phrase_and_continue(talk, &phrase);
    if (!found && talk->step->unheard != NULL)
        return talk->step->unheard(talk);
    if (!found || is_asking_about_trip(talk))
        return ride_reply_not_understood(talk);
    return begin_anew_unless_searching(talk) && apply_phrase_and_continue(talk, &phrase);
}

bool ride_begin_from_text(struct talk *talk, bool *parsed)
{
    struct phrase_ride phrase;

    return parse_text(talk, &phrase, parsed) &&
           (!*parsed || (ride_begin_search(talk) && apply_phrase_and_continue(talk, &phrase)));
}
