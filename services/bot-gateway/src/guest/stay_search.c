// SPDX-License-Identifier: MIT
/* Searches by search-api, which gets the filters as members of the request, and the unrecognised
 * words too, which it searches for in the texts of apartments. */
#include "base/parse.h"
#include "base/text.h"

#include "clients/search_results_json.h"
#include "guest/stay_filters.h"
#include "guest/stay_steps.h"

enum {
    ROOMS_MAX = 50, /* limits of search-api */
    WISHES_MAX = 8,
    WORDS_MAX = 24,
    WORD_POINTS_MAX = 100,
    MEMBERS_BYTES_MAX = 16 * STAY_FILTER_BYTES_MAX
};

/* --- the filters as members --- */

/* Appends the first `most` items of the comma-separated lists as a member, unless they are empty.
 */
static void append_texts(struct buf *out, const char *name, const struct slice *lists,
                         size_t list_count, size_t most)
{
    size_t count = 0;

    for (size_t i = 0; i < list_count; i++) {
        struct slice rest = lists[i];
        while (rest.len > 0 && count < most) {
            const struct slice item = slice_cut(&rest, ',');
            if (item.len == 0 || text_length(item) > WORD_POINTS_MAX)
                continue;
            if (count++ == 0)
                buf_printf(out, "\"%s\":[", name);
            else
                buf_char(out, ',');
            buf_json_string(out, item);
        }
    }
    buf_text(out, count > 0 ? "]," : "");
}

static void append_rooms(struct buf *out, struct slice comma_list)
{
    const char *before = "\"rooms\":[";
    int64_t number;

    while (comma_list.len > 0) {
        if (!parse_i64(slice_cut(&comma_list, ','), 1, ROOMS_MAX, &number))
            continue;
        buf_text(out, before);
        buf_i64(out, number);
        before = ",";
    }
    buf_text(out, before[0] == ',' ? "]," : "");
}

bool stay_search_format_filters(const struct stay_filters *filters, struct arena *arena,
                                struct slice *out, struct fault *fault)
{
    const struct slice words[] = {filters->words, filters->rest};
    char room[MEMBERS_BYTES_MAX];
    struct buf members = buf_over(room, sizeof room);

    append_rooms(&members, filters->rooms);
    if (filters->district.len > 0)
        buf_json_member(&members, "\"district\":", filters->district);
    if (filters->district.len > 0)
        buf_char(&members, ',');
    append_texts(&members, "wishes", &filters->amenities, 1, WISHES_MAX);
    append_texts(&members, "words", words, ARRAY_LEN(words), WORDS_MAX);
    return buf_keep(&members, arena, out, fault);
}

/* --- the call --- */

/* Whether search-api can do the search: it has no minimum prices and no pages after the first. A
 * search without filters is left to booking-api, which sorts by price. */
static bool can_use_search_api(const struct talk *talk)
{
    const struct stay *stay = talk->data;
    const struct stay_filters *filters = &stay->filters;

    return talk->input->has_search && filters->min_price == 0 && stay->pages.count == 0 &&
           stay->at < STAY_APARTMENTS_MAX &&
           (stay_filters_make_list(filters).count > 0 || filters->rest.len > 0);
}

static bool format_search_request(struct talk *talk, struct slice *body)
{
    const struct stay *stay = talk->data;
    struct slice filters, price = SLICE("");

    if (!stay_search_format_filters(&stay->filters, talk->arena, &filters, talk->fault))
        return false;
    if (stay->filters.max_price > 0)
        price =
            talk_printf(talk, ",%s", talk_money_member(talk, "max_price", stay->filters.max_price));
    *body =
        talk_printf(talk,
                    "{%.*s\"city\":%s,\"guests\":%lld%s,\"check_in\":\"%s\","
                    "\"check_out\":\"%s\",\"limit\":%d}",
                    SLICE_ARG(filters), talk_json_string(talk, stay->city), (long long)stay->guests,
                    price.at, talk_date(talk, stay->check_in),
                    talk_date(talk, stay->check_in + (int32_t)stay->nights), STAY_APARTMENTS_MAX);
    return true;
}

bool stay_search_try_api(struct talk *talk, struct stay_apartments *apartments, bool *answered)
{
    struct stay *stay = talk->data;
    struct service_call call = {
        .service = SERVICE_SEARCH, .method = "POST", .path = SLICE(SERVICE_SEARCH_PATH)};
    struct service_answer answer;

    *answered = false;
    if (!can_use_search_api(talk))
        return true;
    struct stay_search_results *results = arena_alloc(talk->arena, sizeof *results);
    if (results == NULL)
        return arena_fault(talk->fault);
    if (!format_search_request(talk, &call.body) || !talk_call(talk, &call, &answer))
        return false;
    if (answer.status != 200)
        return true;
    if (!stay_read_search_results(answer.body, talk->arena, results, talk->fault))
        return talk->fault->kind != FAULT_UNAVAILABLE;
    *apartments = results->apartments;
    stay->results = results;
    *answered = true;
    return true;
}

bool stay_search_fetch_details(struct talk *talk, struct stay_apartment *apartment)
{
    const struct stay *stay = talk->data;
    struct service_answer answer;
    struct stay_apartments found;
    struct fault ignored;

    if (stay->results == NULL || talk_calls_left(talk) == 0)
        return true;
    if (!talk_get(talk,
                  talk_printf(talk, "/v1/apartments?id=%s&check_in=%s&check_out=%s&guests=%lld",
                              talk_id(talk, &apartment->id), talk_date(talk, stay->check_in),
                              talk_date(talk, stay->check_in + (int32_t)stay->nights),
                              (long long)stay->guests),
                  &answer))
        return false;
    if (answer.status != 200 || !stay_read_apartments(answer.body, talk->arena, &found, &ignored) ||
        found.count == 0 || !uuid_equal(&found.items[0].id, &apartment->id))
        return true;
    const struct texts why = apartment->why;
    *apartment = found.items[0];
    apartment->why = why;
    return true;
}

/* --- criteria that could be dropped --- */

int64_t stay_search_count_more_without(const struct talk *talk, enum stay_relax criterion)
{
    return stay_of(talk)->results != NULL ? stay_of(talk)->results->adds[criterion] : 0;
}

/* search-api ranks by the other filters, but excludes no apartment. */
int64_t stay_filters_count_more_without(const struct talk *talk, const struct stay_filter *item)
{
    return item->kind == STAY_FILTER_ROOMS ? stay_search_count_more_without(talk, STAY_RELAX_ROOMS)
           : item->kind == STAY_FILTER_PRICE
               ? stay_search_count_more_without(talk, STAY_RELAX_PRICE)
               : 0;
}

struct slice stay_format_label_with_count(struct talk *talk, struct slice label, int64_t adds)
{
    return adds == 0 ? label
                     : talk_format(talk, TEXT_STAY_BUTTON_ADDS,
                                   TALK_VALUES({.name = "wish", .text = label},
                                               {.name = "adds", .number = adds}));
}

void stay_put_drop_criterion_button(struct talk *talk, enum text label, const char *action,
                                    enum stay_relax criterion)
{
    talk_new_row(talk);
    talk_button(talk,
                stay_format_label_with_count(talk, talk_label(talk, label),
                                             stay_search_count_more_without(talk, criterion)),
                action, SLICE(""));
}
