// SPDX-License-Identifier: MIT
#include "dialogue/reply.h"

#include "base/auto.h"
#include "base/buf.h"

#include "outbox/message.h"

enum { MARKUP_MAX = 64 * 1024 };

static const char *const styles[TURN_STYLES] = {
    [TURN_SUCCESS] = ",\"style\":\"success\"", [TURN_DANGER] = ",\"style\":\"danger\""};

/* Whether servers with an older version of the Bot API refuse the button. */
static bool is_new_kind(const struct turn_button *button)
{
    return button->copies.at != NULL || button->is_disabled;
}

static bool has_new_kinds(const struct turn_reply *reply)
{
    for (size_t i = 0; i < reply->button_count; i++)
        if (is_new_kind(&reply->buttons[i]))
            return true;
    return false;
}

static void append_button_json(const struct turn_button *button, bool with_new_kinds,
                               struct buf *out)
{
    buf_json_member(out, "{\"text\":", button->label);
    if (button->copies.at != NULL) {
        buf_json_member(out, ",\"copy_text\":{\"text\":", button->copies);
        buf_char(out, '}');
    } else if (button->is_disabled && with_new_kinds) {
        buf_text(out, ",\"disabled\":{}");
    } else {
        buf_json_member(out, button->url.at != NULL ? ",\"url\":" : ",\"callback_data\":",
                        button->url.at != NULL ? button->url : button->data);
    }
    if (styles[button->style] != NULL)
        buf_text(out, styles[button->style]);
    buf_char(out, '}');
}

static void append_key_json(const struct turn_button *key, bool with_new_kinds, struct buf *out)
{
    (void)with_new_kinds;
    buf_json_member(out, "{\"text\":", key->label);
    buf_text(out, key->asks_contact ? ",\"request_contact\":true}" : "}");
}

// clang-format off
/* The JSON around the buttons of each kind of markup (Bot API, InlineKeyboardMarkup,
 * ReplyKeyboardMarkup, ReplyKeyboardRemove). `put` writes a button; NULL: the markup has none. */
static const struct {
    const char *before;
    void (*put)(const struct turn_button *button, bool with_new_kinds, struct buf *out);
    const char *after;
} markups[TURN_MARKUPS] = {
    [TURN_BUTTONS] = {"{\"inline_keyboard\":[[",  append_button_json, "]]}"},
    [TURN_KEYS]    = {"{\"keyboard\":[[",         append_key_json,    "]],\"resize_keyboard\":true,\"one_time_keyboard\":true}"},
    [TURN_NO_KEYS] = {"{\"remove_keyboard\":true", NULL,               "}"},
};
// clang-format on

/* Without new kinds, buttons that copy are omitted, and disabled ones send their data. */
static bool format_reply_markup(const struct turn_reply *reply, bool with_new_kinds,
                                struct arena *arena, struct slice *markup, struct fault *fault)
{
    AUTO(buf_finish) struct buf out = BUF(MARKUP_MAX);
    bool is_first = true, new_row = false;

    buf_text(&out, markups[reply->markup].before);
    for (size_t i = 0; markups[reply->markup].put != NULL && i < reply->button_count; i++) {
        const struct turn_button *button = &reply->buttons[i];
        new_row |= button->new_row;
        if (button->copies.at != NULL && !with_new_kinds)
            continue;
        if (!is_first)
            buf_text(&out, new_row ? "],[" : ",");
        markups[reply->markup].put(button, with_new_kinds, &out);
        is_first = new_row = false;
    }
    buf_text(&out, markups[reply->markup].after);
    return buf_keep(&out, arena, markup, fault);
}

/* The kind of message that the reply replaces. TURN_REPLACE treats every message as a photo, so
 * that a text deletes it. */
enum target { TARGET_NONE, TARGET_TEXT, TARGET_PHOTO, TARGETS };

/* The methods that send a text, a photo or a document in place of the target. `removes`: the old
 * message is deleted after the text is sent, so that the chat is never without a message. */
static const struct methods {
    const char *text;
    bool removes;
    const char *photo;
    const char *document;
} methods[TARGETS] = {
    [TARGET_NONE] = {"sendMessage",     false, "sendPhoto",        "sendDocument"    },
    [TARGET_TEXT] = {"editMessageText", false, "editMessageMedia", "editMessageMedia"},
    [TARGET_PHOTO] = {"sendMessage",     true,  "editMessageMedia", "editMessageMedia"},
};

