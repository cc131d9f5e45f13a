// SPDX-License-Identifier: MIT
/* Messages that callers of the API send: create, read, cancel, send again. */
#include <stddef.h>

#include "api/change.h"
#include "api/change_by_id.h"
#include "api/list.h"
#include "api/read_by_id.h"

#include "app.h"
#include "handlers/find_bot.h"
#include "handlers/handlers.h"
#include "outbox/outbox_json.h"
#include "outbox/outbox_store.h"
#include "outbox/sender.h"
#include "privacy/user.h"
#include "texts/texts_watch.h"

/* Sets the language of the message: the requested one, or that of the person in a private chat, or
 * Russian. */
static bool choose_language(struct change *change, const struct uuid *bot_id,
                            const struct message *message, enum language *out, struct fault *fault)
{
    struct user user = {.language = LANGUAGE_RU};

    if (message->language < 0 && message->chat_id > 0 &&
        !user_store_find(change->tx, bot_id, message->chat_id, change->arena, &user, fault) &&
        fault->kind != FAULT_NOT_FOUND)
        return false;
    *out = (enum language)(message->language >= 0 ? message->language : user.language);
    return true;
}

static bool replace_template_by_text(struct change *change, const struct gateway_app *app,
                                     const struct bot *bot, struct message *message,
                                     struct fault *fault)
{
    /* Copies, because `bot` is valid only until the next wait. */
    const enum bot_type type = (enum bot_type)bot->type;
    const struct uuid bot_id = bot->id;
    struct text_resolved asked;
    enum language language;

    if (message->template.key.at == NULL)
        return true;
    if (!text_request_resolve(&message->template, type, change->arena, &asked, fault) ||
        !choose_language(change, &bot_id, message, &language, fault))
        return false;
    message->parse_mode = 0; /* HTML */
    return text_request_render(&asked, texts_watch_texts(app->texts, type), language, change->arena,
                               &message->text, fault);
}

static bool enqueue_requested_message(struct change *change, void *arg, struct http_response *res,
                                      struct fault *fault)
{
    struct gateway_app *app = arg;
    struct message message = message_with_defaults();
    struct outbox_message row = {.id = uuid_make(),
                                 .tenant_id = change->caller->tenant_id,
                                 .lane = OUTBOX_REPLY,
                                 .method = SLICE("sendMessage"),
                                 .message_ids = SLICE("[]"),
                                 .sent_at = FIELD_ABSENT};
    const struct bot *bot;
    const char *field;
    bool placed;

    if (!http_request_decode(change->req, &message_fields, false, &message, NULL, fault) ||
        !find_bot_named(change, app, message.bot, &bot, fault))
        return false;
    row.bot_id = bot->id;
    field = message.template.key.at != NULL ? "template" : "text";
    if (!replace_template_by_text(change, app, bot, &message, fault) ||
        !message_make_payload(&message, field, change->arena, &row.payload, fault))
        return false;
    row.chat_id = message.chat_id;
    row.on_unknown = message.on_unknown;
    row.supersede_key = message.supersede_key;
    row.ttl_s = message.ttl_seconds;
    if (!outbox_store_insert(change->tx, &row, &placed, fault))
        return false;
    row.message_ids = SLICE("[]");
    change_audit(change, "message.send", "message", &row.id, row.version);
    change_after_commit(change, sender_wake, app->sender);
    row.bot = message.bot;
    message_encode(&row, &res->body);
    http_reply_resource(change->req, res, HTTP_ACCEPTED, row.version);
    return http_reply_location(change->req, res, &row.id, fault);
}

CHANGE_BY_BODY(post_message, enqueue_requested_message)

static enum http_status reply_with_message(struct reading *reading, struct http_response *res)
{
    auto_rows struct db_rows rows = {0};
    struct outbox_message row;

    if (!outbox_store_find(reading->db, &reading->caller->tenant_id, &reading->id, &rows, &row,
                           &reading->fault))
        return read_refuse(reading, res);
    message_encode(&row, &res->body);
    return read_reply(reading, res, row.version);
}

