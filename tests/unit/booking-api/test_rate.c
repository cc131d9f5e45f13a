// SPDX-License-Identifier: MIT

#include "apartments/apartment.h"
#include "prices/prices_json.h"
#include "support/scratch.h"

TEST_CASE("rules");

enum { MONDAY = 20416 /* 2025-11-24 */, BODY_BYTES = 256 * 1024, RULES = 3 };

#define NO      FIELD_ABSENT
#define WEEKEND (1 << 5 | 1 << 6)
#define RULE(from, to, days, price, percent, nights)                                               \
    {                                                                                              \
        MONDAY + (from), MONDAY + (to), (days), (price), (percent), (nights), false, false         \
    }

// clang-format off
static const struct {
    const char *why;
    struct rate rates[RULES];
    size_t count;
    int day;
    int64_t ordinary, price, min_nights;
} nights[] = {
    {"no rules",                        {{0}}, 0, 0, 1000000, NO, NO},
    {"a price instead",                 {RULE(0, 7, 0, 500, NO, NO)}, 1, 3, 1000000, 500, NO},
    {"a price of 0",                    {RULE(0, 7, 0, 0, NO, NO)}, 1, 3, 1000000, 0, NO},
    {"before the first day",            {RULE(1, 7, 0, 500, NO, NO)}, 1, 0, 1000000, NO, NO},
    {"the first day",                   {RULE(1, 7, 0, 500, NO, NO)}, 1, 1, 1000000, 500, NO},
    {"`to` is not its day",             {RULE(0, 7, 0, 500, NO, NO)}, 1, 7, 1000000, NO, NO},
    {"the last day",                    {RULE(0, 7, 0, 500, NO, NO)}, 1, 6, 1000000, 500, NO},
    {"its weekday",                     {RULE(0, 7, WEEKEND, 500, NO, NO)}, 1, 4, 1000000, 500, NO},
    {"another weekday",                 {RULE(0, 7, WEEKEND, 500, NO, NO)}, 1, 6, 1000000, NO, NO},
    {"Monday is 1",                     {RULE(0, 14, 1 << 1, 500, NO, NO)}, 1, 7, 1000000, 500, NO},
    {"Sunday is 7",                     {RULE(0, 14, 1 << 7, 500, NO, NO)}, 1, 6, 1000000, 500, NO},
    {"a fifth more",                    {RULE(0, 7, 0, NO, 20, NO)}, 1, 0, 1000000, 1200000, NO},
    {"a tenth is left",                 {RULE(0, 7, 0, NO, -90, NO)}, 1, 0, 1000000, 100000, NO},
    {"six times",                       {RULE(0, 7, 0, NO, 500, NO)}, 1, 0, 1000000, 6000000, NO},
    {"half a tenge is rounded up",      {RULE(0, 7, 0, NO, 50, NO)}, 1, 0, 100, 200, NO},
    {"less than half is rounded down",  {RULE(0, 7, 0, NO, 49, NO)}, 1, 0, 100, 100, NO},
    {"half is rounded up for a discount too", {RULE(0, 7, 0, NO, -50, NO)}, 1, 0, 300, 200, NO},
    {"the largest there is",            {RULE(0, 7, 0, NO, 500, NO)}, 1, 0, 1000000000000, 6000000000000, NO},
    {"no change is a price too",        {RULE(0, 7, 0, 500, NO, NO), RULE(0, 7, 0, NO, 0, NO)}, 2, 0, 1000000, 1000000, NO},
    {"the last of two wins",            {RULE(0, 7, 0, 500, NO, NO), RULE(0, 7, 0, 700, NO, NO)}, 2, 0, 1000000, 700, NO},
    {"the last that matches",           {RULE(0, 7, 0, 500, NO, NO), RULE(3, 7, 0, 700, NO, NO)}, 2, 0, 1000000, 500, NO},
    {"percentages do not accumulate",   {RULE(0, 7, 0, NO, 100, NO), RULE(0, 7, 0, NO, 20, NO)}, 2, 0, 1000000, 1200000, NO},
    {"a rule without a price does not change it", {RULE(0, 7, 0, 500, NO, NO), RULE(0, 7, 0, NO, NO, 3)}, 2, 0, 1000000, 500, 3},
    {"the highest minimum, not the last", {RULE(0, 7, 0, NO, NO, 5), RULE(0, 7, 0, NO, NO, 3)}, 2, 0, 1000000, NO, 5},
};
// clang-format on

