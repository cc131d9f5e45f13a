// SPDX-License-Identifier: MIT
/* Notifies staff of a webhook of booking-api that was disabled. */
#include "base/auto.h"

#include "dialogue/reply.h"
#include "notifications/notifier_private.h"

enum { TEXT_BYTES_MAX = 4 * 1024 };

bool notifier_is_of_webhook(const struct notification_event *event)
{
    return slice_is(event->resource, "webhook");
}

static bool compose(struct notifier_round *round, const struct notification_event *event,
                    const struct notification_recipient *staff, struct outbox_message *out,
                    struct fault *fault)
{
    const struct text_value values[] = {
        {.name = "url", .text = event->host },
        {.name = "why", .text = event->error},
    };
    const struct update_view view = {
        .chat_id = staff->chat_id, .message_id = FIELD_ABSENT, .thread_id = staff->thread_id};
    struct turn_reply reply = {.kind = TURN_TEXT};
    char id[UUID_TEXT_LEN + 1];
    AUTO(buf_finish) struct buf text = BUF(TEXT_BYTES_MAX);

    text_render(texts_watch_texts(round->options->texts, round->type), TEXT_NOTICE_WEBHOOK,
                staff->language, values, ARRAY_LEN(values), &text);
    if (!buf_keep(&text, &round->arena, &reply.text, fault) ||
        !reply_make_message(&reply, 0, &event->id, &view, &round->arena, out, fault))
        return false;
    uuid_format(&event->id, id);
    out->dedupe_key = arena_printf(&round->arena, "webhook:%s:%lld", id, (long long)event->version);
    return out->dedupe_key.at != NULL || arena_fault(fault);
}

bool notifier_process_webhook_event(struct notifier_round *round,
                                    const struct notification_event *event,
                                    struct notifier_page *page, struct fault *fault)
{
    struct outbox_message message = {.confided = false};
    struct notification_recipient staff;

    if (!slice_is(event->type, "webhook.disabled") || event->host.at == NULL ||
        event->error.at == NULL || notifier_is_stale(round, event, 0))
        return true;
    if (!notifier_find_staff_recipient(round, NOTIFICATION_WHY_NONE, &staff, fault))
        return false;
    if (notifier_has_no_staff_chat(round))
        notifier_page_add_unheard(page, event);
    if (staff.chat_id == FIELD_ABSENT)
        return true;
    return compose(round, event, &staff, &message, fault) &&
           notifier_page_add_message(page, event, &message, NOTIFIER_TO_STAFF, 0, fault);
}
