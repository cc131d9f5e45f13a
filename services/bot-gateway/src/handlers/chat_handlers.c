// SPDX-License-Identifier: MIT
/* The messages of a chat. */
#include <stddef.h>

#include "api/list.h"
#include "base/language.h"
#include "base/parse.h"
#include "json/fields.h"

#include "handlers/find_bot.h"
#include "handlers/handlers.h"
#include "history/history_store.h"

/* Reads the chat's id from the path. A parameter that is not a number names no chat. */
static bool parse_chat_id_of_path(const struct http_request *req, int64_t *chat_id,
                                  struct fault *fault)
{
    return parse_i64(req->params[1], INT64_MIN + 1, INT64_MAX, chat_id) ||
           fault_set(fault, FAULT_NOT_FOUND, "not_found", "There is no such chat.");
}

// clang-format off
#define AT(member) .offset = offsetof(struct history_line, member)
static const struct field message_items[] = {
    {.name = "id",         .type = FIELD_UUID, AT(id)},
    {.name = "direction",  .type = FIELD_ENUM, AT(direction), .names = history_direction_names},
    {.name = "user_id",    .type = FIELD_INT,  .flags = FIELD_NULLABLE, AT(user_id)},
    {.name = "message_id", .type = FIELD_INT,  AT(message_id)},
    {.name = "language",   .type = FIELD_ENUM, .flags = FIELD_NULLABLE, AT(language), .names = language_names},
    {.name = "text",       .type = FIELD_TEXT, AT(text)},
    {.name = "sent_at",    .type = FIELD_TIME, AT(sent_at)},
    {.name = "version",    .type = FIELD_INT,  AT(version)},
};
#undef AT
// clang-format on
static const struct fields message_fields = FIELDS_OF(message_items, struct history_line);

static const struct list messages = {
    .statement = &history_list_statement,
    .fields = &message_fields,
    .blank = &(const struct history_line){.language = -1},
    .id = offsetof(struct history_line, id),
};

enum http_status get_chat_messages(void *data, const struct http_request *req,
                                   struct http_response *res)
{
    struct gateway_app *app = data;
    struct list_page page = {.limit = LIST_LIMIT_DEFAULT};
    struct bot bot;
    struct fault fault;
    int64_t chat_id;

    if (!find_bot_of_path(app, req, &bot, &fault) ||
        !parse_chat_id_of_path(req, &chat_id, &fault) ||
        !http_request_query(req, &list_page_fields, &page, &fault) ||
        !list_page_read(req, SLICE("history"), &page, &fault))
        return http_reply_fault(req, res, &fault);
    return list_reply(req, res, app->service->db, &messages, &page,
                      DB_VALUES(db_uuid(&bot.id), db_int(chat_id)));
}
