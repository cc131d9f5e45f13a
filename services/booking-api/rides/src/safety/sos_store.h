// SPDX-License-Identifier: MIT
/* SQL of calls for help. Text is borrowed from the rows. */
#pragma once

#include "api/change.h"

#include "safety/safety.h"

/* The side's call within the last SOS_AGAIN_S; a nil id: none. */
bool sos_store_recent(struct db *tx, const struct uuid *ride_id, enum safety_side side,
                      struct sos *out, struct fault *fault) MUST_CHECK;
/* Inserts a call; sets version and time as stored. */
bool sos_store_insert(struct db *tx, const struct uuid *tenant_id, struct sos *sos,
                      struct fault *fault) MUST_CHECK;
bool sos_store_place(struct db *tx, struct sos *sos, struct fault *fault) MUST_CHECK;

/* For list_reply_whole(): the calls of a ride, newest first. Values: ride, SOS_LIST_MAX. */
extern const struct db_statement sos_list_statement;
/* Marks at most `most` unanswered calls of the ride as answered by `actor`; they are in `rows`. */
bool sos_store_answer(struct db *tx, const struct uuid *ride_id, struct slice actor, int64_t most,
                      struct db_rows *rows, struct fault *fault) MUST_CHECK;
void sos_store_read(const struct db_rows *rows, int row, struct sos *out);
