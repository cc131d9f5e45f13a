// SPDX-License-Identifier: MIT
#include <stdio.h>

#include "base/log.h"
#include "base/now.h"
#include "db/transaction.h"

#include "notifications/notifier_private.h"

enum {
    DAY_S = 24 * 3600,
    STUCK_S = 300 /* see must_give_up() */
};

/* --- one event --- */

/* A notification and its recipient. */
struct delivery {
    enum notification notification; /* NOTIFICATION_NONE: not sent */
    struct notification_recipient recipient;
};

/* An event, and what was looked up for it. */
struct event_context {
    const struct notification_event *event;
    struct stay_booking booking;
    struct notification_apartment apartment;
    struct notification_change change;
    bool found; /* `change` is set */
    struct delivery deliveries[NOTIFIER_TO_COUNT];
};

static bool find_change_once(struct notifier_round *round, struct event_context *context,
                             struct fault *fault)
{
    context->found =
        context->found || notifier_find_step(round, context->event, &context->change, fault);
    return context->found;
}

static struct notification_step make_notification_step(const struct event_context *context)
{
    const struct notification_change *change = &context->change;

    return (struct notification_step){.event = context->event->type,
                                      .from = change->from,
                                      .status = context->event->status,
                                      .actor = change->actor,
                                      .has_reason = change->has_reason,
                                      .owner_knows = change->owner_knows,
                                      .sold_elsewhere = context->event->sold_elsewhere,
                                      .changes_owner = !uuid_is_nil(&context->event->former_owner),
                                      .status_now = context->booking.status,
                                      .paid = context->booking.paid,
                                      .claimed = stay_unconfirmed_claim(&context->booking),
                                      .withholds = context->booking.refund < context->booking.paid,
                                      .guest = context->booking.guest};
}

static bool decide_guest_delivery(struct notifier_round *round, struct event_context *context,
                                  struct fault *fault)
{
    struct delivery *guest = &context->deliveries[NOTIFIER_TO_GUEST];

    if (!notification_event_may_concern_guest(context->event->type))
        return true;
    if (!notifier_find_person_recipient(round, context->booking.guest, &guest->recipient, fault))
        return false;
    if (guest->recipient.chat_id == FIELD_ABSENT)
        return true;
    if (!find_change_once(round, context, fault))
        return false;
    const struct notification_step step = make_notification_step(context);
    guest->notification = notification_for_guest(&step);
    return true;
}

/* Sets the delivery to the owner, and the delivery to staff if they are notified in place of the
 * owner or about a refund. */
static bool decide_owner_and_staff_delivery(struct notifier_round *round,
                                            struct event_context *context, struct fault *fault)
{
    struct delivery *owner = &context->deliveries[NOTIFIER_TO_OWNER];
    struct delivery *staff = &context->deliveries[NOTIFIER_TO_STAFF];
    const int64_t refund = context->booking.refund;
    const bool may_owe = refund > 0 || stay_unconfirmed_claim(&context->booking) > 0;

    if (!notification_event_may_concern_owner_or_staff(context->event->type))
        return true;
    if (!notifier_find_owner_recipient(round, &context->booking.owner, &owner->recipient, fault))
        return false;
    const enum notification_why why = owner->recipient.why;
    const bool reaches_owner = owner->recipient.chat_id != FIELD_ABSENT;
    if (!reaches_owner && why == NOTIFICATION_WHY_NONE && !may_owe)
        return true;
    if (!find_change_once(round, context, fault))
        return false;
    const struct notification_step step = make_notification_step(context);
    if (reaches_owner)
        owner->notification = notification_for_owner(&step);
    staff->notification = notification_for_staff(&step, why, refund);
    return staff->notification == NOTIFICATION_NONE ||
           notifier_find_staff_recipient(
               round,
               staff->notification == notification_for_owner(&step) ? why : NOTIFICATION_WHY_NONE,
               &staff->recipient, fault);
}

/* Whether the notification reaches nobody: it is for staff, but no bot can write to them. */
static bool reaches_nobody(const struct notifier_round *round, const struct delivery *staff)
{
    return staff->notification != NOTIFICATION_NONE && notifier_has_no_staff_chat(round);
}

static bool compose_and_add_message(struct notifier_page *page, const struct event_context *context,
                                    int recipient_kind, struct fault *fault)
{
    const struct delivery *delivery = &context->deliveries[recipient_kind];
    struct outbox_message message = {.confided = false};

    if (delivery->notification == NOTIFICATION_NONE || delivery->recipient.chat_id == FIELD_ABSENT)
        return true;
    if (!notifier_compose_message(page->round, delivery->notification, &delivery->recipient,
                                  &context->booking, &context->apartment, &message, fault))
        return false;
    if (recipient_kind == NOTIFIER_TO_OWNER)
        message.owner_booking = context->event->id;
    return notifier_page_add_message(page, context->event, &message, recipient_kind, 0, fault);
}

/* Notifies the former owner of a booking that has another owner now, unless it was a hold, of which
 * owners are not notified, or has been given back since. The message does not name the apartment,
 * because that of the booking is the other owner's by now. */
