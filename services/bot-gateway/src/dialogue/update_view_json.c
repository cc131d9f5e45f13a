// SPDX-License-Identifier: MIT
/* Reads updates of the Bot API 10.3: Update, Message, MessageEntity, PhotoSize, Document, Contact,
 * Location, CallbackQuery, ChatMemberUpdated, User, Chat. */
#include "base/geo.h"
#include "base/now.h"
#include "base/text.h"
#include "json/foreign.h"

#include "dialogue/dialogue_json.h"
#include "telegram/text.h"
#include "texts/app_language.h"

enum {
    DATE_MAX = INT32_MAX,
    ENTITIES_MAX = 8, /* entities to read: a command at the start of the text is the first */
    SIZES_MAX = 16,   /* sizes of a photo */
    ORIGINS = 4       /* kinds of MessageOrigin */
};

struct chat {
    int64_t id;
    struct slice type;
    bool is_forum;
};
struct user {
    int64_t id;
    bool is_bot;
    struct slice first_name;
    struct slice language_code;
};
struct entity {
    struct slice type;
    int64_t offset; /* UTF-16 units */
    int64_t length;
};
struct photo_size {
    struct slice file_id;
    int64_t width;
};
struct message {
    bool here;
    struct chat chat;
    int64_t id;
    int64_t date; /* 0: InaccessibleMessage */
    int64_t edit_date;
    struct user from;
    struct slice text;
    struct foreign_list entities;
    struct slice caption;
    struct foreign_list caption_entities;
    struct slice contact_phone;
    struct slice contact_name;
    int64_t contact_user_id;
    struct slice album;
    bool has_photo;
    bool has_document;
    bool has_animation;
    struct foreign_list photo; /* its sizes */
    struct slice document;     /* file_id */
    struct slice mime_type;
    struct field_geo location;
    int64_t migrate_to;
    int64_t migrate_from;
    int64_t thread_id; /* in groups without topics: id of a thread of replies */
    bool in_topic;
    struct slice answered_keyboard; /* JSON: lists of buttons */
    int64_t answered_from;
    int64_t sender_chat;
    struct slice answered_text;
    struct slice quote;
    struct slice origins[ORIGINS];
};

// clang-format off
/* The members of "Message" (Bot API 10.3) by which Telegram reports an event in the chat, such as a
 * pinned message. A message with any other member is something that a person has sent: also a kind
 * of content that Telegram adds later. */
#define SERVICES(SERVICE)                                                                          \
    SERVICE(new_chat_members) SERVICE(left_chat_member) SERVICE(chat_owner_left)                   \
    SERVICE(chat_owner_changed) SERVICE(new_chat_title) SERVICE(new_chat_photo)                    \
    SERVICE(delete_chat_photo) SERVICE(group_chat_created) SERVICE(supergroup_chat_created)        \
    SERVICE(channel_chat_created) SERVICE(message_auto_delete_timer_changed)                       \
    SERVICE(migrate_to_chat_id) SERVICE(migrate_from_chat_id) SERVICE(pinned_message)              \
    SERVICE(successful_payment) SERVICE(refunded_payment) SERVICE(user_shared)                     \
    SERVICE(users_shared) SERVICE(chat_shared) SERVICE(gift) SERVICE(unique_gift)                  \
    SERVICE(gift_upgrade_sent) SERVICE(connected_website) SERVICE(write_access_allowed)            \
    SERVICE(passport_data) SERVICE(proximity_alert_triggered) SERVICE(boost_added)                 \
    SERVICE(chat_background_set) SERVICE(checklist_tasks_done) SERVICE(checklist_tasks_added)      \
    SERVICE(direct_message_price_changed) SERVICE(forum_topic_created)                             \
    SERVICE(forum_topic_edited) SERVICE(forum_topic_closed) SERVICE(forum_topic_reopened)          \
    SERVICE(general_forum_topic_hidden) SERVICE(general_forum_topic_unhidden)                      \
    SERVICE(giveaway_created) SERVICE(giveaway_completed) SERVICE(managed_bot_created)             \
    SERVICE(paid_message_price_changed) SERVICE(poll_option_added) SERVICE(poll_option_deleted)    \
    SERVICE(suggested_post_approved) SERVICE(suggested_post_approval_failed)                       \
    SERVICE(suggested_post_declined) SERVICE(suggested_post_paid)                                  \
    SERVICE(suggested_post_refunded) SERVICE(video_chat_scheduled) SERVICE(video_chat_started)     \
    SERVICE(video_chat_ended) SERVICE(video_chat_participants_invited) SERVICE(web_app_data)       \
    SERVICE(community_chat_added) SERVICE(community_chat_removed) SERVICE(community_chat_joined)
