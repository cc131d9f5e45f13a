// SPDX-License-Identifier: MIT
/* SQL of rides and offers. Text in a struct is borrowed from the rows or the arena to which the
 * struct was read. */
#pragma once

#include "api/list.h"
#include "api/steps.h"

#include "rides/offer.h"

/* The {columns} of a ride and of its trip. */
extern const struct db_shape ride_shape;
/* {joined}: the tables of {columns}; `r` is the ride, `t` its trip and `g` its leg. {seen}: the
 * ride {id}, if a passenger {telegram_id} or a driver {driver} may see it. */
extern const struct db_part ride_parts[];
/* Reads a row of {columns}. Text is borrowed from the rows. */
void ride_store_read(const struct db_rows *rows, int row, struct ride *out);

/* FAULT_NOT_FOUND "not_found" if the tenant has no such ride. */
bool ride_store_find(struct db *db, const struct uuid *tenant_id, const struct uuid *id,
                     struct arena *arena, struct ride *out, struct fault *fault) MUST_CHECK;
/* Like ride_store_find(), and FAULT_NOT_FOUND also if the caller may not see the ride. */
bool ride_store_find_visible(struct db *db, const struct api_caller *caller, const struct uuid *id,
                             struct arena *arena, struct ride *out, struct fault *fault) MUST_CHECK;

/* Finds the ride, locks its trip, then the ride. If the caller may not see the ride, locks nothing
 * and returns "not_found". */
bool ride_store_lock(struct change *change, const struct uuid *id, struct ride *out,
                     struct step_last *last_or_null, struct fault *fault) MUST_CHECK;
/* Locks the driver of the ride's trip, for actions that may be the driver's fault. Call it before
 * ride_store_lock(). If the caller may not see the ride, locks nothing. */
bool ride_store_lock_driver(struct change *change, const struct uuid *ride_id,
                            struct fault *fault) MUST_CHECK;
/* Locks only the ride; if it has a trip, the trip must be locked before. Does not check whether the
 * caller may see the ride. */
bool ride_store_lock_ride_only(struct change *change, const struct uuid *id, struct ride *out,
                               struct fault *fault) MUST_CHECK;
/* Locks a trip's load. FAULT_NOT_FOUND "not_found". */
bool ride_store_lock_trip_load(struct change *change, const struct uuid *trip_id,
                               struct fault *fault) MUST_CHECK;
/* Locks the passenger's account and phone against concurrent orders. `telegram_id` may be
 * FIELD_ABSENT, `phone` absent. Take this lock before all others. */
bool ride_store_lock_passenger(struct change *change, int64_t telegram_id, struct slice phone,
                               struct fault *fault) MUST_CHECK;

/* What may prevent a new ride of the passenger: three counts that have limits, and two rides that
 * conflict with it. The passenger's rides are those with the same Telegram account; if the new ride
 * has no account, those with the same phone and no account. Passenger and staff may see all of
 * these rides. */
struct ride_conflicts {
    int64_t waiting;         /* unconfirmed rides */
    int64_t faults;          /* the passenger's faults within the last 90 days */
    struct uuid duplicate;   /* a ride of the same trip, stops and kind; nil: none */
    struct uuid overlapping; /* on another trip at that time, neither is a parcel; nil: none */
    int64_t unpaid;          /* confirmed rides ahead without any payment */
};
/* Locks the passenger, then the trip if the draft has one; expires its overdue holds; reads the
 * passenger's conflicts and the waiting rides (for ride_waitlist_assign_seats_to_fitting()). */
bool ride_store_lock_for_create(struct change *change, const struct ride_draft *draft,
                                struct ride_conflicts *conflicts, struct db_rows *waiting,
                                struct fault *fault) MUST_CHECK;
extern const struct db_statement ride_conflicts_statement;
void ride_conflicts_read(const struct db_rows *rows, struct ride_conflicts *out);
/* Finds the rides that conflict with an open ride if it departs and arrives at these times. The
 * passenger must be locked. */
bool ride_store_find_conflicts(struct db *tx, const struct ride *ride, int64_t depart_at,
                               int64_t arrive_at, struct ride_conflicts *out,
                               struct fault *fault) MUST_CHECK;

