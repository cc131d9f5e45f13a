// SPDX-License-Identifier: MIT
#include "base/value.h"

#include "notifications/notification.h"
#include "support/test.h"

TEST_CASE("notice");

#define HIM    "guest:7"
#define OWNER  "owner:0199f5c0-0000-7000-8000-000000000001"
#define SYSTEM "system"

// clang-format off
/* event, status before, status after, actor, current status, paid */
static const struct {
    const char *why;
    const char *event, *from, *status, *actor, *now;
    int64_t paid;
    enum notification guest, owner;
} steps[] = {
    {"the guest books",                          "booking.held",            NULL,              "held",            HIM,           "held",            0,   NOTIFICATION_NONE,            NOTIFICATION_NONE      },
    {"the guest confirms",                       "booking.confirmed",       "held",            "confirmed",       HIM,           "confirmed",       0,   NOTIFICATION_NONE,            NOTIFICATION_BOOKED    },
    {"another guest confirms",                   "booking.confirmed",       "held",            "confirmed",       "guest:77",    "confirmed",       0,   NOTIFICATION_CONFIRMED,       NOTIFICATION_BOOKED    },
    {"staff confirms",                           "booking.confirmed",       "held",            "confirmed",       "staff:aigul", "confirmed",       0,   NOTIFICATION_CONFIRMED,       NOTIFICATION_BOOKED    },
    {"the owner accepts the request",            "booking.confirmed",       "requested",       "confirmed",       OWNER,         "confirmed",       0,   NOTIFICATION_CONFIRMED,       NOTIFICATION_NONE      },
    {"staff accepts the request",                "booking.confirmed",       "requested",       "confirmed",       "staff:aigul", "confirmed",       0,   NOTIFICATION_CONFIRMED,       NOTIFICATION_BOOKED    },
    {"the owner accepts with a prepayment",      "booking.held",            "requested",       "held",            OWNER,         "held",            0,   NOTIFICATION_AGREED,          NOTIFICATION_NONE      },
    {"staff books for the guest",                "booking.held",            NULL,              "held",            "staff:aigul", "held",            0,   NOTIFICATION_NONE,            NOTIFICATION_NONE      },
    {"the payment is confirmed",                 "booking.confirmed",       "payment_claimed", "confirmed",       OWNER,         "confirmed",       100, NOTIFICATION_PAID,            NOTIFICATION_NONE      },
    {"a late payment is confirmed",              "booking.confirmed",       "expired",         "confirmed",       "client",      "confirmed",       100, NOTIFICATION_PAID,            NOTIFICATION_BOOKED    },
    {"the owner declines",                       "booking.declined",        "requested",       "declined",        OWNER,         "declined",        0,   NOTIFICATION_DECLINED,        NOTIFICATION_NONE      },
    {"the hold expires",                         "booking.expired",         "held",            "expired",         SYSTEM,        "expired",         0,   NOTIFICATION_EXPIRED_HOLD,    NOTIFICATION_NONE      },
    {"the request expires",                      "booking.expired",         "requested",       "expired",         SYSTEM,        "expired",         0,   NOTIFICATION_EXPIRED_REQUEST, NOTIFICATION_LAPSED    },
    {"a claim of earlier versions expires",      "booking.expired",         "payment_claimed", "expired",         SYSTEM,        "expired",         0,   NOTIFICATION_EXPIRED,         NOTIFICATION_NONE      },
    {"the owner cancels",                        "booking.cancelled",       "confirmed",       "cancelled",       OWNER,         "cancelled",       0,   NOTIFICATION_CANCELLED,       NOTIFICATION_NONE      },
    {"the guest cancels",                        "booking.cancelled",       "confirmed",       "cancelled",       HIM,           "cancelled",       0,   NOTIFICATION_NONE,            NOTIFICATION_WITHDRAWN },
    {"the guest cancels a hold",                 "booking.cancelled",       "held",            "cancelled",       HIM,           "cancelled",       0,   NOTIFICATION_NONE,            NOTIFICATION_NONE      },
    {"staff cancels",                            "booking.cancelled",       "confirmed",       "cancelled",       "staff:aigul", "cancelled",       0,   NOTIFICATION_CANCELLED,       NOTIFICATION_WITHDRAWN },
    {"staff finds no payment",                   "booking.cancelled",       "payment_claimed", "cancelled",       "staff:aigul", "cancelled",       0,   NOTIFICATION_UNPAID,          NOTIFICATION_WITHDRAWN },
    {"the owner finds no payment",               "booking.cancelled",       "payment_claimed", "cancelled",       OWNER,         "cancelled",       0,   NOTIFICATION_UNPAID,          NOTIFICATION_NONE      },
    {"the owner finds a part of the payment",    "booking.cancelled",       "payment_claimed", "cancelled",       OWNER,         "cancelled",       100, NOTIFICATION_CANCELLED,       NOTIFICATION_NONE      },
    {"the guest cancels a claimed payment",      "booking.cancelled",       "payment_claimed", "cancelled",       HIM,           "cancelled",       0,   NOTIFICATION_NONE,            NOTIFICATION_WITHDRAWN },
    {"cancelled by an unknown actor",            "booking.cancelled",       NULL,              "cancelled",       NULL,          "cancelled",       0,   NOTIFICATION_CANCELLED,       NOTIFICATION_WITHDRAWN },
    {"cancelled in the meantime",                "booking.confirmed",       "requested",       "confirmed",       OWNER,         "cancelled",       0,   NOTIFICATION_NONE,            NOTIFICATION_NONE      },
    {"confirmed, then cancelled",                "booking.confirmed",       "held",            "confirmed",       HIM,           "cancelled",       0,   NOTIFICATION_NONE,            NOTIFICATION_NONE      },
    {"the owner changes the dates",              "booking.changed",         "confirmed",       "confirmed",       OWNER,         "confirmed",       0,   NOTIFICATION_CHANGED,         NOTIFICATION_NONE      },
    {"the guest changes the dates",              "booking.changed",         "confirmed",       "confirmed",       HIM,           "confirmed",       0,   NOTIFICATION_NONE,            NOTIFICATION_MOVED     },
    {"the guest changes the dates of a hold",    "booking.changed",         "held",            "held",            HIM,           "held",            0,   NOTIFICATION_NONE,            NOTIFICATION_NONE      },
    {"the guest changes the dates and cancels",  "booking.changed",         "confirmed",       "confirmed",       HIM,           "cancelled",       0,   NOTIFICATION_NONE,            NOTIFICATION_NONE      },
    {"staff changes the dates",                  "booking.changed",         "confirmed",       "confirmed",       "staff:aigul", "confirmed",       0,   NOTIFICATION_CHANGED,         NOTIFICATION_MOVED     },
    {"the guest requests a stay",                "booking.requested",       NULL,              "requested",       HIM,           "requested",       0,   NOTIFICATION_NONE,            NOTIFICATION_REQUEST   },
    {"the guest withdraws the request",          "booking.requested",       NULL,              "requested",       HIM,           "cancelled",       0,   NOTIFICATION_NONE,            NOTIFICATION_NONE      },
    {"the guest claims a payment",               "booking.payment_claimed", "held",            "payment_claimed", HIM,           "payment_claimed", 0,   NOTIFICATION_NONE,            NOTIFICATION_CLAIM     },
    {"the claimed payment is confirmed already", "booking.payment_claimed", "held",            "payment_claimed", HIM,           "confirmed",       100, NOTIFICATION_NONE,            NOTIFICATION_NONE      },
    {"the owner checks the guest in",            "booking.checked_in",      "confirmed",       "checked_in",      OWNER,         "checked_in",      0,   NOTIFICATION_NONE,            NOTIFICATION_NONE      },
    {"staff checks the guest in",                "booking.checked_in",      "confirmed",       "checked_in",      "staff:aigul", "checked_in",      0,   NOTIFICATION_NONE,            NOTIFICATION_CHECKED_IN},
    {"the guest has checked out",                "booking.completed",       "checked_in",      "completed",       SYSTEM,        "completed",       0,   NOTIFICATION_NONE,            NOTIFICATION_NONE      },
    {"the guest did not come",                   "booking.no_show",         "confirmed",       "no_show",         OWNER,         "no_show",         0,   NOTIFICATION_NO_SHOW,         NOTIFICATION_NONE      },
    {"an unknown event",                         "booking.praised",         "confirmed",       "confirmed",       OWNER,         "confirmed",       0,   NOTIFICATION_NONE,            NOTIFICATION_NONE      },
};
// clang-format on

