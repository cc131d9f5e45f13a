// SPDX-License-Identifier: MIT
#include "base/log.h"
#include "db/transaction.h"

#include "notifications/notifier_private.h"

enum { MESSAGES_MAX = 2 * NOTIFICATION_PAGE_MAX };

/* What is planned of a booking. */
struct plan {
    struct uuid booking;
    struct reminder_time items[REMINDER_KINDS];
    size_t count;
    struct slice zone;
};

struct message {
    struct outbox_message sending;
    int to;
    bool gone; /* who was to hear it is erased */
};

/* A page, and what is made of it. */
struct page {
    struct notifier_round *round;
    struct notification_page read;
    struct plan plans[NOTIFICATION_PAGE_MAX];
    size_t plan_count;
    struct message messages[MESSAGES_MAX]; /* by chat, in which order they are locked */
    size_t message_count;
    bool moved; /* it was the next page */
};

/* --- what is made of an event --- */

/* Somebody who is told of it. */
struct hearing {
    enum notification notice; /* NOTIFICATION_NONE: he is not */
    struct notification_recipient by;
};

/* An event, and what was asked about it. */
struct happening {
    const struct notification_event *event;
    struct notification_booking booking;
    struct notification_apartment flat;
    struct notification_change made;
    bool asked; /* who made it */
    struct hearing hearings[NOTIFIER_TO_COUNT];
};

static bool ask_step(struct notifier_round *round, struct happening *happening, struct fault *fault)
{
    happening->asked = happening->asked ||
                       notifier_lookup_change(round, happening->event, &happening->made, fault);
    return happening->asked;
}

static struct notification_step step_of(const struct happening *happening)
{
    const struct notification_change *made = &happening->made;

    return (struct notification_step){.event = happening->event->type,
                                      .from = made->from,
                                      .status = happening->event->status,
                                      .actor = made->actor,
                                      .has_reason = made->has_reason,
                                      .status_now = happening->booking.is.status,
                                      .paid = happening->booking.is.paid,
                                      .guest = happening->booking.guest};
}

static bool find_guest(struct notifier_round *round, struct happening *happening,
                       struct fault *fault)
{
    struct hearing *guest = &happening->hearings[NOTIFIER_TO_GUEST];

    if (!notification_is_for_guest(happening->event->type))
        return true;
    if (!notifier_find_guest(round, &happening->booking, &guest->by, fault))
        return false;
    if (guest->by.user_id == FIELD_ABSENT)
        return true;
    if (!ask_step(round, happening, fault))
        return false;
    const struct notification_step step = step_of(happening);
    guest->notice = notification_for_guest(&step);
    return true;
}

static bool find_owner(struct notifier_round *round, struct happening *happening,
                       struct fault *fault)
{
    struct hearing *owner = &happening->hearings[NOTIFIER_TO_OWNER];

    if (notification_needs_actor(happening->event->type) && !ask_step(round, happening, fault))
        return false;
    const struct notification_step step = step_of(happening);
    owner->notice = notification_for_owner(&step);
    if (owner->notice == NOTIFICATION_NONE)
        return true;
    if (!notifier_find_owner(round, &happening->booking, &owner->by, fault))
        return false;
    if (owner->by.user_id == FIELD_ABSENT)
        owner->notice = NOTIFICATION_NONE;
    return true;
}

static bool add_message(struct page *page, const struct happening *happening, int to,
                        struct fault *fault)
{
    const struct hearing *hearing = &happening->hearings[to];
    struct message made = {.to = to};
    char id[UUID_TEXT_LEN + 1];
    size_t at = page->message_count;

    if (hearing->notice == NOTIFICATION_NONE)
        return true;
    uuid_format(&happening->event->id, id);
    if (!notifier_compose(page->round, hearing->notice, &hearing->by, &happening->booking,
                          &happening->flat, &made.sending, fault))
        return false;
    made.sending.dedupe_key = arena_printf(&page->round->arena, "notice:%s:%s", id,
                                           to == NOTIFIER_TO_OWNER ? "owner" : "guest");
    if (made.sending.dedupe_key.at == NULL)
        return arena_fault(fault);
    for (; at > 0 && page->messages[at - 1].sending.chat_id > made.sending.chat_id; at--)
        page->messages[at] = page->messages[at - 1];
    page->messages[at] = made;
    page->message_count++;
    return true;
}

static void plan(struct page *page, const struct happening *happening)
{
    struct plan *planned = &page->plans[page->plan_count++];
    const struct reminder_stay stay = {.status = happening->booking.is.status,
                                       .check_in = happening->booking.is.check_in,
                                       .check_in_minutes = happening->flat.check_in_minutes,
                                       .expires_at = happening->booking.is.expires_at};

    *planned = (struct plan){.booking = happening->event->booking, .zone = happening->flat.zone};
    planned->count = reminder_plan(&stay, planned->items);
}

