// SPDX-License-Identifier: MIT
/* Webhooks: create, list, change, delete, test, replay. For staff only. */
#include <stddef.h>

#include "api/change_by_id.h"
#include "api/read_by_id.h"
#include "base/auto.h"
#include "base/parse.h"

#include "access.h"
#include "app.h"
#include "handlers/handlers.h"
#include "webhooks/webhooks_json.h"

enum { FIELD_ROOM = 32, WEBHOOK_JSON_MAX = 16 * 1024 };

/* --- checks --- */

/* Adds the problem of an invalid value to the list. False if the check itself failed. */
static bool add_problem_if_invalid(struct fault_list *problems, const char *field, bool is_valid,
                                   const struct fault *fault)
{
    if (!is_valid && fault->kind == FAULT_INVALID)
        fault_list_add(problems, field, fault->code, "%s", fault->detail);
    return is_valid || fault->kind == FAULT_INVALID;
}

/* False with a fault if the caller may not read events of one of the types. */
static bool check_types(struct change *change, const struct booking_app *app,
                        const struct field_texts *types, struct fault_list *problems,
                        struct fault *fault)
{
    const struct service *service = app->service;
    struct events_part part = {0};
    char field[FIELD_ROOM];

    if (service->events != NULL && !service->events(change->caller, &part, fault))
        return false;
    for (size_t i = 0; i < types->count; i++) {
        if (!events_type_is_known(service->event_types, types->items[i])) {
            snprintf(field, sizeof field, "types/%zu", i);
            fault_list_add(problems, field, "unknown_value", "Is not known");
        } else if (!events_part_has_type(&part, types->items[i])) {
            return fault_set(fault, FAULT_FORBIDDEN, "forbidden",
                             "Events of rides need the scope ride:read.");
        }
    }
    return true;
}

static bool check_secret(struct slice secret, struct deliver_key *key, struct fault *fault)
{
    if (secret.at == NULL) {
        deliver_secret_make(key);
        return true;
    }
    return deliver_secret_read(secret, key, fault) &&
           (deliver_key_is_printable(key) ||
            fault_set(fault, FAULT_INVALID, "bad_secret",
                      "Must be whsec_ and the base64 of 24 to 64 printable characters"));
}

/* Checks all fields, so that one answer names all problems. `key_or_null` becomes the key. */
static bool check_fields(struct change *change, const struct booking_app *app,
                         const struct webhook *webhook, struct deliver_key *key_or_null,
                         struct fault *fault)
{
    struct fault_list problems;

    fault_list_init(&problems, change->arena);
    const bool url_is_valid =
        deliver_url_check(&app->webhook_hosts, webhook->url, change->arena, fault);
    if (!add_problem_if_invalid(&problems, "url", url_is_valid, fault) ||
        !check_types(change, app, &webhook->types, &problems, fault))
        return false;
    if (key_or_null != NULL) {
        const bool secret_is_valid = check_secret(webhook->secret, key_or_null, fault);
        if (!add_problem_if_invalid(&problems, "secret", secret_is_valid, fault))
            return false;
    }
    return fault_list_ok(&problems, fault);
}

/* --- create --- */

static bool insert_webhook(struct change *change, const struct webhook *webhook,
                           const struct deliver_key *key, struct fault *fault)
{
    struct event_position end;
    struct slice types;

    return fields_keep_texts(&webhook->types, change->arena, &types, fault) &&
           events_store_find_end(change->tx, &end, fault) &&
           deliver_store_add_receiver(change->tx, &webhook->id, webhook->url, key, fault) &&
           webhook_store_insert(change->tx, webhook, types, &end, fault);
}

/* Encodes the webhook with its secret, and stores the answer without it. */
static bool reply_with_secret(struct change *change, struct webhook *webhook,
                              const struct deliver_key *key, struct http_response *res,
                              struct fault *fault)
{
    AUTO(buf_finish) struct buf bare = BUF(WEBHOOK_JSON_MAX);
    char secret[DELIVER_SECRET_MAX + 1];
    struct slice stored;

    webhook->secret = SLICE_NONE;
    fields_encode(&webhook_created_fields, webhook, false, &bare);
    if (!buf_keep(&bare, change->arena, &stored, fault))
        return false;
    change_store_reply(change, stored);
    deliver_secret_write(key, secret);
    webhook->secret = slice_of(secret);
    fields_encode(&webhook_created_fields, webhook, false, &res->body);
    return change_reply_created(change, res, &webhook->id, webhook->version, fault);
}