#define SERVICE_PLACE(name) SERVICE_##name,
enum { SERVICES(SERVICE_PLACE) SERVICE_COUNT };
#undef SERVICE_PLACE
// clang-format on
struct services {
    bool has[SERVICE_COUNT];
};

struct tap {
    bool here;
    struct slice id;
    struct user from;
    struct message message;
    struct slice data;
};
struct membership {
    bool here;
    struct chat chat;
    struct user from;
    struct slice status;
};
struct wire {
    struct message message;
    struct services services; /* of `message` */
    struct message edited;
    struct tap tap;
    struct membership membership;
};

// clang-format off
static const struct foreign_member chat_members[] = {
    {"id",   FOREIGN_INT,  offsetof(struct chat, id),   NULL, 0},
    {"type", FOREIGN_TEXT, offsetof(struct chat, type), NULL, 0},
    {"is_forum", FOREIGN_BOOL, offsetof(struct chat, is_forum), NULL, 0},
};
static const struct foreign chat_table = FOREIGN_OF(chat_members, struct chat);

static const struct foreign_member user_members[] = {
    {"id",            FOREIGN_INT,  offsetof(struct user, id),            NULL, 0},
    {"is_bot",        FOREIGN_BOOL, offsetof(struct user, is_bot),        NULL, 0},
    {"first_name",    FOREIGN_TEXT, offsetof(struct user, first_name),    NULL, 0},
    {"language_code", FOREIGN_TEXT, offsetof(struct user, language_code), NULL, 0},
};
static const struct foreign user_table = FOREIGN_OF(user_members, struct user);

static const struct foreign_member entity_members[] = {
    {"offset", FOREIGN_INT,  offsetof(struct entity, offset), NULL, 0},
    {"length", FOREIGN_INT,  offsetof(struct entity, length), NULL, 0},
    {"type",   FOREIGN_TEXT, offsetof(struct entity, type),   NULL, 0},
};
static const struct foreign entity_table = FOREIGN_OF(entity_members, struct entity);

static const struct foreign_member photo_size_members[] = {
    {"file_id", FOREIGN_TEXT, offsetof(struct photo_size, file_id), NULL, 0},
    {"width",   FOREIGN_INT,  offsetof(struct photo_size, width),   NULL, 0},
};
static const struct foreign photo_size_table = FOREIGN_OF(photo_size_members, struct photo_size);

