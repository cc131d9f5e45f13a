// SPDX-License-Identifier: MIT
#include "bookings/booking_change.h"

#include "base/date.h"

#include "bookings/bookings_json.h"

/* False if the caller is an owner who would move the stay to another owner's apartment. */
static bool may_move_to_apartment(const struct api_caller *caller, const struct uuid *current_id,
                                  const struct apartment *apartment)
{
    return caller->actor != ACTOR_OWNER || uuid_equal(&apartment->id, current_id) ||
           uuid_equal(&apartment->owner_id, &caller->actor_id);
}

/* Locks the current and the target apartment in the order of their ids and returns the target. */
static bool lock_apartments(struct change *change, const struct uuid *current_id,
                            const struct uuid *target_id, struct apartment *out,
                            struct fault *fault)
{
    const bool target_first =
        memcmp(target_id->bytes, current_id->bytes, sizeof target_id->bytes) < 0;
    struct apartment first, second;

    if (uuid_equal(current_id, target_id))
        return apartment_store_lock(change, target_id, out, fault);
    if (!apartment_store_lock(change, target_first ? target_id : current_id, &first, fault) ||
        !apartment_store_lock(change, target_first ? current_id : target_id, &second, fault))
        return fault->kind == FAULT_NOT_FOUND
                   ? booking_refuse_unknown_apartment(change->arena, fault)
                   : false;
    *out = target_first ? first : second;
    return true;
}

/* Finds the booking, then locks the apartments and the booking itself. If another request moves the
 * booking before it is locked, the transaction is retried. */
static bool lock_booking_and_apartments(struct change *change, const struct uuid *id,
                                        const struct booking_change_body *body,
                                        struct booking *booking, struct booking_step *last,
                                        struct apartment *apartment, struct fault *fault)
{
    const struct api_caller *caller = change->caller;
    struct booking seen;

    if (!booking_store_find_visible(change->tx, caller, id, change->arena, &seen, fault))
        return false;
    const struct uuid *target =
        uuid_is_nil(&body->apartment_id) ? &seen.apartment_id : &body->apartment_id;
    if (caller->actor == ACTOR_GUEST && !uuid_equal(target, &seen.apartment_id))
        return fault_set(fault, FAULT_FORBIDDEN, "forbidden",
                         "Only owner or staff move a stay to another apartment.");
    if (!lock_apartments(change, &seen.apartment_id, target, apartment, fault) ||
        !booking_store_lock_in_apartment(change, id, &seen.apartment_id, booking, last, fault))
        return false;
    if (!may_move_to_apartment(caller, &seen.apartment_id, apartment))
        return booking_refuse_unknown_apartment(change->arena, fault);
    return true;
}

/* Checks the changed stay like a new booking. After check-in the check-in date cannot change. */
static bool check_rules(struct change *change, const struct apartment *apartment,
                        const struct booking *booking, const struct booking_draft *wanted,
                        struct fault *fault)
{
    struct fault_list problems;

    if (booking->status == BOOKING_CHECKED_IN && !wanted->check_in_unchanged)
        return fault_set(fault, FAULT_CONFLICT, "already_checked_in",
                         "The guest has checked in, so check_in cannot change.");
    fault_list_init(&problems, change->arena);
    booking_check_at_current_price(apartment, wanted, &problems);
    if (wanted->check_out < apartment->local_day)
        fault_list_add(&problems, "check_out", "in_the_past", "The check-out day has passed.");
    return fault_list_ok(&problems, fault);
}

static bool check_expected_total(struct change *change, const struct booking *changed,
                                 int64_t expected, struct fault *fault)
{
    return expected == FIELD_ABSENT || expected == changed->total ||
           booking_refuse_changed_total(change->arena, changed->total, fault);
}

/* Checks that no other stay or block occupies the nights. FAULT_CONFLICT "nights_taken" with the
 * nights. */
static bool check_nights_free(struct change *change, const struct booking *changed,
                              struct fault *fault)
{
    auto_rows struct db_rows ended = {0};
    struct booking_conflicts found;

    if (!booking_change_store_find_conflicts(change->tx, changed, change->arena, &ended, &found,
                                             fault) ||
        !booking_record_expired(change, &ended, fault))
        return false;
    return found.count == 0 ||
           booking_refuse_taken(change->arena, changed->check_in, changed->check_out,
                                found.buffer_days, found.taken, found.count, fault);
}

