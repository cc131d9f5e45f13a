// SPDX-License-Identifier: MIT
#include "base/log.h"
#include "db/transaction.h"

#include "notices/notices_parts.h"

enum { MESSAGES_MAX = 2 * NOTICE_PAGE_MAX };

/* What is planned of a booking. */
struct plan {
    struct uuid booking;
    struct remind items[REMIND_KINDS];
    size_t count;
    struct slice zone;
};

struct message {
    struct sending sending;
    int to;
    bool gone; /* who was to hear it is erased */
};

/* A page, and what is made of it. */
struct page {
    struct notice_round *round;
    struct notice_page read;
    struct plan plans[NOTICE_PAGE_MAX];
    size_t plan_count;
    struct message messages[MESSAGES_MAX]; /* by chat, in which order they are locked */
    size_t message_count;
    bool moved; /* it was the next page */
};

/* --- what is made of an event --- */

/* Somebody who is told of it. */
struct hearing {
    enum notice notice; /* NOTICE_NONE: he is not */
    struct notice_listener by;
};

/* An event, and what was asked about it. */
struct happening {
    const struct notice_event *event;
    struct notice_booking booking;
    struct notice_flat flat;
    struct notice_made made;
    bool asked; /* who made it */
    struct hearing hearings[NOTICES_TO];
};

static bool ask_step(struct notice_round *round, struct happening *happening, struct fault *fault)
{
    happening->asked =
        happening->asked || notices_ask_step(round, happening->event, &happening->made, fault);
    return happening->asked;
}

static struct notice_step step_of(const struct happening *happening)
{
    const struct notice_made *made = &happening->made;

    return (struct notice_step){.event = happening->event->type,
                                .from = made->from,
                                .status = happening->event->status,
                                .actor = made->actor,
                                .has_reason = made->has_reason,
                                .status_now = happening->booking.is.status,
                                .paid = happening->booking.is.paid,
                                .guest = happening->booking.guest};
}

static bool find_guest(struct notice_round *round, struct happening *happening, struct fault *fault)
{
    struct hearing *guest = &happening->hearings[NOTICES_TO_GUEST];

    if (!notice_is_for_guest(happening->event->type))
        return true;
    if (!notices_find_guest(round, &happening->booking, &guest->by, fault))
        return false;
    if (guest->by.user_id == FIELD_ABSENT)
        return true;
    if (!ask_step(round, happening, fault))
        return false;
    const struct notice_step step = step_of(happening);
    guest->notice = notice_for_guest(&step);
    return true;
}

static bool find_owner(struct notice_round *round, struct happening *happening, struct fault *fault)
{
    struct hearing *owner = &happening->hearings[NOTICES_TO_OWNER];

    if (notice_asks_who(happening->event->type) && !ask_step(round, happening, fault))
        return false;
    const struct notice_step step = step_of(happening);
    owner->notice = notice_for_owner(&step);
    if (owner->notice == NOTICE_NONE)
        return true;
    if (!notices_find_owner(round, &happening->booking, &owner->by, fault))
        return false;
    if (owner->by.user_id == FIELD_ABSENT)
        owner->notice = NOTICE_NONE;
    return true;
}

static bool add_message(struct page *page, const struct happening *happening, int to,
                        struct fault *fault)
{
    const struct hearing *hearing = &happening->hearings[to];
    struct message made = {.to = to};
    char id[UUID_TEXT_LEN + 1];
    size_t at = page->message_count;

    if (hearing->notice == NOTICE_NONE)
        return true;
    uuid_format(&happening->event->id, id);
    if (!notices_compose(page->round, hearing->notice, &hearing->by, &happening->booking,
                         &happening->flat, &made.sending, fault))
        return false;
    made.sending.dedupe_key = arena_printf(&page->round->arena, "notice:%s:%s", id,
                                           to == NOTICES_TO_OWNER ? "owner" : "guest");
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
    const struct remind_stay stay = {.status = happening->booking.is.status,
                                     .check_in = happening->booking.is.check_in,
                                     .check_in_minutes = happening->flat.check_in_minutes,
                                     .expires_at = happening->booking.is.expires_at};

