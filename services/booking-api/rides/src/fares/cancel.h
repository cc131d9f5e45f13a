// SPDX-License-Identifier: MIT
/* What the end of a ride costs the passenger, and whose fault it is. Pure.
 *
 * Times are microseconds UTC; borders are inclusive: at the very instant of a border the better
 * tier still holds. T (`depart_at`) is the planned departure from the passenger's stop as it stands
 * now, so a delay moves every border. Tiers after BlaBlaCar's (support.blablacar.com 360014590399).
 */
#pragma once

#include <stdint.h>

#include "base/value.h"

enum cancel_policy { CANCEL_FLEXIBLE, CANCEL_MODERATE, CANCEL_STRICT, CANCEL_POLICY_COUNT };
extern const char *const cancel_policy_names[]; /* NULL-terminated */
extern const struct texts cancel_policy_texts[CANCEL_POLICY_COUNT];

/* A passenger may take back a confirmed ride so long, and not later than so long before T. */
#define CANCEL_GRACE_US      (INT64_C(30) * 60 * 1000000)
#define CANCEL_GRACE_LAST_US (INT64_C(2) * 3600 * 1000000)

enum { CANCEL_TIERS_MAX = 4 };

struct cancel_tier {
    int64_t until;        /* inclusive; FIELD_ABSENT in the last tier */
    int64_t keep_percent; /* of what was paid of the total */
};

/* The tiers of a ride that is confirmed at `confirmed_at`, those that are over by then left out.
 * The grace after a confirmation is a part of the first tier, or is the first tier. FIELD_ABSENT:
 * not confirmed yet; then all tiers of the policy, without the grace. Returns how many, 1 to
 * CANCEL_TIERS_MAX; the last one's `until` is FIELD_ABSENT. */
size_t cancel_tiers(enum cancel_policy policy, int64_t depart_at, int64_t confirmed_at,
                    struct cancel_tier out[CANCEL_TIERS_MAX]);

enum cancel_by { CANCEL_BY_GUEST, CANCEL_BY_DRIVER, CANCEL_BY_STAFF, CANCEL_BY_SYSTEM };

/* How a ride ends. A driver's or the system's cancel of the trip is CANCEL_CANCELLED by them. */
enum cancel_end { CANCEL_CANCELLED, CANCEL_NO_SHOW, CANCEL_DRIVER_NO_SHOW };

struct cancel_case {
    enum cancel_policy policy;
    enum cancel_end end;
    enum cancel_by by;
    int64_t depart_at;    /* T; FIELD_ABSENT of an open ride without a trip */
    int64_t confirmed_at; /* FIELD_ABSENT: it is not confirmed */
    int64_t now;
    bool is_free;   /* a closure on the way, or free_cancel: no cost, no fault */
    bool faultless; /* staff say that it is nobody's fault */
    int64_t total;  /* tiyn, whole tenge */
    int64_t paid;   /* tiyn, 0 or more; may be above the total */
};

/* kept + refund = paid; kept <= total. */
struct cancel_terms {
    int64_t kept; /* half up to whole tenge */
    int64_t refund;
    int64_t until; /* the terms hold until then, inclusive; FIELD_ABSENT: they do not change by the
                      clock */
};

/* What is kept and what goes back if the ride ends now. All goes back where the ride was not
 * confirmed, is_free, or is ended by anybody but the passenger; of a no-show nothing. */
struct cancel_terms cancel_terms(const struct cancel_case *ride);

/* --- faults --- */

enum cancel_fault { CANCEL_FAULT_NONE, CANCEL_FAULT_PASSENGER, CANCEL_FAULT_DRIVER };
extern const char *const cancel_fault_names[]; /* "none", "passenger", "driver"; NULL-terminated */

/* Later than so long before T a cancel of a confirmed ride is a fault. */
#define CANCEL_PASSENGER_LATE_US (INT64_C(3) * 3600 * 1000000)
#define CANCEL_DRIVER_LATE_US    (INT64_C(24) * 3600 * 1000000)

/* Whose fault this end is. A passenger's: a no-show; a cancel later than T - 3 h, unless it falls
 * into the grace. A driver's: a driver-no-show; a cancel later than T - 24 h; the system's cancel.
 * Nobody's: a ride that was not confirmed (but for a no-show's and a driver-no-show's), is_free,
 * faultless, and whatever staff end. A trip that its driver cancels is one fault, however many
 * rides it had: cancel_trip_fault(). */
enum cancel_fault cancel_fault_of(const struct cancel_case *ride);

/* The one fault of a trip that is cancelled as a whole: the system's cancel is the driver's; his
 * own is one later than 24 h before `first_at`, the first confirmed ride's T (FIELD_ABSENT: it has
 * no confirmed ride, then it is none). `faultless`: a closure on the way, or staff say so. */
enum cancel_fault cancel_trip_fault(enum cancel_by by, int64_t first_at, int64_t now,
                                    bool faultless);

/* With so many faults since the instant that cancel_faults_since() gives, a passenger's POST of a
 * ride is 403 "restricted", and a driver becomes `suspended`. */
enum { CANCEL_FAULTS_MAX = 3, CANCEL_PASSENGER_DAYS = 90, CANCEL_DRIVER_DAYS = 30 };
int64_t cancel_faults_since(enum cancel_fault side, int64_t now);
bool cancel_faults_reached(int64_t faults);

/* --- free_cancel --- */

/* What makes it free to leave a trip. Instants, FIELD_ABSENT where it did not happen. */
struct cancel_trip {
    bool is_scheduled;        /* it has not started */
    int64_t first_at;         /* T of the first stop, as it stands now */
    int64_t driver_confirmed; /* when the driver said that he goes */
    int64_t free_cancel_at;   /* the last change of car, or delay beyond CANCEL_DELAY_MINUTES */
};

/* A trip that its driver has not confirmed by then may be left freely. */
#define CANCEL_UNCONFIRMED_US (INT64_C(1) * 3600 * 1000000) /* before the first T */
/* Delays of more than so many minutes in all make it free to leave. */
enum { CANCEL_DELAY_MINUTES = 60 };

/* May a ride that was agreed (confirmed) at `agreed_at` be cancelled without cost and fault? Yes if
 * it was agreed at or before one of: free_cancel_at; one hour before the first T, once that has
 * come, while the driver has neither confirmed nor started. Never if it is not agreed. Ask for
 * confirmed rides only: who is in the car has no free_cancel. */
bool cancel_is_free(const struct cancel_trip *trip, int64_t agreed_at, int64_t now);
