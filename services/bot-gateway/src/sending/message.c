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

/* `,"reply_markup":{...}`: Bot API, InlineKeyboardMarkup. */
static void put_buttons(const struct field_list *rows, struct buf *out)
{
    const struct field_list *row = rows->items;

    buf_text(out, ",\"reply_markup\":{\"inline_keyboard\":[");
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

static void put_parts(const struct message *message, const struct telegram_pieces *pieces,
                      struct buf *out)
{
    buf_char(out, '[');
    for (size_t i = 0; i < pieces->count; i++) {
        buf_text(out, i > 0 ? ",{\"text\":" : "{\"text\":");
        buf_json_string(out, pieces->items[i]);
        if (message->parse_mode == 0)
            buf_text(out, ",\"parse_mode\":\"HTML\"");
        if (i + 1 == pieces->count && message->buttons.count > 0)
            put_buttons(&message->buttons, out);
        buf_char(out, '}');
    }
    buf_char(out, ']');
}

bool message_payload(const struct message *message, struct arena *arena, struct slice *payload,
                     struct fault *fault)
{
    const enum telegram_markup markup = message->parse_mode == 0 ? TELEGRAM_HTML : TELEGRAM_PLAIN;
    AUTO(buf_finish) struct buf out;
    struct telegram_pieces pieces;
    struct fault why;

    buf_init(&out, PAYLOAD_MAX);
    if (!telegram_text_split(message->text, markup, TELEGRAM_TEXT_MAX, arena, &pieces, &why)) {
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
    put_parts(message, &pieces, &out);
    return buf_keep(&out, arena, payload, fault);
}
