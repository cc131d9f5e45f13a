// SPDX-License-Identifier: MIT
#include "base/log.h"
#include "base/now.h"
#include "db/transaction.h"

#include "notifications/notifier_private.h"

enum { DUE_MAX = 50, AGAIN_S = 60 };

/* A reminder that is due, and its message. */
struct saying {
    struct notifier_round *round;
    struct reminder reminder;
    struct outbox_message sending;
    bool says; /* else it is of no use any more */
    bool mine;
};

static enum notification notice_of(const struct reminder *reminder, struct slice status)
{
    switch ((enum reminder_kind)reminder->kind) {
    case REMINDER_EVE:
    case REMINDER_HOURS:
        return reminder->on_the_day ? NOTIFICATION_TODAY : NOTIFICATION_EVE;
    case REMINDER_ENDS:
        return slice_is(status, "requested") ? NOTIFICATION_REQUEST_ENDS : NOTIFICATION_CLAIM_ENDS;
    case REMINDER_ARRIVED:
        return NOTIFICATION_ARRIVED;
    case REMINDER_KINDS:
        break;
    }
    return NOTIFICATION_NONE;
}

static bool name(struct saying *saying, struct fault *fault)
{
    const struct reminder *reminder = &saying->reminder;
    char id[UUID_TEXT_LEN + 1];

    uuid_format(&reminder->booking, id);
    saying->sending.dedupe_key =
        arena_printf(&saying->round->arena, "remind:%s:%s:%lld", id,
                     reminder_kind_names[reminder->kind], (long long)(reminder->due_at / US_PER_S));
    saying->sending.ttl_s = (reminder->until_at - saying->round->now) / US_PER_S + 1;
    return saying->sending.dedupe_key.at != NULL || arena_fault(fault);
}

/* Says what is the case now, if it still is. */
static bool word(struct saying *saying, struct fault *fault)
{
    struct notifier_round *round = saying->round;
    const enum reminder_kind kind = (enum reminder_kind)saying->reminder.kind;
    struct notification_booking *booking = arena_alloc(&round->arena, sizeof *booking);
    struct notification_recipient listener;
    struct notification_apartment flat;
    bool found;

    if (booking == NULL)
        return arena_fault(fault);
    if (round->now >= saying->reminder.until_at)
        return true;
    if (!notifier_lookup_booking(round, &saying->reminder.booking, booking, &found, fault))
        return false;
    if (!found || !reminder_is_of(kind, booking->is.status))
        return true;
    if (!(reminder_is_for_owner(kind) ? notifier_find_owner
                                      : notifier_find_guest)(round, booking, &listener, fault))
        return false;
    if (listener.user_id == FIELD_ABSENT)
        return true;
    if (!notifier_lookup_apartment(round, booking, &flat, fault) ||
        !notifier_compose(round, notice_of(&saying->reminder, booking->is.status), &listener,
                          booking, &flat, &saying->sending, fault) ||
        !name(saying, fault))
        return false;
    saying->says = true;
    return true;
}

static bool store(struct db *tx, void *arg, struct fault *fault)
{
    struct saying *saying = arg;
    bool known = true;

    if (!notification_store_done(tx, &saying->reminder, &saying->mine, fault))
        return false;
    if (!saying->mine || !saying->says)
        return true;
    if (!notifier_place(tx, saying->round, &saying->sending, &known, fault))
        return false;
    if (known)
        return true;
    saying->says = false;
    fault_set(fault, FAULT_CONFLICT, "changed", "A person was erased at the same time.");
    return db_again(tx, fault);
}

static bool put_off(struct db *tx, void *arg, struct fault *fault)
{
    const struct saying *saying = arg;

    return notification_store_put_off(tx, &saying->reminder,
                                      saying->round->now + AGAIN_S * US_PER_S, fault);
}

static bool say(struct saying *saying, struct fault *fault)
{
    struct db_pool *pool = saying->round->options->service->pool;
    const int to = reminder_is_for_owner((enum reminder_kind)saying->reminder.kind)
                       ? NOTIFIER_TO_OWNER
                       : NOTIFIER_TO_GUEST;
    char id[UUID_TEXT_LEN + 1];

    if (!word(saying, fault)) {
        if (!notifier_is_permanent(fault))
            return false;
        uuid_format(&saying->reminder.booking, id);
        LOG(LOG_WARN, "reminder_waits", "A booking cannot be read", log_str("booking", id),
            log_str("detail", fault->detail));
        return db_transaction(pool, put_off, saying, fault);
    }
    if (!db_transaction(pool, store, saying, fault))
        return false;
    saying->round->said[to] += saying->mine && saying->says;
    return true;
}

bool notifier_send_reminders(struct notifier_round *round, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    round->now = round->options->now();
    if (!notification_store_due(round->options->service->db, &round->bot_id, round->now, DUE_MAX,
                                &rows, fault))
        return false;
    for (int row = 0; row < rows.count && !round->options->service->stopping; row++) {
        struct saying saying = {.round = round};
        notification_store_read(&rows, row, &saying.reminder);
        arena_reset(&round->arena);
        if (!say(&saying, fault))
            return false;
    }
    return true;
}
