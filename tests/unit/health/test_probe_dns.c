// SPDX-License-Identifier: MIT
/* The kind dns with a name server of the test. */
#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <poll.h>
#include <sys/socket.h>

#include "probe_fixture.h"
#include "support/patience.h"

TEST_CASE("all", .setup = probe_fixture_begin, .teardown = probe_fixture_end, .timeout_s = 60);

/* How the server answers a question. */
enum server_manner {
    SERVER_ANSWERS,
    SERVER_SILENT,
    SERVER_STRANGE_FIRST, /* answers to others before its own */
    SERVER_GARBAGE,       /* an answer with malformed records */
    SERVER_TRUNCATES,
    SERVER_FAILS,
    SERVER_KNOWS_NONE
};

struct record {
    unsigned type;
    const char *data; /* on the wire */
    size_t len;
};

static struct {
    int fd, port;
    int stop[2];
    pthread_t thread;
    enum server_manner manner;
    const struct record *records;
    size_t count;
    int asked;
} server;

/* Puts the records at `at`, each of the question's name or, after a CNAME, of its name. */
static size_t put_records(unsigned char *message, size_t at)
{
    const unsigned char cname = (unsigned char)(at + 12); /* its data */
    size_t len = 0;

    for (size_t i = 0; i < server.count; i++) {
        const struct record *record = &server.records[i];
        const unsigned char owner = i > 0 && server.records[0].type == ns_t_cname ? cname : 12;
        const unsigned char head[] = {0xc0, owner, 0, (unsigned char)record->type, 0, 1, 0, 0,
                                      0,    60,    0, (unsigned char)record->len};
        memcpy(message + at + len, head, sizeof head);
        memcpy(message + at + len + sizeof head, record->data, record->len);
        len += sizeof head + record->len;
    }
    return len;
}

static void answer(unsigned char *message, size_t len, const struct sockaddr_in *to)
{
    static const int rcodes[] = {[SERVER_FAILS] = 2, [SERVER_KNOWS_NONE] = 3};
    size_t question = NS_HFIXEDSZ; /* its end; EDNS follows */

    while (question < len && message[question] != 0)
        question += message[question] + 1U;
    question += 1 + NS_QFIXEDSZ;
    ck_assert_uint_le(question, len);
    message[2] = 0x81 | (server.manner == SERVER_TRUNCATES ? 2 : 0);
    message[3] = (unsigned char)(0x80 | rcodes[server.manner]);
    message[11] = 0;
    if (rcodes[server.manner] == 0) {
        message[7] = (unsigned char)(server.count + (server.manner == SERVER_GARBAGE));
        question += put_records(message, question);
    }
    if (server.manner == SERVER_STRANGE_FIRST) {
        message[3] ^= 3; /* no such name */
        message[0] ^= 1; /* another id */
        sendto(server.fd, message, question, 0, (const struct sockaddr *)to, sizeof *to);
        message[0] ^= 1;
        message[13] ^= 1; /* another name */
        sendto(server.fd, message, question, 0, (const struct sockaddr *)to, sizeof *to);
        message[13] ^= 1;
        message[3] ^= 3;
    }
    sendto(server.fd, message, question, 0, (const struct sockaddr *)to, sizeof *to);
}

static void *serve(void *data)
{
    unsigned char message[2048];
    struct pollfd polled[2] = {
        {.fd = server.fd,      .events = POLLIN},
        {.fd = server.stop[0], .events = POLLIN}
    };

    while (poll(polled, 2, -1) > 0 && polled[1].revents == 0) {
        struct sockaddr_in from;
        socklen_t from_len = sizeof from;
        ssize_t len = recvfrom(server.fd, message, 512, 0, (struct sockaddr *)&from, &from_len);
        if (len < NS_HFIXEDSZ)
            continue;
        server.asked++;
        if (server.manner != SERVER_SILENT)
            answer(message, (size_t)len, &from);
    }
    return data;
}

static void start(enum server_manner manner, const struct record *records, size_t count)
{
    static char list[32];
    struct sockaddr_in addr = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof addr;

    memset(&server, 0, sizeof server);
    server.manner = manner;
    server.records = records;
    server.count = count;
    server.fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    ck_assert_int_eq(bind(server.fd, (const struct sockaddr *)&addr, len), 0);
    ck_assert_int_eq(getsockname(server.fd, (struct sockaddr *)&addr, &len), 0);
    ck_assert_int_eq(pipe(server.stop), 0);
    server.port = ntohs(addr.sin_port);
    snprintf(list, sizeof list, "127.0.0.1:%d", server.port);
    tools.name_servers = list;
    ck_assert_int_eq(pthread_create(&server.thread, NULL, serve, NULL), 0);
}

static void stop(void)
{
    ck_assert_int_eq(write(server.stop[1], "x", 1), 1);
    pthread_join(server.thread, NULL);
    close(server.fd);
    close(server.stop[0]);
    close(server.stop[1]);
}

/* --- records --- */

