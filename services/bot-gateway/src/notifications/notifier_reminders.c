// SPDX-License-Identifier: MIT
#include "base/log.h"
#include "base/now.h"
#include "db/transaction.h"

#include "notifications/notifier_private.h"
#include "texts/format.h"

enum { DUE_MAX = 50, POSTPONE_S = 60 };

/* A due reminder and its message. */
struct due_reminder {
    struct notifier_round *round;
    struct reminder reminder;
    struct outbox_message message;
    int to;       /* NOTIFIER_TO_... */
    bool applies; /* the reminder still applies, and `message` is set */
    bool waits;   /* to be postponed: the staff chat is lost, or check_in_info_at is later now */
    bool mine;    /* no other instance has finished the reminder */
};

static int64_t get_expiry(const struct reminder *reminder)
{
    return reminder_get_expiry_us((enum reminder_kind)reminder->kind, reminder->due_at,
                                  reminder->until_at);
}

/* The day after the evening on which the reminder is sent. */
static int32_t get_day_after_due(const struct reminder *reminder)
{
    return format_day_of(reminder->due_at) + 1;
}

// clang-format off
/* Columns: the usual notification; the notification that replaces it on the day of check-in, for a
 * request, or if a phone is needed. Kinds without a row, about an owner's next day or about rides, are
 * composed elsewhere. */
static const enum notification notifications[REMINDER_KINDS][2] = {
    [REMINDER_EVE]        = {NOTIFICATION_EVE,           NOTIFICATION_TODAY        },
    [REMINDER_HOURS]      = {NOTIFICATION_EVE,           NOTIFICATION_TODAY        },
    [REMINDER_HOLD]       = {NOTIFICATION_HOLD_ENDS,     NOTIFICATION_HOLD_ENDS    },
    [REMINDER_ENTRY]      = {NOTIFICATION_ENTRY,         NOTIFICATION_ENTRY_PHONE  },
    [REMINDER_LEAVES]     = {NOTIFICATION_CHECK_OUT,     NOTIFICATION_CHECK_OUT    },
    [REMINDER_RATE]       = {NOTIFICATION_RATE,          NOTIFICATION_RATE         },
    [REMINDER_ENDS]       = {NOTIFICATION_CLAIM_ENDS,    NOTIFICATION_REQUEST_ENDS },
    [REMINDER_ARRIVED]    = {NOTIFICATION_ARRIVED,       NOTIFICATION_ARRIVED      },
    [REMINDER_UNANSWERED] = {NOTIFICATION_CLAIM_WAITS,   NOTIFICATION_REQUEST_WAITS},
    [REMINDER_OVERDUE]    = {NOTIFICATION_CLAIM_OVERDUE, NOTIFICATION_CLAIM_OVERDUE},
};
// clang-format on

static enum notification choose_notification(const struct reminder *reminder,
                                             const struct stay_booking *booking)
{
    const bool of_request = slice_is(booking->status, "requested");
    const bool other = reminder->kind == REMINDER_ENTRY ? booking->needs_phone
                                                        : reminder->on_the_day || of_request;

    return notifications[reminder->kind][other];
}

/* Sets the key that prevents a second message, and the time to live. All reminders of an evening
 * to an owner share one key; the key of a reminder for staff has the booking's status, so that
 * staff are reminded once for each status. `booking` is NULL for a ride or trip. */
static bool set_dedupe_key_and_ttl(struct due_reminder *due, const struct stay_booking *booking,
                                   struct fault *fault)
{
    const struct reminder *reminder = &due->reminder;
    const enum reminder_kind kind = (enum reminder_kind)reminder->kind;
    const bool of_day = reminder_lists_next_day(kind);
    struct arena *arena = &due->round->arena;
    char id[UUID_TEXT_LEN + 1];

    uuid_format(of_day ? &booking->owner : &reminder->booking, id);
    if (reminder_is_for_staff(kind))
        due->message.dedupe_key = arena_printf(
            arena, "remind:%s:%s:%.*s", id, reminder_kind_names[kind], SLICE_ARG(booking->status));
    else
        due->message.dedupe_key = arena_printf(arena, "remind:%s:%s:%lld", id,
                                               of_day ? "evening" : reminder_kind_names[kind],
                                               of_day ? (long long)get_day_after_due(reminder)
                                                      : (long long)(reminder->due_at / US_PER_S));
    due->message.ttl_s = (get_expiry(reminder) - due->round->now) / US_PER_S + 1;
    return due->message.dedupe_key.at != NULL || arena_fault(fault);
}

static bool compose_booking_reminder(struct due_reminder *due, const struct stay_booking *booking,
                                     const struct notification_recipient *recipient,
                                     bool *has_content, struct fault *fault)
{
    struct notifier_round *round = due->round;
    struct notification_apartment apartment;

    *has_content = true;
    if (reminder_lists_next_day((enum reminder_kind)due->reminder.kind))
        return notifier_compose_arrivals_and_departures(round, recipient, &booking->owner,
                                                        get_day_after_due(&due->reminder),
                                                        &due->message, has_content, fault);
    return notifier_lookup_apartment(round, booking, &apartment, fault) &&
           notifier_compose_message(round, choose_notification(&due->reminder, booking), recipient,
                                    booking, &apartment, &due->message, fault);
}

static bool still_applies_to_booking(enum reminder_kind kind, const struct stay_booking *booking)
{
    return reminder_applies(kind, booking->status) &&
           (kind != REMINDER_RATE || booking->rating == FIELD_ABSENT) &&
           (kind != REMINDER_ENTRY || booking->check_in_info_at != FIELD_ABSENT);
}

