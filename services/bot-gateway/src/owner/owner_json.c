// SPDX-License-Identifier: MIT
#include "owner/owner_json.h"

#include "base/money.h"
#include "json/fields.h"

#include "clients/answer_values_json.h"

enum { NAME_MAX_UNITS = 64, CODE_MAX = 32, REASON_MAX = 200, LISTS_MAX = 8, ACTIONS_MAX = 16 };

/* --- the data of the flow --- */

// clang-format off
#define AT(member) .offset = offsetof(struct owner_state, member)
static const struct field owner_items[] = {
    {.name = "list",    .type = FIELD_INT,   AT(list), .max = LISTS_MAX},
    {.name = "cursor",  .type = FIELD_TEXT,  .flags = FIELD_NULLABLE, AT(cursor), .min = 1, .max = ANSWER_CURSOR_MAX},
    {.name = "more",    .type = FIELD_TEXT,  .flags = FIELD_NULLABLE, AT(more), .min = 1, .max = ANSWER_CURSOR_MAX},
    {.name = "booking", .type = FIELD_UUID,  .flags = FIELD_NULLABLE, AT(booking)},
    {.name = "version", .type = FIELD_INT,   AT(version), .max = INT64_MAX},
    {.name = "changed", .type = FIELD_INT,   AT(changed_at), .max = INT64_MAX},
    {.name = "paid",    .type = FIELD_MONEY, AT(paid), .max = MONEY_MAX},
    {.name = "refund",  .type = FIELD_MONEY, AT(refund), .max = MONEY_MAX},
    {.name = "sure",    .type = FIELD_INT,   AT(pending), .max = ACTIONS_MAX},
    {.name = "flat",    .type = FIELD_UUID,  .flags = FIELD_NULLABLE, AT(apartment)},
    {.name = "month",   .type = FIELD_DATE,  .flags = FIELD_NULLABLE, AT(month)},
    {.name = "from",    .type = FIELD_DATE,  .flags = FIELD_NULLABLE, AT(from)},
    {.name = "block",   .type = FIELD_UUID,  .flags = FIELD_NULLABLE, AT(block)},
    {.name = "conflict", .type = FIELD_UUID, .flags = FIELD_NULLABLE, AT(conflict)},
    {.name = "feed",    .type = FIELD_UUID,  .flags = FIELD_NULLABLE, AT(feed)},
    {.name = "link",    .type = FIELD_UUID,  .flags = FIELD_NULLABLE, AT(link)},
};
#undef AT
// clang-format on
const struct fields owner_state_fields = FIELDS_OF(owner_items, struct owner_state);

/* --- owners --- */

static const struct foreign_member owner_members[] = {
    {"id",          FOREIGN_UUID, offsetof(struct owner_record, id),          NULL, 0},
    {"name",        FOREIGN_TEXT, offsetof(struct owner_record, name),        NULL, 0},
    {"telegram_id", FOREIGN_INT,  offsetof(struct owner_record, telegram_id), NULL, 0},
    {"version",     FOREIGN_INT,  offsetof(struct owner_record, version),     NULL, 0},
};
static const struct foreign owner_table = FOREIGN_OF(owner_members, struct owner_record);

static bool clean_owner(void *item, struct arena *arena, bool *is_complete, struct fault *fault)
{
    struct owner_record *owner = item;

    *is_complete = !uuid_is_nil(&owner->id) && owner->version != FIELD_ABSENT;
    return answer_clean_text(&owner->name, NAME_MAX_UNITS, arena, fault);
}

static const struct answer_item owner_item = {&owner_table, clean_owner,
                                              "an owner without id or version"};

ANSWER_READ_ITEM(owner_read_record, struct owner_record, owner_item)

bool owner_read_first_record(struct slice body, struct arena *arena, struct owner_record *out,
                             struct fault *fault)
{
    *out = (struct owner_record){.telegram_id = FIELD_ABSENT};
    return answer_read_first_item(&owner_item, body, out, arena, fault);
}

/* --- apartments --- */

static const struct foreign_member apartment_members[] = {
    {"id",    FOREIGN_UUID,   offsetof(struct owner_apartment, id),    NULL,                0},
    {"code",  FOREIGN_TEXT,   offsetof(struct owner_apartment, code),  NULL,                0},
    {"title", FOREIGN_OBJECT, offsetof(struct owner_apartment, title), &answer_texts_table, 0},
};
static const struct foreign apartment_table = FOREIGN_OF(apartment_members, struct owner_apartment);

static bool clean_apartment(void *item, struct arena *arena, bool *is_complete, struct fault *fault)
{
    struct owner_apartment *apartment = item;

    if (!answer_clean_text(&apartment->code, CODE_MAX, arena, fault) ||
        !answer_clean_texts(&apartment->title, ANSWER_TITLE_MAX, arena, fault))
        return false;
    *is_complete = !uuid_is_nil(&apartment->id) && apartment->code.at != NULL &&
                   answer_has_text(&apartment->title);
    return true;
}

static const struct answer_item apartment_item = {&apartment_table, clean_apartment,
                                                  "an incomplete apartment"};

ANSWER_READ_ITEM(owner_read_apartment, struct owner_apartment, apartment_item)
ANSWER_READ_LIST(owner_read_apartments, struct owner_apartments, apartment_item,
                 OWNER_APARTMENTS_MAX)

/* --- blocks --- */

static const struct foreign_member block_members[] = {
    {"id",     FOREIGN_UUID, offsetof(struct owner_block, id),     NULL, 0},
    {"from",   FOREIGN_DATE, offsetof(struct owner_block, from),   NULL, 0},
    {"to",     FOREIGN_DATE, offsetof(struct owner_block, to),     NULL, 0},
    {"reason", FOREIGN_TEXT, offsetof(struct owner_block, reason), NULL, 0},
};
static const struct foreign block_table = FOREIGN_OF(block_members, struct owner_block);

static bool clean_block(void *item, struct arena *arena, bool *is_complete, struct fault *fault)
{
    struct owner_block *block = item;

    *is_complete = !uuid_is_nil(&block->id) && answer_are_dates(block->from, block->to);
    return answer_clean_text(&block->reason, REASON_MAX, arena, fault);
}

static const struct answer_item block_item = {&block_table, clean_block, "an incomplete block"};

ANSWER_READ_LIST(owner_read_blocks, struct owner_blocks, block_item, OWNER_BLOCKS_MAX)
