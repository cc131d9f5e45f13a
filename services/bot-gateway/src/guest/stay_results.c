// SPDX-License-Identifier: MIT
/* Search results: a card per apartment, one in a message, and a list of all on the page. */
#include "base/district.h"
#include "base/parse.h"

#include "guest/stay_filters.h"
#include "guest/stay_steps.h"
#include "telegram/text.h"
#include "texts/bot_settings.h"

enum {
    REMOVES_IN_ROW = 2,
    LAST = -1,       /* the last result of a page, whose number is not known yet */
    FETCHES_MAX = 3, /* calls to find a result, because pages change and it may be on the next */
    PROBES_MAX = 3 /* filters that are dropped, one at a time, to find results if nothing matches */
};

/* --- the page --- */

/* The path of the page to which the last cursor belongs; without cursors, of the first page. */
static struct slice format_results_path(const struct talk *talk, const struct stay *stay)
{
    const struct slice *pages = stay->pages.items;
    const struct slice cursor = stay->pages.count > 0 ? pages[stay->pages.count - 1] : SLICE_NONE;
    const struct slice filters =
        talk_text_or_empty(talk, stay_filters_format_url_query(&stay->filters, talk->arena));

    return talk_printf(talk,
                       "/v1/apartments?city=%.*s&check_in=%s&check_out=%s&guests=%lld&limit=%lld"
                       "&sort=price%.*s%s%.*s",
                       SLICE_ARG(stay->city), talk_date(talk, stay->check_in),
                       talk_date(talk, stay->check_in + (int32_t)stay->nights),
                       (long long)stay->guests, (long long)talk->input->settings->search_results,
                       SLICE_ARG(filters), cursor.len > 0 ? "&cursor=" : "", SLICE_ARG(cursor));
}

static bool append_page_cursor(struct talk *talk, struct stay *stay, struct slice cursor)
{
    struct slice *pages = arena_alloc(talk->arena, STAY_PAGES_MAX * sizeof *pages);

    if (pages == NULL)
        return arena_fault(talk->fault);
    if (stay->pages.count > 0)
        memcpy(pages, stay->pages.items, stay->pages.count * sizeof *pages);
    pages[stay->pages.count] = cursor;
    stay->pages = (struct field_list){pages, stay->pages.count + 1};
    stay->at = 0;
    return true;
}

static bool has_next_page(const struct stay *stay, const struct stay_apartments *apartments)
{
    return apartments->next.len > 0 && stay->pages.count < STAY_PAGES_MAX;
}

/* booking-api refused the search: goes to the step in which the guest can change the city or the
 * dates. */
static bool explain_refused_search(struct talk *talk, struct slice body)
{
    struct answer_refusal refusal;

    if (!answer_read_refusal(body, talk->arena, &refusal, talk->fault))
        return false;
    return talk_step_with(talk, TEXT_STAY_REFUSED,
                          slice_is(refusal.code, "unknown_city") ? &stay_step_city
                                                                 : &stay_step_day);
}

/* Replaces LAST by the index of the last result, or of the first if there are none. */
static void resolve_last_index(struct stay *stay, const struct stay_apartments *apartments)
{
    if (stay->at == LAST)
        stay->at = apartments->count > 0 ? (int64_t)apartments->count - 1 : 0;
}

/* Reads the page that has the result `at`. If booking-api refuses the search, goes to another step
 * and stops the move. */
static bool fetch_page_of_result(struct talk *talk, struct stay_apartments *apartments)
{
    struct stay *stay = talk->data;
    struct service_answer answer;
    bool answered;

    if (!stay_search_try_api(talk, apartments, &answered))
        return false;
    if (answered) {
        resolve_last_index(stay, apartments);
        return true;
    }
    for (int i = 0; i < FETCHES_MAX; i++) {
        if (!talk_get(talk, format_results_path(talk, stay), &answer))
            return false;
        if (answer.status == 422 && stay->pages.count == 0) {
            stay_reset_to_first_page(stay);
            return talk_stop(talk, explain_refused_search(talk, answer.body));
        }
        if (answer.status != 200 && answer.status != 422)
            return answer_fail_bad("no apartments", talk->fault);
        if (answer.status == 200 &&
            !stay_read_apartments(answer.body, talk->arena, apartments, talk->fault))
            return false;
        resolve_last_index(stay, apartments);
        if (answer.status == 422 || (apartments->count == 0 && stay->pages.count > 0))
            stay_reset_to_first_page(
                stay); /* the cursor is of another search, or the page is empty by now */
        else if (stay->at >= (int64_t)apartments->count && has_next_page(stay, apartments)) {
            if (!append_page_cursor(talk, stay, apartments->next))
                return false;
        } else
            return true;
    }
    return answer_fail_bad("an endless list", talk->fault);
}

