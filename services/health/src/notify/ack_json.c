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

/* Who acknowledges, at which message, and a text that has the id of the incident. */
struct source {
    int64_t user;
    struct slice username;
    int64_t chat, message;
    struct slice data;
};
struct update {
    struct slice query_id, text;
    struct source tap, reply;
};

// clang-format off
#define MEMBER(name, type, member) {name, type, offsetof(struct update, member), NULL, 0}
static const struct foreign_member update_members[] = {
    MEMBER("callback_query/id",                     FOREIGN_TEXT, query_id),
    MEMBER("callback_query/from/id",                FOREIGN_INT,  tap.user),
    MEMBER("callback_query/from/username",          FOREIGN_TEXT, tap.username),
    MEMBER("callback_query/message/chat/id",        FOREIGN_INT,  tap.chat),
    MEMBER("callback_query/message/message_id",     FOREIGN_INT,  tap.message),
    MEMBER("callback_query/data",                   FOREIGN_TEXT, tap.data),
    MEMBER("message/text",                          FOREIGN_TEXT, text),
    MEMBER("message/from/id",                       FOREIGN_INT,  reply.user),
    MEMBER("message/from/username",                 FOREIGN_TEXT, reply.username),
    MEMBER("message/chat/id",                       FOREIGN_INT,  reply.chat),
    MEMBER("message/reply_to_message/message_id",   FOREIGN_INT,  reply.message),
    MEMBER("message/reply_to_message/reply_markup", FOREIGN_RAW,  reply.data),
};
static const struct foreign update_table = FOREIGN_OF(update_members, struct update);
// clang-format on

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
    const bool is_tap = update.query_id.len > 0;
    const struct source *source = is_tap ? &update.tap : &update.reply;
    const bool named = source->username.len > 0 && source->username.len <= 32;

    if (!is_tap && !is_acknowledging_word(update.text))
        return false;
    *out = (struct ack){.query_id = is_tap ? update.query_id : SLICE_NONE,
                        .chat_id = source->chat,
                        .message_id = source->message,
                        .incident = find_incident_id(source->data)};
    snprintf(out->who, sizeof out->who, "telegram:%lld%s%.*s", (long long)source->user,
             named ? " @" : "", named ? (int)source->username.len : 0,
             named ? source->username.at : "");
    return is_tap || !uuid_is_nil(&out->incident);
}
