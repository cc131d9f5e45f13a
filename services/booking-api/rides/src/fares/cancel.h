// SPDX-License-Identifier: MIT
/* What the passenger pays when a ride ends early, and whose fault it is. Pure.
 *
 * Times are microseconds UTC. Limits are inclusive: at the exact instant of a limit the better tier
 * still applies. T (`depart_at`) is the current planned departure from the passenger's stop, so a
 * delay moves every limit, except that of the driver's fault: otherwise a driver could move T away
 * and then cancel. The tiers follow BlaBlaCar's (support.blablacar.com 360014590399). */
#pragma once

#include <stdint.h>

#include "base/value.h"

enum cancel_policy { CANCEL_FLEXIBLE, CANCEL_MODERATE, CANCEL_STRICT, CANCEL_POLICY_COUNT };
extern const char *const cancel_policy_names[]; /* NULL-terminated */
extern const struct texts cancel_policy_texts[CANCEL_POLICY_COUNT];

/* The grace period, in which a passenger may cancel without cost: CANCEL_GRACE_US from the
 * confirmation, but not later than CANCEL_GRACE_LAST_US before T. */
#define CANCEL_GRACE_US      (INT64_C(30) * 60 * 1000000)
#define CANCEL_GRACE_LAST_US (INT64_C(2) * 3600 * 1000000)

enum { CANCEL_TIERS_MAX = 4 };

struct cancel_tier {
    int64_t until;        /* last instant of the tier; FIELD_ABSENT in the last tier */
    int64_t keep_percent; /* share of the payment, up to the total, that is not refunded */
};

/* The tiers of a ride confirmed at `confirmed_at`, without tiers that had ended by that instant.
 * The grace period replaces a first tier that it outlasts, or precedes a first tier with a cost. If
 * `confirmed_at` is FIELD_ABSENT, the ride is not confirmed: all tiers of the policy, without a
 * grace period. Returns the number of tiers, 1 to CANCEL_TIERS_MAX. */
size_t cancel_list_tiers(enum cancel_policy policy, int64_t depart_at, int64_t confirmed_at,
                         struct cancel_tier tiers[CANCEL_TIERS_MAX]);

enum cancel_by { CANCEL_BY_GUEST, CANCEL_BY_DRIVER, CANCEL_BY_STAFF, CANCEL_BY_SYSTEM };

/* How a ride ends. If the driver or the system cancels the whole trip, each ride ends as
 * CANCEL_CANCELLED by the driver or the system. */
enum cancel_end { CANCEL_CANCELLED, CANCEL_NO_SHOW, CANCEL_DRIVER_NO_SHOW };

struct cancel_case {
    enum cancel_policy policy;
    enum cancel_end end;
    enum cancel_by by;
    int64_t depart_at;     /* T; FIELD_ABSENT: an open ride without a trip */
    int64_t delay_minutes; /* of depart_at since the ride was confirmed */
    int64_t confirmed_at;  /* FIELD_ABSENT: not confirmed */
    int64_t now;
    bool free_cancel; /* the passenger may cancel without cost and fault: cancel_is_free() */
    bool road_closed; /* no cost, and neither side is at fault */
    int64_t total;    /* tiyn, whole tenge */
    int64_t paid;     /* tiyn, 0 or more; may be above the total */
};

/* kept + refund = paid; kept <= total. */
struct cancel_terms {
    int64_t kept; /* rounded half up to whole tenge */
    int64_t refund;
    int64_t until; /* last instant at which the terms apply; FIELD_ABSENT: no limit */
};

/* The amounts kept and refunded if the ride ends now. Everything is refunded if the ride was not
 * confirmed, if free_cancel or road_closed is set, or if anyone but the passenger ends it. Else a
 * no-show gets no refund. */
struct cancel_terms cancel_compute_terms(const struct cancel_case *ride);

/* --- faults --- */

enum cancel_fault { CANCEL_FAULT_NONE, CANCEL_FAULT_PASSENGER, CANCEL_FAULT_DRIVER };
extern const char *const cancel_fault_names[]; /* "none", "passenger", "driver"; NULL-terminated */

/* A cancel of a confirmed ride later than this before T is a fault; if the driver cancels, before
 * T - delay_minutes, the departure that was agreed. */
#define CANCEL_PASSENGER_LATE_US (INT64_C(3) * 3600 * 1000000)
#define CANCEL_DRIVER_LATE_US    (INT64_C(24) * 3600 * 1000000)

/* Whose fault the end of the ride is:
 *   nobody's         road_closed is set; a cancel of an unconfirmed ride; a cancel by staff; if
 *                    free_cancel is set, a no-show and a cancel by the passenger
 *   the passenger's  a no-show; a cancel by the passenger after T - 3 h and the grace period
 *   the driver's     a driver-no-show; a cancel by the system; a cancel by the driver after
 *                    T - delay_minutes - 24 h
 * If the driver cancels a whole trip, its rides are one fault: cancel_side_at_fault_for_trip(). */
enum cancel_fault cancel_side_at_fault(const struct cancel_case *ride);

/* Whose fault it is that a whole trip is cancelled. A cancel by the system is the driver's fault. A
 * cancel by the driver is a fault after `first_departs_at` - 24 h, where `first_departs_at` is the
 * earliest T of the confirmed rides as agreed (FIELD_ABSENT: no such ride, no fault). Nobody's
 * fault: a cancel by staff; any cancel if `road_closed` is set. */
enum cancel_fault cancel_side_at_fault_for_trip(enum cancel_by by, int64_t first_departs_at,
                                                int64_t now, bool road_closed);

/* From CANCEL_FAULTS_MAX faults within the days of the side, a passenger's POST of a ride returns
 * 403 "restricted", and a driver becomes `suspended`. */
enum { CANCEL_FAULTS_MAX = 3, CANCEL_PASSENGER_DAYS = 90, CANCEL_DRIVER_DAYS = 30 };

/* --- free_cancel --- */

/* The facts that decide whether a passenger may leave a trip without cost. An instant that is
 * FIELD_ABSENT has not happened. */
struct cancel_trip {
    bool is_scheduled;        /* not started */
    int64_t first_at;         /* current T of the first stop */
    int64_t driver_confirmed; /* when the driver confirmed the trip */
    int64_t
        free_cancel_at; /* last change of car, or the delay that exceeded CANCEL_DELAY_MINUTES */
};

/* If the driver has not confirmed the trip by this time before the first T, passengers may leave it
 * without cost. */
#define CANCEL_UNCONFIRMED_US (INT64_C(1) * 3600 * 1000000)
/* Passengers may leave without cost if the total delay is longer than this. */
enum { CANCEL_DELAY_MINUTES = 60 };

/* Whether a passenger whose ride was confirmed at `agreed_at` may cancel it without a fee and
 * without being at fault. True if free_cancel_at is set and not before `agreed_at`. Also true from
 * one hour before the trip's first departure time while the driver has neither confirmed nor
 * started the trip, unless the ride was confirmed within that hour. False if `agreed_at` is
 * FIELD_ABSENT. Do not call it for boarded rides: they have no free_cancel. */
bool cancel_is_free(const struct cancel_trip *trip, int64_t agreed_at, int64_t now);
