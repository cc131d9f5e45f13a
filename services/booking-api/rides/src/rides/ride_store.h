// SPDX-License-Identifier: MIT
/* SQL of rides and offers. Text in a struct is borrowed from the rows or the arena to which it was
 * read. */
#pragma once

#include "api/list.h"
#include "api/steps.h"

#include "rides/offer.h"

/* Columns of a ride and of its trip: {columns} of {joined}, where `r` is the ride, `t` its trip and
 * `g` its leg. Text is borrowed from the rows. */
extern const struct db_shape ride_shape;
extern const struct db_part ride_parts[];
void ride_store_read(const struct db_rows *rows, int row, struct ride *out);

/* FAULT_NOT_FOUND "not_found" if the tenant has no such ride. */
bool ride_store_find(struct db *db, const struct uuid *tenant_id, const struct uuid *id,
                     struct arena *arena, struct ride *out, struct fault *fault) MUST_CHECK;
/* The same, also if the caller may not see it: ride_visible(). */
bool ride_store_find_for(struct db *db, const struct api_caller *caller, const struct uuid *id,
                         struct arena *arena, struct ride *out, struct fault *fault) MUST_CHECK;

/* Finds the ride for this caller in a transaction and locks its trip, then the ride. A caller who
 * may not see the ride locks nothing and gets "not_found". */
bool ride_store_lock(struct change *change, const struct uuid *id, struct ride *out,
                     struct step_last *last_or_null, struct fault *fault) MUST_CHECK;
/* Locks the driver of the ride's trip before the trip, for actions that may be the driver's fault.
 * A caller who may not see the ride locks nothing. */
bool ride_store_lock_driver(struct change *change, const struct uuid *id,
                            struct fault *fault) MUST_CHECK;
/* Locks a ride alone; its trip, if any, must be locked before. Does not check who may see it. */
bool ride_store_lock_one(struct change *change, const struct uuid *id, struct ride *out,
                         struct fault *fault) MUST_CHECK;
/* Locks a trip's load. FAULT_NOT_FOUND "not_found". */
bool ride_store_lock_trip(struct change *change, const struct uuid *trip_id,
                          struct fault *fault) MUST_CHECK;
/* Locks the passenger's names against concurrent orders. The account may be FIELD_ABSENT, the phone
 * absent. This lock precedes all others. */
bool ride_store_lock_passenger(struct change *change, int64_t telegram_id, struct slice phone,
                               struct fault *fault) MUST_CHECK;

/* Rides of the passenger that conflict with a new one: those of the Telegram account, or, without
 * an account, those of the phone that have no account either. The passenger and staff may see all
 * of them. */
struct ride_conflicts {
    int64_t waiting;         /* unconfirmed rides */
    int64_t faults;          /* the passenger's faults within the last 90 days */
    struct uuid duplicate;   /* the same trip, stops and kind; nil: none */
    struct uuid overlapping; /* another trip at the same time; nil: none */
};
/* Locks the passenger, then the trip if the draft has one; expires its overdue holds; reads the
 * passenger's conflicts and the waiting rides (for ride_waitlist_assign()). */
bool ride_store_begin(struct change *change, const struct ride_draft *draft,
                      struct ride_conflicts *conflicts, struct db_rows *waiting,
                      struct fault *fault) MUST_CHECK;
extern const struct db_statement ride_conflicts_statement;
void ride_conflicts_read(const struct db_rows *rows, struct ride_conflicts *out);
/* Finds conflicts of an open ride with these times. The passenger is locked. */
bool ride_store_find_conflicts(struct db *tx, const struct ride *ride, int64_t depart_at,
                               int64_t arrive_at, struct ride_conflicts *out,
                               struct fault *fault) MUST_CHECK;

/* Sets code, version and times as stored. FAULT_CONFLICT "seats_taken", from the constraint. */
bool ride_store_insert(struct db *tx, struct arena *arena, struct ride *ride,
                       struct fault *fault) MUST_CHECK;

/* --- writes of a locked ride (ride_update_store.c), which set version and updated_at --- */

/* Constraints that a write of a ride may violate. */
extern const struct db_constraint ride_constraints[];
/* Writes status, paid, phone, delivery_tries, fee, refund, fault, agreed_at, ended_at, expires_at
 * of a ride whose status was `from`. FAULT_CONFLICT "changed_meanwhile" if the row differs. */
bool ride_store_update(struct db *tx, struct ride *ride, int from, struct fault *fault) MUST_CHECK;
/* Puts an open ride without a trip on a trip: writes stops, loads, price, policy, status and
 * deadlines. FAULT_CONFLICT "ride_taken" if the row differs; "seats_taken" and others from the
 * constraints. */
bool ride_store_set_trip(struct db *tx, struct ride *ride, struct fault *fault) MUST_CHECK;
/* Writes price and note. FAULT_CONFLICT "changed_meanwhile" if the row differs. */
bool ride_store_edit(struct db *tx, struct ride *ride, struct fault *fault) MUST_CHECK;

