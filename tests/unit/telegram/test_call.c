// SPDX-License-Identifier: MIT
#include <fcntl.h>

#include "base/log.h"
#include "base/metric.h"

#include "peer.h"
#include "support/patience.h"

TEST_CASE("all", .setup = stand_begin, .teardown = stand_end, .timeout_s = 30);

static struct call call_once(const struct peer_step *step)
{
    struct call call = {
        .request = {.token = token, .method = "sendMessage", .body = SLICE("{\"chat_id\":1}")}
    };

    /* Only tests without an answer end by this timeout, after the request was sent. */
    call.request.timeout_ms = patience_ms(10000);
    if (step->act == PEER_HANGS)
        call.request.timeout_ms = is_timed() ? 300 : 5000;
    peer_says(step, 1);
    make(&call);
    return call;
}

static const struct peer_step fine = {PEER_ANSWERS, 200, NULL, "{\"ok\":true,\"result\":true}"};

/* An answer of the Bot API itself. */
#define SAYS(code, description)                                                                    \
    "{\"ok\":false,\"error_code\":" #code ",\"description\":\"" description "\"}"
#define WITH(code, description, parameters)                                                        \
    "{\"ok\":false,\"error_code\":" #code ",\"description\":\"" description                        \
    "\",\"parameters\":{" parameters "}}"
/* It as a step of the peer, with that status. */
#define ANSWERS(code, description) PEER_ANSWERS, code, NULL, SAYS(code, description)
#define HTML                       "Content-Type: text/html\r\n"
#define A_PAGE                     "<html><head><title>502 Bad Gateway</title></head></html>"

