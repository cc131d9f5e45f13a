// SPDX-License-Identifier: MIT
/* Routes of conflicts: nights that a stay or block of ours has and that a feed holds too. Staff see
 * all, owners those of their apartments; guests: 403. */
#include <stddef.h>

#include "api/change_by_id.h"
#include "api/read_by_id.h"

#include "access.h"
#include "channels/channels_json.h"
#include "handlers/handlers.h"

static bool check_not_guest(const struct api_caller *caller, struct fault *fault)
{
    return caller->actor != ACTOR_GUEST ||
           fault_set(fault, FAULT_FORBIDDEN, "forbidden", "Guests may not use conflicts.");
}

static bool resolve(struct change *change, void *arg, struct http_response *res,
                    struct fault *fault)
{
    const struct asked *asked = arg;
    struct conflict_resolution resolution = {.refund = CONFLICT_REFUND_UNSAID,
                                             .expected_refund = FIELD_ABSENT};
    struct conflict conflict;

    if (!check_not_guest(change->caller, fault) ||
        !change_decode(change, &conflict_resolve_fields, true, &resolution, fault) ||
        !conflict_resolve(change, &asked->id, &resolution, &conflict, fault))
        return false;
    return change_reply_fields(change, res, &conflict_fields, &conflict, conflict.version);
}

CHANGE_BY_ID(resolve_conflict, resolve)

struct query {
    struct uuid apartment_id;
    int64_t statuses;
    struct list_page page;
};

// clang-format off
#define AT(member) .offset = offsetof(struct query, member)
static const struct field query_items[] = {
    {.name = "apartment_id", .type = FIELD_UUID, AT(apartment_id)},
    {.name = "status", .type = FIELD_ENUM, .flags = FIELD_COMMA, AT(statuses), .names = conflict_status_names, .max = CONFLICT_GONE},
    {.name = "cursor", .type = FIELD_RAW, AT(page.cursor)},
    {.name = "limit", .type = FIELD_INT, AT(page.limit), .min = 1, .max = LIST_LIMIT_MAX},
};
// clang-format on
static const struct fields query_fields = FIELDS_OF(query_items, struct query);

static enum http_status list_conflicts(struct reading *reading, struct http_response *res)
{
    static const struct list conflicts = {
        .statement = &conflict_list_statement,
        .fields = &conflict_fields,
        .id = offsetof(struct conflict, id),
    };
    const struct api_caller *caller = reading->caller;
    struct query query = {.page.limit = LIST_LIMIT_DEFAULT};
    char names[LIST_NAMES_MAX];

    if (!http_request_query(reading->req, &query_fields, &query, &reading->fault) ||
        !list_page_read(reading->req, caller->actor_text, &query.page, &reading->fault) ||
        !check_not_guest(caller, &reading->fault))
        return read_refuse(reading, res);
    return list_reply(
        reading->req, res, reading->db, &conflicts, &query.page,
        DB_VALUES(db_uuid(&caller->tenant_id),
                  caller->actor == ACTOR_OWNER ? db_uuid(&caller->actor_id) : db_null(),
                  db_uuid(&query.apartment_id),
                  db_text(list_join_names(query.statuses, conflict_status_names, names))));
}

READ_ALL(get_conflicts, list_conflicts)
