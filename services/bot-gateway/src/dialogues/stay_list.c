// SPDX-License-Identifier: MIT
/* What the search finds: a card for each flat, one in a message, and all of a page as a list. */
#include "base/date.h"
#include "base/parse.h"

#include "dialogues/stay_parts.h"
#include "telegram/text.h"
#include "texts/bot_settings.h"

enum {
    LAST = -1,     /* flat of its page, not yet known which */
    ASKED_MAX = 3, /* of a page: the list has changed, or goes on behind it */
    AMENITIES_SAID = 6,
    AMENITIES_BYTES_MAX = 1024
};

/* --- the page --- */

/* Those behind the last cursor. */
static struct slice path_of(const struct talk *talk, const struct stay *stay)
{
    const struct slice *pages = stay->pages.items;
    const struct slice cursor =
        stay->pages.count > 0 ? pages[stay->pages.count - 1] : (struct slice){NULL, 0};
    char check_in[DATE_TEXT_LEN + 1], check_out[DATE_TEXT_LEN + 1];

    date_format(stay->check_in, check_in);
    date_format(stay->check_in + (int32_t)stay->nights, check_out);
    return arena_printf(
        talk->arena,
        "/v1/apartments?city=%.*s&check_in=%s&check_out=%s&guests=%lld&limit=%lld&sort=price%s%.*s",
        SLICE_ARG(stay->city), check_in, check_out, (long long)stay->guests,
        (long long)talk->input->settings->search_results, cursor.len > 0 ? "&cursor=" : "",
        SLICE_ARG(cursor));
}

static void to_first(struct stay *stay)
{
    stay->at = 0;
    stay->pages.count = 0;
}

static bool turn_page(struct talk *talk, struct stay *stay, struct slice cursor,
                      struct fault *fault)
{
    struct slice *pages = arena_alloc(talk->arena, STAY_PAGES_MAX * sizeof *pages);

    if (pages == NULL)
        return arena_fault(fault);
    if (stay->pages.count > 0)
        memcpy(pages, stay->pages.items, stay->pages.count * sizeof *pages);
    pages[stay->pages.count] = cursor;
    stay->pages = (struct field_list){pages, stay->pages.count + 1};
    stay->at = 0;
    return true;
}

static bool has_more(const struct stay *stay, const struct stay_flats *flats)
{
    return flats->next.len > 0 && stay->pages.count < STAY_PAGES_MAX;
}

/* The search cannot be done so: where the person goes on from there. */
static bool refuse(struct talk *talk, struct slice body, struct fault *fault)
{
    struct stay_refusal refusal;

    if (!stay_read_refusal(body, talk->arena, &refusal, fault))
        return false;
    stay_tell(talk, TEXT_STAY_REFUSED);
    return talk_step(talk, slice_is(refusal.code, "unknown_city") ? "city" : "day", fault);
}

/* The page on which the flat `at` stands; `left`: the dialogue stands elsewhere by now. */
static bool find_page(struct talk *talk, struct stay_flats *flats, bool *left, struct fault *fault)
{
    struct stay *stay = talk->data;
    struct turn_answer answer;

    *left = false;
    for (int i = 0; i < ASKED_MAX; i++) {
        if (!stay_get(talk, path_of(talk, stay), &answer, fault))
            return false;
        if (answer.status == 422 && stay->pages.count == 0) {
            *left = true;
            to_first(stay);
            return refuse(talk, answer.body, fault);
        }
        if (answer.status != 200 && answer.status != 422)
            return stay_bad_answer("no flats", fault);
        if (answer.status == 200 && !stay_read_flats(answer.body, talk->arena, flats, fault))
            return false;
        if (stay->at == LAST)
            stay->at = flats->count > 0 ? (int64_t)flats->count - 1 : 0;
        if (answer.status == 422 || (flats->count == 0 && stay->pages.count > 0))
            to_first(stay); /* of another search, or they are all taken by now */
        else if (stay->at >= (int64_t)flats->count && has_more(stay, flats)) {
            if (!turn_page(talk, stay, flats->next, fault))
                return false;
        } else
            return true;
    }
    return stay_bad_answer("a list without end", fault);
}

static bool show_page(struct talk *talk,
                      bool (*show)(struct talk *talk, const struct stay_flats *flats,
                                   struct fault *fault),
                      struct fault *fault)
{
    struct stay_flats flats = {.count = 0};
    struct stay *stay = talk->data;
    bool left;

    stay->chosen = false;
    return find_page(talk, &flats, &left, fault) && (left || show(talk, &flats, fault));
}

/* --- what is said of them --- */

