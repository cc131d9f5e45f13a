// SPDX-License-Identifier: MIT
#include "notifications/notification.h"

#include <stdio.h>

#include "base/value.h"

// clang-format off
/* Columns: event, status before (NULL: any), notification. The first row that matches is used. */
static const struct rule {
    const char *event;
    const char *from;
    enum notification notification;
} of_guest[] = {
    {"booking.confirmed", NULL,              NOTIFICATION_CONFIRMED      },
    {"booking.held",      "requested",       NOTIFICATION_AGREED         },
    {"booking.declined",  NULL,              NOTIFICATION_DECLINED       },
    {"booking.expired",   "held",            NOTIFICATION_EXPIRED_HOLD   },
    {"booking.expired",   "requested",       NOTIFICATION_EXPIRED_REQUEST},
    {"booking.expired",   NULL,              NOTIFICATION_EXPIRED        },
    {"booking.cancelled", "payment_claimed", NOTIFICATION_UNPAID         },
    {"booking.cancelled", NULL,              NOTIFICATION_CANCELLED      },
    {"booking.no_show",   NULL,              NOTIFICATION_NO_SHOW        },
    {"booking.changed",   NULL,              NOTIFICATION_CHANGED        },
    {NULL,                NULL,              NOTIFICATION_NONE           },
}, of_owner[] = {
    {"booking.requested",       NULL,              NOTIFICATION_REQUEST   },
    {"booking.payment_claimed", NULL,              NOTIFICATION_CLAIM     },
    {"booking.confirmed",       NULL,              NOTIFICATION_BOOKED    },
    {"booking.changed",         "held",            NOTIFICATION_NONE      }, /* a hold is unknown to the owner */
    {"booking.changed",         NULL,              NOTIFICATION_MOVED     },
    {"booking.cancelled",       "held",            NOTIFICATION_NONE      },
    {"booking.cancelled",       NULL,              NOTIFICATION_WITHDRAWN },
    {"booking.expired",         "requested",       NOTIFICATION_LAPSED    },
    {"booking.checked_in",      NULL,              NOTIFICATION_CHECKED_IN},
    {NULL,                      NULL,              NOTIFICATION_NONE      },
}, of_refund[] = { /* to staff */
    {"booking.cancelled", NULL, NOTIFICATION_REFUND        },
    {"booking.changed",   NULL, NOTIFICATION_REFUND_CHANGED},
    {"booking.confirmed", NULL, NOTIFICATION_REFUND_CHANGED},
    {"booking.no_show",   NULL, NOTIFICATION_REFUND_NO_SHOW},
    {"booking.expired",   NULL, NOTIFICATION_REFUND_EXPIRED},
    {NULL,                NULL, NOTIFICATION_NONE          },
};
// clang-format on

static bool has_rule_for_event(const struct rule *rules, struct slice event)
{
    while (rules->event != NULL && !slice_is(event, rules->event))
        rules++;
    return rules->event != NULL;
}

bool notification_event_may_concern_guest(struct slice event)
{
    return has_rule_for_event(of_guest, event);
}

bool notification_event_may_concern_owner_or_staff(struct slice event)
{
    return has_rule_for_event(of_owner, event) || has_rule_for_event(of_refund, event);
}

static enum notification find_notification(const struct rule *rules,
                                           const struct notification_step *step)
{
    /* A change without a reason is the transfer to another owner. It changes nothing for the guest,
     * and the new owner is not notified of it. */
    if (!slice_equal(step->status, step->status_now) ||
        (slice_is(step->event, "booking.changed") && !step->has_reason))
        return NOTIFICATION_NONE;
    while (rules->event != NULL && (!slice_is(step->event, rules->event) ||
                                    (rules->from != NULL && !slice_is(step->from, rules->from))))
        rules++;
    return rules->notification;
}

bool notification_step_is_by(const struct notification_step *step, const char *kind)
{
    struct slice id = step->actor;

    return slice_is(slice_cut(&id, ':'), kind);
}

bool notification_step_is_by_guest(const struct notification_step *step)
{
    char guest[32];

    snprintf(guest, sizeof guest, "guest:%lld", (long long)step->guest);
    return slice_is(step->actor, "guest") || slice_is(step->actor, guest);
}

enum notification notification_for_guest(const struct notification_step *step)
{
    if (step->guest == FIELD_ABSENT || notification_step_is_by_guest(step))
        return NOTIFICATION_NONE;
    const enum notification notification = find_notification(of_guest, step);
    if (notification != NOTIFICATION_NONE && step->sold_elsewhere)
        return step->withholds ? NOTIFICATION_SOLD_PART : NOTIFICATION_SOLD;
    if (notification == NOTIFICATION_CONFIRMED && step->paid > 0)
        return NOTIFICATION_PAID;
    return notification == NOTIFICATION_UNPAID && step->paid > 0 ? NOTIFICATION_CANCELLED
                                                                 : notification;
}

enum notification notification_for_owner(const struct notification_step *step)
{
    struct notification_step seen = *step;
    char event[32];

    if (step->changes_owner && step->has_reason) {
        snprintf(event, sizeof event, "booking.%.*s", SLICE_ARG(step->status));
        seen.event = slice_of(event);
    }
    if (step->owner_knows && slice_is(step->from, "held"))
        seen.from = SLICE("requested");
    return notification_step_is_by(step, "owner") ? NOTIFICATION_NONE
                                                  : find_notification(of_owner, &seen);
}

enum notification_why notification_unreachable_reason(const struct notification_reach *reach)
{
    if (!reach->is_bound)
        return NOTIFICATION_WHY_UNBOUND;
    if (!reach->notify)
        return NOTIFICATION_WHY_OFF;
    if (!reach->is_known)
        return NOTIFICATION_WHY_UNKNOWN;
    if (reach->is_blocked)
        return NOTIFICATION_WHY_BLOCKED;
    return reach->is_gone ? NOTIFICATION_WHY_GONE : NOTIFICATION_WHY_NONE;
}

enum notification notification_for_staff(const struct notification_step *step,
                                         enum notification_why owner_unreachable_why,
                                         int64_t refund_tiyn)
{
    const bool is_own = notification_step_is_by(step, "staff");
    const bool leaves_claim = step->claimed > 0 && notification_step_is_by(step, "guest");
    const enum notification owners =
        leaves_claim || (owner_unreachable_why != NOTIFICATION_WHY_NONE && !is_own)
            ? notification_for_owner(step)
            : NOTIFICATION_NONE;

    if (owners != NOTIFICATION_NONE || refund_tiyn <= 0)
        return owners;
    return find_notification(of_refund, step);
}

enum notification notification_to_staff_after_failure(struct slice booking_status)
{
    if (slice_is(booking_status, "requested"))
        return NOTIFICATION_REQUEST;
    if (slice_is(booking_status, "payment_claimed"))
        return NOTIFICATION_CLAIM;
    return slice_is(booking_status, "cancelled") ? NOTIFICATION_WITHDRAWN : NOTIFICATION_MISSED;
}