static struct notification_step step_of(int i)
{
    return (struct notification_step){.event = slice_of(steps[i].event),
                                      .from = slice_of(steps[i].from),
                                      .status = slice_of(steps[i].status),
                                      .actor = slice_of(steps[i].actor),
                                      .has_reason = true,
                                      .status_now = slice_of(steps[i].now),
                                      .paid = steps[i].paid,
                                      .guest = 7};
}

/* Whatever the status was before: a claimed payment was not looked for. */
TEST_ROWS_WHY(guest_of_nights_sold_elsewhere_reads_so, steps)
{
    struct notification_step step = step_of(_i);

    if (strcmp(row->event, "booking.cancelled") != 0)
        return;
    step.sold_elsewhere = true;
    ck_assert_int_eq(notification_for_guest(&step),
                     row->guest == NOTIFICATION_NONE ? NOTIFICATION_NONE : NOTIFICATION_SOLD);
    step.withholds = true;
    ck_assert_int_eq(notification_for_guest(&step),
                     row->guest == NOTIFICATION_NONE ? NOTIFICATION_NONE : NOTIFICATION_SOLD_PART);
}

TEST_ROWS_WHY(step_notifies_everyone_concerned_but_its_actor, steps)
{
    const struct notification_step step = step_of(_i);

    ck_assert_int_eq(notification_for_guest(&step), row->guest);
    ck_assert_int_eq(notification_for_owner(&step), row->owner);
}

