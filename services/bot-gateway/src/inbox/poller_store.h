// SPDX-License-Identifier: MIT
/* Rows of the table `poller`. */
#pragma once

#include "db/transaction.h"

struct poller_wish {
    struct uuid bot_id;
    const char *state; /* of the polling under way, static; NULL: there is none yet */
    bool leased;       /* answered: this process polls the bot for `lease_s` from now on */
};

/* Takes leases, or renews those that `owner` has; inside db_transaction(). Bots that are not to be
 * polled any more, and those that another one polls, get none. */
bool poller_store_lease(struct db *tx, const struct uuid *owner, int64_t lease_s,
                        struct poller_wish *wishes, size_t count, struct arena *arena,
                        struct fault *fault) MUST_CHECK;

/* Gives a lease back. */
bool poller_store_give_back(struct db *tx, const struct uuid *owner, const struct uuid *bot_id,
                            struct fault *fault) MUST_CHECK;