extern const struct db_statement ride_step_statement;    /* of struct step_table */
extern const struct db_statement ride_history_statement; /* of steps_reply() */

/* --- pairs that are not matched again (ride_conflicts_store.c) ---
 * After a one-star rating from either side, the passenger is shown no trip of that driver.
 * Passengers are identified by their Telegram account. The search has the same rule in its SQL
 * (trips/trip_search_store.c). */

/* Is the pair excluded? With FIELD_ABSENT as `telegram_id`: no. */
bool ride_pair_is_excluded(struct db *db, const struct uuid *tenant_id,
                           const struct uuid *driver_id, int64_t telegram_id, bool *avoids,
                           struct fault *fault) MUST_CHECK;

/* --- many rides at once (ride_many_store.c), with history, events and audit rows --- */

/* {event}: `data` of an event about the ride `e` over the leg `g`, equal to ride_event_fields. */
extern const struct db_part ride_event_parts[];
/* {traces}: history, audit rows and events of the rides in the CTE `moved`, which has their status
 * before as `was`; parameters CHANGE_TRACE_PARAMETERS and {reason}, or the parts of the system and
 * {route}. */
extern const struct db_part ride_trace_parts[], ride_system_parts[];
/* Expires the overdue holds of `trip`; then updates the trip's next_expiry. */
extern const struct db_statement ride_expire_statement, ride_clock_statement;
/* Both, for a locked trip. */
bool ride_store_expire_holds(struct db *tx, const struct uuid *trip_id,
                             struct fault *fault) MUST_CHECK;

/* Ends those of the rides ("{uuid,...}") that wait: overdue ones become `expired`, the others
 * `cancelled` without fault and with a full refund. The actor is the change's. The caller has
 * locked the loads of their trips. */
bool ride_end_waiting(struct change *change, struct slice rides, struct fault *fault) MUST_CHECK;
/* Expires at most RIDE_BATCH overdue open rides, which take no seats. Skips those locked by other
 * transactions. `ended`: their number. */
enum { RIDE_BATCH = 50 };
bool ride_end_open(struct change *change, int64_t *ended, struct fault *fault) MUST_CHECK;

/* Counts that decide a trip's transitions. Overdue rides do not count as live. */
struct trip_ride_counts {
    int64_t confirmed; /* rides in status `confirmed` */
    int64_t first_at;  /* earliest T of confirmed and boarded rides; FIELD_ABSENT: none */
    int64_t live;      /* rides that wait or take seats */
    int64_t cars;      /* live rides that take the whole car */
    int64_t all;       /* rides in any status */
};
/* Sets trip->confirmed_rides, too. */
bool ride_count_on_trip(struct db *db, struct trip *trip, struct trip_ride_counts *out,
                        struct fault *fault) MUST_CHECK;

/* Expires the overdue holds of a trip whose load the caller has locked, then ends the live rides.
 * If the trip finishes, confirmed and boarded rides become `completed`; all others become
 * `cancelled` and are refunded in full, and `whose` is the fault of those that were confirmed. Sets
 * `carried`, the number of rides completed by now, including earlier ones. */
bool ride_end_on_trip(struct change *change, const struct uuid *trip_id, bool finishes,
                      enum cancel_fault whose, struct slice reason, int64_t *carried,
                      struct fault *fault) MUST_CHECK;

/* Adds an event ride.matched of each ride that looks for a driver and that the new trip fits, as
 * GET /v1/rides/{id}/matches lists it: the oldest RIDE_MATCHES_MAX. Its data is that of the ride
 * with the trip's id, stops and times. The rides are not changed. */
enum { RIDE_MATCHES_MAX = 100 };
bool ride_match_trip(struct change *change, const struct uuid *trip_id,
                     struct fault *fault) MUST_CHECK;

/* --- the waiting list of a trip (ride_waitlist_store.c) --- */

/* Rides waiting for `trip`, oldest first, at most RIDE_WAITLIST_MAX; none if the trip does not take
 * place. */
extern const struct db_statement ride_waitlist_statement;
/* Expires the overdue holds of a trip and reads the waiting rides. */
bool ride_waitlist_store_begin(struct db *tx, const struct uuid *trip_id, struct db_rows *waiting,
                               struct fault *fault) MUST_CHECK;
/* Reads the members that ride_has_room() and the clock need. Returns the number of rides. */
size_t ride_waitlist_store_read(const struct db_rows *rows, struct ride out[RIDE_WAITLIST_MAX]);
/* Holds seats for those of the waiting rides whose positions are in `fits`, RIDE_FREED_HOLD_S each.
 */
bool ride_waitlist_store_hold(struct db *tx, const struct ride *waiting, const size_t *fits,
                              size_t count, struct fault *fault) MUST_CHECK;
