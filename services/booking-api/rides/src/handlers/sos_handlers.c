// SPDX-License-Identifier: MIT
/* Calls for help by passengers and drivers, and their answers by staff. */
#include <math.h>

#include "api/change_by_id.h"
#include "api/list.h"
#include "base/auto.h"

#include "handlers/access.h"
#include "handlers/ride_handlers.h"
#include "rides/ride_store.h"
#include "safety/safety_json.h"
#include "safety/safety_ride.h"
#include "safety/sos_store.h"

enum { EVENT_MAX = 1024, ANSWERED_MAX = 8 /* of one request */ };

static bool record(struct change *change, const struct sos *sos, const struct ride *ride,
                   const char *event, struct fault *fault)
{
    AUTO(buf_finish) struct buf json;
    struct slice data;

    buf_init(&json, EVENT_MAX);
    sos_encode_event(sos, ride, &json);
    if (!buf_keep(&json, change->arena, &data, fault))
        return false;
    change_event(change, event, "sos", &sos->id, sos->version, data);
    change_audit(change, event, "sos", &sos->id, sos->version);
    return true;
}

/* Stores a new call, or the newer position of the call made just before. */
static bool save_call(struct change *change, const struct ride *ride, struct sos *sos,
                      struct fault *fault)
{
    const enum safety_side side = safety_side_of(change->caller);
    struct sos recent;

    if (!sos_store_recent(change->tx, &ride->id, side, &recent, fault))
        return false;
    if (uuid_is_nil(&recent.id)) {
        sos->id = uuid_make();
        sos->ride_id = ride->id;
        sos->side = (int)side;
        return sos_store_insert(change->tx, &ride->tenant_id, sos, fault) &&
               record(change, sos, ride, "ride.sos", fault);
    }
    sos->id = recent.id;
    sos->version = recent.version;
    if (isnan(sos->location.lat))
        return true;
    if (!sos_store_place(change->tx, sos, fault))
        return false;
    change_audit(change, "ride.sos", "sos", &sos->id, sos->version);
    return true;
}

static bool call(struct change *change, void *arg, struct http_response *res, struct fault *fault)
{
    const struct asked *asked = arg;
    auto_rows struct db_rows rows = {0};
    const struct json_body *body;
    struct ride ride;
    struct sos sos;

    sos_defaults(&sos);
    if (!http_request_json(change->req, false, &body, fault) ||
        !fields_decode_body(&sos_fields, body, false, &sos, NULL, change->arena, fault) ||
        !safety_ride_lock_for(change, &asked->id, RIDE_SOS, &rows, &ride, fault) ||
        !save_call(change, &ride, &sos, fault) ||
        !http_reply_location(change->req, res, &sos.id, fault))
        return false;
    sos_encode_call(&sos, &res->body);
    http_reply_resource(change->req, res, HTTP_CREATED, sos.version);
    return true;
}

CHANGE_BY_ID(post_sos, call)

static void encode_list(const struct db_rows *rows, struct buf *out)
{
    list_begin(out);
    for (int i = 0; i < rows->count; i++) {
        struct sos sos;

        sos_store_read(rows, i, &sos);
        list_separator(out, (size_t)i);
        fields_encode(&sos_shown_fields, &sos, true, out);
    }
    list_end(out, NULL, SLICE_NONE);
}

static bool answer(struct change *change, void *arg, struct http_response *res, struct fault *fault)
{
    const struct asked *asked = arg;
    auto_rows struct db_rows rows = {0}, answered = {0};
    struct ride ride;

    if (!access_check_staff(change->caller, fault) || !http_request_empty(change->req, fault) ||
        !safety_ride_lock(change, &asked->id, &rows, &ride, fault) ||
        !sos_store_answer(change->tx, &ride.id, change->caller->actor_text, ANSWERED_MAX, &answered,
                          fault))
        return false;
    for (int i = 0; i < answered.count; i++) {
        struct sos sos;

        sos_store_read(&answered, i, &sos);
        if (!record(change, &sos, &ride, "ride.sos_answered", fault))
            return false;
    }
    encode_list(&answered, &res->body);
    http_reply_json(res, HTTP_OK);
    return true;
}

CHANGE_BY_ID(answer_sos, answer)

static const struct list calls = {.statement = &sos_list_statement, .fields = &sos_shown_fields};

enum http_status get_sos(void *data, const struct http_request *req, struct http_response *res)
{
    const struct service *service = ((struct service_data *)data)->service;
    const struct api_caller *caller = api_caller(req);
    auto_rows struct db_rows rows = {0};
    struct fault fault;
    struct ride ride;
    struct uuid id;

    if (!http_request_uuid(req, 0, &id, &fault) || !http_request_query(req, NULL, NULL, &fault) ||
        !access_check_staff(caller, &fault) ||
        !ride_store_find(service->db, &caller->tenant_id, &id, &rows, &ride, &fault))
        return http_reply_fault(req, res, &fault);
    return list_reply_whole(req, res, service->db, &calls,
                            DB_VALUES(db_uuid(&id), db_int(SOS_LIST_MAX)));
}
