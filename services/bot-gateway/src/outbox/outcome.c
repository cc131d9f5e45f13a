// SPDX-License-Identifier: MIT
#include "outbox/outcome.h"

#include "outbox/backoff.h"

// clang-format off
/* Of a message of a chat; the exceptions are in outcome_of(). */
static const struct outcome verdicts[CALL_ENDS] = {
    [CALL_DONE]          = {.status = OUTBOX_SENT},
    [CALL_NOT_SENT]      = {.status = OUTBOX_QUEUED,    .code = "telegram_unreachable"},
    [CALL_UNKNOWN]       = {.status = OUTBOX_UNCERTAIN, .code = "outcome_unknown"},
    [CALL_TOO_MANY]      = {.status = OUTBOX_QUEUED,    .code = "too_many_requests"},
    [CALL_MOVED]         = {.status = OUTBOX_QUEUED,    .move_chat = true},
    [CALL_CHAT_DEAD]     = {.status = OUTBOX_FAILED,    .close_chat = true, .code = "chat_unreachable"},
    [CALL_MARKUP_BROKEN] = {.status = OUTBOX_QUEUED,    .plain = true, .code = "markup_broken"},
    [CALL_NO_MESSAGE]    = {.status = OUTBOX_QUEUED,    .anew = true, .code = "message_gone"},
    [CALL_REFUSED]       = {.status = OUTBOX_FAILED,    .code = "refused"},
    [CALL_BOT_DEAD]      = {.status = OUTBOX_QUEUED,    .pause_bot_ms = OUTCOME_PAUSE_MS, .code = "bot_refused"},
};

/* Of what has something else to go instead, by the code. Telegram has many words for a photo that it
 * does not take: it could not be fetched, is none, is too large ... A refusal that is not about the
 * photo comes again for the words, and ends there. */
static const char *const replaced[CALL_ENDS] = {
    [CALL_UNKNOWN]       = "photo_unknown",
    [CALL_MARKUP_BROKEN] = "photo_refused",
    [CALL_NO_MESSAGE]    = "message_gone",
    [CALL_REFUSED]       = "photo_refused",
};
// clang-format on
enum { PHOTO_UNKNOWN_TRIES = 2 }; /* so often Telegram may fetch a photo and not say what became */

static bool is_replaced(const struct call_of *call, enum call_end end)
{
    return call->has_instead && replaced[end] != NULL &&
           (end != CALL_UNKNOWN || call->tries >= PHOTO_UNKNOWN_TRIES);
}

static bool goes_again(const struct call_of *call)
{
    return call->tries < OUTCOME_UNKNOWN_TRIES &&
           (call->on_unknown == OUTBOX_RESEND || (call->on_unknown == OUTBOX_EDIT && call->edits));
}

struct outcome outcome_of(const struct call_result *result, const struct call_of *call,
                          uint32_t chance)
{
    struct outcome verdict = verdicts[result->end];

    if (call->lane == OUTBOX_ANSWER) { /* of use for seconds: one call, and no chat waits for it */
        if (result->end != CALL_DONE)
            verdict.status = OUTBOX_FAILED;
        verdict.close_chat = verdict.move_chat = verdict.plain = verdict.anew = false;
        return verdict;
    }
    if (is_replaced(call, result->end))
        return (struct outcome){
            .status = OUTBOX_QUEUED, .instead = true, .code = replaced[result->end]};
    if (result->end == CALL_UNKNOWN && goes_again(call))
        verdict.status = OUTBOX_QUEUED;
    if (result->end == CALL_MARKUP_BROKEN && call->plain)
        verdict = verdicts[CALL_REFUSED];
    if (result->end == CALL_NO_MESSAGE && !call->edits_text)
        verdict = verdicts[CALL_REFUSED];
    if (result->end == CALL_NOT_SENT || (result->end == CALL_UNKNOWN && goes_again(call)))
        verdict.park_ms = backoff_retry_ms(call->tries, chance);
    if (result->end == CALL_TOO_MANY)
        verdict.park_ms = backoff_chat_ms(result->retry_after_s, chance);
    return verdict;
}

bool outcome_edits(struct slice method)
{
    return slice_starts(method, SLICE("edit"));
}

bool outcome_edits_text(struct slice method)
{
    return slice_is(method, "editMessageText");
}