static enum target find_kind_of_replaced_message(const struct turn_reply *reply,
                                                 const struct update_view *view)
{
    if ((reply->kind != TURN_EDIT && reply->kind != TURN_REPLACE) ||
        view->message_id == FIELD_ABSENT)
        return TARGET_NONE;
    return view->shows_photo || reply->kind == TURN_REPLACE ? TARGET_PHOTO : TARGET_TEXT;
}

/* A reply that is being composed. */
struct draft {
    const struct turn_reply *reply;
    enum target target;
    int64_t message_id; /* of the target; FIELD_ABSENT: none */
    int64_t thread_id;
    struct slice markup;
    struct slice old_markup; /* without new kinds of buttons */
    int64_t receiver;        /* of struct turn_reply, if there is a replacement */
};

static bool fits_message(const struct turn_reply *reply)
{
    return telegram_text_length(reply->text, TELEGRAM_HTML) <= TELEGRAM_TEXT_MAX;
}

/* Makes the payload of the reply's text. `is_fallback`: the text replaces a photo, or buttons of
 * new kinds, which Telegram refuses; its payload names the method, because the message's row has
 * the method of the photo. */
static bool format_text_payload(const struct draft *draft, bool is_fallback, struct arena *arena,
                                const char **method, struct slice *payload, struct fault *fault)
{
    const enum target target =
        draft->target == TARGET_TEXT && !fits_message(draft->reply) ? TARGET_NONE : draft->target;
    const struct message_parts parts = {
        .text = draft->reply->text,
        .markup = TELEGRAM_HTML,
        .message_id = target == TARGET_TEXT ? draft->message_id : FIELD_ABSENT,
        .reply_markup = is_fallback ? draft->old_markup : draft->markup,
        .method = is_fallback ? methods[target].text : NULL,
        .removes = methods[target].removes ? draft->message_id : 0,
        .thread_id = draft->thread_id,
        .receiver = is_fallback ? 0 : draft->receiver};

    *method = methods[target].text;
    return message_make_text_payload(&parts, arena, payload, fault);
}

static bool format_photo_payload(const struct draft *draft, struct arena *arena,
                                 const char **method, struct slice *payload, struct fault *fault)
{
    const struct message_photo photo = {.file = draft->reply->photo,
                                        .is_document = draft->reply->is_document,
                                        .caption = draft->reply->text,
                                        .message_id = draft->message_id,
                                        .reply_markup = draft->markup,
                                        .thread_id = draft->thread_id};

    *method = photo.is_document ? methods[draft->target].document : methods[draft->target].photo;
    return message_make_photo_payload(&photo, arena, payload, fault);
}

static bool fill_text_or_photo(const struct turn_reply *reply, const struct update_view *view,
                               struct arena *arena, struct outbox_message *out, struct fault *fault)
{
    const bool shows = reply->photo.at != NULL &&
                       telegram_text_length(reply->text, TELEGRAM_HTML) <= TELEGRAM_CAPTION_MAX;
    /* Not in a text of several parts, all of which would be sent again without the new kinds. */
    const bool is_new = fits_message(reply) && (has_new_kinds(reply) || reply->receiver != 0);
    struct draft draft = {.reply = reply,
                          .target = find_kind_of_replaced_message(reply, view),
                          .thread_id = view->thread_id};
    const char *method;

    draft.receiver = is_new ? reply->receiver : 0;
    draft.message_id = draft.target != TARGET_NONE ? view->message_id : FIELD_ABSENT;
    const bool marked = reply->button_count > 0 || reply->markup == TURN_NO_KEYS;
    if ((marked && (!format_reply_markup(reply, is_new, arena, &draft.markup, fault) ||
                    !format_reply_markup(reply, false, arena, &draft.old_markup, fault))) ||
        ((shows || is_new) &&
         !format_text_payload(&draft, true, arena, &method, &out->instead, fault)) ||
        !(shows ? format_photo_payload(&draft, arena, &method, &out->payload, fault)
                : format_text_payload(&draft, false, arena, &method, &out->payload, fault)))
        return false;
    out->method = slice_of(method);
    return true;
}

