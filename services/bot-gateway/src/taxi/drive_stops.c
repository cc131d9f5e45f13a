// SPDX-License-Identifier: MIT
/* Places on the way of a trip that a driver publishes: choosing them, their order and times. */
#include <math.h>

#include "base/geo.h"
#include "base/now.h"

#include "taxi/ride_steps.h"

enum {
    MINUTE_S = 60,
    ROUND = 5,        /* minutes from the departure to a stop are multiples of it */
    SUGGESTIONS = 16, /* maximum number of buttons with places */
    IN_ROW = 2
};
static const double detour_max = 1.1; /* ratio: km by a suggested place, direct km */

/* --- the list --- */

/* Adds a text with the name of the place, above the text of the step. */
static void add_place_notice(struct talk *talk, enum text text, struct slice place)
{
    talk_add(talk, text, TALK_VALUES({.name = "city", .text = ride_place_name(talk, place)}));
    talk_add_html(talk, SLICE("\n\n"));
}

/* Removes places that the route already has, and places beyond RIDE_PASSED_MAX; adds a text about
 * each. */
static void drop_repeated_and_excess_stops(struct talk *talk)
{
    struct ride *ride = talk->data;
    struct drive_stop *stops = ride->stops.items;
    const size_t count = ride->stops.count;

    ride->stops.count = 0;
    for (size_t i = 0; i < count; i++) {
        const struct slice place = stops[i].place;
        bool known = slice_equal(place, ride->from) || slice_equal(place, ride->to);
        for (size_t k = 0; k < ride->stops.count; k++)
            known = known || slice_equal(place, stops[k].place);
        if (known)
            add_place_notice(talk, TEXT_DRIVE_STOP_KNOWN, place);
        else if (ride->stops.count == RIDE_PASSED_MAX)
            add_place_notice(talk, TEXT_DRIVE_STOPS_MANY, place);
        else
            stops[ride->stops.count++] = stops[i];
    }
}

bool drive_add_stops(struct talk *talk, const struct slice *places, size_t count)
{
    struct ride *ride = talk->data;
    const struct drive_stop *before = ride->stops.items;
    struct drive_stop *stops =
        arena_alloc(talk->arena, (ride->stops.count + count + 1) * sizeof *stops);

    if (stops == NULL)
        return arena_fault(talk->fault);
    for (size_t i = 0; i < ride->stops.count; i++)
        stops[i] = before[i];
    for (size_t i = 0; i < count; i++)
        stops[ride->stops.count + i] = (struct drive_stop){.place = places[i]};
    ride->stops = (struct field_list){stops, ride->stops.count + count};
    drop_repeated_and_excess_stops(talk);
    return true;
}

static bool remove_stop(struct ride *ride, struct slice place)
{
    struct drive_stop *stops = ride->stops.items;
    size_t kept = 0;

    for (size_t i = 0; i < ride->stops.count; i++)
        if (!slice_equal(stops[i].place, place))
            stops[kept++] = stops[i];
    const bool removed = kept < ride->stops.count;
    ride->stops.count = kept;
    return removed;
}

/* --- distances --- */

static struct field_geo find_location(const struct answer_cities *cities, struct slice slug)
{
    for (size_t i = 0; i < cities->count; i++)
        if (slice_equal(cities->items[i].slug, slug))
            return cities->items[i].location;
    return (struct field_geo){.lat = (double)NAN};
}

/* The great-circle distance, at least 1 km; 1 km if the location of a place is unknown. */
static double km_between(const struct answer_cities *cities, struct slice from, struct slice to)
{
    const double km = geo_km(find_location(cities, from), find_location(cities, to));

    return km >= 1 ? km : 1;
}

static void sort_stops_by_distance(const struct ride *ride, const struct answer_cities *cities)
{
    struct drive_stop *stops = ride->stops.items;

    for (size_t i = 1; i < ride->stops.count; i++)
        for (size_t k = i; k > 0 && km_between(cities, ride->from, stops[k].place) <
                                        km_between(cities, ride->from, stops[k - 1].place);
             k--) {
            const struct drive_stop nearer = stops[k];
            stops[k] = stops[k - 1];
            stops[k - 1] = nearer;
        }
}

static int64_t round_minutes_up(double minutes)
{
    return (int64_t)ceil(fmin(minutes, RIDE_MINUTES_MAX) / ROUND) * ROUND;
}

bool drive_compute_stop_times(struct talk *talk, int64_t direct_minutes)
{
    struct ride *ride = talk->data;
    struct drive_stop *stops;
    struct answer_cities cities;
    double whole = 0, km = 0;

    drop_repeated_and_excess_stops(talk);
    ride->minutes = direct_minutes;
    if (ride->stops.count == 0)
        return true;
    if (!ride_fetch_places(talk, RIDE_PLACES_MAX, &cities))
        return false;
    sort_stops_by_distance(ride, &cities);
    stops = ride->stops.items;
    for (size_t i = 0; i <= ride->stops.count; i++)
        whole += km_between(&cities, i == 0 ? ride->from : stops[i - 1].place,
                            i == ride->stops.count ? ride->to : stops[i].place);
    const double straight =
        geo_km(find_location(&cities, ride->from), find_location(&cities, ride->to));
    const double all = (double)direct_minutes * fmax(1, whole / straight);
    int64_t last = 0;
    for (size_t i = 0; i < ride->stops.count; i++) {
        km += km_between(&cities, i == 0 ? ride->from : stops[i - 1].place, stops[i].place);
        last = round_minutes_up(fmax(all * km / whole, (double)last + 1));
        stops[i].minutes = last;
    }
    ride->minutes = round_minutes_up(fmax(all, (double)last + 1));
    return true;
}

