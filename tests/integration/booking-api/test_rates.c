// SPDX-License-Identifier: MIT
/* Seasons end to end: written, read, and applied to availability. */

#include "stand.h"

/* Days count from today; `more`: further members with a leading comma. */
static const char *rule(int from, int to, const char *more)
{
    return textf("{'from':'%s','to':'%s'%s}", textf("%s", stand_day(from)), stand_day(to), more);
}

static struct answer put(const struct api_caller *caller, const char *apartment, const char *rules,
                         const char *if_match)
{
    return ask_put(put_rates, .caller = caller, .id = apartment,
                   .body = textf("{'items':[%s]}", rules), .if_match = if_match);
}

static struct answer patch(const char *apartment, const char *body)
{
    return ask_patch(patch_apartment, .id = apartment, .body = body);
}

TEST_CASE("rates", .setup = stand_begin, .teardown = stand_end);

FIBER_TEST(rules_are_replaced_with_version_event_and_nights)
{
    const char *apartment = stand_apartment();
    const char *rules = textf("%s,%s", rule(3, 6, ",'percent':25"),
                              rule(4, 5, ",'min_nights':2,'closed_to_arrival':true"));
    struct answer written = ck_status(put(NULL, apartment, rules, "\"1.x\""), 200);

    ck_begins(written.etag, "\"2.");
    struct answer read = ck_status(ask_get(get_rates, .id = apartment), 200);
    ck_assert_str_eq(read.etag, written.etag);
    ck_assert(json_equal(read.json, parsed(textf("{'items':[%.1000s]}", rules))));

    ck_rows(3, "apartment_night");
    ck_rows(3, "apartment_night WHERE price = 1250000");
    ck_rows(1, "apartment_night WHERE min_nights = 2 AND closed_to_arrival AND day = '%s'",
            stand_day(4));
    ck_rows(1, "outbox WHERE type = 'apartment.updated'"
               " AND sequence = 2 AND data ->> 'version' = '2'");
    ck_rows(1, "audit WHERE action = 'apartment.rates'");
    ck_status(put(&stand_guest, apartment, "", NULL), 403);
    ck_status(ask_get(get_rates, .caller = &stand_guest, .id = apartment), 200);
    ck_refused(put(NULL, apartment, "", "\"1.x\""), 412, "version_mismatch");
    ck_status(put(NULL, apartment, "", NULL), 200);
    ck_rows(0, "apartment_night");
    ck_rows(0, "apartment WHERE has_rates");
}

FIBER_TEST(nights_follow_prices_and_rules_respect_max_nights)
{
    const char *apartment = stand_apartment();

    ck_status(put(NULL, apartment, rule(1, 8, ",'percent':50,'min_nights':4"), NULL), 200);
    ck_status(patch(apartment, "{'base_price':{'amount':2000000}}"), 200);
    ck_rows(7, "apartment_night WHERE price = 3000000");
    ck_status(patch(apartment, "{'weekend_price':KZT(3000000)}"), 200);
    ck_rows(2, "apartment_night WHERE price = 4500000 AND extract(isodow FROM day) IN (5, 6)");
    ck_refused(patch(apartment, "{'max_nights':3}"), 422, "contradiction");
    ck_status(patch(apartment, "{'max_nights':4}"), 200);
    ck_refused(put(NULL, apartment, rule(1, 8, ",'min_nights':5"), NULL), 422, "contradiction");
}

/* The reasons of a day as one text. */
static const char *reasons(const json_t *list)
{
    static char text[256];
    size_t i;
    const json_t *one;

    text[0] = '\0';
    json_array_foreach(list, i, one)
    {
        const size_t len = strlen(text);
        snprintf(text + len, sizeof text - len, "%s%s", i > 0 ? " " : "", json_string_value(one));
    }
    return text;
}

static struct answer ask_apartments(const struct api_caller *caller, const char *ids, int from,
                                    int nights, int guests)
{
    const char *body = textf("{'apartment_ids':[%s],'check_in':'%s','check_out':'%s','guests':%d}",
                             ids, textf("%s", stand_day(from)), stand_day(from + nights), guests);

    return ask_post(post_availability, .caller = caller, .body = body);
}

