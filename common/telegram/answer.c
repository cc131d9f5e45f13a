// SPDX-License-Identifier: MIT
#include "base/parse.h"
#include "json/foreign.h"

#include "telegram/answer_private.h"

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

static struct slice without_prefix(struct slice description)
{
    const struct slice prefix = SLICE("Bad Request: ");
    return slice_starts(description, prefix) ? slice_from(description, prefix.len) : description;
}

static enum telegram_outcome outcome_of(long status, bool own, struct slice description)
{
    struct slice says = without_prefix(description);
    for (size_t i = 0; i < ARRAY_LEN(outcomes); i++) {
        if (status < outcomes[i].from || status > outcomes[i].to || (outcomes[i].own && !own))
            continue;
        if (outcomes[i].begins == NULL || slice_starts(says, slice_of(outcomes[i].begins)))
            return outcomes[i].outcome;
    }
    return TELEGRAM_UNCERTAIN;
}

static int64_t retry_after_of(const struct envelope *envelope, struct slice header)
{
    int64_t seconds = envelope->retry_after;
    if (seconds >= 0)
        return seconds;
    return parse_i64(header, 0, INT32_MAX, &seconds) ? seconds : TELEGRAM_RETRY_S;
}

bool telegram_answer_read(const struct http_answer *http, struct arena *arena,
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
        answer.outcome = outcome_of(answer.status, own, envelope.description);
    }
    if (answer.outcome == TELEGRAM_THROTTLED)
        answer.retry_after_s = retry_after_of(&envelope, http->retry_after);
    *out = answer;
    return true;
}

/* --- results --- */

static bool read_id(struct slice object, const char *name, struct arena *arena, int64_t *out,
                    struct fault *fault)
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
    return read_id(result, "message_id", arena, out, fault);
}

bool telegram_read_topic_id(struct slice result, struct arena *arena, int64_t *out,
                            struct fault *fault)
{
    return read_id(result, "message_thread_id", arena, out, fault);
}
