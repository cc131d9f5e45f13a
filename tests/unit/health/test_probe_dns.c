// SPDX-License-Identifier: MIT
/* The kind dns with a name server of the test. */
#include <arpa/inet.h>
#include <math.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/text.h"

#include "probe_fixture.h"
#include "probes/dns_answer.h"
#include "support/patience.h"
#include "support/test.h"

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

static size_t put_records(unsigned char *at)
{
    size_t len = 0;
    for (size_t i = 0; i < server.count; i++) {
        const struct record *record = &server.records[i];
        const unsigned char head[] = {0xc0, 12, 0, (unsigned char)record->type, 0, 1, 0, 0,
                                      0,    60, 0, (unsigned char)record->len};
        memcpy(at + len, head, sizeof(head));
        memcpy(at + len + sizeof(head), record->data, record->len);
        len += sizeof(head) + record->len;
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
        question += put_records(message + question);
    }
    if (server.manner == SERVER_STRANGE_FIRST) {
        message[3] ^= 3; /* no such name */
        message[0] ^= 1; /* another id */
        sendto(server.fd, message, question, 0, (const struct sockaddr *)to, sizeof(*to));
        message[0] ^= 1;
        message[13] ^= 1; /* another name */
        sendto(server.fd, message, question, 0, (const struct sockaddr *)to, sizeof(*to));
        message[13] ^= 1;
        message[3] ^= 3;
    }
    sendto(server.fd, message, question, 0, (const struct sockaddr *)to, sizeof(*to));
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
        socklen_t from_len = sizeof(from);
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
    socklen_t len = sizeof(addr);
    memset(&server, 0, sizeof(server));
    server.manner = manner;
    server.records = records;
    server.count = count;
    server.fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    ck_assert_int_eq(bind(server.fd, (const struct sockaddr *)&addr, len), 0);
    ck_assert_int_eq(getsockname(server.fd, (struct sockaddr *)&addr, &len), 0);
    ck_assert_int_eq(pipe(server.stop), 0);
    server.port = ntohs(addr.sin_port);
    snprintf(list, sizeof(list), "127.0.0.1:%d", server.port);
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
static const struct record six[] = {
    {ns_t_aaaa, "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1", 16}
};
static const struct record mail[] = {
    {ns_t_mx, "\0\x0a\4Mail\xc0\x0c", 9}
};
static const struct record names[] = {
    {ns_t_ns, "\3ns1\2ps\2kz\0", 11},
    {ns_t_ns, "\3ns2\2ps\2kz\0", 11}
};
static const struct record text[] = {
    {ns_t_txt, "\5v=spf\4 all", 11}
};

// clang-format off
static const struct {
    const char *why;
    enum server_manner manner;
    const char *record;
    const struct record *records;
    size_t count;
    const char *expect[3];
    enum probe_trouble trouble;
    const char *detail;
} rows[] = {
    {"as expected",               SERVER_ANSWERS,       "A",     two_a, 3, {"10.0.0.2", "10.0.0.1"},             TROUBLE_NONE,    ""},
    {"any record",                SERVER_ANSWERS,       "A",     two_a, 3, {NULL},                               TROUBLE_NONE,    ""},
    {"one more",                  SERVER_ANSWERS,       "A",     two_a, 3, {"10.0.0.1"},                         TROUBLE_RECORDS, "other: 10.0.0.2"},
    {"one less",                  SERVER_ANSWERS,       "A",     two_a, 3, {"10.0.0.1", "10.0.0.2", "10.0.0.3"}, TROUBLE_RECORDS, "missing: 10.0.0.3"},
    {"none",                      SERVER_ANSWERS,       "A",     NULL,  0, {NULL},                               TROUBLE_RECORDS, "none"},
    {"IPv6 in another spelling",  SERVER_ANSWERS,       "AAAA",  six,   1, {"2001:0DB8:0::1"},                   TROUBLE_NONE,    ""},
    {"mail",                      SERVER_ANSWERS,       "MX",    mail,  1, {"10 mail.tapbot.test."},             TROUBLE_NONE,    ""},
    {"another priority of mail",  SERVER_ANSWERS,       "MX",    mail,  1, {"20 mail.tapbot.test"},              TROUBLE_RECORDS, "other: 10 mail.tapbot.test"},
    {"name servers",              SERVER_ANSWERS,       "NS",    names, 2, {"NS1.ps.kz", "ns2.ps.kz."},          TROUBLE_NONE,    ""},
    {"another name",              SERVER_ANSWERS,       "CNAME", two_a, 3, {"www.test"},                         TROUBLE_NONE,    ""},
    {"a text of several strings", SERVER_ANSWERS,       "TXT",   text,  1, {"v=spf all"},                        TROUBLE_NONE,    ""},
    {"answers to others first",   SERVER_STRANGE_FIRST, "A",     two_a, 3, {"10.0.0.2", "10.0.0.1"},             TROUBLE_NONE,    ""},
    {"a malformed answer",        SERVER_GARBAGE,       "A",     two_a, 3, {NULL},                               TROUBLE_BODY,    ""},
    {"too many records",          SERVER_TRUNCATES,     "A",     two_a, 3, {NULL},                               TROUBLE_RECORDS, "truncated"},
    {"a failing server",          SERVER_FAILS,         "A",     NULL,  0, {NULL},                               TROUBLE_NO_NAME, "rcode 2"},
    {"no such name",              SERVER_KNOWS_NONE,    "A",     NULL,  0, {NULL},                               TROUBLE_NO_NAME, ""},
    {"no server answers",         SERVER_SILENT,        "A",     NULL,  0, {NULL},                               TROUBLE_TIMEOUT, ""},
    {"no such type",              SERVER_ANSWERS,       "SOA",   NULL,  0, {NULL},                               TROUBLE_LOCAL,   "no such question"},
};
// clang-format on

TEST_ROWS(records_are_compared_with_expected_ones, rows)
{
    struct check check = check_of(CHECK_DNS, "tapbot.test");
    start(row->manner, row->records, row->count);
    check.record = row->record;
    while (check.expect_count < 3 && row->expect[check.expect_count] != NULL) {
        check.expect[check.expect_count] = row->expect[check.expect_count];
        check.expect_count++;
    }
    check.timeout_ms = row->trouble == TROUBLE_TIMEOUT ? 200 : 20000;
    const struct probe_result result = probe_once(&check);
    ck_assert_msg(result.trouble == row->trouble, "%s: %s", row->why,
                  probe_trouble_names[result.trouble]);
    ck_assert_str_eq(result.detail, row->detail);
    stop();
}

TEST(foreign_text_is_cleaned_and_truncated)
{
    static char letters[241] = "\xf0";
    static const struct record records[] = {
        {ns_t_txt, "\6a\x1b\x62\xff\xd0\xb6", 7              },
        {ns_t_txt, letters,                   sizeof(letters)}
    };
    struct check check = check_of(CHECK_DNS, "tapbot.test");
    check.record = "TXT";
    check.expect[0] = "another";
    check.expect_count = 1;
    start(SERVER_ANSWERS, records, 1);
    ASSERT_TROUBLE(probe_once(&check), TROUBLE_RECORDS, "other: a?b?\xd0\xb6");
    stop();
    for (size_t i = 1; i < sizeof(letters); i += 2)
        memcpy(letters + i, "\xd0\xb6", 2); /* 120 letters of two bytes */
    start(SERVER_ANSWERS, records + 1, 1);
    const struct probe_result result = probe_once(&check);
    ck_assert_int_eq(result.trouble, TROUBLE_RECORDS);
    ck_assert(text_is_utf8(slice_of(result.detail)));
    ck_assert_uint_le(strlen(result.detail), PROBE_DETAIL_MAX - 1);
    ck_assert_uint_ge(strlen(result.detail), PROBE_DETAIL_MAX - 4);
    stop();
}

TEST(silent_server_leaves_time_for_the_next)
{
    char list[64];
    struct check check = check_of(CHECK_DNS, "tapbot.test");
    struct sockaddr_in addr = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof(addr);
    const int silent = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    ck_assert_int_eq(bind(silent, (const struct sockaddr *)&addr, len), 0);
    ck_assert_int_eq(getsockname(silent, (struct sockaddr *)&addr, &len), 0);
    start(SERVER_ANSWERS, two_a, 3);
    snprintf(list, sizeof(list), "127.0.0.1:%d,127.0.0.1:%d", ntohs(addr.sin_port), server.port);
    tools.name_servers = list;
    check.record = "A";
    check.timeout_ms = is_timed() ? 6000 : 20000;
    const struct probe_result result = probe_once(&check);
    ASSERT_TROUBLE(result, TROUBLE_NONE, "");
    ck_assert(reading_of(&result, MEASURE_latency_ms) < (double)check.timeout_ms / 2);
    close(silent);
    stop();
}

TEST(closed_port_is_refused_at_once)
{
    struct check check = check_of(CHECK_DNS, "tapbot.test");
    start(SERVER_SILENT, NULL, 0);
    stop();
    check.record = "A";
    check.timeout_ms = 20000;
    const struct probe_result result = probe_once(&check);
    ASSERT_TROUBLE(result, TROUBLE_REFUSED, "");
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
    check.record = "A";
    ASSERT_TROUBLE(probe_once(&check), good ? TROUBLE_NO_NAME : TROUBLE_LOCAL,
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

/* --- hostile answers --- */

static const uint8_t loop_name[] = {0, 7, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0, 1, 'a', 0,    0, 2,
                                    0, 1, 0xc0, 12,   0, 2, 0, 1, 0, 0, 0, 1, 0, 2,   0xc0, 31};

TEST(no_answer_is_read_beyond_its_end)
{
    struct dns_answer read;
    struct arena arena;
    arena_init(&arena, 65536);
    for (size_t len = 0; len <= sizeof(loop_name); len++) {
        uint8_t *cut = malloc(len + 1);
        memcpy(cut, loop_name, len);
        ck_assert_msg(!dns_answer_read(cut, len, ns_t_ns, &arena, &read),
                      "cut, or a name that points at itself");
        free(cut);
    }
    arena_finish(&arena);
}