/* Makes an album, and the text to send if Telegram refuses it (Bot API, sendMediaGroup). */
static bool fill_album(const struct turn_reply *reply, const struct update_view *view,
                       struct arena *arena, struct outbox_message *out, struct fault *fault)
{
    const struct draft draft = {
        .reply = reply, .message_id = FIELD_ABSENT, .thread_id = view->thread_id};
    const struct slice *urls = reply->album.items;
    AUTO(buf_finish) struct buf payload = BUF(MARKUP_MAX);
    const char *instead;

    out->method = SLICE("sendMediaGroup");
    buf_text(&payload, "[{\"media\":[");
    for (size_t i = 0; i < reply->album.count; i++) {
        buf_text(&payload,
                 i > 0 ? ",{\"type\":\"photo\",\"media\":" : "{\"type\":\"photo\",\"media\":");
        buf_json_string(&payload, urls[i]);
        buf_char(&payload, '}');
    }
    buf_text(&payload, "]}]");
    return format_text_payload(&draft, true, arena, &instead, &out->instead, fault) &&
           buf_keep(&payload, arena, &out->payload, fault);
}

/* Makes a place on the map (Bot API, sendVenue). */
static bool fill_venue(const struct turn_reply *reply, const struct update_view *view,
                       struct arena *arena, struct outbox_message *out, struct fault *fault)
{
    AUTO(buf_finish) struct buf payload = BUF(MARKUP_MAX);

    (void)view;
    out->method = SLICE("sendVenue");
    buf_printf(&payload, "[{\"latitude\":%.6f,\"longitude\":%.6f,\"title\":", reply->place.lat,
               reply->place.lon);
    buf_json_string(&payload, reply->title);
    buf_json_member(&payload, ",\"address\":", reply->text);
    buf_text(&payload, "}]");
    return buf_keep(&payload, arena, &out->payload, fault);
}

/* Makes the answer to a tap (Bot API, answerCallbackQuery). */
static bool fill_tap_answer(const struct turn_reply *reply, const struct update_view *view,
                            struct arena *arena, struct outbox_message *out, struct fault *fault)
{
    AUTO(buf_finish) struct buf payload = BUF(MARKUP_MAX);

    out->chat_id = FIELD_ABSENT;
    out->lane = OUTBOX_ANSWER;
    out->method = SLICE("answerCallbackQuery");
    out->ttl_s = REPLY_ANSWER_TTL_S;
    buf_json_member(&payload, "[{\"callback_query_id\":", view->tap_id);
    if (reply->text.at != NULL)
        buf_json_member(&payload, ",\"text\":", reply->text);
    buf_text(&payload, "}]");
    return buf_keep(&payload, arena, &out->payload, fault);
}

/* The dedupe_key of a reply: "<update>:<n>", or "<update>:tap" for the answer to a tap.
 * `update_id` is our id, because Telegram may reuse its own. Absent if the arena is full. */
static struct slice format_dedupe_key(enum turn_reply_kind kind, size_t reply_index,
                                      const struct uuid *update_id, struct arena *arena)
{
    char id[UUID_TEXT_LEN + 1];

    uuid_format(update_id, id);
    return kind == TURN_ANSWER ? arena_printf(arena, "%s:tap", id)
                               : arena_printf(arena, "%s:%zu", id, reply_index);
}

bool reply_make_message(const struct turn_reply *reply, size_t reply_index,
                        const struct uuid *update_id, const struct update_view *view,
                        struct arena *arena, struct outbox_message *out, struct fault *fault)
{
    static bool (*const makers[])(const struct turn_reply *, const struct update_view *,
                                  struct arena *, struct outbox_message *, struct fault *) = {
        [TURN_TEXT] = fill_text_or_photo,    [TURN_EDIT] = fill_text_or_photo,
        [TURN_REPLACE] = fill_text_or_photo, [TURN_ALBUM] = fill_album,
        [TURN_VENUE] = fill_venue,           [TURN_ANSWER] = fill_tap_answer,
    };

    *out = (struct outbox_message){
        .chat_id = view->chat_id,
        .lane = OUTBOX_REPLY,
        .dedupe_key = format_dedupe_key(reply->kind, reply_index, update_id, arena),
        .ttl_s = FIELD_ABSENT,
        .on_unknown = OUTBOX_RESEND,
        .confided = reply->confided};
    return out->dedupe_key.at != NULL ? makers[reply->kind](reply, view, arena, out, fault)
                                      : arena_fault(fault);
}