static void expect_item(const struct answer *answer, size_t index, json_int_t total,
                        const char *why_not)
{
    json_t *item = json_array_get(json_object_get(answer->json, "items"), index);

    ck_assert_str_eq(reasons(json_object_get(item, "reasons")), why_not);
    ck_assert_int_eq(json_is_true(json_object_get(item, "bookable")), why_not[0] == '\0');
    if (total > 0)
        ck_number(item, "total.amount", total);
    else
        ck_assert_ptr_null(value_at(item, "total.amount"));
}

FIBER_TEST(availability_of_many_apartments_gives_reasons)
{
    const char *free_apartment = stand_apartment();
    const char *taken = stand_apartment();
    const char *season = stand_apartment();

    ck_book(NULL, taken, 11, 1);
    ck_status(put(NULL, season,
                  rule(10, 13,
                       ",'percent':20,'min_nights':3,'closed_to_arrival':true,"
                       "'closed_to_departure':true"),
                  NULL),
              200);
    const char *ids = textf("'%s','%s','01900000-0000-7000-8000-0000000000ff','%s','%s'", season,
                            taken, free_apartment, taken);
    struct answer answer = ck_status(ask_apartments(NULL, ids, 10, 2, 5), 200);
    ck_count(answer.json, "items", 5);
    expect_item(&answer, 0, 0, "min_nights too_many_guests closed_to_arrival closed_to_departure");
    expect_item(&answer, 1, 0, "too_many_guests taken");
    expect_item(&answer, 2, 0, "unknown_apartment");
    expect_item(&answer, 4, 0, "too_many_guests taken");
    answer = ask_apartments(&stand_guest, ids, 9, 5, 2);
    expect_item(&answer, 0, 5600000, "");
    expect_item(&answer, 1, 0, "taken");
    expect_item(&answer, 3, 5000000, "");
    answer = ask_apartments(&stand_other, ids, 9, 5, 2);
    expect_item(&answer, 0, 0, "unknown_apartment");
    stand_sql("UPDATE apartment SET is_active = false");
    answer = ask_apartments(&stand_guest, ids, -1, 40, 2);
    expect_item(&answer, 3, 0, "not_bookable in_the_past max_nights");
}

static const struct {
    const char *why, *rates;
    bool sound;
} hands[] = {
    {"as the service writes", "[{'from':'2026-06-01','to':'2026-09-01','percent':20}]",     true },
    {"a price",               "[{'from':'2026-06-01','to':'2026-09-01','price':KZT(100)}]", true },
    {"no array",              "{}",                                                         false},
    {"no day",                "[{'from':'2026-06-31','to':'2026-09-01'}]",                  false},
    {"backwards",             "[{'from':'2026-09-01','to':'2026-06-01'}]",                  false},
    {"no `to`",               "[{'from':'2026-09-01'}]",                                    false},
    {"half a tenge",          "[{'from':'2026-06-01','to':'2026-09-01','price':KZT(150)}]", false},
    {"an eighth day",         "[{'from':'2026-06-01','to':'2026-09-01','weekdays':[8]}]",   false},
    {"another field",         "[{'from':'2026-06-01','to':'2026-09-01','x':1}]",            false},
    {"a number as text",      "[{'from':'2026-06-01','to':'2026-09-01','percent':'20'}]",   false},
};

TEST_ROWS_WHY(rules_edited_by_hand_are_valid_or_refused, hands)
{
    ck_assert((stand_number("SELECT rates_sound('%s')::integer", as_json(row->rates)) == 1) ==
              row->sound);
}

/* pg_dump empties search_path before rows are restored. */
FIBER_TEST(rules_are_checked_with_an_empty_search_path)
{
    stand_apartment();
    stand_sql("BEGIN; SET LOCAL search_path = '';"
              " UPDATE test_rates.apartment SET rates = '%s'; COMMIT",
              as_json(hands[0].rates));
    ck_rows(1, "apartment WHERE has_rates");
}
