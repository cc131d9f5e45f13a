// SPDX-License-Identifier: MIT
#include <stdlib.h>

#include <check.h>

#include "http/ready.h"

#define MS INT64_C(1000000)

/* The report of a part at a time, and whether it counts as ready then. */
struct step {
    int64_t ms;
    int well; /* 1, 0, or -1: no report */
    bool counted;
};

static const struct {
    const char *why;
    struct step steps[6];
    size_t count;
} cases[] = {
    {"without a report it is not ready",                          {{0, -1, false}, {5000, -1, false}},            2},
    {"the first good report counts at once",                      {{0, 1, true}},                                 1},
    {"the first good report counts at once, also after bad ones",
     {{0, 0, false}, {100, 1, true}},
     2                                                                                                             },
    {"a short failure does not count",                            {{0, 1, true}, {100, 0, true}, {900, 1, true}}, 3},
    {"a failure of a second counts",
     {{0, 1, true}, {100, 0, true}, {1099, -1, true}, {1100, -1, false}},
     4                                                                                                             },
    {"repeated bad reports do not restart the delay",
     {{0, 1, true}, {100, 0, true}, {800, 0, true}, {1100, 0, false}},
     4                                                                                                             },
    {"recovery takes half a second",
     {{0, 1, true},
      {0, 0, true},
      {1000, 0, false},
      {1100, 1, false},
      {1599, 1, false},
      {1600, 1, true}},
     6                                                                                                             },
    {"a bad report restarts the recovery",
     {{0, 1, true},
      {0, 0, true},
      {1000, -1, false},
      {1100, 1, false},
      {1300, 0, false},
      {1900, 1, false}},
     6                                                                                                             },
};

START_TEST(required_part_counts_after_a_delay)
{
    struct ready ready = {.count = 0};
    size_t part = ready_add(&ready, "postgres", true);
    for (size_t i = 0; i < cases[_i].count; i++) {
        const struct step *step = &cases[_i].steps[i];
        if (step->well >= 0)
            ready_report(&ready, part, step->well == 1, step->ms * MS);
        ck_assert_msg(ready_now(&ready, step->ms * MS) == step->counted, "%s, step %zu",
                      cases[_i].why, i);
    }
}
END_TEST

static void expect_text(struct ready *ready, int64_t ms, const char *text)
{
    struct buf out;
    buf_init(&out, 1024);
    ready_encode(ready, ms * MS, &out);
    ck_assert_msg(slice_is(buf_as_slice(&out), text), "%.*s", SLICE_ARG(buf_as_slice(&out)));
    buf_finish(&out);
}

START_TEST(optional_parts_are_shown_and_ignored)
{
    struct ready ready = {.count = 0};
    size_t postgres = ready_add(&ready, "postgres", true);
    size_t redis = ready_add(&ready, "redis", false);
    expect_text(&ready, 0,
                "{\"status\":\"not_ready\",\"checks\":{\"postgres\":\"down\",\"redis\":\"down\"}}");
    ready_report(&ready, postgres, true, 0);
    ready_report(&ready, redis, false, 0);
    ck_assert(ready_now(&ready, 0));
    expect_text(&ready, 0,
                "{\"status\":\"ready\",\"checks\":{\"postgres\":\"up\",\"redis\":\"down\"}}");
}
END_TEST

START_TEST(pausing_part_keeps_it_ready_and_paused)
{
    struct ready ready = {.count = 0};
    size_t postgres = ready_add(&ready, "postgres", true);
    ready_report(&ready, postgres, true, 0);
    ready_pause(&ready, postgres);
    expect_text(&ready, 0, "{\"status\":\"ready\",\"checks\":{\"postgres\":\"up\"}}");
    ready_report(&ready, postgres, false, 0);
    ck_assert(ready_now(&ready, 2000 * MS));
    expect_text(&ready, 2000, "{\"status\":\"paused\",\"checks\":{\"postgres\":\"down\"}}");
    ready_report(&ready, postgres, true, 2000 * MS);
    expect_text(&ready, 3000, "{\"status\":\"ready\",\"checks\":{\"postgres\":\"up\"}}");
}
END_TEST

START_TEST(stopping_instance_is_not_ready)
{
    struct ready ready = {.count = 0};
    ck_assert(ready_now(&ready, 0));
    ready.stopping = true;
    ck_assert(!ready_now(&ready, 0));
    expect_text(&ready, 0, "{\"status\":\"stopping\",\"checks\":{}}");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("http/ready");
    TCase *tests = tcase_create("ready");
    tcase_add_loop_test(tests, required_part_counts_after_a_delay, 0, ARRAY_LEN(cases));
    tcase_add_test(tests, optional_parts_are_shown_and_ignored);
    tcase_add_test(tests, pausing_part_keeps_it_ready_and_paused);
    tcase_add_test(tests, stopping_instance_is_not_ready);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
