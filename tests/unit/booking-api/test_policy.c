// SPDX-License-Identifier: MIT
/* The cost of a cancellation at every deadline of every policy. */
#include "prices/prices_json.h"
#include "support/test.h"

TEST_CASE("rules");

#define TENGE(n) (INT64_C(100) * (n))
#define HOUR     (INT64_C(3600) * 1000 * 1000)
#define DAY      (24 * HOUR)

// clang-format off
/* Check-in is at 0; deadlines are days before it. */
static const struct policy flexible = {
    .name = {"flexible", 8}, .text = {"{}", 2}, .tier_count = 2,
    .tiers = {{-1 * DAY, 0}, {FIELD_ABSENT, POLICY_FIRST_NIGHT}},
};
static const struct policy moderate = {
    .name = {"moderate", 8}, .text = {"{}", 2}, .tier_count = 2,
    .tiers = {{-5 * DAY, 0}, {FIELD_ABSENT, 50}},
};
static const struct policy strict = {
    .name = {"strict", 6}, .text = {"{}", 2}, .tier_count = 2,
    .tiers = {{-7 * DAY, 50}, {FIELD_ABSENT, 100}},
};
static const struct policy steps = {
    .name = {"steps", 5}, .text = {"{}", 2}, .tier_count = 4,
    .tiers = {{-30 * DAY, 0}, {-14 * DAY, 10}, {-1 * DAY, 33}, {FIELD_ABSENT, POLICY_FIRST_NIGHT}},
};

static const struct {
    const char *why;
    const struct policy *policy;
    int64_t paid, cleaning, first_night, now;
    int64_t fee, until;
    int64_t total; /* 0: the amount paid */
} cases[] = {
    {"the worked example: 33,000 with cleaning 5,000, moderate, 4 days before", &moderate,
     TENGE(33000), TENGE(5000), TENGE(14000), -4 * DAY, TENGE(14000), FIELD_ABSENT, 0},

    {"flexible: long before", &flexible, TENGE(33000), TENGE(5000), TENGE(14000), -90 * DAY, 0, -DAY, 0},
    {"flexible: the deadline is inclusive", &flexible, TENGE(33000), TENGE(5000), TENGE(14000), -DAY, 0, -DAY, 0},
    {"flexible: a microsecond later the first night", &flexible, TENGE(33000), TENGE(5000),
     TENGE(14000), -DAY + 1, TENGE(14000), FIELD_ABSENT, 0},
    {"flexible: no more than was paid", &flexible, TENGE(9000), 0, TENGE(14000), 0, TENGE(9000), FIELD_ABSENT, 0},
    {"flexible: no more than was paid beside cleaning", &flexible, TENGE(9000), TENGE(5000),
     TENGE(14000), 0, TENGE(4000), FIELD_ABSENT, 0},
    {"flexible: less than cleaning was paid", &flexible, TENGE(3000), TENGE(5000), TENGE(14000), 0, 0, FIELD_ABSENT, 0},

    {"moderate: the deadline is inclusive", &moderate, TENGE(33000), TENGE(5000), 0, -5 * DAY, 0, -5 * DAY, 0},
    {"moderate: a microsecond later half", &moderate, TENGE(33000), TENGE(5000), 0, -5 * DAY + 1,
     TENGE(14000), FIELD_ABSENT, 0},
    {"moderate: half up to whole tenge", &moderate, TENGE(28001), 0, 0, 0, TENGE(14001), FIELD_ABSENT, 0},
    {"moderate: the last tier holds after the check-in time too", &moderate, TENGE(33000),
     TENGE(5000), 0, DAY, TENGE(14000), FIELD_ABSENT, 0},
    {"moderate: nothing was paid", &moderate, 0, TENGE(5000), TENGE(14000), 0, 0, FIELD_ABSENT, 0},

    {"strict: half long before", &strict, TENGE(33000), TENGE(5000), 0, -90 * DAY, TENGE(14000), -7 * DAY, 0},
    {"strict: the deadline is inclusive", &strict, TENGE(33000), TENGE(5000), 0, -7 * DAY, TENGE(14000), -7 * DAY, 0},
    {"strict: a microsecond later all but cleaning", &strict, TENGE(33000), TENGE(5000), 0,
     -7 * DAY + 1, TENGE(28000), FIELD_ABSENT, 0},

    {"four tiers: the first deadline", &steps, TENGE(1000), 0, TENGE(700), -30 * DAY, 0, -30 * DAY, 0},
    {"four tiers: after the first deadline", &steps, TENGE(1000), 0, TENGE(700), -30 * DAY + 1, TENGE(100),
     -14 * DAY, 0},
    {"four tiers: the third, down to whole tenge", &steps, TENGE(1001), 0, TENGE(700), -DAY, TENGE(330), -DAY, 0},
    {"four tiers: the last", &steps, TENGE(1000), 0, TENGE(700), -DAY + 1, TENGE(700), FIELD_ABSENT, 0},

    {"a third of the stay is left, all of it is withheld, the rest refunded", &strict, TENGE(30000), 0,
     TENGE(10000), -3 * DAY, TENGE(10000), FIELD_ABSENT, TENGE(10000)},
    {"half of the total, not of what was paid", &moderate, TENGE(668), 0, TENGE(3), 0, TENGE(2),
     FIELD_ABSENT, TENGE(3)},
    {"half of the total without cleaning",                &moderate, TENGE(50000), TENGE(5000),
     TENGE(14000), 0, TENGE(14000), FIELD_ABSENT, TENGE(33000)},
    {"a first night cheaper than the total", &flexible, TENGE(50000), TENGE(5000), TENGE(14000), 0,
     TENGE(14000), FIELD_ABSENT, TENGE(33000)},
    {"a first night that is the total", &flexible, TENGE(50000), TENGE(5000), TENGE(14000), 0,
     TENGE(9000), FIELD_ABSENT, TENGE(14000)},
    {"a total that is less than cleaning", &strict, TENGE(50000), TENGE(5000), 0, 0, 0, FIELD_ABSENT, TENGE(3000)},
    {"early: all of it and the excess", &moderate, TENGE(50000), 0, 0, -6 * DAY, 0, -5 * DAY, TENGE(30000)},
    {"less than the total", &strict, TENGE(10000), TENGE(5000), 0, 0, TENGE(5000), FIELD_ABSENT, TENGE(30000)},
    {"the most that can be paid for the dearest stay", &moderate, INT64_C(1000000000000), 0, 0, 0,
     INT64_C(500000000000), FIELD_ABSENT, INT64_C(1000000000000)},
};
// clang-format on

