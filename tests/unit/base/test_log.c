// SPDX-License-Identifier: MIT
/* Tests replace standard output by a pipe, a file or a socket and read the lines. */
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>

#include "base/log.h"

#include "support/metric_of.h"
#include "support/scratch.h"

enum { READ_MAX = 1 << 20 };

static int saved;
static int reader = -1;
static char text[READ_MAX + 1];

static void replace_stdout(int fd)
{
    fflush(stdout);
    dup2(fd, STDOUT_FILENO);
    close(fd);
}

static void setup(void)
{
    int ends[2];

    saved = dup(STDOUT_FILENO);
    ck_assert_int_eq(pipe(ends), 0);
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    reader = ends[0];
    replace_stdout(ends[1]);
    now_freeze(INT64_C(1700000000123456), 0);
    log_init("test-api", LOG_DEBUG);
}

static void teardown(void)
{
    now_thaw();
    replace_stdout(saved);
    log_init("", LOG_ERROR); /* closes the pipe */
    if (reader >= 0)
        close(reader);
}

TEST_CASE("log", .setup = setup, .teardown = teardown);

static const char *lines(void)
{
    ssize_t got;
    size_t len = 0;

    log_flush();
    while (len < READ_MAX && (got = read(reader, text + len, READ_MAX - len)) > 0)
        len += (size_t)got;
    text[len] = '\0';
    return text;
}

TEST(line_has_the_mandatory_members)
{
    LOG(LOG_INFO, "started", "Listening", log_int("port", 7020));
    ck_assert_str_eq(lines(), "{\"timestamp\":\"2023-11-14T22:13:20.123Z\",\"level\":\"info\","
                              "\"service\":\"test-api\",\"event\":\"started\","
                              "\"message\":\"Listening\",\"port\":7020}\n");
    now_advance_us(900001);
    log_write(LOG_ERROR, "e", "m", NULL, 0);
    ck_assert_str_eq(lines(), "{\"timestamp\":\"2023-11-14T22:13:21.023Z\",\"level\":\"error\","
                              "\"service\":\"test-api\",\"event\":\"e\",\"message\":\"m\"}\n");
}

static const struct {
    const char *why;
    struct log_field field;
    const char *json;
} values[] = {
    {"text",                  {"a", LOG_FIELD_TEXT, {"x", 1}, 0, 0},             "\"a\":\"x\"}\n"             },
    {"absent text",           {"a", LOG_FIELD_TEXT, {NULL, 0}, 0, 0},            "\"a\":null}\n"              },
    {"a line end is escaped",
     {"a", LOG_FIELD_TEXT, {"x\r\n{\"b\":1}", 10}, 0, 0},
     "\"a\":\"x\\r\\n{\\\"b\\\":1}\"}\n"                                                                      },
    {"not UTF-8",             {"a", LOG_FIELD_TEXT, {"x\xff\xd0y", 4}, 0, 0},    "\"a\":\"x\ufffd\ufffdy\"}\n"},
    {"smallest integer",
     {"a", LOG_FIELD_INT, {NULL, 0}, INT64_MIN, 0},
     "\"a\":-9223372036854775808}\n"                                                                          },
    {"whole",                 {"a", LOG_FIELD_FLOAT, {NULL, 0}, 0, 12},          "\"a\":12}\n"                },
    {"thousandths",           {"a", LOG_FIELD_FLOAT, {NULL, 0}, 0, 1.2344},      "\"a\":1.234}\n"             },
    {"negative",              {"a", LOG_FIELD_FLOAT, {NULL, 0}, 0, -0.05},       "\"a\":-0.050}\n"            },
    {"nearly nothing",        {"a", LOG_FIELD_FLOAT, {NULL, 0}, 0, -1e-9},       "\"a\":0}\n"                 },
    {"huge",                  {"a", LOG_FIELD_FLOAT, {NULL, 0}, 0, 1e15},        "\"a\":1.000000e+15}\n"      },
    {"not a number",          {"a", LOG_FIELD_FLOAT, {NULL, 0}, 0, (double)NAN}, "\"a\":null}\n"              },
};

