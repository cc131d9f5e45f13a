// SPDX-License-Identifier: MIT
#include "probes/bots_json.h"

#include "base/buf.h"
#include "base/now.h"
#include "base/text.h"
#include "json/foreign.h"

enum {
    MISSING_MAX = 8,
    RETRIED_S = 180 /* Telegram repeats an update that it could not deliver within this time */
};

struct wire_bot {
    struct slice name;
    struct slice intake;
    bool is_active;
    struct foreign_list missing;
    struct slice webhook, webhook_error, polling; /* words for states */
    int64_t pending;
    int64_t failed_at;  /* the last failed delivery of an update */
    int64_t checked_at; /* when the gateway asked Telegram */
};

struct wire_page {
    struct foreign_list items;
    struct slice next;
};

// clang-format off
static const struct foreign_member bot_members[] = {
    {"name",          FOREIGN_TEXT,  offsetof(struct wire_bot, name),          NULL, 0},
    {"intake",        FOREIGN_TEXT,  offsetof(struct wire_bot, intake),        NULL, 0},
    {"is_active",     FOREIGN_BOOL,  offsetof(struct wire_bot, is_active),     NULL, 0},
    {"missing",       FOREIGN_TEXTS, offsetof(struct wire_bot, missing),       NULL, MISSING_MAX},
    {"webhook/state", FOREIGN_TEXT,  offsetof(struct wire_bot, webhook),       NULL, 0},
    {"webhook/error", FOREIGN_TEXT,  offsetof(struct wire_bot, webhook_error), NULL, 0},
    {"webhook/pending_update_count", FOREIGN_INT, offsetof(struct wire_bot, pending), NULL, 0},
    {"webhook/last_error_at", FOREIGN_TIME, offsetof(struct wire_bot, failed_at), NULL, 0},
    {"webhook/checked_at",    FOREIGN_TIME, offsetof(struct wire_bot, checked_at), NULL, 0},
    {"polling/state", FOREIGN_TEXT,  offsetof(struct wire_bot, polling),       NULL, 0},
};
static const struct foreign bot_table = FOREIGN_OF(bot_members, struct wire_bot);

static const struct foreign_member page_members[] = {
    {"items",       FOREIGN_LIST, offsetof(struct wire_page, items), &bot_table, BOTS_PAGE_MAX},
    {"next_cursor", FOREIGN_TEXT, offsetof(struct wire_page, next),  NULL,       0},
};
static const struct foreign page_table = FOREIGN_OF(page_members, struct wire_page);
// clang-format on

/* Whether updates wait at Telegram because it cannot deliver them to the webhook. */
static bool is_undelivered(const struct wire_bot *bot)
{
    return bot->pending > 0 && bot->failed_at != FIELD_ABSENT && bot->checked_at != FIELD_ABSENT &&
           bot->checked_at - bot->failed_at < RETRIED_S * US_PER_S;
}

/* Why the bot is broken: "undelivered" or a fixed word of the gateway. Absent: the bot works, or
 * its state is not known yet. */
static struct slice find_bot_fault(const struct wire_bot *bot)
{
    const struct slice *missing = bot->missing.items;
    const struct slice none = SLICE_NONE;

    if (bot->missing.count > 0)
        return missing[0];
    if (slice_is(bot->intake, "poll"))
        return slice_is(bot->polling, "works") ? none : bot->polling;
    if (bot->webhook_error.len > 0)
        return bot->webhook_error;
    if (slice_is(bot->webhook, "ours"))
        return is_undelivered(bot) ? SLICE("undelivered") : none;
    return bot->webhook;
}

static void add_bot_name(struct bots_found *found, struct slice name, struct slice why)
{
    struct buf names = buf_over(found->names, sizeof found->names - 1);

    buf_advance(&names, strlen(found->names));
    if (!text_is_slug(name) || !text_is_slug(why) || name.len + why.len + 4 > names.max - names.len)
        return;
    if (names.len > 0)
        buf_text(&names, ", ");
    buf_slice(&names, name);
    buf_text(&names, ": ");
    buf_slice(&names, why);
    found->names[names.len] = '\0';
}

static void add_bot(struct bots_found *found, const struct wire_bot *bot)
{
    const struct slice why = find_bot_fault(bot);

    if (!bot->is_active)
        return;
    if (bot->pending > 0 && bot->pending < INT64_MAX - found->pending)
        found->pending += bot->pending;
    if (why.at == NULL)
        return;
    found->broken++;
    add_bot_name(found, bot->name, why);
}

bool bots_add_page(struct slice body, struct arena *arena, struct bots_found *found,
                   struct slice *next_cursor, struct fault *fault)
{
    struct wire_page page;

    if (!foreign_read(&page_table, body, &page, arena, fault))
        return false;
    if (page.items.items == NULL)
        return fault_set(fault, FAULT_UNREADABLE, "bad_json", "The answer is no list of bots.");
    for (size_t i = 0; i < page.items.count; i++)
        add_bot(found, (const struct wire_bot *)page.items.items + i);
    *next_cursor = page.next.len > 0 && page.next.len <= BOTS_CURSOR_MAX ? page.next : SLICE_NONE;
    return true;
}
