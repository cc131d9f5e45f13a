// SPDX-License-Identifier: MIT
#include "base/log.h"
#include "base/now.h"
#include "db/transaction.h"

#include "notices/notices_parts.h"

enum { DUE_MAX = 50, AGAIN_S = 60 };

/* A reminder that is due, and its message. */
struct saying {
    struct notice_round *round;
    struct reminder reminder;
    struct sending sending;
    bool says; /* else it is of no use any more */
    bool mine;
};

static enum notice notice_of(const struct reminder *reminder, struct slice status)
{
    switch ((enum remind_kind)reminder->kind) {
    case REMIND_EVE:
    case REMIND_HOURS:
        return reminder->on_the_day ? NOTICE_TODAY : NOTICE_EVE;
    case REMIND_ENDS:
        return slice_is(status, "requested") ? NOTICE_REQUEST_ENDS : NOTICE_CLAIM_ENDS;
    case REMIND_ARRIVED:
        return NOTICE_ARRIVED;
    case REMIND_KINDS:
        break;
    }
    return NOTICE_NONE;
}

static bool name(struct saying *saying, struct fault *fault)
{
    const struct reminder *reminder = &saying->reminder;
    char id[UUID_TEXT_LEN + 1];

    uuid_format(&reminder->booking, id);
    saying->sending.dedupe_key =
        arena_printf(&saying->round->arena, "remind:%s:%s:%lld", id,
                     remind_kind_names[reminder->kind], (long long)(reminder->due_at / US_PER_S));
    saying->sending.ttl_s = (reminder->until_at - saying->round->now) / US_PER_S + 1;
    return saying->sending.dedupe_key.at != NULL || arena_fault(fault);
}

/* Says what is the case now, if it still is. */
static bool word(struct saying *saying, struct fault *fault)
{
    struct notice_round *round = saying->round;
    const enum remind_kind kind = (enum remind_kind)saying->reminder.kind;
    struct notice_booking *booking = arena_alloc(&round->arena, sizeof *booking);
    struct notice_listener listener;
    struct notice_flat flat;
    bool found;

    if (booking == NULL)
        return arena_fault(fault);
    if (round->now >= saying->reminder.until_at)
        return true;
    if (!notices_ask_stay(round, &saying->reminder.booking, booking, &found, fault))
        return false;
    if (!found || !remind_is_of(kind, booking->is.status))
        return true;
    if (!(remind_is_for_owner(kind) ? notices_find_owner : notices_find_guest)(round, booking,
                                                                               &listener, fault))
        return false;
    if (listener.user_id == FIELD_ABSENT)
        return true;
    if (!notices_ask_flat(round, booking, &flat, fault) ||
        !notices_compose(round, notice_of(&saying->reminder, booking->is.status), &listener,
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

    if (!notice_store_done(tx, &saying->reminder, &saying->mine, fault))
        return false;
    if (!saying->mine || !saying->says)
        return true;
    if (!notices_place(tx, saying->round, &saying->sending, &known, fault))
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

    return notice_store_put_off(tx, &saying->reminder, saying->round->now + AGAIN_S * US_PER_S,
                                fault);
}

static bool say(struct saying *saying, struct fault *fault)
{
    struct db_pool *pool = saying->round->options->service->pool;
    const int to = remind_is_for_owner((enum remind_kind)saying->reminder.kind) ? NOTICES_TO_OWNER
                                                                                : NOTICES_TO_GUEST;
    char id[UUID_TEXT_LEN + 1];

    if (!word(saying, fault)) {
        if (!notices_is_hopeless(fault))
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

bool notices_remind(struct notice_round *round, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    round->now = round->options->now();
    if (!notice_store_due(round->options->service->db, &round->bot_id, round->now, DUE_MAX, &rows,
                          fault))
        return false;
    for (int row = 0; row < rows.count && !round->options->service->stopping; row++) {
        struct saying saying = {.round = round};
        notice_store_read(&rows, row, &saying.reminder);
        arena_reset(&round->arena);
        if (!say(&saying, fault))
            return false;
    }
    return true;
}
