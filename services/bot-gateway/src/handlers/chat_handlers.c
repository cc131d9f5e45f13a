// SPDX-License-Identifier: MIT
/* The messages of a chat. */
#include <stddef.h>

#include "api/list.h"
#include "base/parse.h"

#include "handlers/find_bot.h"
#include "handlers/handlers.h"
#include "history/history_json.h"

/* Reads the chat's id from the path. A parameter that is not a number names no chat. */
static bool chat_of_path(const struct http_request *req, int64_t *chat_id, struct fault *fault)
{
    return parse_i64(req->params[1], INT64_MIN + 1, INT64_MAX, chat_id) ||
           fault_set(fault, FAULT_NOT_FOUND, "not_found", "There is no such chat.");
}

static const struct list messages = {
    .statement = &history_list_statement,
    .fields = &history_fields,
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

    if (!find_bot_of_path(app, req, &bot, &fault) || !chat_of_path(req, &chat_id, &fault) ||
        !http_request_query(req, &list_page_fields, &page, &fault) ||
        !list_page_read(req, SLICE("history"), &page, &fault))
        return http_reply_fault(req, res, &fault);
    return list_reply(req, res, app->service->db, &messages, &page,
                      DB_VALUES(db_uuid(&bot.id), db_int(chat_id)));
}
