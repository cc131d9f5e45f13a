// SPDX-License-Identifier: MIT
/* Malformed requests, with the exact status for each generation of libmicrohttpd: some of them
 * libmicrohttpd refuses itself (short fixed body), the others our code (problem+json). Each closes
 * the connection, and none reaches a handler. */
#include <microhttpd.h>

#include "suite.h"

#define POST "POST /v1/echo HTTP/1.1\r\n" HOST KEY JSON

static void begin(void)
{
    setup();
    rig.options.header_ms = 20000; /* shorter than the test waits */
    start_and_connect();
}

TEST_CASE("hostile", .setup = begin, .teardown = teardown);

struct verdict {
    bool ours;
    int status;
};

/* Each row has two lines: description and expectations, then the bytes. */
// clang-format off
#define OURS(status)   {true, status}  /* answered by us, as a problem */
#define THEIRS(status) {false, status} /* answered by libmicrohttpd itself */
#define CLOSED         {false, 0}      /* closed without an answer */

/* why, answer with 0.9.75, answer with 1.x, bytes */
static const struct {
    const char *why;
    struct verdict old, modern;
    const char *bytes;
} cases[] = {
    {"two lengths", OURS(400), OURS(400), POST "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}"},
    {"the same length twice", OURS(400), OURS(400), POST "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}"},
    {"length and chunked", OURS(400), THEIRS(400), POST "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
    {"chunked and length", OURS(400), THEIRS(400), POST "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n0\r\n\r\n"},
    {"xchunked", OURS(400), THEIRS(400), POST "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"},
    {"chunked after gzip",  OURS(400), THEIRS(400), POST "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"},
    {"two encodings", OURS(400), OURS(400), POST "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
    {"two hosts", OURS(400), OURS(400), "GET /v1/fast HTTP/1.1\r\n" HOST HOST KEY "\r\n"},
    {"no host", THEIRS(400), THEIRS(400), "GET /v1/fast HTTP/1.1\r\n" KEY "\r\n"},
    {"an invalid host",     OURS(400), OURS(400), "GET /v1/fast HTTP/1.1\r\nHost: a/b\r\n" KEY "\r\n"},
    {"a space after a name",  THEIRS(400), THEIRS(400), "GET /v1/fast HTTP/1.1\r\nHost : h\r\n" KEY "\r\n"},
    {"a space after a second host",  OURS(400), THEIRS(400), "GET /v1/fast HTTP/1.1\r\n" HOST "Host : i\r\n" KEY "\r\n"},
    {"a folded line", OURS(400), THEIRS(400), "GET /v1/fast HTTP/1.1\r\n" HOST KEY "X: a\r\n b\r\n\r\n"},
    {"a line without a colon", THEIRS(400), THEIRS(400), "GET /v1/fast HTTP/1.1\r\n" HOST KEY "X\r\n\r\n"},
    {"an empty name",       OURS(400), THEIRS(400), "GET /v1/fast HTTP/1.1\r\n" HOST KEY ": x\r\n\r\n"},
    {"a control byte in a value", OURS(400), OURS(400), "GET /v1/fast HTTP/1.1\r\n" HOST KEY "X: a\001\r\n\r\n"},
    {"two keys", OURS(400), OURS(400), "GET /v1/fast HTTP/1.1\r\n" HOST KEY KEY "\r\n"},
    {"a length with plus", THEIRS(400), THEIRS(400), POST "Content-Length: +5\r\n\r\n{   }"},
    {"a negative length", THEIRS(400), THEIRS(400), POST "Content-Length: -5\r\n\r\n{   }"},
    {"a length list", THEIRS(400), THEIRS(400), POST "Content-Length: 5, 5\r\n\r\n{   }"},
    {"an empty length", THEIRS(400), THEIRS(400), POST "Content-Length:\r\n\r\n"},
    {"a length beyond 64 bits", THEIRS(413), THEIRS(413), POST "Content-Length: 99999999999999999999\r\n\r\n"},
    {"a length of 19 digits", OURS(400), OURS(400), POST "Content-Length: 1000000000000000000\r\n\r\n"},
    {"a huge length", OURS(413), OURS(413), POST "Content-Length: 999999999999999999\r\n\r\n"},
    {"an odd Expect", OURS(400), OURS(400), POST "Content-Length: 2\r\nExpect: tea\r\n\r\n{}"},
    {"an asterisk", OURS(400), OURS(400), "OPTIONS * HTTP/1.1\r\n" HOST KEY "\r\n"},
    {"authority form", OURS(400), OURS(400), "CONNECT h:80 HTTP/1.1\r\n" HOST KEY "\r\n"},
    {"NUL in the path", OURS(400), OURS(400), "GET /v1/fast%00b HTTP/1.1\r\n" HOST KEY "\r\n"},
    {"encoded slashes", OURS(400), OURS(400), "GET /v1/..%2f..%2fetc HTTP/1.1\r\n" HOST KEY "\r\n"},
    {"dot segments", OURS(400), OURS(400), "GET /v1/../v1/fast HTTP/1.1\r\n" HOST KEY "\r\n"},
    {"encoded dots", OURS(400), OURS(400), "GET /v1/%2e%2e/v1/fast HTTP/1.1\r\n" HOST KEY "\r\n"},
    {"a fragment", OURS(400), OURS(400), "GET /v1/fast#x HTTP/1.1\r\n" HOST KEY "\r\n"},
    {"two spaces", OURS(400), THEIRS(400), "GET  /v1/fast HTTP/1.1\r\n" HOST KEY "\r\n"},
    {"a space in the target", CLOSED, THEIRS(400), "GET /v1/fa st HTTP/1.1\r\n" HOST KEY "\r\n"},
    {"a space after the version",  THEIRS(400), THEIRS(400), "GET /v1/fast HTTP/1.1 \r\n" HOST KEY "\r\n"},
    {"lines that end in LF", OURS(400), THEIRS(400), "GET /v1/fast HTTP/1.1\nHost: h\nX-API-Key: k\n\n"},
    {"one line that ends in LF", OURS(400), THEIRS(400), "GET /v1/fast HTTP/1.1\r\nHost: h\nX-API-Key: k\r\n\r\n"},
    {"an end in LF", OURS(400), THEIRS(400), "GET /v1/fast HTTP/1.1\r\n" HOST KEY "\n"},
    {"a request line that ends in LF", OURS(400), THEIRS(400), "GET /v1/fast HTTP/1.1\n" HOST KEY "\r\n"},
    {"a line that ends in CR", OURS(400), THEIRS(400), "GET /v1/fast HTTP/1.1\r\nHost: h\rX: x\r\n" KEY "\r\n"},
    {"a folded request line", THEIRS(400), THEIRS(400), "GET /v1/fast HTTP/1.1\r\nHost: h\r\n i\r\n" KEY "\r\n"},
    {"a name folded into another", OURS(400), THEIRS(400), "GET /v1/fast HTTP/1.1\r\n" HOST "X-API-: k\r\n Key\r\n\r\n"},
    {"a colon without a value ends nothing", OURS(400), THEIRS(400), "GET /v1/fast HTTP/1.1\r\n" HOST KEY ":\r\n\r\n"},
    {"a query that is not UTF-8", OURS(400), OURS(400), "GET /v1/fast?q=%ff HTTP/1.1\r\n" HOST KEY "\r\n"},
    {"a method with odd characters", OURS(400), OURS(400), "G(T /v1/fast HTTP/1.1\r\n" HOST KEY "\r\n"},
    {"HTTP/2", THEIRS(505), THEIRS(505), "GET /v1/fast HTTP/2.0\r\n" HOST KEY "\r\n"},
    {"HTTP/1.2", OURS(400), OURS(400), "GET /v1/fast HTTP/1.2\r\n" HOST KEY "\r\n"},
    {"HTTP/0.9", THEIRS(400), THEIRS(400), "GET /v1/fast\r\n\r\n"},
    {"a preface of HTTP/2", THEIRS(505), THEIRS(505), "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"},
    {"TLS", CLOSED, CLOSED, "\x16\x03\x01\x02\x05\x01\x02\r\n\r\n"},
    {"a chunk of 18 digits", THEIRS(413), THEIRS(413), POST "Transfer-Encoding: chunked\r\n\r\n111111111111111111\r\n{}"},
    {"a chunk without a size", THEIRS(400), THEIRS(400), POST "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n"},
    {"a chunk longer than its size", THEIRS(400), THEIRS(400), POST "Transfer-Encoding: chunked\r\n\r\n1\r\n{}\r\n0\r\n\r\n"},
};
// clang-format on

TEST_ROWS_WHY(malformed_request_is_refused_and_the_connection_closes, cases)
{
    const bool modern = MHD_get_version() != NULL && MHD_get_version()[0] != '0';
    const struct verdict *verdict = modern ? &row->modern : &row->old;

    client_text(&conn, row->bytes);
    read_answer(&conn);
    const bool ours =
        strcmp(answer_header(&answer, "Content-Type"), "application/problem+json") == 0;
    const bool closed = answer.closed || client_sees_end(&conn, WAIT_MS);
    ck_assert_msg(answer.status == verdict->status && closed && ours == verdict->ours,
                  "%d, ours %d, closed %d", answer.status, ours, closed);
    ck_assert_int_eq(atomic_load(&rig.handled), 0);
}
