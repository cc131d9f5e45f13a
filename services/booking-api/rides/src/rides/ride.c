// SPDX-License-Identifier: MIT
#include "rides/ride.h"

#include "drivers/contact.h"

bool ride_has_trip(const struct ride *ride)
{
    return !uuid_is_nil(&ride->trip_id);
}

void ride_apply_clock(struct ride *ride)
{
    ride->status = ride_status_at(ride->status, ride->expires_at, ride->now);
    if (!ride_status_waits(ride->status))
        ride->expires_at = FIELD_ABSENT;
    if (ride->status == RIDE_EXPIRED && ride->paid > 0 && ride->refund == FIELD_ABSENT) {
        ride->fee = 0;
        ride->refund = ride->paid;
    }
}

bool ride_can_cancel_free(const struct ride *ride)
{
    const struct cancel_trip trip = {
        .is_scheduled = ride->trip_status == TRIP_SCHEDULED,
        .first_at = ride->trip_departs_at,
        .driver_confirmed = ride->trip_confirmed_at,
        .free_cancel_at = ride->trip_free_cancel_at,
    };

    return ride->status == RIDE_CONFIRMED &&
           (ride->road_closed || cancel_is_free(&trip, ride->agreed_at, ride->now));
}

static enum cancel_by get_canceller(const struct api_caller *caller)
{
    switch (transition_actor(caller)) {
    case RIDE_BY_GUEST:
        return CANCEL_BY_GUEST;
    case RIDE_BY_DRIVER:
        return CANCEL_BY_DRIVER;
    case TRANSITION_BY_STAFF:
        return CANCEL_BY_STAFF;
    default:
        return CANCEL_BY_SYSTEM;
    }
}

struct cancel_case ride_build_cancel_case(const struct ride *ride, const struct api_caller *caller)
{
    return (struct cancel_case){
        .policy = (enum cancel_policy)ride->policy,
        .end = CANCEL_CANCELLED,
        .by = get_canceller(caller),
        .depart_at = ride->depart_at,
        .delay_minutes = ride->delay_minutes,
        .confirmed_at = ride->agreed_at,
        .now = ride->now,
        .free_cancel = ride_can_cancel_free(ride),
        .road_closed = ride->road_closed,
        .total = ride->total,
        .paid = ride->paid,
    };
}

bool ride_visible(const struct ride *ride, const struct api_caller *caller)
{
    if (caller->actor == RIDE_ACTOR_GUEST)
        return ride->passenger.telegram_id == caller->actor_number;
    if (caller->actor == RIDE_ACTOR_DRIVER)
        return ride_has_trip(ride) ? uuid_equal(&ride->driver_id, &caller->actor_id)
                                   : ride->status == RIDE_OPEN;
    return api_caller_is_staff(caller);
}

bool ride_shows_payment_info(const struct ride *ride)
{
    return (ride->status == RIDE_HELD || ride->status == RIDE_PAYMENT_CLAIMED) &&
           ride->paid < ride->deposit;
}

bool ride_refuse_unknown(struct fault *fault)
{
    return fault_set(fault, FAULT_NOT_FOUND, "not_found", "There is no such ride.");
}

bool ride_is_too_late_to_confirm(const struct ride *ride, const struct api_caller *caller)
{
    return ride->now >= ride->depart_at && !caller->test_key;
}

int64_t ride_seats_of_order(const struct fare_order *order)
{
    return order->kind == FARE_PARCEL ? 0 : order->seats == FIELD_ABSENT ? 1 : order->seats;
}

/* Refuses seats, child seats and luggage in an order of a parcel: its sender does not travel. */
static void check_no_seats_with_parcel(const struct fare_order *order, struct fault_list *problems)
{
    const struct {
        const char *field;
        bool given;
    } all[] = {
        {"seats",       order->seats != FIELD_ABSENT},
        {"child_seats", order->child_seats > 0      },
        {"luggage",     order->luggage > 0          },
    };

    for (size_t i = 0; i < ARRAY_LEN(all); i++)
        if (all[i].given)
            fault_list_add(problems, all[i].field, "not_with_parcel", "A parcel goes alone.");
}