    *planned = (struct plan){.booking = happening->event->booking, .zone = happening->flat.zone};
    planned->count = remind_plan(&stay, planned->items);
}

/* Something is said of it, or planned by its clock. */
static bool needs_flat(const struct happening *happening)
{
    return remind_has(happening->booking.is.status) ||
           happening->hearings[NOTICES_TO_GUEST].notice != NOTICE_NONE ||
           happening->hearings[NOTICES_TO_OWNER].notice != NOTICE_NONE;
}

static bool look_at(struct page *page, const struct notice_event *event, struct fault *fault)
{
    struct notice_round *round = page->round;
    struct happening *happening = arena_alloc(&round->arena, sizeof *happening);
    bool found;

    if (happening == NULL)
        return arena_fault(fault);
    happening->event = event;
    if (!notices_ask_stay(round, &event->booking, &happening->booking, &found, fault))
        return false;
    if (!found)
        return true;
    if (!find_guest(round, happening, fault) || !find_owner(round, happening, fault) ||
        (needs_flat(happening) &&
         !notices_ask_flat(round, &happening->booking, &happening->flat, fault)))
        return false;
    plan(page, happening);
    return add_message(page, happening, NOTICES_TO_GUEST, fault) &&
           add_message(page, happening, NOTICES_TO_OWNER, fault);
}

/* An answer that nobody can read holds up no other event. */
static bool take_event(struct page *page, const struct notice_event *event, struct fault *fault)
{
    char id[UUID_TEXT_LEN + 1];

    if (uuid_is_nil(&event->booking) || event->occurred_at < page->round->place.since ||
        look_at(page, event, fault))
        return true;
    if (!notices_is_hopeless(fault))
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
    struct notice_round *round = page->round;

    if (!notice_store_move(tx, &round->bot_id, &round->place, page->read.next, &page->moved, fault))
        return false;
    if (!page->moved)
        return true;
    for (size_t i = 0; i < page->plan_count; i++)
        if (!notice_store_plan(tx, &round->bot_id, &page->plans[i].booking, page->plans[i].items,
                               page->plans[i].count, page->plans[i].zone, round->now, &round->arena,
                               fault))
            return false;
    for (size_t i = 0; i < page->message_count; i++) {
        bool known = true;
        if (page->messages[i].gone)
            continue;
        if (!notices_place(tx, round, &page->messages[i].sending, &known, fault))
            return false;
        page->messages[i].gone = !known;
        if (!known) {
            fault_set(fault, FAULT_CONFLICT, "changed", "A person was erased at the same time.");
            return db_again(tx, fault);
        }
    }
    return true;
}

static bool read_page(struct notice_round *round, struct notice_page *out, struct fault *fault)
{
    const char *cursor = round->place.cursor;
    struct slice body;
    bool found;

    if (!notices_ask_for(round,
                         arena_printf(&round->arena, "/v1/events?limit=%d%s%s",
                                      round->careful ? 1 : NOTICE_PAGE_MAX,
                                      cursor[0] != '\0' ? "&after=" : "", cursor),
                         &body, &found, fault))
        return false;
    return notice_read_page(found ? body : SLICE("{}"), &round->arena, out, fault);
}

/* The place in memory follows that on the disk. */
static void settle(const struct page *page)
{
    struct notice_round *round = page->round;

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
static bool take_page(struct notice_round *round, bool *more, struct fault *fault)
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

bool notices_follow(struct notice_round *round, struct fault *fault)
{
    bool more = true;

    for (int i = 0; more && i < NOTICES_PAGES_MAX && !round->options->service->stopping; i++) {
        arena_reset(&round->arena);
        if (!take_page(round, &more, fault))
            return false;
    }
    round->at_end = !more;
    return true;
}