static const struct {
    const char *event;
    enum notification owner;
} ends[] = {
    {"booking.expired",   NOTIFICATION_LAPSED   },
    {"booking.cancelled", NOTIFICATION_WITHDRAWN},
    {"booking.changed",   NOTIFICATION_MOVED    },
};

TEST_ROWS(owner_learns_what_happens_to_a_hold_that_was_a_request, ends)
{
    struct notification_step step = {.event = slice_of(row->event),
                                     .from = SLICE("held"),
                                     .actor = SLICE(HIM),
                                     .has_reason = true,
                                     .guest = 7,
                                     .owner_knows = true};

    ck_assert_int_eq(notification_for_owner(&step), row->owner);
    step.owner_knows = false;
    ck_assert_int_eq(notification_for_owner(&step), NOTIFICATION_NONE);
}

TEST_ROWS_WHY(guest_without_telegram_gets_no_notification, steps)
{
    struct notification_step step = step_of(_i);

    step.guest = FIELD_ABSENT;
    ck_assert_int_eq(notification_for_guest(&step), NOTIFICATION_NONE);
    ck_assert_int_eq(notification_for_owner(&step), row->owner);
}

static const struct {
    const char *status;
    enum notification owner;
} moves[] = {
    {"held",            NOTIFICATION_NONE      },
    {"requested",       NOTIFICATION_REQUEST   },
    {"payment_claimed", NOTIFICATION_CLAIM     },
    {"confirmed",       NOTIFICATION_BOOKED    },
    {"checked_in",      NOTIFICATION_CHECKED_IN},
};

TEST_ROWS(owner_of_another_apartment_is_notified_of_a_new_booking, moves)
{
    const struct notification_step step = {.event = SLICE("booking.changed"),
                                           .from = slice_of(row->status),
                                           .status = slice_of(row->status),
                                           .status_now = slice_of(row->status),
                                           .actor = SLICE("staff:aigul"),
                                           .has_reason = true,
                                           .owner_knows = true,
                                           .changes_owner = true,
                                           .guest = 7};

    ck_assert_int_eq(notification_for_owner(&step), row->owner);
    ck_assert_int_eq(notification_for_guest(&step), NOTIFICATION_CHANGED);
}

TEST(transfer_to_another_owner_is_not_a_change)
{
    const struct notification_step step = {.event = SLICE("booking.changed"),
                                           .status = SLICE("confirmed"),
                                           .status_now = SLICE("confirmed"),
                                           .actor = SLICE("staff:aigul"),
                                           .changes_owner = true,
                                           .guest = 7};

    ck_assert_int_eq(notification_for_guest(&step), NOTIFICATION_NONE);
    ck_assert_int_eq(notification_for_owner(&step), NOTIFICATION_NONE);
}

/* --- staff --- */

static const struct {
    struct notification_reach reach;
    enum notification_why why;
} reaches[] = {
    {{true, true, true, false, false},    NOTIFICATION_WHY_NONE   },
    {{true, true, true, true, false},     NOTIFICATION_WHY_BLOCKED},
    {{true, true, true, false, true},     NOTIFICATION_WHY_GONE   },
    {{true, true, false, false, false},   NOTIFICATION_WHY_UNKNOWN},
    {{true, false, true, true, false},    NOTIFICATION_WHY_OFF    },
    {{false, false, false, false, false}, NOTIFICATION_WHY_UNBOUND},
    {{false, true, false, false, false},  NOTIFICATION_WHY_UNBOUND},
};

TEST_ROWS(owner_who_cannot_be_notified_has_a_reason, reaches)
{
    ck_assert_int_eq(notification_unreachable_reason(&row->reach), row->why);
}

