// SPDX-License-Identifier: MIT
/* Decides which notification a step of a booking causes. Pure. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"

enum notification {
    NOTIFICATION_NONE,
    /* To the guest. */
    NOTIFICATION_CONFIRMED,
    NOTIFICATION_PAID,   /* the payment has arrived and the booking is confirmed */
    NOTIFICATION_AGREED, /* the request was accepted and is to be paid */
    NOTIFICATION_DECLINED,
    NOTIFICATION_EXPIRED_HOLD,
    NOTIFICATION_EXPIRED_REQUEST,
    NOTIFICATION_EXPIRED, /* from another or an unknown status */
    NOTIFICATION_CANCELLED,
    NOTIFICATION_UNPAID, /* cancelled, because the claimed payment was not found */
    NOTIFICATION_SOLD, /* cancelled, because another channel has sold the nights: all is refunded */
    NOTIFICATION_SOLD_PART, /* likewise, but a part of what was paid is withheld */
    NOTIFICATION_NO_SHOW,   /* owner or staff noted that the guest did not come */
    NOTIFICATION_CHANGED,   /* dates, guests or apartment */
    /* To the owner. */
    NOTIFICATION_REQUEST,   /* the guest requests a booking */
    NOTIFICATION_CLAIM,     /* the guest claims to have paid */
    NOTIFICATION_MOVED,     /* dates, guests or apartment have changed */
    NOTIFICATION_BOOKED,    /* the booking is confirmed */
    NOTIFICATION_WITHDRAWN, /* a booking of which the owner knew is cancelled */
    NOTIFICATION_CHECKED_IN,
    NOTIFICATION_LAPSED, /* a request without an answer, or one that was accepted and not paid */
    NOTIFICATION_MOVED_AWAY, /* the booking has another owner now */
    /* Reminders, see reminder.h. */
    NOTIFICATION_EVE,
    NOTIFICATION_TODAY,
    NOTIFICATION_ENTRY,       /* how to get in */
    NOTIFICATION_ENTRY_PHONE, /* how to get in is shown once the booking has a phone */
    NOTIFICATION_HOLD_ENDS,
    NOTIFICATION_CHECK_OUT,
    NOTIFICATION_RATE,
    NOTIFICATION_REQUEST_ENDS,
    NOTIFICATION_CLAIM_ENDS,
    NOTIFICATION_ARRIVED,
    NOTIFICATION_TOMORROW, /* arrivals and departures of an owner */
    /* To staff only. Notifications of an owner may be sent to staff too. */
    NOTIFICATION_REFUND,         /* a cancelled booking was paid */
    NOTIFICATION_REFUND_CHANGED, /* a changed or confirmed booking costs less than was paid */
    NOTIFICATION_REFUND_NO_SHOW, /* the guest of a paid booking did not come */
    NOTIFICATION_REFUND_EXPIRED, /* an expired booking was paid in part */
    NOTIFICATION_MISSED,         /* a message to the owner has failed */
    NOTIFICATION_REQUEST_WAITS,  /* a reminder, see reminder.h */
    NOTIFICATION_CLAIM_WAITS,    /* a reminder */
    NOTIFICATION_CLAIM_OVERDUE,  /* a reminder */
    NOTIFICATIONS
};

/* Why staff are notified in place of the owner. */
enum notification_why {
    NOTIFICATION_WHY_NONE,    /* the owner can be notified */
    NOTIFICATION_WHY_UNBOUND, /* no account is bound */
    NOTIFICATION_WHY_OFF,     /* the owner has disabled notifications */
    NOTIFICATION_WHY_UNKNOWN, /* the account has never written to a bot of the tenant */
    NOTIFICATION_WHY_BLOCKED, /* the account has blocked the bot that it used last */
    NOTIFICATION_WHY_GONE,    /* Telegram does not reach the account any more */
    NOTIFICATION_WHY_REFUSED, /* Telegram has refused a message, or does not answer */
    NOTIFICATION_WHYS
};

/* What decides whether an owner can be notified. */
struct notification_reach {
    bool is_bound;   /* a Telegram account is bound to the owner */
    bool notify;     /* the owner has not disabled notifications */
    bool is_known;   /* the account has written to a bot of the tenant */
    bool is_blocked; /* the account has blocked the bot that it used last */
    bool is_gone;    /* Telegram does not reach the account for another reason */
};
/* Why the owner cannot be notified, or NOTIFICATION_WHY_NONE. */
enum notification_why notification_unreachable_reason(const struct notification_reach *reach);

/* A step of a booking: its event, and what that or the history says about it. */
struct notification_step {
    struct slice event;  /* "booking.confirmed" */
    struct slice from;   /* the status before; absent: created or unknown */
    struct slice status; /* the status after */
    struct slice actor;  /* "guest", "owner", ..., from the history with an id: "guest:7"; absent:
                            unknown */
    bool has_reason;     /* the actor gave a reason for the step */
    bool owner_knows;    /* the booking has had another status than "held" before the step */
    bool sold_elsewhere; /* it was cancelled, because another channel has sold the nights */
    bool changes_owner;  /* the booking was moved, or its apartment given, to another owner */
    /* The state of the booking now, after later steps too: */
    struct slice status_now;
    int64_t paid;    /* 0 or less: nothing is paid */
    int64_t claimed; /* stay_unconfirmed_claim() */
    bool withholds;  /* less than `paid` goes back to the guest */
    int64_t guest;   /* telegram_id of the guest; FIELD_ABSENT: unknown */
    int64_t refund;  /* of a ride, for the driver: what goes back to the passenger */
};

/* Whether the actor of the step is of this kind ("owner"). */
bool notification_step_is_by(const struct notification_step *step, const char *kind);
/* Whether the guest of the booking, or the passenger of the ride, has made the step. */
bool notification_step_is_by_guest(const struct notification_step *step);

/* Whether events of this type can cause a notification of the guest, or of owner or staff. For
 * other types no lookups are needed. */
bool notification_event_may_concern_guest(struct slice event);
bool notification_event_may_concern_owner_or_staff(struct slice event);

/* The notification of the guest, and of the owner, about a step. Nobody is notified of their own
 * steps, of a state that a later event has changed, or of a change without a reason, which is the
 * transfer to another owner. After a move to another owner's apartment, its owner is notified as if
 * the booking had just got its status. */
enum notification notification_for_guest(const struct notification_step *step);
enum notification notification_for_owner(const struct notification_step *step);
/* The notification of staff about a step. If the owner cannot be notified (`owner_unreachable_why`)
 * of a step that is not of staff, or if the guest has cancelled a booking with a claimed payment,
 * it is the notification that the owner would get. If that is none and the step makes a refund due
 * (`refund_tiyn` in tiyn; 0 or less: none), it is one of NOTIFICATION_REFUND_... */
enum notification notification_for_staff(const struct notification_step *step,
                                         enum notification_why owner_unreachable_why,
                                         int64_t refund_tiyn);
/* The notification of staff after a message to the owner has failed; `booking_status` is that of
 * the booking. */
enum notification notification_to_staff_after_failure(struct slice booking_status);
