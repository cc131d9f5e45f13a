// SPDX-License-Identifier: MIT
/* SQL of ratings and complaints. Text is borrowed from the rows. */
#pragma once

#include "api/change.h"

#include "safety/safety.h"

/* FAULT_CONFLICT "already_rated": this side has rated. */
bool rating_store_insert(struct db *tx, const struct ride *ride, struct rating *rating,
                         struct fault *fault) MUST_CHECK;
/* Ratings of both sides, at most two rows. */
bool rating_store_list(struct db *db, const struct uuid *ride_id, struct db_rows *rows,
                       struct fault *fault) MUST_CHECK;
void rating_store_read(const struct db_rows *rows, int row, struct rating *out);
/* Adds at most `most` visible, uncounted ratings to the drivers' averages: of one ride, or of all
 * if `ride_id` is nil. */
bool rating_store_count(struct db *tx, const struct uuid *ride_id, int64_t most, int64_t *counted,
                        struct fault *fault) MUST_CHECK;

/* FAULT_CONFLICT "too_many_complaints": this side has COMPLAINTS_MAX. */
bool complaint_store_insert(struct db *tx, const struct ride *ride, struct complaint *complaint,
                            struct fault *fault) MUST_CHECK;
/* For list_reply_whole(): complaints of both sides, oldest first. Values: ride. */
extern const struct db_statement complaint_list_statement;
