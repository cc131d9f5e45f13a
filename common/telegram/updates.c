// SPDX-License-Identifier: MIT
/* Parses the result of getUpdates. */
#include "json/foreign.h"

#include "telegram/poll_private.h"

static const struct foreign_member members[] = {
    {"update_id", FOREIGN_INT, offsetof(struct telegram_update, update_id), NULL, 0},
    {"",          FOREIGN_RAW, offsetof(struct telegram_update, raw),       NULL, 0},
};
static const struct foreign table = FOREIGN_OF(members, struct telegram_update);

static bool fault_bad_updates(struct fault *fault)
{
    return fault_set(fault, FAULT_UNAVAILABLE, "telegram_bad_updates",
                     "Telegram answered with something else than updates.");
}

bool telegram_poll_parse_updates(struct slice result, struct arena *arena,
                                 const struct telegram_update **out, size_t *count,
                                 struct fault *fault)
{
    const struct telegram_update *updates;
    struct foreign_list list;

    if (!foreign_read_list(&table, TELEGRAM_UPDATES_MAX, result, &list, arena, fault))
        return fault->kind == FAULT_UNREADABLE ? fault_bad_updates(fault) : false;
    updates = list.items;
    for (size_t i = 0; i < list.count; i++)
        if (updates[i].update_id == FIELD_ABSENT)
            return fault_bad_updates(fault);
    *out = updates;
    *count = list.count;
    return true;
}