static bool fetch_and_show_page(struct talk *talk,
                                bool (*show)(struct talk *talk,
                                             const struct stay_apartments *apartments))
{
    struct stay_apartments apartments = {.count = 0};
    struct stay *stay = talk->data;

    stay->chosen = stay->opened = false;
    stay->searched = true;
    return fetch_page_of_result(talk, &apartments) && show(talk, &apartments);
}

/* --- texts --- */

static void add_card_text(struct talk *talk, const struct stay_apartment *apartment)
{
    const struct stay *stay = talk->data;
    const struct slice why = talk_localized(talk, &apartment->why),
                       wishes = why.len == 0 && stay->results == NULL
                                    ? stay_filters_format_all(talk)
                                    : SLICE(""),
                       district = apartment->district.at != NULL
                                      ? district_translate(apartment->district, talk->language)
                                      : SLICE("");
    struct slice city = talk_localized(talk, &stay->city_name);

    city.len = telegram_text_cut(city, STAY_LABEL_MAX); /* the card must fit a caption */
    talk_add(talk, TEXT_STAY_CARD,
             TALK_VALUES(
                 STAY_NIGHTS_OF(stay),
                 {.name = "title", .text = talk_localized(talk, &apartment->title)},
                 {.name = "city", .text = city}, {.name = "total", .number = apartment->total},
                 {.name = "night", .number = apartment->total, .other = stay->nights},
                 {.name = "district", .text = district},
                 {.name = "rooms", .number = apartment->rooms},
                 {.name = "amenities", .text = stay_format_unfiltered_amenities(talk, apartment)},
                 {.name = "why", .text = why}, {.name = "wishes", .text = wishes}));
    stay_add_terms(talk, &(struct stay_terms){.is_paragraph = true,
                                              .deposit = apartment->deposit,
                                              .free_until = apartment->free_until,
                                              .security_deposit = apartment->security_deposit,
                                              .asks_owner = apartment->asks_owner});
}

static void add_search_summary(struct talk *talk, enum text text)
{
    talk_add(talk, text,
             TALK_VALUES(STAY_NIGHTS_OF(stay_of(talk)),
                         {.name = "city", .text = talk_localized(talk, &stay_of(talk)->city_name)},
                         {.name = "wishes", .text = stay_filters_format_all(talk)}));
}

/* --- the card --- */

/* Adds a button that leads to the result `index` of a page; LAST: to the last result. */
static void put_result_button(struct talk *talk, struct slice label, size_t page, int64_t index)
{
    const struct slice to = index == LAST ? talk_printf(talk, "%zu-last", page)
                                          : talk_printf(talk, "%zu-%lld", page, (long long)index);

    talk_button(talk, label, "page", to);
}

static void put_previous_result_button(struct talk *talk)
{
    const struct stay *stay = talk->data;

    if (stay->at > 0) {
        put_result_button(talk, SLICE("‹"), stay->pages.count, stay->at - 1);
        return;
    }
    if (stay->pages.count != 0)
        put_result_button(talk, SLICE("‹"), stay->pages.count - 1, LAST);
}

static void put_next_result_button(struct talk *talk, const struct stay_apartments *apartments)
{
    const struct stay *stay = talk->data;

    if (stay->at + 1 < (int64_t)apartments->count) {
        put_result_button(talk, SLICE("›"), stay->pages.count, stay->at + 1);
        return;
    }
    if (has_next_page(stay, apartments))
        put_result_button(talk, SLICE("›"), stay->pages.count + 1, 0);
}