static const struct {
    const char *slug;
    enum text text;
} amenities[] = {
    {"mountain-view",   TEXT_STAY_AMENITY_MOUNTAINS  },
    {"city-view",       TEXT_STAY_AMENITY_VIEW       },
    {"balcony",         TEXT_STAY_AMENITY_BALCONY    },
    {"fireplace",       TEXT_STAY_AMENITY_FIREPLACE  },
    {"self-check-in",   TEXT_STAY_AMENITY_SELF       },
    {"pets-allowed",    TEXT_STAY_AMENITY_PETS       },
    {"crib",            TEXT_STAY_AMENITY_CRIB       },
    {"parking",         TEXT_STAY_AMENITY_PARKING    },
    {"workplace",       TEXT_STAY_AMENITY_WORKPLACE  },
    {"wifi",            TEXT_STAY_AMENITY_WIFI       },
    {"air-conditioner", TEXT_STAY_AMENITY_CONDITIONER},
    {"kitchen",         TEXT_STAY_AMENITY_KITCHEN    },
    {"washer",          TEXT_STAY_AMENITY_WASHER     },
    {"dishwasher",      TEXT_STAY_AMENITY_DISHWASHER },
    {"elevator",        TEXT_STAY_AMENITY_ELEVATOR   },
    {"tv",              TEXT_STAY_AMENITY_TV         },
    {"iron",            TEXT_STAY_AMENITY_IRON       },
};

static bool has_amenity(const struct stay_flat *flat, const char *slug)
{
    const struct slice *all = flat->amenities.items;

    for (size_t i = 0; i < flat->amenities.count; i++)
        if (slice_is(all[i], slug))
            return true;
    return false;
}

/* "wifi, kitchen": what sets it apart first. Empty: nothing that has a name. */
static struct slice say_amenities(struct talk *talk, const struct stay_flat *flat)
{
    char room[AMENITIES_BYTES_MAX];
    struct buf line;
    size_t said = 0;

    buf_init_over(&line, room, sizeof room);
    for (size_t i = 0; i < sizeof amenities / sizeof amenities[0] && said < AMENITIES_SAID; i++)
        if (has_amenity(flat, amenities[i].slug)) {
            buf_text(&line, said++ > 0 ? ", " : "");
            buf_slice(&line, talk_text(talk, amenities[i].text, TALK_NO_VALUES));
        }
    return line.failed ? SLICE("") : arena_copy(talk->arena, buf_as_slice(&line));
}

static void say_card(struct talk *talk, const struct stay_flat *flat)
{
    const struct stay *stay = talk->data;
    const struct said total = say_money(flat->total),
                      night = say_money(flat->total / (stay->nights > 0 ? stay->nights : 1));
    const struct slice line = say_amenities(talk, flat);
    struct stay_nights_said said;
    struct text_value values[STAY_NIGHTS_VALUES + 7];
    size_t count = STAY_NIGHTS_VALUES;

    stay_say_nights(talk, stay->check_in, stay->check_in + (int32_t)stay->nights, stay->guests,
                    &said, values);
    values[count++] = (struct text_value){.name = "title", .text = stay_words(talk, &flat->title)};
    values[count++] =
        (struct text_value){.name = "city", .text = stay_words(talk, &stay->city_name)};
    values[count++] = (struct text_value){.name = "total", .text = said_slice(&total)};
    values[count++] = (struct text_value){.name = "night", .text = said_slice(&night)};
    if (flat->district.at != NULL)
        values[count++] = (struct text_value){.name = "district", .text = flat->district};
    if (flat->rooms != FIELD_ABSENT)
        values[count++] = (struct text_value){.name = "rooms", .number = flat->rooms};
    if (line.len > 0)
        values[count++] = (struct text_value){.name = "amenities", .text = line};
    talk_say(talk, TEXT_STAY_CARD, values, count);
}

/* About the search as a whole. */
static void say_list(struct talk *talk, enum text text)
{
    const struct stay *stay = talk->data;
    struct stay_nights_said said;
    struct text_value values[STAY_NIGHTS_VALUES + 1];

    stay_say_nights(talk, stay->check_in, stay->check_in + (int32_t)stay->nights, stay->guests,
                    &said, values);
    values[STAY_NIGHTS_VALUES] =
        (struct text_value){.name = "city", .text = stay_words(talk, &stay->city_name)};
    talk_say(talk, text, values, STAY_NIGHTS_VALUES + 1);
}

/* --- the card --- */

/* To the flat `at` of the page, or LAST. */
static bool put_page(struct talk *talk, struct slice label, size_t page, int64_t at,
                     struct fault *fault)
{
    const struct slice to = at == LAST ? arena_printf(talk->arena, "%zu-last", page)
                                       : arena_printf(talk->arena, "%zu-%lld", page, (long long)at);

    return to.at != NULL ? talk_button(talk, label, "page", to, fault) : arena_fault(fault);
}

static bool put_previous(struct talk *talk, struct fault *fault)
{
    const struct stay *stay = talk->data;

    if (stay->at > 0)
        return put_page(talk, SLICE("‹"), stay->pages.count, stay->at - 1, fault);
    return stay->pages.count == 0 || put_page(talk, SLICE("‹"), stay->pages.count - 1, LAST, fault);
}

