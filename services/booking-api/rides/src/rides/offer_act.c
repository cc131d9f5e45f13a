// SPDX-License-Identifier: MIT
#include "rides/ride_change.h"

static bool check_and_accept(struct change *change, struct offer *offer, struct ride *ride,
                             struct fault *fault)
{
    struct ride_conflicts conflicts;
    struct ride_pair pair;

    if (!ride_pair_find(change->tx, &offer->tenant_id, &offer->driver_id, offer->passenger, &pair,
                        fault))
        return false;
    if (pair.is_one_person)
        return ride_refuse_own_trip(fault);
    if (pair.is_excluded)
        return fault_set(fault, FAULT_CONFLICT, "offer_not_valid",
                         "The driver may no longer drive this passenger.");
    if (!offer_find_conflicts(change, offer, ride, &conflicts, fault))
        return false;
    if (!uuid_is_nil(&conflicts.overlapping))
        return ride_refuse_conflict(change, "overlapping_ride", &conflicts.overlapping, fault);
    /* The trip decides whether the ride needs a prepayment. */
    return offer_accept(change, offer, true, ride, fault) &&
           ride_check_unpaid(change->caller, ride, conflicts.unpaid, fault);
}

bool offer_act(struct change *change, const struct uuid *ride_id, const struct uuid *id,
               enum offer_action action, struct offer *out, struct ride *ride, struct fault *fault)
{
    const unsigned actor = transition_actor(change->caller);
    const struct uuid *tenant = &change->caller->tenant_id;
    struct driver driver;
    struct offer offer;
    int to;

    if (!offer_store_find(change, ride_id, id, &offer, fault))
        return false;
    if (!offer_visible(&offer, change->caller))
        return fault_set(fault, FAULT_NOT_FOUND, "not_found", "The ride has no such offer.");
    /* Lock order: passenger, driver and trip (only for an acceptance), ride, offer. An offer that
     * is not pending stays so and needs no lock of the driver, who may have been erased. */
    if (!(action == OFFER_ACCEPT && offer.status == OFFER_PENDING
              ? offer_lock_parties_and_ride(change, &offer, &driver, ride, fault)
              : ride_store_lock_ride_only(change, ride_id, ride, fault)) ||
        !offer_store_lock(change, ride_id, id, &offer, fault))
        return false;
    *out = offer;
    /* A repeated action has no further effect. Every action leads from `pending`, so that was the
     * previous status. */
    const struct step_last last = {slice_of(offer_status_names[OFFER_PENDING]),
                                   slice_of(offer_status_names[offer.status]), offer.changed_by};
    if (transition_repeats(&offer_machine, &last, offer.status, (int)action,
                           change->caller->actor_text))
        return true;
    if (!change_if_match(change, offer.version, fault) ||
        !transition_check(&offer_machine, offer_state(&offer), (int)action, actor, &to, fault))
        return false;
    if (action == OFFER_ACCEPT
            ? !check_and_accept(change, &offer, ride, fault)
            : !offer_store_set_status(change, &offer, (enum offer_status)to, fault))
        return false;
    return offer_store_find(change, ride_id, id, out, fault) &&
           (action != OFFER_ACCEPT ||
            ride_store_find(change->tx, tenant, ride_id, change->arena, ride, fault));
}
