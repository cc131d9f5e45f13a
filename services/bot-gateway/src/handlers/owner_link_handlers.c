// SPDX-License-Identifier: MIT
/* Creates links that bind an owner's chat with the bot to the owner's account. */
#include <stddef.h>

#include "api/change.h"
#include "base/now.h"
#include "base/text.h"

#include "clients/booking_client.h"
#include "handlers/find_bot.h"
#include "handlers/handlers.h"
#include "inbox/webhook_client.h"
#include "owner/owner_json.h"
#include "owner/owner_link.h"

struct wanted {
    struct uuid owner_id;
};
struct made {
    struct slice url; /* absent in a dry run, because the link would be valid */
    int64_t expires_at;
};

// clang-format off
static const struct field wanted_items[] = {
    {.name = "owner_id", .type = FIELD_UUID, .flags = FIELD_REQUIRED, .offset = offsetof(struct wanted, owner_id)},
};
static const struct fields wanted_fields = FIELDS_OF(wanted_items, struct wanted);

static const struct field made_items[] = {
    {.name = "url",        .type = FIELD_TEXT, .offset = offsetof(struct made, url)},
    {.name = "expires_at", .type = FIELD_TIME, .offset = offsetof(struct made, expires_at)},
};
static const struct fields made_fields = FIELDS_OF(made_items, struct made);
// clang-format on

struct asked {
    struct gateway_app *app;
    const struct http_request *req;
    struct bot bot; /* a copy, because the bots may be reloaded during the calls */
    struct owner_record owner;
    bool may;         /* a link may be created */
    struct fault why; /* the reason, if `may` is false */
};

static bool check_bot_can_make_links(const struct bot *bot, struct fault *fault)
{
    return (bot_has_part(bot, BOT_TOKEN) && bot_has_part(bot, BOT_KEY)) ||
           fault_set(fault, FAULT_CONFLICT, "bot_incomplete",
                     "The bot lacks its token or its key.");
}

/* Ensures that the bot's username is known. The row of a new bot has none for some seconds; until
 * then Telegram is asked. */
static bool ensure_username(struct asked *asked, struct arena *arena, struct fault *fault)
{
    if (asked->bot.username[0] != '\0')
        return true;
    const struct slice name = webhook_client_fetch_username(asked->app, &asked->bot, arena);
    if (name.len == 0 || name.len > BOT_USERNAME_MAX || !text_is_url_safe(name))
        return fault_set(fault, FAULT_UNAVAILABLE, "telegram_unavailable",
                         "The username of the bot is unknown.");
    memcpy(asked->bot.username, name.at, name.len);
    return true;
}

static bool get_owner_from_booking_api(const struct asked *asked, const struct uuid *owner_id,
                                       struct arena *arena, struct service_answer *answer,
                                       struct fault *fault)
{
    char id[UUID_TEXT_LEN + 1];

    uuid_format(owner_id, id);
    const struct service_call request = {.method = "GET",
                                         .path = arena_printf(arena, "/v1/owners/%s", id),
                                         .actor = SERVICE_AS_STAFF};
    const struct booking_call made = {.call = &request,
                                      .key = asked->bot.key,
                                      .user_id = FIELD_ABSENT,
                                      .name = arena_printf(arena, "owner-link:%s", id),
                                      .req = asked->req};
    const struct booking_client client = {asked->app->turns_http, asked->app->config->booking_url};

    if (request.path.at == NULL || made.name.at == NULL)
        return arena_fault(fault);
    return booking_client_call(&client, &made, arena, answer, fault);
}

/* Reads the owner from booking-api. Fails if the bot's tenant has no such owner, or if a chat is
 * bound to the owner already. */
static bool read_unbound_owner(const struct asked *asked, const struct uuid *owner_id,
                               struct arena *arena, struct owner_record *out, struct fault *fault)
{
    struct service_answer answer;

    if (!get_owner_from_booking_api(asked, owner_id, arena, &answer, fault)) {
        fault->code = "booking_failed"; /* one code for clients, whatever the reason */
        return false;
    }
    if (answer.status == 404)
        return fault_set_field(fault, arena, "owner_id", "unknown_owner",
                               "There is no such owner.");
    if (answer.status != 200 || !owner_read_record(answer.body, arena, out, fault))
        return fault_set(fault, FAULT_UNAVAILABLE, "booking_failed", "booking-api answered %ld.",
                         answer.status);
    return out->telegram_id == FIELD_ABSENT ||
           fault_set(fault, FAULT_CONFLICT, "already_bound",
                     "Another account is bound; clear the owner's telegram_id first.");
}

static bool make_link_unless_dry_run(const struct change *change, const struct asked *asked,
                                     struct made *out, struct fault *fault)
{
    const int64_t now_s = change->now_us / US_PER_S;
    const struct owner_link link = {.owner = asked->owner.id,
                                    .version = asked->owner.version,
                                    .ends_at = (now_s + OWNER_LINK_S) * US_PER_S};
    char payload[OWNER_LINK_MAX + 1];
    uint8_t key[BUTTON_KEY_LEN];

    *out = (struct made){.expires_at = link.ends_at};
    if (change->dry_run)
        return true;
    button_derive_key(slice_of(asked->bot.token), key);
    owner_link_write(&link, key, payload);
    out->url =
        arena_printf(change->arena, "https://t.me/%s?start=%s", asked->bot.username, payload);
    return out->url.at != NULL || arena_fault(fault);
}

static bool create_owner_link(struct change *change, void *arg, struct http_response *res,
                              struct fault *fault)
{
    const struct asked *asked = arg;
    struct wanted wanted;
    struct made made;

    if (!http_request_decode(change->req, &wanted_fields, false, &wanted, NULL, fault))
        return false;
    if (!asked->may) {
        *fault = asked->why;
        return false;
    }
    if (!make_link_unless_dry_run(change, asked, &made, fault) ||
        !http_reply_location(change->req, res, &asked->owner.id, fault))
        return false;
    change_audit(change, "owner_link.create", "owner", &asked->owner.id, asked->owner.version);
    fields_encode(&made_fields, &made, false, &res->body);
    http_reply_json(res, HTTP_CREATED);
    return true;
}

/* Creates a link. Other services are called before the change, so that no transaction waits for
 * them. Their failures are reported inside the change, so that a request with a repeated
 * Idempotency-Key gets the stored answer. */
enum http_status post_owner_link(void *data, const struct http_request *req,
                                 struct http_response *res)
{
    struct asked asked = {.app = data, .req = req};
    struct wanted wanted;
    struct fault fault;

    if (!find_bot_of_path(asked.app, req, &asked.bot, &fault))
        return http_reply_fault(req, res, &fault);
    asked.may = http_request_decode(req, &wanted_fields, false, &wanted, NULL, &asked.why) &&
                check_bot_can_make_links(&asked.bot, &asked.why) &&
                ensure_username(&asked, req->arena, &asked.why) &&
                read_unbound_owner(&asked, &wanted.owner_id, req->arena, &asked.owner, &asked.why);
    return api_change(asked.app->service->changes, req, res, create_owner_link, &asked);
}
