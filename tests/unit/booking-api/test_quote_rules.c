// SPDX-License-Identifier: MIT
/* Who may use a quote, which fields it excludes, and the cost shown for cancel. */
#include <check.h>

#include "bookings/bookings_json.h"
#include "bookings/quote.h"

#define OURS                                                                                       \
    {                                                                                              \
        {                                                                                          \
            1                                                                                      \
        }                                                                                          \
    }
#define OTHERS                                                                                     \
    {                                                                                              \
        {                                                                                          \
            2                                                                                      \
        }                                                                                          \
    }

static const struct {
    const char *why;
    struct api_caller caller;
    int64_t telegram_id;
    bool usable;
} uses[] = {
    {"the guest of the quote",         {.actor = ACTOR_GUEST, .actor_number = 7},  7,            true },
    {"another guest",                  {.actor = ACTOR_GUEST, .actor_number = 8},  7,            false},
    {"a guest, if the quote has none",
     {.actor = ACTOR_GUEST, .actor_number = 8},
     FIELD_ABSENT,                                                                               true },
    {"the apartment's owner",          {.actor = ACTOR_OWNER, .actor_id = OURS},   7,            true },
    {"another owner",                  {.actor = ACTOR_OWNER, .actor_id = OTHERS}, FIELD_ABSENT, false},
    {"staff, for the guest",           {.actor = ACTOR_STAFF},                     7,            true },
    {"the client itself",              {.actor = ACTOR_CLIENT},                    7,            true },
};

START_TEST(quote_is_usable_by_its_guest_owner_and_staff)
{
    const struct quote quote = {.owner_id = OURS, .telegram_id = uses[_i].telegram_id};

    ck_assert_msg(quote_usable(&quote, &uses[_i].caller) == uses[_i].usable, "%s", uses[_i].why);
}
END_TEST

static const struct {
    const char *why;
    struct uuid apartment_id;
    int32_t check_in, check_out;
    int64_t guests;
    size_t problems;
} besides[] = {
    {"alone",        {{0}}, FIELD_ABSENT32, FIELD_ABSENT32, FIELD_ABSENT, 0},
    {"an apartment", OURS,  FIELD_ABSENT32, FIELD_ABSENT32, FIELD_ABSENT, 1},
    {"half a range", {{0}}, 20000,          FIELD_ABSENT32, FIELD_ABSENT, 1},
    {"guests",       {{0}}, FIELD_ABSENT32, FIELD_ABSENT32, 2,            1},
    {"everything",   OURS,  20000,          20001,          2,            4},
};

START_TEST(fields_beside_a_quote_are_each_named)
{
    struct booking_draft draft;
    struct fault_list problems;
    struct arena arena;

    booking_draft_defaults(&draft);
    draft.quote_id = (struct uuid)OURS;
    draft.apartment_id = besides[_i].apartment_id;
    draft.check_in = besides[_i].check_in;
    draft.check_out = besides[_i].check_out;
    draft.guests = besides[_i].guests;
    arena_init(&arena, 1 << 16);
    fault_list_init(&problems, &arena);
    booking_draft_check(&draft, &problems);
    ck_assert_msg(problems.count == besides[_i].problems, "%s: %zu", besides[_i].why,
                  problems.count);
    for (size_t i = 0; i < problems.count; i++)
        ck_assert_str_eq(problems.fields[i].code, "contradiction");
    arena_finish(&arena);
}
END_TEST

static const struct {
    const char *why;
    int64_t now;
    int64_t cost, until;
} buttons[] = {
    {"before the deadline", 99,  0,     100},
    {"on it",               100, 0,     100},
    {"after it",            101, 50000, 900},
};

START_TEST(cancel_action_has_fee_and_deadline)
{
    struct booking booking = {
        .status = BOOKING_CONFIRMED,
        .total = 100000,
        .paid = 100000,
        .policy = {.tiers = {{100, 0}, {FIELD_ABSENT, 50}}, .tier_count = 2 },
        .clock = {.now = buttons[_i].now,                  .check_out = 900},
    };
    const struct api_caller staff = {.actor = ACTOR_STAFF};
    struct booking_allowed allowed[BOOKING_ACTION_COUNT];
    const size_t count = booking_allowed_actions(&booking, &staff, allowed);
    size_t seen = 0;

    for (size_t i = 0; i < count; i++) {
        if (!slice_is(allowed[i].verb, "cancel")) {
            ck_assert_int_eq(allowed[i].cost, FIELD_ABSENT);
            continue;
        }
        seen++;
        ck_assert_msg(allowed[i].cost == buttons[_i].cost, "%s: cost", buttons[_i].why);
        ck_assert_msg(allowed[i].until == buttons[_i].until, "%s: until", buttons[_i].why);
    }
    ck_assert_uint_eq(seen, 1);
}
END_TEST

#define LOOP(tests, test, table) tcase_add_loop_test(tests, test, 0, (int)(ARRAY_LEN(table)))

int main(void)
{
    Suite *suite = suite_create("quote_rules");
    TCase *tests = tcase_create("rules");
    LOOP(tests, quote_is_usable_by_its_guest_owner_and_staff, uses);
    LOOP(tests, fields_beside_a_quote_are_each_named, besides);
    LOOP(tests, cancel_action_has_fee_and_deadline, buttons);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
