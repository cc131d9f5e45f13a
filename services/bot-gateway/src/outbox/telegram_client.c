// SPDX-License-Identifier: MIT
/* The sender's calls of the Bot API. */
#include "base/auto.h"

#include "outbox/sender.h"
#include "telegram/telegram.h"
#include "telegram/text.h"

enum { BODY_MAX = 256 * 1024 };

/* Makes the body of the call; absent if memory is short. */
static struct slice make_request_body(const struct sender_call *call, struct arena *arena)
{
    AUTO(buf_finish) struct buf text = BUF(BODY_MAX), body = BUF(BODY_MAX);
    struct slice out = SLICE_NONE;
    struct fault ignored;

    if (call->markup.at == NULL)
        return call->parameters;
    telegram_text_strip_html(&text, call->markup);
    buf_json_member(&body, "{\"text\":", buf_as_slice(&text));
    buf_char(&body, ',');
    buf_slice(&body, slice_from(call->parameters, 1)); /* not empty: it has chat_id */
    return buf_keep(&body, arena, &out, &ignored) ? out : SLICE_NONE;
}

void telegram_client_send(void *data, const char *token, const struct sender_call *call,
                          struct arena *arena, struct call_result *result)
{
    const struct slice method = arena_copy(arena, call->method); /* ends with NUL */
    const struct telegram_request request = {
        .token = token,
        .method = method.at,
        .body = make_request_body(call, arena),
    };
    struct telegram_answer answer = {0};
    struct fault fault, ignored;

    *result = (struct call_result){.end = TELEGRAM_NOT_SENT, .message_id = FIELD_ABSENT};
    if (method.at == NULL || request.body.at == NULL)
        return;
    if (!telegram_call(data, &request, arena, &answer, &fault))
        result->text = arena_copy(arena, slice_of(fault.detail));
    result->end = answer.outcome;
    result->retry_after_s = answer.retry_after_s;
    result->migrate_to = answer.new_chat_id;
    if (answer.description.at != NULL)
        result->text = answer.description;
    /* "Not modified" means that an earlier call, whose answer was lost, has edited the message. */
    const bool makes_topic = slice_is(call->method, "createForumTopic");
    const bool already = answer.outcome == TELEGRAM_DONE_ALREADY && call->info.edits;
    if ((answer.outcome == TELEGRAM_DONE || already) &&
        !(makes_topic ? telegram_read_topic_id : telegram_read_message_id)(
            already ? call->parameters : answer.result, arena, &result->message_id, &ignored))
        result->message_id = FIELD_ABSENT; /* the result of the method is not a message */
}