static bool put_next(struct talk *talk, const struct stay_flats *flats, struct fault *fault)
{
    const struct stay *stay = talk->data;

    if (stay->at + 1 < (int64_t)flats->count)
        return put_page(talk, SLICE("›"), stay->pages.count, stay->at + 1, fault);
    return !has_more(stay, flats) || put_page(talk, SLICE("›"), stay->pages.count + 1, 0, fault);
}

/* "‹", "2 / 7", "›" in a row: those that lead somewhere. */
static bool put_paging(struct talk *talk, const struct stay_flats *flats, struct fault *fault)
{
    const struct stay *stay = talk->data;
    const bool more = has_more(stay, flats);
    const int64_t before = (int64_t)stay->pages.count * talk->input->settings->search_results,
                  number = before + stay->at + 1, all = before + (int64_t)flats->count;
    const struct slice place = arena_printf(talk->arena, "%lld / %lld%s", (long long)number,
                                            (long long)all, more ? "+" : "");

    if (all == 1 && !more)
        return true;
    talk_row(talk);
    return put_previous(talk, fault) && talk_button(talk, place, "all", SLICE(""), fault) &&
           put_next(talk, flats, fault);
}

static bool show_card(struct talk *talk, const struct stay_flats *flats, struct fault *fault)
{
    struct stay *stay = talk->data;

    stay->at = stay->at < (int64_t)flats->count ? stay->at : (int64_t)flats->count - 1;
    const struct stay_flat *flat = &flats->items[stay->at];
    say_card(talk, flat);
    talk_photo(talk, flat->photo);
    return put_paging(talk, flats, fault) &&
           stay_put_id(talk, talk_text(talk, TEXT_STAY_BUTTON_SEE, TALK_NO_VALUES), "flat",
                       &flat->id, fault);
}

static bool show_nothing(struct talk *talk, struct fault *fault)
{
    say_list(talk, TEXT_STAY_NOTHING);
    return stay_put(talk, TEXT_STAY_BUTTON_DATES, "day", fault) &&
           stay_put(talk, TEXT_STAY_BUTTON_CITY, "city", fault);
}

static bool show_one(struct talk *talk, const struct stay_flats *flats, struct fault *fault)
{
    return (flats->count > 0 ? show_card(talk, flats, fault) : show_nothing(talk, fault)) &&
           stay_put_exits(talk, TEXT_BUTTON_BACK, fault);
}

bool stay_show_list(struct talk *talk, struct fault *fault)
{
    return show_page(talk, show_one, fault);
}

/* The place is absolute, so that two taps of a button lead to where it leads. */
bool stay_turn_list(struct talk *talk, struct fault *fault)
{
    struct stay *stay = talk->data;
    struct slice at = talk->argument;
    int64_t page;

    if (!parse_i64(slice_cut(&at, '-'), 0, STAY_PAGES_MAX, &page))
        return talk_step(talk, "list", fault);
    if (!parse_i64(at, 0, STAY_FLATS_MAX, &stay->at))
        stay->at = LAST;
    if (page <= (int64_t)stay->pages.count)
        stay->pages.count = (size_t)page;
    else
        stay->at = STAY_FLATS_MAX; /* behind the page: the next one is turned to */
    return talk_step(talk, "list", fault);
}

bool stay_search(struct talk *talk, struct fault *fault)
{
    to_first(talk->data);
    return talk_step(talk, "list", fault);
}

/* --- all of a page --- */

/* "title · 18 000 ₸" */
static bool put_flat(struct talk *talk, const struct stay_flat *flat, struct fault *fault)
{
    const struct said total = say_money(flat->total);
    struct slice title = stay_words(talk, &flat->title);

    title.len = telegram_text_cut(title, STAY_LABEL_MAX);
    const struct slice label = arena_printf(talk->arena, "%.*s · %s", SLICE_ARG(title), total.text);
    return stay_put_id(talk, label, "flat", &flat->id, fault);
}

static bool show_titles(struct talk *talk, const struct stay_flats *flats, struct fault *fault)
{
    if (flats->count == 0)
        return talk_step(talk, "list", fault); /* which says so */
    say_list(talk, TEXT_STAY_LIST);
    for (size_t i = 0; i < flats->count; i++)
        if (!put_flat(talk, &flats->items[i], fault))
            return false;
    return stay_put_exits(talk, TEXT_BUTTON_BACK, fault);
}

bool stay_show_all(struct talk *talk, struct fault *fault)
{
    return show_page(talk, show_titles, fault);
}

bool stay_take_flat(struct talk *talk, struct fault *fault)
{
    struct stay *stay = talk->data;

    return talk_step(talk, stay_take_id(talk, &stay->flat) ? "flat" : "list", fault);
}
