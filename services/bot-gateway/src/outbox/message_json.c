// SPDX-License-Identifier: MIT
#include <stdio.h>

#include "base/language.h"

#include "outbox/outbox_json.h"
#include "telegram/text.h"

static const char *const parse_modes[] = {"HTML", NULL};

/* --- the request --- */

// clang-format off
#define AT(member) .offset = offsetof(struct message_button, member)
static const struct field button_items[] = {
    {.name = "text",   .type = FIELD_TEXT, .flags = FIELD_REQUIRED, AT(text), .min = 1, .max = MESSAGE_LABEL_MAX},
    {.name = "action", .type = FIELD_SLUG, .flags = FIELD_NULLABLE, AT(action)},
    {.name = "url",    .type = FIELD_URL,  .flags = FIELD_NULLABLE, AT(url), .max = 500},
};
#undef AT
const struct fields message_button_fields = FIELDS_OF(button_items, struct message_button);

#define AT(member) .offset = offsetof(struct message, member)
static const struct field items[] = {
    {.name = "bot",           .type = FIELD_TEXT, .flags = FIELD_REQUIRED, AT(bot), .min = 1, .max = BOT_NAME_MAX},
    {.name = "chat_id",       .type = FIELD_INT,  .flags = FIELD_REQUIRED, AT(chat_id),
     .min = -(INT64_C(1) << 52), .max = INT64_C(1) << 52},
    {.name = "text",          .type = FIELD_TEXT, .flags = FIELD_NULLABLE, AT(text), .min = 1, .max = MESSAGE_TEXT_MAX},
    {.name = "template",      .type = FIELD_TEXT, .flags = FIELD_NULLABLE, AT(template.key), .min = 1, .max = TEXT_KEY_MAX},
    {.name = "params",        .type = FIELD_OBJECT, .flags = FIELD_NULLABLE, AT(template.params), .table = &text_params_fields},
    {.name = "parse_mode",    .type = FIELD_ENUM, .flags = FIELD_NULLABLE, AT(parse_mode), .names = parse_modes},
    {.name = "language",      .type = FIELD_ENUM, .flags = FIELD_NULLABLE, AT(language), .max = LANGUAGE_KZ, .names = language_names},
    {.name = "buttons",       .type = FIELD_LIST, .flags = FIELD_NULLABLE | FIELD_ROWS, AT(buttons),
     .max = MESSAGE_ROWS_MAX, .table = &message_button_fields},
    {.name = "ttl_seconds",   .type = FIELD_INT,  .flags = FIELD_NULLABLE, AT(ttl_seconds), .min = 1, .max = OUTBOX_TTL_MAX_S},
    {.name = "on_unknown",    .type = FIELD_ENUM, AT(on_unknown), .names = outbox_on_unknown_names},
    {.name = "supersede_key", .type = FIELD_TEXT, .flags = FIELD_NULLABLE, AT(supersede_key), .min = 1, .max = OUTBOX_KEY_MAX},
};
#undef AT
// clang-format on

/* Each button must have either an action or a URL. The field table has already reported an invalid
 * URL and left it absent, so its button is reported twice. */
static void check_button_row(const struct field_list *row, size_t row_index,
                             struct fault_list *problems)
{
    const struct message_button *button = row->items;
    char field[FAULT_FIELD_MAX];

    for (size_t i = 0; i < row->count; i++) {
        snprintf(field, sizeof field, "buttons/%zu/%zu/action", row_index, i);
        if ((button[i].action.at == NULL) == (button[i].url.at == NULL))
            fault_list_add(problems, field, "action_or_url", "One of action and url.");
        else if (button[i].action.len > MESSAGE_ACTION_MAX)
            fault_list_add(problems, field, "too_long", "At most %d characters.",
                           MESSAGE_ACTION_MAX);
    }
}

void message_buttons_check(const struct field_list *rows, struct fault_list *problems)
{
    const struct field_list *row = rows->items;

    for (size_t i = 0; i < rows->count; i++)
        check_button_row(&row[i], i, problems);
}

static void check_message(const void *value, struct fault_list *problems)
{
    const struct message *message = value;
    struct fault fault;

    if ((message->text.at != NULL) == (message->template.key.at != NULL) &&
        !fault_list_has(problems, "template"))
        fault_list_add(problems, "text", "text_or_template", "One of text and template.");
    text_request_check(&message->template, problems);
    if (message->chat_id == 0)
        fault_list_add(problems, "chat_id", "out_of_range", "No chat has the id 0.");
    if (message->text.at != NULL && message->parse_mode == 0 &&
        !telegram_text_check_html(message->text, &fault))
        fault_list_add(problems, "text", "bad_html", "%s", fault.detail);
    message_buttons_check(&message->buttons, problems);
}

const struct fields message_fields = FIELDS_CHECKED(items, struct message, check_message);

struct message message_with_defaults(void)
{
    struct message message;

    fields_clear(&message_fields, &message);
    message.on_unknown = OUTBOX_HOLD;
    return message;
}

/* --- the answer --- */

struct message_shown {
    struct outbox_message message;
    struct message_error {
        struct slice code;
        struct slice detail;
    } error;
};

// clang-format off
static const struct field error_items[] = {
    {.name = "code",   .type = FIELD_TEXT, .offset = offsetof(struct message_error, code)},
    {.name = "detail", .type = FIELD_TEXT, .flags = FIELD_NULLABLE, .offset = offsetof(struct message_error, detail)},
};
static const struct fields error_fields = FIELDS_OF(error_items, struct message_error);
// clang-format on

static void encode_allowed_actions(const void *value, struct buf *out)
{
    transition_encode(&outbox_machine, outbox_transition_state_of(value), TRANSITION_BY_STAFF,
                      FIELD_ABSENT, out);
}

// clang-format off
#define AT(member) .offset = offsetof(struct message_shown, member)
static const struct field shown_items[] = {
    {.name = "id",                   .type = FIELD_UUID, AT(message.id)},
    {.name = "bot",                  .type = FIELD_TEXT, AT(message.bot)},
    {.name = "chat_id",              .type = FIELD_INT,  AT(message.chat_id)},
    {.name = "status",               .type = FIELD_ENUM, AT(message.status), .names = outbox_status_names},
    {.name = "error",                .type = FIELD_OBJECT, .flags = FIELD_OMIT, AT(error), .table = &error_fields},
    {.name = "telegram_message_ids", .type = FIELD_RAW,  AT(message.message_ids)},
    {.name = "sent_at",              .type = FIELD_TIME, .flags = FIELD_OMIT, AT(message.sent_at)},
    {.name = "expires_at",           .type = FIELD_TIME, .flags = FIELD_NULLABLE, AT(message.expires_at)},
    {.name = "on_unknown",           .type = FIELD_ENUM, AT(message.on_unknown), .names = outbox_on_unknown_names},
    {.name = "allowed_actions",      .type = FIELD_CUSTOM, AT(message), .encode = encode_allowed_actions},
    {.name = "version",              .type = FIELD_INT,  AT(message.version)},
    {.name = "created_at",           .type = FIELD_TIME, AT(message.created_at)},
    {.name = "updated_at",           .type = FIELD_TIME, AT(message.updated_at)},
};
#undef AT
// clang-format on
const struct fields message_shown_fields = FIELDS_OF(shown_items, struct message_shown);

void message_encode(const struct outbox_message *message, struct buf *out)
{
    const struct message_shown shown = {
        .message = *message, .error = {message->error_code, message->error_text}
    };

    fields_encode(&message_shown_fields, &shown, false, out);
}
