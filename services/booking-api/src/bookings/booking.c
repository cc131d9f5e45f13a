// SPDX-License-Identifier: MIT
#include "bookings/booking.h"

#include "base/date.h"
#include "base/number.h"

#include "prices/stay_price.h"

enum { MINUTES_PER_DAY = 24 * 60, MINUTES_PER_HOUR = 60 };

bool booking_status_expires(enum booking_status status)
{
    return status == BOOKING_HELD || status == BOOKING_REQUESTED;
}

bool booking_is_deposit_paid(const struct booking *booking)
{
    return booking->paid >= booking->deposit;
}

int64_t booking_paid_if_confirmed(const struct booking *booking)
{
    return booking->claimed > 0 ? booking->paid + booking->claimed
                                : number_max(booking->paid, booking->deposit);
}

/* True if the guest has given a phone or paid a deposit. A Telegram account does not count, because
 * anybody can create another one. */
static bool has_phone_or_deposit_paid(const struct booking *booking)
{
    return booking->guest.phone.at != NULL ||
           (booking->paid > 0 && booking_is_deposit_paid(booking));
}

bool booking_shows_address(const struct booking *booking, const struct api_caller *caller)
{
    return booking->status == BOOKING_CHECKED_IN ||
           (booking->status == BOOKING_CONFIRMED &&
            (caller->actor != ACTOR_GUEST || has_phone_or_deposit_paid(booking)));
}

bool booking_shows_check_in_info(const struct booking *booking, const struct api_caller *caller)
{
    return booking_shows_address(booking, caller) &&
           (booking->status == BOOKING_CHECKED_IN || caller->actor != ACTOR_GUEST ||
            booking->clock.now >= booking->clock.check_in_info);
}

bool booking_needs_phone(const struct booking *booking)
{
    return booking->status == BOOKING_CONFIRMED && !has_phone_or_deposit_paid(booking) &&
           (booking->apartment.address.at != NULL || booking->check_in_info.ru.at != NULL);
}

bool booking_shows_apartment(const struct booking *booking, const struct api_caller *caller)
{
    const struct apartment apartment = {.owner_id = booking->apartment.owner_id,
                                        .is_active = booking->apartment.is_active};

    return (caller->actor == ACTOR_GUEST && booking->status <= BOOKING_CHECKED_IN) ||
           apartment_visible(&apartment, caller);
}

bool booking_shows_payment_info(const struct booking *booking)
{
    return booking->status <= BOOKING_CHECKED_IN && booking->status != BOOKING_REQUESTED &&
           booking->paid < booking->total;
}

bool booking_check_unpaid_limit(const struct booking_counts *counts, struct fault *fault)
{
    return counts->unpaid < counts->unpaid_max ||
           fault_set(fault, FAULT_CONFLICT, "too_many_unpaid",
                     "This guest already has %lld confirmed stays without a payment: cancel one, or"
                     " book with a prepayment.",
                     (long long)counts->unpaid);
}

void booking_apply_clock(struct booking *booking, int64_t now_us)
{
    if (booking_status_expires((enum booking_status)booking->status) &&
        booking->expires_at <= now_us) {
        booking->expired_from = slice_of(booking_status_names[booking->status]);
        booking->status = BOOKING_EXPIRED;
    }
    if (!booking_status_expires((enum booking_status)booking->status) &&
        booking->status != BOOKING_PAYMENT_CLAIMED)
        booking->expires_at = FIELD_ABSENT;
}

/* Minutes until the check-in day ends, in the apartment's time zone. */
static int64_t minutes_until_check_in_day_ends(const struct apartment *apartment, int32_t check_in)
{
    return ((int64_t)check_in + 1 - apartment->local_day) * MINUTES_PER_DAY -
           apartment->local_minute;
}

