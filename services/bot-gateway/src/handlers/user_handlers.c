// SPDX-License-Identifier: MIT
/* Users of a bot: list, read, erase. */
#include <stddef.h>

#include "api/change.h"
#include "api/list.h"
#include "base/language.h"
#include "base/parse.h"
#include "json/fields.h"

#include "handlers/find_bot.h"
#include "handlers/handlers.h"
#include "privacy/erasure.h"
#include "privacy/user.h"

/* Reads the user's id from the path. A parameter that is not a number names no user. */
static bool parse_user_id_of_path(const struct http_request *req, int64_t *user_id,
                                  struct fault *fault)
{
    return parse_i64(req->params[1], 1, USER_ID_MAX, user_id) ||
           fault_set(fault, FAULT_NOT_FOUND, "not_found", "There is no such user.");
}

// clang-format off
static const struct field consent_items[] = {
    {.name = "version", .type = FIELD_TEXT, .offset = offsetof(struct user_consent, version)},
    {.name = "at",      .type = FIELD_TIME, .offset = offsetof(struct user_consent, at)},
};
static const struct fields consent_fields = FIELDS_OF(consent_items, struct user_consent);

#define AT(member) .offset = offsetof(struct user, member)
static const struct field user_items[] = {
    {.name = "user_id",           .type = FIELD_INT,  AT(user_id)},
    {.name = "language",          .type = FIELD_ENUM, AT(language), .names = language_names},
    {.name = "source",            .type = FIELD_TEXT, .flags = FIELD_NULLABLE, AT(source)},
    {.name = "reachable",         .type = FIELD_BOOL, AT(reachable)},
    {.name = "unreachable_since", .type = FIELD_TIME, .flags = FIELD_OMIT, AT(unreachable_since)},
    {.name = "consent",           .type = FIELD_OBJECT, .flags = FIELD_OMIT, AT(consent), .table = &consent_fields},
    {.name = "first_seen_at",     .type = FIELD_TIME, AT(first_seen_at)},
    {.name = "last_seen_at",      .type = FIELD_TIME, AT(last_seen_at)},
    {.name = "version",           .type = FIELD_INT,  AT(version)},
};
#undef AT
// clang-format on
static const struct fields user_fields = FIELDS_OF(user_items, struct user);

static const struct list users = {
    .statement = &user_list_statement,
    .fields = &user_fields,
    .id = offsetof(struct user, id),
    .by_time = true,
    .time = offsetof(struct user, first_seen_at),
};

enum http_status get_users(void *data, const struct http_request *req, struct http_response *res)
{
    struct gateway_app *app = data;
    struct list_page page = {.limit = LIST_LIMIT_DEFAULT};
    struct bot bot;
    struct fault fault;

    if (!find_bot_of_path(app, req, &bot, &fault) ||
        !http_request_query(req, &list_page_fields, &page, &fault) ||
        !list_page_read(req, SLICE("users"), &page, &fault))
        return http_reply_fault(req, res, &fault);
    return list_reply(req, res, app->service->db, &users, &page, DB_VALUES(db_uuid(&bot.id)));
}

enum http_status get_user(void *data, const struct http_request *req, struct http_response *res)
{
    struct gateway_app *app = data;
    struct bot bot;
    struct fault fault;
    struct user user;
    int64_t user_id;

    if (!find_bot_of_path(app, req, &bot, &fault) ||
        !parse_user_id_of_path(req, &user_id, &fault) ||
        !http_request_query(req, NULL, NULL, &fault) ||
        !user_store_find(app->service->db, &bot.id, user_id, req->arena, &user, &fault))
        return http_reply_fault(req, res, &fault);
    fields_encode(&user_fields, &user, false, &res->body);
    return http_reply_resource(req, res, HTTP_OK, user.version);
}

/* --- erasure --- */

struct asked {
    struct erasure erasure;
    struct erasure_counts found; /* rows that the transaction of the change has erased */
};

static bool erase_rows_and_reply(struct change *change, void *arg, struct http_response *res,
                                 struct fault *fault)
{
    struct asked *asked = arg;
    struct erasure shown = asked->erasure;
    int64_t left;

    if (!erasure_store_run_pass(change->tx, &shown.bot.id, shown.user_id, &asked->found, &left,
                                fault))
        return false;
    asked->erasure.at = shown.at = change->now_us;
    erasure_counts_add(&shown.erased, &asked->found);
    if (erasure_counts_has_any(&shown.erased))
        change_audit(change, "user.erase", "erasure", &shown.id, 1);
    erasure_encode_receipt(&shown, &res->body);
    http_reply_json(res, HTTP_OK);
    return true;
}

static bool read_erasure_request(const struct http_request *req, struct erasure *erasure,
                                 struct fault *fault)
{
    if (!find_bot_of_path(erasure->app, req, &erasure->bot, fault) ||
        !parse_user_id_of_path(req, &erasure->user_id, fault) ||
        !change_read_dry_run(req, &erasure->dry_run, fault))
        return false;
    erasure->id = uuid_make();
    return bot_has_part(&erasure->bot, BOT_KEY) ||
           fault_set(fault, FAULT_CONFLICT, "bot_incomplete",
                     "The bot lacks its key, so booking-api cannot be asked.");
}

/* False if the request has If-Match and the person does not exist or has another version. */
static bool check_if_match_of_user(const struct http_request *req, const struct erasure *erasure,
                                   struct fault *fault)
{
    struct user user;

    return req->headers[HTTP_H_IF_MATCH].at == NULL ||
           (user_store_find(erasure->app->service->db, &erasure->bot.id, erasure->user_id,
                            req->arena, &user, fault) &&
            http_request_if_match(req, user.version, fault));
}

/* Erases a person; privacy/erasure.h explains the order. */
enum http_status delete_user(void *data, const struct http_request *req, struct http_response *res)
{
    struct gateway_app *app = data;
    struct asked asked = {
        .erasure = {.app = app, .req = req}
    };
    struct erasure *erasure = &asked.erasure;
    struct fault fault;

    if (!read_erasure_request(req, erasure, &fault) ||
        !check_if_match_of_user(req, erasure, &fault) ||
        !erasure_erase_in_booking_api(erasure, req->arena, &fault))
        return http_reply_fault(req, res, &fault);
    const enum http_status status =
        api_change(app->service->changes, req, res, erase_rows_and_reply, &asked);
    if (status != HTTP_OK || erasure->dry_run)
        return status;
    erasure_counts_add(&erasure->erased, &asked.found);
    if (!erasure_finish(erasure, req->arena, &fault))
        return http_reply_fault(req, res, &fault);
    buf_clear(&res->body);
    erasure_encode_receipt(erasure, &res->body);
    return status;
}
