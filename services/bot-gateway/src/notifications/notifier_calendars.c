// SPDX-License-Identifier: MIT
/* Notifies owner and staff of events of calendars of other channels. */
#include <stdio.h>

#include "base/date.h"
#include "base/now.h"

#include "notifications/calendar_notice.h"
#include "notifications/notifier_private.h"

enum { DAY_S = 24 * 3600 };

/* Looks up what the event does not have: the title of the apartment and the code of our booking. */
static bool lookup_title_and_code(struct notifier_round *round, struct calendar_notice_input *input,
                                  struct fault *fault)
{
    const struct notification_event *event = input->event;
    struct stay_booking *booking = arena_alloc(&round->arena, sizeof *booking);
    struct notification_apartment apartment;
    bool found;

    if (booking == NULL)
        return arena_fault(fault);
    *booking = (struct stay_booking){.apartment = event->apartment};
    if (!notifier_lookup_apartment(round, booking, &apartment, fault))
        return false;
    input->title = apartment.title;
    if (uuid_is_nil(&event->booking))
        return true;
    if (!notifier_lookup_booking(round, &event->booking, booking, &found, fault))
        return false;
    if (found)
        input->code = booking->code;
    return true;
}

/* Each event causes one message for each recipient. */
static bool compose_and_add(struct notifier_page *page, struct notifier_round *round,
                            struct calendar_notice_input *input, int recipient_kind,
                            struct fault *fault)
{
    struct outbox_message message = {.confided = false};
    char id[UUID_TEXT_LEN + 1];

    if (input->to.chat_id == FIELD_ABSENT)
        return true;
    if (!calendar_notice_compose(input, &round->arena, &message, fault))
        return false;
    uuid_format(&input->event->id, id);
    message.dedupe_key = arena_printf(
        &round->arena, "%.*s:%s:%lld:%s", SLICE_ARG(input->event->resource), id,
        (long long)input->event->version, recipient_kind == NOTIFIER_TO_STAFF ? "staff" : "owner");
    return notifier_page_add_message(page, input->event, &message, recipient_kind, 0, fault);
}

bool notifier_process_calendar_event(struct notifier_round *round,
                                     const struct notification_event *event,
                                     struct notifier_page *page, struct fault *fault)
{
    struct calendar_notice_input input = {.notice = calendar_notice_find(event), .event = event};
    struct notification_recipient owner, staff;

    if (input.notice == NULL ||
        notifier_is_stale(round, event,
                          event->to != DATE_ABSENT ? event->to * INT64_C(1) * DAY_S * US_PER_S : 0))
        return true;
    if (!notifier_find_owner_recipient(round, &event->owner, &owner, fault) ||
        !notifier_find_staff_recipient(round, owner.why, &staff, fault) ||
        !lookup_title_and_code(round, &input, fault))
        return false;
    input.texts = texts_watch_texts(round->options->texts, BOT_APARTMENTS);
    memcpy(input.button_key, round->button_key, sizeof input.button_key);
    if (owner.why != NOTIFICATION_WHY_NONE && notifier_has_no_staff_chat(round))
        notifier_page_add_unheard(page, event);
    input.to = owner;
    if (!compose_and_add(page, round, &input, NOTIFIER_TO_OWNER, fault))
        return false;
    input.to = staff;
    return compose_and_add(page, round, &input, NOTIFIER_TO_STAFF, fault);
}
