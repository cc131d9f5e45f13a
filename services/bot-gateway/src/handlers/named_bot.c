// SPDX-License-Identifier: MIT
#include "handlers/named_bot.h"

bool named_bot(struct change *change, const struct gateway_app *app, struct slice name,
               const struct bot **out, struct fault *fault)
{
    if (bots_find(app->bots, name, out, fault) &&
        uuid_equal(&(*out)->tenant_id, &change->caller->tenant_id))
        return true;
    if (fault->kind == FAULT_UNAVAILABLE)
        return false;
    return fault_set_field(fault, change->arena, "bot", "unknown_bot", "There is no such bot.");
}
