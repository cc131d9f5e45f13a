// SPDX-License-Identifier: MIT
#include "base/log.h"
#include "db/transaction.h"

#include "notifications/notifier_private.h"

enum { FAILED_MAX = 20 };

/* A failed message to an owner, and the message to staff about its booking. */
struct report {
    struct notifier_round *round;
    struct notification_failed failed;
    struct outbox_message message;
    bool applies; /* `message` is set */
    bool mine;    /* no other instance has reported the failed message */
};

void notifier_log_and_count_unheard(struct notifier_round *round, const struct uuid *booking_id,
                                    struct slice event)
{
    char id[UUID_TEXT_LEN + 1];

    uuid_format(booking_id, id);
    LOG(LOG_WARN, "notice_unheard", "Neither the owner nor staff can be notified of a booking",
        log_str("bot", round->name), log_str("booking", id), log_text("event", event));
    round->unheard++;
}

/* Composes the message, unless the booking is gone or there is no staff chat. */
static bool compose_failure_report(struct report *report, struct fault *fault)
{
    struct notifier_round *round = report->round;
    struct stay_booking *booking = arena_alloc(&round->arena, sizeof *booking);
    struct notification_apartment apartment;
    struct notification_recipient staff;
    bool found;

    if (booking == NULL)
        return arena_fault(fault);
    if (!notifier_lookup_booking(round, &report->failed.booking, booking, &found, fault) ||
        !notifier_find_staff_recipient(round, report->failed.why, &staff, fault))
        return false;
    if (!found || staff.chat_id == FIELD_ABSENT)
        return true;
    if (!notifier_lookup_apartment(round, booking, &apartment, fault) ||
        !notifier_compose_message(round, notification_to_staff_after_failure(booking->status),
                                  &staff, booking, &apartment, &report->message, fault))
        return false;
    report->applies = true;
    return true;
}

static bool mark_reported_and_enqueue_report(struct db *tx, void *arg, struct fault *fault)
{
    struct report *report = arg;
    bool placed, known;

    if (!notification_store_mark_reported(tx, &report->failed.message, &report->mine, fault))
        return false;
    return !report->mine || !report->applies ||
           notifier_enqueue_message(tx, report->round, &report->message, &placed, &known, fault);
}

/* Reports the failed message to staff, or logs its booking if staff cannot be notified, if
 * booking-api's answer cannot be read, or if it is still an error an hour after the failure. */
static bool send_failure_report(struct report *report, struct fault *fault)
{
    struct notifier_round *round = report->round;

    if (!compose_failure_report(report, fault) && !notifier_is_bad_answer(fault)) {
        if (strcmp(fault->code, "booking_failed") != 0)
            return false;
        if (!report->failed.is_overdue)
            return true; /* the next round tries again */
    }
    if (!db_transaction(round->options->service->pool, mark_reported_and_enqueue_report, report,
                        fault))
        return false;
    if (report->mine && report->applies)
        round->queued[NOTIFIER_TO_STAFF]++;
    else if (report->mine)
        notifier_log_and_count_unheard(round, &report->failed.booking, SLICE("failed"));
    return true;
}

bool notifier_report_failed_messages(struct notifier_round *round, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!notification_store_find_failed_messages(round->options->service->db, &round->bot_id,
                                                 FAILED_MAX, &rows, fault))
        return false;
    if (rows.count == 0)
        return true;
    if (!notifier_read_staff_chat(round, fault))
        return false;
    /* ELSEWHERE: another bot of the tenant reports them. LOST: they wait for the staff chat. */
    if (round->staff.state == STAFF_CHAT_ELSEWHERE || round->staff.state == STAFF_CHAT_LOST)
        return true;
    for (int row = 0; row < rows.count && !round->options->service->stopping; row++) {
        struct report report = {.round = round,
                                .failed = notification_store_read_failed_message(&rows, row)};
        arena_reset(&round->arena);
        if (!send_failure_report(&report, fault))
            return false;
    }
    return true;
}
