// SPDX-License-Identifier: MIT
/* SQL of the table `poller`. */
#pragma once

#include "db/transaction.h"

enum { POLLERS_MAX = 16 }; /* bots of one instance; others are left to other instances */

struct poller_claim {
    struct uuid bot_id;
    const char *state; /* of the running poll, static; NULL: none yet */
    bool leased;       /* result: this process polls the bot for `lease_s` from now on */
};

/* Takes leases, or renews those of `owner`, at most POLLERS_MAX; inside db_transaction(). Bots that
 * are not to be polled, or that another instance polls, get none. */
bool poller_store_lease(struct db *tx, const struct uuid *owner, int64_t lease_s,
                        struct poller_claim *claims, size_t count, struct fault *fault) MUST_CHECK;

/* Releases a lease. */
bool poller_store_release(struct db *tx, const struct uuid *owner, const struct uuid *bot_id,
                          struct fault *fault) MUST_CHECK;
