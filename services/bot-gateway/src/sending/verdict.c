// SPDX-License-Identifier: MIT
#include "sending/verdict.h"

#include "sending/park.h"

// clang-format off
/* Of a message of a chat; the exceptions are in verdict_of(). */
static const struct verdict verdicts[CALL_ENDS] = {
    [CALL_DONE]          = {.status = SENDING_SENT},
    [CALL_NOT_SENT]      = {.status = SENDING_QUEUED,    .code = "telegram_unreachable"},
    [CALL_UNKNOWN]       = {.status = SENDING_UNCERTAIN, .code = "outcome_unknown"},
    [CALL_TOO_MANY]      = {.status = SENDING_QUEUED,    .code = "too_many_requests"},
    [CALL_MOVED]         = {.status = SENDING_QUEUED,    .move_chat = true},
    [CALL_CHAT_DEAD]     = {.status = SENDING_FAILED,    .close_chat = true, .code = "chat_unreachable"},
    [CALL_MARKUP_BROKEN] = {.status = SENDING_QUEUED,    .plain = true, .code = "markup_broken"},
    [CALL_NO_MESSAGE]    = {.status = SENDING_QUEUED,    .anew = true, .code = "message_gone"},
    [CALL_REFUSED]       = {.status = SENDING_FAILED,    .code = "refused"},
    [CALL_BOT_DEAD]      = {.status = SENDING_QUEUED,    .pause_bot_ms = VERDICT_PAUSE_MS, .code = "bot_refused"},
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
    return call->tries < VERDICT_UNKNOWN_TRIES &&
           (call->on_unknown == SENDING_RESEND ||
            (call->on_unknown == SENDING_EDIT && call->edits));
}

struct verdict verdict_of(const struct call_result *result, const struct call_of *call,
                          uint32_t chance)
{
    struct verdict verdict = verdicts[result->end];

    if (call->lane == SENDING_ANSWER) { /* of use for seconds: one call, and no chat waits for it */
        if (result->end != CALL_DONE)
            verdict.status = SENDING_FAILED;
        verdict.close_chat = verdict.move_chat = verdict.plain = verdict.anew = false;
        return verdict;
    }
    if (is_replaced(call, result->end))
        return (struct verdict){
            .status = SENDING_QUEUED, .instead = true, .code = replaced[result->end]};
    if (result->end == CALL_UNKNOWN && goes_again(call))
        verdict.status = SENDING_QUEUED;
    if (result->end == CALL_MARKUP_BROKEN && call->plain)
        verdict = verdicts[CALL_REFUSED];
    if (result->end == CALL_NO_MESSAGE && !call->edits_text)
        verdict = verdicts[CALL_REFUSED];
    if (result->end == CALL_NOT_SENT || (result->end == CALL_UNKNOWN && goes_again(call)))
        verdict.park_ms = park_backoff_ms(call->tries, chance);
    if (result->end == CALL_TOO_MANY)
        verdict.park_ms = park_chat_ms(result->retry_after_s, chance);
    return verdict;
}

bool verdict_edits(struct slice method)
{
    return slice_starts(method, SLICE("edit"));
}

bool verdict_edits_text(struct slice method)
{
    return slice_is(method, "editMessageText");
}
