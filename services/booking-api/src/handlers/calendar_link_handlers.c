// SPDX-License-Identifier: MIT
/* Links of calendars for other channels, and the calendars themselves. Only staff and the
 * apartment's owner may use links; a calendar is open for everyone who has its address. The answer
 * with the address is not stored for an Idempotency-Key, so a repeated request creates another
 * link. */
#include <stddef.h>

#include "api/change_by_id.h"
#include "api/read_by_id.h"
#include "base/log.h"

#include "access.h"
#include "apartments/apartment.h"
#include "app.h"
#include "channels/channels_json.h"
#include "handlers/handlers.h"

static bool check_no_guest(const struct api_caller *caller, struct fault *fault)
{
    return caller->actor != ACTOR_GUEST ||
           fault_set(fault, FAULT_FORBIDDEN, "forbidden", "Guests may not use calendar links.");
}

static bool check_access_and_lock_apartment(struct change *change, const struct uuid *id,
                                            struct apartment *apartment, struct fault *fault)
{
    return check_no_guest(change->caller, fault) &&
           apartment_store_lock(change, id, apartment, fault) &&
           apartment_check_visible(change->caller, apartment, fault);
}

/* --- links --- */

/* The address outside; without BOOKING_PUBLIC_URL that of this process. */
static struct slice make_url(const struct booking_app *app, struct slice token, struct arena *arena)
{
    const struct booking_config *config = app->config;

    if (config->public_url[0] != '\0')
        return arena_printf(arena, "%s" CALENDAR_LINK_PATH "%.*s.ics", config->public_url,
                            SLICE_ARG(token));
    return arena_printf(arena, "http://%s:%d" CALENDAR_LINK_PATH "%.*s.ics",
                        config->common.http_address, (int)config->common.http_port,
                        SLICE_ARG(token));
}

static bool make_address(const struct booking_app *app, struct calendar_link *link,
                         struct arena *arena, struct fault *fault)
{
    uint8_t secret[CALENDAR_TOKEN_BYTES];
    char token[CALENDAR_TOKEN_LEN + 3];

    digest_random(secret, sizeof secret);
    digest_base64_encode(DIGEST_BASE64_URL, (struct slice){(const char *)secret, sizeof secret},
                         token);
    if (!arena_keep(arena, slice_of(token), &link->token, fault))
        return false;
    link->url = make_url(app, link->token, arena);
    return link->url.at != NULL || arena_fault(fault);
}

static bool create_link(struct change *change, void *arg, struct http_response *res,
                        struct fault *fault)
{
    const struct asked *asked = arg;
    struct apartment apartment;
    struct calendar_link link = {
        .channel = CHANNEL_OTHER, .last_read_at = FIELD_ABSENT, .closed_at = FIELD_ABSENT};

    if (!check_access_and_lock_apartment(change, &asked->id, &apartment, fault) ||
        !change_decode(change, &calendar_link_fields, false, &link, fault) ||
        !make_address(asked->app, &link, change->arena, fault))
        return false;
    link.id = uuid_make();
    link.tenant_id = apartment.tenant_id;
    link.apartment_id = apartment.id;
    if (!calendar_link_store_insert(change->tx, &link, fault))
        return false;
    change_audit(change, "calendar_link.create", "calendar_link", &link.id, link.version);
    fields_encode(&calendar_link_shown_fields, &link, false, &res->body);
    return change_reply_created(change, res, &link.id, 0, fault);
}

CHANGE_BY_ID(post_calendar_link, create_link)

static bool end_link(struct change *change, void *arg, struct http_response *res,
                     struct fault *fault)
{
    const struct asked *asked = arg;
    struct apartment apartment;
    struct uuid link_id;
    int64_t version;

    if (!http_request_uuid(change->req, 1, &link_id, fault) ||
        !check_access_and_lock_apartment(change, &asked->id, &apartment, fault) ||
        !calendar_link_store_end(change->tx, &apartment.id, &link_id, &version, fault))
        return false;
    change_audit(change, "calendar_link.delete", "calendar_link", &link_id, version);
    return change_reply_deleted(change, res, &link_id);
}

