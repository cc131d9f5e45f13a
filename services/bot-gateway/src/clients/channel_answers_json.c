// SPDX-License-Identifier: MIT
#include "clients/channel_answers_json.h"

#include "clients/stay_values_json.h"

enum { CHANNEL_MAX = 32 /* UTF-16 units */ };

/* --- conflicts --- */

#define AT(member) offsetof(struct channel_conflict, member)
static const struct foreign_member conflict_members[] = {
    {"id",           FOREIGN_UUID, AT(id),        NULL, 0},
    {"apartment_id", FOREIGN_UUID, AT(apartment), NULL, 0},
    {"booking_id",   FOREIGN_UUID, AT(booking),   NULL, 0},
    {"channel",      FOREIGN_TEXT, AT(channel),   NULL, 0},
    {"status",       FOREIGN_TEXT, AT(status),    NULL, 0},
    {"from",         FOREIGN_DATE, AT(from),      NULL, 0},
    {"to",           FOREIGN_DATE, AT(to),        NULL, 0},
};
#undef AT
static const struct foreign conflict_table = FOREIGN_OF(conflict_members, struct channel_conflict);

static bool clean_conflict(void *item, struct arena *arena, bool *is_complete, struct fault *fault)
{
    struct channel_conflict *conflict = item;

    if (!stay_clean_text(&conflict->channel, CHANNEL_MAX, arena, fault))
        return false;
    *is_complete = !uuid_is_nil(&conflict->id) && !uuid_is_nil(&conflict->apartment) &&
                   conflict->status.at != NULL &&
                   stay_value_are_stay_dates(conflict->from, conflict->to);
    return true;
}

static const struct stay_item conflict_item = {&conflict_table, clean_conflict,
                                               "an incomplete conflict"};

STAY_READ_ITEM(channel_read_conflict, struct channel_conflict, conflict_item)

static const struct foreign_member would_members[] = {
    {"would", FOREIGN_OBJECT, 0, &conflict_table, 0},
};
static const struct foreign would_table = FOREIGN_OF(would_members, struct channel_conflict);
static const struct stay_item would_item = {&would_table, clean_conflict, "an incomplete conflict"};

STAY_READ_ITEM(channel_read_dry_run_conflict, struct channel_conflict, would_item)
