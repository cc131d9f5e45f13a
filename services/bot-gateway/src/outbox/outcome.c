// SPDX-License-Identifier: MIT
#include "outbox/outcome.h"

#include "outbox/backoff.h"

// clang-format off
/* The outcomes of calls that send a message to a chat; outcome_decide_after_call() has the
 * exceptions. */
static const struct outcome outcomes[TELEGRAM_UNCERTAIN + 1] = {
    [TELEGRAM_DONE]         = {.status = OUTBOX_SENT},
    [TELEGRAM_DONE_ALREADY] = {.status = OUTBOX_SENT},
    [TELEGRAM_MIGRATED]     = {.status = OUTBOX_QUEUED,    .move_chat = true},
    [TELEGRAM_NO_RECIPIENT] = {.status = OUTBOX_FAILED,    .close_chat = true, .code = "chat_unreachable"},
    [TELEGRAM_REFUSED]      = {.status = OUTBOX_FAILED,    .code = "refused"},
    [TELEGRAM_BAD_MARKUP]   = {.status = OUTBOX_QUEUED,    .plain = true, .code = "markup_broken"},
    [TELEGRAM_NO_MESSAGE]   = {.status = OUTBOX_QUEUED,    .as_new = true, .code = "message_gone"},
    [TELEGRAM_NO_BOT]       = {.status = OUTBOX_QUEUED,    .pause_bot_ms = OUTCOME_PAUSE_MS, .code = "bot_refused"},
    [TELEGRAM_THROTTLED]    = {.status = OUTBOX_QUEUED,    .code = "too_many_requests"},
    [TELEGRAM_NOT_SENT]     = {.status = OUTBOX_QUEUED,    .code = "telegram_unreachable"},
    [TELEGRAM_UNCERTAIN]    = {.status = OUTBOX_UNCERTAIN, .code = "outcome_unknown"},
};

/* Outcomes after which the replacement (`instead`) of a message is sent, with the error code of
 * each: of a message with a photo or a document, and of any other, which a topic, a button of a new
 * kind or a single receiver makes special. TELEGRAM_NO_RECIPIENT: only of a message to a topic,
 * which may be closed or deleted while the group exists, or to one member of a group; the latter
 * has another code (replacement_code()). TELEGRAM_REFUSED: Telegram has many descriptions for a
 * photo that it rejects (not fetched, no photo, too large ...), so they are not compared. If the
 * photo is not the reason, Telegram refuses the replacement too, and the message fails. */
static const struct {
    const char *of_file;
    const char *of_other;
} replacement_codes[TELEGRAM_UNCERTAIN + 1] = {
    [TELEGRAM_NO_RECIPIENT] = {"topic_gone",    "topic_gone"},
    [TELEGRAM_REFUSED]      = {"photo_refused", "replaced"  },
    [TELEGRAM_BAD_MARKUP]   = {"photo_refused", NULL        },
    [TELEGRAM_NO_MESSAGE]   = {"message_gone",  NULL        },
    [TELEGRAM_UNCERTAIN]    = {"photo_unknown", "replaced"  },
};
// clang-format on
enum { PHOTO_UNKNOWN_CALLS = 2 }; /* calls with an unknown outcome before the replacement is sent */

static const char *replacement_code(const struct call_info *call, enum telegram_outcome end)
{
    if (call->is_ephemeral && end == TELEGRAM_NO_RECIPIENT)
        return "replaced";
    return call->has_file ? replacement_codes[end].of_file : replacement_codes[end].of_other;
}

static bool uses_replacement(const struct call_info *call, enum telegram_outcome end)
{
    if (end == TELEGRAM_NO_RECIPIENT && !call->in_topic && !call->is_ephemeral)
        return false;
    return call->has_instead && replacement_code(call, end) != NULL &&
           (end != TELEGRAM_UNCERTAIN || call->unknown_calls + 1 >= PHOTO_UNKNOWN_CALLS);
}

static bool may_be_retried(const struct call_info *call)
{
    return (call->unknown_calls + 1 < OUTCOME_UNKNOWN_CALLS_MAX ||
            call->age_s < OUTCOME_UNKNOWN_AGE_MAX_S) &&
           (call->on_unknown == OUTBOX_RESEND || (call->on_unknown == OUTBOX_EDIT && call->edits));
}

struct outcome outcome_decide_after_call(const struct call_result *result,
                                         const struct call_info *call, uint32_t random)
{
    struct outcome outcome = outcomes[result->end];

    if (call->lane == OUTBOX_ANSWER) {
        /* The answer to a callback query expires in seconds: it has one try and changes no chat. */
        if (outcome.status != OUTBOX_SENT)
            outcome.status = OUTBOX_FAILED;
        outcome.close_chat = outcome.move_chat = outcome.plain = outcome.as_new = false;
        return outcome;
    }
    if (uses_replacement(call, result->end))
        return (struct outcome){
            .status = OUTBOX_QUEUED, .instead = true, .code = replacement_code(call, result->end)};
    /* The topic may be closed or deleted while the group exists. */
    if (result->end == TELEGRAM_NO_RECIPIENT && call->in_topic)
        return (struct outcome){.status = OUTBOX_QUEUED,
                                .leave_topic = true,
                                .code = replacement_code(call, result->end)};
    if (result->end == TELEGRAM_UNCERTAIN && may_be_retried(call))
        outcome.status = OUTBOX_QUEUED;
    if (result->end == TELEGRAM_BAD_MARKUP && call->plain)
        outcome = outcomes[TELEGRAM_REFUSED];
    if (result->end == TELEGRAM_NO_MESSAGE && !call->edits_text)
        outcome = outcomes[TELEGRAM_REFUSED];
    if (result->end == TELEGRAM_NOT_SENT ||
        (result->end == TELEGRAM_UNCERTAIN && may_be_retried(call)))
        outcome.backoff_ms = backoff_after_failed_tries_ms(call->tries, random);
    if (result->end == TELEGRAM_THROTTLED)
        outcome.backoff_ms = backoff_after_429_ms(result->retry_after_s, random);
    return outcome;
}

bool outcome_method_edits_message(struct slice method)
{
    return slice_starts(method, SLICE("edit"));
}

bool outcome_method_sends_file(struct slice method)
{
    static const char *const methods[] = {"sendPhoto", "sendDocument", "sendMediaGroup",
                                          "editMessageMedia"};

    return SLICE_IS_IN(method, methods);
}

bool outcome_method_edits_text(struct slice method)
{
    return slice_is(method, "editMessageText");
}
