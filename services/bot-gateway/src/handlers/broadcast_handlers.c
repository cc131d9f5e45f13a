// SPDX-License-Identifier: MIT
/* Broadcasts: create, list, pause, resume, cancel. */
#include "api/change.h"
#include "api/change_by_id.h"
#include "api/list.h"
#include "api/read_by_id.h"
#include "base/auto.h"

#include "app.h"
#include "bots/bots_json.h"
#include "broadcasts/broadcast_store.h"
#include "broadcasts/broadcaster.h"
#include "broadcasts/broadcasts_json.h"
#include "handlers/find_bot.h"
#include "handlers/handlers.h"
#include "outbox/message.h"
#include "outbox/sender.h"
#include "texts/texts_watch.h"

enum { PART_MAX = 1024 * 1024 };

/* --- create --- */

/* Sets the audience and its user_ids, which stay absent if none were given. */
static bool encode_audience_to_arena(const struct broadcast_audience *audience, struct arena *arena,
                                     struct broadcast_new *out, struct fault *fault)
{
    AUTO(buf_finish) struct buf rest = BUF(PART_MAX), ids = BUF(PART_MAX);

    broadcast_audience_encode_without_ids(audience, &rest);
    broadcast_user_ids_encode(audience, &ids);
    return buf_keep(&rest, arena, &out->audience, fault) &&
           (audience->user_ids.items == NULL || buf_keep(&ids, arena, &out->user_ids, fault));
}

/* Appends a JSON member with the payload of `text` to `out`; nothing if `text` is absent. */
static bool append_payload_member_if_text(const struct broadcast_request *request,
                                          const char *member_name, struct slice text,
                                          struct arena *arena, struct buf *out, struct fault *fault)
{
    const struct message message = {
        .text = text, .parse_mode = request->parse_mode, .buttons = request->buttons};
    struct slice payload;
    char field[16];

    if (text.at == NULL)
        return true;
    snprintf(field, sizeof field, "texts/%s", member_name);
    if (!message_make_payload(&message,
                              request->template.key.at != NULL ? "template"
                              : request->text.at != NULL       ? "text"
                                                               : field,
                              arena, &payload, fault))
        return false;
    buf_printf(out, "%c\"%s\":", out->len == 0 ? '{' : ',', member_name);
    buf_slice(out, payload);
    return true;
}

static bool replace_template_by_texts(struct change *change, const struct gateway_app *app,
                                      const struct bot *bot, struct broadcast_request *request,
                                      struct fault *fault)
{
    const enum bot_type type = (enum bot_type)bot->type;
    const struct texts *texts = texts_watch_texts(app->texts, type);
    struct text_resolved asked;

    if (request->template.key.at == NULL)
        return true;
    request->parse_mode = 0; /* HTML */
    return text_request_resolve(&request->template, type, change->arena, &asked, fault) &&
           text_request_render(&asked, texts, LANGUAGE_RU, change->arena, &request->texts.ru,
                               fault) &&
           text_request_render(&asked, texts, LANGUAGE_KZ, change->arena, &request->texts.kz,
                               fault) &&
           text_request_render(&asked, texts, LANGUAGE_EN, change->arena, &request->texts.en,
                               fault);
}

static bool format_payloads_by_language(const struct broadcast_request *request,
                                        struct arena *arena, struct slice *payloads,
                                        struct fault *fault)
{
    const struct slice ru = request->text.at != NULL ? request->text : request->texts.ru;
    AUTO(buf_finish) struct buf out = BUF(PART_MAX);

    if (!append_payload_member_if_text(request, "ru", ru, arena, &out, fault) ||
        !append_payload_member_if_text(request, "kz", request->texts.kz, arena, &out, fault) ||
        !append_payload_member_if_text(request, "en", request->texts.en, arena, &out, fault))
        return false;
    buf_char(&out, '}');
    return buf_keep(&out, arena, payloads, fault);
}

static bool create_broadcast(struct change *change, void *arg, struct http_response *res,
                             struct fault *fault)
{
    const struct gateway_app *app = arg;
    const struct uuid *tenant_id = &change->caller->tenant_id;
    struct broadcast_new made = {.id = uuid_make(), .tenant_id = *tenant_id};
    struct broadcast_request request = broadcast_request_defaults();
    struct broadcast broadcast;
    const struct bot *bot;