/* Describes the stay before the change, for the history. */
static struct slice describe_stay(struct change *change, const struct booking *booking)
{
    enum { TENGE = 100 };
    char check_in[DATE_TEXT_LEN + 1], check_out[DATE_TEXT_LEN + 1], apartment[UUID_TEXT_LEN + 1];

    date_format(booking->check_in, check_in);
    date_format(booking->check_out, check_out);
    uuid_format(&booking->apartment_id, apartment);
    return arena_printf(change->arena, "Before: %s/%s, guests %lld, total %lld KZT, apartment %s",
                        check_in, check_out, (long long)booking->guests,
                        (long long)(booking->total / TENGE), apartment);
}

/* Checks and writes the changed stay in `apartment`. Call it for a locked booking, after
 * booking_apply_clock(). */
static bool check_and_write_changed_stay(struct change *change, const struct apartment *apartment,
                                         const struct booking_draft *wanted, int64_t expected_total,
                                         const struct booking *booking, struct booking *out,
                                         struct fault *fault)
{
    struct booking changed = *booking;
    const struct slice before = describe_stay(change, booking);

    changed.apartment_id = apartment->id;
    changed.owner_id = apartment->owner_id;
    changed.check_in = wanted->check_in;
    changed.check_out = wanted->check_out;
    changed.guests = wanted->guests;
    if (before.at == NULL)
        return arena_fault(fault);
    if (!booking_price_compute(change, apartment, wanted, &changed, fault) ||
        !check_expected_total(change, &changed, expected_total, fault) ||
        !check_nights_free(change, &changed, fault) ||
        !booking_change_store_write_stay(change->tx, booking, &changed, apartment, change->arena,
                                         &changed, fault))
        return false;
    changed.was_requested = booking->was_requested;
    if (!uuid_equal(&booking->owner_id, &changed.owner_id))
        changed.former_owner_id = booking->owner_id;
    if (!booking_record_step(change, &changed, changed.status,
                             booking_machine.actions[BOOKING_CHANGE_DATES].audit, before, fault))
        return false;
    *out = changed;
    return true;
}

bool booking_change_stay(struct change *change, const struct uuid *id,
                         const struct booking_change_body *body, struct booking *out,
                         struct fault *fault)
{
    struct booking_step last;
    struct apartment apartment;
    struct booking booking;

    if (!lock_booking_and_apartments(change, id, body, &booking, &last, &apartment, fault))
        return false;
    struct booking_draft wanted = {
        .apartment_id = apartment.id,
        .check_in = body->check_in,
        .check_out = body->check_out,
        .guests = body->guests == FIELD_ABSENT ? booking.guests : body->guests,
        .check_in_unchanged = body->check_in == booking.check_in,
        .apartment_unchanged = uuid_equal(&apartment.id, &booking.apartment_id),
    };
    wanted.stay_unchanged = wanted.apartment_unchanged && wanted.check_in_unchanged &&
                            body->check_out == booking.check_out;

    const bool unchanged = wanted.stay_unchanged && wanted.guests == booking.guests;
    /* The last step must have set the present status, as in transition_repeats(): an overdue hold
     * reads as expired before the expiry is recorded as a step. */
    const bool repeated = unchanged &&
                          slice_is(last.last.to, booking_status_names[booking.status]) &&
                          slice_equal(last.changed_by, change->caller->actor_text);

    if (!repeated &&
        (!change_if_match(change, booking.version, fault) ||
         !booking_transition_check(&booking, BOOKING_CHANGE_DATES, change->caller, NULL, fault)))
        return false;
    if (unchanged)
        return check_expected_total(change, &booking, body->expected_total, fault) &&
               booking_store_find(change->tx, &change->caller->tenant_id, id, change->arena, out,
                                  fault);
    return check_rules(change, &apartment, &booking, &wanted, fault) &&
           check_and_write_changed_stay(change, &apartment, &wanted, body->expected_total, &booking,
                                        out, fault);
}

bool booking_change_owner(struct change *change, const struct uuid *owner_before,
                          const struct apartment *apartment, struct fault *fault)
{
    const struct booking_step_name name = {"booking.changed", "booking.change_owner", owner_before};
    auto_rows struct db_rows rows = {0};

    if (uuid_equal(owner_before, &apartment->owner_id))
        return true;
    return booking_change_store_set_owner(change->tx, apartment, &rows, fault) &&
           booking_record_steps(change, true, &rows, &name, fault);
}