/* Adds "‹", "2 / 7", "›" in a row; omits an arrow if there is no result in its direction. */
static void put_paging_buttons(struct talk *talk, const struct stay_apartments *apartments)
{
    const struct stay *stay = talk->data;
    const bool more = stay->results != NULL ? stay->results->more : has_next_page(stay, apartments);
    const int64_t before = (int64_t)stay->pages.count * talk->input->settings->search_results,
                  number = before + stay->at + 1, all = before + (int64_t)apartments->count;
    const struct slice place =
        talk_printf(talk, "%lld / %lld%s", (long long)number, (long long)all, more ? "+" : "");

    if (all == 1 && !more)
        return;
    talk_new_row(talk);
    put_previous_result_button(talk);
    talk_button(talk, place, "all", SLICE(""));
    put_next_result_button(talk, apartments);
}

static void put_book_button(struct talk *talk, const struct uuid *apartment)
{
    talk_put_id_button(talk, talk_label(talk, TEXT_STAY_BUTTON_BOOK), "book", apartment);
    talk_style_button(talk, TEXT_STAY_BUTTON_BOOK);
}

static void put_remove_filter_button(struct talk *talk, size_t index)
{
    const struct stay_filter_list list = stay_filters_make_list(&stay_of(talk)->filters);
    const struct slice filters = stay_filters_format_one(talk, &list.items[index]);
    const struct slice label =
        talk_format(talk, TEXT_STAY_BUTTON_DROP, TALK_VALUES({.name = "wish", .text = filters}));
    const struct slice argument = talk_printf(talk, "%zu", index);
    const int64_t adds = stay_filters_count_more_without(talk, &list.items[index]);

    talk_button(talk, stay_format_label_with_count(talk, label, adds), "drop", argument);
}

static void put_remove_filter_buttons(struct talk *talk)
{
    const struct stay_filter_list list = stay_filters_make_list(&stay_of(talk)->filters);

    for (size_t i = 0; i < list.count; i++) {
        if (i % REMOVES_IN_ROW == 0)
            talk_new_row(talk);
        put_remove_filter_button(talk, i);
    }
}

/* Removes a filter by its index in the list that was shown: buttons of older lists are stale. */
static bool remove_tapped_filter(struct talk *talk)
{
    struct stay *stay = talk->data;
    const struct stay_filter_list list = stay_filters_make_list(&stay->filters);
    int64_t number;

    if (slice_is(talk->argument, STAY_REMOVE_ALL))
        stay->filters = (struct stay_filters){.min_price = 0};
    else if (parse_i64(talk->argument, 0, (int64_t)list.count - 1, &number) &&
             !stay_filters_remove(&stay->filters, &list.items[number], talk->arena, talk->fault))
        return false;
    return stay_show_first_result(talk);
}

static bool show_result_card(struct talk *talk, const struct stay_apartments *apartments)
{
    struct stay *stay = talk->data;

    stay->at = stay->at < (int64_t)apartments->count ? stay->at : (int64_t)apartments->count - 1;
    struct stay_apartment apartment = apartments->items[stay->at];
    stay->apartment = apartment.id;
    if (!stay_search_fetch_details(talk, &apartment))
        return false;
    add_card_text(talk, &apartment);
    talk_set_file(talk, apartment.photo, false);
    put_paging_buttons(talk, apartments);
    put_book_button(talk, &apartment.id);
    talk_put_id_button(talk, talk_label(talk, TEXT_STAY_BUTTON_SEE), "flat", &apartment.id);
    put_remove_filter_buttons(talk);
    return true;
}

/* Whether booking-api finds anything without this filter (`has_results`). */
static bool check_results_without_filter(struct talk *talk, const struct stay_filter *item,
                                         bool *has_results)
{
    struct stay other = *(const struct stay *)talk->data;
    struct stay_apartments apartments = {.count = 0};
    struct service_answer answer;

    if (!stay_filters_remove(&other.filters, item, talk->arena, talk->fault) ||
        !talk_get(talk, format_results_path(talk, &other), &answer))
        return false;
    if (answer.status == 200 &&
        !stay_read_apartments(answer.body, talk->arena, &apartments, talk->fault))
        return false;
    *has_results = apartments.count > 0;
    return true;
}

