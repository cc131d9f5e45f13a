// SPDX-License-Identifier: MIT
#include "trips/trip.h"

#include <stdio.h>

#include "base/now.h"

#include "drivers/contact.h"
#include "places/place.h"

#define HOUR_US (INT64_C(3600) * US_PER_S)

/* Does the stop have a valid time? If not, the decoder has reported the field. */
static bool has_time(const struct trip_stop *stop)
{
    return stop->at != 0 && stop->at != FIELD_ABSENT;
}

static bool can_be_driven_in_time(const struct trip_stop *from, const struct trip_stop *to)
{
    if (to->at - from->at > TRIP_LONGEST_US)
        return true;
    const int64_t metres = place_distance_metres(place_find(from->place), place_find(to->place));

    return metres * HOUR_US <= (to->at - from->at) * TRIP_KM_PER_HOUR_MAX * 1000;
}

/* The JSON pointer of a field of the stop: "stops/1/at". */
static const char *stop_field(size_t stop, const char *name, char text[FAULT_FIELD_MAX])
{
    snprintf(text, FAULT_FIELD_MAX, "stops/%zu/%s", stop, name);
    return text;
}

/* Checks the time and place of the stop `to`, whose index is `index`, against the stop before. */
static void check_consecutive_stops(const struct trip_stop *from, const struct trip_stop *to,
                                    size_t index, struct fault_list *problems)
{
    char field[FAULT_FIELD_MAX];

    if (!has_time(from) || !has_time(to))
        return;
    if (to->at - from->at < TRIP_STOP_GAP_US)
        fault_list_add(problems, stop_field(index, "at", field), "stops_order",
                       "Each stop is at least 5 minutes after the one before.");
    else if (from->place.at != NULL && to->place.at != NULL && !can_be_driven_in_time(from, to))
        fault_list_add(problems, stop_field(index, "at", field), "too_fast",
                       "From %.*s to %.*s is too far for that time.", SLICE_ARG(from->place),
                       SLICE_ARG(to->place));
}

void trip_stops_check(const struct trip_stop *stops, size_t count, struct fault_list *problems)
{
    char field[FAULT_FIELD_MAX];

    if (count < 2)
        fault_list_add(problems, "stops", "too_short", "A trip has at least 2 stops.");
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < i; k++)
            if (stops[i].place.at != NULL && slice_equal(stops[i].place, stops[k].place))
                fault_list_add(problems, stop_field(i, "place", field), "repeated_place",
                               "The trip stops more than once at %.*s.", SLICE_ARG(stops[i].place));
        if (i > 0)
            check_consecutive_stops(&stops[i - 1], &stops[i], i, problems);
        contact_refuse_in_text(stop_field(i, "point", field), stops[i].point, problems);
    }
    if (count >= 2 && has_time(&stops[0]) && has_time(&stops[count - 1]) &&
        stops[count - 1].at - stops[0].at > TRIP_LONGEST_US)
        fault_list_add(problems, "stops", "too_long", "A trip takes at most 48 hours.");
}

/* `stop_count`: after the change. `prices_required`: a body without prices is refused. */
static void check_prices(const struct trip *trip, size_t stop_count, bool prices_required,
                         struct fault_list *problems)
{
    const struct trip_price *prices = trip->prices.items;
    const bool whole = trip->seat_price != FIELD_ABSENT;
    char field[FAULT_FIELD_MAX];

    if (prices != NULL ? whole : prices_required && !whole) {
        fault_list_add(problems, "seat_price", "one_of_two",
                       "Either seat_price, or seat_prices of each segment.");
        if (prices != NULL)
            fault_list_add(problems, "seat_prices", "one_of_two",
                           "Either seat_price, or seat_prices of each segment.");
        return;
    }
    if (prices == NULL)
        return;
    if (trip->prices.count + 1 != stop_count)
        fault_list_add(problems, "seat_prices", "wrong_count", "One price for each segment.");
    for (size_t i = 0; i < trip->prices.count; i++)
        if (prices[i].amount != FIELD_ABSENT && prices[i].amount % 100 != 0) {
            snprintf(field, sizeof field, "seat_prices/%zu/amount", i);
            fault_list_add(problems, field, "not_whole_tenge", "Whole tenge: .. 00 tiyn.");
        }
}

void trip_draft_check(const void *value, struct fault_list *problems)
{
    const struct trip *trip = value;

    if (trip->stops.items != NULL) {
        trip_stops_check(trip->stops.items, trip->stops.count, problems);
        check_prices(trip, trip->stops.count, true, problems);
    }
    contact_refuse_in_text("note", trip->note, problems);
}

void trip_edit_check(const void *value, struct fault_list *problems)
{
    const struct trip *trip = value;
    const size_t before = (size_t)trip->tariff.segments + 1;
    const bool moved = trip->stops.items != NULL;
    const size_t stops = moved ? trip->stops.count : before;

    if (moved)
        trip_stops_check(trip->stops.items, stops, problems);
    check_prices(trip, stops, stops != before, problems);
    contact_refuse_in_text("note", trip->note, problems);
}

void trip_departure_check(const struct trip *trip, int64_t now, bool test_key,
                          struct fault_list *problems)
{
    if (trip->departs_at < now + (test_key ? -TRIP_TEST_PAST_US : TRIP_NOTICE_US))
        fault_list_add(problems, "stops", "too_soon",
                       "A trip is published at least 15 minutes ahead.");
    if (trip->departs_at > now + TRIP_WINDOW_DAYS * TRIP_DAY_US)
        fault_list_add(problems, "stops", "beyond_window", "At most %d days ahead.",
                       TRIP_WINDOW_DAYS);
}

void trip_seats_check(const struct trip *trip, int64_t car_seats, struct fault_list *problems)
{
    if (trip->seats > car_seats)
        fault_list_add(problems, "seats", "too_many_seats", "The car has %lld.",
                       (long long)car_seats);
}

void trip_set_times(struct trip *trip)
{
    const struct trip_stop *stops = trip->stops.items;

    trip->departs_at = stops[0].at;
    trip->arrives_at = stops[trip->stops.count - 1].at;
    trip->busy_until = trip->arrives_at + TRIP_TURNAROUND_US;
}

void trip_set_times_and_tariff(struct trip *trip)
{
    const struct trip_stop *stops = trip->stops.items;
    const struct trip_price *prices = trip->prices.items;
    const size_t segments = trip->stops.count - 1;
    int64_t metres[FARE_SEGMENTS_MAX];

    trip_set_times(trip);
    trip->tariff.segments = (int64_t)segments;
    for (size_t i = 0; i < segments; i++) {
        metres[i] =
            place_distance_metres(place_find(stops[i].place), place_find(stops[i + 1].place));
        if (prices != NULL)
            trip->tariff.seat_prices[i] = prices[i].amount;
    }
    if (prices == NULL)
        fare_split_seat_price(trip->seat_price, metres, segments, trip->tariff.seat_prices);
}

bool trip_has_closed_road(const struct trip *trip)
{
    return trip->warnings.len > strlen("[]");
}

struct slice trip_first_name(struct slice full_name)
{
    return slice_cut(&full_name, ' ');
}

int32_t trip_local_day(int64_t at)
{
    return (int32_t)((at + TRIP_ZONE_US) / TRIP_DAY_US);
}
