// SPDX-License-Identifier: MIT
/* A conflict: nights that a stay or block of ours has and that a feed holds too. Ours keeps the
 * nights, because it was there first; the feed's nights wait beside the exclusion constraint until
 * people decide. feed_store_settle() opens and ends conflicts, and a trigger of table occupancy
 * ends those of a stay that has let go of its nights. Their events are written by
 * conflict_tell_next(). */
#pragma once

#include "api/change.h"

enum conflict_status {
    CONFLICT_OPEN,
    CONFLICT_KEPT_OURS,   /* the overlap remains until the feed lets go */
    CONFLICT_KEPT_THEIRS, /* ours was cancelled, the feed has the nights */
    CONFLICT_GONE         /* there is no overlap any more */
};
extern const char *const conflict_status_names[];

enum conflict_keep { KEEP_OURS, KEEP_THEIRS };

struct conflict {
    struct uuid id;
    struct uuid tenant_id;
    struct uuid apartment_id;
    struct uuid owner_id; /* of the apartment */
    struct uuid feed_id;
    int channel;            /* of the feed */
    struct uuid booking_id; /* nil: ours is a block */
    struct uuid block_id;   /* nil: ours is a booking */
    int32_t from;
    int32_t to; /* exclusive */
    int status;
    bool told;     /* calendar.conflict was recorded */
    bool told_end; /* calendar.conflict_ended was recorded */
    int64_t version;
    int64_t created_at;
    int64_t updated_at;
};

/* --- SQL (conflict_store.c) --- */

/* Statement for list_reply(). Values: tenant, owner or NULL, apartment or NULL, comma-separated
 * statuses or NULL. */
extern const struct db_statement conflict_list_statement;

/* FAULT_NOT_FOUND "not_found". */
bool conflict_store_find(struct db *db, const struct uuid *tenant_id, const struct uuid *id,
                         struct conflict *out, struct fault *fault) MUST_CHECK;
bool conflict_store_lock(struct db *tx, const struct uuid *tenant_id, const struct uuid *id,
                         struct conflict *out, struct fault *fault) MUST_CHECK;
/* Writes a decision, and that all events so far are recorded. */
bool conflict_store_decide(struct db *tx, struct conflict *conflict, enum conflict_status status,
                           struct slice actor, struct fault *fault) MUST_CHECK;

/* Finds the oldest conflict with an event to be recorded. */
bool conflict_store_find_untold(struct db *db, struct conflict *out, bool *found,
                                struct fault *fault) MUST_CHECK;
bool conflict_store_write_told(struct db *tx, const struct conflict *conflict,
                               struct fault *fault) MUST_CHECK;

/* --- use cases (conflict_act.c) --- */

/* What the guest of our stay gets back: as its policy says, or all that was paid, since it is not
 * the guest who cancels. */
enum conflict_refund { CONFLICT_REFUND_UNSAID = -1, CONFLICT_REFUND_POLICY, CONFLICT_REFUND_FULL };

struct conflict_resolution {
    int keep;                /* enum conflict_keep */
    int refund;              /* enum conflict_refund, only of KEEP_THEIRS; unsaid: policy */
    int64_t expected_refund; /* as in a booking's cancel; FIELD_ABSENT: any */
};

/* Keeps ours, or cancels ours, so that the feed takes the nights. FAULT_NOT_FOUND,
 * FAULT_PRECONDITION, FAULT_CONFLICT "already_gone", "already_kept_theirs", and the faults of
 * booking_act(). The same decision again changes nothing. */
bool conflict_resolve(struct change *change, const struct uuid *id,
                      const struct conflict_resolution *resolution, struct conflict *out,
                      struct fault *fault) MUST_CHECK;

/* Records the events of a conflict: that it began, and, if it has ended, that. Each once. */
bool conflict_tell(struct change *change, const struct conflict *found,
                   struct fault *fault) MUST_CHECK;