static bool notify_former_owner(struct notifier_page *page, struct event_context *context,
                                struct fault *fault)
{
    static const struct notification_apartment unnamed;
    const struct notification_event *event = context->event;
    struct stay_booking booking = context->booking;
    struct outbox_message message = {.confided = false};
    struct notification_recipient former;

    if (uuid_is_nil(&event->former_owner) || uuid_equal(&event->former_owner, &booking.owner))
        return true;
    if (!notifier_find_owner_recipient(page->round, &event->former_owner, &former, fault))
        return false;
    if (former.chat_id == FIELD_ABSENT)
        return true;
    if (!find_change_once(page->round, context, fault))
        return false;
    if (!context->change.owner_knows)
        return true;
    booking.version = event->version; /* for dedupe_key: each move has its own message */
    if (!notifier_compose_message(page->round, NOTIFICATION_MOVED_AWAY, &former, &booking, &unnamed,
                                  &message, fault))
        return false;
    return notifier_page_add_message(page, event, &message, NOTIFIER_TO_OWNER, 0, fault);
}

static bool plan_booking_reminders(struct notifier_page *page, const struct event_context *context,
                                   struct fault *fault)
{
    struct reminder_time items[REMINDER_KINDS];
    const struct reminder_stay stay = {.status = context->booking.status,
                                       .check_in = context->booking.check_in,
                                       .check_out = context->booking.check_out,
                                       .check_in_minutes = context->apartment.check_in_minutes,
                                       .check_out_minutes = context->apartment.check_out_minutes,
                                       .expires_at = context->booking.expires_at,
                                       .since = context->event->occurred_at,
                                       .now = page->round->now,
                                       .entry_at = context->booking.check_in_info_at};

    return notifier_page_add_reminders(page, &context->event->id, items,
                                       reminder_plan_stay(&stay, items), context->apartment.zone,
                                       fault);
}

/* Whether the event causes a message or a reminder, which need the apartment. */
static bool needs_apartment(const struct event_context *context)
{
    bool needs = reminder_any_applies(context->booking.status);

    for (int to = 0; to < NOTIFIER_TO_COUNT; to++)
        needs |= context->deliveries[to].notification != NOTIFICATION_NONE;
    return needs;
}

static bool process_booking_event(struct notifier_page *page,
                                  const struct notification_event *event, struct fault *fault)
{
    struct notifier_round *round = page->round;
    struct event_context *context = arena_alloc(&round->arena, sizeof *context);
    bool found;

    if (context == NULL)
        return arena_fault(fault);
    context->event = event;
    if (!notifier_lookup_booking(round, &event->id, &context->booking, &found, fault))
        return false;
    if (!found)
        return true;
    if (!decide_guest_delivery(round, context, fault) ||
        !decide_owner_and_staff_delivery(round, context, fault) ||
        (needs_apartment(context) &&
         !notifier_lookup_apartment(round, &context->booking, &context->apartment, fault)))
        return false;
    if (!plan_booking_reminders(page, context, fault))
        return false;
    if (reaches_nobody(round, &context->deliveries[NOTIFIER_TO_STAFF]))
        notifier_page_add_unheard(page, event);
    if (notifier_is_stale(round, event,
                          (context->booking.check_out + INT64_C(1)) * DAY_S * US_PER_S))
        return compose_and_add_message(page, context, NOTIFIER_TO_STAFF, fault);
    for (int to = 0; to < NOTIFIER_TO_COUNT; to++)
        if (!compose_and_add_message(page, context, to, fault))
            return false;
    return notify_former_owner(page, context, fault);
}

/* Whether the event must be given up: its booking or ride cannot be read, or booking-api has
 * answered with an error in each round for STUCK_S. Sets `stuck_since`. */
static bool must_give_up(struct notifier_round *round, const struct fault *fault)
{
    if (strcmp(fault->code, "booking_failed") != 0)
        return notifier_is_bad_answer(fault);
    round->stuck_since = round->was_stuck_since != 0 ? round->was_stuck_since : round->now;
    return round->now - round->stuck_since >= STUCK_S * US_PER_S;
}

/* Adds the results of an event that the type of bot handles. */
static bool process_event_of_type(struct notifier_page *page,
                                  const struct notification_event *event, struct fault *fault)
{
    const bool is_booking = slice_is(event->resource, "booking");

    if (notifier_is_of_webhook(event))
        return notifier_process_webhook_event(page->round, event, page, fault);
    if (page->round->type != BOT_APARTMENTS)
        return is_booking || notifier_is_of_calendar(event) ||
               notifier_process_ride_event(page->round, event, page, fault);
    if (notifier_is_of_calendar(event))
        return notifier_process_calendar_event(page->round, event, page, fault);
    return !is_booking || process_booking_event(page, event, fault);
}

/* Handles an event. An answer that cannot be read affects only its own event. */
static bool process_event(struct notifier_page *page, const struct notification_event *event,
                          struct fault *fault)
{
    char id[UUID_TEXT_LEN + 1];

