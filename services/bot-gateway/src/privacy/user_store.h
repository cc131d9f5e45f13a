// SPDX-License-Identifier: MIT
/* SQL of users. */
#pragma once

#include "api/list.h"
#include "db/query.h"

#include "privacy/user.h"

/* Users of a bot, the newest first. Rows are those of a LIST_PAGE_OF statement. */
extern const struct db_shape user_shape;
bool user_store_list(struct db *db, const struct uuid *bot_id, const struct list_cursor *after,
                     int64_t limit, struct db_rows *rows, struct fault *fault) MUST_CHECK;
/* Text is borrowed from `rows`. */
void user_store_read(const struct db_rows *rows, int row, struct user *out);

/* FAULT_NOT_FOUND "not_found". */
bool user_store_find(struct db *db, const struct uuid *bot_id, int64_t user_id,
                     struct db_rows *rows, struct user *out, struct fault *fault) MUST_CHECK;
