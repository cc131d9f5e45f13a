// SPDX-License-Identifier: MIT
#include "api/change.h"
#include "base/now.h"
#include "base/number.h"

#include "bookings/booking_change.h"
#include "bookings/bookings_json.h"

bool booking_check_found_apartment(struct change *change, bool found,
                                   const struct apartment *apartment, struct fault *fault)
{
    const struct api_caller *caller = change->caller;

    if (!found && fault->kind != FAULT_NOT_FOUND)
        return false;
    if (!found ||
        (caller->actor == ACTOR_OWNER && !uuid_equal(&apartment->owner_id, &caller->actor_id)))
        return booking_refuse_unknown_apartment(change->arena, fault);
    return true;
}

/* Checks the draft by the apartment's rules, at the quote's total or, without a quote, at the
 * current total. */
static bool check_rules(struct change *change, const struct apartment *apartment,
                        const struct booking_draft *draft, const struct quote *quote,
                        struct fault *fault)
{
    struct fault_list problems;

    fault_list_init(&problems, change->arena);
    if (uuid_is_nil(&quote->id))
        booking_check_at_current_price(apartment, draft, &problems);
    else
        booking_check(apartment, draft, quote->total, &problems);
    return fault_list_ok(&problems, fault);
}

/* If the draft names a quote, reads it and copies its apartment, dates and guests into `draft`. */
static bool copy_quote_to_draft(struct change *change, struct booking_draft *draft,
                                struct quote *quote, struct fault *fault)
{
    if (uuid_is_nil(&draft->quote_id))
        return true;
    if (!quote_find_usable(change, &draft->quote_id, quote, fault))
        return false;
    draft->apartment_id = quote->apartment_id;
    draft->check_in = quote->check_in;
    draft->check_out = quote->check_out;
    draft->guests = quote->guests;
    return true;
}

/* Sets the price of the booking: the quote's or, without a quote, the current price. */
static bool set_price(struct change *change, const struct apartment *apartment,
                      const struct booking_draft *draft, const struct quote *quote,
                      struct booking *booking, struct fault *fault)
{
    if (uuid_is_nil(&quote->id))
        return booking_price_compute(change, apartment, draft, booking, fault);
    booking->lines = quote->lines;
    booking->total = quote->total;
    booking->deposit = quote->deposit;
    booking->policy_price = quote->policy_price;
    return true;
}

/* When the booking expires. A request expires at the end of its check-in day at the latest. */
static int64_t compute_expires_at(bool is_instant, const struct booking_draft *draft,
                                  const struct booking_clock *clock)
{
    if (is_instant)
        return clock->now + booking_hold_seconds(draft) * US_PER_S;
    return number_min(clock->now + BOOKING_REQUEST_S * US_PER_S, clock->arrival_day_end);
}

static bool compose_booking(struct change *change, const struct apartment *apartment,
                            const struct booking_basis *basis, const struct booking_draft *draft,
                            const struct quote *quote, struct booking *out, struct fault *fault)
{
    /* While a feed is stale, its channel may have sold the nights: people decide. */
    const bool is_instant = apartment->instant_book && !basis->is_feed_stale;
    struct booking booking = basis->booking;

    booking.id = uuid_make();
    booking.tenant_id = change->caller->tenant_id;
    booking.apartment_id = apartment->id;
    booking.owner_id = apartment->owner_id;
    booking.status = is_instant ? BOOKING_HELD : BOOKING_REQUESTED;
    booking.guests = draft->guests;
    booking.guest = draft->guest;
    booking.guest.phone_verified = !draft->by_guest || booking.guest.phone.at == NULL;
    if (booking.guest.phone.at == NULL)
        booking.guest.phone = basis->known_phone;
    booking.note = draft->note;
    booking.source = draft->source;
    booking.expires_at = compute_expires_at(is_instant, draft, &booking.clock);
    if (!set_price(change, apartment, draft, quote, &booking, fault))
        return false;
    *out = booking;
    return true;
}

bool booking_find_and_refuse_taken_nights(struct change *change, const struct uuid *apartment_id,
                                          int32_t check_in, int32_t check_out, int64_t buffer_days,
                                          struct fault *fault)
{
    struct booking_taken *taken;
    size_t count;

    return booking_place_store_find_taken_ranges(change->tx, apartment_id, check_in,
                                                 check_out + (int32_t)buffer_days, change->arena,
                                                 &taken, &count, fault) &&
           booking_refuse_taken(change->arena, check_in, check_out, buffer_days, taken, count,
                                fault);
}

bool booking_place(struct change *change, const struct booking_draft *requested,
                   struct booking *out, struct fault *fault)
{
    auto_rows struct db_rows ended = {0};
    struct booking_draft draft = *requested;
    struct quote quote = {0};
    struct apartment apartment;
    struct booking_basis basis;
    struct booking booking;

    if (!copy_quote_to_draft(change, &draft, &quote, fault))
        return false;
    const bool found =
        booking_place_store_lock_and_read_basis(change, &draft, &apartment, &basis, fault);
    if (!booking_check_found_apartment(change, found, &apartment, fault) ||
        !check_rules(change, &apartment, &draft, &quote, fault) ||
        !compose_booking(change, &apartment, &basis, &draft, &quote, &booking, fault))
        return false;
    struct booking_take take = {
        .basis = &basis,
        .buffer_days = apartment.buffer_days,
        .phone = draft.guest.phone,
        .ended = &ended,
    };
    if (!booking_place_store_insert(change->tx, change->arena, &booking, &take, fault))
        return false;
    if (take.taken)
        return booking_find_and_refuse_taken_nights(change, &booking.apartment_id, booking.check_in,
                                                    booking.check_out, apartment.buffer_days,
                                                    fault);
    /* The booking is inserted already; if the limit is exceeded, the transaction is rolled back. */
    if (take.counts.holds >= BOOKING_HOLDS_MAX)
        return fault_set(fault, FAULT_CONFLICT, "too_many_holds",
                         "This guest already has %d live holds.", BOOKING_HOLDS_MAX);
    if (change->caller->actor == ACTOR_GUEST && booking.status == BOOKING_HELD &&
        booking_is_deposit_paid(&booking) && !booking_check_unpaid_limit(&take.counts, fault))
        return false;
    if (!booking_record_expired(change, &ended, fault) ||
        !booking_record_step(change, &booking, -1, "booking.create", SLICE_NONE, fault))
        return false;
    *out = booking;
    return true;
}
