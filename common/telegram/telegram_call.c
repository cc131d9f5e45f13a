// SPDX-License-Identifier: MIT
#include "base/ascii.h"
#include "base/number.h"
#include "base/parse.h"
#include "json/foreign.h"

#include "telegram/telegram.h"

/* The form of every answer of the Bot API ("Making requests"). */
struct envelope {
    bool ok;
    int64_t error_code;
    struct slice description;
    struct slice result;
    int64_t retry_after; /* seconds; this and the next are members of ResponseParameters */
    int64_t migrate_to_chat_id;
};

static const struct foreign_member envelope_members[] = {
    {"ok",                            FOREIGN_BOOL, offsetof(struct envelope, ok),                 NULL, 0},
    {"result",                        FOREIGN_RAW,  offsetof(struct envelope, result),             NULL, 0},
    {"error_code",                    FOREIGN_INT,  offsetof(struct envelope, error_code),         NULL, 0},
    {"description",                   FOREIGN_TEXT, offsetof(struct envelope, description),        NULL, 0},
    {"parameters/retry_after",        FOREIGN_INT,  offsetof(struct envelope, retry_after),        NULL, 0},
    {"parameters/migrate_to_chat_id", FOREIGN_INT,  offsetof(struct envelope, migrate_to_chat_id),
     NULL,                                                                                               0},
};
static const struct foreign envelope_table = FOREIGN_OF(envelope_members, struct envelope);

/* --- the outcome --- */

/* Outcomes of answers. The first row that matches applies; if none does, TELEGRAM_UNCERTAIN.
 * `begins`: how the description begins; NULL: any description. Rows with `own` match only answers
 * in Telegram's own form: any other 4xx comes from a proxy before Telegram. */
static const struct {
    long from, to; /* range of the HTTP status */
    bool own;
    const char *begins;
    enum telegram_outcome outcome;
} outcomes[] = {
    {400, 400, true,  "message is not modified",                 TELEGRAM_DONE_ALREADY},
    {400, 400, true,  "query is too old",                        TELEGRAM_DONE_ALREADY},
    {400, 400, true,  "message to delete not found",             TELEGRAM_DONE_ALREADY},
    {400, 400, true,  "message can't be deleted",                TELEGRAM_DONE_ALREADY},
    {400, 400, true,  "can't parse entities",                    TELEGRAM_BAD_MARKUP  },
    {400, 400, true,  "message to edit not found",               TELEGRAM_NO_MESSAGE  },
    {400, 400, true,  "message can't be edited",                 TELEGRAM_NO_MESSAGE  },
    {400, 400, true,  "there is no text in the message to edit", TELEGRAM_NO_MESSAGE  },
    {400, 400, true,  "chat not found",                          TELEGRAM_NO_RECIPIENT},
    {400, 400, true,  "user not found",                          TELEGRAM_NO_RECIPIENT},
    {400, 400, true,  "PEER_ID_INVALID",                         TELEGRAM_NO_RECIPIENT},
    {400, 400, true,  "message thread not found",                TELEGRAM_NO_RECIPIENT},
    {400, 400, true,  "TOPIC_CLOSED",                            TELEGRAM_NO_RECIPIENT},
    {400, 400, true,  "TOPIC_DELETED",                           TELEGRAM_NO_RECIPIENT},
    {400, 400, true,  "not enough rights to send text messages", TELEGRAM_NO_RECIPIENT},
    {400, 400, true,  "have no rights to send a message",        TELEGRAM_NO_RECIPIENT},
    {400, 400, false, NULL,                                      TELEGRAM_REFUSED     },
    {413, 413, false, NULL,                                      TELEGRAM_REFUSED     },
    {429, 429, false, NULL,                                      TELEGRAM_THROTTLED   },
    {403, 403, true,  NULL,                                      TELEGRAM_NO_RECIPIENT},
    {401, 401, true,  NULL,                                      TELEGRAM_NO_BOT      },
    {404, 404, true,  NULL,                                      TELEGRAM_NO_BOT      },
    {409, 409, true,  NULL,                                      TELEGRAM_NO_BOT      },
    {421, 421, true,  NULL,                                      TELEGRAM_NO_BOT      },
    {400, 499, true,  NULL,                                      TELEGRAM_REFUSED     },
    {300, 499, false, NULL,                                      TELEGRAM_NOT_SENT    },
};

static struct slice strip_bad_request_prefix(struct slice description)
{
    const struct slice prefix = SLICE("Bad Request: ");

    return slice_starts(description, prefix) ? slice_from(description, prefix.len) : description;
}

static enum telegram_outcome outcome_from_status(long status, bool is_from_telegram,
                                                 struct slice description)
{
    struct slice says = strip_bad_request_prefix(description);