static const struct foreign_member message_members[] = {
    {"message_id",           FOREIGN_INT,    offsetof(struct message, id),               NULL,          0},
    {"from",                 FOREIGN_OBJECT, offsetof(struct message, from),             &user_table,   0},
    {"chat",                 FOREIGN_OBJECT, offsetof(struct message, chat),             &chat_table,   0},
    {"date",                 FOREIGN_INT,    offsetof(struct message, date),             NULL,          0},
    {"edit_date",            FOREIGN_INT,    offsetof(struct message, edit_date),        NULL,          0},
    {"text",                 FOREIGN_TEXT,   offsetof(struct message, text),             NULL,          0},
    {"entities",             FOREIGN_LIST,   offsetof(struct message, entities),         &entity_table, ENTITIES_MAX},
    {"caption",              FOREIGN_TEXT,   offsetof(struct message, caption),          NULL,          0},
    {"caption_entities",     FOREIGN_LIST,   offsetof(struct message, caption_entities), &entity_table, ENTITIES_MAX},
    {"contact/phone_number", FOREIGN_TEXT,   offsetof(struct message, contact_phone),    NULL,          0},
    {"contact/first_name",   FOREIGN_TEXT,   offsetof(struct message, contact_name),     NULL,          0},
    {"contact/user_id",      FOREIGN_INT,    offsetof(struct message, contact_user_id),  NULL,          0},
    {"media_group_id",       FOREIGN_TEXT,   offsetof(struct message, album),            NULL,          0},
    {"photo",                FOREIGN_PRESENT, offsetof(struct message, has_photo),       NULL,          0},
    {"document",             FOREIGN_PRESENT, offsetof(struct message, has_document),    NULL,          0},
    {"animation",            FOREIGN_PRESENT, offsetof(struct message, has_animation),   NULL,          0},
    {"photo",                FOREIGN_LIST,   offsetof(struct message, photo),            &photo_size_table, SIZES_MAX},
    {"document/file_id",     FOREIGN_TEXT,   offsetof(struct message, document),         NULL,          0},
    {"document/mime_type",   FOREIGN_TEXT,   offsetof(struct message, mime_type),        NULL,          0},
    {"location/latitude",    FOREIGN_DOUBLE, offsetof(struct message, location.lat),     NULL,          0},
    {"location/longitude",   FOREIGN_DOUBLE, offsetof(struct message, location.lon),     NULL,          0},
    {"migrate_to_chat_id",   FOREIGN_INT,    offsetof(struct message, migrate_to),       NULL,          0},
    {"migrate_from_chat_id", FOREIGN_INT,    offsetof(struct message, migrate_from),     NULL,          0},
    {"message_thread_id",    FOREIGN_INT,    offsetof(struct message, thread_id),        NULL,          0},
    {"is_topic_message",     FOREIGN_BOOL,   offsetof(struct message, in_topic),         NULL,          0},
    {"reply_to_message/reply_markup/inline_keyboard", FOREIGN_RAW, offsetof(struct message, answered_keyboard), NULL, 0},
    {"sender_chat/id",       FOREIGN_INT,    offsetof(struct message, sender_chat),      NULL,          0},
    {"reply_to_message/from/id", FOREIGN_INT, offsetof(struct message, answered_from),   NULL,          0},
    {"reply_to_message/text", FOREIGN_TEXT,  offsetof(struct message, answered_text),    NULL,          0},
    {"quote/text",           FOREIGN_TEXT,   offsetof(struct message, quote),            NULL,          0},
    {"forward_origin/sender_user/first_name", FOREIGN_TEXT, offsetof(struct message, origins[0]), NULL, 0},
    {"forward_origin/sender_user_name",       FOREIGN_TEXT, offsetof(struct message, origins[1]), NULL, 0},
    {"forward_origin/sender_chat/title",      FOREIGN_TEXT, offsetof(struct message, origins[2]), NULL, 0},
    {"forward_origin/chat/title",             FOREIGN_TEXT, offsetof(struct message, origins[3]), NULL, 0},
};
static const struct foreign message_table = FOREIGN_HERE(message_members, struct message);

#define SERVICE_ROW(name) {#name, FOREIGN_PRESENT, offsetof(struct services, has[SERVICE_##name]), NULL, 0},
static const struct foreign_member service_members[] = {SERVICES(SERVICE_ROW)};
#undef SERVICE_ROW
static const struct foreign service_table = FOREIGN_OF(service_members, struct services);

static const struct foreign_member tap_members[] = {
    {"id",      FOREIGN_TEXT,   offsetof(struct tap, id),      NULL,           0},
    {"from",    FOREIGN_OBJECT, offsetof(struct tap, from),    &user_table,    0},
    {"message", FOREIGN_OBJECT, offsetof(struct tap, message), &message_table, 0},
    {"data",    FOREIGN_TEXT,   offsetof(struct tap, data),    NULL,           0},
};
static const struct foreign tap_table = FOREIGN_HERE(tap_members, struct tap);

static const struct foreign_member membership_members[] = {
    {"chat",                   FOREIGN_OBJECT, offsetof(struct membership, chat),   &chat_table, 0},
    {"from",                   FOREIGN_OBJECT, offsetof(struct membership, from),   &user_table, 0},
    {"new_chat_member/status", FOREIGN_TEXT,   offsetof(struct membership, status), NULL,        0},
};
static const struct foreign membership_table = FOREIGN_HERE(membership_members, struct membership);

