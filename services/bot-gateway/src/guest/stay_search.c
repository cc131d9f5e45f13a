// SPDX-License-Identifier: MIT
/* Searches by search-api, which gets the filters as words and parses them by the same rules
 * (phrases/phrase.h), so both services find the same filters. search-api also gets the unrecognised
 * words, and searches for them in the texts of apartments. */
#include "base/text.h"

#include "clients/search_results_json.h"
#include "guest/stay_filters.h"
#include "guest/stay_steps.h"
#include "phrases/phrase.h"

enum { QUERY_BYTES_MAX = 4 * PHRASE_MAX };

/* --- the filters as words --- */

/* Appends words to the query, unless they exceed the longest phrase that search-api accepts. */
static void append_words_if_they_fit(struct buf *query, const char *separator, struct slice words,
                                     const char *suffix)
{
    const struct buf before = *query;

    if (words.len == 0)
        return;
    buf_text(query, query->len > 0 ? separator : "");
    buf_slice(query, words);
    buf_text(query, suffix);
    if (query->failed || text_length(buf_as_slice(query)) > PHRASE_MAX)
        *query = before;
}

/* `name_suffix` follows words that are names of places. */
static void append_word_list(struct buf *query, struct slice comma_list, const char *name_suffix)
{
    while (comma_list.len > 0) {
        const struct slice word = slice_cut(&comma_list, ',');
        const struct slice typed = stay_filters_russian_words_for(word);
        append_words_if_they_fit(query, ", ", typed, typed.at == word.at ? name_suffix : "");
    }
}

static void append_room_numbers(struct buf *query, struct slice comma_list)
{
    while (comma_list.len > 0) {
        const struct slice number = slice_cut(&comma_list, ',');
        append_words_if_they_fit(query, " или ", number, comma_list.len > 0 ? "" : " комн");
    }
}

bool stay_search_format_phrase(const struct stay_filters *filters, struct arena *arena,
                               struct slice *out, struct fault *fault)
{
    char room[QUERY_BYTES_MAX];
    struct buf query;

    buf_init_over(&query, room, sizeof room);
    append_room_numbers(&query, filters->rooms);
    append_words_if_they_fit(&query, ", ", filters->district, " район");
    /* Without the kind of place, "мамыр" (a microdistrict) is a month. */
    append_word_list(&query, filters->words, " улица");
    append_word_list(&query, filters->amenities, "");
    append_word_list(&query, filters->rest, "");
    *out = SLICE_NONE;
    if (query.len == 0)
        return true;
    *out = arena_copy(arena, buf_as_slice(&query));
    return out->at != NULL || arena_fault(fault);
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
    struct slice query, price = SLICE("");

    if (!stay_search_format_phrase(&stay->filters, talk->arena, &query, talk->fault))
        return false;
    if (query.at != NULL)
        query = talk_printf(talk, "\"query\":%s,", talk_json_string(talk, query));
    if (stay->filters.max_price > 0)
        price =
            talk_printf(talk, ",%s", talk_money_member(talk, "max_price", stay->filters.max_price));
    *body =
        talk_printf(talk,
                    "{%.*s\"city\":%s,\"guests\":%lld%s,\"check_in\":\"%s\","
                    "\"check_out\":\"%s\",\"limit\":%d}",
                    SLICE_ARG(query), talk_json_string(talk, stay->city), (long long)stay->guests,
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
