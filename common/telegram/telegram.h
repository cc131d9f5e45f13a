// SPDX-License-Identifier: MIT
/* Calls of Telegram's Bot API and their outcomes.
 *
 * The Bot API has no idempotency key, so a repeated message is delivered twice. Each call therefore
 * ends in an outcome that determines what the caller may do next. The status decides first, since
 * 502 and 504 may come with a page of HTML; then the answer's description (the texts are those of
 * Client::fail_query_with_error() in telegram-bot-api). Outcomes with lasting consequences, such as
 * TELEGRAM_NO_RECIPIENT, require an answer in Telegram's own form.
 *
 * The token is part of the address; it never appears in a fault, log or metric.
 */
#pragma once

#include "base/arena.h"
#include "base/fault.h"
#include "base/slice.h"
#include "http/client.h"

#define TELEGRAM_ROOT "https://api.telegram.org"

enum {
    TELEGRAM_TIMEOUT_MS = 30000,
    TELEGRAM_ANSWER_MAX = 256 * 1024, /* bytes; an answer repeats the message with escaped text */
    TELEGRAM_TOKEN_MAX = 128,
    TELEGRAM_RETRY_S = 5,        /* seconds to wait after a 429 without retry_after */
    TELEGRAM_RETRY_MAX_S = 86400 /* maximum of retry_after_s */
};

struct telegram {
    struct http_client *client;
    const char *root; /* without a '/' at its end; NULL: TELEGRAM_ROOT; borrowed */
    bool own_root;    /* the root is our own server: http:// and private addresses are allowed */
};

enum telegram_outcome {
    TELEGRAM_DONE,
    /* There was nothing to do: the message is not modified, the query is too old, or the message to
     * delete is gone or too old. */
    TELEGRAM_DONE_ALREADY,
    TELEGRAM_MIGRATED,     /* the group has another id: send once more, to `new_chat_id` */
    TELEGRAM_NO_RECIPIENT, /* no message can reach this chat: the bot is blocked, kicked or muted,
                              the user deactivated, the chat unknown or its topic gone */
    TELEGRAM_REFUSED,      /* permanently refused; do not retry */
    TELEGRAM_BAD_MARKUP,   /* like TELEGRAM_REFUSED, but plain text without markup may succeed */
    TELEGRAM_NO_MESSAGE,   /* like TELEGRAM_REFUSED: the message to change is gone or cannot be
                              changed this way */
    TELEGRAM_NO_BOT,       /* the token or the method is wrong, or the bot is on another server */
    TELEGRAM_THROTTLED,    /* retry after `retry_after_s` */
    TELEGRAM_NOT_SENT,     /* certainly not sent: may be retried */
    /* A 5xx, an unreadable answer, or no answer after the first byte was sent: the call may have
     * taken effect. A method that may be repeated can be retried as after TELEGRAM_NOT_SENT. */
    TELEGRAM_UNCERTAIN
};

struct telegram_request {
    const char *token;
    const char *method; /* "sendMessage" */
    struct slice body;  /* a JSON object; absent: no body */
    int64_t timeout_ms; /* 0: TELEGRAM_TIMEOUT_MS; the fiber's deadline ends the call too */
    size_t answer_max;  /* bytes; 0: TELEGRAM_ANSWER_MAX */
    bool no_breaker;    /* as in struct http_call: for calls that must always be tried */
};

struct telegram_answer {
    enum telegram_outcome outcome;
    long status;              /* HTTP status, or the error_code of a 2xx answer; 0: no answer */
    struct slice result;      /* for TELEGRAM_DONE: JSON, in the arena */
    struct slice description; /* in Telegram's words, in the arena; may be absent */
    int64_t retry_after_s;    /* for TELEGRAM_THROTTLED: at most TELEGRAM_RETRY_MAX_S */
    int64_t new_chat_id;      /* for TELEGRAM_MIGRATED */
    int64_t took_ms;
};

/* Must run in a fiber. POST <root>/bot<token>/<method>, one try. True: TELEGRAM_DONE or
 * TELEGRAM_DONE_ALREADY. False: a fault of http_client_call(), or "telegram_migrated",
 * "telegram_no_recipient", "telegram_refused", "telegram_bad_markup", "telegram_no_message",
 * "telegram_no_bot" (also if the token is malformed; then nothing is sent), "telegram_throttled"
 * with retry_after_s, "telegram_not_sent", "telegram_uncertain". `answer` is set even on
 * failure. */
bool telegram_call(const struct telegram *telegram, const struct telegram_request *request,
                   struct arena *arena, struct telegram_answer *answer,
                   struct fault *fault) MUST_CHECK;

/* The outcome as "no_recipient" and so on; for logs, metrics and the database. Static. */
const char *telegram_outcome_name(enum telegram_outcome outcome);

/* Reads the message_id from the result of a call that returns a message. False if it is 0, that of
 * an ephemeral message. */
bool telegram_read_message_id(struct slice result, struct arena *arena, int64_t *out,
                              struct fault *fault) MUST_CHECK;
/* Reads the message_thread_id from the result of createForumTopic. */
bool telegram_read_topic_id(struct slice result, struct arena *arena, int64_t *out,
                            struct fault *fault) MUST_CHECK;
