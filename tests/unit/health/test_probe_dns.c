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
#include "probes/dns_message.h"
#include "probes/name_servers.h"
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
    size_t question = len - 11; /* without EDNS */
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
        sendto(server.fd, "x", 1, 0, (const struct sockaddr *)to, sizeof(*to));
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
        if (len < 12 + 11)
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
    {DNS_CNAME, "\3www\4test\0", 10},
    {DNS_A,     "\x0a\0\0\1",    4 },
    {DNS_A,     "\x0a\0\0\2",    4 },
};
static const struct record six[] = {
    {DNS_AAAA, "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1", 16}
};
static const struct record mail[] = {
    {DNS_MX, "\0\x0a\4Mail\xc0\x0c", 9}
};
static const struct record names[] = {
    {DNS_NS, "\3ns1\2ps\2kz\0", 11},
    {DNS_NS, "\3ns2\2ps\2kz\0", 11}
};
static const struct record text[] = {
    {DNS_TXT, "\5v=spf\4 all", 11}
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
        {DNS_TXT, "\6a\x1b\x62\xff\xd0\xb6", 7              },
        {DNS_TXT, letters,                   sizeof(letters)}
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
    snprintf(list, sizeof(list), "127.0.0.1:%d, 127.0.0.1:%d", ntohs(addr.sin_port), server.port);
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

/* --- names and servers --- */

static const struct {
    const char *name;
    bool good;
} asked[] = {
    {"tapbot.kz",                                                        true },
    {"tapbot.kz.",                                                       true },
    {"_dmarc.tapbot.kz",                                                 true },
    {"",                                                                 false},
    {".",                                                                false},
    {"a..b",                                                             false},
    {".a",                                                               false},
    {"a23456789012345678901234567890123456789012345678901234567890123",  true },
    {"a234567890123456789012345678901234567890123456789012345678901234", false},
};

TEST_ROWS(invalid_names_are_not_queried, asked)
{
    uint8_t out[DNS_QUERY_MAX];
    const struct dns_question question = {.id = 7, .type = DNS_A, .name = row->name};
    ck_assert_msg((dns_question_write(&question, out) > 0) == row->good, "%s", row->name);
}

TEST(longest_name_fits_and_longer_is_refused)
{
    char name[300];
    uint8_t out[DNS_QUERY_MAX];
    struct dns_question question = {.type = DNS_A, .name = name};
    for (size_t i = 0; i < 254; i++)
        name[i] = i % 2 == 0 ? 'a' : '.';
    name[253] = '\0'; /* 127 labels of one letter: 255 bytes on the wire */
    ck_assert_uint_eq(dns_question_write(&question, out), DNS_QUERY_MAX);
    name[253] = 'b';
    name[254] = '\0';
    ck_assert_uint_eq(dns_question_write(&question, out), 0);
}

TEST(name_servers_are_read_from_resolv_conf)
{
    const struct slice conf =
        SLICE("# nameserver 9.9.9.9\nsearch a.b\nnameserver 10.0.0.1\nnameserver\t::1 \r\n"
              "nameservers 8.8.8.8\nnameserver what\nnameserver 10.0.0.3\nnameserver 10.0.0.4\n");
    struct work_address out[NAME_SERVERS_MAX];
    char numeric[INET6_ADDRSTRLEN];
    ck_assert_uint_eq(name_servers_of_conf(conf, out), 3);
    work_address_format(&out[1], numeric);
    ck_assert_str_eq(numeric, "::1");
    ck_assert_int_eq(work_address_port(&out[2]), 53);
    ck_assert_uint_eq(name_servers_of_conf(SLICE(""), out), 0);
    ck_assert_uint_ge(name_servers_of_system(out), 1);
}

TEST(name_servers_may_be_listed)
{
    struct work_address out[NAME_SERVERS_MAX];
    ck_assert_uint_eq(name_servers_of_list(SLICE("127.0.0.1:5353,[::1]:54, 10.0.0.1"), out), 3);
    ck_assert_int_eq(work_address_port(&out[0]), 5353);
    ck_assert_int_eq(work_address_port(&out[1]), 54);
    ck_assert_int_eq(work_address_port(&out[2]), 53);
    ck_assert_uint_eq(name_servers_of_list(SLICE("::1,what,10.0.0.1:x,10.0.0.1:0,"), out), 1);
}

/* --- hostile answers --- */

static const uint8_t loop_name[] = {0, 7, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0, 1, 'a', 0,    0, 2,
                                    0, 1, 0xc0, 12,   0, 2, 0, 1, 0, 0, 0, 1, 0, 2,   0xc0, 31};

TEST(no_answer_is_read_beyond_its_end)
{
    const struct dns_question question = {.id = 7, .type = DNS_NS, .name = "a"};
    struct dns_answer read;
    struct arena arena;
    arena_init(&arena, 65536);
    ck_assert_msg(dns_answer_read(&question, loop_name, sizeof(loop_name), &arena, &read) ==
                      DNS_ANSWER_MALFORMED,
                  "a name that points at itself");
    for (size_t len = 0; len < sizeof(loop_name); len++) {
        uint8_t *cut = malloc(len + 1);
        memcpy(cut, loop_name, len);
        const enum dns_answer_kind reading = dns_answer_read(&question, cut, len, &arena, &read);
        ck_assert(reading == (len < 19 ? DNS_ANSWER_IGNORED : DNS_ANSWER_MALFORMED));
        free(cut);
    }
    arena_finish(&arena);
}
