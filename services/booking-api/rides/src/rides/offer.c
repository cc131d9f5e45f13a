// SPDX-License-Identifier: MIT
#include "rides/offer.h"

#include "base/number.h"

enum {
    GUEST = RIDE_BY_GUEST,
    DRIVER = RIDE_BY_DRIVER,
    STAFF = TRANSITION_BY_STAFF,
    SYSTEM = TRANSITION_BY_SYSTEM
};

const char *const offer_status_names[] = {"pending",   "accepted",   "lost",    "rejected",
                                          "withdrawn", "superseded", "expired", NULL};
static const char *const already[] = {"already_pending",  "already_accepted",  "already_lost",
                                      "already_rejected", "already_withdrawn", "already_superseded",
                                      "already_expired"};

// clang-format off
static const struct transition_action actions[OFFER_ACTION_COUNT] = {
    [OFFER_ACCEPT]    = {"accept", "offer.accept", {TEXTS_LITERAL("Согласиться"), TEXTS_LITERAL("Келісу"), TEXTS_LITERAL("Accept")}},
    [OFFER_REJECT]    = {"reject", "offer.reject", {TEXTS_LITERAL("Отказаться"), TEXTS_LITERAL("Бас тарту"), TEXTS_LITERAL("Reject")}},
    [OFFER_WITHDRAW]  = {"withdraw", "offer.withdraw", {TEXTS_LITERAL("Отозвать"), TEXTS_LITERAL("Қайтарып алу"), TEXTS_LITERAL("Withdraw")}},
    [OFFER_LOSE]      = {.verb = "lose", .audit = "offer.lose"},
    [OFFER_SUPERSEDE] = {.verb = "supersede", .audit = "offer.supersede"},
    [OFFER_EXPIRE]    = {.verb = "expire", .audit = "offer.expire"},
};

/* action, from, to, actors, conditions */
static const struct transition rows[] = {
    {OFFER_ACCEPT,    1 << OFFER_PENDING, OFFER_ACCEPTED,   GUEST | STAFF,   OFFER_TRIP_UNMOVED},
    {OFFER_REJECT,    1 << OFFER_PENDING, OFFER_REJECTED,   GUEST,           0},
    {OFFER_WITHDRAW,  1 << OFFER_PENDING, OFFER_WITHDRAWN,  DRIVER | SYSTEM, 0},
    {OFFER_LOSE,      1 << OFFER_PENDING, OFFER_LOST,       SYSTEM,          0},
    {OFFER_SUPERSEDE, 1 << OFFER_PENDING, OFFER_SUPERSEDED, SYSTEM,          0},
    {OFFER_EXPIRE,    1 << OFFER_PENDING, OFFER_EXPIRED,    SYSTEM,          0},
};

static const struct transition_refusal refusals[] = {
    {OFFER_TRIP_UNMOVED, FAULT_CONFLICT, "offer_not_valid", "The trip leaves or arrives at another time now."},
};

static const struct transition_exception exceptions[] = {
    {OFFER_ACCEPT,   1 << OFFER_EXPIRED, FAULT_GONE, "offer_expired", "The offer's time ran out."},
    {OFFER_REJECT,   1 << OFFER_EXPIRED, FAULT_GONE, "offer_expired", "The offer's time ran out."},
    {OFFER_WITHDRAW, 1 << OFFER_EXPIRED, FAULT_GONE, "offer_expired", "The offer's time ran out."},
};
// clang-format on

const struct transition_machine offer_machine = {
    .noun = "offer",
    .rows = rows,
    .row_count = ARRAY_LEN(rows),
    .actions = actions,
    .action_count = OFFER_ACTION_COUNT,
    .statuses = offer_status_names,
    .already = already,
    .refusals = refusals,
    .refusal_count = ARRAY_LEN(refusals),
    .exceptions = exceptions,
    .exception_count = ARRAY_LEN(exceptions),
};

struct transition_state offer_state(const struct offer *offer)
{
    return (struct transition_state){offer->status, offer->trip_moved ? 0 : OFFER_TRIP_UNMOVED};
}

int offer_status_at(int status, int64_t expires_at, int64_t now)
{
    return status == OFFER_PENDING && expires_at <= now ? OFFER_EXPIRED : status;
}

int64_t offer_valid_until(int64_t now, int64_t seconds, int64_t depart_to)
{
    return number_min(now + seconds * 1000000, depart_to);
}

void offer_apply_clock(struct offer *offer)
{
    offer->status = offer_status_at(offer->status, offer->expires_at, offer->now);
    if (offer->status == OFFER_PENDING && !offer->ride_is_open)
        offer->status = OFFER_LOST;
    if (offer->status != OFFER_PENDING)
        offer->expires_at = FIELD_ABSENT;
}

bool offer_visible(const struct offer *offer, const struct api_caller *caller)
{
    if (caller->actor == RIDE_ACTOR_GUEST)
        return offer->passenger == caller->actor_number;
    if (caller->actor == RIDE_ACTOR_DRIVER)
        return uuid_equal(&offer->driver_id, &caller->actor_id);
    return api_caller_is_staff(caller);
}

void offer_draft_check(const void *value, struct fault_list *problems)
{
    const struct offer_draft *draft = value;
    const bool has_car = !uuid_is_nil(&draft->car_id), has_trip = !uuid_is_nil(&draft->trip_id);

    if (has_car == has_trip)
        fault_list_add(problems, "car_id", "one_of_two", "A car for a new trip, or a trip.");
    if (has_car && has_trip)
        fault_list_add(problems, "trip_id", "one_of_two", "A car for a new trip, or a trip.");
    if (!has_trip && (draft->depart_at == 0 || draft->depart_at == FIELD_ABSENT))
        fault_list_add(problems, "depart_at", "required", "When it leaves.");
    if (draft->minutes != FIELD_ABSENT && draft->offer_seconds != FIELD_ABSENT) {
        fault_list_add(problems, "minutes", "one_of_two", "minutes or offer_seconds.");
        fault_list_add(problems, "offer_seconds", "one_of_two", "minutes or offer_seconds.");
    }
}

bool offer_departs_in_window(const struct ride_preferences *preferences, int64_t depart_at,
                             int64_t now)
{
    return depart_at > now && depart_at >= preferences->depart_from &&
           depart_at <= preferences->depart_to;
}

bool offer_find_stops(const struct trip *trip, const struct ride *ride, int64_t *from_stop,
                      int64_t *to_stop)
{
    const struct trip_stop *stops = trip->stops.items;
    int64_t from = -1;

    for (size_t i = 0; i < trip->stops.count; i++) {
        if (from >= 0 && slice_equal(stops[i].place, ride->to_place)) {
            *from_stop = from;
            *to_stop = (int64_t)i;
            return true;
        }
        if (slice_equal(stops[i].place, ride->from_place))
            from = (int64_t)i;
    }
    return false;
}
