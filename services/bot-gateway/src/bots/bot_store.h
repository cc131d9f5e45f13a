// SPDX-License-Identifier: MIT
/* Rows of the table `bot`. */
#pragma once

#include "db/query.h"

#include "bots/bot.h"

/* The rows in the order of their names, BOTS_MAX at most; `bots` has room for that many. Members
 * that come from files are "". */
bool bot_store_list(struct db *db, struct bot *bots, size_t *count, struct fault *fault) MUST_CHECK;

/* Calls `tell` for each row, in that order, with the name of its tenant; for people. */
bool bot_store_each(struct db *db, void (*tell)(const struct bot *bot, struct slice tenant),
                    struct fault *fault) MUST_CHECK;

/* What Telegram calls the bot. FAULT_INVALID "bad_username": that is no such name. */
bool bot_store_set_username(struct db *tx, const struct uuid *id, struct slice username,
                            struct fault *fault) MUST_CHECK;

/* Whether a tenant sees the bots of all: the one that is called "system" does. */
bool bot_store_sees_all(struct db *db, const struct uuid *tenant_id, bool *all,
                        struct fault *fault) MUST_CHECK;

/* Makes the bot's row, of the tenant with this name, unless there is one, which
 * stays as it is; `made` says which. `type` is an enum bot_type; -1: that of the row, and of a new
 * one BOT_APARTMENTS.
 * FAULT_NOT_FOUND "tenant_unknown"; FAULT_CONFLICT "bot_taken": it is another tenant's;
 * "bot_type_differs": it is of another type. */
bool bot_store_ensure(struct db *tx, struct slice name, struct slice tenant, int type, bool *made,
                      struct fault *fault) MUST_CHECK;
