// SPDX-License-Identifier: MIT
#include "outgoing_webhooks/forwards.h"

#include "api/deliver.h"
#include "base/auto.h"

#include "inbox/update.h"
#include "outgoing_webhooks/forward_store.h"
#include "outgoing_webhooks/forwards_json.h"

enum {
    ARENA_MAX = 4 * UPDATE_BODY_MAX, /* what foreign_read() may need for such a body, and matches */
    LANE_ROOM = 32,
    KEY_ROOM = 64
};

_Static_assert((int)FORWARDS_MAX <= (int)DELIVER_PLACES_MAX,
               "an update is placed for all forwards at once");

struct placing {
    struct arena arena;
    struct db_rows forwards;
    struct db_rows rows;
    struct forward_update update; /* borrowed from `rows` */
    struct buf body;
};

static void placing_init(struct placing *placing)
{
    *placing = (struct placing){0};
    arena_init(&placing->arena, ARENA_MAX);
    buf_init(&placing->body, DELIVER_BODY_MAX);
}

static void placing_finish(struct placing *placing)
{
    buf_finish(&placing->body);
    db_rows_finish(&placing->rows);
    db_rows_finish(&placing->forwards);
    arena_finish(&placing->arena);
}

static bool fits(struct placing *placing, const struct forward_seen *seen, struct slice match_json,
                 bool *out, struct fault *fault)
{
    struct forward_match match;

    fields_clear(&forward_match_fields, &match);
    if (match_json.at != NULL && !fields_decode(&forward_match_fields, match_json, false, &match,
                                                NULL, &placing->arena, fault))
        return false;
    *out = forward_matches(&match, seen);
    return true;
}

/* Those that the update fits. */
static bool choose(struct placing *placing, struct uuid chosen[FORWARDS_MAX], size_t *count,
                   struct fault *fault)
{
    const struct forward_update *update = &placing->update;
    struct forward_seen seen = {
        .kind = update->kind, .chat_id = update->chat_id, .botname = update->botname};

    *count = 0;
    if (!forward_seen_read(update->body, &placing->arena, &seen, fault))
        return false;
    for (int row = 0; row < placing->forwards.count && row < FORWARDS_MAX; row++) {
        struct slice match;
        bool good;
        forward_store_match(&placing->forwards, row, &chosen[*count], &match);
        if (!fits(placing, &seen, match, &good, fault))
            return false;
        *count += good;
    }
    return true;
}

/* What must stay in order. */
static struct slice lane_of(const struct forward_update *update, char room[LANE_ROOM])
{
    if (update->chat_id != FIELD_ABSENT)
        snprintf(room, LANE_ROOM, "chat:%lld", (long long)update->chat_id);
    else if (update->user_id != FIELD_ABSENT)
        snprintf(room, LANE_ROOM, "user:%lld", (long long)update->user_id);
    else
        snprintf(room, LANE_ROOM, "nobody");
    return slice_of(room);
}

static bool place(struct db *tx, struct placing *placing, const struct uuid *update_id,
                  const struct uuid *chosen, size_t count, struct fault *fault)
{
    const struct forward_update *update = &placing->update;
    char lane[LANE_ROOM], key[KEY_ROOM];

    buf_text(&placing->body, "{\"bot\":");
    buf_json_string(&placing->body, update->bot);
    buf_text(&placing->body, ",\"update\":");
    buf_slice(&placing->body, update->body);
    buf_char(&placing->body, '}');
    if (!buf_ok(&placing->body, fault))
        return false;
    snprintf(key, sizeof key, "%.*s:%lld", SLICE_ARG(update->bot), (long long)update->update_id);
    const struct deliver_item item = {.id = *update_id,
                                      .lane = lane_of(update, lane),
                                      .idempotency_key = slice_of(key),
                                      .body = buf_as_slice(&placing->body)};
    return deliver_store_place(tx, &item, chosen, count, fault);
}

bool forwards_enqueue(struct db *tx, const struct uuid *update_id, struct fault *fault)
{
    AUTO(placing_finish) struct placing placing;
    struct uuid chosen[FORWARDS_MAX];
    size_t count;

    placing_init(&placing);
    if (!forward_store_of(tx, update_id, &placing.forwards, &placing.rows, &placing.update, fault))
        return false;
    if (placing.forwards.count == 0 || placing.rows.count == 0)
        return true;
    if (!choose(&placing, chosen, &count, fault))
        return false;
    return count == 0 || place(tx, &placing, update_id, chosen, count, fault);
}
