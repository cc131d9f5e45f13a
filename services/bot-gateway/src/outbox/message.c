// SPDX-License-Identifier: MIT
#include "outbox/message.h"

#include "base/auto.h"

#include "telegram/text.h"

enum { PAYLOAD_MAX = 1024 * 1024 };

static void append_button_json(const struct message_button *button, struct buf *out)
{
    buf_json_member(out, "{\"text\":", button->text);
    if (button->action.at != NULL)
        buf_printf(out, ",\"callback_data\":\"" MESSAGE_ACTION_PREFIX "%.*s\"}",
                   SLICE_ARG(button->action)); /* a slug */
    else {
        buf_json_member(out, ",\"url\":", button->url);
        buf_char(out, '}');
    }
}

/* Writes an InlineKeyboardMarkup (Bot API). */
static void append_inline_keyboard_json(const struct field_list *rows, struct buf *out)
{
    const struct field_list *row = rows->items;

    buf_text(out, "{\"inline_keyboard\":[");
    for (size_t i = 0; i < rows->count; i++) {
        const struct message_button *button = row[i].items;
        buf_text(out, i > 0 ? ",[" : "[");
        for (size_t j = 0; j < row[i].count; j++) {
            if (j > 0)
                buf_char(out, ',');
            append_button_json(&button[j], out);
        }
        buf_char(out, ']');
    }
    buf_text(out, "]}");
}

static void append_message_id_if_edited(int64_t message_id, struct buf *out)
{
    if (message_id != FIELD_ABSENT)
        buf_printf(out, ",\"message_id\":%lld", (long long)message_id);
}

/* Writes the topic. A message that is edited has its topic already. */
static void append_topic_if_new(int64_t thread_id, int64_t message_id, struct buf *out)
{
    if (thread_id != 0 && message_id == FIELD_ABSENT)
        buf_printf(out, ",\"message_thread_id\":%lld", (long long)thread_id);
}

static void append_reply_markup(struct slice reply_markup, struct buf *out)
{
    if (reply_markup.at == NULL)
        return;
    buf_text(out, ",\"reply_markup\":");
    buf_slice(out, reply_markup);
}

static void append_list_of_parts(const struct message_parts *parts,
                                 const struct telegram_pieces *pieces, struct buf *out)
{
    buf_char(out, '[');
    for (size_t i = 0; i < pieces->count; i++) {
        buf_json_member(out, i > 0 ? ",{\"text\":" : "{\"text\":", pieces->items[i]);
        if (parts->markup == TELEGRAM_HTML)
            buf_text(out, ",\"parse_mode\":\"HTML\"");
        if (parts->method != NULL)
            buf_printf(out, ",\"method\":\"%s\"", parts->method);
        append_message_id_if_edited(parts->message_id, out);
        append_topic_if_new(parts->thread_id, parts->message_id, out);
        if (parts->receiver != 0)
            buf_printf(out, ",\"" MESSAGE_EPHEMERAL "\":{\"receiver_user_id\":%lld}",
                       (long long)parts->receiver);
        if (i + 1 == pieces->count)
            append_reply_markup(parts->reply_markup, out);
        buf_char(out, '}');
    }
    if (parts->removes != 0)
        buf_printf(out, ",{\"method\":\"deleteMessage\",\"message_id\":%lld}",
                   (long long)parts->removes);
    buf_char(out, ']');
}

bool message_make_text_payload(const struct message_parts *parts, struct arena *arena,
                               struct slice *payload, struct fault *fault)
{
    AUTO(buf_finish) struct buf out = BUF(PAYLOAD_MAX);
    const char *field = parts->field != NULL ? parts->field : "text";
    struct telegram_pieces pieces;
    struct fault why;

    if (!telegram_text_split(parts->text, parts->markup, TELEGRAM_TEXT_MAX, arena, &pieces, &why)) {
        if (why.kind == FAULT_INVALID)
            return fault_set_field(fault, arena, field, why.code, "%s", why.detail);
        *fault = why;
        return false;
    }
    if (pieces.count == 0)
        return fault_set_field(fault, arena, field, "blank", "Nothing of it can be seen.");
    if (pieces.count + (parts->removes != 0) > OUTBOX_PARTS_MAX)
        return fault_set_field(fault, arena, field, "text_too_long", "More than %d messages.",
                               OUTBOX_PARTS_MAX);
    append_list_of_parts(parts, &pieces, &out);
    return buf_keep(&out, arena, payload, fault);
}

bool message_make_photo_payload(const struct message_photo *photo, struct arena *arena,
                                struct slice *payload, struct fault *fault)
{
    const bool edits = photo->message_id != FIELD_ABSENT;
    const char *kind = photo->is_document ? "document" : "photo";
    AUTO(buf_finish) struct buf out = BUF(PAYLOAD_MAX);

    buf_printf(&out, edits ? "[{\"media\":{\"type\":\"%s\",\"media\":" : "[{\"%s\":", kind);
    buf_json_string(&out, photo->file);
    buf_json_member(&out, ",\"caption\":", photo->caption);
    buf_text(&out, ",\"parse_mode\":\"HTML\"");
    if (edits)
        buf_char(&out, '}');
    append_message_id_if_edited(photo->message_id, &out);
    append_topic_if_new(photo->thread_id, photo->message_id, &out);
    append_reply_markup(photo->reply_markup, &out);
    buf_text(&out, "}]");
    return buf_keep(&out, arena, payload, fault);
}

bool message_make_payload(const struct message *message, const char *field, struct arena *arena,
                          struct slice *payload, struct fault *fault)
{
    struct message_parts parts = {.text = message->text,
                                  .markup =
                                      message->parse_mode == 0 ? TELEGRAM_HTML : TELEGRAM_PLAIN,
                                  .message_id = FIELD_ABSENT,
                                  .field = field};
    AUTO(buf_finish) struct buf buttons = BUF(PAYLOAD_MAX);

    append_inline_keyboard_json(&message->buttons, &buttons);
    if (message->buttons.count > 0 && !buf_keep(&buttons, arena, &parts.reply_markup, fault))
        return false;
    return message_make_text_payload(&parts, arena, payload, fault);
}
