// SPDX-License-Identifier: MIT
#include "bookings/quote.h"

bool quote_usable(const struct quote *quote, const struct api_caller *caller)
{
    if (caller->actor == ACTOR_GUEST)
        return quote->telegram_id == FIELD_ABSENT || quote->telegram_id == caller->actor_number;
    if (caller->actor == ACTOR_OWNER)
        return uuid_equal(&quote->owner_id, &caller->actor_id);
    return true;
}

bool quote_find_usable(struct change *change, const struct uuid *id, struct quote *out,
                       struct fault *fault)
{
    struct quote quote;
    const bool found =
        quote_store_find(change->tx, &change->caller->tenant_id, id, change->arena, &quote, fault);

    if (!found && fault->kind != FAULT_NOT_FOUND)
        return false;
    if (!found || !quote_usable(&quote, change->caller))
        return fault_set_field(fault, change->arena, "quote_id", "unknown_quote",
                               "There is no such quote.");
    if (quote.expired)
        return fault_set(fault, FAULT_GONE, "quote_expired", "The quote has expired.");
    *out = quote;
    return true;
}
