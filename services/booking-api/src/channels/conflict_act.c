// SPDX-License-Identifier: MIT
#include "bookings/booking_change.h"
#include "bookings/bookings_json.h"
#include "channels/channels_json.h"

/* Records an event. The event of the begin has the version before the end, so that both have
 * different places in the conflict's sequence. */
static bool record(struct change *change, const char *event, const struct conflict *conflict,
                   int64_t version, struct fault *fault)
{
    return change_record(change, event, event, "conflict", &conflict->id, version,
                         &conflict_event_fields, conflict, fault);
}

static bool record_begin(struct change *change, const struct conflict *conflict, int64_t version,
                         struct fault *fault)
{
    struct conflict begun = *conflict;

    begun.status = CONFLICT_OPEN;
    return record(change, "calendar.conflict", &begun, version, fault);
}

bool conflict_tell(struct change *change, const struct conflict *found, struct fault *fault)
{
    struct conflict conflict;

    if (!conflict_store_lock(change->tx, &found->tenant_id, &found->id, &conflict, fault))
        return false;
    const bool ended = conflict.status != CONFLICT_OPEN;

    if (!conflict.told && !record_begin(change, &conflict, conflict.version - ended, fault))
        return false;
    if (ended && !conflict.told_end &&
        !record(change, "calendar.conflict_ended", &conflict, conflict.version, fault))
        return false;
    return conflict_store_write_told(change->tx, &conflict, fault);
}

/* --- resolving --- */

static bool cancel_booking_of(struct change *change, const struct conflict *conflict,
                              const struct conflict_resolution *resolution, struct fault *fault)
{
    const bool refunds_all = resolution->refund == CONFLICT_REFUND_FULL;
    const struct booking_action_body body = {
        .paid = FIELD_ABSENT,
        .expected_refund = resolution->expected_refund,
        .reason = refunds_all ? SLICE("The nights are sold on another channel; all that was paid "
                                      "is refunded.")
                              : SLICE("The nights are sold on another channel."),
        .within_other = true,
        .refunds_all = refunds_all,
        .sold_elsewhere = true,
    };
    struct booking booking;

    return booking_act(change, &conflict->booking_id, BOOKING_CANCEL, &body, &booking, fault);
}

static bool release_block_of(struct change *change, const struct conflict *conflict,
                             struct fault *fault)
{
    struct block block;

    if (!block_store_lock(change->tx, &conflict->apartment_id, &conflict->block_id, change->arena,
                          &block, fault) ||
        !block_store_release(change->tx, &block, fault))
        return false;
    block.owner_id = conflict->owner_id;
    return change_record(change, "block.deleted", "block.delete", "block", &block.id, block.version,
                         &block_event_fields, &block, fault);
}

/* FAULT_CONFLICT if the conflict has ended otherwise. */
static bool check_status(const struct conflict *conflict, enum conflict_keep keep,
                         struct fault *fault)
{
    if (conflict->status == CONFLICT_GONE)
        return fault_set(fault, FAULT_CONFLICT, "already_gone",
                         "There is no overlap any more; nothing is to be decided.");
    if (conflict->status == CONFLICT_KEPT_THEIRS && keep == KEEP_OURS)
        return fault_set(fault, FAULT_CONFLICT, "already_kept_theirs",
                         "Ours was cancelled already.");
    return true;
}

static bool decide(struct change *change, const struct conflict_resolution *resolution,
                   struct conflict *conflict, struct fault *fault)
{
    const bool was_told = conflict->told, was_told_end = conflict->told_end;
    const int64_t version = conflict->version;

    if (resolution->keep == KEEP_THEIRS &&
        !(uuid_is_nil(&conflict->booking_id)
              ? release_block_of(change, conflict, fault)
              : cancel_booking_of(change, conflict, resolution, fault)))
        return false;
    if (!conflict_store_decide(change->tx, conflict,
                               resolution->keep == KEEP_OURS ? CONFLICT_KEPT_OURS
                                                             : CONFLICT_KEPT_THEIRS,
                               change->caller->actor_text, fault) ||
        (!was_told && !record_begin(change, conflict, version, fault)))
        return false;
    if (!was_told_end)
        return record(change, "calendar.conflict_ended", conflict, conflict->version, fault);
    change_audit(change, "calendar.conflict_resolved", "conflict", &conflict->id,
                 conflict->version);
    return true;
}

/* A conflict of another owner's apartment is answered like an unknown one. */
static bool check_visible(const struct api_caller *caller, const struct apartment *apartment,
                          struct fault *fault)
{
    return apartment_visible(apartment, caller) ||
           fault_set(fault, FAULT_NOT_FOUND, "not_found", "There is no such conflict.");
}

bool conflict_resolve(struct change *change, const struct uuid *id,
                      const struct conflict_resolution *resolution, struct conflict *out,
                      struct fault *fault)
{
    const struct uuid *tenant_id = &change->caller->tenant_id;
    const int wanted = resolution->keep == KEEP_OURS ? CONFLICT_KEPT_OURS : CONFLICT_KEPT_THEIRS;
    struct apartment apartment;

    if (!conflict_store_find(change->tx, tenant_id, id, out, fault) ||
        !apartment_store_lock(change, &out->apartment_id, &apartment, fault) ||
        !check_visible(change->caller, &apartment, fault) ||
        !feed_settle(change, &apartment.id, apartment.local_day, fault) ||
        !conflict_store_lock(change->tx, tenant_id, id, out, fault))
        return false;
    if (out->status == wanted)
        return true;
    return change_if_match(change, out->version, fault) &&
           check_status(out, (enum conflict_keep)resolution->keep, fault) &&
           decide(change, resolution, out, fault);
}