/* Checks that the check-in day is not past, leaves enough notice, and lies within the window. */
static void check_arrival(const struct apartment *apartment, const struct booking_draft *draft,
                          struct fault_list *problems)
{
    if (draft->check_in < apartment->local_day)
        fault_list_add(problems, "check_in", "in_the_past", "The check-in day has passed.");
    else if (minutes_until_check_in_day_ends(apartment, draft->check_in) <
             apartment->advance_notice_hours * MINUTES_PER_HOUR)
        fault_list_add(problems, "check_in", "too_late",
                       "The apartment requires %lld hours of notice.",
                       (long long)apartment->advance_notice_hours);
    if (draft->check_in > apartment->local_day + apartment->booking_window_days)
        fault_list_add(problems, "check_in", "beyond_window",
                       "The apartment can be booked at most %lld days ahead.",
                       (long long)apartment->booking_window_days);
}

void booking_check_rules(const struct apartment *apartment, const struct booking_draft *draft,
                         const struct rate_stay *rules, int64_t total, struct fault_list *problems)
{
    const int64_t nights = (int64_t)draft->check_out - draft->check_in;
    const bool new_nights = !draft->stay_unchanged;

    if (!apartment->is_active && !draft->apartment_unchanged)
        fault_list_add(problems, "apartment_id", "not_bookable", "This apartment is not active.");
    if (!draft->check_in_unchanged)
        check_arrival(apartment, draft, problems);
    if (new_nights && nights < rules->min_nights)
        fault_list_add(problems, "check_out", "min_nights", "At least %lld nights.",
                       (long long)rules->min_nights);
    if (new_nights && nights > apartment->max_nights)
        fault_list_add(problems, "check_out", "max_nights", "At most %lld nights.",
                       (long long)apartment->max_nights);
    if (draft->guests > apartment->max_guests)
        fault_list_add(problems, "guests", "too_many_guests", "At most %lld guests.",
                       (long long)apartment->max_guests);
    if (new_nights && rules->closed_to_arrival)
        fault_list_add(problems, "check_in", "closed_to_arrival",
                       "Check-in is not possible on this day.");
    if (new_nights && rules->closed_to_departure)
        fault_list_add(problems, "check_out", "closed_to_departure",
                       "Check-out is not possible on this day.");
    if (total > STAY_TOTAL_MAX)
        fault_list_add(problems, "check_out", "total_too_high",
                       "A stay costs at most %lld tenge: ask for fewer nights or guests.",
                       (long long)(STAY_TOTAL_MAX / 100));
}

void booking_check(const struct apartment *apartment, const struct booking_draft *draft,
                   int64_t total, struct fault_list *problems)
{
    const struct rate_stay rules =
        rate_apply_to_stay(apartment->rates, apartment->rate_count, draft->check_in,
                           draft->check_out, apartment->min_nights);

    booking_check_rules(apartment, draft, &rules, total, problems);
}

int64_t booking_compute_total(const struct apartment *apartment, const struct booking_draft *draft)
{
    const struct tariff tariff = apartment_tariff(apartment);

    return stay_price_total(&tariff, draft->check_in, draft->check_out, draft->guests);
}

void booking_check_at_current_price(const struct apartment *apartment,
                                    const struct booking_draft *draft, struct fault_list *problems)
{
    booking_check(apartment, draft, booking_compute_total(apartment, draft), problems);
}

int64_t booking_refund_due(const struct booking *booking)
{
    const int64_t price = booking->status == BOOKING_EXPIRED ? 0 : booking->total;

    return booking->fee == FIELD_ABSENT && booking->paid > price ? booking->paid - price
                                                                 : FIELD_ABSENT;
}

void booking_set_paid(struct booking *booking, int64_t paid)
{
    booking->paid = paid;
    booking->claimed = 0;
    if (booking->fee != FIELD_ABSENT)
        booking->refund = number_max(paid - booking->fee, 0);
}

void booking_range_check(int32_t check_in, int32_t check_out, struct fault_list *problems)
{
    if (check_in == DATE_ABSENT || check_out == DATE_ABSENT)
        return;
    if (check_out <= check_in)
        fault_list_add(problems, "check_out", "bad_range", "Check-out is after check-in.");
    else if (check_out - check_in > STAY_NIGHTS_MAX)
        fault_list_add(problems, "check_out", "max_nights", "At most %d nights.", STAY_NIGHTS_MAX);
}

bool booking_refuse_unknown_apartment(struct arena *arena, struct fault *fault)
{
    return fault_set_field(fault, arena, "apartment_id", "unknown_apartment",
                           "There is no such apartment.");
}

