// SPDX-License-Identifier: MIT
#include "http/ready.h"

#include "support/scratch.h"

#define MS INT64_C(1000000)

static struct ready ready;

static void begin(void)
{
    ready = (struct ready){.count = 0};
}

TEST_CASE("ready", .setup = begin);

/* The report of a part at a time, and whether it counts as ready then. */
struct step {
    int64_t ms;
    int well; /* 1, 0, or -1: no report */
    bool counted;
};

// clang-format off
static const struct {
    const char *why;
    struct step steps[6];
    size_t count;
} cases[] = {
    {"without a report it is not ready",              {{0, -1, false}, {5000, -1, false}},                                                                 2},
    {"the first good report counts at once",          {{0, 1, true}},                                                                                      1},
    {"the first good report counts at once, also after bad ones", {{0, 0, false}, {100, 1, true}}, 2},
    {"a short failure does not count",                {{0, 1, true}, {100, 0, true}, {900, 1, true}},                                                      3},
    {"a failure of a second counts",                  {{0, 1, true}, {100, 0, true}, {1099, -1, true}, {1100, -1, false}},                                 4},
    {"repeated bad reports do not restart the delay", {{0, 1, true}, {100, 0, true}, {800, 0, true}, {1100, 0, false}},                                    4},
    {"recovery takes half a second",                  {{0, 1, true}, {0, 0, true}, {1000, 0, false}, {1100, 1, false}, {1599, 1, false}, {1600, 1, true}}, 6},
    {"a bad report restarts the recovery",            {{0, 1, true}, {0, 0, true}, {1000, -1, false}, {1100, 1, false}, {1300, 0, false}, {1900, 1, false}}, 6},
};
// clang-format on

TEST_ROWS_WHY(required_part_counts_after_a_delay, cases)
{
    size_t part = ready_add(&ready, "postgres", true);

    for (size_t i = 0; i < row->count; i++) {
        const struct step *step = &row->steps[i];
        if (step->well >= 0)
            ready_report(&ready, part, step->well == 1, step->ms * MS);
        ck_assert_msg(ready_is_ready(&ready, step->ms * MS) == step->counted, "step %zu", i);
    }
}

static void expect_text(int64_t ms, const char *text)
{
    buf_clear(&scratch);
    ready_encode(&ready, ms * MS, &scratch);
    ck_assert_slice(buf_as_slice(&scratch), text);
}

TEST(optional_parts_are_shown_and_ignored)
{
    size_t postgres = ready_add(&ready, "postgres", true);
    size_t redis = ready_add(&ready, "redis", false);

    expect_text(0,
                "{\"status\":\"not_ready\",\"checks\":{\"postgres\":\"down\",\"redis\":\"down\"}}");
    ready_report(&ready, postgres, true, 0);
    ready_report(&ready, redis, false, 0);
    ck_assert(ready_is_ready(&ready, 0));
    expect_text(0, "{\"status\":\"ready\",\"checks\":{\"postgres\":\"up\",\"redis\":\"down\"}}");
}

TEST(pausing_part_keeps_it_ready_and_paused)
{
    size_t postgres = ready_add(&ready, "postgres", true);

    ready_report(&ready, postgres, true, 0);
    ready_set_pausing(&ready, postgres, true);
    expect_text(0, "{\"status\":\"ready\",\"checks\":{\"postgres\":\"up\"}}");
    ready_report(&ready, postgres, false, 0);
    ck_assert(ready_is_ready(&ready, 2000 * MS));
    expect_text(2000, "{\"status\":\"paused\",\"checks\":{\"postgres\":\"down\"}}");
    ready_set_pausing(&ready, postgres, false);
    expect_text(2000, "{\"status\":\"not_ready\",\"checks\":{\"postgres\":\"down\"}}");
    ready_report(&ready, postgres, true, 2000 * MS);
    expect_text(3000, "{\"status\":\"ready\",\"checks\":{\"postgres\":\"up\"}}");
}

TEST(stopping_instance_is_not_ready)
{
    ck_assert(ready_is_ready(&ready, 0));
    ready.stopping = true;
    ck_assert(!ready_is_ready(&ready, 0));
    expect_text(0, "{\"status\":\"stopping\",\"checks\":{}}");
}