/* Moves the deadlines of waiting rides to ride_waitlist_until() of a trip that leaves later now,
 * with history, events and audit rows. Its load is locked. */
bool ride_waitlist_store_extend(struct db *tx, const struct uuid *trip_id,
                                struct fault *fault) MUST_CHECK;
bool ride_waitlist_store_count(struct db *tx, const struct uuid *trip_id, int64_t *count,
                               struct fault *fault) MUST_CHECK;

/* --- offers (offer_store.c). Each statement that changes offers also writes their events and audit
 * rows --- */

/* An offer on this ride. FAULT_NOT_FOUND "not_found". */
bool offer_store_find(struct change *change, const struct uuid *ride_id, const struct uuid *id,
                      struct offer *out, struct fault *fault) MUST_CHECK;
/* The same, locked. The ride must be locked before. */
bool offer_store_lock(struct change *change, const struct uuid *ride_id, const struct uuid *id,
                      struct offer *out, struct fault *fault) MUST_CHECK;

/* For list_reply(): the offers on a ride, the newest first. Values: tenant, ride, driver (NULL:
 * any). */
extern const struct db_statement offer_list_statement;
void offer_store_read(const struct db_rows *rows, int row, struct offer *out);

/* Supersedes the driver's pending offer on the ride, then inserts the new one. */
bool offer_store_insert(struct change *change, const struct offer *offer,
                        struct fault *fault) MUST_CHECK;
/* Changes the status of a locked, pending offer. */
bool offer_store_set_status(struct change *change, const struct offer *offer, enum offer_status to,
                            struct fault *fault) MUST_CHECK;

/* Expires at most RIDE_BATCH overdue pending offers. Skips those locked by other transactions.
 * `ended`: their number. */
bool offer_store_expire(struct change *change, int64_t *ended, struct fault *fault) MUST_CHECK;
/* Marks pending offers on these ended rides ("{uuid,...}") as lost. */
bool offer_store_mark_lost(struct change *change, struct slice rides,
                           struct fault *fault) MUST_CHECK;

/* Closes the offers on a ride that is no longer open: pending ones are lost, except `winner`, which
 * is accepted on `trip_id`. If a trip was created (`made`), the driver's other offers that would
 * need an overlapping trip of their own are withdrawn. `winner` NULL: no offer was accepted. */
struct offer_winner {
    struct uuid id; /* nil: not stored yet */
    struct uuid driver_id;
    struct uuid trip_id;
    bool made;
    int64_t depart_at;
    int64_t busy_until;
};
bool offer_store_close(struct change *change, const struct uuid *ride_id,
                       const struct offer_winner *winner, struct fault *fault) MUST_CHECK;
/* Withdraws all pending offers of a locked driver. */
bool offer_store_withdraw_all(struct change *change, const struct uuid *driver_id,
                              struct fault *fault) MUST_CHECK;

/* --- lists (ride_list_store.c) --- */

/* What a ride needs: an action of staff, or a driver. */
enum ride_needs {
    RIDE_NEEDS_ANYTHING,
    RIDE_NEEDS_HELP,     /* an unanswered call for help */
    RIDE_NEEDS_SETTLING, /* ended with a fault within the settling period, not settled */
    RIDE_NEEDS_DRIVER,   /* looks for a driver; of a driver, one with a car for it and time */
};

struct ride_filter {
    int statuses; /* bit set of enum ride_status, by the clock; 0: all */
    struct uuid trip_id;
    struct uuid driver_id; /* rides of this driver's trips, and open rides without a trip whose
                              passenger is not excluded; nil: all */
    int64_t telegram_id;   /* FIELD_ABSENT: any */
    struct slice phone;
    struct slice from; /* slugs of places */
    struct slice to;
    int64_t depart_from; /* FIELD_ABSENT: any. Rides departing in this range, */
    int64_t depart_to;   /* or open rides whose window overlaps it */
    struct slice code;   /* spelling variants are accepted; finds no open ride for a driver */
    int needs;           /* enum ride_needs */
};

/* Newest first, one more than the page has. Rows for ride_store_read(), of a LIST_PAGE_OF
 * statement. */
bool ride_list(struct db *db, const struct uuid *tenant_id, const struct ride_filter *filter,
               const struct list_page *page, struct db_rows *rows, struct fault *fault) MUST_CHECK;

/* --- the erasure of a locked driver (driver_erase_store.c) --- */

bool driver_erase_store_has_live_trips(struct db *tx, const struct uuid *id, int64_t *live,
                                       struct fault *fault) MUST_CHECK;
/* Removes the driver's personal data from all tables and stored answers. `version`: of the driver's
 * row. */
bool driver_erase_store_blank(struct db *tx, const struct uuid *id, int64_t *version,
                              struct fault *fault) MUST_CHECK;
