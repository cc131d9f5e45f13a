// SPDX-License-Identifier: MIT
/* Sends a stored answer again for its Idempotency-Key. Because phones and plate are visible only
 * for a limited time, the members of a ride that contain people are replaced by what ride_encode()
 * writes now. All other bytes are the stored ones. */
#include <string.h>

#include "base/auto.h"
#include "json/foreign.h"

#include "rides.h"
#include "rides/ride_store.h"
#include "rides/rides_json.h"

enum { RIDE_MAX = 64 * 1024, MEMBERS = 4 };

/* Only answers that show a ride contain this member. */
static const char mark[] = "\"passenger\"";

/* The members of an answer in JSON that are replaced, and those that lead to them. */
struct ride_parts {
    struct slice id;
    struct slice people[MEMBERS]; /* absent if there is no such member */
    struct slice ride;            /* a ride nested in another answer */
};

static const struct foreign_member parts_members[] = {
    {"id",        FOREIGN_TEXT, offsetof(struct ride_parts, id),        NULL, 0},
    {"recipient", FOREIGN_RAW,  offsetof(struct ride_parts, people[0]), NULL, 0},
    {"passenger", FOREIGN_RAW,  offsetof(struct ride_parts, people[1]), NULL, 0},
    {"driver",    FOREIGN_RAW,  offsetof(struct ride_parts, people[2]), NULL, 0},
    {"car",       FOREIGN_RAW,  offsetof(struct ride_parts, people[3]), NULL, 0},
    {"ride",      FOREIGN_RAW,  offsetof(struct ride_parts, ride),      NULL, 0},
};
static const struct foreign parts_table = FOREIGN_OF(parts_members, struct ride_parts);

static bool is_object(struct slice json)
{
    return json.len > 0 && json.at[0] == '{';
}

/* Encodes the ride as the caller may see it now. A caller who may no longer see the ride gets it
 * without contacts. */
static bool encode_current_ride(struct change *change, const struct uuid *ride_id, struct buf *out,
                                struct fault *fault)
{
    static const struct api_caller nobody = {.actor = ACTOR_SYSTEM};
    struct ride ride;

    if (!ride_store_find(change->tx, &change->caller->tenant_id, ride_id, change->arena, &ride,
                         fault))
        return false;
    ride_encode(&ride, ride_visible(&ride, change->caller) ? change->caller : &nobody, out);
    return buf_ok(out, fault);
}

/* Replaces `part` of the text at `from`: writes the text before it, then `replacement`. Returns the
 * end of `part`. */
static const char *copy_and_replace(const char *from, struct slice part, struct slice replacement,
                                    struct buf *out)
{
    buf_slice(out, (struct slice){from, (size_t)(part.at - from)});
    buf_slice(out, replacement);
    return part.at + part.len;
}

/* Writes `stored` with the members in parts->people replaced by those in current->people. */
static void replace_people(struct slice stored, const struct ride_parts *parts,
                           const struct ride_parts *current, struct buf *out)
{
    const char *at = stored.at;

    for (int written = 0; written < MEMBERS; written++) {
        int next = -1;

        for (int i = 0; i < MEMBERS; i++)
            if (is_object(parts->people[i]) && parts->people[i].at >= at &&
                (next < 0 || parts->people[i].at < parts->people[next].at))
                next = i;
        if (next < 0)
            break;
        at = copy_and_replace(
            at, parts->people[next],
            current->people[next].at != NULL ? current->people[next] : SLICE("null"), out);
    }
    buf_slice(out, (struct slice){at, (size_t)(stored.at + stored.len - at)});
}

static bool write_ride_with_current_people(struct change *change, struct slice stored,
                                           const struct ride_parts *parts, struct buf *out,
                                           struct fault *fault)
{
    AUTO(buf_finish) struct buf fresh = BUF(RIDE_MAX);
    struct ride_parts now;
    struct slice text;
    struct uuid id;

    if (!uuid_parse(parts->id, &id))
        return fault_set(fault, FAULT_INTERNAL, "bad_answer", "The stored answer has no id.");
    if (!encode_current_ride(change, &id, &fresh, fault) ||
        !buf_keep(&fresh, change->arena, &text, fault) ||
        !foreign_read(&parts_table, text, &now, change->arena, fault))
        return false;
    replace_people(stored, parts, &now, out);
    return true;
}

bool rides_refresh_stored_answer(struct change *change, struct slice stored_answer, struct buf *out,
                                 struct fault *fault)
{
    struct ride_parts parts, inner;

    if (memmem(stored_answer.at, stored_answer.len, mark, sizeof mark - 1) == NULL) {
        buf_slice(out, stored_answer);
        return true;
    }
    if (!foreign_read(&parts_table, stored_answer, &parts, change->arena, fault))
        return false;
    if (is_object(parts.people[1]))
        return write_ride_with_current_people(change, stored_answer, &parts, out, fault);
    if (!is_object(parts.ride)) {
        buf_slice(out, stored_answer);
        return true;
    }
    if (!foreign_read(&parts_table, parts.ride, &inner, change->arena, fault))
        return false;
    const char *rest =
        copy_and_replace(stored_answer.at, (struct slice){parts.ride.at, 0}, SLICE_NONE, out);
    if (!write_ride_with_current_people(change, parts.ride, &inner, out, fault))
        return false;
    rest += parts.ride.len;
    buf_slice(out, (struct slice){rest, (size_t)(stored_answer.at + stored_answer.len - rest)});
    return true;
}
