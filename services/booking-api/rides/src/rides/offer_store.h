// SPDX-License-Identifier: MIT
/* SQL of offers. Text in a struct offer is borrowed from the rows. Each statement that changes
 * offers also writes their events and audit rows. */
#pragma once

#include "api/change.h"

#include "rides/offer.h"

/* An offer on this ride. FAULT_NOT_FOUND "not_found". */
bool offer_store_find(struct db *db, const struct uuid *tenant_id, const struct uuid *ride_id,
                      const struct uuid *id, struct db_rows *rows, struct offer *out,
                      struct fault *fault) MUST_CHECK;
/* The same, locked. The ride must be locked before. */
bool offer_store_lock(struct db *tx, const struct uuid *tenant_id, const struct uuid *ride_id,
                      const struct uuid *id, struct db_rows *rows, struct offer *out,
                      struct fault *fault) MUST_CHECK;

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
bool offer_store_lose(struct change *change, struct slice rides, struct fault *fault) MUST_CHECK;

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
