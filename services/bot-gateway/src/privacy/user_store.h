// SPDX-License-Identifier: MIT
/* SQL of users: the table `person`, with `recipient`. */
#pragma once

#include "api/list.h"
#include "db/query.h"

#include "privacy/user.h"

/* Statement for list_reply(): the users of a bot, the newest first. Values: bot. */
extern const struct db_statement user_list_statement;

/* Finds a user of the bot. FAULT_NOT_FOUND "not_found". Text is borrowed from `rows`. */
bool user_store_find(struct db *db, const struct uuid *bot_id, int64_t user_id,
                     struct db_rows *rows, struct user *out, struct fault *fault) MUST_CHECK;