static const struct foreign_member update_members[] = {
    {"message",        FOREIGN_OBJECT, offsetof(struct wire, message),    &message_table,    0},
    {"message",        FOREIGN_OBJECT, offsetof(struct wire, services),   &service_table,    0},
    {"edited_message", FOREIGN_OBJECT, offsetof(struct wire, edited),     &message_table,    0},
    {"callback_query", FOREIGN_OBJECT, offsetof(struct wire, tap),        &tap_table,        0},
    {"my_chat_member", FOREIGN_OBJECT, offsetof(struct wire, membership), &membership_table, 0},
};
static const struct foreign update_table = FOREIGN_OF(update_members, struct wire);
// clang-format on

static struct slice keep_if_visible(struct slice name)
{
    return text_is_invisible(name) ? SLICE_NONE : name;
}

static void set_user(const struct user *user, struct update_view *out)
{
    out->user_id = user->id;
    out->by_bot = user->is_bot;
    out->first_name = keep_if_visible(user->first_name);
    out->language = app_language_of_tag(user->language_code);
}

static void set_chat(const struct chat *chat, struct update_view *out)
{
    out->chat_id = chat->id;
    out->is_private = slice_is(chat->type, "private");
    out->has_topics = chat->is_forum && !out->is_private;
}

/* Topic 1 is "General", to which messages are sent without its id. */
static void set_topic(const struct message *message, struct update_view *out)
{
    if (message->in_topic && message->thread_id > 1 && !out->is_private)
        out->thread_id = message->thread_id;
}

/* Reads the ids of a group that became a supergroup. The old and the new chat each get a service
 * message that names the other one. */
static void set_chat_move(const struct message *message, struct update_view *out)
{
    const bool is_old = message->migrate_to != FIELD_ABSENT;

    if (message->chat.id == FIELD_ABSENT || (!is_old && message->migrate_from == FIELD_ABSENT))
        return;
    out->moved_from = is_old ? message->chat.id : message->migrate_from;
    out->moved_to = is_old ? message->migrate_to : message->chat.id;
}

static struct slice find_largest_photo_id(const struct foreign_list *photo)
{
    const struct photo_size *largest = NULL;

    for (size_t i = 0; i < photo->count; i++) {
        const struct photo_size *size = (const struct photo_size *)photo->items + i;
        if (largest == NULL || size->width > largest->width)
            largest = size;
    }
    return largest != NULL ? largest->file_id : SLICE_NONE;
}

/* Sets the file. If its file_id has another form, it cannot be stored or sent on; it then is just a
 * medium (`has_media`). So is an animation, for which Telegram also sets `document` (Bot API,
 * Message). */
static void set_file(const struct message *message, struct update_view *out)
{
    const bool is_photo = message->photo.count > 0;
    const struct slice id = is_photo ? find_largest_photo_id(&message->photo) : message->document;

    if ((message->has_animation && !is_photo) || id.len == 0 || id.len > UPDATE_FILE_ID_MAX ||
        !text_is_url_safe(id))
        return;
    out->file_id = id;
    out->file = is_photo ? UPDATE_PHOTO
                : slice_is(message->mime_type, "application/pdf") ||
                        slice_starts(message->mime_type, SLICE("image/"))
                    ? UPDATE_DOCUMENT
                    : UPDATE_OTHER_FILE;
}

/* The first callback_data of a keyboard. A label with the text "callback_data" may be mistaken for
 * the member. That is harmless, because the data of buttons is signed. */
static struct slice find_callback_data(struct slice keyboard)
{
    const struct slice name = SLICE("\"callback_data\"");
    size_t at = 0;

    while (at < keyboard.len && !slice_starts(slice_from(keyboard, at), name))
        at++;
    if (at == keyboard.len)
        return SLICE_NONE;
    struct slice rest = slice_from(keyboard, at + name.len);
    (void)slice_cut(&rest, '"');
    return rest.at != NULL ? slice_cut(&rest, '"') : SLICE_NONE;
}

static void set_quote_and_origin(const struct message *message, struct update_view *out)
{
    const bool answers_itself =
        message->from.id != FIELD_ABSENT && message->answered_from == message->from.id;

    out->quote = message->quote.at != NULL ? message->quote
                 : answers_itself          ? message->answered_text
                                           : SLICE_NONE;
    for (size_t i = 0; i < ORIGINS && out->origin.len == 0; i++)
        out->origin = message->origins[i];
}

static int64_t time_of_date(int64_t date)
{
    return date > 0 && date <= DATE_MAX ? date * US_PER_S : FIELD_ABSENT;
}