CHANGE_BY_ID(delete_calendar_link, end_link)

static bool close_by_hand(struct change *change, void *arg, struct http_response *res,
                          struct fault *fault)
{
    const struct asked *asked = arg;
    struct calendar_link_closed closed = {.as_of = FIELD_ABSENT};
    struct apartment apartment;
    struct calendar_link link;
    struct uuid link_id;

    if (!http_request_uuid(change->req, 1, &link_id, fault) ||
        !check_access_and_lock_apartment(change, &asked->id, &apartment, fault) ||
        !change_decode(change, &calendar_link_closed_fields, false, &closed, fault) ||
        !calendar_link_store_close(change->tx, &apartment.id, &link_id, closed.as_of, change->arena,
                                   &link, fault))
        return false;
    change_audit(change, "calendar_link.close", "calendar_link", &link.id, link.version);
    return change_reply_fields(change, res, &calendar_link_shown_fields, &link, 0);
}

CHANGE_BY_ID(close_calendar_link, close_by_hand)

static enum http_status list_links(struct reading *reading, struct http_response *res)
{
    static const struct list links = {
        .statement = &calendar_link_list_statement,
        .fields = &calendar_link_shown_fields,
        .id = offsetof(struct calendar_link, id),
    };
    const struct slice name = {(const char *)reading->id.bytes, sizeof reading->id};
    struct apartment apartment;

    if (!list_page_read(reading->req, name, &reading->page, &reading->fault) ||
        !check_no_guest(reading->caller, &reading->fault) ||
        !apartment_store_find(reading->db, &reading->caller->tenant_id, &reading->id,
                              reading->req->arena, &apartment, &reading->fault) ||
        !apartment_check_visible(reading->caller, &apartment, &reading->fault))
        return read_refuse(reading, res);
    return list_reply(reading->req, res, reading->db, &links, &reading->page,
                      DB_VALUES(db_uuid(&reading->id)));
}

READ_PAGE_BY_ID(get_calendar_links, list_links, LIST_LIMIT_DEFAULT)

/* --- the calendar --- */

static bool find_calendar(struct service *service, const struct http_request *req,
                          struct calendar_export *calendar, struct fault *fault)
{
    const struct slice token = calendar_link_token_of_file(req->params[0]);

    if (token.len == 0)
        return fault_set(fault, FAULT_NOT_FOUND, "not_found", "There is no such calendar.");
    return calendar_link_store_find(service->db, token, req->arena, calendar, fault);
}

/* A calendar is sent even if the time of the reading cannot be stored. */
static void store_reading(struct service *service, const struct calendar_export *calendar)
{
    struct fault fault;

    if (!calendar->was_read_lately &&
        !calendar_link_store_touch(service->pool, &calendar->link_id, &fault))
        log_fault(LOG_WARN, "calendar_reading_not_stored", &fault, SLICE_NONE);
}

enum http_status get_exported_calendar(void *data, const struct http_request *req,
                                       struct http_response *res)
{
    struct service *service = ((struct service_data *)data)->service;
    struct calendar_export calendar;
    struct fault fault;

    http_reply_header(res, "Cache-Control", SLICE("no-store"));
    if (!http_request_query(req, NULL, NULL, &fault) ||
        !find_calendar(service, req, &calendar, &fault))
        return http_reply_fault(req, res, &fault);
    ical_write_begin(&res->body, calendar.title);
    for (size_t i = 0; i < calendar.count; i++)
        ical_write_entry(&res->body, &calendar.entries[i]);
    ical_write_end(&res->body);
    store_reading(service, &calendar);
    const enum http_status status = http_reply_resource(req, res, HTTP_OK, 1);
    if (status == HTTP_OK)
        res->content_type = "text/calendar; charset=utf-8";
    return status;
}
