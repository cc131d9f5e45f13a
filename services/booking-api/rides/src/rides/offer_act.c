// SPDX-License-Identifier: MIT
#include "rides/offer_store.h"
#include "rides/offer_win.h"
#include "rides/ride_store.h"
#include "rides/ride_take.h"

static bool not_found(struct fault *fault)
{
    return fault_set(fault, FAULT_NOT_FOUND, "not_found", "The ride has no such offer.");
}

/* The ride, and what its acceptance needs, is locked before the offer. */
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

static bool agree(struct change *change, struct offer *offer, struct ride *ride,
                  struct fault *fault)
{
    struct uuid rival;

    if (!offer_rival(change, offer, ride, &rival, fault))
        return false;
    if (!uuid_is_nil(&rival))
        return ride_refuse_rival(change, "overlapping_ride", &rival, fault);
    return offer_win(change, offer, true, ride, fault);
}

bool offer_act(struct change *change, const struct uuid *ride_id, const struct uuid *id,
               enum offer_action action, struct db_rows *rows, struct offer *out,
               struct db_rows *ride_rows, struct ride *ride, struct fault *fault)
{
    const unsigned who = move_who(change->caller);
    const struct uuid *tenant = &change->caller->tenant_id;
    const struct move *move;
    struct offer offer;

    if (!offer_store_find(change->tx, tenant, ride_id, id, rows, &offer, fault))
        return false;
    if (!offer_visible(&offer, change->caller))
        return not_found(fault);
    if (!lock(change, id, action, rows, &offer, ride_rows, ride, fault))
        return false;
    *out = offer;
    /* A second tap. */
    if (move_leads(&offer_machine, (int)action, OFFER_PENDING, offer.status) &&
        move_find(&offer_machine, (struct move_state){OFFER_PENDING, 0}, (int)action, who) != NULL)
        return true;
    if (!change_if_match(change, offer.version, fault) ||
        !move_judge(&offer_machine, (struct move_state){offer.status, 0}, (int)action, who, &move,
                    fault))
        return false;
    if (action == OFFER_ACCEPT
            ? !agree(change, &offer, ride, fault)
            : !offer_store_move(change, &offer, (enum offer_status)move->to, fault))
        return false;
    db_rows_finish(rows);
    if (!offer_store_find(change->tx, tenant, ride_id, id, rows, out, fault))
        return false;
    if (action != OFFER_ACCEPT)
        return true;
    db_rows_finish(ride_rows);
    return ride_store_find(change->tx, tenant, ride_id, ride_rows, ride, fault);
}
