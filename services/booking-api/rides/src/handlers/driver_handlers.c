// SPDX-License-Identifier: MIT
/* Routes of drivers. Staff see all drivers of their tenant, a driver only the own record,
 * passengers none. A change of documents or status requires the scope ride:admin. */
#include <stddef.h>

#include "api/change_by_id.h"

#include "drivers/drivers_json.h"
#include "handlers/ride_handlers.h"
#include "rides.h"
#include "rides/ride_change.h"

bool handler_check_driver_access(const struct api_caller *caller, const struct uuid *driver_id,
                                 struct fault *fault)
{
    if (api_caller_is_staff(caller) ||
        (caller->actor == RIDE_ACTOR_DRIVER && uuid_equal(&caller->actor_id, driver_id)))
        return true;
    return fault_set(fault, FAULT_NOT_FOUND, "not_found", "There is no such driver.");
}

bool handler_check_rides_actor(const struct api_caller *caller, struct fault *fault)
{
    return caller->actor == RIDE_ACTOR_GUEST || caller->actor == RIDE_ACTOR_DRIVER ||
           api_check_staff(caller, fault);
}

static bool set_papers_from_documents(struct change *change, struct driver *driver,
                                      struct fault *fault)
{
    driver->papers_until =
        driver_documents_valid_until(driver->documents.items, driver->documents.count);
    return driver_encode_documents(driver, change->arena, &driver->papers, fault);
}

static bool create_driver(struct change *change, void *arg, struct http_response *res,
                          struct fault *fault)
{
    struct driver driver = {.telegram_id = FIELD_ABSENT, .language = LANGUAGE_RU};

    (void)arg;
    if (!api_check_staff(change->caller, fault) ||
        !http_request_decode(change->req, &driver_fields, false, &driver, NULL, fault) ||
        !set_papers_from_documents(change, &driver, fault))
        return false;
    driver.id = uuid_make();
    driver.tenant_id = change->caller->tenant_id;
    if (!driver_store_write(change->tx, &driver, fault))
        return false;
    change_audit(change, "driver.create", "driver", &driver.id, driver.version);
    driver_encode(&driver, change->caller, &res->body);
    return change_reply_created(change, res, &driver.id, driver.version, fault);
}

CHANGE_BY_BODY(post_driver, create_driver)

static uint64_t bit_of_driver_field(const char *name)
{
    for (size_t i = 0; i < driver_fields.count; i++)
        if (strcmp(driver_fields.items[i].name, name) == 0)
            return UINT64_C(1) << i;
    return 0;
}

/* Drivers may change only their own contact data. */
static bool check_may_change_fields(const struct api_caller *caller, const struct fields_seen *seen,
                                    struct fault *fault)
{
    const uint64_t given = seen->set | seen->null;
    const bool documents = (given & bit_of_driver_field("documents")) != 0;

    if (documents && (caller->scopes & SCOPE_RIDE_ADMIN) == 0)
        return fault_set(fault, FAULT_FORBIDDEN, "forbidden", "Documents need ride:admin.");
    if ((documents || (given & bit_of_driver_field("name")) != 0) && !api_caller_is_staff(caller))
        return fault_set(fault, FAULT_FORBIDDEN, "forbidden",
                         "Staff change a driver's name and documents.");
    return true;
}

static bool update_driver(struct change *change, void *arg, struct http_response *res,
                          struct fault *fault)
{
    const struct uuid *id = &((const struct asked *)arg)->id;
    struct fields_seen seen;
    struct driver driver;

    if (!handler_check_driver_access(change->caller, id, fault) ||
        !driver_store_lock(change, id, &driver, fault) ||
        !change_if_match(change, driver.version, fault) ||
        !http_request_decode(change->req, &driver_fields, true, &driver, &seen, fault) ||
        !check_may_change_fields(change->caller, &seen, fault) ||
        ((seen.set & bit_of_driver_field("documents")) != 0 &&
         !set_papers_from_documents(change, &driver, fault)) ||
        !driver_store_write(change->tx, &driver, fault))
        return false;
    change_audit(change, "driver.update", "driver", &driver.id, driver.version);
    driver_encode(&driver, change->caller, &res->body);
    return change_reply(change, res, driver.version);
}

CHANGE_BY_ID(patch_driver, update_driver)

static bool run_driver_action(struct change *change, void *arg, struct http_response *res,
                              struct fault *fault)
{
    const struct asked *asked = arg;
    const struct api_caller *caller = change->caller;
    struct driver driver;
    int to;

