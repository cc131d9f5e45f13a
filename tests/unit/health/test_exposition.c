// SPDX-License-Identifier: MIT
/* What probes parse and count, without a network: Prometheus' text format and increasing
 * counters. */

#include "probes/counter_rate.h"
#include "probes/exposition.h"
#include "support/test.h"

TEST_CASE("all");

static const struct {
    const char *why, *text;
    int samples;
    const char *name, *labels; /* of the last; NULL labels: absent */
    double value;
} texts[] = {
    {"nothing",                "",                                                   0, "",   NULL,                0     },
    {"comments and blanks",    "# HELP a b\n\n \n#\n",                               0, "",   NULL,                0     },
    {"one without labels",     "up 1\n",                                             1, "up", NULL,                1     },
    {"one without line end",   "up 1",                                               1, "up", NULL,                1     },
    {"with line ends of DOS",  "up 1\r\nup 2\r\n",                                   2, "up", NULL,                2     },
    {"an exponent",            "a 1.7e+09\n",                                        1, "a",  NULL,                1.7e9 },
    {"not finite",             "a +Inf\na NaN\na -Inf\na 1e999\na inf\n",            0, "",   NULL,                0     },
    {"a small one",            "a 1.5E-3\na 1.5e-3\n",                               1, "a",  NULL,                1.5e-3},
    {"a negative one",         "a -12.25\n",                                         1, "a",  NULL,                -12.25},
    {"a time stamp",           "a{} 3 1700000000000\n",                              1, "a",  "",                  3     },
    {"labels",                 "a{b=\"c\",d=\"e\"} 4\n",                             1, "a",  "b=\"c\",d=\"e\"",   4     },
    {"spaces",                 " a { b = \"c\" , } 5\n",                             0, "",   NULL,                0     },
    {"spaces between",         "a{ b = \"c\" , } 5\n",                               1, "a",  " b = \"c\" , ",     5     },
    {"a brace in a value",     "a{b=\"}\"} 6\n",                                     1, "a",  "b=\"}\"",           6     },
    {"a quote in a value",     "a{b=\"\\\"} 9\\\\\"} 7\n",                           1, "a",  "b=\"\\\"} 9\\\\\"", 7     },
    {"no value",               "a\na{b=\"c\"}\na{b=\"c\"} \n",                       0, "",   NULL,                0     },
    {"no number",              "a x\na 1x\na 1,5\n",                                 0, "",   NULL,                0     },
    {"an unterminated number", "a 11111111111111111111111111111111111111111\nb 2\n", 1, "b",  NULL,
     2                                                                                                                   },
    {"unterminated labels",    "a{b=\"c\nb 1\na{b 1\na{b=c} 1\n",                    1, "b",  NULL,                1     },
    {"no name",                "{a=\"b\"} 1\n 1\n",                                  0, "",   NULL,                0     },
};

TEST_ROWS_WHY(samples_are_read_and_other_lines_skipped, texts)
{
    struct slice rest = slice_of(row->text);
    struct exposition_sample sample = {.value = 0};
    int samples = 0;

    while (exposition_read_next(&rest, &sample))
        samples++;
    ck_assert_int_eq(samples, row->samples);
    if (samples == 0)
        return;
    ck_assert_slice(sample.name, row->name);
    ck_assert_msg(slice_equal(sample.labels, slice_of(row->labels)), "%.*s",
                  SLICE_ARG(sample.labels));
    ck_assert_double_eq_tol(sample.value, row->value, fabs(row->value) * 1e-12);
}

TEST(label_is_found_by_name)
{
    const struct slice labels = SLICE("a=\"x,b=\\\"y\\\"\", b = \"\" ,code=\"500\"");

    ck_assert_slice(exposition_find_label(labels, "a"), "x,b=\\\"y\\\"");
    ck_assert_ptr_nonnull(exposition_find_label(labels, "b").at);
    ck_assert_uint_eq(exposition_find_label(labels, "b").len, 0);
    ck_assert_slice(exposition_find_label(labels, "code"), "500");
    ck_assert_ptr_null(exposition_find_label(labels, "c").at);
    ck_assert_ptr_null(exposition_find_label(SLICE_NONE, "c").at);
}

/* --- counter rates --- */

static double grown_all, grown_part;

static void add_sample(struct counter_rate *growth, int second, double all, double part)
{
    counter_rate_add_sample(growth, second * NS_PER_S, 60 * NS_PER_S, all, part, &grown_all,
                            &grown_part);
}

TEST(rate_covers_the_last_span)
{
    struct counter_rate growth = {.count = 0};

    for (int second = 0; second <= 600; second += 5) {
        add_sample(&growth, second, second * 10.0, second);
        const int over = second < 60 ? second : 60;
        ck_assert_double_ge(grown_all, over * 10.0);
        ck_assert_double_le(grown_all, (over + 10) * 10.0);
        ck_assert_double_eq_tol(grown_part, grown_all / 10, 1e-9);
    }
}

TEST(rare_samples_give_increase_since_the_last)
{
    struct counter_rate growth = {.count = 0};

    add_sample(&growth, 0, 100, 10);
    ck_assert(grown_all == 0);
    add_sample(&growth, 300, 150, 11);
    ck_assert(grown_all == 50 && grown_part == 1);
    add_sample(&growth, 600, 170, 11);
    ck_assert(grown_all == 20 && grown_part == 0);
}

TEST(frequent_samples_need_no_more_memory)
{
    struct counter_rate growth = {.count = 0};

    for (int i = 0; i < 100000; i++) {
        counter_rate_add_sample(&growth, i * 10 * NS_PER_MS, 60 * NS_PER_S, i, 0, &grown_all,
                                &grown_part);
        ck_assert_uint_le(growth.count, COUNTER_RATE_SAMPLES);
    }
    ck_assert_double_ge(grown_all, 6000);
    ck_assert_double_le(grown_all, 7000);
}

TEST(decreased_counters_restart_the_rate)
{
    struct counter_rate growth = {.count = 0};

    add_sample(&growth, 0, 100, 10);
    add_sample(&growth, 10, 200, 20);
    add_sample(&growth, 20, 5, 5);
    ck_assert(grown_all == 0 && grown_part == 0);
    add_sample(&growth, 30, 25, 6);
    ck_assert(grown_all == 20 && grown_part == 1);
    add_sample(&growth, 40, 1000, 2); /* only the part */
    ck_assert(grown_all == 0 && grown_part == 0);
}
