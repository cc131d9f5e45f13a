// SPDX-License-Identifier: MIT
/* SQL of the table `bot`: list, insert, set the username. */
#pragma once

#include "db/query.h"

#include "bots/bot.h"

/* Reads the rows sorted by name, at most BOTS_MAX; `bots` must have room for that many. Members
 * that come from files are "". */
bool bot_store_list(struct db *db, struct bot *bots, size_t *count, struct fault *fault) MUST_CHECK;

/* What `--bots list` prints of a bot beside struct bot. */
struct bot_row {
    struct slice tenant; /* name of the tenant */
    bool has_staff_chat; /* the bot itself has one */
    bool is_staff_lost;  /* Telegram refuses messages to the staff chat */
    bool has_support;    /* the setting `support` of the bot's type is not empty */
};
/* Calls `print` for each bot, in the order of names. */
bool bot_store_print_all(struct db *db,
                         void (*print)(const struct bot *bot, const struct bot_row *row),
                         struct fault *fault) MUST_CHECK;
/* Sets the setting `support` for all bots of the type of the bot `bot_name`: where people write if
 * a bot does not help them. FAULT_INVALID "bad_support": more than a line, or too long. */
bool bot_store_set_support_of_type(struct db *tx, struct slice bot_name, struct slice support,
                                   struct fault *fault) MUST_CHECK;

/* Sets the username. FAULT_INVALID "bad_username": not a valid username. */
bool bot_store_set_username(struct db_pool *pool, const struct uuid *id, struct slice username,
                            struct fault *fault) MUST_CHECK;

/* Sets `sees_all` to whether the tenant sees the bots of all tenants: only the tenant "system"
 * does. */
bool bot_store_tenant_sees_all(struct db *db, const struct uuid *tenant_id, bool *sees_all,
                               struct fault *fault) MUST_CHECK;

/* Inserts a row for the bot `name` of the tenant `tenant`, unless it exists; `inserted` is true if
 * it was inserted. `type` is an enum bot_type; -1 accepts any existing type and inserts
 * BOT_APARTMENTS. FAULT_NOT_FOUND "tenant_unknown"; FAULT_CONFLICT "bot_taken": the bot belongs to
 * another tenant; "bot_type_differs": the bot has another type. */
bool bot_store_insert_unless_exists(struct db *tx, struct slice name, struct slice tenant, int type,
                                    bool *inserted, struct fault *fault) MUST_CHECK;
