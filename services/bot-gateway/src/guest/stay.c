// SPDX-License-Identifier: MIT
/* Functions that the steps share, and the first step of a search, the city; stay_dates.c and
 * stay_results.c have the steps after it. */
#include "guest/stay.h"

#include "base/city.h"
#include "base/geo.h"

#include "guest/stay_steps.h"

enum { IDLE_S = 24 * 3600, CITIES_SHOWN = 40, CITIES_IN_ROW = 2, CITY_NEAR_KM = 150 };

/* --- shared by the steps --- */

bool stay_find_shown_booking(const struct talk *talk, struct uuid *booking)
{
    static const struct flow_step *const steps[] = {&stay_step_booking, &stay_step_contact,
                                                    &stay_step_cancel};

    if (talk->flow != &stay_flow || !TALK_IS_AT(talk, steps))
        return false;
    *booking = stay_of(talk)->booking;
    return true;
}

bool stay_go_to_missing_answer(struct talk *talk)
{
    struct stay *stay = talk->data;

    if (stay->city.at == NULL && !stay->chosen)
        return talk_step(talk, &stay_step_city);
    if (stay->check_in < format_day_of(talk->input->now)) {
        if (stay->unsure && stay->far > 0)
            stay_ask_about_far_dates(talk);
        else if (stay->unsure)
            talk_add_paragraph(talk, TEXT_STAY_UNSURE_DATES);
        else if (stay->pending_nights > 0)
            talk_add_paragraph(talk, TEXT_STAY_UNSURE_START);
        return talk_step(talk, &stay_step_day);
    }
    if (stay->nights == 0)
        return talk_step(talk, &stay_step_nights);
    if (stay->guests == 0)
        return talk_step(talk, &stay_step_guests);
    return stay->chosen ? talk_step(talk, &stay_step_apartment) : stay_show_first_result(talk);
}

void stay_put_message_buttons(struct talk *talk, const struct stay_booking *booking, bool is_guest)
{
    const enum text other = is_guest ? TEXT_RELAY_BUTTON_OWNER : TEXT_RELAY_BUTTON_GUEST;
    const struct slice argument = talk_id_argument(talk, &booking->id, is_guest ? "_g" : "_o");

    talk_new_row(talk);
    talk_command_button(talk, talk_label(talk, other), "write", argument);
    talk_command_button(talk, talk_label(talk, TEXT_BUTTON_PERSON), "person", argument);
}

void stay_put_exit_buttons(struct talk *talk, enum text back_label)
{
    talk_put_button(talk, back_label, "back");
    talk_command_button(talk, talk_label(talk, TEXT_BUTTON_AGAIN), "search", SLICE(""));
}

/* --- moves of several steps --- */

bool stay_go_to_results_or_bookings(struct talk *talk)
{
    return talk_step(talk, stay_of(talk)->searched && !stay_of(talk)->opened ? &stay_step_list
                                                                             : &stay_step_bookings);
}

/* --- city --- */

static bool fetch_cities(struct talk *talk, struct stay_cities *cities)
{
    struct service_answer answer;

    if (!talk_get(talk, SLICE("/v1/cities"), &answer))
        return false;
    return answer.status == 200 ? stay_read_cities(answer.body, talk->arena, cities, talk->fault)
                                : stay_fail_bad_answer("no cities", talk->fault);
}

static bool show_city_choice(struct talk *talk)
{
    struct stay_cities cities;

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
    struct stay_cities cities;

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

bool stay_set_city_from_argument_and_continue(struct talk *talk)
{
    bool found;

    if (!stay_set_city_by_name(talk, talk->argument, &found))
        return false;
    return found ? stay_go_to_missing_answer(talk)
                 : stay_reply_not_understood(talk, TEXT_STAY_CITY_UNKNOWN);
}

/* The nearest city within CITY_NEAR_KM; NULL: none. */
static const struct city *find_nearest_city_in_range(const struct stay_cities *cities,
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
    struct stay_cities cities;

    if (!fetch_cities(talk, &cities))
        return false;
    const struct city *city = find_nearest_city_in_range(&cities, talk->input->update.location);
    if (city == NULL)
        return talk_refuse(talk, TEXT_STAY_CITY_FAR, &stay_step_city);
    set_search_city(talk->data, city);
    return stay_go_to_missing_answer(talk);
}

bool stay_begin_search(struct talk *talk)
{
    return talk_begin(talk, &stay_flow);
}

bool stay_begin_near_location(struct talk *talk)
{
    return talk_begin(talk, &stay_flow) && choose_city_by_location(talk);
}

/* --- the step --- */

// clang-format off
static const struct flow_move city_moves[] = {
    {FLOW_TAP,      "city", .act = stay_set_city_from_argument_and_continue},
    {FLOW_TEXT,     NULL,   .act = stay_handle_text_at_city},
    {FLOW_LOCATION, NULL,   .act = choose_city_by_location},
};
// clang-format on
const struct flow_step stay_step_city = {"city", show_city_choice, FLOW_MOVES(city_moves)};

static void shift_unheard_flag(void *data)
{
    struct stay *stay = data;

    stay->was_unheard = stay->unheard;
    stay->unheard = false;
}

#define STEP(name) &stay_step_##name,
static const struct flow_step *const steps[] = {STAY_STEPS(STEP)};

const struct flow stay_flow = {
    .name = "stay",
    .idle_s = IDLE_S,
    .data_format = 2,
    .data = &stay_fields,
    .resume = shift_unheard_flag,
    .steps = steps,
    .step_count = ARRAY_LEN(steps),
};
