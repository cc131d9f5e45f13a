// SPDX-License-Identifier: MIT
#include "owner/owner_json.h"

#include "base/text.h"
#include "json/fields.h"

#include "clients/stay_values_json.h"
#include "dialogue/button.h"

enum { NAME_MAX_UNITS = 64, CODE_MAX = 32, REASON_MAX = 200, LISTS_MAX = 8, ACTIONS_MAX = 16 };

/* --- the data of the flow --- */

// clang-format off
#define AT(member) .offset = offsetof(struct owner_state, member)
static const struct field owner_items[] = {
    {.name = "list",    .type = FIELD_INT,   AT(list), .max = LISTS_MAX},
    {.name = "cursor",  .type = FIELD_TEXT,  .flags = FIELD_NULLABLE, AT(cursor), .min = 1, .max = STAY_CURSOR_MAX},
    {.name = "more",    .type = FIELD_TEXT,  .flags = FIELD_NULLABLE, AT(more), .min = 1, .max = STAY_CURSOR_MAX},
    {.name = "booking", .type = FIELD_UUID,  .flags = FIELD_NULLABLE, AT(booking)},
    {.name = "version", .type = FIELD_INT,   AT(version), .max = INT64_MAX},
    {.name = "paid",    .type = FIELD_MONEY, AT(paid), .max = STAY_MONEY_MAX},
    {.name = "refund",  .type = FIELD_MONEY, AT(refund), .max = STAY_MONEY_MAX},
    {.name = "sure",    .type = FIELD_INT,   AT(pending), .max = ACTIONS_MAX},
    {.name = "flat",    .type = FIELD_UUID,  .flags = FIELD_NULLABLE, AT(apartment)},
    {.name = "month",   .type = FIELD_DATE,  .flags = FIELD_NULLABLE, AT(month)},
    {.name = "from",    .type = FIELD_DATE,  .flags = FIELD_NULLABLE, AT(from)},
    {.name = "block",   .type = FIELD_UUID,  .flags = FIELD_NULLABLE, AT(block)},
};
#undef AT
// clang-format on
static const struct fields owner_fields = FIELDS_OF(owner_items, struct owner_state);

bool owner_read(struct slice json, struct arena *arena, void *data, struct fault *fault)
{
    struct fields_seen seen;

    return fields_decode(&owner_fields, json, false, data, &seen, arena, fault);
}

void owner_write(const void *data, struct buf *json)
{
    fields_encode(&owner_fields, data, false, json);
}

/* --- owners --- */

struct wire_owner {
    struct slice id, name;
    int64_t telegram_id, version;
};

// clang-format off
#define AT(member) offsetof(struct wire_owner, member)
static const struct foreign_member owner_members[] = {
    {"id",          FOREIGN_TEXT, AT(id),          NULL, 0},
    {"name",        FOREIGN_TEXT, AT(name),        NULL, 0},
    {"telegram_id", FOREIGN_INT,  AT(telegram_id), NULL, 0},
    {"version",     FOREIGN_INT,  AT(version),     NULL, 0},
};
#undef AT
static const struct foreign owner_table = FOREIGN_OF(owner_members, struct wire_owner);

static const struct foreign_member owners_members[] = {
    {"items", FOREIGN_LIST, offsetof(struct stay_value_list, items), &owner_table, 1},
};
static const struct foreign owners_table = FOREIGN_OF(owners_members, struct stay_value_list);
// clang-format on

static bool take_owner(const struct wire_owner *wire, struct arena *arena, struct owner_record *out,
                       struct fault *fault)
{
    struct owner_record owner = {.id = stay_value_id(wire->id),
                                 .name = wire->name,
                                 .telegram_id = wire->telegram_id,
                                 .version = wire->version};

    if (!stay_clean(&owner.name, NAME_MAX_UNITS, arena, fault))
        return false;
    if (uuid_is_nil(&owner.id) || owner.version == FIELD_ABSENT)
        return stay_bad_answer("an owner without id or version", fault);
    *out = owner;
    return true;
}

bool owner_read_record(struct slice body, struct arena *arena, struct owner_record *out,
                       struct fault *fault)
{
    struct wire_owner wire;

    return stay_value_read(&owner_table, body, &wire, arena, fault) &&
           take_owner(&wire, arena, out, fault);
}

bool owner_read_first(struct slice body, struct arena *arena, struct owner_record *out,
                      struct fault *fault)
{
    struct stay_value_list wire;

    if (!stay_value_read(&owners_table, body, &wire, arena, fault))
        return false;
    if (wire.items.items == NULL)
        return stay_bad_answer("owners without items", fault);
    if (wire.items.count > 0)
        return take_owner(wire.items.items, arena, out, fault);
    *out = (struct owner_record){.telegram_id = FIELD_ABSENT};
    return true;
}