/* Sets `helps` of the filters without which search-api finds more. If there is no such filter, sets
 * `helps` of all filters, because removing several may help. */
static void choose_filters_by_count(const struct talk *talk, const struct stay_filter_list *list,
                                    bool helps[STAY_FILTERS_MAX])
{
    bool any = false;

    for (size_t i = 0; i < list->count; i++) {
        helps[i] = stay_filters_count_more_without(talk, &list->items[i]) > 0;
        any |= helps[i];
    }
    for (size_t i = 0; i < list->count && !any; i++)
        helps[i] = true;
}

/* Sets `helps` of the filters without which booking-api finds results. Checks at most PROBES_MAX,
 * and assumes results without each of the others. */
static bool choose_filters_by_calls(struct talk *talk, const struct stay_filter_list *list,
                                    bool helps[STAY_FILTERS_MAX])
{
    for (size_t i = 0; i < list->count; i++) {
        helps[i] = true;
        if (i < PROBES_MAX && talk_calls_left(talk) > 0 &&
            !check_results_without_filter(talk, &list->items[i], &helps[i]))
            return false;
    }
    return true;
}

/* Nothing matches all filters: offers to remove one. */
static bool offer_filter_removals(struct talk *talk, const struct stay_filter_list *list)
{
    bool ok[STAY_FILTERS_MAX], any = list->count > 1;

    if (stay_of(talk)->results != NULL)
        choose_filters_by_count(talk, list, ok);
    else if (!choose_filters_by_calls(talk, list, ok))
        return false;
    for (size_t i = 0; i < list->count; i++)
        any |= ok[i];
    add_search_summary(talk, any ? TEXT_STAY_NOTHING_SO : TEXT_STAY_NOTHING);
    for (size_t i = 0; i < list->count; i++) {
        talk_new_row(talk);
        if (ok[i])
            put_remove_filter_button(talk, i);
    }
    talk_new_row(talk);
    if (list->count != 1)
        talk_button(talk, talk_label(talk, TEXT_STAY_BUTTON_DROP_ALL), "drop",
                    SLICE(STAY_REMOVE_ALL));
    return true;
}

static bool show_no_results(struct talk *talk)
{
    const struct stay_filter_list list = stay_filters_make_list(&stay_of(talk)->filters);

    stay_of(talk)->apartment = (struct uuid){0};
    if (list.count > 0 && !offer_filter_removals(talk, &list))
        return false;
    if (list.count == 0)
        add_search_summary(talk, TEXT_STAY_NOTHING);
    stay_put_drop_criterion_button(talk, TEXT_STAY_BUTTON_DATES, "day", STAY_RELAX_DATES);
    if (stay_search_count_more_without(talk, STAY_RELAX_GUESTS) != 0)
        stay_put_drop_criterion_button(talk, TEXT_STAY_BUTTON_GUESTS, "back", STAY_RELAX_GUESTS);
    stay_put_drop_criterion_button(talk, TEXT_STAY_BUTTON_CITY, "city", STAY_RELAX_CITY);
    return true;
}

static bool show_result_or_none(struct talk *talk, const struct stay_apartments *apartments)
{
    const bool shown =
        apartments->count > 0 ? show_result_card(talk, apartments) : show_no_results(talk);

    if (!shown)
        return false;
    stay_put_exit_buttons(talk, TEXT_BUTTON_BACK);
    return true;
}

static bool show_current_result(struct talk *talk)
{
    return fetch_and_show_page(talk, show_result_or_none);
}

/* Goes to the result in the argument. The position is absolute, so that a repeated tap of a button
 * leads to the same result. A repeated tap shows nothing: Telegram cannot turn a photo into a text,
 * so a card without a photo would be sent twice. */
static bool go_to_tapped_result(struct talk *talk)
{
    struct stay *stay = talk->data;
    struct slice at = talk->argument;
    const int64_t before = stay->at;
    int64_t page;

    if (!parse_i64(slice_cut(&at, '-'), 0, STAY_PAGES_MAX, &page))
        return talk_step(talk, &stay_step_list);
    if (!parse_i64(at, 0, STAY_APARTMENTS_MAX, &stay->at))
        stay->at = LAST;
    if (page == (int64_t)stay->pages.count && stay->at == before)
        return true;
    if (page <= (int64_t)stay->pages.count)
        stay->pages.count = (size_t)page;
    else
        stay->at = STAY_APARTMENTS_MAX; /* after the end of the page: leads to the next page */
    return talk_step(talk, &stay_step_list);
}

