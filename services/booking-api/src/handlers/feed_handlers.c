// SPDX-License-Identifier: MIT
/* Routes of feeds: calendars of other channels. Staff and the apartment's owner; guests: 403. */
#include <stddef.h>

#include "api/change_by_id.h"
#include "api/read_by_id.h"
#include "base/auto.h"
#include "http/client.h"

#include "access.h"
#include "app.h"
#include "channels/calendar_link.h"
#include "channels/channels_json.h"
#include "channels/feed_client.h"
#include "channels/feed_reader.h"
#include "handlers/handlers.h"

enum { FEED_ID = 1 }; /* the path's second parameter */

static bool check_not_guest(const struct api_caller *caller, struct fault *fault)
{
    return caller->actor != ACTOR_GUEST ||
           fault_set(fault, FAULT_FORBIDDEN, "forbidden", "Guests may not use feeds.");
}

/* --- changes --- */

static bool lock_apartment(struct change *change, const struct uuid *id,
                           struct apartment *apartment, struct fault *fault)
{
    return check_not_guest(change->caller, fault) &&
           apartment_store_lock(change, id, apartment, fault) &&
           apartment_check_visible(change->caller, apartment, fault);
}

/* Locks the apartment and the feed of the path. */
static bool lock_feed(struct change *change, const struct asked *asked, struct apartment *apartment,
                      struct feed *feed, struct fault *fault)
{
    struct uuid feed_id;

    return http_request_uuid(change->req, FEED_ID, &feed_id, fault) &&
           lock_apartment(change, &asked->id, apartment, fault) &&
           feed_store_lock(change->tx, &apartment->id, &feed_id, change->arena, feed, fault);
}

/* Refuses the address of one of our calendars: its events have our UIDs, so it would hold nothing.
 * A host may have several names, so a token that we have made proves it, too. */
static bool check_not_ours(struct change *change, const struct booking_app *app, struct slice text,
                           const struct http_url *url, struct fault *fault)
{
    const struct slice begin =
        arena_printf(change->arena, "%s" CALENDAR_LINK_PATH, app->config->public_url);
    const struct slice token = calendar_link_token_of_path(url->path);
    bool ours;

    if (begin.at == NULL)
        return arena_fault(fault);
    ours = app->config->public_url[0] != '\0' && slice_starts(text, begin);
    if (!ours && token.at != NULL && !calendar_link_store_knows(change->tx, token, &ours, fault))
        return false;
    return !ours || fault_set(fault, FAULT_INVALID, "own_calendar",
                              "This is one of our calendars: give the address of the channel's.");
}

/* Checks the address, and sets `host`. The addresses of its name are checked at each read. */
static bool check_url(struct change *change, const struct booking_app *app, struct feed *feed,
                      struct fault *fault)
{
    const struct feed_client client = feed_client_of(app->service);
    const struct slice text = arena_copy(change->arena, feed->url);
    static const char field[] = "url";
    struct fault_list problems;
    struct http_url url;

    if (text.at == NULL)
        return arena_fault(fault);
    if (http_url_parse(text.at, change->arena, &url, fault) &&
        check_not_ours(change, app, feed->url, &url, fault) &&
        deliver_url_check(&client.hosts, feed->url, change->arena, fault)) {
        feed->host = url.host;
        return true;
    }
    if (fault->kind != FAULT_INVALID)
        return false;
    fault_list_init(&problems, change->arena);
    fault_list_add(&problems, field, fault->code, "%s", fault->detail);
    return fault_list_ok(&problems, fault);
}

/* Reads the feed as it is stored, and encodes it. */
static bool encode_stored(struct change *change, struct feed *feed, struct http_response *res,
                          struct fault *fault)
{
    const struct uuid apartment_id = feed->apartment_id, id = feed->id;

    if (!feed_store_find(change->tx, &apartment_id, &id, change->arena, feed, fault) ||
        !feed_store_read_next_stays(change->tx, feed, change->arena, fault))
        return false;
    fields_encode(&feed_shown_fields, feed, false, &res->body);
    return true;
}