/* Inserts the ride with a new code, and a parcel with a new delivery code; sets version and times
 * as stored. FAULT_CONFLICT "seats_taken" and others from ride_constraints. If another ride has the
 * code, the transaction is retried. */
bool ride_store_insert(struct db *tx, struct arena *arena, struct ride *ride,
                       struct fault *fault) MUST_CHECK;

/* --- writes of a locked ride (ride_update_store.c), which set version and updated_at --- */

/* Constraints that a write of a ride may violate, with their faults. */
extern const struct db_constraint ride_constraints[];
/* Writes status, paid, phone, delivery_tries, fee, refund, fault, agreed_at, ended_at, expires_at
 * of a ride whose stored status is `status_before`. FAULT_CONFLICT "changed_meanwhile": version or
 * status of the row differ. */
bool ride_store_update(struct db *tx, struct ride *ride, int status_before,
                       struct fault *fault) MUST_CHECK;
/* Puts an open ride without a trip on a trip: writes stops, loads, price, policy, status and
 * deadlines. FAULT_CONFLICT "ride_taken" if the row differs; "seats_taken" and others from the
 * constraints. */
bool ride_store_set_trip(struct db *tx, struct ride *ride, struct fault *fault) MUST_CHECK;
/* Writes price and note. FAULT_CONFLICT "changed_meanwhile" if the row differs. */
bool ride_store_update_price_and_note(struct db *tx, struct ride *ride,
                                      struct fault *fault) MUST_CHECK;

extern const struct db_statement ride_step_statement;    /* for struct step_table */
extern const struct db_statement ride_history_statement; /* for steps_reply() */

/* --- pairs of passenger and driver (ride_conflicts_store.c) ---
 * Passengers are identified by their Telegram account. The search has the same rules in its SQL
 * (trips/trip_search_store.c). */

struct ride_pair {
    /* After a one-star rating from either side, the passenger is shown no trip of that driver. */
    bool is_excluded;
    bool is_one_person; /* who would ride, and rate, alone */
};
/* Both are false if `telegram_id` is FIELD_ABSENT. */
bool ride_pair_find(struct db *db, const struct uuid *tenant_id, const struct uuid *driver_id,
                    int64_t telegram_id, struct ride_pair *out, struct fault *fault) MUST_CHECK;

/* --- many rides at once (ride_many_store.c), with history, events and audit rows --- */

/* {event}: `data` of an event about the ride `e` over the leg `g`, with the members of
 * ride_event_fields. */
extern const struct db_part ride_event_parts[];
/* {traces}: inserts history, audit rows and events of the rides in the CTE `moved`, whose column
 * `was` is their previous status. The statement needs the parameters CHANGE_TRACE_PARAMETERS and
 * {reason}; if the actor is the system, ride_system_parts and {route} instead. */
extern const struct db_part ride_trace_parts[], ride_system_parts[];
/* Expires the overdue holds of {trip}. Run ride_clock_statement after it. */
extern const struct db_statement ride_expire_statement;
/* If next_expiry of {trip} is past, sets it to the first deadline of the remaining holds. */
extern const struct db_statement ride_clock_statement;
/* Runs ride_expire_statement and ride_clock_statement for a locked trip and, unless
 * `waiting_or_null` is NULL, reads its rows by ride_waitlist_statement. */
bool ride_store_expire_overdue_holds(struct db *tx, const struct uuid *trip_id,
                                     struct db_rows *waiting_or_null,
                                     struct fault *fault) MUST_CHECK;

/* Ends the rides in `ride_ids` ("{uuid,...}") that wait. Overdue rides become `expired`, all others
 * `cancelled` without fault and with a full refund. The actor is that of the change. The caller
 * must have locked the loads of their trips. */
bool ride_end_waiting(struct change *change, struct slice ride_ids, struct fault *fault) MUST_CHECK;
enum { RIDE_BATCH = 50 };
/* Expires at most RIDE_BATCH overdue open rides, which take no seats. Skips rides locked by other
 * transactions. `expired`: number of these rides. */
bool ride_expire_open_batch(struct change *change, int64_t *expired,
                            struct fault *fault) MUST_CHECK;

