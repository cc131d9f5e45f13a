// SPDX-License-Identifier: MIT
#include "bots/bots_json.h"

struct bot_shown {
    struct uuid id;
    struct slice name;
    int intake;
    bool is_active;
    struct field_texts missing;
    int64_t version;
    int64_t created_at;
    int64_t updated_at;
};

#define AT(member) .offset = offsetof(struct bot_shown, member)

// clang-format off
static const struct field items[] = {
    {.name = "id",         .type = FIELD_UUID,  .flags = FIELD_READ_ONLY, AT(id)},
    {.name = "name",       .type = FIELD_SLUG,  .flags = FIELD_READ_ONLY, AT(name)},
    {.name = "intake",     .type = FIELD_ENUM,  .flags = FIELD_READ_ONLY, AT(intake), .names = bot_intake_names},
    {.name = "is_active",  .type = FIELD_BOOL,  .flags = FIELD_READ_ONLY, AT(is_active)},
    {.name = "missing",    .type = FIELD_SLUGS, .flags = FIELD_READ_ONLY, AT(missing)},
    {.name = "version",    .type = FIELD_INT,   .flags = FIELD_READ_ONLY, AT(version)},
    {.name = "created_at", .type = FIELD_TIME,  .flags = FIELD_READ_ONLY, AT(created_at)},
    {.name = "updated_at", .type = FIELD_TIME,  .flags = FIELD_READ_ONLY, AT(updated_at)},
};
// clang-format on
const struct fields bot_fields = FIELDS_OF(items, struct bot_shown);

void bot_encode(const struct bot *bot, struct buf *out)
{
    struct slice missing[BOT_PARTS];
    struct bot_shown shown = {
        .id = bot->id,
        .name = slice_of(bot->name),
        .intake = -1,
        .version = FIELD_ABSENT,
        .created_at = FIELD_ABSENT,
        .updated_at = FIELD_ABSENT,
        .missing = {.items = missing},
    };
    if (bot_has(bot, BOT_ROW)) {
        shown.intake = bot->intake;
        shown.is_active = bot->is_active;
        shown.version = bot->version;
        shown.created_at = bot->created_at;
        shown.updated_at = bot->updated_at;
    }
    for (enum bot_part part = BOT_ROW; part < BOT_PARTS; part++)
        if (!bot_has(bot, part))
            missing[shown.missing.count++] = bot_part_names[part];
    fields_encode(&bot_fields, &shown, true, out);
}