TEST_ROWS_WHY(night_combines_all_matching_rules, nights)
{
    struct rate_night night =
        rate_apply_to_night(row->rates, row->count, MONDAY + row->day, row->ordinary);

    ck_assert_int_eq(night.price, row->price);
    ck_assert_int_eq(night.min_nights, row->min_nights);
}

// clang-format off
static const struct {
    const char *why;
    struct rate rate;
    int from, nights;
    int64_t apartment_min_nights;
    struct rate_stay wanted;
} stays[] = {
    {"a rule elsewhere", {MONDAY + 9, MONDAY + 12, 0, NO, NO, 5, true, true}, 0, 3, 2, {2, false, false}},
    {"its last night lies in the season", {MONDAY + 2, MONDAY + 5, 0, NO, NO, 5, false, false}, 0, 3, 2, {5, false, false}},
    {"it leaves when the season begins", {MONDAY + 3, MONDAY + 5, 0, NO, NO, 5, false, false}, 0, 3, 2, {2, false, false}},
    {"the apartment requires more", {MONDAY, MONDAY + 5, 0, NO, NO, 2, false, false}, 0, 3, 4, {4, false, false}},
    {"no arrival on the first day", {MONDAY, MONDAY + 1, 0, NO, NO, NO, true, false}, 0, 3, 1, {1, true, false}},
    {"it is there already", {MONDAY + 1, MONDAY + 3, 0, NO, NO, NO, true, false}, 0, 3, 1, {1, false, false}},
    {"no departure on the check-out date", {MONDAY + 3, MONDAY + 4, 0, NO, NO, NO, false, true}, 0, 3, 1, {1, false, true}},
    {"it stays over the closed day", {MONDAY, MONDAY + 3, 0, NO, NO, NO, false, true}, 0, 3, 1, {1, false, false}},
    {"the check-out date's own weekday", {MONDAY, MONDAY + 30, 1 << 4, NO, NO, NO, false, true}, 0, 3, 1, {1, false, true}},
};
// clang-format on

TEST_ROWS_WHY(stay_combines_rules_of_its_nights_and_end_days, stays)
{
    int32_t from = MONDAY + row->from;
    struct rate_stay stay =
        rate_apply_to_stay(&row->rate, 1, from, from + row->nights, row->apartment_min_nights);

    ck_assert_msg(stay.min_nights == row->wanted.min_nights &&
                      stay.closed_to_arrival == row->wanted.closed_to_arrival &&
                      stay.closed_to_departure == row->wanted.closed_to_departure,
                  "%lld %d %d", (long long)stay.min_nights, stay.closed_to_arrival,
                  stay.closed_to_departure);
}

#define DATES "\"from\":\"2026-06-01\",\"to\":\"2026-09-01\""
#define ALL                                                                                        \
    "{\"items\":[{" DATES "},{" DATES ",\"weekdays\":[5,6],\"percent\":-10},{" DATES               \
    ",\"price\":{\"amount\":4500000,\"currency\":\"KZT\"},\"min_nights\":3,"                       \
    "\"closed_to_arrival\":true,\"closed_to_departure\":true}]}"

// clang-format off
static const struct {
    const char *why, *body;
    const char *code;  /* NULL: valid */
    const char *field; /* of the first problem */
} bodies[] = {
    {"everything there is",          ALL,                                                                                               NULL,            NULL},
    {"no rules",                     "{\"items\":[]}",                                                                                  NULL,            NULL},
    {"nothing",                      "{}",                                                                                              "required",      "items"},
    {"null",                         "{\"items\":null}",                                                                                "required",      "items"},
    {"no `to`", "{\"items\":[{\"from\":\"2026-06-01\"}]}", "required", "items/0/to"},
    {"no days", "{\"items\":[{\"from\":\"2026-06-01\",\"to\":\"2026-06-01\"}]}", "bad_range", "items/0/to"},
    {"two prices", "{\"items\":[{" DATES ",\"percent\":1,\"price\":{\"amount\":100,\"currency\":\"KZT\"}}]}", "invalid", "items/0/price"},
    {"too cheap", "{\"items\":[{" DATES ",\"percent\":-91}]}", "out_of_range", "items/0/percent"},
    {"too dear", "{\"items\":[{" DATES ",\"percent\":501}]}", "out_of_range", "items/0/percent"},
    {"an eighth day", "{\"items\":[{" DATES ",\"weekdays\":[1,8]}]}", "out_of_range", "items/0/weekdays/1"},
    {"day zero", "{\"items\":[{" DATES ",\"weekdays\":[0]}]}", "out_of_range", "items/0/weekdays/0"},
    {"never", "{\"items\":[{" DATES ",\"weekdays\":[]}]}", "too_short", "items/0/weekdays"},
    {"a day by name", "{\"items\":[{" DATES ",\"weekdays\":[\"mon\"]}]}", "wrong_type", "items/0/weekdays/0"},
    {"no array", "{\"items\":[{" DATES ",\"weekdays\":1}]}", "wrong_type", "items/0/weekdays"},
    {"all days",                     "{\"items\":[{" DATES ",\"weekdays\":null,\"price\":null,\"percent\":null,\"min_nights\":null}]}", NULL,            NULL},
    {"no nights", "{\"items\":[{" DATES ",\"min_nights\":0}]}", "out_of_range", "items/0/min_nights"},
    {"longer than the longest stay", "{\"items\":[{" DATES ",\"min_nights\":31}]}", "contradiction", "items/0/min_nights"},
    {"the longest stay",             "{\"items\":[{" DATES ",\"min_nights\":30}]}",                                                     NULL,            NULL},
    {"another field", "{\"items\":[{" DATES ",\"closed\":true}]}", "unknown_field", "items/0/closed"},
};
// clang-format on

