// SPDX-License-Identifier: MIT
/* SQL of staff chats. */
#pragma once

#include "db/query.h"

#include "staff_chat/staff_chat.h"

/* --- codes --- */

struct staff_code {
    struct slice bot;  /* its name */
    struct slice hash; /* of staff_code_compute_hash() */
    int language;      /* enum language, of the messages in the chat */
    int64_t valid_s;   /* validity in seconds */
};
/* Replaces the bot's unused code. `username` of the bot, absent if it is not known, is borrowed
 * from `rows`. FAULT_NOT_FOUND "bot_unknown". */
bool staff_chat_store_replace_code(struct db *tx, const struct staff_code *code,
                                   struct db_rows *rows, struct slice *username,
                                   struct fault *fault) MUST_CHECK;

/* --- the chat --- */

/* Reads, for an update that `user_id` has sent in the chat: whether it is the bot's staff chat,
 * whether the sender is a member of staff, and the bot's unused code. Text of `out` is borrowed
 * from `rows`. */
bool staff_chat_store_read_view(struct db *db, const struct uuid *bot_id, int64_t chat_id,
                                int64_t user_id, struct db_rows *rows, struct staff_chat_view *out,
                                struct fault *fault) MUST_CHECK;

struct staff_chat_link {
    struct uuid bot_id;
    int64_t chat_id;
    int64_t thread_id; /* FIELD_ABSENT: no topic */
    bool has_topics;   /* the group has topics */
    int64_t user_id;   /* of the new member; FIELD_ABSENT: an anonymous one, who is not stored */
    struct slice name;
    struct slice code_hash;
};
/* Uses the code: links the chat in place of another one, and stores the member. `linked` is false
 * if the code is not valid any more; nothing changes then. */
bool staff_chat_store_link(struct db *tx, const struct staff_chat_link *link, bool *linked,
                           struct fault *fault) MUST_CHECK;

/* Finds the chat in which the bot writes to staff. */
bool staff_chat_store_find(struct db *db, const struct uuid *bot_id, struct staff_chat *out,
                           struct fault *fault) MUST_CHECK;

/* Removes chat, members and code of the bot with this name. `removed`: there was a chat. */
bool staff_chat_store_remove(struct db *tx, struct slice bot_name, bool *removed,
                             struct fault *fault) MUST_CHECK;
