// SPDX-License-Identifier: MIT
#include "dialogues/reply.h"

#include "base/auto.h"
#include "base/buf.h"

#include "sending/message.h"

enum { MARKUP_MAX = 64 * 1024 };

static void put_button(const struct turn_button *button, struct buf *out)
{
    buf_text(out, "{\"text\":");
    buf_json_string(out, button->label);
    buf_text(out, button->url.at != NULL ? ",\"url\":" : ",\"callback_data\":");
    buf_json_string(out, button->url.at != NULL ? button->url : button->data);
    buf_char(out, '}');
}

static void put_key(const struct turn_button *key, struct buf *out)
{
    buf_text(out, "{\"text\":");
    buf_json_string(out, key->label);
    buf_text(out, key->asks_contact ? ",\"request_contact\":true}" : "}");
}

// clang-format off
/* Bot API, InlineKeyboardMarkup, ReplyKeyboardMarkup, ReplyKeyboardRemove. `put` is of what stands
 * in the rows; NULL: there are none. */
static const struct {
    const char *before;
    void (*put)(const struct turn_button *button, struct buf *out);
    const char *after;
} markups[TURN_MARKUPS] = {
    [TURN_BUTTONS] = {"{\"inline_keyboard\":[[",  put_button, "]]}"},
    [TURN_KEYS]    = {"{\"keyboard\":[[",         put_key,    "]],\"resize_keyboard\":true,\"one_time_keyboard\":true}"},
    [TURN_NO_KEYS] = {"{\"remove_keyboard\":true", NULL,       "}"},
};
// clang-format on

static bool make_markup(const struct turn_reply *reply, struct arena *arena, struct slice *markup,
                        struct fault *fault)
{
    AUTO(buf_finish) struct buf out;

    buf_init(&out, MARKUP_MAX);
    buf_text(&out, markups[reply->markup].before);
    for (size_t i = 0; markups[reply->markup].put != NULL && i < reply->button_count; i++) {
        if (i > 0)
            buf_text(&out, reply->buttons[i].new_row ? "],[" : ",");
        markups[reply->markup].put(&reply->buttons[i], &out);
    }
    buf_text(&out, markups[reply->markup].after);
    return buf_keep(&out, arena, markup, fault);
}

static bool make_message(const struct turn_reply *reply, const struct update_view *view,
                         struct arena *arena, struct sending *out, struct fault *fault)
{
    const bool edits = reply->kind == TURN_EDIT && view->message_id != FIELD_ABSENT &&
                       telegram_text_length(reply->text, TELEGRAM_HTML) <= TELEGRAM_TEXT_MAX;
    struct message_parts parts = {.text = reply->text,
                                  .markup = TELEGRAM_HTML,
                                  .message_id = edits ? view->message_id : FIELD_ABSENT};

    out->chat_id = view->chat_id;
    out->lane = SENDING_REPLY;
    out->method = edits ? SLICE("editMessageText") : SLICE("sendMessage");
    out->ttl_s = FIELD_ABSENT;
    if ((reply->button_count > 0 || reply->markup == TURN_NO_KEYS) &&
        !make_markup(reply, arena, &parts.reply_markup, fault))
        return false;
    return message_parts_payload(&parts, arena, &out->payload, fault);
}

/* Bot API, answerCallbackQuery. */
static bool make_answer(const struct turn_reply *reply, const struct update_view *view,
                        struct arena *arena, struct sending *out, struct fault *fault)
{
    AUTO(buf_finish) struct buf payload;

    out->chat_id = FIELD_ABSENT;
    out->lane = SENDING_ANSWER;
    out->method = SLICE("answerCallbackQuery");
    out->ttl_s = REPLY_ANSWER_TTL_S;
    buf_init(&payload, MARKUP_MAX);
    buf_text(&payload, "[{\"callback_query_id\":");
    buf_json_string(&payload, view->tap_id);
    if (reply->text.at != NULL) {
        buf_text(&payload, ",\"text\":");
        buf_json_string(&payload, reply->text);
    }
    buf_text(&payload, "}]");
    return buf_keep(&payload, arena, &out->payload, fault);
}

struct slice reply_key(enum turn_reply_kind kind, size_t n, const struct uuid *update,
                       struct arena *arena)
{
    char id[UUID_TEXT_LEN + 1];

    uuid_format(update, id);
    return kind == TURN_ANSWER ? arena_printf(arena, "%s:tap", id)
                               : arena_printf(arena, "%s:%zu", id, n);
}

bool reply_sending(const struct turn_reply *reply, size_t n, const struct uuid *update,
                   const struct update_view *view, struct arena *arena, struct sending *out,
                   struct fault *fault)
{
    struct sending made = {.on_unknown = SENDING_RESEND};

    made.dedupe_key = reply_key(reply->kind, n, update, arena);
    if (made.dedupe_key.at == NULL)
        return arena_fault(fault);
    if (!(reply->kind == TURN_ANSWER ? make_answer : make_message)(reply, view, arena, &made,
                                                                   fault))
        return false;
    *out = made;
    return true;
}
