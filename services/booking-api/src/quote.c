// SPDX-License-Identifier: MIT
#include "quote.h"

#include "booking_place.h"
#include "calendar.h"
#include "quote_refuse.h"

bool quote_usable(const struct quote *quote, const struct api_caller *caller)
{
    if (caller->actor == ACTOR_GUEST)
        return quote->telegram_id == FIELD_ABSENT || quote->telegram_id == caller->actor_number;
    if (caller->actor == ACTOR_OWNER)
        return uuid_equal(&quote->owner_id, &caller->actor_id);
    return true;
}

struct slice quote_clock(int32_t minutes, struct arena *arena)
{
    return arena_printf(arena, "%02d:%02d", minutes / 60, minutes % 60);
}

static bool unknown(struct change *change, struct fault *fault)
{
    return fault_set_field(fault, change->arena, "quote_id", "unknown_quote",
                           "There is no such quote.");
}

bool quote_find(struct change *change, const struct uuid *id, struct quote *out,
                struct fault *fault)
{
    struct quote quote;

    if (!quote_store_find(change->tx, &change->caller->tenant_id, id, change->arena, &quote, fault))
        return fault->kind == FAULT_NOT_FOUND ? unknown(change, fault) : false;
    if (!quote_usable(&quote, change->caller))
        return unknown(change, fault);
    if (quote.expired)
        return fault_set(fault, FAULT_GONE, "quote_expired", "The quote's half hour is over.");
    *out = quote;
    return true;
}

static bool look_at_flat(struct change *change, const struct uuid *id, struct apartment *flat,
                         struct fault *fault)
{
    const struct api_caller *caller = change->caller;
    const bool found =
        apartment_store_look(change->tx, &caller->tenant_id, id, change->arena, flat, fault);

    if (!found && fault->kind != FAULT_NOT_FOUND)
        return false;
    if (!found || (caller->actor == ACTOR_OWNER && !uuid_equal(&flat->owner_id, &caller->actor_id)))
        return fault_set_field(fault, change->arena, "apartment_id", "unknown_apartment",
                               "There is no such flat.");
    return true;
}

static bool compose(struct change *change, const struct apartment *flat,
                    const struct booking_draft *draft, struct quote *out, struct fault *fault)
{
    const struct api_caller *caller = change->caller;
    struct quote quote = {
        .id = uuid_make(),
        .tenant_id = caller->tenant_id,
        .apartment_id = flat->id,
        .owner_id = flat->owner_id,
        .telegram_id = caller->actor == ACTOR_GUEST ? caller->actor_number : FIELD_ABSENT,
        .check_in = draft->check_in,
        .check_out = draft->check_out,
        .guests = draft->guests,
        .check_in_time = quote_clock(flat->check_in_time, change->arena),
        .timezone = flat->timezone,
    };

    struct booking priced;

    if (quote.check_in_time.at == NULL)
        return arena_fault(fault);
    if (!booking_price(change, flat, draft, &priced, fault))
        return false;
    quote.lines = priced.lines;
    quote.total = priced.total;
    quote.deposit = priced.deposit;
    quote.policy_price = priced.policy_price;
    *out = quote;
    return true;
}

bool quote_make(struct change *change, const struct booking_draft *draft, struct quote *out,
                struct fault *fault)
{
    struct apartment flat;
    struct calendar_page page;
    struct quote quote;

    if (!look_at_flat(change, &draft->apartment_id, &flat, fault) ||
        !calendar_store_find(change->tx, &flat.tenant_id, &flat.id,
                             draft->check_in - QUOTE_SHIFT_MAX, draft->check_out + QUOTE_SHIFT_MAX,
                             change->arena, &page, fault))
        return false;
    const struct quote_asked asked = {&flat, draft, page.taken, page.count};
    if (!quote_possible(&asked, draft, change->arena))
        return quote_refuse(change, &asked, fault);

    const struct slice policy = slice_of(apartment_policy_names[flat.cancellation_policy]);
    if (!compose(change, &flat, draft, &quote, fault) ||
        !quote_store_insert(change->tx, policy, change->arena, &quote, fault))
        return false;
    change_audit(change, "quote.create", "quote", &quote.id, 1);
    *out = quote;
    return true;
}
