// SPDX-License-Identifier: MIT
#include "api/change.h"

#include "note.h"

#define AT(member) .offset = offsetof(struct note, member)

// clang-format off
static const struct field items[] = {
    {.name = "id",      .type = FIELD_UUID, .flags = FIELD_READ_ONLY, AT(id)},
    {.name = "text",    .type = FIELD_TEXT, .flags = FIELD_REQUIRED,  AT(text), .min = 1, .max = 200},
    {.name = "version", .type = FIELD_INT,  .flags = FIELD_READ_ONLY, AT(version)},
};
// clang-format on
static const struct fields fields = FIELDS_OF(items, struct note);

/* Row, event, audit row and stored reply are committed together, or none of them is. */
static bool create(struct change *change, void *arg, struct http_response *res, struct fault *fault)
{
    struct note note = {.id = uuid_make(), .version = 1};

    (void)arg;
    if (!http_request_decode(change->req, &fields, false, &note, NULL, fault) ||
        !note_store_insert(change->tx, &change->caller->tenant_id, &note, fault) ||
        !change_record(change, "note.created", "note.create", "note", &note.id, note.version,
                       &fields, &note, fault))
        return false;
    fields_encode(&fields, &note, false, &res->body);
    http_reply_resource(change->req, res, HTTP_CREATED, note.version);
    return http_reply_location(change->req, res, &note.id, fault);
}

enum http_status post_note(void *data, const struct http_request *req, struct http_response *res)
{
    struct service_data *app = data;

    return api_change(app->service->changes, req, res, create, NULL);
}

enum http_status get_note(void *data, const struct http_request *req, struct http_response *res)
{
    struct service_data *app = data;
    struct note note;
    struct uuid id;
    struct fault fault;

    if (!http_request_uuid(req, 0, &id, &fault) || !http_request_query(req, NULL, NULL, &fault) ||
        !note_store_find(app->service->db, &api_caller(req)->tenant_id, &id, req->arena, &note,
                         &fault))
        return http_reply_fault(req, res, &fault);
    fields_encode(&fields, &note, false, &res->body);
    return http_reply_resource(req, res, HTTP_OK, note.version);
}
