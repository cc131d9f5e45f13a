// SPDX-License-Identifier: MIT
/* Notifies owner and staff of events of calendars of other channels. */
#include <stdio.h>

#include "base/date.h"
#include "base/now.h"

#include "notifications/calendar_notice.h"
#include "notifications/notifier_private.h"

enum {
    DAY_S = 24 * 3600,
    FEEDS_PER_HOUR = 20 /* messages about feeds to a chat: when Airbnb fails, all its feeds do */
};

bool notifier_is_of_calendar(const struct notification_event *event)
{
    return slice_is(event->resource, "conflict") || slice_is(event->resource, "feed");
}

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

/* The key of a conflict has its version, so each event causes one message for each recipient. Keys
 * of feeds are numbered: see notifier_page_add_message(). */
static struct slice make_dedupe_key(const struct calendar_notice_input *input, bool is_of_feed,
                                    struct arena *arena)
{
    const struct notification_event *event = input->event;
    char id[UUID_TEXT_LEN + 1];

    if (is_of_feed)
        return arena_printf(arena, "feeds:%lld", (long long)input->to.chat_id);
    uuid_format(&event->id, id);
    return arena_printf(arena, "conflict:%s:%lld:%s", id, (long long)event->version,
                        input->to.is_staff ? "staff" : "owner");
}

static bool compose_and_add(struct notifier_page *page, struct notifier_round *round,
                            struct calendar_notice_input *input, int recipient_kind,
                            struct fault *fault)
{
    const bool is_of_feed = slice_is(input->event->resource, "feed");
    struct outbox_message message = {.confided = false};

    if (input->to.chat_id == FIELD_ABSENT)
        return true;
    if (!calendar_notice_compose(input, &round->arena, &message, fault))
        return false;
    message.dedupe_key = make_dedupe_key(input, is_of_feed, &round->arena);
    return notifier_page_add_message(page, input->event, &message, recipient_kind,
                                     is_of_feed ? FEEDS_PER_HOUR : 0, fault);
}

bool notifier_process_calendar_event(struct notifier_round *round,
                                     const struct notification_event *event,
                                     struct notifier_page *page, struct fault *fault)
{
    struct calendar_notice_input input = {.notice = calendar_notice_find(event), .event = event};
    struct notification_recipient owner, staff;

    if (input.notice == NULL ||
        notifier_is_stale(round, event,
                          event->to != DATE_ABSENT ? event->to * (int64_t)DAY_S * US_PER_S : 0))
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
