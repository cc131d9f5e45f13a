// SPDX-License-Identifier: MIT
/* The whole server over real sockets: raw bytes in, statuses and connections' fates out. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <check.h>

#include "client.h"
#include "rig.h"

#define HOST "Host: h\r\n"
#define KEY  "X-API-Key: k\r\n"
#define JSON "Content-Type: application/json\r\n"

enum { WAIT_MS = 3000 };

static struct rig rig;

static void nap_ms(long ms)
{
    struct timespec time = {ms / 1000, ms % 1000 * 1000000};
    nanosleep(&time, NULL);
}

static void setup(void)
{
    rig_init(&rig);
}

static void teardown(void)
{
    rig_stop(&rig);
}

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* request, status, closes, why */
static const struct {
    const char *bytes;
    int status;
    bool closes;
    const char *why;
} plain[] = {
    {"GET /v1/fast HTTP/1.1\r\n" HOST KEY "\r\n",                                 200, false, "a handler that does not park"},
    {"GET /v1/slow HTTP/1.1\r\n" HOST KEY "\r\n",                                 200, false, "a handler that parks"        },
    {"GET /livez HTTP/1.1\r\n" HOST "\r\n",                                       200, false, "a probe needs no key"        },
    {"GET /metrics HTTP/1.1\r\n" HOST "\r\n",                                     200, false, "metrics"                     },
    {"GET /v1/fast HTTP/1.1\r\n" HOST "\r\n",                                     401, false, "no key"                      },
    {"GET /v1/nothing HTTP/1.1\r\n" HOST "\r\n",                                  401, false, "unknown path, no key"        },
    {"GET /v1/nothing HTTP/1.1\r\n" HOST KEY "\r\n",                              404, false, "unknown path"                },
    {"DELETE /v1/fast HTTP/1.1\r\n" HOST "\r\n",                                  401, false, "verb not here, no key"       },
    {"DELETE /v1/fast HTTP/1.1\r\n" HOST KEY "\r\n",                              405, false, "verb not here"               },
    {"BREW /v1/fast HTTP/1.1\r\n" HOST KEY "\r\n",                                404, false, "a verb nobody knows"         },
    {"DELETE /livez HTTP/1.1\r\n" HOST "\r\n",                                    405, false, "open path: 405 without a key"},
    {"GET /v1/items/x HTTP/1.1\r\n" HOST KEY "\r\n",                              404, false, "an id that is no UUID"       },
    {"GET /v1/slow?ms=2000 HTTP/1.1\r\n" HOST KEY "\r\n",                         503, false, "the route's deadline"        },
    {"GET /v1/fast HTTP/1.1\r\n" HOST KEY "Accept: text/html\r\n\r\n",            406, false, "Accept"                      },
    {"GET /v1/fast HTTP/1.1\r\n" HOST KEY "Accept: application/json;q=0\r\n\r\n", 406, false,
     "Accept with q=0"                                                                                                      },
    {"POST /v1/echo HTTP/1.1\r\n" HOST KEY "Content-Length: 2\r\n\r\n{}",         415, false,
     "a body without a type"                                                                                                },
    {"POST /v1/any HTTP/1.1\r\n" HOST KEY "Content-Length: 2\r\n\r\n{}",          200, false,
     "a route that takes any type"                                                                                          },
    {"POST /v1/echo HTTP/1.1\r\n" HOST KEY JSON "Content-Length: 2\r\n\r\n{}",    200, false,
     "a body"                                                                                                               },
    {"POST /v1/echo HTTP/1.1\r\n" HOST KEY JSON "Transfer-Encoding: chunked\r\n\r\n"
     "1\r\n{\r\n1\r\n}\r\n0\r\n\r\n",                                        200, false, "a chunked body"              },
    {"POST /v1/echo HTTP/1.1\r\n" HOST KEY JSON "Content-Length: 65537\r\n\r\n",  413, true,
     "a length beyond the ceiling"                                                                                          },
    {"OPTIONS /v1/fast HTTP/1.1\r\n" HOST "\r\n",                                 204, false, "OPTIONS needs no key"        },
    {"HEAD /v1/fast HTTP/1.1\r\n" HOST KEY "\r\n",                                200, false, "HEAD as GET"                 },
    {"GET /v1/fast HTTP/1.0\r\n" KEY "\r\n",                                      200, true,  "HTTP/1.0 without Host"       },
    {"GET /v1/fast HTTP/1.1\r\n" HOST KEY "Connection: close\r\n\r\n",            200, true,  "asked to close"              },
};

START_TEST(each_plain_request_gets_its_status)
{
    bool closed = false;
    rig_start(&rig);
    int status = client_status(rig.port, plain[_i].bytes, strlen(plain[_i].bytes), &closed);
    ck_assert_msg(status == plain[_i].status, "%s: %d", plain[_i].why, status);
    ck_assert_msg(closed == plain[_i].closes, "%s: closed %d", plain[_i].why, closed);
}
END_TEST

START_TEST(each_plain_request_gets_its_status_without_suspending)
{
    bool closed = false;
    rig.options.no_suspend = true;
    rig_start(&rig);
    int status = client_status(rig.port, plain[_i].bytes, strlen(plain[_i].bytes), &closed);
    ck_assert_msg(status == plain[_i].status, "%s: %d", plain[_i].why, status);
    ck_assert_msg(closed == plain[_i].closes, "%s: closed %d", plain[_i].why, closed);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("http/server");
    TCase *tests = tcase_create("plain");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_loop_test(tests, each_plain_request_gets_its_status, 0,
                        sizeof(plain) / sizeof(plain[0]));
    tcase_add_loop_test(tests, each_plain_request_gets_its_status_without_suspending, 0,
                        sizeof(plain) / sizeof(plain[0]));
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
