// SPDX-License-Identifier: MIT
#include "rides/ride_change.h"

/* Locks the ride, and for an acceptance its passenger, driver and trip, before the offer. */
static bool lock(struct change *change, const struct uuid *id, enum offer_action action,
                 struct db_rows *rows, struct offer *offer, struct db_rows *ride_rows,
                 struct ride *ride, struct fault *fault)
{
    const struct uuid *tenant = &change->caller->tenant_id;
    const struct offer read = *offer;
    const bool locked =
        action == OFFER_ACCEPT
            ? offer_lock_ride(change, &read, ride_rows, ride, fault)
            : ride_store_lock_one(change->tx, tenant, &read.ride_id, ride_rows, ride, fault);

    db_rows_finish(rows);
    return locked && offer_store_lock(change->tx, tenant, &read.ride_id, id, rows, offer, fault);
}

static bool accept_on_trip(struct change *change, struct offer *offer, struct ride *ride,
                           struct fault *fault)
{
    struct uuid conflict;

    if (!offer_find_conflict(change, offer, ride, &conflict, fault))
        return false;
    if (!uuid_is_nil(&conflict))
        return ride_refuse_conflict(change, "overlapping_ride", &conflict, fault);
    return offer_accept(change, offer, true, ride, fault);
}

bool offer_act(struct change *change, const struct uuid *ride_id, const struct uuid *id,
               enum offer_action action, struct db_rows *rows, struct offer *out,
               struct db_rows *ride_rows, struct ride *ride, struct fault *fault)
{
    const unsigned actor = transition_actor(change->caller);
    const struct uuid *tenant = &change->caller->tenant_id;
    const struct transition *row;
    struct offer offer;

    if (!offer_store_find(change->tx, tenant, ride_id, id, rows, &offer, fault))
        return false;
    if (!offer_visible(&offer, change->caller))
        return fault_set(fault, FAULT_NOT_FOUND, "not_found", "The ride has no such offer.");
    if (!lock(change, id, action, rows, &offer, ride_rows, ride, fault))
        return false;
    *out = offer;
    /* A repeated action has no further effect. */
    row = transition_find(&offer_machine, (struct transition_state){OFFER_PENDING, 0}, (int)action,
                          actor);
    if (row != NULL && row->to == offer.status)
        return true;
    if (!change_if_match(change, offer.version, fault) ||
        !transition_check(&offer_machine, (struct transition_state){offer.status, 0}, (int)action,
                          actor, &row, fault))
        return false;
    if (action == OFFER_ACCEPT
            ? !accept_on_trip(change, &offer, ride, fault)
            : !offer_store_set_status(change, &offer, (enum offer_status)row->to, fault))
        return false;
    db_rows_finish(rows);
    if (!offer_store_find(change->tx, tenant, ride_id, id, rows, out, fault))
        return false;
    if (action != OFFER_ACCEPT)
        return true;
    db_rows_finish(ride_rows);
    return ride_store_find(change->tx, tenant, ride_id, ride_rows, ride, fault);
}