static bool is_time_given(int64_t at)
{
    return at != 0 && at != FIELD_ABSENT;
}

static bool has_places_or_window(const struct ride_draft *draft)
{
    return draft->from.at != NULL || draft->to.at != NULL ||
           is_time_given(draft->preferences.depart_from) ||
           is_time_given(draft->preferences.depart_to);
}

static void check_draft_of_open_ride(const struct ride_draft *draft, struct fault_list *problems)
{
    const struct ride_preferences *preferences = &draft->preferences;

    const struct {
        const char *field;
        bool missing;
    } needed[] = {
        {"from",        draft->from.at == NULL                  },
        {"to",          draft->to.at == NULL                    },
        {"depart_from", !is_time_given(preferences->depart_from)},
        {"depart_to",   !is_time_given(preferences->depart_to)  },
    };
    const struct {
        const char *field;
        bool given;
    } of_trips[] = {
        {"trip_id",        !uuid_is_nil(&draft->trip_id)         },
        {"from_stop",      draft->order.from_stop != FIELD_ABSENT},
        {"to_stop",        draft->order.to_stop != FIELD_ABSENT  },
        {"wait",           draft->wait                           },
        {"hold_minutes",   draft->hold_minutes != FIELD_ABSENT   },
        {"hold_seconds",   draft->hold_seconds != FIELD_ABSENT   },
        {"expected_total", draft->expected_total != FIELD_ABSENT },
    };

    for (size_t i = 0; i < ARRAY_LEN(needed); i++)
        if (needed[i].missing)
            fault_list_add(problems, needed[i].field, "required", "From, to, and when.");
    for (size_t i = 0; i < ARRAY_LEN(of_trips); i++)
        if (of_trips[i].given)
            fault_list_add(problems, of_trips[i].field, "one_of_two",
                           "A trip, or places and a window.");
    if (draft->from.at != NULL && slice_equal(draft->from, draft->to))
        fault_list_add(problems, "to", "repeated_place", "Two places.");
    if (is_time_given(preferences->depart_from) && is_time_given(preferences->depart_to) &&
        (preferences->depart_to <= preferences->depart_from ||
         preferences->depart_to - preferences->depart_from > RIDE_WINDOW_US))
        fault_list_add(problems, "depart_to", "bad_range", "A window of at most 24 hours.");
    if (preferences->auto_accept && preferences->price == FIELD_ABSENT)
        fault_list_add(problems, "price", "required", "The most that is accepted at once.");
}

static void check_draft_on_trip(const struct ride_draft *draft, struct fault_list *problems)
{
    if (uuid_is_nil(&draft->trip_id))
        fault_list_add(problems, "trip_id", "required", "A trip, or from, to and a window.");
    if (draft->order.from_stop == FIELD_ABSENT)
        fault_list_add(problems, "from_stop", "required", "Where it begins.");
    if (draft->order.to_stop == FIELD_ABSENT)
        fault_list_add(problems, "to_stop", "required", "Where it ends.");
    if (draft->preferences.price != FIELD_ABSENT)
        fault_list_add(problems, "price", "one_of_two", "A trip has a price.");
    if (draft->preferences.auto_accept)
        fault_list_add(problems, "auto_accept", "one_of_two", "A trip is there already.");
}

void ride_window_check(const struct ride_preferences *preferences, int64_t now,
                       struct fault_list *problems)
{
    if (preferences->depart_to <= now)
        fault_list_add(problems, "depart_to", "too_soon", "The window is over.");
    if (preferences->depart_from > now + RIDE_AHEAD_US)
        fault_list_add(problems, "depart_from", "beyond_window", "At most %d days ahead.",
                       TRIP_WINDOW_DAYS);
}

