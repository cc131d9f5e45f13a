// SPDX-License-Identifier: MIT
/* Calls for help by passengers and drivers, and their answers by staff. */
#include <math.h>

#include "api/change_by_id.h"

#include "handlers/ride_handlers.h"
#include "rides/ride_change.h"
#include "safety/safety_json.h"

enum { ANSWERED_MAX = 8 /* calls that one request marks as answered */ };

static bool record_sos(struct change *change, struct sos *sos, const struct ride *ride,
                       const char *event, struct fault *fault)
{
    sos->trip_id = ride->trip_id;
    return change_record(change, event, event, "sos", &sos->id, sos->version, &sos_event_fields,
                         sos, fault);
}

/* Stores a new call. If this side called within the last SOS_AGAIN_S seconds, only updates the
 * position of that call. */
static bool insert_or_update_call(struct change *change, const struct ride *ride, struct sos *sos,
                                  struct fault *fault)
{
    const enum safety_side side = safety_side_of(change->caller);
    struct sos recent;

    if (!sos_store_find_recent(change->tx, &ride->id, side, &recent, fault))
        return false;
    if (uuid_is_nil(&recent.id)) {
        sos->id = uuid_make();
        sos->ride_id = ride->id;
        sos->side = (int)side;
        return sos_store_insert(change->tx, &ride->tenant_id, sos, fault) &&
               record_sos(change, sos, ride, "ride.sos", fault);
    }
    sos->id = recent.id;
    sos->version = recent.version;
    if (isnan(sos->location.lat))
        return true;
    if (!sos_store_update_location(change->tx, sos, fault))
        return false;
    change_audit(change, "ride.sos", "sos", &sos->id, sos->version);
    return true;
}

static bool create_call(struct change *change, void *arg, struct http_response *res,
                        struct fault *fault)
{
    const struct asked *asked = arg;
    struct ride ride;
    struct sos sos;

    sos_defaults(&sos);
    if (!change_decode(change, &sos_fields, false, &sos, fault) ||
        !ride_lock_for_action(change, &asked->id, RIDE_SOS, &ride, fault) ||
        !insert_or_update_call(change, &ride, &sos, fault))
        return false;
    sos_encode_reply(&sos, &res->body);
    return change_reply_created(change, res, &sos.id, sos.version, fault);
}

CHANGE_BY_ID(post_sos, create_call)

static bool answer_calls(struct change *change, void *arg, struct http_response *res,
                         struct fault *fault)
{
    const struct asked *asked = arg;
    auto_rows struct db_rows answered = {0};
    struct ride ride;

    if (!api_check_staff(change->caller, fault) || !http_request_empty(change->req, fault) ||
        !ride_store_lock(change, &asked->id, &ride, NULL, fault) ||
        !change_if_match(change, ride.version, fault) ||
        !sos_store_mark_answered(change->tx, &ride.id, change->caller->actor_text, ANSWERED_MAX,
                                 &answered, fault))
        return false;
    list_begin(&res->body);
    for (int i = 0; i < answered.count; i++) {
        struct sos sos;

        sos_store_read(&answered, i, &sos);
        if (!record_sos(change, &sos, &ride, "ride.sos_answered", fault))
            return false;
        list_separator(&res->body, (size_t)i);
        fields_encode(&sos_shown_fields, &sos, true, &res->body);
    }
    list_end(&res->body, NULL, SLICE_NONE);
    return change_reply(change, res, 0);
}

CHANGE_BY_ID(answer_sos, answer_calls)

static enum http_status list_calls(struct reading *reading, struct http_response *res)
{
    static const struct list calls = {.statement = &sos_list_statement,
                                      .fields = &sos_shown_fields};
    struct ride ride;

    if (!api_check_staff(reading->caller, &reading->fault) ||
        !handler_find_visible_ride(reading, &ride))
        return read_refuse(reading, res);
    return list_reply_whole(reading->req, res, reading->db, &calls,
                            DB_VALUES(db_uuid(&reading->id), db_int(SOS_LIST_MAX)));
}

READ_BY_ID(get_sos, list_calls)
