// SPDX-License-Identifier: MIT
/* The first step of a search: the city. */
#include "base/city.h"
#include "base/geo.h"

#include "guest/stay.h"
#include "guest/stay_steps.h"

enum { CITIES_SHOWN = 40, CITIES_IN_ROW = 2, CITY_NEAR_KM = 150 };

static bool fetch_cities(struct talk *talk, struct answer_cities *cities)
{
    struct service_answer answer;

    if (!talk_get(talk, SLICE("/v1/cities"), &answer))
        return false;
    return answer.status == 200 ? answer_read_cities(answer.body, talk->arena, cities, talk->fault)
                                : answer_fail_bad("no cities", talk->fault);
}

static bool show_city_choice(struct talk *talk)
{
    struct answer_cities cities;

    if (!fetch_cities(talk, &cities))
        return false;
    talk_say(talk, TEXT_STAY_CITY);
    for (size_t i = 0; i < cities.count && i < CITIES_SHOWN; i++) {
        if (i % CITIES_IN_ROW == 0)
            talk_new_row(talk);
        talk_button(talk, talk_localized(talk, &cities.items[i].name), "city",
                    cities.items[i].slug);
    }
    talk_new_row(talk);
    talk_command_button(talk, talk_label(talk, TEXT_BUTTON_NOT_NOW), "cancel", SLICE(""));
    return true;
}

/* Sets the city of the search. Districts, streets and landmarks of another city are dropped. */
static void set_search_city(struct stay *stay, const struct city *city)
{
    if (stay->city.at != NULL && !slice_equal(stay->city, city->slug))
        stay->filters.district = stay->filters.words = SLICE_NONE;
    stay->city = city->slug;
    stay->city_name = city->name;
}

bool stay_set_city_by_name(struct talk *talk, struct slice name, bool *found)
{
    struct answer_cities cities;

    if (!fetch_cities(talk, &cities))
        return false;
    *found = false;
    for (size_t i = 0; i < cities.count && !*found; i++)
        if (city_is_named(&cities.items[i], name)) {
            set_search_city(talk->data, &cities.items[i]);
            *found = true;
        }
    return true;
}

bool stay_set_city_even_if_unknown(struct talk *talk, struct slice slug)
{
    bool found;

    if (!stay_set_city_by_name(talk, slug, &found))
        return false;
    if (!found) { /* answer_read_cities() omits slugs that are too long for a button */
        stay_of(talk)->city = slug;
        stay_of(talk)->city_name = (struct texts){.ru = slug};
    }
    return true;
}

static bool set_city_from_argument_and_continue(struct talk *talk)
{
    bool found;

    if (!stay_set_city_by_name(talk, talk->argument, &found))
        return false;
    return found ? stay_go_to_missing_answer(talk)
                 : stay_reply_not_understood(talk, TEXT_STAY_CITY_UNKNOWN);
}

/* The nearest city within CITY_NEAR_KM; NULL: none. */
static const struct city *find_nearest_city_in_range(const struct answer_cities *cities,
                                                     struct field_geo place)
{
    const struct city *found = NULL;
    double least = CITY_NEAR_KM;

    for (size_t i = 0; i < cities->count; i++) {
        const double km = geo_km(place, cities->items[i].location);
        if (km <= least) { /* false for NAN, a city without location */
            found = &cities->items[i];
            least = km;
        }
    }
    return found;
}

static bool choose_city_by_location(struct talk *talk)
{
    struct answer_cities cities;

    if (!fetch_cities(talk, &cities))
        return false;
    const struct city *city = find_nearest_city_in_range(&cities, talk->input->update.location);
    if (city == NULL)
        return talk_refuse(talk, TEXT_STAY_CITY_FAR, &stay_step_city);
    set_search_city(talk->data, city);
    return stay_go_to_missing_answer(talk);
}

bool stay_begin_near_location(struct talk *talk)
{
    return talk_begin(talk, &stay_flow) && choose_city_by_location(talk);
}

/* --- the step --- */

// clang-format off
static const struct flow_move city_moves[] = {
    {FLOW_TAP,      "city", .act = set_city_from_argument_and_continue},
    {FLOW_LOCATION, NULL,   .act = choose_city_by_location},
};
// clang-format on
const struct flow_step stay_step_city = {"city", show_city_choice, FLOW_MOVES(city_moves),
                                         .unheard = set_city_from_argument_and_continue};
