// SPDX-License-Identifier: MIT
#include "storage/check_name_store.h"

static bool name_of(struct sqlite *sqlite, const char *name, int64_t *id, struct fault *fault)
{
    static const char insert[] = "INSERT OR IGNORE INTO disk.check_name (name) VALUES (?1)";
    static const char find[] = "SELECT id FROM disk.check_name WHERE name = ?1";

    return sqlite_exec(sqlite, insert, SQLITE_VALUES(sqlite_text(name)), fault) &&
           sqlite_count(sqlite, find, SQLITE_VALUES(sqlite_text(name)), id, fault);
}

bool check_name_store_ids(struct sqlite *sqlite, const struct plan *plan, int64_t *ids,
                          struct fault *fault)
{
    for (size_t i = 0; i < plan->count; i++)
        if (!name_of(sqlite, plan->checks[i].name, &ids[i], fault))
            return false;
    return true;
}