static void set_message(const struct message *message, struct update_view *out)
{
    set_chat(&message->chat, out);
    set_user(&message->from, out);
    out->by_bot |= message->sender_chat != FIELD_ABSENT;
    out->text = message->text.at != NULL ? message->text : message->caption;
    out->contact_phone = message->contact_phone;
    out->contact_name = keep_if_visible(message->contact_name);
    out->contact_user_id = message->contact_user_id;
    out->album = message->album;
    set_file(message, out);
    out->location = message->location;
    out->has_location = geo_is_in_range(message->location);
    out->has_media =
        message->text.at == NULL && message->contact_phone.at == NULL && !out->has_location;
    out->message_id = message->id;
    set_topic(message, out);
    if (message->answered_keyboard.at != NULL)
        out->answered_data = find_callback_data(message->answered_keyboard);
    set_quote_and_origin(message, out);
    out->sent_at = time_of_date(message->date);
    out->edited_at = time_of_date(message->edit_date);
}

static void set_service(const struct services *services, struct update_view *out)
{
    for (size_t i = 0; i < SERVICE_COUNT; i++)
        out->is_service |= services->has[i];
    out->has_media &= !out->is_service;
}

static void set_command(const struct message *message, struct update_view *out)
{
    const struct foreign_list *list =
        message->text.at != NULL ? &message->entities : &message->caption_entities;
    const struct entity *entities = list->items;

    for (size_t i = 0; i < list->count; i++) {
        const struct entity *entity = &entities[i];
        if (entity->offset != 0 || entity->length < 2 || !slice_is(entity->type, "bot_command"))
            continue;
        const size_t end = telegram_text_cut(out->text, (size_t)entity->length);
        struct slice name = {out->text.at, end};
        if (end < 2 || name.at[0] != '/')
            return;
        name = slice_from(name, 1);
        out->command = slice_cut(&name, '@');
        out->addressee = name;
        out->argument = slice_trim(slice_from(out->text, end));
        return;
    }
}

/* Removes what the sender could not see. Last, because entities count in the text as it was sent.
 */
static bool make_visible(struct update_view *out, struct arena *arena, struct fault *fault)
{
    struct slice *const texts[] = {&out->text, &out->argument, &out->first_name, &out->contact_name,
                                   &out->contact_phone};

    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        if (texts[i]->at == NULL)
            continue;
        *texts[i] = text_visible(arena, *texts[i]);
        if (texts[i]->at == NULL)
            return arena_fault(fault);
    }
    return true;
}

bool update_view_read(struct slice body, struct arena *arena, struct update_view *out,
                      struct fault *fault)
{
    struct wire wire;

    if (!foreign_read(&update_table, body, &wire, arena, fault))
        return false;
    *out = (struct update_view){.about = ABOUT_OTHER,
                                .chat_id = FIELD_ABSENT,
                                .user_id = FIELD_ABSENT,
                                .contact_user_id = FIELD_ABSENT,
                                .message_id = FIELD_ABSENT,
                                .sent_at = FIELD_ABSENT,
                                .edited_at = FIELD_ABSENT};
    if (wire.message.here) {
        out->about = ABOUT_MESSAGE;
        set_message(&wire.message, out);
        set_command(&wire.message, out);
        set_chat_move(&wire.message, out);
        set_service(&wire.services, out);
    } else if (wire.edited.here) {
        out->about = ABOUT_EDIT;
        set_message(&wire.edited, out);
    } else if (wire.tap.here) {
        out->about = ABOUT_TAP;
        set_chat(&wire.tap.message.chat, out);
        set_user(&wire.tap.from, out);
        set_topic(&wire.tap.message, out);
        out->tap_id = wire.tap.id;
        out->tap_data = wire.tap.data;
        if (wire.tap.message.here && wire.tap.message.date != 0)
            out->message_id = wire.tap.message.id;
        out->shows_photo = wire.tap.message.has_photo || wire.tap.message.has_document;
    } else if (wire.membership.here) {
        out->about = ABOUT_MEMBERSHIP;
        set_chat(&wire.membership.chat, out);
        set_user(&wire.membership.from, out);
        out->membership = wire.membership.status;
    }
    return make_visible(out, arena, fault);
}
