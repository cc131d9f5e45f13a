// SPDX-License-Identifier: MIT
#include "sending/message.h"

#include "base/auto.h"

#include "telegram/text.h"

enum { PAYLOAD_MAX = 1024 * 1024 };

static void put_button(const struct message_button *button, struct buf *out)
{
    buf_text(out, "{\"text\":");
    buf_json_string(out, button->text);
    if (button->action.at != NULL)
        buf_printf(out, ",\"callback_data\":\"" MESSAGE_ACTION_PREFIX "%.*s\"}",
                   SLICE_ARG(button->action)); /* a slug */
    else {
        buf_text(out, ",\"url\":");
        buf_json_string(out, button->url);
        buf_char(out, '}');
    }
}

/* Bot API, InlineKeyboardMarkup. */
static void put_buttons(const struct field_list *rows, struct buf *out)
{
    const struct field_list *row = rows->items;

    buf_text(out, "{\"inline_keyboard\":[");
    for (size_t i = 0; i < rows->count; i++) {
        const struct message_button *button = row[i].items;
        buf_text(out, i > 0 ? ",[" : "[");
        for (size_t j = 0; j < row[i].count; j++) {
            if (j > 0)
                buf_char(out, ',');
            put_button(&button[j], out);
        }
        buf_char(out, ']');
    }
    buf_text(out, "]}");
}

static void put_parts(const struct message_parts *parts, const struct telegram_pieces *pieces,
                      struct buf *out)
{
    buf_char(out, '[');
    for (size_t i = 0; i < pieces->count; i++) {
        buf_text(out, i > 0 ? ",{\"text\":" : "{\"text\":");
        buf_json_string(out, pieces->items[i]);
        if (parts->markup == TELEGRAM_HTML)
            buf_text(out, ",\"parse_mode\":\"HTML\"");
        if (parts->message_id != FIELD_ABSENT)
            buf_printf(out, ",\"message_id\":%lld", (long long)parts->message_id);
        if (i + 1 == pieces->count && parts->reply_markup.at != NULL) {
            buf_text(out, ",\"reply_markup\":");
            buf_slice(out, parts->reply_markup);
        }
        buf_char(out, '}');
    }
    buf_char(out, ']');
}

bool message_parts_payload(const struct message_parts *parts, struct arena *arena,
                           struct slice *payload, struct fault *fault)
{
    AUTO(buf_finish) struct buf out;
    struct telegram_pieces pieces;
    struct fault why;

    buf_init(&out, PAYLOAD_MAX);
    if (!telegram_text_split(parts->text, parts->markup, TELEGRAM_TEXT_MAX, arena, &pieces, &why)) {
        if (why.kind == FAULT_INVALID)
            return fault_set_field(fault, arena, "text", why.code, "%s", why.detail);
        *fault = why;
        return false;
    }
    if (pieces.count == 0)
        return fault_set_field(fault, arena, "text", "blank", "Nothing of it can be seen.");
    if (pieces.count > SENDING_PARTS_MAX)
        return fault_set_field(fault, arena, "text", "text_too_long", "More than %d messages.",
                               SENDING_PARTS_MAX);
    put_parts(parts, &pieces, &out);
    return buf_keep(&out, arena, payload, fault);
}

bool message_payload(const struct message *message, struct arena *arena, struct slice *payload,
                     struct fault *fault)
{
    struct message_parts parts = {.text = message->text,
                                  .markup =
                                      message->parse_mode == 0 ? TELEGRAM_HTML : TELEGRAM_PLAIN,
                                  .message_id = FIELD_ABSENT};
    AUTO(buf_finish) struct buf buttons;

    buf_init(&buttons, PAYLOAD_MAX);
    put_buttons(&message->buttons, &buttons);
    if (message->buttons.count > 0 && !buf_keep(&buttons, arena, &parts.reply_markup, fault))
        return false;
    return message_parts_payload(&parts, arena, payload, fault);
}