    if (!http_request_decode(change->req, &broadcast_ask_fields, false, &request, NULL, fault) ||
        !find_bot_named(change, app, request.bot, &bot, fault) ||
        !replace_template_by_texts(change, app, bot, &request, fault) ||
        !format_payloads_by_language(&request, change->arena, &made.payloads, fault) ||
        !encode_audience_to_arena(&request.audience, change->arena, &made, fault))
        return false;
    made.bot_id = bot->id;
    made.on_unknown = request.on_unknown;
    if (!broadcast_store_insert(change->tx, &made, fault) ||
        !broadcast_store_find(change->tx, tenant_id, &made.id, change->arena, &broadcast, fault))
        return false;
    change_audit(change, "broadcast.create", "broadcast", &made.id, broadcast.version);
    change_after_commit(change, broadcaster_wake, arg);
    broadcast_encode(&broadcast, false, &res->body);
    http_reply_resource(change->req, res, HTTP_ACCEPTED, broadcast.version);
    return http_reply_location(change->req, res, &made.id, fault);
}

CHANGE_BY_BODY(post_broadcast, create_broadcast)

/* --- read --- */

static void encode_broadcast_row(const struct db_rows *rows, int row, const void *data,
                                 struct buf *out, struct list_cursor *cursor)
{
    struct broadcast broadcast;

    (void)data;
    broadcast_store_read_row(rows, row, &broadcast);
    broadcast_encode(&broadcast, true, out);
    cursor->id = broadcast.id;
}

static const struct list broadcasts = {.statement = &broadcast_list_statement,
                                       .item = encode_broadcast_row};

enum http_status get_broadcasts(void *data, const struct http_request *req,
                                struct http_response *res)
{
    struct gateway_app *app = data;
    struct bot_query query = {.page.limit = LIST_LIMIT_DEFAULT};
    struct fault fault;

    if (!http_request_query(req, &bot_query_fields, &query, &fault) ||
        !list_page_read(req, SLICE("broadcasts"), &query.page, &fault))
        return http_reply_fault(req, res, &fault);
    return list_reply(req, res, app->service->db, &broadcasts, &query.page,
                      DB_VALUES(db_uuid(&api_caller(req)->tenant_id), db_text(query.bot)));
}

static enum http_status reply_with_broadcast(struct reading *reading, struct http_response *res)
{
    struct broadcast broadcast;

    if (!broadcast_store_find(reading->db, &reading->caller->tenant_id, &reading->id,
                              reading->req->arena, &broadcast, &reading->fault))
        return read_refuse(reading, res);
    broadcast_encode(&broadcast, false, &res->body);
    return read_reply(reading, res, broadcast.version);
}

READ_BY_ID(get_broadcast, reply_with_broadcast)

/* --- pause, resume, cancel --- */

static bool is_applied_already(const struct broadcast *broadcast, int action,
                               const struct api_caller *caller)
{
    return broadcast->moved == action &&
           transition_leads_to(&broadcast_machine, action, broadcast->status) &&
           slice_equal(broadcast->moved_by, caller->actor_text);
}

static bool check_and_apply_action(struct change *change, const struct asked *asked,
                                   struct broadcast *broadcast, struct fault *fault)
{
    const struct transition_state state = {broadcast->status, 0};
    const struct gateway_app *app = asked->app;
    int to;

    if (!change_if_match(change, broadcast->version, fault) ||
        !transition_check(&broadcast_machine, state, asked->action, TRANSITION_BY_STAFF, &to,
                          fault) ||
        !broadcast_store_apply_action(change->tx, &asked->id, asked->action, to,
                                      change->caller->actor_text, fault) ||
        !broadcast_store_find(change->tx, &change->caller->tenant_id, &asked->id, change->arena,
                              broadcast, fault))
        return false;
    change_audit(change, broadcast_machine.actions[asked->action].audit, "broadcast", &asked->id,
                 broadcast->version);
    change_after_commit(change, broadcaster_wake, asked->app);
    change_after_commit(change, sender_wake, app->sender);
    return true;
}

static bool apply_action_once_and_reply(struct change *change, void *arg, struct http_response *res,
                                        struct fault *fault)
{
    const struct asked *asked = arg;
    struct broadcast broadcast;

    if (!http_request_empty(change->req, fault) ||
        !broadcast_store_lock_and_find(change->tx, &change->caller->tenant_id, &asked->id,
                                       change->arena, &broadcast, fault) ||
        (!is_applied_already(&broadcast, asked->action, change->caller) &&
         !check_and_apply_action(change, asked, &broadcast, fault)))
        return false;
    broadcast_encode(&broadcast, false, &res->body);
    return change_reply(change, res, broadcast.version);
}

CHANGE_BY_ACTION(post_broadcast_pause, apply_action_once_and_reply, BROADCAST_PAUSE)
CHANGE_BY_ACTION(post_broadcast_resume, apply_action_once_and_reply, BROADCAST_RESUME)
CHANGE_BY_ACTION(post_broadcast_cancel, apply_action_once_and_reply, BROADCAST_CANCEL)