/* Something is said of it, or planned by its clock. */
static bool needs_flat(const struct happening *happening)
{
    return reminder_has(happening->booking.is.status) ||
           happening->hearings[NOTIFIER_TO_GUEST].notice != NOTIFICATION_NONE ||
           happening->hearings[NOTIFIER_TO_OWNER].notice != NOTIFICATION_NONE;
}

static bool look_at(struct page *page, const struct notification_event *event, struct fault *fault)
{
    struct notifier_round *round = page->round;
    struct happening *happening = arena_alloc(&round->arena, sizeof *happening);
    bool found;

    if (happening == NULL)
        return arena_fault(fault);
    happening->event = event;
    if (!notifier_lookup_booking(round, &event->booking, &happening->booking, &found, fault))
        return false;
    if (!found)
        return true;
    if (!find_guest(round, happening, fault) || !find_owner(round, happening, fault) ||
        (needs_flat(happening) &&
         !notifier_lookup_apartment(round, &happening->booking, &happening->flat, fault)))
        return false;
    plan(page, happening);
    return add_message(page, happening, NOTIFIER_TO_GUEST, fault) &&
           add_message(page, happening, NOTIFIER_TO_OWNER, fault);
}

/* An answer that nobody can read holds up no other event. */
static bool take_event(struct page *page, const struct notification_event *event,
                       struct fault *fault)
{
    char id[UUID_TEXT_LEN + 1];

    if (uuid_is_nil(&event->booking) || event->occurred_at < page->round->place.since ||
        look_at(page, event, fault))
        return true;
    if (!notifier_is_permanent(fault))
        return false;
    uuid_format(&event->booking, id);
    LOG(LOG_ERROR, "event_unread", "Nobody is told of a booking's step", log_str("booking", id),
        log_str("detail", fault->detail));
    return true;
}

/* --- pages --- */

static bool store(struct db *tx, void *arg, struct fault *fault)
{
    struct page *page = arg;
    struct notifier_round *round = page->round;

    if (!notification_store_move(tx, &round->bot_id, &round->place, page->read.next, &page->moved,
                                 fault))
        return false;
    if (!page->moved)
        return true;
    for (size_t i = 0; i < page->plan_count; i++)
        if (!notification_store_plan(tx, &round->bot_id, &page->plans[i].booking,
                                     page->plans[i].items, page->plans[i].count,
                                     page->plans[i].zone, round->now, &round->arena, fault))
            return false;
    for (size_t i = 0; i < page->message_count; i++) {
        bool known = true;
        if (page->messages[i].gone)
            continue;
        if (!notifier_place(tx, round, &page->messages[i].sending, &known, fault))
            return false;
        page->messages[i].gone = !known;
        if (!known) {
            fault_set(fault, FAULT_CONFLICT, "changed", "A person was erased at the same time.");
            return db_again(tx, fault);
        }
    }
    return true;
}

static bool read_page(struct notifier_round *round, struct notification_page *out,
                      struct fault *fault)
{
    const char *cursor = round->place.cursor;
    struct slice body;
    bool found;

    if (!notifier_lookup(round,
                         arena_printf(&round->arena, "/v1/events?limit=%d%s%s",
                                      round->careful ? 1 : NOTIFICATION_PAGE_MAX,
                                      cursor[0] != '\0' ? "&after=" : "", cursor),
                         &body, &found, fault))
        return false;
    return notification_read_page(found ? body : SLICE("{}"), &round->arena, out, fault);
}

/* The place in memory follows that on the disk. */
static void settle(const struct page *page)
{
    struct notifier_round *round = page->round;

    if (round->place.cursor[0] == '\0')
        LOG(LOG_INFO, "notices_begin",
            "Bookings are followed from now on; nobody is told of what was before",
            log_str("bot", round->name));
    for (size_t i = 0; i < page->message_count; i++)
        round->said[page->messages[i].to] += !page->messages[i].gone;
    memcpy(round->place.cursor, page->read.next.at, page->read.next.len);
    round->place.cursor[page->read.next.len] = '\0';
}

/* `more`: there may be another page. */
static bool take_page(struct notifier_round *round, bool *more, struct fault *fault)
{
    struct page *page = arena_alloc(&round->arena, sizeof *page);

    if (page == NULL)
        return arena_fault(fault);
    page->round = round;
    if (!read_page(round, &page->read, fault))
        return false;
    *more = page->read.count > 0;
    for (size_t i = 0; i < page->read.count; i++)
        if (!take_event(page, &page->read.items[i], fault))
            return false;
    if (slice_is(page->read.next, round->place.cursor))
        return true;
    if (!db_transaction(round->options->service->pool, store, page, fault))
        return false;
    if (!page->moved)
        return fault_set(fault, FAULT_UNAVAILABLE, "lost", "Another process follows the bot.");
    settle(page);
    return true;
}

bool notifier_read_events(struct notifier_round *round, struct fault *fault)
{
    bool more = true;

    for (int i = 0; more && i < NOTIFIER_PAGES_MAX && !round->options->service->stopping; i++) {
        arena_reset(&round->arena);
        if (!take_page(round, &more, fault))
            return false;
    }
    round->at_end = !more;
    return true;
}
