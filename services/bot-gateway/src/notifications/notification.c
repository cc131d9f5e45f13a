// SPDX-License-Identifier: MIT
#include "notifications/notification.h"

#include <stdio.h>

#include "base/value.h"

// clang-format off
/* event, status before (NULL: any), notification; the first row that matches */
static const struct {
    const char *event;
    const char *from;
    enum notification notification;
} of_guest[] = {
    {"booking.confirmed", NULL,        NOTIFICATION_CONFIRMED},
    {"booking.held",      "requested", NOTIFICATION_AGREED   },
    {"booking.declined",  NULL,        NOTIFICATION_DECLINED },
    {"booking.expired",   NULL,        NOTIFICATION_EXPIRED  },
    {"booking.cancelled", NULL,        NOTIFICATION_CANCELLED},
    {"booking.changed",   NULL,        NOTIFICATION_CHANGED  },
}, of_owner[] = {
    {"booking.requested",       NULL,  NOTIFICATION_REQUEST  },
    {"booking.payment_claimed", NULL,  NOTIFICATION_CLAIM    },
    {"booking.changed",         NULL,  NOTIFICATION_MOVED    },
};
// clang-format on

bool notification_is_for_guest(struct slice event)
{
    for (size_t i = 0; i < ARRAY_LEN(of_guest); i++)
        if (slice_is(event, of_guest[i].event))
            return true;
    return false;
}

static bool is_by_guest(const struct notification_step *step)
{
    char guest[32];

    snprintf(guest, sizeof guest, "guest:%lld", (long long)step->guest);
    return slice_is(step->actor, guest);
}

enum notification notification_for_guest(const struct notification_step *step)
{
    enum notification notification = NOTIFICATION_NONE;

    if (step->guest == FIELD_ABSENT || is_by_guest(step) ||
        !slice_equal(step->status, step->status_now))
        return NOTIFICATION_NONE;
    for (size_t i = 0; i < ARRAY_LEN(of_guest) && notification == NOTIFICATION_NONE; i++)
        if (slice_is(step->event, of_guest[i].event) &&
            (of_guest[i].from == NULL || slice_is(step->from, of_guest[i].from)))
            notification = of_guest[i].notification;
    if (notification == NOTIFICATION_CONFIRMED && step->paid > 0)
        return NOTIFICATION_PAID;
    /* A change without a reason is a transfer to another owner, which changes nothing for the
     * guest. */
    return notification == NOTIFICATION_CHANGED && !step->has_reason ? NOTIFICATION_NONE
                                                                     : notification;
}

bool notification_needs_actor(struct slice event)
{
    return slice_is(event, "booking.changed");
}

enum notification notification_for_owner(const struct notification_step *step)
{
    if (!slice_equal(step->status, step->status_now) ||
        (notification_needs_actor(step->event) && !slice_starts(step->actor, SLICE("guest:"))))
        return NOTIFICATION_NONE;
    for (size_t i = 0; i < ARRAY_LEN(of_owner); i++)
        if (slice_is(step->event, of_owner[i].event))
            return of_owner[i].notification;
    return NOTIFICATION_NONE;
}
