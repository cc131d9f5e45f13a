// SPDX-License-Identifier: MIT
#include "json/foreign.h"

#include "intake/intake_json.h"
#include "webhooks/webhooks_json.h"

/* The Bot API's own default: so many deliveries at once. */
enum { CONNECTIONS_MAX = 40 };

// clang-format off
#define AT(member) offsetof(struct webhook_info, member)
static const struct foreign_member members[] = {
    {"url",                  FOREIGN_TEXT, AT(url),           NULL, 0},
    {"pending_update_count", FOREIGN_INT,  AT(pending),       NULL, 0},
    {"last_error_date",      FOREIGN_INT,  AT(last_error_at), NULL, 0},
    {"last_error_message",   FOREIGN_TEXT, AT(last_error),    NULL, 0},
};
#undef AT

struct user {
    struct slice username;
};
static const struct foreign_member user_members[] = {
    {"username", FOREIGN_TEXT, offsetof(struct user, username), NULL, 0},
};
// clang-format on
static const struct foreign table = FOREIGN_OF(members, struct webhook_info);
static const struct foreign user_table = FOREIGN_OF(user_members, struct user);

bool webhook_info_read(struct slice result, struct arena *arena, struct webhook_info *out,
                       struct fault *fault)
{
    return foreign_read(&table, result, out, arena, fault);
}

bool webhook_username_read(struct slice result, struct arena *arena, struct slice *out,
                           struct fault *fault)
{
    struct user user;
    if (!foreign_read(&user_table, result, &user, arena, fault))
        return false;
    *out = user.username;
    return true;
}

void webhook_set_encode(struct slice url, const char *secret, struct buf *out)
{
    buf_text(out, "{\"url\":");
    buf_json_string(out, url);
    buf_text(out, ",\"secret_token\":");
    buf_json_string(out, slice_of(secret));
    buf_printf(out,
               ",\"max_connections\":%d,\"allowed_updates\":%s,\"drop_pending_updates\":false}",
               CONNECTIONS_MAX, update_kinds_asked);
}
