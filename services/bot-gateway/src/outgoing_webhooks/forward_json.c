// SPDX-License-Identifier: MIT
#include <stdio.h>

#include "api/deliver.h"
#include "json/foreign.h"

#include "inbox/inbox_json.h"
#include "outgoing_webhooks/forward_events.h"
#include "outgoing_webhooks/forwards_json.h"

// clang-format off
#define AT(member) .offset = offsetof(struct forward_match, member)
static const struct field match_items[] = {
    {.name = "kinds",       .type = FIELD_SLUGS, .flags = FIELD_NULLABLE | FIELD_OMIT, AT(kinds), .min = 1, .max = FORWARD_KINDS_MAX},
    {.name = "commands",    .type = FIELD_SLUGS, .flags = FIELD_NULLABLE | FIELD_OMIT, AT(commands), .min = 1, .max = FORWARD_COMMANDS_MAX},
    {.name = "chat_ids",    .type = FIELD_INTS,  .flags = FIELD_NULLABLE | FIELD_OMIT, AT(chat_ids), .min = 1, .max = FORWARD_CHATS_MAX},
    {.name = "text_prefix", .type = FIELD_TEXT,  .flags = FIELD_NULLABLE | FIELD_OMIT, AT(text_prefix), .min = 1, .max = FORWARD_PREFIX_MAX},
    {.name = "events",      .type = FIELD_TEXTS, .flags = FIELD_NULLABLE | FIELD_OMIT, AT(events), .min = 1, .max = FORWARD_EVENTS_MAX},
};
#undef AT
const struct fields forward_match_fields = FIELDS_OF(match_items, struct forward_match);

#define AT(member) .offset = offsetof(struct forward_new, member)
static const struct field new_items[] = {
    {.name = "bot",    .type = FIELD_TEXT,   .flags = FIELD_REQUIRED, AT(bot), .min = 1, .max = 32},
    {.name = "match",  .type = FIELD_OBJECT, .flags = FIELD_NULLABLE, AT(match), .table = &forward_match_fields},
    {.name = "url",    .type = FIELD_TEXT,   .flags = FIELD_REQUIRED, AT(url), .min = 8, .max = DELIVER_URL_MAX},
    {.name = "secret", .type = FIELD_TEXT,   .flags = FIELD_REQUIRED | FIELD_WRITE_ONLY, AT(secret), .min = 1, .max = DELIVER_SECRET_MAX},
    {.name = "exclusive", .type = FIELD_BOOL, AT(exclusive)},
};
#undef AT
const struct fields forward_new_fields = FIELDS_OF(new_items, struct forward_new);

#define AT(member) .offset = offsetof(struct forward_patch, member)
static const struct field patch_items[] = {
    {.name = "match",     .type = FIELD_OBJECT, .flags = FIELD_NULLABLE, AT(match), .table = &forward_match_fields},
    {.name = "exclusive", .type = FIELD_BOOL,   .flags = FIELD_REQUIRED, AT(exclusive)},
};
#undef AT
const struct fields forward_patch_fields = FIELDS_OF(patch_items, struct forward_patch);
// clang-format on

/* No action changes the status of a forward: it follows from the deliveries. */
static void encode_no_actions(const void *value, struct buf *out)
{
    (void)value;
    buf_text(out, "[]");
}

// clang-format off
#define AT(member) .offset = offsetof(struct forward, member)
static const struct field items[] = {
    {.name = "id",              .type = FIELD_UUID, AT(id)},
    {.name = "bot",             .type = FIELD_TEXT, AT(bot)},
    {.name = "match",           .type = FIELD_RAW,  AT(match)},
    {.name = "url",             .type = FIELD_TEXT, AT(url)},
    {.name = "status",          .type = FIELD_ENUM, AT(status), .names = forward_status_names},
    {.name = "allowed_actions", .type = FIELD_CUSTOM, .offset = 0, .encode = encode_no_actions},
    {.name = "failing_since",   .type = FIELD_TIME, .flags = FIELD_OMIT, AT(failing_since)},
    {.name = "last_error",      .type = FIELD_TEXT, .flags = FIELD_OMIT, AT(last_error)},
    {.name = "exclusive",       .type = FIELD_BOOL, AT(exclusive)},
    {.name = "version",         .type = FIELD_INT,  AT(version)},
    {.name = "created_at",      .type = FIELD_TIME, AT(created_at)},
};
#undef AT
const struct fields forward_fields = FIELDS_OF(items, struct forward);
// clang-format on

