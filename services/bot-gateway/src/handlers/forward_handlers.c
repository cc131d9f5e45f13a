// SPDX-License-Identifier: MIT
/* Forwards: create, list, change, delete. */
#include <stddef.h>

#include "api/change.h"
#include "api/change_by_id.h"
#include "api/deliver.h"
#include "api/list.h"
#include "api/read_by_id.h"
#include "base/auto.h"

#include "app.h"
#include "bots/bots_json.h"
#include "handlers/find_bot.h"
#include "handlers/handlers.h"
#include "outgoing_webhooks/forward_store.h"
#include "outgoing_webhooks/forwards_json.h"

/* --- create --- */

/* Adds the problem of an invalid value to the list. False if the check itself failed. */
static bool add_problem_if_invalid(struct fault_list *problems, const char *field, bool is_valid,
                                   const struct fault *fault)
{
    if (!is_valid && fault->kind == FAULT_INVALID)
        fault_list_add(problems, field, fault->code, "%s", fault->detail);
    return is_valid || fault->kind == FAULT_INVALID;
}

/* Checks all fields, so that one answer names all problems. */
static bool check_all_fields(struct change *change, const struct gateway_app *app,
                             const struct forward_new *wanted, const struct bot **bot,
                             struct deliver_key *key, struct fault *fault)
{
    struct fault_list problems;

    fault_list_init(&problems, change->arena);
    forward_match_check(&wanted->match, &problems);
    return add_problem_if_invalid(&problems, "bot",
                                  find_bot_named(change, app, wanted->bot, bot, fault), fault) &&
           add_problem_if_invalid(
               &problems, "url",
               deliver_url_check(&app->forward_hosts, wanted->url, change->arena, fault), fault) &&
           add_problem_if_invalid(&problems, "secret",
                                  deliver_secret_read(wanted->secret, key, fault), fault) &&
           fault_list_ok(&problems, fault);
}

/* The match as JSON, in the arena; absent: all updates. */
static bool encode_match(struct change *change, const struct forward_match *match,
                         struct slice *json, struct fault *fault)
{
    AUTO(buf_finish) struct buf text = BUF(LIST_PAGE_BYTES_MAX);

    fields_encode(&forward_match_fields, match, false, &text);
    if (!buf_keep(&text, change->arena, json, fault))
        return false;
    if (slice_is(*json, "{}"))
        *json = SLICE_NONE;
    return true;
}

static bool insert_receiver_and_forward(struct change *change, const struct forward_new *wanted,
                                        const struct uuid *id, const struct bot *bot,
                                        const struct deliver_key *key, struct fault *fault)
{
    const struct uuid bot_id = bot->id; /* a copy: `bot` is valid only until the next wait */
    struct slice match;

    return encode_match(change, &wanted->match, &match, fault) &&
           deliver_store_add_receiver(change->tx, id, wanted->url, key, fault) &&
           forward_store_insert(change->tx, id, &bot_id, match, wanted->exclusive, fault);
}

static bool create_forward(struct change *change, void *arg, struct http_response *res,
                           struct fault *fault)
{
    const struct gateway_app *app = arg;
    const struct uuid id = uuid_make();
    struct forward_new wanted;
    struct forward forward;
    struct deliver_key key;
    const struct bot *bot;

    fields_clear(&forward_new_fields, &wanted);
    if (!http_request_decode(change->req, &forward_new_fields, false, &wanted, NULL, fault) ||
        !check_all_fields(change, app, &wanted, &bot, &key, fault) ||
        !insert_receiver_and_forward(change, &wanted, &id, bot, &key, fault) ||
        !forward_store_find(change->tx, &change->caller->tenant_id, &id, change->arena, &forward,
                            fault))
        return false;
    change_audit(change, "forward.create", "forward", &id, forward.version);
    fields_encode(&forward_fields, &forward, false, &res->body);
    http_reply_resource(change->req, res, HTTP_CREATED, forward.version);
    return http_reply_location(change->req, res, &id, fault);
}

