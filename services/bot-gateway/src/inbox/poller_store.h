// SPDX-License-Identifier: MIT
/* SQL of the table `poller`: which instance polls which bot (getUpdates of the Bot API). */
#pragma once

#include "db/transaction.h"

enum { POLLERS_MAX = 16 }; /* bots of one instance; others are left to other instances */

struct poller_claim {
    struct uuid bot_id;
    struct slice state; /* of the running poll; absent: none yet */
    bool leased;        /* result: this process polls the bot for `lease_s` from now on */
};

/* Takes or renews leases: `process_id` polls the bot of each claim, at most POLLERS_MAX of them,
 * for `lease_s`. A bot that another instance polls, or that is inactive or has a webhook, is not
 * leased. */
bool poller_store_take_leases(struct db_pool *pool, const struct uuid *process_id, int64_t lease_s,
                              struct poller_claim *claims, size_t count,
                              struct fault *fault) MUST_CHECK;

/* Ends the lease of `process_id`, so that another instance can poll the bot. */
bool poller_store_release_lease(struct db_pool *pool, const struct uuid *process_id,
                                const struct uuid *bot_id, struct fault *fault) MUST_CHECK;