// clang-format off
static const struct {
    const char *why;
    struct peer_step step;
    enum telegram_outcome outcome;
    const char *code; /* of the fault; NULL: none */
} ends[] = {
    {"a message", {PEER_ANSWERS, 200, NULL, "{\"ok\":true,\"result\":{\"message_id\":7}}"}, TELEGRAM_DONE, NULL},
    {"true", {PEER_ANSWERS, 200, NULL, "{\"result\":true,\"ok\":true}"}, TELEGRAM_DONE, NULL},
    {"half an answer", {PEER_ANSWERS, 200, NULL, "{\"ok\":true,\"resu"}, TELEGRAM_UNCERTAIN, "telegram_uncertain"},
    {"an HTML page", {PEER_ANSWERS, 200, HTML, A_PAGE}, TELEGRAM_UNCERTAIN, "telegram_uncertain"},
    {"nothing at all", {PEER_ANSWERS, 200, NULL, ""}, TELEGRAM_UNCERTAIN, "telegram_uncertain"},
    {"neither ok nor an error", {PEER_ANSWERS, 200, NULL, "{\"message\":\"hm\"}"}, TELEGRAM_UNCERTAIN, "telegram_uncertain"},
    {"no, with 200", {PEER_ANSWERS, 200, NULL, SAYS(403, "Forbidden: bot was blocked by the user")}, TELEGRAM_NO_RECIPIENT, "telegram_no_recipient"},

    {"edited to the same", {ANSWERS(400, "Bad Request: message is not modified: specified new")}, TELEGRAM_DONE_ALREADY, NULL},
    {"a late answer to a tap", {ANSWERS(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")}, TELEGRAM_DONE_ALREADY, NULL},
    {"a group with another id",
     {PEER_ANSWERS, 400, NULL, WITH(400, "Bad Request: group chat was upgraded to a supergroup chat", "\"migrate_to_chat_id\":-1001234567890")}, TELEGRAM_MIGRATED, "telegram_migrated"},
    {"an unknown chat", {ANSWERS(400, "Bad Request: chat not found")}, TELEGRAM_NO_RECIPIENT, "telegram_no_recipient"},
    {"an unknown peer", {ANSWERS(400, "Bad Request: PEER_ID_INVALID")}, TELEGRAM_NO_RECIPIENT, "telegram_no_recipient"},
    {"a deleted topic", {ANSWERS(400, "Bad Request: message thread not found")}, TELEGRAM_NO_RECIPIENT, "telegram_no_recipient"},
    {"a closed topic", {ANSWERS(400, "Bad Request: TOPIC_CLOSED")}, TELEGRAM_NO_RECIPIENT, "telegram_no_recipient"},
    {"a group where the bot may not write", {ANSWERS(400, "Bad Request: not enough rights to send text messages to the chat")}, TELEGRAM_NO_RECIPIENT, "telegram_no_recipient"},
    {"broken markup", {ANSWERS(400, "Bad Request: can't parse entities: Unsupported start tag \\\"x\\\" at byte 0")}, TELEGRAM_BAD_MARKUP, "telegram_bad_markup"},
    {"an edit of a missing message", {ANSWERS(400, "Bad Request: message to edit not found")}, TELEGRAM_NO_MESSAGE, "telegram_no_message"},
    {"an edit that comes too late", {ANSWERS(400, "Bad Request: message can't be edited")}, TELEGRAM_NO_MESSAGE, "telegram_no_message"},
    {"an edit of a photo", {ANSWERS(400, "Bad Request: there is no text in the message to edit")}, TELEGRAM_NO_MESSAGE, "telegram_no_message"},
    {"a deletion of a missing message", {ANSWERS(400, "Bad Request: message to delete not found")}, TELEGRAM_DONE_ALREADY, NULL},
    {"a deletion too late", {ANSWERS(400, "Bad Request: message can't be deleted for everyone")}, TELEGRAM_DONE_ALREADY, NULL},
    {"an unreachable photo", {ANSWERS(400, "Bad Request: failed to get HTTP URL content")}, TELEGRAM_REFUSED, "telegram_refused"},
    {"a file that is not a photo", {ANSWERS(400, "Bad Request: wrong type of the web page content")}, TELEGRAM_REFUSED, "telegram_refused"},
    {"a photo without a file", {ANSWERS(400, "Bad Request: wrong file identifier/HTTP URL specified")}, TELEGRAM_REFUSED, "telegram_refused"},
    {"a photo too large", {ANSWERS(400, "Bad Request: PHOTO_INVALID_DIMENSIONS")}, TELEGRAM_REFUSED, "telegram_refused"},
    {"too long a text", {ANSWERS(400, "Bad Request: message is too long")}, TELEGRAM_REFUSED, "telegram_refused"},
    {"an error text that contains the user's words", {ANSWERS(400, "Bad Request: wrong URL chat not found")}, TELEGRAM_REFUSED, "telegram_refused"},
    {"a 400 without a known reason", {PEER_ANSWERS, 400, HTML, A_PAGE}, TELEGRAM_REFUSED, "telegram_refused"},
    {"too large a body", {PEER_ANSWERS, 413, HTML, A_PAGE}, TELEGRAM_REFUSED, "telegram_refused"},
    {"another 4xx", {ANSWERS(406, "Not Acceptable")}, TELEGRAM_REFUSED, "telegram_refused"},

    {"a deactivated user", {ANSWERS(403, "Forbidden: user is deactivated")}, TELEGRAM_NO_RECIPIENT, "telegram_no_recipient"},
    {"an HTML page with 403", {PEER_ANSWERS, 403, HTML, A_PAGE}, TELEGRAM_NOT_SENT, "telegram_not_sent"},
    {"a token that is revoked", {ANSWERS(401, "Unauthorized")}, TELEGRAM_NO_BOT, "telegram_no_bot"},
    {"an unknown method", {ANSWERS(404, "Not Found")}, TELEGRAM_NO_BOT, "telegram_no_bot"},
    {"another server's 404", {PEER_ANSWERS, 404, HTML, A_PAGE}, TELEGRAM_NOT_SENT, "telegram_not_sent"},
    {"a webhook", {ANSWERS(409, "Conflict: can't use getUpdates")}, TELEGRAM_NO_BOT, "telegram_no_bot"},
    {"a misdirected request", {ANSWERS(421, "Misdirected Request")}, TELEGRAM_NO_BOT, "telegram_no_bot"},
    {"a redirect", {PEER_ANSWERS, 302, "Location: http://a.kz/\r\n", ""}, TELEGRAM_NOT_SENT, "telegram_not_sent"},

    {"a flood", {PEER_ANSWERS, 429, NULL, WITH(429, "Too Many Requests", "\"retry_after\":3")}, TELEGRAM_THROTTLED, "telegram_throttled"},
    {"500", {ANSWERS(500, "Internal Server Error")}, TELEGRAM_UNCERTAIN, "telegram_uncertain"},
    {"502 of nginx", {PEER_ANSWERS, 502, HTML, A_PAGE}, TELEGRAM_UNCERTAIN, "telegram_uncertain"},
    {"504 of nginx", {PEER_ANSWERS, 504, HTML, A_PAGE}, TELEGRAM_UNCERTAIN, "telegram_uncertain"},
    {"silence", {PEER_HANGS, 0, NULL, NULL}, TELEGRAM_UNCERTAIN, "upstream_timeout"},
    {"a connection closed after the request", {PEER_CUTS, 0, NULL, NULL}, TELEGRAM_UNCERTAIN, "upstream_unreachable"},
    {"a reset before the request is read", {PEER_CUTS_EARLY, 0, NULL, NULL}, TELEGRAM_UNCERTAIN, "upstream_unreachable"},
    {"a connection closed within the answer", {PEER_CUTS_SHORT, 200, NULL, "{\"ok\":true,\"result\":true}"}, TELEGRAM_UNCERTAIN, "upstream_unreachable"},
};
// clang-format on

/* Case: Timeout after bytes sent. Case: Callback. */
TEST_ROWS_WHY(call_result_is_mapped_to_an_outcome, ends)
{
    struct call call = call_once(&row->step);

    ck_assert_msg(call.answer.outcome == row->outcome, "%s",
                  telegram_outcome_name(call.answer.outcome));
    ck_assert(call.ok == (row->code == NULL));
    if (row->code != NULL)
        ck_assert_str_eq(call.fault.code, row->code);
    ck_assert_int_eq(peer.requests, 1);
}

/* Case: Partition, not connected. */
TEST(refused_connection_is_certainly_not_sent)
{
    peer_goes();
    struct call call = call_once(&(struct peer_step){PEER_HANGS, 0, NULL, NULL});
    ck_assert_int_eq(call.answer.outcome, TELEGRAM_NOT_SENT);
    ck_assert_str_eq(call.fault.code, "upstream_unreachable");
}

/* --- other contents of answers --- */

static const struct {
    const char *headers, *body;
    int64_t retry_after_s;
} floods[] = {
    {NULL,                                    WITH(429,             "x",     "\"retry_after\":3"),                        3},
    {"Retry-After: 8\r\n",                                       WITH(429,                                        "x", "\"retry_after\":3"),  3},
    {"Retry-After: 8\r\n",                                      SAYS(429,                                                          "Too Many Requests"),                                              8                                          },
    {"Retry-After: 8\r\n",                                      A_PAGE,                                                          8},
    {"Retry-After: Mon\r\n",                                       "",                                      5    },
    {NULL,                                    WITH(429,             "x",     "\"retry_after\":10072"),10072},
    {NULL,                                       WITH(429,                                                        "x",                 "\"retry_after\":-1"),          5},
    {NULL,                                      WITH(429,                                                          "x",                                                              "\"retry_after\":9223372036854775807"),                    TELEGRAM_RETRY_MAX_S},
    {"Retry-After: 2147483647\r\n", SAYS(429, "x"),TELEGRAM_RETRY_MAX_S },
    {NULL,                                   SAYS(429,                                   "x"),                                                                                                5                                                  },
};

TEST_ROWS(throttling_returns_retry_after, floods)
{
    struct call call = call_once(&(struct peer_step){PEER_ANSWERS, 429, row->headers, row->body});

    ck_assert_int_eq(call.answer.outcome, TELEGRAM_THROTTLED);
    ck_assert_int_eq(call.answer.retry_after_s, row->retry_after_s);
    ck_assert_int_eq(call.fault.retry_after_s, row->retry_after_s);
    ck_assert_int_eq(peer.requests, 1);
    ck_assert_int_lt(call.answer.took_ms, is_timed() ? 1000 : 20000);
}

TEST(answer_is_read_completely)
{
    static const char body[] =
        "{\"ok\":true,\"result\":{\"message_id\":9007199254740991,\"text\":\"\\u04d9 \\ud83d\"}}";
    const struct peer_step step = {PEER_ANSWERS, 200, NULL, body};
    const struct peer_step moved = {PEER_ANSWERS, 400, NULL,
                                    WITH(400, "Bad Request: x", "\"migrate_to_chat_id\":-100123")};
    struct call call = call_once(&step);
    int64_t id = 0;

    ck_assert(call.ok);
    ck_assert(slice_starts(call.answer.result, SLICE("{\"message_id\":9007199254740991,")));
    ck_assert(telegram_read_message_id(call.answer.result, &arena, &id, &fault));
    ck_assert(id == INT64_C(9007199254740991));
    ck_assert(!telegram_read_message_id(SLICE("true"), &arena, &id, &fault));
    ck_assert(!telegram_read_message_id(SLICE("{}"), &arena, &id, &fault));
    call = call_once(&moved);
    ck_assert(call.answer.new_chat_id == -100123);
    ck_assert_slice(call.answer.description, "Bad Request: x");
    ck_assert_int_eq(call.answer.status, 400);
}

TEST(request_matches_the_bot_api)
{
    struct call call = call_once(&fine);
    const char *request = peer.request[0];

    ck_assert(call.ok);
    ck_begins(request, "POST /bot4711:S3cret-Token_of/sendMessage HTTP/1.1\r\n");
    ck_has(request, "\r\nContent-Type: application/json\r\n");
    ck_has(request, "\r\n\r\n{\"chat_id\":1}");
    call.request.body = SLICE_NONE;
    make(&call);
    ck_has(peer.request[1], "\r\n\r\n{}");
}

/* --- the token --- */

static const char *const bad_tokens[] = {"",     "1:a/../getMe?", "1:a b", "1:a\r\nX: y",
                                         "1:a#", "1:%2e"};

TEST_ROWS(malformed_token_is_not_sent, bad_tokens)
{
    struct call call = {
        .request = {.token = *row, .method = "getMe"}
    };

    make(&call);
    ck_assert_int_eq(call.answer.outcome, TELEGRAM_NO_BOT);
    ck_assert_str_eq(call.fault.code, "telegram_no_bot");
    ck_assert_int_eq(peer.requests, 0);
}

TEST(token_is_in_no_fault_metric_or_log)
{
    static char written[1 << 16];
    char name[] = "/tmp/telegram-call-XXXXXX";
    int file = mkstemp(name), before = dup(STDOUT_FILENO);

    unlink(name);
    dup2(file, STDOUT_FILENO);
    log_init("test", LOG_DEBUG);
    for (int i = 0; i < COUNT(ends); i++) {
        struct call call = call_once(&ends[i].step);
        if (!call.ok)
            log_fault(LOG_WARN, "call", &call.fault, SLICE("r"));
        ck_assert(call.ok || strstr(call.fault.detail, "S3cret") == NULL);
    }
    metric_print(&scratch);
    buf_char(&scratch, '\0');
    /* Reads what was written to standard output. */
    log_flush();
    fflush(stdout);
    ssize_t len = pread(file, written, sizeof written - 1, 0);
    written[len > 0 ? len : 0] = '\0';
    dup2(before, STDOUT_FILENO);
    ck_has(written, "telegram_no_recipient");
    ck_lacks(written, "S3cret");
    ck_lacks(scratch.data, "S3cret");
}

/* --- the breaker --- */

TEST(refusals_and_throttling_do_not_open_the_circuit)
{
    const struct peer_step refusal = {PEER_ANSWERS, 403, NULL, SAYS(403, "Forbidden")};
    const struct peer_step flood = {PEER_ANSWERS, 429, NULL, SAYS(429, "x")};

    for (int i = 0; i < 10; i++) {
        ck_assert_int_eq(call_once(&refusal).answer.outcome, TELEGRAM_NO_RECIPIENT);
        ck_assert_int_eq(call_once(&flood).answer.outcome, TELEGRAM_THROTTLED);
    }
}

/* Case: 5xx. */
TEST(open_circuit_is_certainly_not_sent_and_can_be_bypassed)
{
    const struct peer_step broken = {PEER_ANSWERS, 502, HTML, A_PAGE};
    const struct http_client_options options = {.breaker_open_ms = 60000,
                                                .connect_ms = patience_ms(0)};

    http_client_destroy(telegram.client);
    ck_ok((telegram.client = http_client_create(loop, work, &options, &fault)) != NULL);
    for (int i = 0; i < 5; i++)
        ck_assert_int_eq(call_once(&broken).answer.outcome, TELEGRAM_UNCERTAIN);
    struct call call = call_once(&fine);
    ck_assert_int_eq(call.answer.outcome, TELEGRAM_NOT_SENT);
    ck_assert_str_eq(call.fault.code, "circuit_open");
    call.request.no_breaker = true;
    make(&call);
    ck_assert(call.ok);
}