TEST_ROWS_WHY(body_is_accepted_or_names_its_invalid_field, bodies)
{
    struct rates rates = {
        {NULL, 0}
    };
    struct fault_list problems;
    bool taken =
        fields_decode(&rates_fields, slice_of(row->body), false, &rates, NULL, &arena, &fault);

    if (taken) {
        fault_list_init(&problems, &arena);
        rates_check(rates.items.items, rates.items.count, 30, &problems);
        taken = fault_list_ok(&problems, &fault);
    }
    ck_assert_msg(taken == (row->code == NULL), "%s", fault.detail);
    if (!taken) {
        ck_assert_str_eq(fault.code, row->code);
        ck_assert_str_eq(fault.fields[0].field, row->field);
    }
}

TEST(stored_rules_decode_unchanged)
{
    struct rates rates = {
        {NULL, 0}
    };
    const struct rate *read = NULL;
    struct slice text;
    struct buf out = BUF(BODY_BYTES);
    size_t count = 0;

    ck_assert(fields_decode(&rates_fields, slice_of(ALL), false, &rates, NULL, &arena, &fault));
    ck_assert(rates_encode_column(rates.items.items, rates.items.count, &arena, &text, &fault));
    ck_assert(rates_decode_column(text, &arena, &read, &count, &fault));
    rates_encode(read, count, &out);
    ck_assert_slice(buf_as_slice(&out), ALL);
    buf_finish(&out);
}

TEST(longest_list_fits_and_one_more_does_not)
{
    static const char rule[] =
        "{" DATES ",\"weekdays\":[1,2,3,4,5,6,7],\"price\":{\"amount\":1000000000000,"
        "\"currency\":\"KZT\"},\"min_nights\":366,\"closed_to_arrival\":true,"
        "\"closed_to_departure\":true}";
    struct rates rates = {
        {NULL, 0}
    };
    const struct rate *read = NULL;
    struct slice text;
    size_t count;

    for (size_t rules = RATES_MAX; rules <= RATES_MAX + 1; rules++) {
        struct buf body = BUF(BODY_BYTES);
        buf_text(&body, "{\"items\":[");
        for (size_t i = 0; i < rules; i++) {
            buf_text(&body, i > 0 ? "," : "");
            buf_text(&body, rule);
        }
        buf_text(&body, "]}");
        bool fits =
            fields_decode(&rates_fields, buf_as_slice(&body), false, &rates, NULL, &arena, &fault);
        ck_assert_int_eq(fits, rules == RATES_MAX);
        buf_finish(&body);
    }
    ck_assert_str_eq(fault.code, "too_many");
    ck_assert(rates_encode_column(rates.items.items, rates.items.count, &arena, &text, &fault));
    ck_assert(rates_decode_column(text, &arena, &read, &count, &fault));
    ck_assert_uint_eq(count, RATES_MAX);
}

TEST(invalid_stored_text_is_an_internal_fault)
{
    const struct rate *read = NULL;
    size_t count = 7;

    ck_assert(!rates_decode_column(SLICE("[{}]"), &arena, &read, &count, &fault));
    ck_assert_int_eq(fault.kind, FAULT_INTERNAL);
    ck_assert_uint_eq(count, 7);
}