/* Counts that decide a trip's transitions. Overdue rides do not count as live. */
struct trip_ride_counts {
    int64_t confirmed; /* rides in status `confirmed` */
    int64_t first_at;  /* earliest agreed T of confirmed and boarded rides; FIELD_ABSENT: none */
    /* The latest agreement; FIELD_ABSENT: none. It may be later than the start of the transaction,
     * which may have waited for the trip's lock meanwhile. */
    int64_t last_agreed_at;
    int64_t live; /* rides that wait or take seats */
    int64_t cars; /* live rides that take the whole car; not those that wait for it */
    int64_t all;  /* rides in any status */
    /* The first stop of confirmed rides, not before the last stop at which a passenger has boarded;
     * FIELD_ABSENT: none. */
    int64_t waiting_stop;
};
/* Counts the rides of the trip. Also sets trip->confirmed_rides. */
bool ride_count_on_trip(struct db *db, struct trip *trip, struct trip_ride_counts *out,
                        struct fault *fault) MUST_CHECK;

/* Expires the overdue holds of a trip whose load the caller has locked, then ends its live rides.
 * `trip_finishes` true: confirmed and boarded rides become `completed`, all others `cancelled`.
 * `trip_finishes` false: all become `cancelled`, confirmed and boarded rides by the fault of
 * `side_at_fault`. Cancelled rides are refunded in full. `completed`: number of completed rides of
 * the trip, including rides completed earlier. */
bool ride_end_all_on_trip(struct change *change, const struct uuid *trip_id, bool trip_finishes,
                          enum cancel_fault side_at_fault, struct slice reason, int64_t *completed,
                          struct fault *fault) MUST_CHECK;

enum { RIDE_MATCHES_MAX = 100 };
/* Adds an event ride.matched for each ride that looks for a driver and whose GET
 * /v1/rides/{id}/matches now lists the new trip, at most for the oldest RIDE_MATCHES_MAX rides. The
 * event has the data of the ride with the trip's id, stops and times. The rides are not changed. */
bool ride_add_match_events(struct change *change, const struct uuid *trip_id,
                           struct fault *fault) MUST_CHECK;

/* --- the waiting list of a trip (ride_waitlist_store.c) --- */

/* Rides waiting for a seat on {trip}, oldest first, at most RIDE_WAITLIST_MAX; none if the trip is
 * finished or cancelled, or its driver is blocked. Omits a ride if ride_pair_find() would set
 * `is_excluded` for its passenger and the driver. */
extern const struct db_statement ride_waitlist_statement;
/* Reads the members that ride_has_room() and the clock need. Returns the number of rides. */
size_t ride_waitlist_store_read(const struct db_rows *rows, struct ride out[RIDE_WAITLIST_MAX]);
/* Holds seats for RIDE_FREED_HOLD_S for each waiting[chosen_indexes[i]], where i < `chosen`. */
bool ride_waitlist_store_hold_seats(struct db *tx, const struct ride *waiting,
                                    const size_t *chosen_indexes, size_t chosen,
                                    struct fault *fault) MUST_CHECK;
/* Extends the deadlines of a trip that leaves later now, with history, events and audit rows: of
 * waiting rides to ride_waitlist_find_deadline(), of requests and claimed payments to the time that
 * they would have if the trip had been planned so. The trip's load is locked. */
bool ride_waitlist_store_extend_deadlines(struct db *tx, const struct uuid *trip_id,
                                          struct fault *fault) MUST_CHECK;
bool ride_waitlist_store_count(struct db *tx, const struct uuid *trip_id, int64_t *count,
                               struct fault *fault) MUST_CHECK;

/* --- offers (offer_store.c). Each statement that changes offers also writes their events and audit
 * rows --- */

/* Finds an offer on this ride. FAULT_NOT_FOUND "not_found". */
bool offer_store_find(struct change *change, const struct uuid *ride_id, const struct uuid *id,
                      struct offer *out, struct fault *fault) MUST_CHECK;
/* Like offer_store_find(), and locks the offer. The ride must be locked before. */
bool offer_store_lock(struct change *change, const struct uuid *ride_id, const struct uuid *id,
                      struct offer *out, struct fault *fault) MUST_CHECK;

/* For list_reply(): the offers on a ride, the newest first. Values: tenant, ride, driver (NULL:
 * any). */
