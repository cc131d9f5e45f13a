// SPDX-License-Identifier: MIT
/* Which notification a step of a booking causes. Pure. */
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
    NOTIFICATION_CHANGED, /* dates, guests or apartment */
    /* To the owner. */
    NOTIFICATION_REQUEST,
    NOTIFICATION_CLAIM,
    NOTIFICATION_MOVED,     /* dates, guests or apartment */
    NOTIFICATION_BOOKED,    /* the booking is confirmed */
    NOTIFICATION_WITHDRAWN, /* a booking of which the owner knew is cancelled */
    NOTIFICATION_CHECKED_IN,
    /* Reminders, see reminder.h. */
    NOTIFICATION_EVE,
    NOTIFICATION_TODAY,
    NOTIFICATION_HOLD_ENDS,
    NOTIFICATION_CHECK_OUT,
    NOTIFICATION_RATE,
    NOTIFICATION_REQUEST_ENDS,
    NOTIFICATION_CLAIM_ENDS,
    NOTIFICATION_ARRIVED,
    NOTIFICATION_TOMORROW, /* arrivals and departures of an owner */
    NOTIFICATIONS
};

/* A step of a booking: its event, and what the history says about it. */
struct notification_step {
    struct slice event;  /* "booking.confirmed" */
    struct slice from;   /* the status before; absent: created or unknown */
    struct slice status; /* the status after */
    struct slice actor;  /* "guest:7", "owner:<id>", ...; absent: unknown */
    bool has_reason;
    /* The state of the booking now, after later steps too: */
    struct slice status_now;
    int64_t paid;  /* 0 or less: nothing is paid */
    int64_t guest; /* telegram_id of the guest; FIELD_ABSENT: unknown */
};

/* Whether events of this type can cause a notification of the guest or of the owner. For other
 * types no lookups are needed. */
bool notification_is_for_guest(struct slice event);
bool notification_is_for_owner(struct slice event);

/* The notification of the guest, and of the owner, about a step. Nobody is notified of their own
 * steps, nor of a state that a later event has changed. */
enum notification notification_for_guest(const struct notification_step *step);
enum notification notification_for_owner(const struct notification_step *step);
