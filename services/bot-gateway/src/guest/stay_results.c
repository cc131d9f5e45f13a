// SPDX-License-Identifier: MIT
/* What the search finds: a card for each flat, one in a message, and all of a page as a list. */
#include "base/date.h"
#include "base/parse.h"

#include "guest/stay_filters.h"
#include "guest/stay_steps.h"
#include "telegram/text.h"
#include "texts/bot_settings.h"

enum {
    LAST = -1,     /* flat of its page, not yet known which */
    ASKED_MAX = 3, /* of a page: the list has changed, or goes on behind it */
    PROBES_MAX = 3 /* wishes that are left out in turn where nothing is found */
};

/* --- the page --- */

/* Those behind the last cursor. */
static struct slice path_of(const struct talk *talk, const struct stay *stay)
{
    const struct slice *pages = stay->pages.items;
    const struct slice cursor =
        stay->pages.count > 0 ? pages[stay->pages.count - 1] : (struct slice){NULL, 0};
    char check_in[DATE_TEXT_LEN + 1], check_out[DATE_TEXT_LEN + 1];

    const struct slice filters = stay_wish_filters(&stay->wish, talk->arena);

    if (filters.at == NULL)
        return filters;
    date_format(stay->check_in, check_in);
    date_format(stay->check_in + (int32_t)stay->nights, check_out);
    return arena_printf(talk->arena,
                        "/v1/apartments?city=%.*s&check_in=%s&check_out=%s&guests=%lld&limit=%lld"
                        "&sort=price%.*s%s%.*s",
                        SLICE_ARG(stay->city), check_in, check_out, (long long)stay->guests,
                        (long long)talk->input->settings->search_results, SLICE_ARG(filters),
                        cursor.len > 0 ? "&cursor=" : "", SLICE_ARG(cursor));
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

static bool has_more(const struct stay *stay, const struct stay_apartments *flats)
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

/* Which flat is the last one; of none the first. */
static void find_last(struct stay *stay, const struct stay_apartments *flats)
{
    if (stay->at == LAST)
        stay->at = flats->count > 0 ? (int64_t)flats->count - 1 : 0;
}

/* The page on which the flat `at` stands; `left`: the dialogue stands elsewhere by now. */
static bool find_page(struct talk *talk, struct stay_apartments *flats, bool *left,
                      struct fault *fault)
{
    struct stay *stay = talk->data;
    struct service_answer answer;

    bool answered;

    *left = false;
    if (!stay_seek(talk, flats, &answered, fault))
        return false;
    if (answered) {
        find_last(stay, flats);
        return true;
    }
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
        if (answer.status == 200 && !stay_read_apartments(answer.body, talk->arena, flats, fault))
            return false;
        find_last(stay, flats);
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
                      bool (*show)(struct talk *talk, const struct stay_apartments *flats,
                                   struct fault *fault),
                      struct fault *fault)
{
    struct stay_apartments flats = {.count = 0};
    struct stay *stay = talk->data;
    bool left;