/* --- rules beyond the tables --- */

/* Whether Telegram allows this name of a command (Bot API, BotCommand). A slug may contain '-',
 * which Telegram refuses. */
static bool is_valid_command_name(struct slice text)
{
    return text.len <= FORWARD_COMMAND_LEN_MAX && memchr(text.at, '-', text.len) == NULL;
}

static void check_each_text(const struct field_texts *texts, const char *list_name,
                            bool (*is_valid)(struct slice text), const char *code,
                            const char *detail, struct fault_list *problems)
{
    char field[FAULT_FIELD_MAX];

    for (size_t i = 0; i < texts->count; i++) {
        if (texts->items[i].at == NULL || is_valid(texts->items[i]))
            continue;
        snprintf(field, sizeof field, "match/%s/%zu", list_name, i);
        fault_list_add(problems, field, code, "%s", detail);
    }
}

static bool is_event_type(struct slice text)
{
    for (const char *const *type = forward_event_types; *type != NULL; type++)
        if (slice_is(text, *type))
            return true;
    return false;
}

void forward_match_check(const struct forward_match *match, struct fault_list *problems)
{
    check_each_text(
        &match->kinds, "kinds", update_kind_is_requested, "unknown_value",
        "Must be a kind that Telegram is asked for: message, edited_message, callback_query, "
        "my_chat_member or another of those in /openapi.json",
        problems);
    check_each_text(&match->commands, "commands", is_valid_command_name, "bad_slug",
                    "Must be a command without its /", problems);
    check_each_text(&match->events, "events", is_event_type, "unknown_value",
                    "Must be message.failed, message.uncertain or update.dead", problems);
}

/* --- updates --- */

/* The texts of an update, of which the first present one counts: of "Update" (Bot API 10.3) the
 * data of a tapped button, and text and caption of each member that is a Message. */
struct wire {
    bool is_callback;
    struct slice texts[15];
};

// clang-format off
#define ROW(n, name) {name, FOREIGN_TEXT, offsetof(struct wire, texts[n]), NULL, 0}
static const struct foreign_member update_members[] = {
    {"callback_query", FOREIGN_PRESENT, offsetof(struct wire, is_callback), NULL, 0},
    ROW(0, "callback_query/data"),
    ROW(1, "message/text"),                  ROW(2, "message/caption"),
    ROW(3, "edited_message/text"),           ROW(4, "edited_message/caption"),
    ROW(5, "channel_post/text"),             ROW(6, "channel_post/caption"),
    ROW(7, "edited_channel_post/text"),      ROW(8, "edited_channel_post/caption"),
    ROW(9, "business_message/text"),         ROW(10, "business_message/caption"),
    ROW(11, "edited_business_message/text"), ROW(12, "edited_business_message/caption"),
    ROW(13, "guest_message/text"),           ROW(14, "guest_message/caption"),
};
#undef ROW
static const struct foreign update_table = FOREIGN_OF(update_members, struct wire);
// clang-format on

bool forward_subject_read_text(struct slice body, struct arena *arena,
                               struct forward_subject *subject, struct fault *fault)
{
    struct wire wire;

    if (!foreign_read(&update_table, body, &wire, arena, fault))
        return false;
    subject->is_callback = wire.is_callback;
    subject->text = wire.texts[0];
    for (size_t i = 1; i < ARRAY_LEN(wire.texts) && subject->text.at == NULL; i++)
        subject->text = wire.texts[i];
    return true;
}
