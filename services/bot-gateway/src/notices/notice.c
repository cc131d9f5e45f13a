// SPDX-License-Identifier: MIT
#include "notices/notice.h"

#include <stdio.h>

#include "base/value.h"

// clang-format off
/* event, status before (NULL: any), notice; the first that fits */
static const struct {
    const char *event;
    const char *from;
    enum notice notice;
} of_guest[] = {
    {"booking.confirmed", NULL,        NOTICE_CONFIRMED},
    {"booking.held",      "requested", NOTICE_AGREED   },
    {"booking.declined",  NULL,        NOTICE_DECLINED },
    {"booking.expired",   NULL,        NOTICE_EXPIRED  },
    {"booking.cancelled", NULL,        NOTICE_CANCELLED},
    {"booking.changed",   NULL,        NOTICE_CHANGED  },
}, of_owner[] = {
    {"booking.requested",       NULL,  NOTICE_REQUEST  },
    {"booking.payment_claimed", NULL,  NOTICE_CLAIM    },
    {"booking.changed",         NULL,  NOTICE_MOVED    },
};
// clang-format on

bool notice_is_for_guest(struct slice event)
{
    for (size_t i = 0; i < sizeof of_guest / sizeof of_guest[0]; i++)
        if (slice_is(event, of_guest[i].event))
            return true;
    return false;
}

static bool is_by_guest(const struct notice_step *step)
{
    char guest[32];

    snprintf(guest, sizeof guest, "guest:%lld", (long long)step->guest);
    return slice_is(step->actor, guest);
}

enum notice notice_for_guest(const struct notice_step *step)
{
    enum notice notice = NOTICE_NONE;

    if (step->guest == FIELD_ABSENT || is_by_guest(step) ||
        !slice_equal(step->status, step->status_now))
        return NOTICE_NONE;
    for (size_t i = 0; i < sizeof of_guest / sizeof of_guest[0] && notice == NOTICE_NONE; i++)
        if (slice_is(step->event, of_guest[i].event) &&
            (of_guest[i].from == NULL || slice_is(step->from, of_guest[i].from)))
            notice = of_guest[i].notice;
    if (notice == NOTICE_CONFIRMED && step->paid > 0)
        return NOTICE_PAID;
    /* What a flat's new owner takes over has no reason, and is as it was for the guest. */
    return notice == NOTICE_CHANGED && !step->has_reason ? NOTICE_NONE : notice;
}

bool notice_asks_who(struct slice event)
{
    return slice_is(event, "booking.changed");
}

enum notice notice_for_owner(const struct notice_step *step)
{
    if (!slice_equal(step->status, step->status_now) ||
        (notice_asks_who(step->event) && !slice_starts(step->actor, SLICE("guest:"))))
        return NOTICE_NONE;
    for (size_t i = 0; i < sizeof of_owner / sizeof of_owner[0]; i++)
        if (slice_is(step->event, of_owner[i].event))
            return of_owner[i].notice;
    return NOTICE_NONE;
}