static bool create_webhook(struct change *change, void *arg, struct http_response *res,
                           struct fault *fault)
{
    const struct booking_app *app = arg;
    const struct uuid id = uuid_make();
    struct webhook webhook;
    struct deliver_key key;

    if (!api_check_staff(change->caller, fault))
        return false;
    fields_clear(&webhook_new_fields, &webhook);
    if (!http_request_decode(change->req, &webhook_new_fields, false, &webhook, NULL, fault) ||
        !check_fields(change, app, &webhook, &key, fault))
        return false;
    webhook.id = id;
    webhook.tenant_id = change->caller->tenant_id;
    if (!insert_webhook(change, &webhook, &key, fault) ||
        !webhook_store_find(change->tx, &change->caller->tenant_id, &id, change->arena, &webhook,
                            fault))
        return false;
    change_audit(change, "webhook.create", "webhook", &id, webhook.version);
    return reply_with_secret(change, &webhook, &key, res, fault);
}

CHANGE_BY_BODY(post_webhook, create_webhook)

/* --- read --- */

static const struct list webhooks = {
    .statement = &webhook_list_statement,
    .fields = &webhook_fields,
    .id = offsetof(struct webhook, id),
};

static enum http_status list_webhooks(struct reading *reading, struct http_response *res)
{
    struct list_page page = {.limit = LIST_LIMIT_DEFAULT};

    if (!http_request_query(reading->req, &list_page_fields, &page, &reading->fault) ||
        !list_page_read(reading->req, SLICE("webhooks"), &page, &reading->fault) ||
        !api_check_staff(reading->caller, &reading->fault))
        return read_refuse(reading, res);
    return list_reply(reading->req, res, reading->db, &webhooks, &page,
                      DB_VALUES(db_uuid(&reading->caller->tenant_id)));
}

READ_ALL(get_webhooks, list_webhooks)

static enum http_status show_webhook(struct reading *reading, struct http_response *res)
{
    struct webhook webhook;

    if (!api_check_staff(reading->caller, &reading->fault) ||
        !webhook_store_find(reading->db, &reading->caller->tenant_id, &reading->id,
                            reading->req->arena, &webhook, &reading->fault))
        return read_refuse(reading, res);
    fields_encode(&webhook_fields, &webhook, false, &res->body);
    return read_reply(reading, res, webhook.version);
}

READ_BY_ID(get_webhook, show_webhook)

/* --- change --- */

static bool lock_webhook(struct change *change, const struct asked *asked, struct webhook *webhook,
                         struct fault *fault)
{
    return api_check_staff(change->caller, fault) &&
           webhook_store_lock(change->tx, &change->caller->tenant_id, &asked->id, change->arena,
                              webhook, fault);
}

/* Writes the changed fields. A webhook that is revived gets the events from now on. */
static bool write_changes(struct change *change, const struct webhook *before,
                          const struct webhook *webhook, struct fault *fault)
{
    const bool revives = webhook->revive != WEBHOOK_NOT_REVIVED;
    const bool begins = revives && before->status == WEBHOOK_DISABLED;
    struct event_position end;
    struct deliver_key key;
    struct slice types;

    if (!fields_keep_texts(&webhook->types, change->arena, &types, fault) ||
        !events_store_find_end(change->tx, &end, fault) ||
        !deliver_store_read_key(change->tx, &webhook->id, &key, fault) ||
        !deliver_store_update_receiver(change->tx, &webhook->id, webhook->url, &key, fault))
        return false;
    if (begins && !deliver_store_clear_receiver(change->tx, &webhook->id, fault))
        return false;
    if (revives && !deliver_store_try_receiver(change->tx, &webhook->id, true, fault))
        return false;
    return webhook_store_update(change->tx, &webhook->id, types, begins ? &end : NULL, fault);
}

static bool update_webhook(struct change *change, void *arg, struct http_response *res,
                           struct fault *fault)
{
    const struct asked *asked = arg;
    const struct uuid id = asked->id;
    struct webhook before, webhook;

