// SPDX-License-Identifier: MIT
#include "notify/ack_json.h"

#include <stdio.h>

#include "base/text.h"
#include "json/foreign.h"

#define DATA_PREFIX "ack:"

const char ack_updates[] = "[\"callback_query\",\"message\"]";

void ack_put_button(const struct uuid *incident, struct buf *out)
{
    char id[UUID_TEXT_LEN + 1];

    uuid_format(incident, id);
    buf_printf(out,
               ",\"reply_markup\":{\"inline_keyboard\":[[{\"text\":\"Принял\","
               "\"callback_data\":\"" DATA_PREFIX "%s\"}]]}",
               id);
}

/* --- Bot API 10.2: Update, CallbackQuery, Message, User, Chat --- */

struct user {
    int64_t id;
    struct slice username;
};
struct original {
    bool here;
    int64_t message_id;
    struct slice reply_markup;
};
struct message {
    bool here;
    int64_t message_id;
    struct user from;
    int64_t chat;
    struct slice text;
    struct original reply_to;
};
struct query {
    bool here;
    struct slice id;
    struct user from;
    struct message message;
    struct slice data;
};
struct update {
    struct query query;
    struct message message;
};

// clang-format off
#define MEMBER(struct_, name, type, member, table) {name, type, offsetof(struct struct_, member), table, 0}
static const struct foreign_member user_members[] = {
    MEMBER(user, "id",       FOREIGN_INT,  id,       NULL),
    MEMBER(user, "username", FOREIGN_TEXT, username, NULL),
};
static const struct foreign user_table = FOREIGN_OF(user_members, struct user);
static const struct foreign_member original_members[] = {
    MEMBER(original, "message_id",   FOREIGN_INT, message_id,   NULL),
    MEMBER(original, "reply_markup", FOREIGN_RAW, reply_markup, NULL),
};
static const struct foreign original_table = FOREIGN_HERE(original_members, struct original);
static const struct foreign_member message_members[] = {
    MEMBER(message, "message_id",       FOREIGN_INT,    message_id, NULL),
    MEMBER(message, "from",             FOREIGN_OBJECT, from,       &user_table),
    MEMBER(message, "chat/id",          FOREIGN_INT,    chat,       NULL),
    MEMBER(message, "text",             FOREIGN_TEXT,   text,       NULL),
    MEMBER(message, "reply_to_message", FOREIGN_OBJECT, reply_to,   &original_table),
};
static const struct foreign message_table = FOREIGN_HERE(message_members, struct message);
static const struct foreign_member query_members[] = {
    MEMBER(query, "id",      FOREIGN_TEXT,   id,      NULL),
    MEMBER(query, "from",    FOREIGN_OBJECT, from,    &user_table),
    MEMBER(query, "message", FOREIGN_OBJECT, message, &message_table),
    MEMBER(query, "data",    FOREIGN_TEXT,   data,    NULL),
};
static const struct foreign query_table = FOREIGN_HERE(query_members, struct query);
static const struct foreign_member update_members[] = {
    MEMBER(update, "callback_query", FOREIGN_OBJECT, query,   &query_table),
    MEMBER(update, "message",        FOREIGN_OBJECT, message, &message_table),
};
static const struct foreign update_table = FOREIGN_OF(update_members, struct update);
// clang-format on

static void format_telegram_user(const struct user *user, char out[INCIDENT_WHO_MAX + 1])
{
    const bool named = user->username.len > 0 && user->username.len <= 32;

    snprintf(out, INCIDENT_WHO_MAX + 1, "telegram:%lld%s%.*s", (long long)user->id,
             named ? " @" : "", named ? (int)user->username.len : 0,
             named ? user->username.at : "");
}

/* Reads the id of the incident after the first "ack:" in `text`; nil: there is no valid id. */
static struct uuid find_incident_id(struct slice text)
{
    const struct slice prefix = SLICE(DATA_PREFIX);
    struct uuid incident = {0};
    const char *at = text.len > 0 ? memmem(text.at, text.len, prefix.at, prefix.len) : NULL;

    if (at == NULL)
        return incident;
    const struct slice rest = slice_from(text, (size_t)(at - text.at) + prefix.len);
    if (rest.len >= UUID_TEXT_LEN)
        (void)!uuid_parse((struct slice){rest.at, UUID_TEXT_LEN}, &incident);
    return incident;
}

static bool is_acknowledging_word(struct slice text)
{
    static const char *const words[] = {"ok", "ок", "принял", "приняла", "принято"};
    static const int32_t ignored[] = {' ', '.', '!', 0};

    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (text_same_name(text, slice_of(words[i]), ignored))
            return true;
    return false;
}

bool ack_read_update(struct slice text, struct arena *arena, struct ack *out)
{
    struct update update;
    struct fault ignored;

    if (!foreign_read(&update_table, text, &update, arena, &ignored))
        return false;
    *out = (struct ack){0};
    if (update.query.here && update.query.id.len > 0) {
        out->query_id = update.query.id;
        out->chat_id = update.query.message.chat;
        out->message_id = update.query.message.message_id;
        out->incident = find_incident_id(update.query.data);
        format_telegram_user(&update.query.from, out->who);
        return true;
    }
    if (!update.message.here || !update.message.reply_to.here ||
        !is_acknowledging_word(update.message.text))
        return false;
    out->chat_id = update.message.chat;
    out->message_id = update.message.reply_to.message_id;
    out->incident = find_incident_id(update.message.reply_to.reply_markup);
    format_telegram_user(&update.message.from, out->who);
    return !uuid_is_nil(&out->incident);
}
