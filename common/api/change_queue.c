// SPDX-License-Identifier: MIT
/* The queue of statements that are sent with COMMIT: writes, events, audit rows. */
#include <assert.h>

#include "api/change_private.h"
#include "api/change_store_private.h"
#include "base/auto.h"
#include "base/digest.h"
#include "base/value.h"
#include "http/route.h"
#include "json/fields.h"

enum { EVENT_MAX = 2048 };

static struct change_state *change_state_of(struct change *change)
{
    return (struct change_state *)change;
}

void change_store_reply(struct change *change, struct slice body)
{
    change_state_of(change)->stored = body;
}

void change_queue_statement(struct change_state *state, const struct db_statement *statement,
                            const struct db_value *values, size_t count)
{
    struct db_value *copy = arena_alloc(state->change.arena, (count + 1) * sizeof *values);

    if (copy == NULL) {
        state->arena_full = true;
        return;
    }
    if (count > 0)
        memcpy(copy, values, count * sizeof *values);
    state->calls[state->call_count++] = (struct db_call){statement, copy, count, NULL};
}

bool change_queue_check_limits(const struct change_state *state, struct fault *fault)
{
    if (state->arena_full)
        return arena_fault(fault);
    return !state->overflowed || fault_set(fault, FAULT_INTERNAL, "change_too_large",
                                           "One change tried to queue more than it may");
}

/* Counts one more item of a kind. False if there are already `max`. */
static bool count_queued_item(struct change_state *state, size_t *count, size_t max)
{
    if (*count == max) {
        state->overflowed = true;
        return false;
    }
    ++*count;
    return true;
}

void change_write(struct change *change, const struct db_statement *statement,
                  const struct db_value *values, size_t count)
{
    struct change_state *state = change_state_of(change);

    if (count_queued_item(state, &state->write_count, CHANGE_WRITES_MAX))
        change_queue_statement(state, statement, values, count);
}

void change_event(struct change *change, const char *type, const char *resource,
                  const struct uuid *id, int64_t version, struct slice data)
{
    struct change_state *state = change_state_of(change);
    struct uuid event_id = uuid_make();

    if (change->dry_run || !count_queued_item(state, &state->event_count, CHANGE_EVENTS_MAX))
        return;
    change_queue_statement(state, &change_store_event,
                           DB_VALUES(db_uuid(&event_id), db_str(type),
                                     db_str(state->changes->source), db_str(resource), db_uuid(id),
                                     db_int(version), db_uuid(&change->caller->tenant_id),
                                     db_text(data)));
}

void change_audit(struct change *change, const char *action, const char *resource,
                  const struct uuid *id, int64_t version)
{
    const struct api_caller *caller = change->caller;
    const struct http_request *req = change->req;
    struct change_state *state = change_state_of(change);

    if (change->dry_run || !count_queued_item(state, &state->audit_count, CHANGE_AUDITS_MAX))
        return;
    change_queue_statement(
        state, &change_store_audit,
        DB_VALUES(db_uuid(&caller->tenant_id), db_uuid(&caller->client_id),
                  db_uuid(&caller->key_id), db_text(caller->actor_text),
                  req != NULL ? db_text(req->request_id) : db_null(),
                  db_str(req != NULL ? http_method_name(req->method) : "task"),
                  req != NULL ? db_str(req->route->path) : db_str(state->changes->source),
                  db_str(action), db_str(resource), db_uuid(id), db_int(version)));
}

bool change_record(struct change *change, const char *event, const char *action, const char *noun,
                   const struct uuid *id, int64_t version, const struct fields *table,
                   const void *resource, struct fault *fault)
{
    AUTO(buf_finish) struct buf json = BUF(EVENT_MAX);
    struct slice data;

    fields_encode(table, resource, false, &json);
    if (!buf_keep(&json, change->arena, &data, fault))
        return false;
    change_event(change, event, noun, id, version, data);
    change_audit(change, action, noun, id, version);
    return true;
}

bool change_get_trace(const struct change *change, struct db_value values[CHANGE_TRACES],
                      struct fault *fault)
{
    const struct api_caller *caller = change->caller;
    const struct http_request *req = change->req;
    const struct change_state *state = (const struct change_state *)change;
    const struct slice route =
        req != NULL
            ? arena_printf(change->arena, "%s %s", http_method_name(req->method), req->route->path)
            : arena_printf(change->arena, "task %s", state->changes->source);

    if (route.at == NULL)
        return arena_fault(fault);
    values[0] = db_uuid(&caller->client_id);
    values[1] = db_uuid(&caller->key_id);
    values[2] = db_text(caller->actor_text);
    values[3] = db_text(req != NULL ? req->request_id : SLICE_NONE);
    values[4] = db_text(route);
    return true;
}

bool change_query_traced(struct change *change, const struct db_statement *statement,
                         const struct db_value *values, size_t count, int64_t *number_or_null,
                         struct fault *fault)
{
    struct db_value all[CHANGE_TRACES + CHANGE_TRACED_MAX];
    int64_t number;

    assert(count <= CHANGE_TRACED_MAX);
    if (!change_get_trace(change, all, fault))
        return false;
    memcpy(all + CHANGE_TRACES, values, count * sizeof *values);
    return db_query_number(change->tx, statement, all, CHANGE_TRACES + count,
                           number_or_null != NULL ? number_or_null : &number, fault);
}

void change_after_commit(struct change *change, void (*run)(void *arg), void *arg)
{
    struct change_state *state = change_state_of(change);

    if (count_queued_item(state, &state->after_count, CHANGE_AFTERS_MAX))
        state->afters[state->after_count - 1] = (struct change_callback){run, arg};
}

int64_t change_person_lock_key(const struct change *change, const char *noun, int64_t telegram_id,
                               struct slice phone)
{
    char tenant[UUID_TEXT_LEN + 1];
    struct slice text;

    uuid_format(&change->caller->tenant_id, tenant);
    if (telegram_id != FIELD_ABSENT)
        text = arena_printf(change->arena, "%s:%s:telegram:%lld", noun, tenant,
                            (long long)telegram_id);
    else if (phone.at != NULL)
        text = arena_printf(change->arena, "%s:%s:phone:%.*s", noun, tenant, SLICE_ARG(phone));
    else
        return FIELD_ABSENT;
    /* The shift keeps the key from being FIELD_ABSENT. If the arena is full, the next allocation
     * reports the fault. */
    return text.at == NULL ? 0 : (int64_t)(digest_fast64(text) >> 1);
}

void change_set_lock_values(const struct change *change, const struct uuid *id,
                            unsigned number_kind, unsigned id_kind,
                            struct db_value out[CHANGE_LOCK_VALUES])
{
    const struct api_caller *caller = change->caller;

    out[0] = db_uuid(id);
    out[1] = db_uuid(&caller->tenant_id);
    out[2] = caller->actor == number_kind ? db_int(caller->actor_number) : db_null();
    out[3] = caller->actor == id_kind ? db_uuid(&caller->actor_id) : db_null();
}
