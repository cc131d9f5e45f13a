// SPDX-License-Identifier: MIT
/* A part of Telegram's Update, and an answer of its API with members of all types, for the tests of
 * json/foreign. Names are those of the Bot API, "Available types". */
#pragma once

#include "json/foreign.h"

struct person {
    int64_t id;
    bool is_bot;
    struct slice first_name, last_name, username, language_code;
};

struct chat {
    int64_t id;
    struct slice type, title;
};

struct entity {
    struct slice type;
    int64_t offset, length;
};

struct place {
    double latitude, longitude;
};

struct reply {
    bool here;
    int64_t message_id;
    struct person from;
    struct slice text;
};

struct message {
    bool here;
    int64_t message_id, date;
    struct person from;
    struct chat chat;
    struct reply reply_to_message;
    struct slice text;
    struct foreign_list entities; /* struct entity */
    struct place location;
};

struct tap {
    bool here;
    struct slice id, data;
    struct person from;
    struct slice message; /* JSON */
};

struct update {
    int64_t update_id;
    struct message message, edited_message;
    struct tap callback_query;
    struct slice my_chat_member; /* JSON */
};

extern const struct foreign update_table;

/* A list of the same type, so that any depth can be tested. */
struct answer {
    bool here;
    bool ok;
    struct slice whole, result, of; /* JSON */
    int64_t after;
    bool has_result;
    int64_t error_code;
    struct slice description, word;
    double score;
    struct foreign_list words;   /* struct slice, at most 3 */
    struct foreign_list vector;  /* double, at most 6 */
    struct foreign_list answers; /* struct answer, at most 5 */
};

extern const struct foreign answer_table;
