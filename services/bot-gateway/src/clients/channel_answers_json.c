// SPDX-License-Identifier: MIT
#include "clients/channel_answers_json.h"

#include "base/now.h"

#include "clients/answer_values_json.h"

enum { CHANNEL_MAX = 32, HOST_MAX = 200, URL_MAX = 300 /* UTF-16 units */ };

/* --- conflicts --- */

#define AT(member) offsetof(struct channel_conflict, member)
static const struct foreign_member conflict_members[] = {
    {"id",           FOREIGN_UUID, AT(id),        NULL, 0},
    {"apartment_id", FOREIGN_UUID, AT(apartment), NULL, 0},
    {"booking_id",   FOREIGN_UUID, AT(booking),   NULL, 0},
    {"channel",      FOREIGN_TEXT, AT(channel),   NULL, 0},
    {"status",       FOREIGN_TEXT, AT(status),    NULL, 0},
    {"from",         FOREIGN_DATE, AT(from),      NULL, 0},
    {"to",           FOREIGN_DATE, AT(to),        NULL, 0},
};
#undef AT
static const struct foreign conflict_table = FOREIGN_OF(conflict_members, struct channel_conflict);

static bool clean_conflict(void *item, struct arena *arena, bool *is_complete, struct fault *fault)
{
    struct channel_conflict *conflict = item;

    if (!answer_clean_text(&conflict->channel, CHANNEL_MAX, arena, fault))
        return false;
    *is_complete = !uuid_is_nil(&conflict->id) && !uuid_is_nil(&conflict->apartment) &&
                   conflict->status.at != NULL && answer_are_dates(conflict->from, conflict->to);
    return true;
}

static const struct answer_item conflict_item = {&conflict_table, clean_conflict,
                                                 "an incomplete conflict"};

ANSWER_READ_ITEM(channel_read_conflict, struct channel_conflict, conflict_item)

static const struct foreign_member would_members[] = {
    {"would", FOREIGN_OBJECT, 0, &conflict_table, 0},
};
static const struct foreign would_table = FOREIGN_OF(would_members, struct channel_conflict);
static const struct answer_item would_item = {&would_table, clean_conflict,
                                              "an incomplete conflict"};

ANSWER_READ_ITEM(channel_read_dry_run_conflict, struct channel_conflict, would_item)
ANSWER_READ_LIST(channel_read_conflicts, struct channel_conflicts, conflict_item,
                 CHANNEL_CONFLICTS_MAX)

/* --- feeds --- */

static const struct foreign_member period_members[] = {
    {"from", FOREIGN_DATE, offsetof(struct channel_period, from), NULL, 0},
    {"to",   FOREIGN_DATE, offsetof(struct channel_period, to),   NULL, 0},
};
static const struct foreign period_table = FOREIGN_OF(period_members, struct channel_period);

// clang-format off
#define AT(member) offsetof(struct channel_feed, member)
static const struct foreign_member feed_members[] = {
    {"id",              FOREIGN_UUID, AT(id),              NULL,          0},
    {"channel",         FOREIGN_TEXT, AT(channel),         NULL,          0},
    {"host",            FOREIGN_TEXT, AT(host),            NULL,          0},
    {"status",          FOREIGN_TEXT, AT(status),          NULL,          0},
    {"last_error",      FOREIGN_TEXT, AT(error),           NULL,          0},
    {"nights",          FOREIGN_INT,  AT(nights),          NULL,          0},
    {"last_read_at",    FOREIGN_TIME, AT(last_read_at),    NULL,          0},
    {"last_success_at", FOREIGN_TIME, AT(last_success_at), NULL,          0},
    {"next_stays",      FOREIGN_LIST, AT(next_stays),      &period_table, CHANNEL_PERIODS_MAX},
};
#undef AT
// clang-format on
static const struct foreign feed_table = FOREIGN_OF(feed_members, struct channel_feed);

/* Removes periods whose dates are unusable. */
static void clean_periods(struct foreign_list *list)
{
    struct channel_period *periods = list->items;
    size_t count = 0;

    for (size_t i = 0; i < list->count; i++)
        if (answer_are_dates(periods[i].from, periods[i].to))
            periods[count++] = periods[i];
    list->count = count;
}

static bool clean_feed(void *item, struct arena *arena, bool *is_complete, struct fault *fault)
{
    struct channel_feed *feed = item;

    if (!answer_clean_text(&feed->channel, CHANNEL_MAX, arena, fault) ||
        !answer_clean_text(&feed->host, HOST_MAX, arena, fault))
        return false;
    clean_periods(&feed->next_stays);
    feed->nights = feed->nights > 0 ? feed->nights : 0;
    *is_complete = !uuid_is_nil(&feed->id) && feed->status.at != NULL;
    return true;
}

static const struct answer_item feed_item = {&feed_table, clean_feed, "an incomplete feed"};

ANSWER_READ_ITEM(channel_read_feed, struct channel_feed, feed_item)
ANSWER_READ_LIST(channel_read_feeds, struct channel_feeds, feed_item, CHANNEL_FEEDS_MAX)

/* --- links --- */

#define AT(member) offsetof(struct channel_link, member)
static const struct foreign_member link_members[] = {
    {"id",           FOREIGN_UUID, AT(id),           NULL, 0},
    {"channel",      FOREIGN_TEXT, AT(channel),      NULL, 0},
    {"url",          FOREIGN_TEXT, AT(url),          NULL, 0},
    {"last_read_at", FOREIGN_TIME, AT(last_read_at), NULL, 0},
    {"closed_at",    FOREIGN_TIME, AT(closed_at),    NULL, 0},
};
#undef AT
static const struct foreign link_table = FOREIGN_OF(link_members, struct channel_link);

static bool clean_link(void *item, struct arena *arena, bool *is_complete, struct fault *fault)
{
    struct channel_link *link = item;

    *is_complete = !uuid_is_nil(&link->id);
    return answer_clean_text(&link->channel, CHANNEL_MAX, arena, fault) &&
           answer_clean_text(&link->url, URL_MAX, arena, fault);
}

static const struct answer_item link_item = {&link_table, clean_link, "a link without an id"};

ANSWER_READ_ITEM(channel_read_link, struct channel_link, link_item)
ANSWER_READ_LIST(channel_read_links, struct channel_links, link_item, CHANNEL_LINKS_MAX)

bool channel_link_is_behind(const struct channel_link *link, int64_t changed_at)
{
    const bool has_read = link->last_read_at != FIELD_ABSENT &&
                          link->last_read_at >= changed_at + CHANNEL_READ_MARGIN_S * US_PER_S;
    const bool is_closed = link->closed_at != FIELD_ABSENT && link->closed_at >= changed_at;

    return !has_read && !is_closed;
}