    if (!api_check_staff(caller, fault) || !http_request_empty(change->req, fault) ||
        !driver_store_lock(change, &asked->id, &driver, fault))
        return false;
    /* A repeated action has no further effect, even with an old If-Match. */
    if (!driver_action_is_repeated(&driver, (enum driver_action)asked->action,
                                   caller->actor_text)) {
        if (!change_if_match(change, driver.version, fault) ||
            !transition_check(&driver_machine, driver_state(&driver), asked->action,
                              transition_actor(caller), &to, fault))
            return false;
        driver.status = to;
        driver.changed_by = caller->actor_text;
        if (!driver_store_write(change->tx, &driver, fault))
            return false;
        change_audit(change, driver_machine.actions[asked->action].audit, "driver", &driver.id,
                     driver.version);
    }
    driver_encode(&driver, caller, &res->body);
    return change_reply(change, res, driver.version);
}

CHANGE_BY_ACTION(activate_driver, run_driver_action, DRIVER_ACTIVATE)
CHANGE_BY_ACTION(suspend_driver, run_driver_action, DRIVER_SUSPEND)
CHANGE_BY_ACTION(block_driver, run_driver_action, DRIVER_BLOCK)

static bool erase_driver(struct change *change, void *arg, struct http_response *res,
                         struct fault *fault)
{
    const struct asked *asked = arg;

    return api_check_staff(change->caller, fault) && driver_erase(change, &asked->id, fault) &&
           change_reply_deleted(change, res, &asked->id);
}

CHANGE_BY_ID(delete_driver, erase_driver)

static enum http_status show_driver(struct reading *reading, struct http_response *res)
{
    const struct api_caller *caller = reading->caller;
    struct driver driver;

    if (!handler_check_driver_access(caller, &reading->id, &reading->fault) ||
        !driver_store_find(reading->db, &caller->tenant_id, &reading->id, reading->req->arena,
                           &driver, &reading->fault))
        return read_refuse(reading, res);
    driver_encode(&driver, caller, &res->body);
    return read_reply(reading, res, driver.version);
}

READ_BY_ID(get_driver, show_driver)

struct query {
    int64_t telegram_id;
    int status;            /* -1: any */
    struct uuid fits_ride; /* nil: any */
    struct list_page page;
};

// clang-format off
#define AT(member) .offset = offsetof(struct query, member)
static const struct field query_items[] = {
    {.name = "telegram_id", .type = FIELD_INT, AT(telegram_id), .min = 1, .max = RIDE_GUEST_MAX},
    {.name = "status", .type = FIELD_ENUM, AT(status), .names = driver_status_names},
    {.name = "fits_ride", .type = FIELD_UUID, AT(fits_ride)},
    {.name = "cursor", .type = FIELD_RAW, AT(page.cursor)},
    {.name = "limit", .type = FIELD_INT, AT(page.limit), .min = 1, .max = LIST_LIMIT_MAX},
};
// clang-format on
static const struct fields query_fields = FIELDS_OF(query_items, struct query);

static void encode_item(const struct db_rows *rows, int row, const void *data, struct buf *out,
                        struct list_cursor *cursor)
{
    struct driver driver;

    driver_store_read(rows, row, &driver);
    driver_encode(&driver, data, out);
    cursor->id = driver.id;
}

static enum http_status list_drivers(struct reading *reading, struct http_response *res)
{
    static const struct list drivers = {.statement = &driver_list_statement, .item = encode_item};
    const struct api_caller *caller = reading->caller;
    struct query query = {
        .telegram_id = FIELD_ABSENT, .status = -1, .page.limit = LIST_LIMIT_DEFAULT};
    const bool is_driver = caller->actor == RIDE_ACTOR_DRIVER;

    if (!http_request_query(reading->req, &query_fields, &query, &reading->fault) ||
        !list_page_read(reading->req, SLICE("drivers"), &query.page, &reading->fault) ||
        (!is_driver && !api_check_staff(caller, &reading->fault)))
        return read_refuse(reading, res);
    return list_reply(reading->req, res, reading->db, &drivers, &query.page,
                      DB_VALUES(db_uuid(&caller->tenant_id),
                                is_driver ? db_uuid(&caller->actor_id) : db_null(),
                                db_int(query.telegram_id),
                                db_str(query.status < 0 ? NULL : driver_status_names[query.status]),
                                db_uuid(&query.fits_ride)));
}

READ_ALL(get_drivers, list_drivers)

bool rides_check_driver_exists(void *data, const struct api_caller *caller, struct fault *fault)
{
    const struct service *service = ((struct service_data *)data)->service;

    return driver_store_check_exists(service->db, &caller->tenant_id, &caller->actor_id, fault) ||
           (fault->kind == FAULT_NOT_FOUND &&
            fault_set(fault, FAULT_INVALID, "bad_actor", "There is no such driver."));
}