    if (uuid_is_nil(&event->id) || event->occurred_at < page->round->position.since ||
        process_event_of_type(page, event, fault))
        return true;
    if (!must_give_up(page->round, fault))
        return false;
    uuid_format(&event->id, id);
    LOG(LOG_ERROR, "event_unread", "No notification is sent for an event", log_str("resource", id),
        log_str("detail", fault->detail));
    return true;
}

/* --- pages --- */

static bool store_page_results(struct db *tx, void *arg, struct fault *fault)
{
    struct notifier_page *page = arg;
    struct notifier_round *round = page->round;

    if (!notification_store_advance_position(tx, &round->bot_id, &round->position, page->read.next,
                                             &page->moved, fault))
        return false;
    if (!page->moved)
        return true;
    for (const struct notifier_plan *plan = page->plans; plan != NULL; plan = plan->next)
        if (!notification_store_replace_reminders(tx, &round->bot_id, &plan->id, plan->items,
                                                  plan->count, plan->zone, round->now, fault))
            return false;
    return notifier_page_enqueue_messages(tx, page, fault);
}

static bool fetch_event_page(struct notifier_round *round, struct notification_page *out,
                             struct fault *fault)
{
    const char *cursor = round->position.cursor;
    struct slice body;

    return notifier_get_list(round,
                             arena_printf(&round->arena, "/v1/events?limit=%d%s%s",
                                          round->one_by_one ? 1 : NOTIFICATION_PAGE_MAX,
                                          cursor[0] != '\0' ? "&after=" : "", cursor),
                             &body, fault) &&
           notification_read_event_page(body, &round->arena, out, fault);
}

/* Advances the position in memory, after it was stored. */
static void count_page_and_advance_position(const struct notifier_page *page)
{
    struct notifier_round *round = page->round;

    if (round->position.cursor[0] == '\0')
        LOG(LOG_INFO, "notices_begin",
            "Events of bookings are read from now on; earlier ones cause no notifications",
            log_str("bot", round->name));
    notifier_page_count_queued(page);
    for (size_t i = 0; i < page->unheard_count; i++)
        notifier_log_and_count_unheard(round, &page->unheard[i]->id, page->unheard[i]->type);
    slice_copy(page->read.next, round->position.cursor, sizeof round->position.cursor);
    round->was_stuck_since = round->stuck_since = 0;
}

/* Handles one page of events. `more` is true if there may be another page. */
static bool process_page(struct notifier_round *round, bool *more, struct fault *fault)
{
    struct notifier_page *page = arena_alloc(&round->arena, sizeof *page);

    if (page == NULL)
        return arena_fault(fault);
    page->round = round;
    page->last_plan = &page->plans;
    if (!fetch_event_page(round, &page->read, fault))
        return false;
    *more = !slice_is(page->read.next, round->position.cursor);
    for (size_t i = 0; i < page->read.count; i++)
        if (!process_event(page, &page->read.items[i], fault))
            return false;
    if (slice_is(page->read.next, round->position.cursor))
        return true;
    if (!db_transaction(round->options->service->pool, store_page_results, page, fault))
        return false;
    if (!page->moved)
        return fault_set(fault, FAULT_UNAVAILABLE, "lost",
                         "Another process reads the events of the bot.");
    count_page_and_advance_position(page);
    return true;
}

bool notifier_process_events(struct notifier_round *round, struct fault *fault)
{
    bool more = true;

    for (int i = 0; more && i < NOTIFIER_PAGES_MAX && !round->options->service->stopping; i++) {
        arena_reset(&round->arena);
        if (!process_page(round, &more, fault))
            return false;
    }
    round->at_end = !more;
    return true;
}

/* --- REMINDER_OFFER: offers that have waited for the morning --- */

struct offers {
    struct notifier_page *page;
    const struct reminder *reminder;
    bool mine;
};

static bool finish_reminder_and_enqueue_offers(struct db *tx, void *arg, struct fault *fault)
{
    struct offers *offers = arg;

    return notification_store_finish_reminder(tx, offers->reminder, &offers->mine, fault) &&
           (!offers->mine || notifier_page_enqueue_messages(tx, offers->page, fault));
}

bool notifier_send_postponed_offers(struct notifier_round *round, const struct reminder *reminder,
                                    struct fault *fault)
{
    const struct notification_event event = {.id = reminder->booking, .occurred_at = round->now};
    struct notifier_page *page = arena_alloc(&round->arena, sizeof *page);
    struct offers offers = {page, reminder, false};

    if (page == NULL)
        return arena_fault(fault);
    page->round = round;
    page->last_plan = &page->plans;
    if ((round->now <
             reminder_get_expiry_us(REMINDER_OFFER, reminder->due_at, reminder->until_at) &&
         !notifier_add_ride_offers(round, &event, page, fault)) ||
        !db_transaction(round->options->service->pool, finish_reminder_and_enqueue_offers, &offers,
                        fault))
        return false;
    if (offers.mine)
        notifier_page_count_queued(page);
    return true;
}