static bool create_feed(struct change *change, void *arg, struct http_response *res,
                        struct fault *fault)
{
    const struct asked *asked = arg;
    const struct booking_app *app = asked->app;
    struct feed feed = {.id = uuid_make(), .channel = CHANNEL_OTHER};
    struct apartment apartment;

    if (!lock_apartment(change, &asked->id, &apartment, fault) ||
        !http_request_decode(change->req, &feed_fields, false, &feed, NULL, fault) ||
        !check_url(change, app, &feed, fault))
        return false;
    feed.tenant_id = apartment.tenant_id;
    feed.apartment_id = apartment.id;
    if (!feed_store_insert(change->tx, &feed, feed_settings_of(app->config).stale_s, fault) ||
        !encode_stored(change, &feed, res, fault))
        return false;
    change_audit(change, "feed.create", "feed", &feed.id, feed.version);
    return change_reply_created(change, res, &feed.id, feed.version, fault);
}

CHANGE_BY_ID(post_feed, create_feed)

static bool update_feed(struct change *change, void *arg, struct http_response *res,
                        struct fault *fault)
{
    const struct asked *asked = arg;
    struct apartment apartment;
    struct feed before, feed;

    if (!lock_feed(change, asked, &apartment, &before, fault) ||
        !change_if_match(change, before.version, fault))
        return false;
    feed = before;
    if (!http_request_decode(change->req, &feed_fields, true, &feed, NULL, fault) ||
        (!slice_equal(feed.url, before.url) && !check_url(change, asked->app, &feed, fault)))
        return false;
    const bool is_new =
        !slice_equal(feed.url, before.url) || feed.ends_inclusive != before.ends_inclusive;

    if (!feed_store_update(change->tx, &feed, is_new, fault) ||
        (feed.channel != before.channel &&
         !feed_settle(change, &apartment.id, apartment.local_day, fault)) ||
        !encode_stored(change, &feed, res, fault))
        return false;
    change_audit(change, "feed.update", "feed", &feed.id, feed.version);
    return change_reply(change, res, feed.version);
}

CHANGE_BY_ID(patch_feed, update_feed)

static bool remove_feed(struct change *change, void *arg, struct http_response *res,
                        struct fault *fault)
{
    struct apartment apartment;
    struct feed feed;

    if (!lock_feed(change, arg, &apartment, &feed, fault) ||
        !change_if_match(change, feed.version, fault) ||
        !feed_store_delete(change->tx, &feed, fault) ||
        !feed_settle(change, &apartment.id, apartment.local_day, fault))
        return false;
    change_audit(change, "feed.delete", "feed", &feed.id, feed.version + 1);
    return change_reply_deleted(change, res, &feed.id);
}

CHANGE_BY_ID(delete_feed, remove_feed)

static bool accept_said(struct change *change, void *arg, struct http_response *res,
                        struct fault *fault)
{
    const struct asked *asked = arg;
    const struct feed_settings settings =
        feed_settings_of(((const struct booking_app *)asked->app)->config);
    struct apartment apartment;
    struct feed feed;

    if (!change_decode(change, NULL, false, NULL, fault) ||
        !lock_feed(change, asked, &apartment, &feed, fault) ||
        (feed.verdict != FEED_OK && !change_if_match(change, feed.version, fault)) ||
        !feed_accept_said(change, &settings, &feed, fault) ||
        !feed_store_read_next_stays(change->tx, &feed, change->arena, fault))
        return false;
    return change_reply_fields(change, res, &feed_shown_fields, &feed, feed.version);
}

CHANGE_BY_ID(accept_feed, accept_said)

/* --- a requested read: the call is made before the change --- */

struct requested_read {
    const struct booking_app *app;
    const struct feed *feed;
    const struct feed_fetched *fetched;
};

static bool apply_requested(struct change *change, void *arg, struct http_response *res,
                            struct fault *fault)
{
    const struct requested_read *read = arg;
    const struct feed_settings settings = feed_settings_of(read->app->config);
    struct feed feed;

