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
    TELEGRAM_ANSWER_MAX = 256 * 1024, /* bytes: an answer repeats the message, its text escaped */
    TELEGRAM_TOKEN_MAX = 128,
    TELEGRAM_RETRY_S = 5 /* for a 429 without a time */
};

struct telegram {
    struct http_client *client;
    const char *root; /* without a '/' at its end; NULL: TELEGRAM_ROOT; borrowed */
    bool own_root;    /* our own server: http:// and private addresses are allowed */
};

enum telegram_outcome {
    TELEGRAM_DONE,
    /* Nothing to do: the message is not modified, the query is too old, or the message to delete is
     * gone or too old. */
    TELEGRAM_DONE_ALREADY,
    TELEGRAM_MIGRATED,     /* the group has another id: send again to `new_chat_id`, once */
    TELEGRAM_NO_RECIPIENT, /* blocked, deactivated, kicked, unknown: nothing reaches this chat */
    TELEGRAM_REFUSED,      /* permanently; do not retry */
    TELEGRAM_BAD_MARKUP,   /* as REFUSED, but plain text without markup may succeed */
    TELEGRAM_NO_MESSAGE, /* as REFUSED: the message to change is gone or cannot be changed this way
                          */
    TELEGRAM_NO_BOT,     /* the token or the method is wrong, or the bot is on another server */
    TELEGRAM_THROTTLED,  /* not before `retry_after_s` */
    TELEGRAM_NOT_SENT,   /* certainly not sent: may be retried */
    /* A 5xx, an unreadable answer, or none after the first byte was sent: the call may have taken
     * effect. For a repeatable method the same as NOT_SENT. */
    TELEGRAM_UNCERTAIN
};

struct telegram_request {
    const char *token;
    const char *method; /* "sendMessage" */
    struct slice body;  /* a JSON object; absent: none */
    int64_t timeout_ms; /* 0: TELEGRAM_TIMEOUT_MS; the fiber's deadline ends the call too */
    size_t answer_max;  /* bytes; 0: TELEGRAM_ANSWER_MAX */
    bool no_breaker;    /* as in http_call: for calls that must always be tried */
};

struct telegram_answer {
    enum telegram_outcome outcome;
    long status;              /* of HTTP, or error_code in an answer 2xx; 0: no answer */
    struct slice result;      /* JSON, of DONE; in the arena */
    struct slice description; /* in Telegram's words, in the arena; may be absent */
    int64_t retry_after_s;    /* of THROTTLED: as Telegram demands, unlimited */
    int64_t new_chat_id;      /* of MIGRATED */
    int64_t took_ms;
};

/* POST <root>/bot<token>/<method>. In a fiber. One try. True: DONE or DONE_ALREADY. False: the
 * fault; `answer` is set even then. Faults of http_client_call(), and "telegram_migrated",
 * "telegram_no_recipient", "telegram_refused", "telegram_bad_markup", "telegram_no_message",
 * "telegram_no_bot" (also if the token is malformed; then nothing is sent), "telegram_throttled"
 * with retry_after_s, "telegram_not_sent", "telegram_uncertain". */
bool telegram_call(const struct telegram *telegram, const struct telegram_request *request,
                   struct arena *arena, struct telegram_answer *answer,
                   struct fault *fault) MUST_CHECK;

/* "no_recipient" and so on; for logs, metrics and the database. Static. */
const char *telegram_outcome_name(enum telegram_outcome outcome);

/* Reads the message_id of a result that is a message. */
bool telegram_message_id(struct slice result, struct arena *arena, int64_t *out,
                         struct fault *fault) MUST_CHECK;