/* Refuses the fields that a quote determines: a draft with a quote must omit them. */
static void refuse_fields_of_quote(const struct booking_draft *draft, struct fault_list *problems)
{
    const struct {
        const char *field;
        bool given;
    } inlined[] = {
        {"apartment_id", !uuid_is_nil(&draft->apartment_id)},
        {"check_in",     draft->check_in != FIELD_ABSENT32 },
        {"check_out",    draft->check_out != FIELD_ABSENT32},
        {"guests",       draft->guests != FIELD_ABSENT     },
    };

    for (size_t i = 0; i < ARRAY_LEN(inlined); i++) {
        if (inlined[i].given)
            fault_list_add(problems, inlined[i].field, "contradiction",
                           "The quote determines this field.");
    }
}

void booking_draft_check(const void *value, struct fault_list *problems)
{
    const struct booking_draft *draft = value;

    if (!uuid_is_nil(&draft->quote_id))
        refuse_fields_of_quote(draft, problems);
    else
        booking_range_check(draft->check_in, draft->check_out, problems);
    if (draft->hold_seconds == FIELD_ABSENT)
        return;
    if (!draft->test_key)
        fault_list_add(problems, "hold_seconds", "test_key_only",
                       "Only test keys may hold for seconds.");
    if (draft->hold_minutes == FIELD_ABSENT)
        return;
    fault_list_add(problems, "hold_minutes", "contradiction",
                   "Either hold_minutes or hold_seconds.");
    fault_list_add(problems, "hold_seconds", "contradiction",
                   "Either hold_minutes or hold_seconds.");
}

bool booking_draft_set_guest(struct booking_draft *draft, const struct api_caller *caller,
                             struct fault *fault)
{
    if (caller->actor != ACTOR_GUEST)
        return true;
    draft->by_guest = true;
    return api_caller_own_number(caller, &draft->guest.telegram_id) ||
           fault_set(fault, FAULT_FORBIDDEN, "forbidden", "Guests may book only for themselves.");
}

int64_t booking_hold_seconds(const struct booking_draft *draft)
{
    if (draft->hold_seconds != FIELD_ABSENT)
        return draft->hold_seconds;
    if (draft->hold_minutes != FIELD_ABSENT)
        return draft->hold_minutes * 60;
    return BOOKING_HOLD_DEFAULT_S;
}

static bool night_is_taken(int32_t night, const struct booking_taken *taken, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (taken[i].first <= night && night < taken[i].end)
            return true;
    }
    return false;
}

size_t booking_list_taken_nights(int32_t check_in, int32_t check_out, int64_t buffer_days,
                                 const struct booking_taken *taken, size_t count, int32_t *nights)
{
    size_t found = 0;
    bool buffer_taken = false;

    for (int32_t night = check_in; night < check_out && found < STAY_NIGHTS_MAX; night++) {
        if (night_is_taken(night, taken, count))
            nights[found++] = night;
    }
    for (int64_t day = check_out; day < check_out + buffer_days; day++)
        buffer_taken = buffer_taken || night_is_taken((int32_t)day, taken, count);
    if (buffer_taken && (found == 0 || nights[found - 1] != check_out - 1) &&
        found < STAY_NIGHTS_MAX)
        nights[found++] = check_out - 1;
    return found;
}

struct policy_terms booking_cancel_terms(const struct booking *booking)
{
    return policy_terms_at(&booking->policy, &booking->policy_price, booking->total, booking->paid,
                           booking->clock.now);
}

bool booking_guest_may_change_dates(const struct booking *booking)
{
    return booking->status <= BOOKING_CONFIRMED && booking->apartment.is_active &&
           policy_refunds_all(&booking->policy, booking->clock.now);
}

bool booking_visible(const struct booking *booking, const struct api_caller *caller)
{
    if (caller->actor == ACTOR_GUEST)
        return booking->guest.telegram_id == caller->actor_number;
    if (caller->actor == ACTOR_OWNER)
        return uuid_equal(&booking->owner_id, &caller->actor_id);
    return true;
}
