// SPDX-License-Identifier: MIT
/* The results of a page of events: collected event by event, stored by one transaction. */
#include <stdio.h>

#include "notifications/notifier_private.h"

enum { KEY_MAX = 101 /* bytes of a dedupe_key, with the NUL */ };

void notifier_page_add_unheard(struct notifier_page *page, const struct notification_event *event)
{
    page->unheard[page->unheard_count++] = event;
}

bool notifier_page_add_message(struct notifier_page *page, const struct notification_event *event,
                               const struct outbox_message *message, int recipient_kind,
                               int max_per_hour, struct fault *fault)
{
    struct notifier_message *added = arena_alloc(&page->round->arena, sizeof *added),
                            **at = &page->messages;

    if (added == NULL || message->dedupe_key.at == NULL)
        return arena_fault(fault);
    while (*at != NULL && (*at)->row.chat_id <= message->chat_id)
        at = &(*at)->next;
    *added = (struct notifier_message){
        .next = *at, .row = *message, .to = recipient_kind, .max_per_hour = max_per_hour};
    added->row.held = event->occurred_at < page->round->position.held_before;
    *at = added;
    return true;
}

bool notifier_page_add_reminders(struct notifier_page *page,
                                 const struct uuid *booking_ride_or_trip_id,
                                 const struct reminder_time *items, size_t count,
                                 struct slice time_zone, struct fault *fault)
{
    struct notifier_plan *plan = arena_alloc(&page->round->arena, sizeof *plan);

    if (plan == NULL)
        return arena_fault(fault);
    *plan =
        (struct notifier_plan){.id = *booking_ride_or_trip_id, .count = count, .zone = time_zone};
    memcpy(plan->items, items, count * sizeof *items);
    *page->last_plan = plan;
    page->last_plan = &plan->next;
    return true;
}

static bool enqueue_within_hourly_limit(struct db *tx, const struct notifier_round *round,
                                        struct notifier_message *message, bool *recipient_exists,
                                        struct fault *fault)
{
    struct outbox_message row = message->row; /* a copy, because a retry needs the original key */
    char numbered[KEY_MAX];
    bool placed = false;

    if (message->max_per_hour == 0)
        return notifier_enqueue_message(tx, round, &row, &placed, recipient_exists, fault);
    if (!notification_store_free_old_dedupe_keys(
            tx, &round->bot_id, row.chat_id, message->row.dedupe_key, message->max_per_hour, fault))
        return false;
    for (int i = 0; i < message->max_per_hour && !placed; i++) {
        snprintf(numbered, sizeof numbered, "%.*s:%d", SLICE_ARG(message->row.dedupe_key), i);
        row.dedupe_key = slice_of(numbered);
        if (!notifier_enqueue_message(tx, round, &row, &placed, recipient_exists, fault))
            return false;
    }
    message->dropped = !placed;
    return true;
}

bool notifier_page_enqueue_messages(struct db *tx, struct notifier_page *page, struct fault *fault)
{
    for (struct notifier_message *message = page->messages; message != NULL;
         message = message->next) {
        bool known = true;
        if (message->erased)
            continue;
        if (!enqueue_within_hourly_limit(tx, page->round, message, &known, fault)) {
            message->erased = !known;
            return false;
        }
    }
    return true;
}

void notifier_page_count_queued(const struct notifier_page *page)
{
    for (const struct notifier_message *message = page->messages; message != NULL;
         message = message->next)
        page->round->queued[message->to] += !message->erased && !message->dropped;
}