/* --- apartments --- */

struct wire_apartment {
    struct slice id, code;
    struct texts title;
};
struct wire_apartments {
    struct foreign_list items;
    struct slice next;
};

// clang-format off
static const struct foreign_member apartment_members[] = {
    {"id",    FOREIGN_TEXT,   offsetof(struct wire_apartment, id),    NULL,                   0},
    {"code",  FOREIGN_TEXT,   offsetof(struct wire_apartment, code),  NULL,                   0},
    {"title", FOREIGN_OBJECT, offsetof(struct wire_apartment, title), &stay_value_texts_table, 0},
};
static const struct foreign apartment_table = FOREIGN_OF(apartment_members, struct wire_apartment);

static const struct foreign_member apartments_members[] = {
    {"items",       FOREIGN_LIST, offsetof(struct wire_apartments, items), &apartment_table, OWNER_APARTMENTS_MAX},
    {"next_cursor", FOREIGN_TEXT, offsetof(struct wire_apartments, next),  NULL,        0},
};
static const struct foreign apartments_table = FOREIGN_OF(apartments_members, struct wire_apartments);
// clang-format on

/* Reads an apartment. `whole` is false if it cannot be shown. */
static bool take_apartment(const struct wire_apartment *wire, struct arena *arena,
                           struct owner_apartment *out, bool *whole, struct fault *fault)
{
    *out = (struct owner_apartment){stay_value_id(wire->id), wire->code, wire->title};
    if (!stay_clean(&out->code, CODE_MAX, arena, fault) ||
        !stay_value_clean(&out->title, STAY_TITLE_MAX, arena, fault))
        return false;
    *whole = !uuid_is_nil(&out->id) && out->code.at != NULL && stay_value_has_words(&out->title);
    return true;
}

bool owner_read_apartment(struct slice body, struct arena *arena, struct owner_apartment *out,
                          struct fault *fault)
{
    struct owner_apartment apartment;
    struct wire_apartment wire;
    bool whole;

    if (!stay_value_read(&apartment_table, body, &wire, arena, fault) ||
        !take_apartment(&wire, arena, &apartment, &whole, fault))
        return false;
    if (!whole)
        return stay_bad_answer("an incomplete apartment", fault);
    *out = apartment;
    return true;
}

bool owner_read_apartments(struct slice body, struct arena *arena, struct owner_apartments *out,
                           struct fault *fault)
{
    struct wire_apartments wire;
    bool whole;

    if (!stay_value_read(&apartments_table, body, &wire, arena, fault))
        return false;
    if (wire.items.items == NULL)
        return stay_bad_answer("apartments without items", fault);
    out->count = 0;
    for (size_t i = 0; i < wire.items.count; i++) {
        if (!take_apartment((struct wire_apartment *)wire.items.items + i, arena,
                            &out->items[out->count], &whole, fault))
            return false;
        out->count += whole;
    }
    out->next = stay_value_read_cursor(wire.next);
    return true;
}

/* --- blocks --- */

struct wire_block {
    struct slice id, from, to, reason;
};

// clang-format off
static const struct foreign_member block_members[] = {
    {"id",     FOREIGN_TEXT, offsetof(struct wire_block, id),     NULL, 0},
    {"from",   FOREIGN_TEXT, offsetof(struct wire_block, from),   NULL, 0},
    {"to",     FOREIGN_TEXT, offsetof(struct wire_block, to),     NULL, 0},
    {"reason", FOREIGN_TEXT, offsetof(struct wire_block, reason), NULL, 0},
};
static const struct foreign block_table = FOREIGN_OF(block_members, struct wire_block);

static const struct foreign_member blocks_members[] = {
    {"items", FOREIGN_LIST, offsetof(struct stay_value_list, items), &block_table, OWNER_BLOCKS_MAX},
};
static const struct foreign blocks_table = FOREIGN_OF(blocks_members, struct stay_value_list);
// clang-format on

bool owner_read_blocks(struct slice body, struct arena *arena, struct owner_blocks *out,
                       struct fault *fault)
{
    struct stay_value_list wire;

    if (!stay_value_read(&blocks_table, body, &wire, arena, fault))
        return false;
    if (wire.items.items == NULL)
        return stay_bad_answer("blocks without items", fault);
    out->count = 0;
    for (size_t i = 0; i < wire.items.count; i++) {
        const struct wire_block *given = (struct wire_block *)wire.items.items + i;
        struct owner_block *block = &out->items[out->count];
        *block = (struct owner_block){.id = stay_value_id(given->id), .reason = given->reason};
        if (!stay_clean(&block->reason, REASON_MAX, arena, fault))
            return false;
        out->count += !uuid_is_nil(&block->id) &&
                      stay_value_read_nights(given->from, given->to, &block->from, &block->to);
    }
    return true;
}