static const struct record two_a[] = {
    {ns_t_cname, "\3www\4test\0", 10},
    {ns_t_a,     "\x0a\0\0\1",    4 },
    {ns_t_a,     "\x0a\0\0\2",    4 },
};
// clang-format off
static const struct {
    const char *why;
    enum server_manner manner;
    const struct record *records;
    size_t count;
    const char *expect[3];
    enum probe_trouble trouble;
    const char *detail;
} rows[] = {
    {"as expected",               SERVER_ANSWERS, two_a, 3, {"10.0.0.2", "10.0.0.1"},             TROUBLE_NONE,    ""},
    {"any record",                SERVER_ANSWERS, two_a, 3, {NULL},                               TROUBLE_NONE,    ""},
    {"one more",                  SERVER_ANSWERS, two_a, 3, {"10.0.0.1"},                         TROUBLE_RECORDS, "other: 10.0.0.2"},
    {"one less",                  SERVER_ANSWERS, two_a, 3, {"10.0.0.1", "10.0.0.2", "10.0.0.3"}, TROUBLE_RECORDS, "missing: 10.0.0.3"},
    {"none",                      SERVER_ANSWERS, NULL,  0, {NULL},                               TROUBLE_RECORDS, "none"},
    {"answers to others first",   SERVER_STRANGE_FIRST, two_a, 3, {"10.0.0.2", "10.0.0.1"},             TROUBLE_NONE,    ""},
    {"a malformed answer",        SERVER_GARBAGE, two_a, 3, {NULL},                               TROUBLE_BODY,    ""},
    {"too many records",          SERVER_TRUNCATES, two_a, 3, {NULL},                               TROUBLE_RECORDS, "truncated"},
    {"a failing server",          SERVER_FAILS, NULL,  0, {NULL},                               TROUBLE_NO_NAME, "rcode 2"},
    {"no such name",              SERVER_KNOWS_NONE, NULL,  0, {NULL},                               TROUBLE_NO_NAME, ""},
    {"no server answers",         SERVER_SILENT, NULL,  0, {NULL},                               TROUBLE_TIMEOUT, ""},
};
// clang-format on

TEST_ROWS_WHY(records_are_compared_with_expected_ones, rows)
{
    struct check check = check_of(CHECK_DNS, "tapbot.test");

    start(row->manner, row->records, row->count);
    while (check.expect_count < 3 && row->expect[check.expect_count] != NULL) {
        check.expect[check.expect_count] = row->expect[check.expect_count];
        check.expect_count++;
    }
    check.timeout_ms = row->trouble == TROUBLE_TIMEOUT ? 200 : 20000;
    expect_trouble(probe_once(&check), row->trouble, row->detail);
    stop();
}

TEST(silent_server_leaves_time_for_the_next)
{
    char list[64];
    struct check check = check_of(CHECK_DNS, "tapbot.test");
    struct sockaddr_in addr = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof addr;
    const int silent = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    ck_assert_int_eq(bind(silent, (const struct sockaddr *)&addr, len), 0);
    ck_assert_int_eq(getsockname(silent, (struct sockaddr *)&addr, &len), 0);
    start(SERVER_ANSWERS, two_a, 3);
    snprintf(list, sizeof list, "127.0.0.1:%d,127.0.0.1:%d", ntohs(addr.sin_port), server.port);
    tools.name_servers = list;
    check.timeout_ms = is_timed() ? 6000 : 20000;
    const struct probe_result result = probe_once(&check);
    expect_trouble(result, TROUBLE_NONE, "");
    ck_assert(reading_of(&result, MEASURE_latency_ms) < (double)check.timeout_ms / 2);
    close(silent);
    stop();
}

TEST(closed_port_is_refused_at_once)
{
    struct check check = check_of(CHECK_DNS, "tapbot.test");

    start(SERVER_SILENT, NULL, 0);
    stop();
    check.timeout_ms = 20000;
    const struct probe_result result = probe_once(&check);
    expect_trouble(result, TROUBLE_REFUSED, "");
    ck_assert_int_lt(result.took_us, 15000000);
}

/* --- invalid names --- */

static const struct {
    const char *name;
    bool good;
} asked[] = {
    {"tapbot.kz",                                                        true },
    {"tapbot.kz.",                                                       true },
    {"_dmarc.tapbot.kz",                                                 true },
    {"a..b",                                                             false},
    {".a",                                                               false},
    {"a23456789012345678901234567890123456789012345678901234567890123",  true },
    {"a234567890123456789012345678901234567890123456789012345678901234", false},
};

static void ask(const char *name, bool good)
{
    struct check check = check_of(CHECK_DNS, name);

    expect_trouble(probe_once(&check), good ? TROUBLE_NO_NAME : TROUBLE_LOCAL,
                   good ? "" : "no such question");
}

TEST_ROWS(invalid_names_are_not_queried, asked)
{
    start(SERVER_KNOWS_NONE, NULL, 0);
    ask(row->name, row->good);
    stop();
    ck_assert_int_eq(server.asked, row->good);
}

/* test_plan.c: the file refuses longer ones. */
TEST(longest_name_fits)
{
    char name[254] = "";

    start(SERVER_KNOWS_NONE, NULL, 0);
    for (size_t i = 0; i < 253; i++) /* 127 labels of one letter: 255 bytes on the wire */
        name[i] = i % 2 == 0 ? 'a' : '.';
    ask(name, true);
    stop();
}
