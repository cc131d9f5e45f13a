// SPDX-License-Identifier: MIT
/* Functions that the steps share, and the first step of a search, the city; stay_dates.c and
 * stay_results.c have the steps after it. */
#include "guest/stay.h"

#include "base/digest.h"
#include "base/geo.h"
#include "base/text.h"

#include "guest/calendar.h"
#include "guest/stay_steps.h"

enum {
    IDLE_S = 24 * 3600,
    CITIES_IN_ROW = 2,
    CITY_NEAR_KM = 150,
    ID_LEN = sizeof((struct uuid){0}.bytes)
};

/* --- shared by the steps --- */

static bool call(struct talk *talk, const struct service_call *call, struct service_answer *answer,
                 struct fault *fault)
{
    return call->path.at != NULL ? talk_call(talk, call, answer, fault) : arena_fault(fault);
}

bool stay_get(struct talk *talk, struct slice path, struct service_answer *answer,
              struct fault *fault)
{
    return call(talk, &(struct service_call){.method = "GET", .path = path}, answer, fault);
}

bool stay_post(struct talk *talk, struct slice path, struct slice body,
               struct service_answer *answer, struct fault *fault)
{
    return call(talk, &(struct service_call){.method = "POST", .path = path, .body = body}, answer,
                fault);
}

struct slice stay_localized(const struct talk *talk, const struct texts *texts)
{
    const struct slice *const all[] = {
        talk->language == LANGUAGE_KZ   ? &texts->kz
        : talk->language == LANGUAGE_EN ? &texts->en
                                        : &texts->ru,
        &texts->ru,
        &texts->en,
        &texts->kz,
    };

    for (size_t i = 0; i < ARRAY_LEN(all); i++)
        if (all[i]->at != NULL)
            return *all[i];
    return SLICE("");
}

void stay_add_paragraph(struct talk *talk, enum text text)
{
    talk_add(talk, text, TALK_NO_VALUES);
    talk_add_html(talk, SLICE("\n\n"));
}

void stay_format_nights(const struct talk *talk, int32_t check_in, int32_t check_out,
                        int64_t guests, struct stay_nights_text *formatted,
                        struct text_value values[STAY_NIGHTS_VALUES])
{
    formatted->check_in = format_date(check_in, talk->language);
    formatted->check_out = format_date(check_out, talk->language);
    values[0] =
        (struct text_value){.name = "check_in", .text = formatted_slice(&formatted->check_in)};
    values[1] =
        (struct text_value){.name = "check_out", .text = formatted_slice(&formatted->check_out)};
    values[2] = (struct text_value){.name = "nights", .number = check_out - check_in};
    values[3] = (struct text_value){.name = "guests", .number = guests};
}

bool stay_put_id(struct talk *talk, struct slice label, const char *action, const struct uuid *id,
                 struct fault *fault)
{
    char text[DIGEST_BASE64_LEN(ID_LEN) + 1];

    digest_base64_encode(DIGEST_BASE64_URL, (struct slice){(const char *)id->bytes, ID_LEN}, text);
    talk_new_row(talk);
    return talk_button(talk, label, action, slice_of(text), fault);
}

bool stay_take_id(const struct talk *talk, struct uuid *id)
{
    size_t len;
    return digest_base64_decode(DIGEST_BASE64_URL, talk->argument, id->bytes, ID_LEN, &len) &&
           len == ID_LEN;
}

bool stay_put(struct talk *talk, enum text label, const char *action, struct fault *fault)
{
    talk_new_row(talk);
    return talk_button(talk, talk_format(talk, label, TALK_NO_VALUES), action, SLICE(""), fault);
}

bool stay_put_command(struct talk *talk, enum text label, const char *command, struct fault *fault)
{
    talk_new_row(talk);
    return talk_command(talk, talk_format(talk, label, TALK_NO_VALUES), command, SLICE(""), fault);
}

bool stay_shows_booking(const struct talk *talk, struct uuid *booking)
{
    static const char *const steps[] = {"booking", "contact", "cancel"};
    const struct stay *stay = talk->data;

    if (talk->flow != &stay_flow ||
        slice_find(slice_of(talk->step->name), steps, ARRAY_LEN(steps)) == ARRAY_LEN(steps))
        return false;
    *booking = stay->booking;
    return true;
}

bool stay_put_people(struct talk *talk, const struct stay_booking *booking, bool is_guest,
                     struct fault *fault)
{
    const enum text other = is_guest ? TEXT_RELAY_BUTTON_OWNER : TEXT_RELAY_BUTTON_GUEST;
    char id[DIGEST_BASE64_LEN(ID_LEN) + 1];

    digest_base64_encode(DIGEST_BASE64_URL, (struct slice){(const char *)booking->id.bytes, ID_LEN},
                         id);
    const struct slice argument = arena_printf(talk->arena, "%s%s", id, is_guest ? "_g" : "_o");
    if (argument.at == NULL)
        return arena_fault(fault);
    talk_new_row(talk);
    return talk_command(talk, talk_format(talk, other, TALK_NO_VALUES), "write", argument, fault) &&
           talk_command(talk, talk_format(talk, TEXT_BUTTON_PERSON, TALK_NO_VALUES), "person",
                        argument, fault);
}

