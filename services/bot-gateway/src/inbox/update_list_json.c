// SPDX-License-Identifier: MIT
#include "base/now.h"

#include "inbox/inbox_json.h"
#include "inbox/update_replay.h"

/* Callers can list dead updates only: done ones need no attention, received ones are handled
 * soon. */
static const char *const listed_names[] = {"dead", NULL};

// clang-format off
#define AT(member) .offset = offsetof(struct update_query, member)
static const struct field query_items[] = {
    {.name = "status", .type = FIELD_ENUM, AT(status), .names = listed_names},
    {.name = "limit",  .type = FIELD_INT,  AT(page.limit), .min = 1, .max = LIST_LIMIT_MAX},
    {.name = "cursor", .type = FIELD_RAW,  AT(page.cursor)},
};
#undef AT
// clang-format on
const struct fields update_query_fields = FIELDS_OF(query_items, struct update_query);

static void encode_allowed_actions(const void *update_shown, struct buf *out)
{
    const struct update_shown *update = update_shown;

    transition_encode(&update_machine, update_transition_state_of(update, now_wall_us()),
                      TRANSITION_BY_STAFF, update_get_replay_deadline_us(update), out);
}

// clang-format off
#define AT(member) .offset = offsetof(struct update_shown, member)
static const struct field items[] = {
    {.name = "id",              .type = FIELD_UUID, AT(id)},
    {.name = "bot",             .type = FIELD_TEXT, AT(bot)},
    {.name = "update_id",       .type = FIELD_INT,  .flags = FIELD_NULLABLE, AT(update_id)},
    {.name = "kind",            .type = FIELD_TEXT, AT(kind)},
    {.name = "chat_id",         .type = FIELD_INT,  .flags = FIELD_NULLABLE, AT(chat_id)},
    {.name = "user_id",         .type = FIELD_INT,  .flags = FIELD_NULLABLE, AT(user_id)},
    {.name = "status",          .type = FIELD_ENUM, AT(status), .names = update_status_names},
    {.name = "allowed_actions", .type = FIELD_CUSTOM, .offset = 0, .encode = encode_allowed_actions},
    {.name = "tries",           .type = FIELD_INT,  AT(tries)},
    {.name = "reason",          .type = FIELD_TEXT, .flags = FIELD_NULLABLE, AT(reason)},
    {.name = "received_at",     .type = FIELD_TIME, AT(received_at)},
    {.name = "version",         .type = FIELD_INT,  AT(version)},
};
#undef AT
// clang-format on
const struct fields update_fields = FIELDS_OF(items, struct update_shown);