CHANGE_BY_BODY(post_forward, create_forward)

/* --- read --- */

static const struct list forwards = {
    .statement = &forward_list_statement,
    .fields = &forward_fields,
    .id = offsetof(struct forward, id),
};

enum http_status get_forwards(void *data, const struct http_request *req, struct http_response *res)
{
    struct gateway_app *app = data;
    struct bot_query query = {.page.limit = LIST_LIMIT_DEFAULT};
    struct fault fault;

    if (!http_request_query(req, &bot_query_fields, &query, &fault) ||
        !list_page_read(req, SLICE("forwards"), &query.page, &fault))
        return http_reply_fault(req, res, &fault);
    return list_reply(req, res, app->service->db, &forwards, &query.page,
                      DB_VALUES(db_uuid(&api_caller(req)->tenant_id), db_text(query.bot)));
}

static enum http_status reply_with_forward(struct reading *reading, struct http_response *res)
{
    struct forward forward;

    if (!forward_store_find(reading->db, &reading->caller->tenant_id, &reading->id,
                            reading->req->arena, &forward, &reading->fault))
        return read_refuse(reading, res);
    fields_encode(&forward_fields, &forward, false, &res->body);
    return read_reply(reading, res, forward.version);
}

READ_BY_ID(get_forward, reply_with_forward)

/* --- change --- */

/* Decodes the body onto the present values, and checks them. */
static bool decode_patch(struct change *change, const struct forward *before,
                         struct forward_patch *patch, struct fault *fault)
{
    struct fault_list problems;

    fields_clear(&forward_patch_fields, patch);
    patch->exclusive = before->exclusive;
    if (before->match.at != NULL && !fields_decode(&forward_match_fields, before->match, false,
                                                   &patch->match, NULL, change->arena, fault))
        return false;
    if (!http_request_decode(change->req, &forward_patch_fields, true, patch, NULL, fault))
        return false;
    fault_list_init(&problems, change->arena);
    forward_match_check(&patch->match, &problems);
    return fault_list_ok(&problems, fault);
}

static bool update_forward(struct change *change, void *arg, struct http_response *res,
                           struct fault *fault)
{
    const struct asked *asked = arg;
    const struct uuid *id = &asked->id, *tenant = &change->caller->tenant_id;
    struct forward forward;
    struct forward_patch patch;
    struct slice match;

    if (!forward_store_lock(change->tx, tenant, id, change->arena, &forward, fault) ||
        !change_if_match(change, forward.version, fault) ||
        !decode_patch(change, &forward, &patch, fault) ||
        !encode_match(change, &patch.match, &match, fault) ||
        !forward_store_update(change->tx, id, match, patch.exclusive, fault) ||
        !forward_store_find(change->tx, tenant, id, change->arena, &forward, fault))
        return false;
    change_audit(change, "forward.update", "forward", id, forward.version);
    return change_reply_fields(change, res, &forward_fields, &forward, forward.version);
}

CHANGE_BY_ID(patch_forward, update_forward)

/* --- delete --- */

static bool delete_forward_and_receiver(struct change *change, void *arg, struct http_response *res,
                                        struct fault *fault)
{
    const struct asked *asked = arg;
    const struct uuid *id = &asked->id;
    struct forward forward;

    if (!forward_store_find(change->tx, &change->caller->tenant_id, id, change->arena, &forward,
                            fault) ||
        !change_if_match(change, forward.version, fault) ||
        !forward_store_delete(change->tx, id, fault) ||
        !deliver_store_remove_receiver(change->tx, id, fault))
        return false;
    change_audit(change, "forward.delete", "forward", id, forward.version + 1);
    return change_reply_deleted(change, res, id);
}

CHANGE_BY_ID(delete_forward, delete_forward_and_receiver)
