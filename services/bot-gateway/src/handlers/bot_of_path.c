// SPDX-License-Identifier: MIT
#include "handlers/bot_of_path.h"

#include "api/caller.h"

bool bot_of_path(const struct gateway_app *app, const struct http_request *req,
                 const struct bot **out, struct fault *fault)
{
    const struct bot *bot;

    if (!bots_find(app->bots, req->params[0], &bot, fault))
        return false;
    if (!uuid_equal(&bot->tenant_id, &api_caller(req)->tenant_id))
        return fault_set(fault, FAULT_NOT_FOUND, "not_found", "There is no such bot.");
    *out = bot;
    return true;
}
