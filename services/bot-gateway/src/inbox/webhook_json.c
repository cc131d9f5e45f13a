// SPDX-License-Identifier: MIT
#include "inbox/webhook_json.h"

#include "base/now.h"
#include "json/foreign.h"

#include "inbox/inbox_json.h"

/* max_connections, the number of parallel deliveries: the default of the Bot API. */
enum { CONNECTIONS_MAX = 40 };
enum { DESCRIPTION_BYTES_MAX = 512 }; /* texts/text_key.c allows 64 UTF-16 units, which are fewer */

struct info {
    struct slice url;
    int64_t pending;       /* number of waiting updates */
    int64_t last_error_at; /* seconds since 1970 */
    struct slice last_error;
};

static const struct foreign_member members[] = {
    {"url",                  FOREIGN_TEXT, offsetof(struct info, url),           NULL, 0},
    {"pending_update_count", FOREIGN_INT,  offsetof(struct info, pending),       NULL, 0},
    {"last_error_date",      FOREIGN_INT,  offsetof(struct info, last_error_at), NULL, 0},
    {"last_error_message",   FOREIGN_TEXT, offsetof(struct info, last_error),    NULL, 0},
};

static const struct foreign_member user_members[] = {
    {"username", FOREIGN_TEXT, 0, NULL, 0},
};
static const struct foreign table = FOREIGN_OF(members, struct info);
static const struct foreign user_table = FOREIGN_OF(user_members, struct slice);

static struct slice extract_host(struct slice url)
{
    const struct slice schemes[] = {SLICE("https://"), SLICE("http://")};

    for (size_t i = 0; i < ARRAY_LEN(schemes); i++) {
        if (!slice_starts(url, schemes[i]))
            continue;
        size_t begin = schemes[i].len, end = begin;
        for (; end < url.len && strchr("/?#", url.at[end]) == NULL; end++)
            if (url.at[end] == '@')
                begin = end + 1;
        return (struct slice){url.at + begin, end - begin};
    }
    return SLICE("");
}

bool webhook_info_read(struct slice result, struct slice our_url, int64_t now_us,
                       struct arena *arena, struct bot_webhook *out, struct slice *host,
                       struct fault *fault)
{
    struct info info;

    if (!foreign_read(&table, result, &info, arena, fault))
        return false;
    *host = extract_host(info.url);
    *out = (struct bot_webhook){
        .state = info.url.len == 0                ? BOT_WEBHOOK_NONE
                 : slice_equal(info.url, our_url) ? BOT_WEBHOOK_OURS
                                                  : BOT_WEBHOOK_ELSEWHERE,
        .pending = info.pending != FIELD_ABSENT ? info.pending : 0,
        .last_error_at = FIELD_ABSENT,
        .checked_at = now_us,
    };
    if (info.last_error_at > 0) {
        out->last_error_at = info.last_error_at * US_PER_S;
        if (info.last_error.len > 0)
            memcpy(out->last_error, info.last_error.at,
                   slice_prefix_len(info.last_error, BOT_WEBHOOK_ERROR_MAX));
    }
    return true;
}

bool webhook_username_read(struct slice result, struct arena *arena, struct slice *username,
                           struct fault *fault)
{
    return foreign_read(&user_table, result, username, arena, fault);
}

void webhook_encode_set_parameters(struct slice url, const char *secret, struct buf *out)
{
    buf_json_member(out, "{\"url\":", url);
    buf_json_member(out, ",\"secret_token\":", slice_of(secret));
    buf_printf(out,
               ",\"max_connections\":%d,\"allowed_updates\":%s,\"drop_pending_updates\":false}",
               CONNECTIONS_MAX, update_kinds_asked);
}

void webhook_encode_menu_parameters(const struct texts *texts, const struct webhook_menu *menu,
                                    size_t language_row, struct buf *out)
{
    buf_text(out, "{\"commands\":[");
    for (size_t i = 0; i < menu->count; i++) {
        char room[DESCRIPTION_BYTES_MAX];
        struct buf description;
        buf_init_over(&description, room, sizeof room);
        text_render(texts, menu->commands[i].description, app_languages[language_row].language,
                    NULL, 0, &description);
        buf_printf(out, "%s{\"command\":\"%s\",\"description\":", i > 0 ? "," : "",
                   menu->commands[i].command);
        buf_json_string(out, buf_as_slice(&description));
        buf_char(out, '}');
    }
    buf_printf(out, "],\"language_code\":\"%s\"}", app_languages[language_row].code);
}
