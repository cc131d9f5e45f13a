// SPDX-License-Identifier: MIT
/* SQL of rides. Text in a struct ride is borrowed from the rows it was read from. */
#pragma once

#include "api/change.h"
#include "db/query.h"

#include "rides/ride.h"

/* A ride and what is shown of its trip: {columns} of {joined}, where `r` is the ride, `t` its trip
 * and `g` its leg. Text is borrowed from the rows. */
extern const struct db_shape ride_shape;
extern const struct db_part ride_parts[];
void ride_store_read(const struct db_rows *rows, int row, struct ride *out);

/* FAULT_NOT_FOUND "not_found" when the tenant has none. */
bool ride_store_find(struct db *db, const struct uuid *tenant_id, const struct uuid *id,
                     struct db_rows *rows, struct ride *out, struct fault *fault) MUST_CHECK;

/* The last step of a ride's history that made a status. */
struct ride_step {
    int from; /* enum ride_status, -1: it was made */
    int to;
    struct slice actor;
};
/* The same for this caller inside a transaction: its trip and then the ride become locked. Who may
 * not see the ride locks nothing and gets "not_found". */
bool ride_store_lock(struct db *tx, const struct api_caller *caller, const struct uuid *id,
                     struct db_rows *rows, struct ride *out, struct ride_step *last,
                     struct fault *fault) MUST_CHECK;

/* Locks the driver of the ride's trip, before the trip: for what may be his fault. Whoever may not
 * see the ride locks nothing. */
bool ride_store_lock_driver(struct db *tx, const struct api_caller *caller, const struct uuid *id,
                            struct fault *fault) MUST_CHECK;

/* Ends the holds of a locked trip whose time ran out, in all their traces. */
bool ride_store_expire_on(struct db *tx, const struct uuid *trip_id,
                          struct fault *fault) MUST_CHECK;

/* {event}: `data` of an event about the ride `e` over the leg `g`, as ride_encode_event() writes
 * it. For statements that change any number of rides. */
extern const struct db_part ride_event_parts[];

/* What the passenger has already: rides of his Telegram account; of his phone, where he has no
 * account, those without one. A passenger who asks may see all of them, and so may staff. */
struct ride_rivals {
    int64_t waiting;         /* rides before `confirmed` */
    int64_t faults;          /* his own within the last 90 days */
    struct uuid duplicate;   /* the same trip, stops and kind; nil: none */
    struct uuid overlapping; /* another trip at the same time; nil: none */
};
/* Locks whoever is named so: nobody orders for him meanwhile. The account may be FIELD_ABSENT, the
 * phone absent. Of all locks it is the first. */
bool ride_store_lock_passenger(struct change *change, int64_t telegram_id, struct slice phone,
                               struct fault *fault) MUST_CHECK;
/* Locks the passenger, then the trip if the draft has one, ends what holds have run out on it, and
 * looks for rivals and for who waits (ride_wait_give()). */
bool ride_store_begin(struct change *change, const struct ride_draft *draft,
                      struct ride_rivals *rivals, struct db_rows *waiting,
                      struct fault *fault) MUST_CHECK;

/* An open ride that would leave and arrive then: who is in two cars at once? Its passenger is
 * locked. */
bool ride_store_rivals(struct db *tx, const struct ride *ride, int64_t depart_at, int64_t arrive_at,
                       struct ride_rivals *out, struct fault *fault) MUST_CHECK;
extern const struct db_statement ride_rivals_statement;
void ride_rivals_read(const struct db_rows *rows, struct ride_rivals *out);

/* Ends the holds of `trip` that have run out, in all their traces; then sets the trip's clock. */
extern const struct db_statement ride_expire_statement, ride_clock_statement;

/* Sets code, version and times as stored. FAULT_CONFLICT "seats_taken": the constraint's word. */
bool ride_store_insert(struct db *tx, struct arena *arena, struct ride *ride,
                       struct fault *fault) MUST_CHECK;

/* A ride alone, locked: its trip, if it is to have one, was locked before. Whoever may see it. */
bool ride_store_lock_one(struct db *tx, const struct uuid *tenant_id, const struct uuid *id,
                         struct db_rows *rows, struct ride *out, struct fault *fault) MUST_CHECK;
/* Locks a trip's load. FAULT_NOT_FOUND "not_found". */
bool ride_store_lock_trip(struct db *tx, const struct uuid *tenant_id, const struct uuid *trip_id,
                          struct fault *fault) MUST_CHECK;
/* What a write of a ride may violate. */
extern const struct db_constraint ride_constraints[];
/* Sets a locked ride that is open, without a trip, on one: stops, loads, price, policy, status and
 * clocks are written as they are in `ride`. FAULT_CONFLICT "ride_taken" if it is not as it was
 * read; "seats_taken" and its like: the constraint's word. */
bool ride_store_place(struct db *tx, struct ride *ride, struct fault *fault) MUST_CHECK;

/* Moves a locked ride: status, paid, phone, delivery_tries, fee, refund, fault, agreed_at,
 * ended_at, expires_at are written as they are in `ride`, whose status was `from`. Sets version and
 * updated_at. FAULT_CONFLICT "changed_meanwhile" if the row is not as it was read. */
bool ride_store_move(struct db *tx, struct ride *ride, int from, struct fault *fault) MUST_CHECK;

/* Deferred to the commit: one step in the history. `from` is a status or -1. */
void ride_store_write_step(struct change *change, const struct ride *ride, int from,
                           struct slice reason);