TEST_ROWS_WHY(values_are_valid_json, values)
{
    log_write(LOG_WARN, "e", "m", &row->field, 1);
    const char *line = lines();
    ck_has(line, row->json);
    ck_assert_ptr_eq(strchr(line, '\n'), line + strlen(line) - 1);
}

TEST(lines_below_the_level_are_not_written)
{
    log_init("test-api", LOG_WARN);
    ck_assert(!log_enabled(LOG_INFO));
    ck_assert(log_enabled(LOG_WARN));
    LOG(LOG_INFO, "quiet", "m", log_int("a", 1));
    log_write(LOG_DEBUG, "quiet", "m", NULL, 0);
    LOG(LOG_ERROR, "loud", "m", log_int("a", 1));
    ck_lacks(lines(), "quiet");
    ck_has(text, "loud");
}

TEST(long_values_are_cut_between_characters_and_fields_are_counted)
{
    static char value[5000];
    struct log_field fields[30];

    for (size_t i = 0; i + 3 < sizeof value; i += 3)
        memcpy(value + i, "₸", 4);
    for (int i = 0; i < 30; i++)
        fields[i] = log_int(i == 23 ? "last" : i == 24 ? "over" : "f", i);
    fields[0] = log_str("long", value);
    log_write(LOG_INFO, "e", "m", fields, 30);
    ck_has(lines(), "₸\",\"f\":1");
    ck_assert_uint_lt(strlen(text), 2000);
    ck_has(text, "last");
    ck_lacks(text, "over");
}

TEST(line_larger_than_the_batch_is_dropped)
{
    static char value[1024];
    struct log_field fields[24];

    memset(value, 1, sizeof value); /* six bytes each when escaped */
    for (int i = 0; i < 24; i++)
        fields[i] = log_text("f", (struct slice){value, sizeof value});
    log_write(LOG_INFO, "large", "m", fields, 24);
    log_write(LOG_INFO, "small", "m", NULL, 0);
    ck_assert_uint_eq(log_count_dropped(), 1);
    ck_lacks(lines(), "large");
    ck_has(text, "small");
}

TEST(full_pipe_drops_whole_lines_without_blocking)
{
    uint64_t written = 20000, seen = 0;

    for (uint64_t i = 0; i < written; i++) {
        LOG(LOG_INFO, "request", "m", log_int("i", (int64_t)i));
        log_flush();
    }
    ck_assert_uint_gt(log_count_dropped(), 0);
    for (int round = 0; round < 10; round++)
        for (const char *line = lines(); *line != '\0'; seen++) {
            const char *end = strchr(line, '\n');
            ck_assert_msg(line[0] == '{' && end != NULL && end[-1] == '}', "%.200s", line);
            line = end + 1;
        }
    ck_assert_uint_eq(seen + log_count_dropped(), written);
}

TEST(lines_without_a_reader_are_counted_as_dropped)
{
    void (*before)(int) = signal(SIGPIPE, SIG_IGN);

    close(reader);
    reader = -1;
    log_write(LOG_INFO, "e", "m", NULL, 0);
    log_write(LOG_INFO, "e", "m", NULL, 0);
    log_flush();
    ck_assert_uint_eq(log_count_dropped(), 2);
    log_flush();
    ck_assert_uint_eq(log_count_dropped(), 2);
    signal(SIGPIPE, before);
}

TEST(flag_of_a_shared_pipe_is_unchanged)
{
    ck_assert_int_eq(fcntl(STDOUT_FILENO, F_GETFL) & O_NONBLOCK, 0);
}

