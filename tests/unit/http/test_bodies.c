// SPDX-License-Identifier: MIT
/* Requests whose body is refused, cut or counted while it arrives. */
#include <stdio.h>
#include <string.h>

#include <check.h>

#include "client.h"
#include "rig.h"
#include "suite.h"

#define POST_HOOK "POST /v1/hook/known HTTP/1.1\r\n" HOST
#define SECRET    "X-Telegram-Bot-Api-Secret-Token: s\r\n"

/* Both ways in which a waiting handler is waited for. */
static void start_rig(int mode)
{
    rig.options.no_suspend = mode == 1;
    rig_start(&rig);
}

/* request, status, how often the guard is asked, closes, why */
static const struct {
    const char *why;
    const char *bytes;
    int status, guarded;
    bool closes;
} guarded[] = {
    {"the right secret, no key",                       POST_HOOK SECRET "Content-Length: 2\r\n\r\n{}",                                     200, 1, false},
    {"chunked",                                        POST_HOOK SECRET "Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n",
     200,                                                                                                                                       1, false},
    {"any type, no body",                              POST_HOOK SECRET "Accept: text/html\r\n\r\n",                                       200, 1, false},
    {"a wrong secret",
     POST_HOOK "X-Telegram-Bot-Api-Secret-Token: t\r\nContent-Length: 2\r\n\r\n{}",                                                        401, 1, true },
    {"a wrong secret, no body",                        POST_HOOK "X-Telegram-Bot-Api-Secret-Token: t\r\n\r\n",                             401, 1,
     true                                                                                                                                               },
    {"no secret, but a key",                           POST_HOOK KEY "Content-Length: 2\r\n\r\n{}",                                        401, 1, true },
    {"two secrets",                                    POST_HOOK SECRET SECRET "Content-Length: 2\r\n\r\n{}",                              400, 0, true },
    {"an unknown bot",                                 "POST /v1/hook/other HTTP/1.1\r\n" HOST SECRET "Content-Length: 2\r\n\r\n{}",
     404,                                                                                                                                       1, true },
    {"a wrong secret and half of a body",              POST_HOOK "Content-Length: 60000\r\n\r\n{",                                         401, 1, true },
    {"a wrong secret and a body beyond the ceiling",   POST_HOOK "Content-Length: 60000000\r\n\r\n{",
     401,                                                                                                                                       1, true },
    {"the right secret and a body beyond the ceiling",
     POST_HOOK SECRET "Content-Length: 60000000\r\n\r\n{",                                                                                 413, 1, true },
    {"another verb: the path is open",                 "GET /v1/hook/known HTTP/1.1\r\n" HOST "\r\n",                                      405, 0,
     false                                                                                                                                              },
    {"OPTIONS",                                        "OPTIONS /v1/hook/known HTTP/1.1\r\n" HOST "\r\n",                                  204, 0, false},
};

START_TEST(a_routes_own_guard_is_asked_at_the_headers)
{
    bool closed = false;
    start_rig(_i % 2);
    const size_t row = (size_t)_i / 2;
    int status = client_status(rig.port, guarded[row].bytes, strlen(guarded[row].bytes), &closed);
    ck_assert_msg(status == guarded[row].status, "%s: %d", guarded[row].why, status);
    ck_assert_msg(closed == guarded[row].closes, "%s: closed %d", guarded[row].why, closed);
    ck_assert_msg(atomic_load(&rig.guarded) == guarded[row].guarded, "%s: asked %d",
                  guarded[row].why, atomic_load(&rig.guarded));
    ck_assert_int_eq(atomic_load(&rig.handled), status == 200);
}
END_TEST

/* The rest of the body is sent before the answer is looked at, as most clients do. */
START_TEST(a_refused_client_that_goes_on_sending_hears_why)
{
    enum { PIECE = 16 * 1024, PIECES = 60 };
    static char piece[PIECE];
    struct client client;
    struct answer answer;
    start_rig(_i);
    client_open(&client, rig.port);
    client_text(&client, POST_HOOK "Content-Length: 983040\r\n\r\n");
    for (int i = 0; i < PIECES; i++)
        client_send(&client, piece, PIECE);
    client_read(&client, false, WAIT_MS, &answer);
    ck_assert_int_eq(answer.status, 401);
    ck_assert_str_eq(answer_header(&answer, "Content-Type"), "application/problem+json");
    ck_assert_str_eq(answer_header(&answer, "Connection"), "close");
    ck_assert_str_eq(answer_header(&answer, "X-Guarded"), "yes");
    ck_assert_ptr_nonnull(strstr(answer.body, "\"code\":\"unauthenticated\""));
    answer_finish(&answer);
    ck_assert(client_sees_end(&client, WAIT_MS));
    client_close(&client);
    ck_assert_int_eq(atomic_load(&rig.handled), 0);
}
END_TEST

/* No handler may run, and still the refusal is told: it takes no fiber. */
START_TEST(a_guard_refuses_without_a_fiber)
{
    struct client busy;
    struct answer answer;
    rig.options.fibers_max = 1;
    start_rig(_i);
    client_open(&busy, rig.port);
    client_text(&busy, GET_GATE);
    while (atomic_load(&rig.handled) == 0)
        nap_ms(1);
    ask(POST_HOOK "Content-Length: 2\r\n\r\n{}", false, &answer);
    ck_assert_int_eq(answer.status, 401);
    answer_finish(&answer);
    ask(POST_HOOK SECRET "Content-Length: 2\r\n\r\n{}", false, &answer);
    ck_assert_int_eq(answer.status, 503);
    answer_finish(&answer);
    atomic_store(&rig.opened_gate, true);
    expect_status(&busy, 200, "the one that had room");
    client_close(&busy);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("http/bodies");
    TCase *tests = suite_case(suite, "a route's own guard");
    tcase_add_loop_test(tests, a_routes_own_guard_is_asked_at_the_headers, 0,
                        2 * sizeof(guarded) / sizeof(guarded[0]));
    tcase_add_loop_test(tests, a_refused_client_that_goes_on_sending_hears_why, 0, 2);
    tcase_add_loop_test(tests, a_guard_refuses_without_a_fiber, 0, 2);
    return suite_main(suite);
}