    stay->chosen = stay->opened = false;
    stay->searched = true;
    return find_page(talk, &flats, &left, fault) && (left || show(talk, &flats, fault));
}

/* --- what is said of them --- */

static void say_card(struct talk *talk, const struct stay_apartment *flat)
{
    const struct stay *stay = talk->data;
    const struct formatted total = format_money(flat->total),
                           night =
                               format_money_part(flat->total, stay->nights > 0 ? stay->nights : 1);
    const struct slice line = stay_say_amenities(talk, flat), wishes = stay_wishes_say(talk),
                       why = stay_words(talk, &flat->why);
    struct stay_nights_said said;
    struct text_value values[STAY_NIGHTS_VALUES + 8];
    size_t count = STAY_NIGHTS_VALUES;

    stay_say_nights(talk, stay->check_in, stay->check_in + (int32_t)stay->nights, stay->guests,
                    &said, values);
    values[count++] = (struct text_value){.name = "title", .text = stay_words(talk, &flat->title)};
    values[count++] =
        (struct text_value){.name = "city", .text = stay_words(talk, &stay->city_name)};
    values[count++] = (struct text_value){.name = "total", .text = formatted_slice(&total)};
    values[count++] = (struct text_value){.name = "night", .text = formatted_slice(&night)};
    if (flat->district.at != NULL)
        values[count++] = (struct text_value){.name = "district", .text = flat->district};
    if (flat->rooms != FIELD_ABSENT)
        values[count++] = (struct text_value){.name = "rooms", .number = flat->rooms};
    if (line.len > 0)
        values[count++] = (struct text_value){.name = "amenities", .text = line};
    if (why.len > 0)
        values[count++] = (struct text_value){.name = "why", .text = why};
    else if (wishes.len > 0 && stay->sought == NULL)
        values[count++] = (struct text_value){.name = "wishes", .text = wishes};
    talk_add(talk, TEXT_STAY_CARD, values, count);
}

/* About the search as a whole. */
static void say_list(struct talk *talk, enum text text)
{
    const struct stay *stay = talk->data;
    const struct slice wishes = stay_wishes_say(talk);
    struct stay_nights_said said;
    struct text_value values[STAY_NIGHTS_VALUES + 2];
    size_t count = STAY_NIGHTS_VALUES;

    stay_say_nights(talk, stay->check_in, stay->check_in + (int32_t)stay->nights, stay->guests,
                    &said, values);
    values[count++] =
        (struct text_value){.name = "city", .text = stay_words(talk, &stay->city_name)};
    if (wishes.len > 0)
        values[count++] = (struct text_value){.name = "wishes", .text = wishes};
    talk_add(talk, text, values, count);
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

static bool put_next(struct talk *talk, const struct stay_apartments *flats, struct fault *fault)
{
    const struct stay *stay = talk->data;

    if (stay->at + 1 < (int64_t)flats->count)
        return put_page(talk, SLICE("›"), stay->pages.count, stay->at + 1, fault);
    return !has_more(stay, flats) || put_page(talk, SLICE("›"), stay->pages.count + 1, 0, fault);
}

/* "‹", "2 / 7", "›" in a row: those that lead somewhere. */
static bool put_paging(struct talk *talk, const struct stay_apartments *flats, struct fault *fault)
{
    const struct stay *stay = talk->data;
    const bool more = stay->sought != NULL ? stay->sought->more : has_more(stay, flats);
    const int64_t before = (int64_t)stay->pages.count * talk->input->settings->search_results,
                  number = before + stay->at + 1, all = before + (int64_t)flats->count;
    const struct slice place = arena_printf(talk->arena, "%lld / %lld%s", (long long)number,
                                            (long long)all, more ? "+" : "");

    if (all == 1 && !more)
        return true;
    talk_new_row(talk);
    return put_previous(talk, fault) && talk_button(talk, place, "all", SLICE(""), fault) &&
           put_next(talk, flats, fault);
}

static bool show_card(struct talk *talk, const struct stay_apartments *flats, struct fault *fault)
{
    struct stay *stay = talk->data;

    stay->at = stay->at < (int64_t)flats->count ? stay->at : (int64_t)flats->count - 1;
    struct stay_apartment flat = flats->items[stay->at];
    if (!stay_look_closer(talk, &flat, fault))
        return false;
    say_card(talk, &flat);
    talk_photo(talk, flat.photo);
    return put_paging(talk, flats, fault) &&
           stay_put_id(talk, talk_format(talk, TEXT_STAY_BUTTON_BOOK, TALK_NO_VALUES), "book",
                       &flat.id, fault) &&
           stay_put_id(talk, talk_format(talk, TEXT_STAY_BUTTON_SEE, TALK_NO_VALUES), "flat",
                       &flat.id, fault) &&
           stay_put_drops(talk, fault);
}

/* Whether anything is found where this wish is left out. */
static bool helps(struct talk *talk, const struct stay_wish_item *item, bool *ok,
                  struct fault *fault)
{
    struct stay other = *(const struct stay *)talk->data;
    struct stay_apartments flats = {.count = 0};
    struct service_answer answer;

    if (!stay_wish_drop(&other.wish, item, talk->arena, fault) ||
        !stay_get(talk, path_of(talk, &other), &answer, fault))
        return false;
    if (answer.status == 200 && !stay_read_apartments(answer.body, talk->arena, &flats, fault))
        return false;
    *ok = flats.count > 0;
    return true;
}

/* Search-api has tried each by itself. What helps nothing alone may help with others. */
static void take_adds(const struct talk *talk, const struct stay_wishes *wishes,
                      bool ok[STAY_WISHES_MAX])
{
    bool any = false;

    for (size_t i = 0; i < wishes->count; i++) {
        ok[i] = stay_wish_adds(talk, &wishes->items[i]) > 0;
        any |= ok[i];
    }
    for (size_t i = 0; i < wishes->count && !any; i++)
        ok[i] = true;
}

/* Of the first ones those alone. */
static bool probe(struct talk *talk, const struct stay_wishes *wishes, bool ok[STAY_WISHES_MAX],
                  struct fault *fault)
{
    for (size_t i = 0; i < wishes->count; i++) {
        ok[i] = true;
        if (i < PROBES_MAX && talk_calls_left(talk) > 0 &&
            !helps(talk, &wishes->items[i], &ok[i], fault))
            return false;
    }
    return true;
}

/* Not all of it at once: which wish to leave out. */
static bool offer_less(struct talk *talk, const struct stay_wishes *wishes, struct fault *fault)
{
    const struct stay *stay = talk->data;
    bool ok[STAY_WISHES_MAX], any = wishes->count > 1;

    if (stay->sought != NULL)
        take_adds(talk, wishes, ok);
    else if (!probe(talk, wishes, ok, fault))
        return false;
    for (size_t i = 0; i < wishes->count; i++)
        any |= ok[i];
    say_list(talk, any ? TEXT_STAY_NOTHING_SO : TEXT_STAY_NOTHING);
    for (size_t i = 0; i < wishes->count; i++) {
        talk_new_row(talk);
        if (ok[i] && !stay_put_drop(talk, i, fault))
            return false;
    }
    talk_new_row(talk);
    return wishes->count == 1 ||
           talk_button(talk, talk_format(talk, TEXT_STAY_BUTTON_DROP_ALL, TALK_NO_VALUES), "drop",
                       SLICE(STAY_DROP_ALL), fault);
}

static bool show_nothing(struct talk *talk, struct fault *fault)
{
    const struct stay *stay = talk->data;
    const struct stay_wishes wishes = stay_wishes_of(&stay->wish);

    if (wishes.count > 0 && !offer_less(talk, &wishes, fault))
        return false;
    if (wishes.count == 0)
        say_list(talk, TEXT_STAY_NOTHING);
    return stay_put_relax(talk, TEXT_STAY_BUTTON_DATES, "day", STAY_RELAX_DATES, fault) &&
           (stay_adds(talk, STAY_RELAX_GUESTS) == 0 ||
            stay_put_relax(talk, TEXT_STAY_BUTTON_GUESTS, "back", STAY_RELAX_GUESTS, fault)) &&
           stay_put_relax(talk, TEXT_STAY_BUTTON_CITY, "city", STAY_RELAX_CITY, fault);
}

static bool show_one(struct talk *talk, const struct stay_apartments *flats, struct fault *fault)
{
    return (flats->count > 0 ? show_card(talk, flats, fault) : show_nothing(talk, fault)) &&
           stay_put_exits(talk, TEXT_BUTTON_BACK, fault);
}

bool stay_show_list(struct talk *talk, struct fault *fault)
{
    return show_page(talk, show_one, fault);
}

/* The place is absolute, so that two taps of a button lead to where it leads. The second, of a
 * screen that is there already, shows nothing: Telegram turns no photo into a text, and the message
 * with the text would come twice. */
bool stay_turn_list(struct talk *talk, struct fault *fault)
{
    struct stay *stay = talk->data;
    struct slice at = talk->argument;
    const int64_t stood = stay->at;
    int64_t page;

    if (!parse_i64(slice_cut(&at, '-'), 0, STAY_PAGES_MAX, &page))
        return talk_step(talk, "list", fault);
    if (!parse_i64(at, 0, STAY_APARTMENTS_MAX, &stay->at))
        stay->at = LAST;
    if (page == (int64_t)stay->pages.count && stay->at == stood)
        return true;
    if (page <= (int64_t)stay->pages.count)
        stay->pages.count = (size_t)page;
    else
        stay->at = STAY_APARTMENTS_MAX; /* behind the page: the next one is turned to */
    return talk_step(talk, "list", fault);
}

bool stay_search(struct talk *talk, struct fault *fault)
{
    to_first(talk->data);
    return talk_step(talk, "list", fault);
}

/* --- all of a page --- */

/* "title · 18 000 ₸" */
static bool put_flat(struct talk *talk, const struct stay_apartment *flat, struct fault *fault)
{
    const struct formatted total = format_money(flat->total);
    struct slice title = stay_words(talk, &flat->title);

    title.len = telegram_text_cut(title, STAY_LABEL_MAX);
    const struct slice label = arena_printf(talk->arena, "%.*s · %s", SLICE_ARG(title), total.text);
    return stay_put_id(talk, label, "flat", &flat->id, fault);
}

static bool show_titles(struct talk *talk, const struct stay_apartments *flats, struct fault *fault)
{
    if (flats->count == 0)
        return talk_step(talk, "list", fault); /* which says so */
    say_list(talk, TEXT_STAY_LIST);
    for (size_t i = 0; i < flats->count; i++)
        if (!put_flat(talk, &flats->items[i], fault))
            return false;
    return stay_put_drops(talk, fault) && stay_put_exits(talk, TEXT_BUTTON_BACK, fault);
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
