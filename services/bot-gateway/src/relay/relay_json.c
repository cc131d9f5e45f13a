// SPDX-License-Identifier: MIT
#include "json/fields.h"
#include "json/foreign.h"

#include "relay/relay_private.h"

// clang-format off
#define AT(member) .offset = offsetof(struct relay, member)
static const struct field items[] = {
    {.name = "booking", .type = FIELD_UUID, .flags = FIELD_NULLABLE, AT(as_owner.booking)},
    {.name = "owner",   .type = FIELD_BOOL, AT(of_owner)},
};
#undef AT
// clang-format on
static const struct fields fields = FIELDS_OF(items, struct relay);

bool relay_read(struct slice json, struct arena *arena, void *data, struct fault *fault)
{
    struct fields_seen seen;
    struct relay *relay = data;

    relay->says = TEXTS;
    return fields_decode(&fields, json, false, data, &seen, arena, fault);
}

void relay_write(const void *data, struct buf *json)
{
    fields_encode(&fields, data, false, json);
}

struct people {
    struct slice owner;
    int64_t guest;
};

// clang-format off
static const struct foreign_member members[] = {
    {"owner_id",          FOREIGN_TEXT, offsetof(struct people, owner), NULL, 0},
    {"guest/telegram_id", FOREIGN_INT,  offsetof(struct people, guest), NULL, 0},
};
// clang-format on
static const struct foreign table = FOREIGN_OF(members, struct people);

bool relay_read_booking(struct slice body, struct arena *arena, struct relay_booking *out,
                        struct fault *fault)
{
    struct people people;

    if (!stay_value_read(&table, body, &people, arena, fault) ||
        !stay_read_booking(body, arena, &out->is, fault))
        return false;
    out->owner = stay_value_id(people.owner);
    out->guest = people.guest;
    return true;
}