    for (size_t i = 0; i < ARRAY_LEN(outcomes); i++) {
        if (status < outcomes[i].from || status > outcomes[i].to ||
            (outcomes[i].own && !is_from_telegram))
            continue;
        if (outcomes[i].begins == NULL || slice_starts(says, slice_of(outcomes[i].begins)))
            return outcomes[i].outcome;
    }
    return TELEGRAM_UNCERTAIN;
}

static int64_t choose_retry_after_s(const struct envelope *envelope, struct slice header)
{
    int64_t seconds = envelope->retry_after;

    if (seconds < 0 && !parse_i64(header, 0, INT32_MAX, &seconds))
        return TELEGRAM_RETRY_S;
    return number_min(seconds, TELEGRAM_RETRY_MAX_S);
}

/* Sets `out` except took_ms. `http` is a received answer. False: the arena is full. */
static bool decode_answer(const struct http_answer *http, struct arena *arena,
                          struct telegram_answer *out, struct fault *fault)
{
    struct envelope envelope = {.error_code = FIELD_ABSENT,
                                .retry_after = FIELD_ABSENT,
                                .migrate_to_chat_id = FIELD_ABSENT};
    struct telegram_answer answer = {.status = http->status};
    bool read = foreign_read(&envelope_table, http->body, &envelope, arena, fault);

    if (!read && fault->kind != FAULT_UNREADABLE)
        return false;
    bool own = read && !envelope.ok && envelope.error_code > 0 && envelope.error_code < 1000;
    bool success = http->status >= 200 && http->status < 300;
    if (success && own)
        answer.status = (long)envelope.error_code;
    answer.description = envelope.description;
    if (success && read && envelope.ok) {
        answer.outcome = TELEGRAM_DONE;
        answer.result = envelope.result;
    } else if (own && envelope.migrate_to_chat_id != FIELD_ABSENT) {
        answer.outcome = TELEGRAM_MIGRATED;
        answer.new_chat_id = envelope.migrate_to_chat_id;
    } else {
        answer.outcome = outcome_from_status(answer.status, own, envelope.description);
    }
    if (answer.outcome == TELEGRAM_THROTTLED)
        answer.retry_after_s = choose_retry_after_s(&envelope, http->retry_after);
    *out = answer;
    return true;
}

/* --- results --- */

static bool decode_id_member(struct slice object, const char *name, struct arena *arena,
                             int64_t *out, struct fault *fault)
{
    const struct foreign_member member = {name, FOREIGN_INT, 0, NULL, 0};
    const struct foreign table = {&member, 1, sizeof(int64_t), FOREIGN_NOWHERE};
    int64_t id;

    if (!foreign_read(&table, object, &id, arena, fault))
        return false;
    if (id == FIELD_ABSENT)
        return fault_set(fault, FAULT_UNREADABLE, "bad_json", "The id is missing.");
    *out = id;
    return true;
}

bool telegram_read_message_id(struct slice result, struct arena *arena, int64_t *out,
                              struct fault *fault)
{
    int64_t id;

    if (!decode_id_member(result, "message_id", arena, &id, fault))
        return false;
    if (id == 0)
        return fault_set(fault, FAULT_UNREADABLE, "bad_json", "An ephemeral message has no id.");
    *out = id;
    return true;
}

bool telegram_read_topic_id(struct slice result, struct arena *arena, int64_t *out,
                            struct fault *fault)
{
    return decode_id_member(result, "message_thread_id", arena, out, fault);
}

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

static bool set_fault_of_outcome(const struct telegram_answer *answer, struct fault *fault)
{
    fault_set(fault, faults[answer->outcome].kind, faults[answer->outcome].code, "%s",
              faults[answer->outcome].detail);
    if (answer->outcome == TELEGRAM_THROTTLED)
        fault->retry_after_s = (int)answer->retry_after_s;
    return false;
}

/* True if the text has only letters, digits, ':', '-' and '_', which cannot change the URL. */
static bool is_url_safe_word(const char *text, size_t len_max)
{
    return strlen(text) <= len_max && ascii_is_word(slice_of(text), ":-_");
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
    if (!is_url_safe_word(request->token, TELEGRAM_TOKEN_MAX) ||
        !is_url_safe_word(request->method, 64))
        return set_fault_of_outcome(answer, fault);
    bool answered = call_api(telegram, request, arena, &http, fault);
    answer->took_ms = http.took_ms;
    answer->outcome = http.sent ? TELEGRAM_UNCERTAIN : TELEGRAM_NOT_SENT;
    if (!answered || !decode_answer(&http, arena, answer, fault))
        return false;
    answer->took_ms = http.took_ms;
    if (answer->outcome == TELEGRAM_DONE || answer->outcome == TELEGRAM_DONE_ALREADY)
        return true;
    return set_fault_of_outcome(answer, fault);
}