    if (!change_decode(change, NULL, false, NULL, fault) ||
        !feed_apply(change, &settings, read->feed, read->fetched, &feed, fault) ||
        !feed_store_read_next_stays(change->tx, &feed, change->arena, fault))
        return false;
    return change_reply_fields(change, res, &feed_shown_fields, &feed, feed.version);
}

/* Finds the feed of the path, if the caller may read it now. */
static bool find_requested(struct reading *reading, struct arena *arena, struct feed *feed)
{
    const struct booking_app *app = reading->app;
    struct fault *fault = &reading->fault;
    struct apartment apartment;
    struct uuid feed_id;
    bool allowed = true;

    if (!http_request_uuid(reading->req, 0, &reading->id, fault) ||
        !http_request_uuid(reading->req, FEED_ID, &feed_id, fault) ||
        !check_not_guest(reading->caller, fault) ||
        !apartment_store_find(reading->db, &reading->caller->tenant_id, &reading->id,
                              reading->req->arena, &apartment, fault) ||
        !apartment_check_visible(reading->caller, &apartment, fault) ||
        !feed_store_find(reading->db, &reading->id, &feed_id, arena, feed, fault) ||
        (!reading->caller->test_key &&
         !feed_store_count_asked(app->service->pool, &feed_id, &allowed, fault)))
        return false;
    if (allowed)
        return true;
    fault_set(fault, FAULT_RATE_LIMITED, "rate_limited",
              "A feed is read at most %d times a minute.", FEED_ASKED_PER_MINUTE);
    fault->retry_after_s = 60;
    return false;
}

static enum http_status read_now(struct reading *reading, struct http_response *res)
{
    AUTO(arena_finish) struct arena arena = ARENA(FEED_ARENA_MAX);
    const struct booking_app *app = reading->app;
    const struct feed_client client = feed_client_of(app->service);
    struct feed_fetched fetched;
    struct feed feed;

    if (!find_requested(reading, &arena, &feed) ||
        !feed_client_fetch(&client, &feed, FEED_ASKED_CALL_MS, &arena, &fetched, &reading->fault))
        return read_refuse(reading, res);
    struct requested_read read = {app, &feed, &fetched};

    return api_change(app->service->changes, reading->req, res, apply_requested, &read);
}

READ_ALL(read_feed, read_now)

/* --- reading --- */

static bool find_visible_apartment(struct reading *reading)
{
    struct apartment apartment;

    return check_not_guest(reading->caller, &reading->fault) &&
           apartment_store_find(reading->db, &reading->caller->tenant_id, &reading->id,
                                reading->req->arena, &apartment, &reading->fault) &&
           apartment_check_visible(reading->caller, &apartment, &reading->fault);
}

static enum http_status show_feed(struct reading *reading, struct http_response *res)
{
    struct uuid feed_id;
    struct feed feed;

    if (!http_request_uuid(reading->req, FEED_ID, &feed_id, &reading->fault) ||
        !find_visible_apartment(reading) ||
        !feed_store_find(reading->db, &reading->id, &feed_id, reading->req->arena, &feed,
                         &reading->fault) ||
        !feed_store_read_next_stays(reading->db, &feed, reading->req->arena, &reading->fault))
        return read_refuse(reading, res);
    fields_encode(&feed_shown_fields, &feed, false, &res->body);
    return read_reply(reading, res, feed.version);
}

READ_BY_ID(get_feed, show_feed)

static enum http_status list_feeds(struct reading *reading, struct http_response *res)
{
    static const struct list feeds = {
        .statement = &feed_list_statement,
        .fields = &feed_shown_fields,
        .id = offsetof(struct feed, id),
    };
    const struct slice name = {(const char *)reading->id.bytes, sizeof reading->id};

    if (!list_page_read(reading->req, name, &reading->page, &reading->fault) ||
        !find_visible_apartment(reading))
        return read_refuse(reading, res);
    return list_reply(reading->req, res, reading->db, &feeds, &reading->page,
                      DB_VALUES(db_uuid(&reading->id)));
}

READ_PAGE_BY_ID(get_feeds, list_feeds, LIST_LIMIT_DEFAULT)
