// SPDX-License-Identifier: MIT
/* What an honest client never sends, with the exact status of each library generation: some shapes
 * libmicrohttpd refuses itself (short fixed body), the rest are ours (problem+json). Every one of
 * them closes the connection, and none reaches a handler. */
#include <stdlib.h>
#include <string.h>

#include <check.h>
#include <microhttpd.h>

#include "client.h"
#include "rig.h"

#define HOST "Host: h\r\n"
#define KEY  "X-API-Key: k\r\n"
#define JSON "Content-Type: application/json\r\n"
#define POST "POST /v1/echo HTTP/1.1\r\n" HOST KEY JSON

/* Ours: a problem. Theirs: libmicrohttpd's own answer. Nobody's: closed without a word. */
enum whose { OURS, THEIRS, NOBODY };

static struct rig rig;

/* why, bytes, 0.9.75: whose and status, 1.x: whose and status */
static const struct {
    const char *why;
    const char *bytes;
    size_t len; /* 0: as a C string */
    enum whose old_by;
    int old_status;
    enum whose new_by;
    int new_status;
} cases[] = {
    {"two lengths",                          POST "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",                 0,  OURS,   400, OURS,
     400                                                                                                                                          },
    {"the same length twice",                POST "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}",                 0,  OURS,   400,
     OURS,                                                                                                                                     400},
    {"length and chunked",                   POST "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
     0,                                                                                                                   OURS,   400, THEIRS, 400},
    {"chunked and length",                   POST "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n0\r\n\r\n",
     0,                                                                                                                   OURS,   400, THEIRS, 400},
    {"xchunked",                             POST "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",                     0,  OURS,   400, THEIRS, 400},
    {"chunked behind gzip",                  POST "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",                0,  OURS,   400,
     THEIRS,                                                                                                                                   400},
    {"two encodings",
     POST "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",                                0,  OURS,   400,
     OURS,                                                                                                                                     400},
    {"two hosts",                            "GET /v1/fast HTTP/1.1\r\n" HOST HOST KEY "\r\n",                        0,  OURS,   400, OURS,   400},
    {"no host",                              "GET /v1/fast HTTP/1.1\r\n" KEY "\r\n",                                  0,  THEIRS, 400, THEIRS, 400},
    {"a host that is none",                  "GET /v1/fast HTTP/1.1\r\nHost: a/b\r\n" KEY "\r\n",                     0,  OURS,   400, OURS,
     400                                                                                                                                          },
    {"a space behind a name",                "GET /v1/fast HTTP/1.1\r\nHost : h\r\n" KEY "\r\n",                      0,  THEIRS, 400,
     THEIRS,                                                                                                                                   400},
    {"a space behind a second host",         "GET /v1/fast HTTP/1.1\r\n" HOST "Host : i\r\n" KEY "\r\n",              0,
     OURS,                                                                                                                        400, THEIRS, 400},
    {"a folded line",                        "GET /v1/fast HTTP/1.1\r\n" HOST KEY "X: a\r\n b\r\n\r\n",               0,  OURS,   400, OURS,
     400                                                                                                                                          },
    {"a line without a colon",               "GET /v1/fast HTTP/1.1\r\n" HOST KEY "X\r\n\r\n",                        0,  THEIRS, 400,
     THEIRS,                                                                                                                                   400},
    {"a name of no length",                  "GET /v1/fast HTTP/1.1\r\n" HOST KEY ": x\r\n\r\n",                      0,  OURS,   400, OURS,
     400                                                                                                                                          },
    {"a control byte in a value",            "GET /v1/fast HTTP/1.1\r\n" HOST KEY "X: a\001\r\n\r\n",                 0,  OURS,
     400,                                                                                                                              THEIRS, 400},
    {"two keys",                             "GET /v1/fast HTTP/1.1\r\n" HOST KEY KEY "\r\n",                         0,  OURS,   400, OURS,   400},
    {"a length with plus",                   POST "Content-Length: +5\r\n\r\n{   }",                                  0,  THEIRS, 400, THEIRS, 400},
    {"a negative length",                    POST "Content-Length: -5\r\n\r\n{   }",                                  0,  THEIRS, 400, THEIRS, 400},
    {"a length list",                        POST "Content-Length: 5, 5\r\n\r\n{   }",                                0,  THEIRS, 400, THEIRS, 400},
    {"an empty length",                      POST "Content-Length:\r\n\r\n",                                          0,  THEIRS, 400, THEIRS, 400},
    {"a length beyond 64 bits",              POST "Content-Length: 99999999999999999999\r\n\r\n",                     0,  THEIRS, 413,
     THEIRS,                                                                                                                                   413},
    {"a length of 19 digits",                POST "Content-Length: 1000000000000000000\r\n\r\n",                      0,  OURS,   400,
     OURS,                                                                                                                                     400},
    {"a huge length",                        POST "Content-Length: 999999999999999999\r\n\r\n",                       0,  OURS,   413, OURS,   413},
    {"an odd Expect",                        POST "Content-Length: 2\r\nExpect: tea\r\n\r\n{}",                       0,  OURS,   400, OURS,   400},
    {"absolute form",                        "GET http://h/v1/fast HTTP/1.1\r\n" HOST KEY "\r\n",                     0,  OURS,   400, OURS,   400},
    {"an asterisk",                          "OPTIONS * HTTP/1.1\r\n" HOST KEY "\r\n",                                0,  OURS,   400, OURS,   400},
    {"authority form",                       "CONNECT h:80 HTTP/1.1\r\n" HOST KEY "\r\n",                             0,  OURS,   400, OURS,   400},
    {"NUL in the path",                      "GET /v1/fast%00b HTTP/1.1\r\n" HOST KEY "\r\n",                         0,  OURS,   400, OURS,   400},
    {"encoded slashes",                      "GET /v1/..%2f..%2fetc HTTP/1.1\r\n" HOST KEY "\r\n",                    0,  OURS,   400, OURS,
     400                                                                                                                                          },
    {"dot segments",                         "GET /v1/../v1/fast HTTP/1.1\r\n" HOST KEY "\r\n",                       0,  OURS,   400, OURS,   400},
    {"encoded dots",                         "GET /v1/%2e%2e/v1/fast HTTP/1.1\r\n" HOST KEY "\r\n",                   0,  OURS,   400, OURS,
     400                                                                                                                                          },
    {"a fragment",                           "GET /v1/fast#x HTTP/1.1\r\n" HOST KEY "\r\n",                           0,  OURS,   400, OURS,   400},
    {"two spaces",                           "GET  /v1/fast HTTP/1.1\r\n" HOST KEY "\r\n",                            0,  OURS,   400, THEIRS, 400},
    {"a space in the target",                "GET /v1/fa st HTTP/1.1\r\n" HOST KEY "\r\n",                            0,  NOBODY, 0,   OURS,
     400                                                                                                                                          },
    {"a space behind the version",           "GET /v1/fast HTTP/1.1 \r\n" HOST KEY "\r\n",                            0,  OURS,   400, OURS,
     400                                                                                                                                          },
    {"lines that end in LF",
     "GET /v1/fast HTTP/1.1\n"
     "Host: h\nX-API-Key: k\n\n",                                                                                     0,  THEIRS, 400, THEIRS, 400},
    {"one line that ends in LF",             "GET /v1/fast HTTP/1.1\r\nHost: h\nX-API-Key: k\r\n\r\n",                0,  OURS,
     400,                                                                                                                              THEIRS, 400},
    {"an end in LF",                         "GET /v1/fast HTTP/1.1\r\n" HOST KEY "\n",                               0,  OURS,   400, THEIRS, 400},
    {"a request line that ends in LF",       "GET /v1/fast HTTP/1.1\n" HOST KEY "\r\n",                               0,  OURS,   400,
     THEIRS,                                                                                                                                   400},
    {"a line that ends in CR",               "GET /v1/fast HTTP/1.1\r\nHost: h\rX: x\r\n" KEY "\r\n",                 0,  OURS,
     400,                                                                                                                              THEIRS, 400},
    {"a folded first line",                  "GET /v1/fast HTTP/1.1\r\nHost: h\r\n i\r\n" KEY "\r\n",                 0,  THEIRS, 400,
     THEIRS,                                                                                                                                   400},
    {"a name folded into another",           "GET /v1/fast HTTP/1.1\r\n" HOST "X-API-: k\r\n Key\r\n\r\n",            0,
     OURS,                                                                                                                        400, THEIRS, 400},
    {"a colon without a value ends nothing", "GET /v1/fast HTTP/1.1\r\n" HOST KEY ":\r\n\r\n",                        0,
     OURS,                                                                                                                        400, THEIRS, 400},
    {"a query that is not UTF-8",            "GET /v1/fast?q=%ff HTTP/1.1\r\n" HOST KEY "\r\n",                       0,  OURS,   400,
     OURS,                                                                                                                                     400},
    {"a method with odd characters",         "G(T /v1/fast HTTP/1.1\r\n" HOST KEY "\r\n",                             0,  OURS,   400,
     OURS,                                                                                                                                     400},
    {"HTTP/2",                               "GET /v1/fast HTTP/2.0\r\n" HOST KEY "\r\n",                             0,  THEIRS, 505, THEIRS, 505},
    {"HTTP/1.2",                             "GET /v1/fast HTTP/1.2\r\n" HOST KEY "\r\n",                             0,  OURS,   400, OURS,   400},
    {"HTTP/0.9",                             "GET /v1/fast\r\n\r\n",                                                  0,  THEIRS, 400, THEIRS, 400},
    {"a preface of HTTP/2",                  "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",                                      0,  THEIRS, 505, THEIRS, 505},
    {"TLS",                                  "\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00\r\n\r\n",                      14, NOBODY, 0,   NOBODY, 0  },
    {"a chunk of 18 digits",                 POST "Transfer-Encoding: chunked\r\n\r\n111111111111111111\r\n{}",       0,
     THEIRS,                                                                                                                      413, THEIRS, 413},
    {"a chunk without a size",               POST "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",          0,
     THEIRS,                                                                                                                      400, THEIRS, 400},
    {"a chunk longer than it says",          POST "Transfer-Encoding: chunked\r\n\r\n1\r\n{}\r\n0\r\n\r\n",
     0,                                                                                                                   THEIRS, 400, THEIRS, 400},
};

