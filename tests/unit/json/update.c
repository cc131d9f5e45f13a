// SPDX-License-Identifier: MIT
#include "update.h"

/* clang-format off */
static const struct foreign_member person_members[] = {
    {"id",            FOREIGN_INT,  offsetof(struct person, id),            NULL, 0},
    {"is_bot",        FOREIGN_BOOL, offsetof(struct person, is_bot),        NULL, 0},
    {"first_name",    FOREIGN_TEXT, offsetof(struct person, first_name),    NULL, 0},
    {"last_name",     FOREIGN_TEXT, offsetof(struct person, last_name),     NULL, 0},
    {"username",      FOREIGN_TEXT, offsetof(struct person, username),      NULL, 0},
    {"language_code", FOREIGN_TEXT, offsetof(struct person, language_code), NULL, 0},
};
static const struct foreign person_table = FOREIGN_OF(person_members, struct person);

static const struct foreign_member chat_members[] = {
    {"id",    FOREIGN_INT,  offsetof(struct chat, id),    NULL, 0},
    {"title", FOREIGN_TEXT, offsetof(struct chat, title), NULL, 0},
    {"type",  FOREIGN_TEXT, offsetof(struct chat, type),  NULL, 0},
};
static const struct foreign chat_table = FOREIGN_OF(chat_members, struct chat);

static const struct foreign_member entity_members[] = {
    {"offset", FOREIGN_INT,  offsetof(struct entity, offset), NULL, 0},
    {"length", FOREIGN_INT,  offsetof(struct entity, length), NULL, 0},
    {"type",   FOREIGN_TEXT, offsetof(struct entity, type),   NULL, 0},
};
static const struct foreign entity_table = FOREIGN_OF(entity_members, struct entity);

static const struct foreign_member place_members[] = {
    {"latitude",  FOREIGN_DOUBLE, offsetof(struct place, latitude),  NULL, 0},
    {"longitude", FOREIGN_DOUBLE, offsetof(struct place, longitude), NULL, 0},
};
static const struct foreign place_table = FOREIGN_OF(place_members, struct place);

static const struct foreign_member reply_members[] = {
    {"message_id", FOREIGN_INT,    offsetof(struct reply, message_id), NULL,          0},
    {"from",       FOREIGN_OBJECT, offsetof(struct reply, from),       &person_table, 0},
    {"text",       FOREIGN_TEXT,   offsetof(struct reply, text),       NULL,          0},
};
static const struct foreign reply_table = FOREIGN_HERE(reply_members, struct reply);

static const struct foreign_member message_members[] = {
    {"message_id",       FOREIGN_INT,    offsetof(struct message, message_id),       NULL,          0},
    {"from",             FOREIGN_OBJECT, offsetof(struct message, from),             &person_table, 0},
    {"chat",             FOREIGN_OBJECT, offsetof(struct message, chat),             &chat_table,   0},
    {"date",             FOREIGN_INT,    offsetof(struct message, date),             NULL,          0},
    {"reply_to_message", FOREIGN_OBJECT, offsetof(struct message, reply_to_message), &reply_table,  0},
    {"text",             FOREIGN_TEXT,   offsetof(struct message, text),             NULL,          0},
    {"entities",         FOREIGN_LIST,   offsetof(struct message, entities),         &entity_table, 100},
    {"location",         FOREIGN_OBJECT, offsetof(struct message, location),         &place_table,  0},
};
static const struct foreign message_table = FOREIGN_HERE(message_members, struct message);

static const struct foreign_member tap_members[] = {
    {"id",      FOREIGN_TEXT,   offsetof(struct tap, id),      NULL,          0},
    {"from",    FOREIGN_OBJECT, offsetof(struct tap, from),    &person_table, 0},
    {"message", FOREIGN_RAW,    offsetof(struct tap, message), NULL,          0},
    {"data",    FOREIGN_TEXT,   offsetof(struct tap, data),    NULL,          0},
};
static const struct foreign tap_table = FOREIGN_HERE(tap_members, struct tap);

static const struct foreign_member update_members[] = {
    {"update_id",      FOREIGN_INT,    offsetof(struct update, update_id),      NULL,           0},
    {"message",        FOREIGN_OBJECT, offsetof(struct update, message),        &message_table, 0},
    {"edited_message", FOREIGN_OBJECT, offsetof(struct update, edited_message), &message_table, 0},
    {"callback_query", FOREIGN_OBJECT, offsetof(struct update, callback_query), &tap_table,     0},
    {"my_chat_member", FOREIGN_RAW,    offsetof(struct update, my_chat_member), NULL,           0},
};
const struct foreign update_table = FOREIGN_OF(update_members, struct update);

static const struct foreign_member answer_members[] = {
    {"ok",          FOREIGN_BOOL,    offsetof(struct answer, ok),          NULL,          0},
    {"",            FOREIGN_RAW,     offsetof(struct answer, whole),       NULL,          0},
    {"result",      FOREIGN_RAW,     offsetof(struct answer, result),      NULL,          0},
    {"result",      FOREIGN_PRESENT, offsetof(struct answer, has_result),  NULL,          0},
    {"error_code",  FOREIGN_INT,     offsetof(struct answer, error_code),  NULL,          0},
    {"description", FOREIGN_TEXT,    offsetof(struct answer, description), NULL,          0},
    {"score",       FOREIGN_DOUBLE,  offsetof(struct answer, score),       NULL,          0},
    {"words",       FOREIGN_TEXTS,   offsetof(struct answer, words),       NULL,          3},
    {"words",       FOREIGN_TEXT,    offsetof(struct answer, word),        NULL,          0},
    {"parameters/retry/after", FOREIGN_INT, offsetof(struct answer, after), NULL, 0},
    {"parameters/retry/of", FOREIGN_RAW, offsetof(struct answer, of), NULL, 0},
    {"vector",      FOREIGN_DOUBLES, offsetof(struct answer, vector),      NULL,          6},
    {"answers",     FOREIGN_LIST,    offsetof(struct answer, answers),     &answer_table, 5},
};
const struct foreign answer_table = FOREIGN_HERE(answer_members, struct answer);
/* clang-format on */
