// SPDX-License-Identifier: MIT
/* Who is told of a step of a booking, and what. Pure. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"

enum notification {
    NOTIFICATION_NONE,
    /* To the guest. */
    NOTIFICATION_CONFIRMED,
    NOTIFICATION_PAID,   /* his payment has arrived, and the booking is confirmed */
    NOTIFICATION_AGREED, /* his request was accepted; now it is to be paid */
    NOTIFICATION_DECLINED,
    NOTIFICATION_EXPIRED,
    NOTIFICATION_CANCELLED,
    NOTIFICATION_CHANGED, /* other dates, guests or flat */
    /* To the owner. */
    NOTIFICATION_REQUEST,
    NOTIFICATION_CLAIM,
    NOTIFICATION_MOVED, /* the guest has other dates */
    /* Of time, see reminder.h. */
    NOTIFICATION_EVE,
    NOTIFICATION_TODAY,
    NOTIFICATION_REQUEST_ENDS,
    NOTIFICATION_CLAIM_ENDS,
    NOTIFICATION_ARRIVED,
    NOTIFICATIONS
};

/* A step as its event and the booking's history tell it. */
struct notification_step {
    struct slice event;  /* "booking.confirmed" */
    struct slice from;   /* the status before; absent: the booking was made, or nobody knows */
    struct slice status; /* that the step has made */
    struct slice actor;  /* "guest:7", "owner:<id>", ...; absent: nobody knows */
    bool has_reason;
    /* The booking as it is by now. */
    struct slice status_now;
    int64_t paid;  /* 0 or less: nothing */
    int64_t guest; /* his telegram_id; FIELD_ABSENT: not known */
};

/* Is there a notice for the guest behind some such steps? For the others nobody need be asked. */
bool notification_is_for_guest(struct slice event);

/* What the guest does himself he is not told; nor what is not the case any more, because a later
 * event tells what is. */
enum notification notification_for_guest(const struct notification_step *step);

/* Does it depend on who made the step whether the owner is told? For the others nobody need be
 * asked. */
bool notification_needs_actor(struct slice event);

/* Requests and claimed payments, while they wait, and the guest's other dates. */
enum notification notification_for_owner(const struct notification_step *step);