TEST(lines_can_be_written_to_a_socket)
{
    int ends[2];

    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    replace_stdout(ends[1]);
    close(reader);
    reader = ends[0];
    fcntl(reader, F_SETFL, O_NONBLOCK);
    log_init("test-api", LOG_INFO);
    for (int i = 0; i < 20000; i++)
        LOG(LOG_INFO, "request", "m", log_int("i", i));
    ck_assert_uint_gt(log_count_dropped(), 0);
    ck_has(lines(), "\"i\":0}\n");
}

TEST(lines_can_be_written_to_a_file)
{
    char name[] = "test-log-XXXXXX";
    int fd = mkstemp(name);

    ck_assert_int_ge(fd, 0);
    unlink(name);
    close(reader);
    reader = dup(fd);
    replace_stdout(fd);
    log_init("test-api", LOG_INFO);
    log_write(LOG_INFO, "e", "m", NULL, 0);
    log_flush();
    lseek(reader, 0, SEEK_SET);
    ck_has(lines(), "\"event\":\"e\"");
}

TEST(faults_are_logged_with_their_request)
{
    fault_set(&fault, FAULT_UNAVAILABLE, "database_away", "The database does not answer");
    log_fault(LOG_ERROR, "request_failed", &fault, SLICE("r-1"));
    ck_has(lines(), "\"event\":\"request_failed\",\"message\":\"The database "
                    "does not answer\",\"request_id\":\"r-1\","
                    "\"kind\":\"unavailable\",\"code\":\"database_away\"}");
}

TEST(levels_have_four_names)
{
    enum log_level level = LOG_DEBUG;

    ck_assert(log_level_parse(SLICE("error"), &level));
    ck_assert_int_eq(level, LOG_ERROR);
    ck_assert(!log_level_parse(SLICE("Error"), &level));
    ck_assert(!log_level_parse(SLICE(""), &level));
    ck_assert_int_eq(level, LOG_ERROR);
    ck_assert(log_level_parse(SLICE("debug"), &level));
    ck_assert_int_eq(level, LOG_DEBUG);
}

TEST(events_are_counted_by_level)
{
    log_metrics_register();
    const double warnings = metric_of("log_events_total{level=\"warn\"}");
    const double debug = metric_of("log_events_total{level=\"debug\"}");

    log_init("test-api", LOG_INFO);
    LOG(LOG_WARN, "seen", "It counts", log_int("n", 1));
    LOG(LOG_WARN, "seen", "It counts", log_int("n", 2));
    LOG(LOG_DEBUG, "unseen", "It is below the level", log_int("n", 3));
    ck_assert_double_eq(metric_of("log_events_total{level=\"warn\"}"), warnings + 2);
    ck_assert_double_eq(metric_of("log_events_total{level=\"debug\"}"), debug);
    metric_reset();
}

/* Monotonic times, and the result with a limit of a minute. */
static const struct {
    int64_t at_s, count;
} events[] = {
    {100, 1},
    {100, 0},
    {159, 0},
    {160, 3},
    {219, 0},
    {500, 2},
    {600, 1},
};

TEST(repeated_event_is_logged_once_in_a_period)
{
    struct log_limit limit = {0};

    for (size_t i = 0; i < ARRAY_LEN(events); i++)
        ck_assert_int_eq(log_limit_count(&limit, events[i].at_s * NS_PER_S, 60000),
                         events[i].count);
}

TEST(first_event_is_logged_right_after_boot)
{
    struct log_limit limit = {0};

    ck_assert_int_eq(log_limit_count(&limit, 1, 60000), 1);
    ck_assert_int_eq(log_limit_count(&limit, 60000 * NS_PER_MS, 60000), 0);
    ck_assert_int_eq(log_limit_count(&limit, 60000 * NS_PER_MS + 1, 60000), 2);
}

int main(void)
{
    /* Before log_init() log lines of libraries are discarded. */
    return log_enabled(LOG_ERROR) ? EXIT_FAILURE : test_run_all();
}