/* --- texts --- */

struct slice drive_append_stop_text(struct talk *talk, struct slice list, struct slice place,
                                    int64_t at_us)
{
    const struct slice name = ride_place_name(talk, place), clock = ride_format_clock(talk, at_us);

    return talk_printf(talk, "%.*s%s%.*s %.*s", SLICE_ARG(list), list.len > 0 ? ", " : "",
                       SLICE_ARG(name), SLICE_ARG(clock));
}

static int64_t time_after_departure_us(const struct ride *ride, int64_t minutes)
{
    return drive_departure_us(ride) + minutes * MINUTE_S * US_PER_S;
}

struct slice drive_format_stops(struct talk *talk)
{
    const struct ride *ride = talk->data;
    const struct drive_stop *stops = ride->stops.items;
    struct slice list = SLICE_NONE;

    for (size_t i = 0; i < ride->stops.count; i++)
        list = drive_append_stop_text(talk, list, stops[i].place,
                                      time_after_departure_us(ride, stops[i].minutes));
    return list;
}

struct slice drive_format_stops_json(struct talk *talk)
{
    const struct ride *ride = talk->data;
    const struct drive_stop *stops = ride->stops.items;
    const size_t last = ride->stops.count + 1;
    char at[NOW_RFC3339_LEN + 1];
    struct slice list = SLICE("");

    for (size_t i = 0; i <= last; i++) {
        const struct drive_stop stop = i == 0      ? (struct drive_stop){ride->from, 0}
                                       : i == last ? (struct drive_stop){ride->to, ride->minutes}
                                                   : stops[i - 1];
        now_format_rfc3339(time_after_departure_us(ride, stop.minutes), at);
        list = talk_printf(talk, "%.*s%s{\"place\":\"%.*s\",\"at\":\"%s\"}", SLICE_ARG(list),
                           i > 0 ? "," : "", SLICE_ARG(stop.place), at);
    }
    return list;
}

/* --- the step --- */

static bool should_suggest_stop(const struct ride *ride, const struct answer_cities *cities,
                                const struct city *city)
{
    const struct drive_stop *stops = ride->stops.items;
    const double first = km_between(cities, ride->from, city->slug),
                 second = km_between(cities, city->slug, ride->to);

    for (size_t i = 0; i < ride->stops.count; i++)
        if (slice_equal(stops[i].place, city->slug))
            return false;
    return first > 1 && second > 1 &&
           first + second <= detour_max * km_between(cities, ride->from, ride->to);
}

static void put_place_button(struct talk *talk, struct slice slug, const char *mark, size_t index)
{
    const struct slice name = ride_place_name(talk, slug);

    if (index % IN_ROW == 0)
        talk_new_row(talk);
    talk_button(talk, talk_printf(talk, "%s%.*s", mark, SLICE_ARG(name)), "place", slug);
}

static void put_place_buttons(struct talk *talk, const struct answer_cities *cities)
{
    const struct ride *ride = talk->data;
    const struct drive_stop *stops = ride->stops.items;
    size_t shown = 0;

    for (; shown < ride->stops.count; shown++)
        put_place_button(talk, stops[shown].place, "✓ ", shown);
    for (size_t i = 0; i < cities->count && shown < SUGGESTIONS; i++) {
        if (should_suggest_stop(ride, cities, &cities->items[i]))
            put_place_button(talk, cities->items[i].slug, "", shown++);
    }
}

static bool show_stop_choice(struct talk *talk)
{
    const struct ride *ride = talk->data;
    struct answer_cities cities;

    if (!ride_fetch_places(talk, RIDE_PLACES_MAX, &cities))
        return false;
    talk_add(talk, TEXT_DRIVE_STOPS,
             TALK_VALUES({.name = "title", .text = ride_format_route(talk, ride->from, ride->to)}));
    put_place_buttons(talk, &cities);
    if (ride->stops.count != 0) {
        talk_put_button(talk, TEXT_DRIVE_BUTTON_STOPS_DONE, "done");
        talk_put_button(talk, TEXT_DRIVE_BUTTON_STOPS_NONE, "none");
    }
    ride_put_exit_buttons(talk);
    return true;
}

static bool toggle_tapped_stop(struct talk *talk)
{
    return (remove_stop(talk->data, talk->argument) || drive_add_stops(talk, &talk->argument, 1)) &&
           talk_step(talk, &ride_step_stops);
}

static bool remove_all_stops(struct talk *talk)
{
    ride_of(talk)->stops.count = 0;
    return ride_go_to_missing_answer(talk);
}

// clang-format off
static const struct flow_move stops_moves[] = {
    {FLOW_TAP, "place", .act = toggle_tapped_stop},
    {FLOW_TAP, "done",  .act = ride_go_to_missing_answer, .remark = REMARK_YES},
    {FLOW_TAP, "none",  .act = remove_all_stops,          .remark = REMARK_NO},
    {FLOW_TAP, "back",  .act = ride_go_to_missing_answer},
};
// clang-format on
const struct flow_step ride_step_stops = {"stops", show_stop_choice, FLOW_MOVES(stops_moves)};
