// SPDX-License-Identifier: MIT
#include "dialogue/reply.h"

#include "base/auto.h"
#include "base/buf.h"

#include "outbox/message.h"

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

/* What the message is in whose place the reply comes. */
enum place { PLACE_NONE, PLACE_TEXT, PLACE_PHOTO, PLACES };

/* The calls by which a text, or a photo, comes there; `removes`: a text, behind which the message
 * is deleted, so that the chat is never without one. */
static const struct way {
    const char *text;
    bool removes;
    const char *photo;
} ways[PLACES] = {
    [PLACE_NONE] = {"sendMessage",     false, "sendPhoto"       },
    [PLACE_TEXT] = {"editMessageText", false, "editMessageMedia"},
    [PLACE_PHOTO] = {"sendMessage",     true,  "editMessageMedia"},
};

static enum place place_of(const struct turn_reply *reply, const struct update_view *view)
{
    if (reply->kind != TURN_EDIT || view->message_id == FIELD_ABSENT)
        return PLACE_NONE;
    return view->shows_photo ? PLACE_PHOTO : PLACE_TEXT;
}

/* A reply on its way. */
struct making {
    const struct turn_reply *reply;
    enum place place;
    int64_t message_id; /* of the place; FIELD_ABSENT: none */
    struct slice markup;
};

/* `names_method`: in the payload, because its row has the method of something else. */
static bool make_text(const struct making *making, bool names_method, struct arena *arena,
                      const char **method, struct slice *payload, struct fault *fault)
{
    const bool fits = telegram_text_length(making->reply->text, TELEGRAM_HTML) <= TELEGRAM_TEXT_MAX;
    const enum place place = making->place == PLACE_TEXT && !fits ? PLACE_NONE : making->place;
    const struct message_parts parts = {.text = making->reply->text,
                                        .markup = TELEGRAM_HTML,
                                        .message_id =
                                            place == PLACE_TEXT ? making->message_id : FIELD_ABSENT,
                                        .reply_markup = making->markup,
                                        .method = names_method ? ways[place].text : NULL,
                                        .removes = ways[place].removes ? making->message_id : 0};

    *method = ways[place].text;
    return message_parts_payload(&parts, arena, payload, fault);
}

static bool make_photo(const struct making *making, struct arena *arena, const char **method,
                       struct slice *payload, struct fault *fault)
{
    const struct message_photo photo = {.url = making->reply->photo,
                                        .caption = making->reply->text,
                                        .message_id = making->message_id,
                                        .reply_markup = making->markup};

    *method = ways[making->place].photo;
    return message_photo_payload(&photo, arena, payload, fault);
}

static bool make_message(const struct turn_reply *reply, const struct update_view *view,
                         struct arena *arena, struct outbox_message *out, struct fault *fault)
{
    const bool shows = reply->photo.at != NULL &&
                       telegram_text_length(reply->text, TELEGRAM_HTML) <= TELEGRAM_CAPTION_MAX;
    struct making making = {.reply = reply, .place = place_of(reply, view)};
    const char *method;

    making.message_id = making.place != PLACE_NONE ? view->message_id : FIELD_ABSENT;
    out->chat_id = view->chat_id;
    out->lane = OUTBOX_REPLY;
    out->ttl_s = FIELD_ABSENT;
    const bool marked = reply->button_count > 0 || reply->markup == TURN_NO_KEYS;
    if ((marked && !make_markup(reply, arena, &making.markup, fault)) ||
        !make_text(&making, shows, arena, &method, shows ? &out->instead : &out->payload, fault) ||
        (shows && !make_photo(&making, arena, &method, &out->payload, fault)))
        return false;
    out->method = slice_of(method);
    return true;
}

/* Bot API, answerCallbackQuery. */
static bool make_answer(const struct turn_reply *reply, const struct update_view *view,
                        struct arena *arena, struct outbox_message *out, struct fault *fault)
{
    AUTO(buf_finish) struct buf payload;

    out->chat_id = FIELD_ABSENT;
    out->lane = OUTBOX_ANSWER;
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
                   const struct update_view *view, struct arena *arena, struct outbox_message *out,
                   struct fault *fault)
{
    struct outbox_message made = {.on_unknown = OUTBOX_RESEND, .confided = reply->confided};

    made.dedupe_key = reply_key(reply->kind, n, update, arena);
    if (made.dedupe_key.at == NULL)
        return arena_fault(fault);
    if (!(reply->kind == TURN_ANSWER ? make_answer : make_message)(reply, view, arena, &made,
                                                                   fault))
        return false;
    *out = made;
    return true;
}