/* --- the list of a page --- */

/* "title · 18 000 ₸" */
static void put_apartment_button(struct talk *talk, const struct stay_apartment *apartment)
{
    const struct formatted total = format_money(apartment->total);
    struct slice title = talk_localized(talk, &apartment->title);

    title.len = telegram_text_cut(title, STAY_LABEL_MAX);
    const struct slice label = talk_printf(talk, "%.*s · %s", SLICE_ARG(title), total.text);
    talk_put_id_button(talk, label, "flat", &apartment->id);
}

static bool show_titles_of_page(struct talk *talk, const struct stay_apartments *apartments)
{
    if (apartments->count == 0)
        return talk_step(talk, &stay_step_list); /* it shows that there are no results */
    add_search_summary(talk, TEXT_STAY_LIST);
    for (size_t i = 0; i < apartments->count; i++)
        put_apartment_button(talk, &apartments->items[i]);
    put_remove_filter_buttons(talk);
    stay_put_exit_buttons(talk, TEXT_BUTTON_BACK);
    return true;
}

static bool show_result_titles(struct talk *talk)
{
    return fetch_and_show_page(talk, show_titles_of_page);
}

static bool open_tapped_apartment(struct talk *talk)
{
    return talk_step(talk, talk_read_id(talk, &stay_of(talk)->apartment) ? &stay_step_apartment
                                                                         : &stay_step_list);
}

/* --- words --- */

static bool handle_text_at_result(struct talk *talk)
{
    const struct stay *stay = talk->data;
    const struct remark remark = talk->heard.remark;
    const bool is_shown = !uuid_is_nil(&stay->apartment);

    if (is_shown && stay_set_section_by_label(talk, talk->argument))
        return talk_step(talk, &stay_step_apartment);
    if (is_shown && !stay_set_question_from_text(talk, &remark))
        return false;
    return stay->question >= REMARK_CANCELLING ? talk_step(talk, &stay_step_apartment)
                                               : talk_hear_at_flow(talk);
}

/* --- the steps --- */

TALK_LEADS_TO(to_all, &stay_step_all)
TALK_LEADS_TO(to_city, &stay_step_city)
TALK_LEADS_TO(to_day, &stay_step_day)
TALK_LEADS_TO(to_shown_apartment, &stay_step_apartment)

static bool is_apartment_shown(const struct talk *talk)
{
    return !uuid_is_nil(&stay_of(talk)->apartment);
}

// clang-format off
static const struct flow_move list_moves[] = {
    {FLOW_TAP,             "book", .act = stay_book_tapped_result},
    {FLOW_TAP,             "flat", .act = open_tapped_apartment},
    {FLOW_TAP,             "drop", .act = remove_tapped_filter},
    {FLOW_TEXT,            NULL,   .act = handle_text_at_result},
    {FLOW_TAP_ANY_VERSION, "page", .act = go_to_tapped_result},
    {FLOW_TAP,             "all",  .act = to_all},
    {FLOW_TAP,             "day",  to_day,  .label = TEXT_STAY_BUTTON_DATES},
    {FLOW_TAP,             "city", to_city, .label = TEXT_STAY_BUTTON_CITY},
    {FLOW_WORDS,            NULL,   to_shown_apartment,        .label = TEXT_STAY_BUTTON_SEE, .when = is_apartment_shown},
    {FLOW_WORDS,            NULL,   stay_book_shown_apartment, REMARK_YES, .when = is_apartment_shown},
};
static const struct flow_move all_moves[] = {
    {FLOW_TAP,  "flat", .act = open_tapped_apartment},
    {FLOW_TAP,  "drop", .act = remove_tapped_filter},
};
// clang-format on
const struct flow_step stay_step_list = {"list", show_current_result,
                                         FLOW_BACK(&stay_step_guests, list_moves)};
const struct flow_step stay_step_all = {"all", show_result_titles,
                                        FLOW_BACK(&stay_step_list, all_moves)};
