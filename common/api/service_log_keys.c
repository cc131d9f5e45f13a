// SPDX-License-Identifier: MIT
/* Keeps the keys of persons in logs (base/log_person.h) up to date: once the schema fits, then
 * every five minutes. Tomorrow's key exists a day ahead, so midnight needs no database. A service
 * that may write creates missing keys and deletes old ones in one transaction; a service of kind
 * NEEDS_KEYS uses existing keys. */
#include "api/log_key_store_private.h"
#include "api/service_private.h"
#include "db/transaction.h"

enum { EVERY_MS = 5 * 60 * 1000, LIMIT_MS = 10000 };

static bool renew(struct db *tx, void *arg, struct fault *fault)
{
    return log_key_store_renew(tx, arg, fault);
}

static bool load(void *data, struct fault *fault)
{
    struct service_run *run = data;
    struct log_key_list list;

    if (!log_key_store_list(run->service.db, &list, fault))
        return false;
    if (!list.complete && run->definition->needs == NEEDS_DATABASE &&
        !db_transaction(run->service.pool, renew, &list, fault))
        return false;
    log_person_keys_set(list.keys, list.count);
    return true;
}

void service_log_keys_begin(struct service_run *run)
{
    static const struct periodic_task task = {"log_keys", load, EVERY_MS, LIMIT_MS,
                                              .at_once = true};

    periodic_start(&run->log_keys, run->service.loop, &task, run);
}

void service_log_keys_end(struct service_run *run)
{
    periodic_stop(&run->log_keys);
}