bool stay_put_exits(struct talk *talk, enum text back, struct fault *fault)
{
    return stay_put(talk, back, "back", fault) &&
           talk_command(talk, talk_format(talk, TEXT_BUTTON_AGAIN, TALK_NO_VALUES), "search",
                        SLICE(""), fault);
}

bool stay_refuse(struct talk *talk, enum text why, const char *step, struct fault *fault)
{
    talk_show_notice(talk, why);
    return talk_step(talk, step, fault);
}

/* --- moves of several steps --- */

bool stay_to_list(struct talk *talk, struct fault *fault)
{
    const struct stay *stay = talk->data;

    return talk_step(talk, stay->searched && !stay->opened ? "list" : "mine", fault);
}

/* --- city --- */

static bool fetch_cities(struct talk *talk, struct stay_cities *cities, struct fault *fault)
{
    struct service_answer answer;

    if (!stay_get(talk, SLICE("/v1/cities"), &answer, fault))
        return false;
    return answer.status == 200 ? stay_read_cities(answer.body, talk->arena, cities, fault)
                                : stay_bad_answer("no cities", fault);
}

static bool show_city(struct talk *talk, struct fault *fault)
{
    struct stay_cities cities;

    if (!fetch_cities(talk, &cities, fault))
        return false;
    talk_add(talk, TEXT_STAY_CITY, TALK_NO_VALUES);
    for (size_t i = 0; i < cities.count; i++) {
        if (i % CITIES_IN_ROW == 0)
            talk_new_row(talk);
        if (!talk_button(talk, stay_localized(talk, &cities.items[i].name), "city",
                         cities.items[i].slug, fault))
            return false;
    }
    talk_new_row(talk);
    return talk_command(talk, talk_format(talk, TEXT_BUTTON_NOT_NOW, TALK_NO_VALUES), "cancel",
                        SLICE(""), fault);
}

static bool is_called(const struct stay_city *city, struct slice name)
{
    static const int32_t ignored[] = {' ', '-', 0};

    return text_same_name(name, city->slug, ignored) ||
           text_same_name(name, city->name.ru, ignored) ||
           text_same_name(name, city->name.kz, ignored) ||
           text_same_name(name, city->name.en, ignored);
}

/* Sets the city of the search. Districts, streets and landmarks of another city are dropped. */
static void search_in(struct stay *stay, const struct stay_city *city)
{
    if (stay->city.at != NULL && !slice_equal(stay->city, city->slug))
        stay->filters.district = stay->filters.words = SLICE_NONE;
    stay->city = city->slug;
    stay->city_name = city->name;
}

bool stay_find_city(struct talk *talk, struct slice name, bool *found, struct fault *fault)
{
    struct stay_cities cities;

    if (!fetch_cities(talk, &cities, fault))
        return false;
    *found = false;
    for (size_t i = 0; i < cities.count && !*found; i++)
        if (is_called(&cities.items[i], name)) {
            search_in(talk->data, &cities.items[i]);
            *found = true;
        }
    return true;
}

bool stay_take_city(struct talk *talk, struct fault *fault)
{
    bool found;

    if (!stay_find_city(talk, talk->argument, &found, fault))
        return false;
    return found ? stay_continue(talk, fault)
                 : stay_misunderstand(talk, TEXT_STAY_CITY_UNKNOWN, fault);
}

/* NULL: none is near. */
static const struct stay_city *nearest(const struct stay_cities *cities, struct field_geo place)
{
    const struct stay_city *found = NULL;
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

static bool take_location(struct talk *talk, struct fault *fault)
{
    struct stay_cities cities;

    if (!fetch_cities(talk, &cities, fault))
        return false;
    const struct stay_city *city = nearest(&cities, talk->input->update.location);
    if (city == NULL)
        return stay_refuse(talk, TEXT_STAY_CITY_FAR, "city", fault);
    search_in(talk->data, city);
    return stay_continue(talk, fault);
}

bool stay_begin_near(struct talk *talk, struct fault *fault)
{
    return talk_begin(talk, &stay_flow, fault) && take_location(talk, fault);
}

/* --- the step --- */

// clang-format off
static const struct flow_move city_moves[] = {
    {FLOW_TAP,      "city", stay_take_city},
    {FLOW_TEXT,     NULL,   stay_parse_city},
    {FLOW_LOCATION, NULL,   take_location},
};
// clang-format on
const struct flow_step stay_step_city = {"city", show_city, FLOW_MOVES(city_moves)};

#define STEP(name) &stay_step_##name,
static const struct flow_step *const steps[] = {STAY_STEPS(STEP)};

const struct flow stay_flow = {
    .name = "stay",
    .idle_s = IDLE_S,
    .data_format = 2,
    .data_size = sizeof(struct stay),
    .read = stay_read,
    .write = stay_write,
    .steps = steps,
    .step_count = ARRAY_LEN(steps),
};
