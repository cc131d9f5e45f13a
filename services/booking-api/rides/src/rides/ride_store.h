// SPDX-License-Identifier: MIT
/* SQL of rides. Text in a struct ride is borrowed from the rows. */
#pragma once

#include "api/change.h"
#include "db/query.h"

#include "rides/ride.h"
#include "rides/ride_statements.h"

/* Columns of a ride and of its trip: {columns} of {joined}, where `r` is the ride, `t` its trip and
 * `g` its leg. Text is borrowed from the rows. */
extern const struct db_shape ride_shape;
extern const struct db_part ride_parts[];
void ride_store_read(const struct db_rows *rows, int row, struct ride *out);

/* FAULT_NOT_FOUND "not_found" if the tenant has no such ride. */
bool ride_store_find(struct db *db, const struct uuid *tenant_id, const struct uuid *id,
                     struct db_rows *rows, struct ride *out, struct fault *fault) MUST_CHECK;

/* The latest change of a ride's status. */
struct ride_step {
    int from; /* enum ride_status; -1: creation */
    int to;
    struct slice actor;
};
/* Finds the ride for this caller in a transaction and locks its trip, then the ride. A caller who
 * may not see the ride locks nothing and gets "not_found". */
bool ride_store_lock(struct db *tx, const struct api_caller *caller, const struct uuid *id,
                     struct db_rows *rows, struct ride *out, struct ride_step *last,
                     struct fault *fault) MUST_CHECK;

/* Locks the driver of the ride's trip before the trip, for actions that may be the driver's fault.
 * A caller who may not see the ride locks nothing. */
bool ride_store_lock_driver(struct db *tx, const struct api_caller *caller, const struct uuid *id,
                            struct fault *fault) MUST_CHECK;

/* Expires the overdue holds of a locked trip, with history, events and audit rows. */
bool ride_store_expire_holds(struct db *tx, const struct uuid *trip_id,
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
/* Locks the passenger's names against concurrent orders. The account may be FIELD_ABSENT, the phone
 * absent. This lock precedes all others. */
bool ride_store_lock_passenger(struct change *change, int64_t telegram_id, struct slice phone,
                               struct fault *fault) MUST_CHECK;
/* Locks the passenger, then the trip if the draft has one; expires its overdue holds; reads the
 * passenger's conflicts and the waiting rides (for ride_waitlist_assign()). */
bool ride_store_begin(struct change *change, const struct ride_draft *draft,
                      struct ride_conflicts *conflicts, struct db_rows *waiting,
                      struct fault *fault) MUST_CHECK;

/* Finds conflicts of an open ride with these times. The passenger is locked. */
bool ride_store_find_conflicts(struct db *tx, const struct ride *ride, int64_t depart_at,
                               int64_t arrive_at, struct ride_conflicts *out,
                               struct fault *fault) MUST_CHECK;
extern const struct db_statement ride_conflicts_statement;
void ride_conflicts_read(const struct db_rows *rows, struct ride_conflicts *out);

/* Sets code, version and times as stored. FAULT_CONFLICT "seats_taken", from the constraint. */
bool ride_store_insert(struct db *tx, struct arena *arena, struct ride *ride,
                       struct fault *fault) MUST_CHECK;

/* Locks a ride alone; its trip, if any, must be locked before. Does not check who may see it. */
bool ride_store_lock_one(struct db *tx, const struct uuid *tenant_id, const struct uuid *id,
                         struct db_rows *rows, struct ride *out, struct fault *fault) MUST_CHECK;
/* Locks a trip's load. FAULT_NOT_FOUND "not_found". */
bool ride_store_lock_trip(struct db *tx, const struct uuid *tenant_id, const struct uuid *trip_id,
                          struct fault *fault) MUST_CHECK;
/* Constraints that a write of a ride may violate. */
extern const struct db_constraint ride_constraints[];
/* Puts a locked, open ride without a trip on a trip: writes stops, loads, price, policy, status and
 * deadlines from `ride`. FAULT_CONFLICT "ride_taken" if the row differs; "seats_taken" and others
 * from the constraints. */
bool ride_store_set_trip(struct db *tx, struct ride *ride, struct fault *fault) MUST_CHECK;

/* Updates a locked ride whose status was `from`: writes status, paid, phone, delivery_tries, fee,
 * refund, fault, agreed_at, ended_at, expires_at from `ride`. Sets version and updated_at.
 * FAULT_CONFLICT "changed_meanwhile" if the row differs. */
bool ride_store_update(struct db *tx, struct ride *ride, int from, struct fault *fault) MUST_CHECK;

/* Adds a step to the history, deferred to the commit. `from` is a status or -1. */
void ride_store_write_step(struct change *change, const struct ride *ride, int from,
                           struct slice reason);