TEST_ROWS_WHY(staff_get_what_the_owner_would_get, steps)
{
    const struct notification_step step = step_of(_i);
    const bool is_own = slice_starts(step.actor, SLICE("staff:"));

    ck_assert_int_eq(notification_for_staff(&step, NOTIFICATION_WHY_BLOCKED, 0),
                     is_own ? NOTIFICATION_NONE : row->owner);
    ck_assert_int_eq(notification_for_staff(&step, NOTIFICATION_WHY_NONE, FIELD_ABSENT),
                     NOTIFICATION_NONE);
}

/* The money may have arrived, and only the owner can see that. */
TEST(staff_learn_that_the_guest_has_cancelled_a_claimed_payment)
{
    struct notification_step step = {.event = SLICE("booking.cancelled"),
                                     .from = SLICE("payment_claimed"),
                                     .status = SLICE("cancelled"),
                                     .status_now = SLICE("cancelled"),
                                     .actor = SLICE(HIM),
                                     .claimed = 100,
                                     .guest = 7};

    for (int64_t refund = 0; refund <= 100; refund += 100)
        ck_assert_int_eq(notification_for_staff(&step, NOTIFICATION_WHY_NONE, refund),
                         NOTIFICATION_WITHDRAWN);
    ck_assert_int_eq(notification_for_owner(&step), NOTIFICATION_WITHDRAWN);
    step.actor = SLICE(OWNER); /* has looked for the money */
    ck_assert_int_eq(notification_for_staff(&step, NOTIFICATION_WHY_NONE, 0), NOTIFICATION_NONE);
    ck_assert_int_eq(notification_for_staff(&step, NOTIFICATION_WHY_NONE, 100),
                     NOTIFICATION_REFUND);
    step.actor = SLICE("staff:aigul");
    ck_assert_int_eq(notification_for_staff(&step, NOTIFICATION_WHY_BLOCKED, 0), NOTIFICATION_NONE);
}

static const struct {
    const char *event;
    enum notification due;
} refunds[] = {
    {"booking.cancelled", NOTIFICATION_REFUND        },
    {"booking.changed",   NOTIFICATION_REFUND_CHANGED},
    {"booking.confirmed", NOTIFICATION_REFUND_CHANGED},
    {"booking.no_show",   NOTIFICATION_REFUND_NO_SHOW},
    {"booking.expired",   NOTIFICATION_REFUND_EXPIRED},
};

static enum notification refund_of(const char *event)
{
    for (size_t i = 0; i < COUNT(refunds); i++)
        if (strcmp(refunds[i].event, event) == 0)
            return refunds[i].due;
    return NOTIFICATION_NONE;
}

TEST_ROWS(event_with_a_refund_may_concern_staff, refunds)
{
    ck_assert(notification_event_may_concern_owner_or_staff(slice_of(row->event)));
    ck_assert(!notification_event_may_concern_owner_or_staff(SLICE("booking.completed")));
}

TEST_ROWS_WHY(staff_learn_of_each_refund_once, steps)
{
    const struct notification_step step = step_of(_i);
    const enum notification due =
        strcmp(row->status, row->now) == 0 ? refund_of(row->event) : NOTIFICATION_NONE;
    const enum notification instead = notification_for_staff(&step, NOTIFICATION_WHY_UNBOUND, 100);

    ck_assert_int_eq(notification_for_staff(&step, NOTIFICATION_WHY_NONE, 100), due);
    ck_assert(due == NOTIFICATION_NONE || instead == due || instead == row->owner);
}

TEST(transfer_to_another_owner_makes_no_refund_due)
{
    struct notification_step step = {.event = SLICE("booking.changed"),
                                     .status = SLICE("confirmed"),
                                     .status_now = SLICE("confirmed")};

    ck_assert_int_eq(notification_for_staff(&step, NOTIFICATION_WHY_NONE, 100), NOTIFICATION_NONE);
    step.has_reason = true;
    ck_assert_int_eq(notification_for_staff(&step, NOTIFICATION_WHY_NONE, 100),
                     NOTIFICATION_REFUND_CHANGED);
}

static const struct {
    const char *status;
    enum notification notification;
} failures[] = {
    {"requested",       NOTIFICATION_REQUEST  },
    {"payment_claimed", NOTIFICATION_CLAIM    },
    {"confirmed",       NOTIFICATION_MISSED   },
    {"checked_in",      NOTIFICATION_MISSED   },
    {"cancelled",       NOTIFICATION_WITHDRAWN},
};

TEST_ROWS(failed_message_tells_staff_what_the_booking_waits_for, failures)
{
    ck_assert_int_eq(notification_to_staff_after_failure(slice_of(row->status)), row->notification);
}