void ride_draft_check(const void *value, struct fault_list *problems)
{
    const struct ride_draft *draft = value;
    const struct fare_order *order = &draft->order;
    const bool parcel = order->kind == FARE_PARCEL;

    if (has_places_or_window(draft))
        check_draft_of_open_ride(draft, problems);
    else
        check_draft_on_trip(draft, problems);
    if (order->to_stop != FIELD_ABSENT && order->from_stop != FIELD_ABSENT &&
        order->to_stop <= order->from_stop)
        fault_list_add(problems, "to_stop", "stops_order", "to_stop comes after from_stop.");
    if (parcel && order->size < 0)
        fault_list_add(problems, "parcel", "required", "A parcel has a size and a recipient.");
    if (!parcel && order->size >= 0)
        fault_list_add(problems, "parcel", "not_a_parcel", "For kind parcel only.");
    if (parcel)
        check_no_seats_with_parcel(order, problems);
    else if (order->child_seats > ride_seats_of_order(order))
        fault_list_add(problems, "child_seats", "out_of_range", "At most one for each seat.");
    if (draft->hold_minutes != FIELD_ABSENT && draft->hold_seconds != FIELD_ABSENT) {
        fault_list_add(problems, "hold_minutes", "one_of_two", "hold_minutes or hold_seconds.");
        fault_list_add(problems, "hold_seconds", "one_of_two", "hold_minutes or hold_seconds.");
    }
    contact_refuse_in_text("passenger/name", draft->passenger.name, problems);
    contact_refuse_in_text("parcel/recipient/name", draft->recipient.name, problems);
    contact_refuse_in_text("note", draft->note, problems);
}

void ride_edit_check(const void *value, struct fault_list *problems)
{
    const struct ride *ride = value;

    if (ride_has_trip(ride) && ride->preferences.price != FIELD_ABSENT)
        fault_list_add(problems, "price", "one_of_two", "A trip has a price.");
    if (ride->preferences.auto_accept && ride->preferences.price == FIELD_ABSENT)
        fault_list_add(problems, "price", "required", "The most that is accepted at once.");
    contact_refuse_in_text("note", ride->note, problems);
}

void ride_set_loads(struct ride *ride, const struct trip *trip, const struct fare_order *order)
{
    ride->seats = order->seats;
    ride->seat_load = order->kind == FARE_WHOLE_CAR ? trip->seats : order->seats;
    ride->cargo_load = fare_order_cargo_units(order, trip->cargo_units);
    ride->child_load = ride->child_seats = order->child_seats;
}

static unsigned find_full_segments(const struct field_ints *load, int64_t capacity, int64_t needed,
                                   const struct ride *ride)
{
    unsigned set = 0;

    for (int64_t i = ride->from_stop; i < ride->to_stop && needed > 0; i++)
        if (load->items[i] + needed > capacity)
            set |= 1U << i;
    return set;
}

bool ride_has_room(const struct trip *trip, const struct ride *ride, struct ride_shortage *shortage,
                   struct fault *fault)
{
    const struct {
        const struct field_ints *load;
        int64_t most, more;
        bool of_car; /* an order of the whole car takes all of this capacity */
        const char *code, *detail;
    } things[] = {
        {&trip->seat_load,  trip->seats,       ride->seat_load,  true,  "seats_taken",
         "The seats are taken."      },
        {&trip->cargo_load, trip->cargo_units, ride->cargo_load, true,  "cargo_full",
         "There is no room for it."  },
        {&trip->child_load, trip->child_seats, ride->child_load, false, "child_seats_taken",
         "The child seats are taken."},
    };

    *shortage = (struct ride_shortage){0};
    if (trip_has_closed_road(trip))
        return fault_set(fault, FAULT_CONFLICT, "road_closed", "A road on the way is closed then.");
    for (size_t i = 0; i < ARRAY_LEN(things); i++) {
        const unsigned segments =
            find_full_segments(things[i].load, things[i].most, things[i].more, ride);
        if (segments == 0)
            continue;
        *shortage = (struct ride_shortage){segments, things[i].load, things[i].most};
        if (ride->kind == FARE_WHOLE_CAR && things[i].of_car)
            return fault_set(fault, FAULT_CONFLICT, "car_not_free", "Part of the car is taken.");
        return fault_set(fault, FAULT_CONFLICT, things[i].code, "%s", things[i].detail);
    }
    return true;
}
