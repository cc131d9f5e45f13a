// SPDX-License-Identifier: MIT
#include "handlers/named_bot.h"

bool named_bot(const struct change *change, const struct gateway_app *app, struct slice name,
               const struct bot **out, struct fault *fault)
{
    const struct bot *bot;
    const bool found = bots_find(app->bots, name, &bot, fault);

    if (!found && fault->kind == FAULT_UNAVAILABLE)
        return false;
    if (!found || !uuid_equal(&bot->tenant_id, &change->caller->tenant_id))
        return fault_set_field(fault, change->arena, "bot", "unknown_bot", "There is no such bot.");
    *out = bot;
    return true;
}
