// SPDX-License-Identifier: MIT
#include "base/ascii.h"

#include "telegram/answer_private.h"
#include "telegram/telegram.h"

/* The fault of each outcome, in the order of the enum. The first two outcomes are successes; only
 * their names are used. */
static const struct {
    enum fault_kind kind;
    const char *code;
    const char *detail;
} faults[] = {
    {FAULT_INTERNAL,    "telegram_done",         "It was done."                     },
    {FAULT_INTERNAL,    "telegram_done_already", "It was done before."              },
    {FAULT_GONE,        "telegram_migrated",     "The group has got another id."    },
    {FAULT_GONE,        "telegram_no_recipient", "The bot cannot reach the chat."   },
    {FAULT_INVALID,     "telegram_refused",      "Telegram refused the message."    },
    {FAULT_INVALID,     "telegram_bad_markup",   "Telegram cannot read the markup." },
    {FAULT_GONE,        "telegram_no_message",   "The message cannot be changed."   },
    {FAULT_UNAVAILABLE, "telegram_no_bot",       "Telegram knows no such bot here." },
    {FAULT_UNAVAILABLE, "telegram_throttled",    "Telegram asks to send later."     },
    {FAULT_UNAVAILABLE, "telegram_not_sent",     "Telegram was not reached."        },
    {FAULT_UNAVAILABLE, "telegram_uncertain",    "Telegram did not say what it did."},
};
_Static_assert(ARRAY_LEN(faults) == TELEGRAM_UNCERTAIN + 1, "a row for each");

const char *telegram_outcome_name(enum telegram_outcome outcome)
{
    return faults[outcome].code + strlen("telegram_");
}

static bool end_with_fault(const struct telegram_answer *answer, struct fault *fault)
{
    fault_set(fault, faults[answer->outcome].kind, faults[answer->outcome].code, "%s",
              faults[answer->outcome].detail);
    if (answer->outcome == TELEGRAM_THROTTLED)
        fault->retry_after_s =
            answer->retry_after_s < INT32_MAX ? (int)answer->retry_after_s : INT32_MAX;
    return false;
}

/* True if the text has only letters, digits, ':', '-' and '_', which cannot change the URL. */
static bool is_word(const char *text, size_t max)
{
    return strlen(text) <= max && ascii_is_word(slice_of(text), ":-_");
}

static bool call_api(const struct telegram *telegram, const struct telegram_request *request,
                     struct arena *arena, struct http_answer *answer, struct fault *fault)
{
    static const char *const headers[] = {"Content-Type: application/json", NULL};
    const char *root = telegram->root != NULL ? telegram->root : TELEGRAM_ROOT;
    struct slice url = arena_printf(arena, "%s/bot%s/%s", root, request->token, request->method);
    if (url.at == NULL)
        return arena_fault(fault);
    const struct http_call call = {
        .method = "POST",
        .url = url.at,
        .headers = headers,
        .body = request->body.at != NULL ? request->body : SLICE("{}"),
        .timeout_ms = request->timeout_ms > 0 ? request->timeout_ms : TELEGRAM_TIMEOUT_MS,
        .answer_max = request->answer_max > 0 ? request->answer_max : TELEGRAM_ANSWER_MAX,
        .tries = 1,
        .allow_private = telegram->own_root,
        .allow_plain = telegram->own_root,
        .no_breaker = request->no_breaker,
    };
    return http_client_call(telegram->client, &call, arena, answer, fault);
}

bool telegram_call(const struct telegram *telegram, const struct telegram_request *request,
                   struct arena *arena, struct telegram_answer *answer, struct fault *fault)
{
    struct http_answer http = {.sent = false};
    *answer = (struct telegram_answer){.outcome = TELEGRAM_NO_BOT};
    if (!is_word(request->token, TELEGRAM_TOKEN_MAX) || !is_word(request->method, 64))
        return end_with_fault(answer, fault);
    bool answered = call_api(telegram, request, arena, &http, fault);
    answer->took_ms = http.took_ms;
    answer->outcome = http.sent ? TELEGRAM_UNCERTAIN : TELEGRAM_NOT_SENT;
    if (!answered || !telegram_answer_read(&http, arena, answer, fault))
        return false;
    answer->took_ms = http.took_ms;
    if (answer->outcome == TELEGRAM_DONE || answer->outcome == TELEGRAM_DONE_ALREADY)
        return true;
    return end_with_fault(answer, fault);
}
