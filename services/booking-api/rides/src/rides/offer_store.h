// SPDX-License-Identifier: MIT
/* SQL of offers. Text in a struct offer is borrowed from the rows it was read from. Each statement
 * that changes offers writes their events and audit rows, too. */
#pragma once

#include "api/change.h"

#include "rides/offer.h"

struct list_place;

/* Of this ride. FAULT_NOT_FOUND "not_found". */
bool offer_store_find(struct db *db, const struct uuid *tenant_id, const struct uuid *ride_id,
                      const struct uuid *id, struct db_rows *rows, struct offer *out,
                      struct fault *fault) MUST_CHECK;
/* The same, locked. Its ride is locked before. */
bool offer_store_lock(struct db *tx, const struct uuid *tenant_id, const struct uuid *ride_id,
                      const struct uuid *id, struct db_rows *rows, struct offer *out,
                      struct fault *fault) MUST_CHECK;

/* Newest first, at most `limit`, after `place`: rows of a LIST_PAGE_OF statement. `driver_id` nil:
 * those of all drivers. */
extern const struct db_shape offer_shape;
bool offer_store_list(struct db *db, const struct uuid *tenant_id, const struct uuid *ride_id,
                      const struct uuid *driver_id, const struct list_place *place, int64_t limit,
                      struct db_rows *rows, struct fault *fault) MUST_CHECK;
void offer_store_read(const struct db_rows *rows, int row, struct offer *out);

/* Supersedes what the driver has pending on the ride, then writes the offer. */
bool offer_store_insert(struct change *change, const struct offer *offer,
                        struct fault *fault) MUST_CHECK;
/* Of a locked offer that is pending. */
bool offer_store_move(struct change *change, const struct offer *offer, enum offer_status to,
                      struct fault *fault) MUST_CHECK;

/* At most `most` pending offers whose time has run out become `expired`; those that another
 * transaction has locked are passed over. `ended`: how many. */
bool offer_store_expire(struct change *change, int64_t most, int *ended,
                        struct fault *fault) MUST_CHECK;
/* These rides, "{uuid,...}", have ended: what is pending on them is lost. */
bool offer_store_lose(struct change *change, struct slice rides, struct fault *fault) MUST_CHECK;

/* The ride is open no longer: what is pending on it is lost, but for `won`, which is accepted on
 * `trip_id`. Of its driver's other offers those are withdrawn that need a trip of their own at the
 * time of the new one, which is made if `made` is set. `won` NULL: nobody has it. */
struct offer_won {
    struct uuid id; /* nil: it is not stored yet */
    struct uuid driver_id;
    struct uuid trip_id;
    bool made;
    int64_t depart_at;
    int64_t busy_until;
};
bool offer_store_close(struct change *change, const struct uuid *ride_id,
                       const struct offer_won *won, struct fault *fault) MUST_CHECK;
/* Whatever a locked driver has pending. */
bool offer_store_withdraw_all(struct change *change, const struct uuid *driver_id,
                              struct fault *fault) MUST_CHECK;
