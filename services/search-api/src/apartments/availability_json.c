// SPDX-License-Identifier: MIT
#include "apartments/availability_json.h"

#include "base/date.h"
#include "base/money.h"
#include "json/foreign.h"

struct wire_item {
    struct uuid id;
    bool bookable;
    int64_t total;
    struct foreign_list reasons;
};
struct wire_answer {
    struct foreign_list items;
};

enum { REASONS_MAX = 16 };

static const struct foreign_member item_members[] = {
    {"id",           FOREIGN_UUID,  offsetof(struct wire_item, id),       NULL, 0          },
    {"bookable",     FOREIGN_BOOL,  offsetof(struct wire_item, bookable), NULL, 0          },
    {"total/amount", FOREIGN_INT,   offsetof(struct wire_item, total),    NULL, 0          },
    {"reasons",      FOREIGN_TEXTS, offsetof(struct wire_item, reasons),  NULL, REASONS_MAX},
};
static const struct foreign item_table = FOREIGN_OF(item_members, struct wire_item);

static const struct foreign_member answer_members[] = {
    {"items", FOREIGN_LIST, offsetof(struct wire_answer, items), &item_table, AVAILABILITY_MAX},
};
static const struct foreign answer_table = FOREIGN_OF(answer_members, struct wire_answer);

void availability_encode_request(const struct criteria *criteria,
                                 const struct apartment *apartments, size_t count, struct buf *out)
{
    char id[UUID_TEXT_LEN + 1], day[DATE_TEXT_LEN + 1];

    buf_text(out, "{\"apartment_ids\":[");
    for (size_t i = 0; i < count; i++) {
        uuid_format(&apartments[i].id, id);
        buf_printf(out, "%s\"%s\"", i > 0 ? "," : "", id);
    }
    date_format(criteria->check_in, day);
    buf_printf(out, "],\"check_in\":\"%s\"", day);
    date_format(criteria->check_out, day);
    buf_printf(out, ",\"check_out\":\"%s\",\"guests\":%lld}", day,
               criteria->guests != FIELD_ABSENT ? (long long)criteria->guests : 1);
}

static enum apartment_availability read_availability(const struct wire_item *item)
{
    const struct slice *reasons = item->reasons.items;

    if (item->bookable)
        return APARTMENT_BOOKABLE;
    return item->reasons.count == 1 && item->reasons.left_out == 0 &&
                   slice_is(reasons[0], "too_many_guests")
               ? APARTMENT_TOO_SMALL
               : APARTMENT_TAKEN;
}

static bool has_price(const struct wire_item *item)
{
    return item->bookable && item->total > 0 && money_is_sum(item->total);
}

/* Finds the apartment of item `likely_index` of an answer. Tries apartments[likely_index] first,
 * because items usually come in the order of the request. */
static struct apartment *find_apartment_by_id(struct apartment *apartments, size_t count,
                                              size_t likely_index, const struct uuid *id)
{
    for (size_t i = 0; i < count; i++) {
        struct apartment *one = &apartments[(likely_index + i) % count];
        if (uuid_equal(&one->id, id))
            return one;
    }
    return NULL;
}

bool availability_read_answer(struct slice body, struct apartment *apartments, size_t count,
                              struct arena *arena, struct fault *fault)
{
    struct wire_answer wire;

    if (!foreign_read(&answer_table, body, &wire, arena, fault))
        return false;
    if (wire.items.items == NULL)
        return fault_set(fault, FAULT_UNREADABLE, "bad_json", "The answer has no items.");
    for (size_t i = 0; i < count; i++)
        apartments[i].availability = APARTMENT_TAKEN;
    for (size_t i = 0; i < wire.items.count; i++) {
        const struct wire_item *item = (const struct wire_item *)wire.items.items + i;
        struct apartment *apartment = find_apartment_by_id(apartments, count, i, &item->id);
        if (apartment == NULL)
            continue;
        apartment->availability = read_availability(item);
        apartment->total = has_price(item) ? item->total : FIELD_ABSENT;
    }
    return true;
}