    if (!lock_webhook(change, asked, &before, fault) ||
        !change_if_match(change, before.version, fault))
        return false;
    webhook = before;
    webhook.revive = WEBHOOK_NOT_REVIVED;
    if (!http_request_decode(change->req, &webhook_patch_fields, true, &webhook, NULL, fault) ||
        !check_fields(change, asked->app, &webhook, NULL, fault) ||
        !write_changes(change, &before, &webhook, fault) ||
        !webhook_store_find(change->tx, &change->caller->tenant_id, &id, change->arena, &webhook,
                            fault))
        return false;
    change_audit(change, "webhook.update", "webhook", &id, webhook.version);
    return change_reply_fields(change, res, &webhook_fields, &webhook, webhook.version);
}

CHANGE_BY_ID(patch_webhook, update_webhook)

static bool remove_webhook(struct change *change, void *arg, struct http_response *res,
                           struct fault *fault)
{
    struct webhook webhook;

    if (!lock_webhook(change, arg, &webhook, fault) ||
        !change_if_match(change, webhook.version, fault) ||
        !webhook_store_delete(change->tx, &webhook.id, fault) ||
        !deliver_store_remove_receiver(change->tx, &webhook.id, fault))
        return false;
    change_audit(change, "webhook.delete", "webhook", &webhook.id, webhook.version + 1);
    return change_reply_deleted(change, res, &webhook.id);
}

CHANGE_BY_ID(delete_webhook, remove_webhook)

/* --- test and replay --- */

static void wake_deliver(void *deliver)
{
    deliver_wake(deliver);
}

/* Replies 202 with the webhook's next version; it is tried at once after the commit. */
static bool reply_accepted(struct change *change, const struct asked *asked, const char *action,
                           struct webhook *webhook, struct http_response *res, struct fault *fault)
{
    const struct booking_app *app = asked->app;

    if (!deliver_store_try_receiver(change->tx, &webhook->id, false, fault) ||
        !webhook_store_touch(change->tx, webhook, fault))
        return false;
    change_audit(change, action, "webhook", &webhook->id, webhook->version);
    change_after_commit(change, wake_deliver, app->deliver);
    fields_encode(&webhook_fields, webhook, false, &res->body);
    http_reply_resource(change->req, res, HTTP_ACCEPTED, webhook->version);
    return true;
}

/* Enqueues the event webhook.test, unless one waits already. It is not in the outbox. */
static bool enqueue_test(struct change *change, const struct webhook *webhook, struct fault *fault)
{
    struct deliver_item item = {.id = uuid_make(), .lane = SLICE("test")};
    bool waits;

    if (!webhook_store_has_test(change->tx, &webhook->id, &waits, fault))
        return false;
    return waits || (webhook_encode_test(webhook, &item.id, change->now_us, change->arena,
                                         &item.body, fault) &&
                     deliver_store_enqueue(change->tx, &item, &webhook->id, 1, fault));
}

static bool send_test(struct change *change, void *arg, struct http_response *res,
                      struct fault *fault)
{
    struct webhook webhook;

    return change_decode(change, NULL, false, NULL, fault) &&
           lock_webhook(change, arg, &webhook, fault) && enqueue_test(change, &webhook, fault) &&
           reply_accepted(change, arg, "webhook.test", &webhook, res, fault);
}

CHANGE_BY_ID(test_webhook, send_test)

/* `after` is a next_cursor of GET /v1/events, or a time. */
static bool find_position(struct change *change, struct slice after, struct event_position *out,
                          struct fault *fault)
{
    int64_t at_us;

    if (parse_timestamp(after, &at_us))
        return events_store_find_time(change->tx, &change->caller->tenant_id, at_us, out, fault);
    return events_position_read(after, "after", change->arena, out, fault);
}

/* A disabled webhook is left as it is. */
static bool rewind_webhook(struct change *change, const struct webhook *webhook,
                           const struct event_position *after, struct fault *fault)
{
    return webhook->status == WEBHOOK_DISABLED ||
           (deliver_store_remove_dead(change->tx, &webhook->id, fault) &&
            webhook_store_rewind(change->tx, &webhook->id, after, fault));
}

static bool replay_events(struct change *change, void *arg, struct http_response *res,
                          struct fault *fault)
{
    struct webhook_replay replay = {0};
    struct event_position after;
    struct webhook webhook;

    return change_decode(change, &webhook_replay_fields, true, &replay, fault) &&
           lock_webhook(change, arg, &webhook, fault) &&
           find_position(change, replay.after, &after, fault) &&
           rewind_webhook(change, &webhook, &after, fault) &&
           reply_accepted(change, arg, "webhook.replay", &webhook, res, fault);
}

CHANGE_BY_ID(replay_webhook, replay_events)