TEST_ROWS_WHY(tier_deadlines_are_inclusive_and_fee_plus_refund_is_paid, cases)
{
    const struct policy_price price = {row->cleaning, row->first_night};
    const int64_t total = row->total > 0 ? row->total : row->paid;
    const struct policy_terms terms =
        policy_terms_at(row->policy, &price, total, row->paid, row->now);

    ck_assert_msg(terms.fee == row->fee, "fee %lld", (long long)terms.fee);
    ck_assert_msg(terms.refund == row->paid - terms.fee, "refund");
    ck_assert_msg(terms.until == row->until, "until");
}

TEST(no_show_uses_the_last_tier)
{
    const struct policy_price price = {TENGE(5000), TENGE(14000)};

    ck_assert_int_eq(policy_last_terms(&strict, &price, TENGE(33000), TENGE(33000)).fee,
                     TENGE(28000));
    ck_assert_int_eq(policy_last_terms(&flexible, &price, TENGE(33000), TENGE(33000)).fee,
                     TENGE(14000));
    ck_assert_int_eq(policy_last_terms(&strict, &price, TENGE(33000), TENGE(50000)).fee,
                     TENGE(28000));
    ck_assert_int_eq(policy_last_terms(&strict, &price, TENGE(33000), TENGE(50000)).refund,
                     TENGE(22000));
}

// clang-format off
static const struct {
    const char *why;
    const struct policy *policy;
    int64_t made;
    const char *json;
} shown[] = {
    {"made early: all tiers", &moderate, -90 * DAY,
     "{\"policy\":\"moderate\",\"text\":{},\"free_until\":\"1969-12-27T00:00:00.000Z\",\"tiers\":["
     "{\"until\":\"1969-12-27T00:00:00.000Z\",\"kept\":{\"amount\":0,\"currency\":\"KZT\"}},"
     "{\"until\":null,\"kept\":{\"amount\":1400000,\"currency\":\"KZT\"}}]}"},
    {"made inside the second: half at once", &moderate, -4 * DAY,
     "{\"policy\":\"moderate\",\"text\":{},\"free_until\":\"1969-12-27T00:00:00.000Z\",\"tiers\":["
     "{\"until\":null,\"kept\":{\"amount\":1400000,\"currency\":\"KZT\"}}]}"},
    {"never free", &strict, -6 * DAY,
     "{\"policy\":\"strict\",\"text\":{},\"free_until\":null,\"tiers\":["
     "{\"until\":null,\"kept\":{\"amount\":2800000,\"currency\":\"KZT\"}}]}"},
};
// clang-format on

TEST_ROWS_WHY(booking_made_inside_a_tier_starts_in_it, shown)
{
    const struct policy_price price = {TENGE(5000), TENGE(14000)};
    struct buf out = BUF(1024);

    policy_encode(row->policy, &price, TENGE(33000), row->made, &out);
    buf_char(&out, '\0');
    ck_assert_str_eq(buf_as_slice(&out).at, row->json);
    buf_finish(&out);
}

TEST(full_refund_only_where_nothing_is_withheld)
{
    ck_assert(policy_refunds_all(&moderate, -5 * DAY));
    ck_assert(!policy_refunds_all(&moderate, -5 * DAY + 1));
    ck_assert(!policy_refunds_all(&strict, -90 * DAY));
    ck_assert(!policy_refunds_all(&flexible, 0));
}