extern const struct db_statement offer_list_statement;
void offer_store_read(const struct db_rows *rows, int row, struct offer *out);

/* Supersedes the driver's pending offer on the ride, then inserts the new one. */
bool offer_store_supersede_and_insert(struct change *change, const struct offer *offer,
                                      struct fault *fault) MUST_CHECK;
/* Changes the status of a locked, pending offer. */
bool offer_store_set_status(struct change *change, const struct offer *offer, enum offer_status to,
                            struct fault *fault) MUST_CHECK;

/* Expires at most RIDE_BATCH overdue pending offers. Skips offers locked by other transactions.
 * `expired`: number of these offers. */
bool offer_store_expire_batch(struct change *change, int64_t *expired,
                              struct fault *fault) MUST_CHECK;
/* Sets pending offers on the ended rides `ride_ids` ("{uuid,...}") to `lost`, overdue ones to
 * `expired`. */
bool offer_store_mark_lost(struct change *change, struct slice ride_ids,
                           struct fault *fault) MUST_CHECK;

/* The accepted offer of a ride. */
struct offer_winner {
    struct uuid id; /* nil: the offer is not stored yet */
    struct uuid driver_id;
    struct uuid trip_id;
    bool made;          /* the trip was created for this offer */
    int64_t depart_at;  /* from the first stop of the trip */
    int64_t busy_until; /* when the driver is free again after the trip */
};
/* Closes the pending offers on a ride that is no longer open. The winner becomes `accepted`, the
 * others `lost`. If winner->made, offers of the driver on other rides that would need a trip of
 * their own at that time become `withdrawn`. Overdue offers become `expired`. Without a winner no
 * offer was accepted. */
bool offer_store_close_all(struct change *change, const struct uuid *ride_id,
                           const struct offer_winner *winner_or_null,
                           struct fault *fault) MUST_CHECK;
/* Withdraws all pending offers of a locked driver. */
bool offer_store_withdraw_all(struct change *change, const struct uuid *driver_id,
                              struct fault *fault) MUST_CHECK;

/* --- lists (ride_list_store.c) --- */

/* A filter of rides by what they need. */
enum ride_needs {
    RIDE_NEEDS_ANYTHING,
    RIDE_NEEDS_HELP,     /* rides with an unanswered call for help */
    RIDE_NEEDS_SETTLING, /* ended in the last 30 days, with a fault or while its payment was
                            claimed, and not settled by staff */
    RIDE_NEEDS_DRIVER,   /* look for a driver; if driver_id is set, also suit that driver */
};

struct ride_filter {
    int statuses; /* bit set of enum ride_status; an overdue ride counts as expired; 0: all */
    struct uuid trip_id;
    struct uuid driver_id; /* rides of this driver's trips, and open rides without a trip whose
                              passenger is not excluded; nil: all */
    int64_t telegram_id;   /* FIELD_ABSENT: any */
    struct slice phone;
    struct slice from; /* slugs of places */
    struct slice to;
    int64_t depart_from; /* rides that depart from here to depart_to; without a trip, rides whose */
    int64_t depart_to;   /* window overlaps this range. FIELD_ABSENT: any departure */
    struct slice code;   /* spelling variants are accepted; finds no open ride for a driver */
    int needs;           /* enum ride_needs */
};

/* Lists rides, newest first, one more than the page has. `rows`: for ride_store_read(), of a
 * LIST_PAGE_OF statement. */
bool ride_list(struct db *db, const struct uuid *tenant_id, const struct ride_filter *filter,
               const struct list_page *page, struct db_rows *rows, struct fault *fault) MUST_CHECK;

/* --- the erasure of a locked driver (driver_erase_store.c) --- */

/* `has_live`: 1 if a trip of the driver is scheduled or started, else 0. */
bool driver_erase_store_has_live_trips(struct db *tx, const struct uuid *id, int64_t *has_live,
                                       struct fault *fault) MUST_CHECK;
/* Removes the driver's personal data from all tables and stored answers. `version`: the new version
 * of the driver's row. */
bool driver_erase_store_erase_data(struct db *tx, const struct uuid *id, int64_t *version,
                                   struct fault *fault) MUST_CHECK;
