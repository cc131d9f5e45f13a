// SPDX-License-Identifier: MIT
#include "handlers/find_bot.h"

#include "api/caller.h"

bool find_bot_of_path(const struct gateway_app *app, const struct http_request *req,
                      struct bot *out, struct fault *fault)
{
    const struct bot *bot;

    if (!bots_find_active(app->bots, req->params[0], &bot, fault))
        return false;
    if (!uuid_equal(&bot->tenant_id, &api_caller(req)->tenant_id))
        return fault_set(fault, FAULT_NOT_FOUND, "not_found", "There is no such bot.");
    *out = *bot;
    return true;
}

bool find_bot_named(const struct change *change, const struct gateway_app *app, struct slice name,
                    const struct bot **out, struct fault *fault)
{
    const struct bot *bot;
    const bool found = bots_find_active(app->bots, name, &bot, fault);

    if (!found && fault->kind == FAULT_UNAVAILABLE)
        return false;
    if (!found || !uuid_equal(&bot->tenant_id, &change->caller->tenant_id))
        return fault_set_field(fault, change->arena, "bot", "unknown_bot", "There is no such bot.");
    *out = bot;
    return true;
}
