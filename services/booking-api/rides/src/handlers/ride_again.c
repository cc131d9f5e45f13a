// SPDX-License-Identifier: MIT
/* A stored answer that is sent again for its Idempotency-Key. Phones and the plate are shown only
 * while their reader may see them, so the members of a ride that tell of people are written anew,
 * as ride_encode() writes them now. The other members are the stored bytes. */
#include <string.h>

#include "base/auto.h"
#include "json/foreign.h"

#include "rides.h"
#include "rides/ride_store.h"
#include "rides/rides_json.h"

enum { RIDE_MAX = 64 * 1024, MEMBERS = 4 };

/* No other answer has such a member, nor has one of flats. */
static const char mark[] = "\"passenger\"";

/* A ride as JSON; each member is a piece of it. */
struct told {
    struct slice id;
    struct slice people[MEMBERS]; /* absent where it has no such member */
    struct slice ride;            /* an answer about something else that shows a ride */
};

// clang-format off
static const struct foreign_member told_members[] = {
    {"id",        FOREIGN_TEXT, offsetof(struct told, id), NULL, 0},
    {"recipient", FOREIGN_RAW,  offsetof(struct told, people[0]), NULL, 0},
    {"passenger", FOREIGN_RAW,  offsetof(struct told, people[1]), NULL, 0},
    {"driver",    FOREIGN_RAW,  offsetof(struct told, people[2]), NULL, 0},
    {"car",       FOREIGN_RAW,  offsetof(struct told, people[3]), NULL, 0},
    {"ride",      FOREIGN_RAW,  offsetof(struct told, ride), NULL, 0},
};
// clang-format on
static const struct foreign told_table = FOREIGN_OF(told_members, struct told);

static bool is_object(struct slice json)
{
    return json.len > 0 && json.at[0] == '{';
}

/* As the reader sees it now. Who may not see the ride any more is shown what nobody may miss. */
static bool encode_now(struct change *change, const struct uuid *id, struct buf *out,
                       struct fault *fault)
{
    static const struct api_caller nobody = {.actor = ACTOR_SYSTEM};
    auto_rows struct db_rows rows = {0};
    struct ride ride;

    if (!ride_store_find(change->tx, &change->caller->tenant_id, id, &rows, &ride, fault))
        return false;
    ride_encode(&ride, ride_visible(&ride, change->caller) ? change->caller : &nobody, out);
    return buf_ok(out, fault);
}

/* `from` up to `piece`, then `now`. Returns what comes behind the piece. */
static const char *splice(const char *from, struct slice piece, struct slice now, struct buf *out)
{
    buf_slice(out, (struct slice){from, (size_t)(piece.at - from)});
    buf_slice(out, now);
    return piece.at + piece.len;
}

/* The members in the order in which they stand in the text. */
static void splice_people(struct slice stored, const struct told *told, const struct told *now,
                          struct buf *out)
{
    const char *at = stored.at;

    for (int written = 0; written < MEMBERS; written++) {
        int next = -1;

        for (int i = 0; i < MEMBERS; i++)
            if (is_object(told->people[i]) && told->people[i].at >= at &&
                (next < 0 || told->people[i].at < told->people[next].at))
                next = i;
        if (next < 0)
            break;
        at = splice(at, told->people[next],
                    now->people[next].at != NULL ? now->people[next] : SLICE("null"), out);
    }
    buf_slice(out, (struct slice){at, (size_t)(stored.at + stored.len - at)});
}

static bool write_ride(struct change *change, struct slice stored, const struct told *told,
                       struct buf *out, struct fault *fault)
{
    AUTO(buf_finish) struct buf fresh;
    struct told now;
    struct slice text;
    struct uuid id;

    buf_init(&fresh, RIDE_MAX);
    if (!uuid_parse(told->id, &id))
        return fault_set(fault, FAULT_INTERNAL, "bad_answer", "The stored answer has no id.");
    if (!encode_now(change, &id, &fresh, fault) || !buf_keep(&fresh, change->arena, &text, fault) ||
        !foreign_read(&told_table, text, &now, change->arena, fault))
        return false;
    splice_people(stored, told, &now, out);
    return true;
}

bool rides_again(struct change *change, struct slice stored, struct buf *out, struct fault *fault)
{
    struct told told, inner;

    if (memmem(stored.at, stored.len, mark, sizeof mark - 1) == NULL) {
        buf_slice(out, stored);
        return true;
    }
    if (!foreign_read(&told_table, stored, &told, change->arena, fault))
        return false;
    if (is_object(told.people[1]))
        return write_ride(change, stored, &told, out, fault);
    if (!is_object(told.ride)) {
        buf_slice(out, stored);
        return true;
    }
    if (!foreign_read(&told_table, told.ride, &inner, change->arena, fault))
        return false;
    const char *rest = splice(stored.at, (struct slice){told.ride.at, 0}, (struct slice){0}, out);
    if (!write_ride(change, told.ride, &inner, out, fault))
        return false;
    rest += told.ride.len;
    buf_slice(out, (struct slice){rest, (size_t)(stored.at + stored.len - rest)});
    return true;
}
