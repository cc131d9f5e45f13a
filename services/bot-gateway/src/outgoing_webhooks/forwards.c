// SPDX-License-Identifier: MIT
#include "outgoing_webhooks/forwards.h"

#include "api/deliver.h"
#include "base/auto.h"

#include "inbox/update.h"
#include "outgoing_webhooks/forward_store.h"
#include "outgoing_webhooks/forwards_json.h"

enum {
    /* Memory for the members of an update, and for the filters (`match`) of the forwards. */
    ARENA_MAX = 4 * UPDATE_BODY_MAX,
    KEY_ROOM = 64
};

_Static_assert((int)FORWARDS_MAX <= (int)DELIVER_PLACES_MAX,
               "an update is queued for all forwards at once");

struct enqueuing {
    struct arena arena;
    struct db_rows forwards;
    struct db_rows rows;
    struct forward_update update; /* borrowed from `rows` */
    struct buf body;
};

static void free_enqueuing(struct enqueuing *enqueuing)
{
    buf_finish(&enqueuing->body);
    db_rows_finish(&enqueuing->rows);
    db_rows_finish(&enqueuing->forwards);
    arena_finish(&enqueuing->arena);
}

static bool decode_and_compare_match(struct enqueuing *enqueuing,
                                     const struct forward_subject *subject, struct slice match_json,
                                     bool *matches, struct fault *fault)
{
    struct forward_match match;

    fields_clear(&forward_match_fields, &match);
    if (match_json.at != NULL && !fields_decode(&forward_match_fields, match_json, false, &match,
                                                NULL, &enqueuing->arena, fault))
        return false;
    *matches = forward_matches(&match, subject);
    return true;
}

/* Selects the forwards of enqueuing->forwards that match, the oldest first. */
static bool select_matching_forwards(struct enqueuing *enqueuing,
                                     struct uuid selected[FORWARDS_MAX], size_t *count,
                                     struct fault *fault)
{
    const struct forward_update *update = &enqueuing->update;
    struct forward_subject subject = {
        .kind = update->kind, .chat_id = update->chat_id, .botname = update->botname};

    *count = 0;
    if (enqueuing->forwards.count == 0 || enqueuing->rows.count == 0)
        return true;
    if (!forward_subject_read_text(update->body, &enqueuing->arena, &subject, fault))
        return false;
    for (int row = 0; row < enqueuing->forwards.count && row < FORWARDS_MAX; row++) {
        struct slice match;
        bool good;
        forward_store_read_match(&enqueuing->forwards, row, &selected[*count], &match);
        if (!decode_and_compare_match(enqueuing, &subject, match, &good, fault))
            return false;
        *count += good;
    }
    return true;
}

/* Reads the update, and selects its forwards that are exclusive, or are not. */
static bool read_and_select(struct db *tx, const struct uuid *update_id, bool exclusive,
                            struct enqueuing *enqueuing, struct uuid selected[FORWARDS_MAX],
                            size_t *count, struct fault *fault)
{
    db_rows_finish(&enqueuing->forwards);
    db_rows_finish(&enqueuing->rows);
    return forward_store_read_update_and_forwards(tx, update_id, exclusive, &enqueuing->forwards,
                                                  &enqueuing->rows, &enqueuing->update, fault) &&
           select_matching_forwards(enqueuing, selected, count, fault);
}

/* The lane of an update. Updates of a chat are delivered in order; updates without a chat, by user.
 */
static struct slice format_lane(const struct forward_update *update, char buffer[DELIVER_LANE_MAX])
{
    if (update->chat_id != FIELD_ABSENT)
        snprintf(buffer, DELIVER_LANE_MAX, "chat:%lld", (long long)update->chat_id);
    else if (update->user_id != FIELD_ABSENT)
        snprintf(buffer, DELIVER_LANE_MAX, "user:%lld", (long long)update->user_id);
    else
        snprintf(buffer, DELIVER_LANE_MAX, "nobody");
    return slice_of(buffer);
}

static bool enqueue_for_selected_forwards(struct db *tx, struct enqueuing *enqueuing,
                                          const struct uuid *update_id, const struct uuid *selected,
                                          size_t count, struct fault *fault)
{
    const struct forward_update *update = &enqueuing->update;
    char lane[DELIVER_LANE_MAX], key[KEY_ROOM];

    buf_json_member(&enqueuing->body, "{\"bot\":", update->bot);
    buf_text(&enqueuing->body, ",\"update\":");
    buf_slice(&enqueuing->body, update->body);
    buf_char(&enqueuing->body, '}');
    if (!buf_ok(&enqueuing->body, fault))
        return false;
    snprintf(key, sizeof key, "%.*s:%lld", SLICE_ARG(update->bot), (long long)update->update_id);
    const struct deliver_item item = {.id = *update_id,
                                      .lane = format_lane(update, lane),
                                      .idempotency_key = slice_of(key),
                                      .body = buf_as_slice(&enqueuing->body)};
    return deliver_store_enqueue(tx, &item, selected, count, fault);
}

bool forwards_lock_exclusive(struct db *tx, const struct uuid *update_id, bool *found,
                             struct fault *fault)
{
    AUTO(free_enqueuing) struct enqueuing enqueuing = {.arena = ARENA(ARENA_MAX)};
    struct uuid selected[FORWARDS_MAX];
    size_t count;

    if (!read_and_select(tx, update_id, true, &enqueuing, selected, &count, fault))
        return false;
    *found = count > 0;
    return true;
}

bool forwards_enqueue_update(struct db *tx, const struct uuid *update_id, bool is_left,
                             struct fault *fault)
{
    AUTO(free_enqueuing)
    struct enqueuing enqueuing = {.arena = ARENA(ARENA_MAX), .body = BUF(DELIVER_BODY_MAX)};
    struct uuid selected[FORWARDS_MAX];
    size_t count = 0;

    if (is_left && !read_and_select(tx, update_id, true, &enqueuing, selected, &count, fault))
        return false;
    if (count > 0)
        return enqueue_for_selected_forwards(tx, &enqueuing, update_id, selected, 1, fault);
    if (!read_and_select(tx, update_id, false, &enqueuing, selected, &count, fault))
        return false;
    return count == 0 ||
           enqueue_for_selected_forwards(tx, &enqueuing, update_id, selected, count, fault);
}