/* Finds the recipient. Staff get REMINDER_ENDS if the owner cannot be notified. */
static bool find_recipient(struct due_reminder *due, const struct stay_booking *booking,
                           struct notification_recipient *out, struct fault *fault)
{
    const enum reminder_kind kind = (enum reminder_kind)due->reminder.kind;
    struct notifier_round *round = due->round;

    *out = (struct notification_recipient){.why = NOTIFICATION_WHY_NONE};
    due->to = reminder_is_for_staff(kind)   ? NOTIFIER_TO_STAFF
              : reminder_is_for_owner(kind) ? NOTIFIER_TO_OWNER
                                            : NOTIFIER_TO_GUEST;
    if (due->to == NOTIFIER_TO_GUEST)
        return notifier_find_person_recipient(round, booking->guest, out, fault);
    if (due->to == NOTIFIER_TO_OWNER) {
        if (!notifier_find_owner_recipient(round, &booking->owner, out, fault))
            return false;
        if (kind != REMINDER_ENDS || out->why == NOTIFICATION_WHY_NONE)
            return true;
        due->to = NOTIFIER_TO_STAFF;
    }
    if (!notifier_find_staff_recipient(round, out->why, out, fault))
        return false;
    due->waits = round->staff.state == STAFF_CHAT_LOST;
    return true;
}

static bool compose_reminder_if_applies(struct due_reminder *due, struct fault *fault)
{
    struct notifier_round *round = due->round;
    const enum reminder_kind kind = (enum reminder_kind)due->reminder.kind;
    struct stay_booking *booking = arena_alloc(&round->arena, sizeof *booking);
    struct notification_recipient recipient;
    bool found, any;

    if (booking == NULL)
        return arena_fault(fault);
    if (round->now >= get_expiry(&due->reminder))
        return true;
    if (reminder_is_of_ride(kind)) {
        due->to = kind == REMINDER_RUN ? NOTIFIER_TO_DRIVER : NOTIFIER_TO_GUEST;
        return notifier_compose_ride_reminder(round, &due->reminder, &due->message, &due->applies,
                                              fault) &&
               set_dedupe_key_and_ttl(due, NULL, fault);
    }
    if (!notifier_lookup_booking(round, &due->reminder.booking, booking, &found, fault))
        return false;
    if (!found || !still_applies_to_booking(kind, booking))
        return true;
    due->waits = kind == REMINDER_ENTRY && booking->check_in_info_at > round->now;
    if (due->waits)
        return true;
    if (!find_recipient(due, booking, &recipient, fault))
        return false;
    if (recipient.chat_id == FIELD_ABSENT)
        return true;
    if (!compose_booking_reminder(due, booking, &recipient, &any, fault) ||
        !set_dedupe_key_and_ttl(due, booking, fault))
        return false;
    if (due->to == NOTIFIER_TO_OWNER)
        due->message.owner_booking = due->reminder.booking;
    due->applies = any;
    return true;
}

static bool finish_and_enqueue_reminder(struct db *tx, void *arg, struct fault *fault)
{
    struct due_reminder *due = arg;
    bool placed, known = true;

    if (!notification_store_finish_reminder(tx, &due->reminder, &due->mine, fault))
        return false;
    if (!due->mine || !due->applies)
        return true;
    if (notifier_enqueue_message(tx, due->round, &due->message, &placed, &known, fault))
        return true;
    due->applies = known; /* if the person was erased, the next try sends nothing */
    return false;
}

static bool postpone_reminder(const struct due_reminder *due, struct fault *fault)
{
    return notification_store_postpone_reminder(due->round->options->service->pool, &due->reminder,
                                                due->round->now + POSTPONE_S * US_PER_S, fault);
}

static bool send_or_postpone_reminder(struct due_reminder *due, struct fault *fault)
{
    struct db_pool *pool = due->round->options->service->pool;
    const bool offers = due->reminder.kind == REMINDER_OFFER;
    char id[UUID_TEXT_LEN + 1];

    if (!(offers ? notifier_send_postponed_offers(due->round, &due->reminder, fault)
                 : compose_reminder_if_applies(due, fault))) {
        if (!notifier_is_bad_answer(fault) && strcmp(fault->code, "booking_failed") != 0)
            return false;
        uuid_format(&due->reminder.booking, id);
        LOG(LOG_WARN, "reminder_waits", "A booking cannot be read", log_str("booking", id),
            log_str("detail", fault->detail));
        return postpone_reminder(due, fault);
    }
    if (offers)
        return true;
    if (!(due->waits ? postpone_reminder(due, fault)
                     : db_transaction(pool, finish_and_enqueue_reminder, due, fault)))
        return false;
    due->round->queued[due->to] += due->mine && due->applies;
    return true;
}

bool notifier_send_due_reminders(struct notifier_round *round, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    round->now = round->options->now();
    if (!notification_store_find_due_reminders(round->options->service->db, &round->bot_id,
                                               round->now, DUE_MAX, &rows, fault))
        return false;
    for (int row = 0; row < rows.count && !round->options->service->stopping; row++) {
        struct due_reminder due = {.round = round};
        notification_store_read_reminder(&rows, row, &due.reminder);
        arena_reset(&round->arena);
        if (!send_or_postpone_reminder(&due, fault))
            return false;
    }
    return true;
}