START_TEST(each_shape_is_refused_and_the_connection_closes)
{
    struct client client;
    struct answer answer;
    size_t len = cases[_i].len != 0 ? cases[_i].len : strlen(cases[_i].bytes);
    bool modern = MHD_get_version() != NULL && MHD_get_version()[0] != '0';
    int status = modern ? cases[_i].new_status : cases[_i].old_status;
    enum whose by = modern ? cases[_i].new_by : cases[_i].old_by;

    client_open(&client, rig.port);
    client_send(&client, cases[_i].bytes, len);
    client_read(&client, false, 1000, &answer);
    bool ours = strcmp(answer_header(&answer, "Content-Type"), "application/problem+json") == 0;
    bool closed = answer.closed || client_sees_end(&client, 1000);
    ck_assert_msg(answer.status == status && closed && (status == 0 || ours == (by == OURS)),
                  "%s: %d, ours %d, closed %d", cases[_i].why, answer.status, ours, closed);
    answer_finish(&answer);
    client_close(&client);
    ck_assert_int_eq(atomic_load(&rig.handled), 0);
}
END_TEST

static void setup(void)
{
    rig_init(&rig);
    rig.options.header_ms = 400;
    rig_start(&rig);
}

static void teardown(void)
{
    rig_stop(&rig);
}

int main(void)
{
    Suite *suite = suite_create("http/hostile");
    TCase *tests = tcase_create("hostile");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_loop_test(tests, each_shape_is_refused_and_the_connection_closes, 0,
                        sizeof(cases) / sizeof(cases[0]));
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
