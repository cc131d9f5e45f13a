// SPDX-License-Identifier: MIT

#include "base/metric.h"

#include "support/scratch.h"

TEST_CASE("metric", .setup = metric_reset);

/* Checks all that is printed. */
static void ck_printed(const char *text)
{
    buf_clear(&scratch);
    metric_print(&scratch);
    ck_assert_slice(buf_as_slice(&scratch), text);
}

#define ck_prints(part) ck_has(scratch.data, part)

// clang-format off
#define HISTOGRAM(name_, ...)                                                                      \
    {.metric = {.name = (name_), .type = METRIC_HISTOGRAM, __VA_ARGS__}}
// clang-format on

static double twice(void *data)
{
    return 2 * *(double *)data;
}

TEST(metrics_of_one_name_share_help_and_type)
{
    struct metric shared = {.name = "db_in_use",
                            .help = "Busy",
                            .type = METRIC_GAUGE,
                            .labels = "pool=\"shared\"",
                            .value = 3};
    struct metric total = {.name = "http_requests_total",
                           .help = "All\nof \\ them",
                           .type = METRIC_COUNTER,
                           .value = 12};
    struct metric exclusive = {.name = "db_in_use",
                               .help = "Busy",
                               .type = METRIC_GAUGE,
                               .labels = "pool=\"exclusive\"",
                               .value = 0.5};

    metric_register(&shared);
    metric_register(&total);
    metric_register(&exclusive);
    metric_register(&shared);
    ck_printed("# HELP db_in_use Busy\n"
               "# TYPE db_in_use gauge\n"
               "db_in_use{pool=\"shared\"} 3\n"
               "db_in_use{pool=\"exclusive\"} 0.5\n"
               "# HELP http_requests_total All\\nof \\\\ them\n"
               "# TYPE http_requests_total counter\n"
               "http_requests_total 12\n");
}

static void print_notes(void *data, struct buf *text)
{
    const struct metric_label labels[] = {
        {"name", *(const struct slice *)data},
        {"kind", SLICE("x")                 }
    };

    metric_print_family_header(text, "notes", "Notes", METRIC_GAUGE);
    metric_print_series(text, "notes", labels, 2, 0.25);
    metric_print_series(text, "notes", NULL, 0, 7);
}

TEST(source_prints_its_own_lines)
{
    struct slice name = SLICE("a\"b\\c\nd");
    struct metric_source source = {.print = print_notes, .data = &name};

    metric_source_add(&source);
    metric_source_add(&source);
    ck_printed("# HELP notes Notes\n"
               "# TYPE notes gauge\n"
               "notes{name=\"a\\\"b\\\\c\\nd\",kind=\"x\"} 0.25\n"
               "notes 7\n");
    metric_source_remove(&source);
    metric_source_remove(&source);
    ck_printed("");
}

TEST(counters_and_gauges_may_be_filled_in_when_registered)
{
    double data = 21;
    struct metric done = {.value = 5}, busy;

    metric_register_counter(&done, "a", "A", "n=\"1\"");
    metric_register_gauge(&busy, "b", "B", twice, &data);
    done.value++;
    ck_printed("# HELP a A\n# TYPE a counter\na{n=\"1\"} 1\n# HELP b B\n# TYPE b gauge\nb 42\n");
}

TEST(not_a_number_and_infinity_have_names)
{
    struct metric metrics[] = {
        {.name = "a", .help = "A", .value = (double)NAN      },
        {.name = "a", .help = "A", .value = (double)INFINITY },
        {.name = "a", .help = "A", .value = -(double)INFINITY},
        {.name = "a", .help = "A", .value = 1e18             },
        {.name = "a", .help = "A", .value = -7               },
    };

    for (int i = 0; i < COUNT(metrics); i++)
        metric_register(&metrics[i]);
    ck_printed("# HELP a A\n# TYPE a counter\na NaN\na +Inf\na -Inf\na 1e+18\na -7\n");
}

TEST(histograms_sum_their_buckets)
{
    struct metric_histogram plain = HISTOGRAM("t_seconds", .help = "T");
    struct metric_histogram other = HISTOGRAM("u_seconds", .help = "U");
    struct metric_histogram labelled = HISTOGRAM("t_seconds", .help = "T", .labels = "route=\"/\"");

    metric_register(&plain.metric);
    metric_register(&other.metric);
    metric_register(&labelled.metric);
    metric_register(&plain.metric);
    metric_observe(&plain, 0.005); /* a bucket includes its bound */
    metric_observe(&plain, 0.006);
    metric_observe(&plain, 2);
    metric_observe(&plain, 60);
    metric_observe(&labelled, 0.001);
    metric_print(&scratch);
    buf_char(&scratch, '\0');
    ck_prints("# HELP t_seconds T\n# TYPE t_seconds histogram\n"
              "t_seconds_bucket{le=\"0.005\"} 1\n"
              "t_seconds_bucket{le=\"0.01\"} 2\n");
    ck_prints("t_seconds_bucket{le=\"1\"} 2\n"
              "t_seconds_bucket{le=\"2.5\"} 3\n"
              "t_seconds_bucket{le=\"5\"} 3\n"
              "t_seconds_bucket{le=\"+Inf\"} 4\n"
              "t_seconds_sum 62.011\n"
              "t_seconds_count 4\n"
              "t_seconds_bucket{route=\"/\",le=\"0.005\"} 1\n");
    ck_prints("t_seconds_count{route=\"/\"} 1\n"
              "# HELP u_seconds U\n");
}

TEST(unregistered_metric_is_not_printed)
{
    struct metric a = {.name = "a", .help = "A"}, b = {.name = "b", .help = "B"};
    struct metric_histogram c = HISTOGRAM("c", .help = "C"), d = HISTOGRAM("d", .help = "D");

    metric_register(&a);
    metric_register(&b);
    metric_register(&c.metric);
    metric_register(&d.metric);
    metric_unregister(&b);
    metric_unregister(&b);
    metric_unregister(&c.metric);
    metric_unregister(&d.metric);
    metric_unregister(&d.metric);
    ck_printed("# HELP a A\n# TYPE a counter\na 0\n");
}

TEST(array_is_registered_and_unregistered_as_a_whole)
{
    struct metric other = {.name = "a", .help = "A", .value = 3};
    struct metric array[] = {
        {.name = "a", .help = "A", .labels = "n=\"1\"", .value = 1},
        {.name = "a", .help = "A", .labels = "n=\"2\"", .value = 2},
    };

    metric_register(&other);
    metric_register_all(array, COUNT(array));
    ck_printed("# HELP a A\n# TYPE a counter\na 3\na{n=\"1\"} 1\na{n=\"2\"} 2\n");
    metric_unregister_all(array, COUNT(array));
    metric_unregister_all(array, COUNT(array));
    ck_printed("# HELP a A\n# TYPE a counter\na 3\n");
}

TEST(bounds_and_their_texts_agree)
{
    struct metric_histogram histogram = HISTOGRAM("t", .help = "T");

    metric_register(&histogram.metric);
    metric_print(&scratch);
    buf_char(&scratch, '\0');
    for (int i = 0; i < METRIC_BUCKETS - 1; i++) {
        ck_has(scratch.data, textf("t_bucket{le=\"%g\"} 0\n", metric_bucket_bounds[i]));
    }
}
