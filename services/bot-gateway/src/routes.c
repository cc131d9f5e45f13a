// SPDX-License-Identifier: MIT
/* Every route of bot-gateway. Start reading here: the handlers of a noun are in
 * handlers/<noun>_handlers.c. */
#include "routes.h"

#include "api/service.h"

#include "access.h"
#include "handlers/handlers.h"
#include "inbox/update.h"
#include "inbox/webhook_client.h"

// clang-format off
#define ROUTE(method_, path_, scope_, handler_, flags_)                                            \
    {.method = (method_), .path = (path_), .scope = (scope_), .handler = (handler_), .flags = (flags_)}

enum { ACTION = HTTP_ROUTE_ACTION };

/* Columns: method, path, who may call, handler, flags. */
const struct http_route gateway_routes[] = {
    SERVICE_ROUTES,

    /* Calls of Telegram are authenticated by a secret instead of a key, and may have any body. */
    {.method = HTTP_POST, .path = "/telegram/:bot", .handler = post_update, .guard = may_post_update,
     .flags = HTTP_ROUTE_ANY_TYPE | HTTP_ROUTE_ACTION | HTTP_ROUTE_READS | HTTP_ROUTE_CUT,
     .body_max = UPDATE_BODY_MAX, .deadline_ms = UPDATE_DEADLINE_MS},

    ROUTE(HTTP_GET,  "/v1/bots",                SCOPE_BOT_READ, get_bots,            0),
    /* Its answer is a secret, which must not be stored for an Idempotency-Key. */
    ROUTE(HTTP_POST, "/v1/bots/:bot/owner-links", SCOPE_BOT_ADMIN, post_owner_link, HTTP_ROUTE_READS),
    {.method = HTTP_POST, .path = "/v1/bots/:bot/webhook", .scope = SCOPE_BOT_ADMIN,
     .handler = post_bot_webhook, .flags = HTTP_ROUTE_ACTION, .deadline_ms = WEBHOOK_DEADLINE_MS},

    ROUTE(HTTP_GET,  "/v1/broadcasts",          SCOPE_BOT_READ, get_broadcasts,      0),
    ROUTE(HTTP_POST, "/v1/broadcasts",          SCOPE_BOT_ADMIN, post_broadcast,     0),
    ROUTE(HTTP_GET,  "/v1/broadcasts/:id",      SCOPE_BOT_READ, get_broadcast,       0),
    ROUTE(HTTP_POST, "/v1/broadcasts/:id/cancel", SCOPE_BOT_ADMIN, post_broadcast_cancel, ACTION),
    ROUTE(HTTP_POST, "/v1/broadcasts/:id/pause", SCOPE_BOT_ADMIN, post_broadcast_pause, ACTION),
    ROUTE(HTTP_POST, "/v1/broadcasts/:id/resume", SCOPE_BOT_ADMIN, post_broadcast_resume, ACTION),

    ROUTE(HTTP_GET,  "/v1/chats/:bot/:chat/messages", SCOPE_BOT_READ, get_chat_messages, 0),

    ROUTE(HTTP_GET,  "/v1/forwards",            SCOPE_BOT_READ, get_forwards,        0),
    ROUTE(HTTP_POST, "/v1/forwards",            SCOPE_BOT_ADMIN, post_forward,       0),
    ROUTE(HTTP_GET,  "/v1/forwards/:id",        SCOPE_BOT_READ, get_forward,         0),
    ROUTE(HTTP_PATCH, "/v1/forwards/:id",       SCOPE_BOT_ADMIN, patch_forward,      0),
    ROUTE(HTTP_DELETE, "/v1/forwards/:id",      SCOPE_BOT_ADMIN, delete_forward,     0),

    ROUTE(HTTP_GET,  "/v1/messages",            SCOPE_BOT_READ, get_messages,        0),
    ROUTE(HTTP_POST, "/v1/messages",            SCOPE_BOT_SEND, post_message,        0),
    ROUTE(HTTP_GET,  "/v1/messages/:id",        SCOPE_BOT_READ, get_message,         0),
    ROUTE(HTTP_POST, "/v1/messages/:id/cancel", SCOPE_BOT_SEND, post_message_cancel, ACTION),
    ROUTE(HTTP_POST, "/v1/messages/:id/resend", SCOPE_BOT_SEND, post_message_resend, ACTION),

    ROUTE(HTTP_GET,  "/v1/updates",             SCOPE_BOT_READ, get_updates,         0),
    ROUTE(HTTP_POST, "/v1/updates/:id/replay",  SCOPE_BOT_ADMIN, post_update_replay, ACTION),

    ROUTE(HTTP_GET,  "/v1/users/:bot",          SCOPE_BOT_READ, get_users,           0),
    ROUTE(HTTP_GET,  "/v1/users/:bot/:user",    SCOPE_BOT_READ, get_user,            0),
    ROUTE(HTTP_DELETE, "/v1/users/:bot/:user",  SCOPE_BOT_ADMIN, delete_user,        0),
};
// clang-format on
const size_t gateway_route_count = ARRAY_LEN(gateway_routes);
