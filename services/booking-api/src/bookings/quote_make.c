// SPDX-License-Identifier: MIT
#include "bookings/booking_change.h"
#include "bookings/quote.h"
#include "bookings/quote_refuse.h"
#include "calendar/calendar.h"

static bool compose_quote(struct change *change, const struct apartment *apartment,
                          const struct booking_draft *draft, struct quote *out, struct fault *fault)
{
    const struct api_caller *caller = change->caller;
    struct quote quote = {
        .id = uuid_make(),
        .tenant_id = caller->tenant_id,
        .apartment_id = apartment->id,
        .owner_id = apartment->owner_id,
        .telegram_id = caller->actor == ACTOR_GUEST ? caller->actor_number : FIELD_ABSENT,
        .check_in = draft->check_in,
        .check_out = draft->check_out,
        .guests = draft->guests,
        .check_in_time = apartment->check_in_time,
        .timezone = apartment->timezone,
    };
    struct booking priced;

    if (!booking_price_compute(change, apartment, draft, &priced, fault))
        return false;
    quote.lines = priced.lines;
    quote.total = priced.total;
    quote.deposit = priced.deposit;
    quote.policy_price = priced.policy_price;
    *out = quote;
    return true;
}

bool quote_create(struct change *change, const struct booking_draft *draft, struct quote *out,
                  struct fault *fault)
{
    struct apartment apartment;
    struct calendar_page page;
    struct quote quote;
    const bool found =
        apartment_store_find_with_rates_and_clock(change, &draft->apartment_id, &apartment, fault);

    if (!booking_check_found_apartment(change, found, &apartment, fault) ||
        !calendar_store_find(change->tx, &apartment.tenant_id, &apartment.id,
                             draft->check_in - QUOTE_SHIFT_MAX, draft->check_out + QUOTE_SHIFT_MAX,
                             change->arena, &page, fault))
        return false;
    const struct quote_request request = {&apartment, draft, page.taken, page.count};
    if (!quote_is_available(&request, draft, change->arena))
        return quote_refuse(change, &request, fault);

    const struct slice policy = slice_of(apartment_policy_names[apartment.cancellation_policy]);
    if (!compose_quote(change, &apartment, draft, &quote, fault) ||
        !quote_store_insert(change->tx, policy, change->arena, &quote, fault))
        return false;
    change_audit(change, "quote.create", "quote", &quote.id, 1);
    *out = quote;
    return true;
}
