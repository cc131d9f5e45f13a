// SPDX-License-Identifier: MIT
/* When reminders of a booking, a ride or a trip are sent. Pure.
 *
 * Times of a stay are local times of the apartment in microseconds, encoded as if they were UTC.
 * The database, which knows time zones, makes instants of them (notification_store.h). */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"

/* The kinds of reminders, in the order of reminder_kind_names. */
enum reminder_kind {
    REMINDER_EVE,    /* to the guest, at 10:00 on the day before check-in */
    REMINDER_HOURS,  /* to the guest, 3 h before check-in */
    REMINDER_HOLD,   /* to the guest, 5 min before a hold expires */
    REMINDER_ENTRY,  /* to the guest, when booking-api shows how to get in, even at night */
    REMINDER_LEAVES, /* to the guest, at 9:00 on the day of check-out */
    REMINDER_RATE,   /* to the guest, at 11:00 on the day after check-out */
    REMINDER_ENDS,   /* to the owner, 1 h before a request expires or a payment should be checked */
    REMINDER_ARRIVED, /* to the owner, at 9:00 on the day after check-in: did the guest arrive? */
    /* To the owner, at 19:00 on the day before check-in and before check-out: all arrivals and
     * departures of the next day, in one message. */
    REMINDER_ARRIVES,
    REMINDER_DEPARTS,
    REMINDER_UNANSWERED, /* to staff, when a request or a claimed payment has no answer for 30 min
                          */
    REMINDER_OVERDUE,    /* to staff, when a claimed payment should have been decided */
    REMINDER_RIDE,       /* to the passenger of a ride, 3 h before the departure */
    REMINDER_RUN,        /* to the driver of a trip, 6 h before the departure: "do you go?" */
    REMINDER_OFFER,      /* of a ride that looks for a driver: it is offered to drivers at 7:00 */
    REMINDER_KINDS
};
extern const char *const reminder_kind_names[]; /* NULL-terminated */

/* The properties of a stay that determine its reminders. */
struct reminder_stay {
    struct slice status; /* of booking-api */
    int32_t check_in;    /* day number */
    int32_t check_out;
    int32_t check_in_minutes; /* after midnight */
    int32_t check_out_minutes;
    int64_t expires_at; /* an instant; FIELD_ABSENT: none */
    int64_t since;      /* an instant: the last change */
    int64_t now;        /* an instant; reminders for staff whose time has passed are due at once */
    int64_t entry_at;   /* an instant from which the guest sees how to get in; 0 or less: none */
};

struct reminder_time {
    enum reminder_kind kind;
    bool is_instant; /* `due` and `until` are instants in microseconds, not local times */
    int64_t due;
    int64_t until;   /* later than `due`: the reminder expires; see reminder_get_expiry_us() */
    bool on_the_day; /* the reminder is due on the day of check-in */
};

/* Plans the reminders of a stay in its current state, including reminders whose time has passed.
 * Returns their number.
 *
 * Night is from 22:00 (inclusive) to 9:00 (exclusive). A reminder of the guest in the night moves
 * to 9:00 after the night if that is before check-in (or check-out), otherwise to 21:30 before the
 * night. A hold that expires within 7 minutes has no reminder. */
size_t reminder_plan_stay(const struct reminder_stay *stay,
                          struct reminder_time out[REMINDER_KINDS]);

/* Plans REMINDER_RIDE or REMINDER_RUN, with local times of Kazakhstan.
 *
 * The passenger's reminder moves out of the night as reminders of guests do. The driver can confirm
 * a trip from 6 h to 1 h before the departure, so the driver's reminder moves from the night to
 * 9:00, but at the latest to 90 min before the departure. If its time has passed at `now_us`,
 * because the trip was published late or was not confirmed before a delay, it is due 90 min before
 * the departure too. */
struct reminder_time reminder_plan_ride_or_trip(enum reminder_kind kind, int64_t departure_us,
                                                int64_t now_us);

/* Whether the offer of a ride to drivers waits for the morning: between 23:00 and 7:00 only rides
 * that leave within 6 h or before 9:00 are offered at once. If true, `out` is REMINDER_OFFER. Times
 * are local times of Kazakhstan. */
bool reminder_plan_offer_if_night(int64_t departure_us, int64_t now_us, struct reminder_time *out);

/* Whether a stay with this status has reminders. */
bool reminder_any_applies(struct slice booking_status);

/* Whether a reminder of this kind still applies to a stay with this status. */
bool reminder_applies(enum reminder_kind kind, struct slice booking_status);

bool reminder_is_for_owner(enum reminder_kind kind);
bool reminder_is_for_staff(enum reminder_kind kind);
/* Whether the kind is REMINDER_RIDE, REMINDER_RUN or REMINDER_OFFER. */
bool reminder_is_of_ride(enum reminder_kind kind);
/* Whether the kind is REMINDER_ARRIVES or REMINDER_DEPARTS. */
bool reminder_lists_next_day(enum reminder_kind kind);

/* The instant when a stored reminder expires; `due_us` and `until_us` are as stored. It is
 * `until_us`, except for the kinds below. Their `until_us` is just after `due_us`, so that older
 * instances of the service, which mistake them for REMINDER_EVE, find them expired.
 *
 *     REMINDER_ARRIVES, REMINDER_DEPARTS, REMINDER_RATE  22:00
 *     REMINDER_OFFER                                     19:00
 *     REMINDER_HOLD                                      the end of the hold
 *     REMINDER_LEAVES                                    half an hour after `due_us`
 *     REMINDER_UNANSWERED, REMINDER_OVERDUE              a day after `due_us`
 *     REMINDER_ENTRY                                     two days after `due_us` */
int64_t reminder_get_expiry_us(enum reminder_kind kind, int64_t due_us, int64_t until_us);
