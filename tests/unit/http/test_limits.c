// SPDX-License-Identifier: MIT
/* More requests or connections than allowed: some are refused, the others still served. */
#include "suite.h"

TEST_CASE("limits", .setup = setup, .teardown = teardown);

TEST(requests_above_fibers_max_get_503_at_once)
{
    struct client busy;

    rig.options.fibers_max = 1;
    rig_start();
    client_open(&busy, rig.port);
    client_text(&busy, GET_GATE);
    wait_count(rig.handled, 1);
    ck_asked(GET_FAST, 503); /* answered while the handler of the other request still waits */
    ck_header("Retry-After", "1");
    ck_body_has("\"code\":\"overloaded\"");
    ck_asked("GET /livez HTTP/1.1\r\n" HOST "\r\n", 200);
    ask("GET /metrics HTTP/1.1\r\n" HOST "\r\n");
    ck_body_has("http_shed_total 1\n");
    ck_body_has("http_in_flight 1\n");
    ck_body_has("http_requests_total{route=\"/livez\",method=\"GET\",code=\"200\"} 1\n");
    atomic_store(&rig.opened_gate, true);
    expect_status(&busy, 200, "the admitted request");
    client_close(&busy);
}

TEST(connections_reserved_for_refusals_answer_503_and_serve_probes)
{
    struct client busy[2];

    rig.options.connections_max = 2;
    rig.options.connections_for_refusals = 2;
    rig_start();
    for (int i = 0; i < 2; i++) {
        client_open(&busy[i], rig.port);
        client_text(&busy[i], GET_GATE);
    }
    wait_count(rig.handled, 2);
    ck_asked(GET_FAST, 503);
    ck_header("Retry-After", "1");
    ck_header("Connection", "close");
    ck_asked("GET /livez HTTP/1.1\r\n" HOST "\r\n", 200);
    atomic_store(&rig.opened_gate, true);
    for (int i = 0; i < 2; i++) {
        expect_status(&busy[i], 200, "gate");
        client_close(&busy[i]);
    }
}

/* Twice as many connections as allowed are idle; a new client is answered long before their timeout
 * (a minute). */
TEST(idle_connection_is_closed_for_a_new_one)
{
    enum { COUNT = 24 };
    static struct client idle[COUNT];

    rig.options.connections_max = 12;
    rig.options.connections_for_refusals = 4;
    rig_start();
    for (int i = 0; i < COUNT; i++)
        client_open(&idle[i], rig.port);
    wait_pause(1100);
    for (int i = 0; i < 5; i++) {
        int64_t begin = wait_now_ms();
        ask(GET_FAST);
        ck_assert_msg(answer.status == 200 || answer.status == 503, "%d", answer.status);
        ck_assert_int_lt(wait_now_ms() - begin, is_timed() ? 1000 : 20000);
    }
    for (int i = 0; i < COUNT; i++)
        client_close(&idle[i]);
}