READ_BY_ID(get_message, reply_with_message)

/* --- list --- */

struct messages_query {
    struct outbox_filter filter;
    struct list_page page;
};

// clang-format off
#define AT(member) .offset = offsetof(struct messages_query, member)
static const struct field query_items[] = {
    {.name = "bot",    .type = FIELD_TEXT, AT(filter.bot), .min = 1, .max = BOT_NAME_MAX},
    {.name = "status", .type = FIELD_ENUM, .flags = FIELD_COMMA, AT(filter.statuses), .names = outbox_status_names},
    {.name = "since",  .type = FIELD_CUSTOM, AT(filter.since), .decode = field_decode_time},
    {.name = "cursor", .type = FIELD_RAW,  AT(page.cursor)},
    {.name = "limit",  .type = FIELD_INT,  AT(page.limit), .min = 1, .max = LIST_LIMIT_MAX},
};
#undef AT
// clang-format on
static const struct fields query_fields = FIELDS_OF(query_items, struct messages_query);

static void encode_listed(const struct db_rows *rows, int row, const void *data, struct buf *out,
                          struct list_cursor *cursor)
{
    struct outbox_message message;

    (void)data;
    outbox_store_read_listed(rows, row, &message);
    message_encode(&message, out);
    cursor->id = message.id;
}

static enum http_status list_messages(struct reading *reading, struct http_response *res)
{
    struct messages_query query = {.filter = {.since = FIELD_ABSENT},
                                   .page = {.limit = LIST_LIMIT_DEFAULT}};
    auto_rows struct db_rows rows = {0};

    if (!http_request_query(reading->req, &query_fields, &query, &reading->fault) ||
        !list_page_read(reading->req, SLICE("messages"), &query.page, &reading->fault) ||
        !outbox_store_list(reading->db, &reading->caller->tenant_id, &query.filter, &query.page,
                           &rows, &reading->fault))
        return read_refuse(reading, res);
    list_encode(&rows, outbox_store_large_column(), &query.page, encode_listed, NULL, &res->body);
    return read_reply(reading, res, 0);
}

READ_ALL(get_messages, list_messages)

/* --- cancel, resend --- */

static bool is_applied_already(const struct outbox_message *row, int action,
                               const struct api_caller *caller)
{
    return row->moved == action && transition_leads_to(&outbox_machine, action, row->status) &&
           slice_equal(row->moved_by, caller->actor_text);
}

static bool check_and_apply_action(struct change *change, const struct asked *asked,
                                   struct outbox_message *row, struct fault *fault)
{
    const struct gateway_app *app = asked->app;
    int to;

    if (!change_if_match(change, row->version, fault) ||
        !transition_check(&outbox_machine, outbox_transition_state_of(row), asked->action,
                          TRANSITION_BY_STAFF, &to, fault) ||
        !outbox_store_apply_action(change->tx, row, asked->action, to, change->caller->actor_text,
                                   fault))
        return false;
    change_audit(change, outbox_machine.actions[asked->action].audit, "message", &row->id,
                 row->version);
    change_after_commit(change, sender_wake, app->sender);
    return true;
}

static bool apply_action_once_and_reply(struct change *change, void *arg, struct http_response *res,
                                        struct fault *fault)
{
    const struct asked *asked = arg;
    auto_rows struct db_rows rows = {0};
    struct outbox_message row;

    if (!http_request_empty(change->req, fault) ||
        !outbox_store_lock(change->tx, &change->caller->tenant_id, &asked->id, &rows, &row, fault))
        return false;
    if (!is_applied_already(&row, asked->action, change->caller) &&
        !check_and_apply_action(change, asked, &row, fault))
        return false;
    message_encode(&row, &res->body);
    return change_reply(change, res, row.version);
}

CHANGE_BY_ACTION(post_message_cancel, apply_action_once_and_reply, OUTBOX_CANCEL)
CHANGE_BY_ACTION(post_message_resend, apply_action_once_and_reply, OUTBOX_SEND_AGAIN)
