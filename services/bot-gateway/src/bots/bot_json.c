// SPDX-License-Identifier: MIT
#include "bots/bots_json.h"

struct bot_webhook_shown {
    int state;
    int64_t pending;
    int64_t last_error_at;
    struct slice last_error;
    int64_t checked_at;
    struct slice error;
};

struct bot_polling_shown {
    int state;
    int64_t since;
};

struct bot_shown {
    struct uuid id;
    struct slice name;
    struct slice username;
    int intake;
    bool is_active;
    struct field_texts missing;
    struct bot_webhook_shown webhook;
    struct bot_polling_shown polling;
    int64_t version;
    int64_t created_at;
    int64_t updated_at;
};

// clang-format off
#define AT(member) .offset = offsetof(struct bot_webhook_shown, member)
static const struct field webhook_items[] = {
    {.name = "state",                .type = FIELD_ENUM, .flags = FIELD_READ_ONLY, AT(state), .names = bot_webhook_names},
    {.name = "pending_update_count", .type = FIELD_INT,  .flags = FIELD_READ_ONLY, AT(pending)},
    {.name = "last_error_at",        .type = FIELD_TIME, .flags = FIELD_READ_ONLY | FIELD_OMIT, AT(last_error_at)},
    {.name = "last_error",           .type = FIELD_TEXT, .flags = FIELD_READ_ONLY | FIELD_OMIT, AT(last_error)},
    {.name = "checked_at",           .type = FIELD_TIME, .flags = FIELD_READ_ONLY, AT(checked_at)},
    {.name = "error",                .type = FIELD_SLUG, .flags = FIELD_READ_ONLY | FIELD_OMIT, AT(error)},
};
#undef AT
const struct fields bot_webhook_fields = FIELDS_OF(webhook_items, struct bot_webhook_shown);

#define AT(member) .offset = offsetof(struct bot_polling_shown, member)
static const struct field polling_items[] = {
    {.name = "state", .type = FIELD_ENUM, .flags = FIELD_READ_ONLY, AT(state), .names = bot_polling_names},
    {.name = "since", .type = FIELD_TIME, .flags = FIELD_READ_ONLY, AT(since)},
};
#undef AT
const struct fields bot_polling_fields = FIELDS_OF(polling_items, struct bot_polling_shown);

#define AT(member) .offset = offsetof(struct bot_shown, member)
static const struct field items[] = {
    {.name = "id",         .type = FIELD_UUID,  .flags = FIELD_READ_ONLY, AT(id)},
    {.name = "name",       .type = FIELD_SLUG,  .flags = FIELD_READ_ONLY, AT(name)},
    {.name = "username",   .type = FIELD_TEXT,  .flags = FIELD_READ_ONLY, AT(username)},
    {.name = "intake",     .type = FIELD_ENUM,  .flags = FIELD_READ_ONLY, AT(intake), .names = bot_intake_names},
    {.name = "is_active",  .type = FIELD_BOOL,  .flags = FIELD_READ_ONLY, AT(is_active)},
    {.name = "missing",    .type = FIELD_SLUGS, .flags = FIELD_READ_ONLY, AT(missing)},
    {.name = "webhook",    .type = FIELD_OBJECT, .flags = FIELD_READ_ONLY, AT(webhook), .table = &bot_webhook_fields},
    {.name = "polling",    .type = FIELD_OBJECT, .flags = FIELD_READ_ONLY, AT(polling), .table = &bot_polling_fields},
    {.name = "version",    .type = FIELD_INT,   .flags = FIELD_READ_ONLY, AT(version)},
    {.name = "created_at", .type = FIELD_TIME,  .flags = FIELD_READ_ONLY, AT(created_at)},
    {.name = "updated_at", .type = FIELD_TIME,  .flags = FIELD_READ_ONLY, AT(updated_at)},
};
// clang-format on
const struct fields bot_fields = FIELDS_OF(items, struct bot_shown);

static struct bot_webhook_shown webhook_to_shown(const struct bot_webhook *webhook)
{
    if (webhook == NULL)
        return (struct bot_webhook_shown){.state = -1,
                                          .pending = FIELD_ABSENT,
                                          .last_error_at = FIELD_ABSENT,
                                          .checked_at = FIELD_ABSENT};
    return (struct bot_webhook_shown){
        .state = webhook->state,
        .pending = webhook->pending,
        .last_error_at = webhook->last_error_at,
        .last_error = webhook->last_error[0] != '\0' ? slice_of(webhook->last_error) : SLICE_NONE,
        .checked_at = webhook->checked_at,
        .error = slice_of(webhook->error)};
}

void bot_encode(const struct bot *bot, const struct bot_webhook *webhook, struct buf *out)
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
        .webhook = webhook_to_shown(webhook),
        .polling = { -1,    FIELD_ABSENT},
    };

    if (bot_has_part(bot, BOT_ROW)) {
        if (bot->username[0] != '\0')
            shown.username = slice_of(bot->username);
        shown.intake = bot->intake;
        shown.is_active = bot->is_active;
        shown.polling = (struct bot_polling_shown){bot->polling, bot->polling_at};
        shown.version = bot->version;
        shown.created_at = bot->created_at;
        shown.updated_at = bot->updated_at;
    }
    for (enum bot_part part = BOT_ROW; part < BOT_PARTS; part++)
        if (!bot_has_part(bot, part))
            missing[shown.missing.count++] = bot_part_names[part];
    fields_encode(&bot_fields, &shown, true, out);
}

// clang-format off
static const struct field query_items[] = {
    {.name = "bot",    .type = FIELD_TEXT, .offset = offsetof(struct bot_query, bot), .min = 1, .max = BOT_NAME_MAX},
    {.name = "limit",  .type = FIELD_INT,  .offset = offsetof(struct bot_query, page.limit), .min = 1, .max = LIST_LIMIT_MAX},
    {.name = "cursor", .type = FIELD_RAW,  .offset = offsetof(struct bot_query, page.cursor)},
};
// clang-format on
const struct fields bot_query_fields = FIELDS_OF(query_items, struct bot_query);
