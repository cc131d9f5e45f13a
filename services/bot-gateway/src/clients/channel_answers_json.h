// SPDX-License-Identifier: MIT
/* Answers of booking-api about calendars of other channels, read tolerantly as in
 * stay_answers_json.h. */
#pragma once

#include "clients/stay_answers_json.h"

enum {
    CHANNEL_CONFLICTS_MAX = 10, /* of a page, as the next two */
    CHANNEL_FEEDS_MAX = 20,     /* as many as an apartment may have, as the next one */
    CHANNEL_LINKS_MAX = 20,
    CHANNEL_PERIODS_MAX = 3 /* of nights that a feed holds */
};

/* Nights that a channel has and that a booking or block of ours has too. */
struct channel_conflict {
    struct uuid id;
    struct uuid apartment;
    struct uuid booking; /* ours; nil: ours is a block */
    struct slice channel;
    struct slice status; /* "open", "kept_ours", "kept_theirs", "gone" */
    int32_t from;
    int32_t to; /* the day after the last night */
};
bool channel_read_conflict(struct slice body, struct arena *arena, struct channel_conflict *out,
                           struct fault *fault) MUST_CHECK;
/* Reads the answer to a dry run. */
bool channel_read_dry_run_conflict(struct slice body, struct arena *arena,
                                   struct channel_conflict *out, struct fault *fault) MUST_CHECK;

struct channel_conflicts {
    struct channel_conflict *items; /* in the arena */
    size_t count;
    struct slice next;
};
bool channel_read_conflicts(struct slice body, struct arena *arena, struct channel_conflicts *out,
                            struct fault *fault) MUST_CHECK;

struct channel_period {
    int32_t from;
    int32_t to; /* the day after the last night */
};
/* A calendar of another channel that booking-api reads. */
struct channel_feed {
    struct uuid id;
    struct slice channel;
    struct slice host;
    struct slice status;
    struct slice error;             /* of the last read; absent: none */
    int64_t nights;                 /* that it holds from today on */
    int64_t last_read_at;           /* microseconds; absent: never */
    int64_t last_success_at;        /* likewise */
    struct foreign_list next_stays; /* struct channel_period: the first periods of these nights */
};
bool channel_read_feed(struct slice body, struct arena *arena, struct channel_feed *out,
                       struct fault *fault) MUST_CHECK;
struct channel_feeds {
    struct channel_feed *items; /* in the arena */
    size_t count;
    struct slice next;
};
bool channel_read_feeds(struct slice body, struct arena *arena, struct channel_feeds *out,
                        struct fault *fault) MUST_CHECK;

/* A link by which another channel reads our calendar. */
struct channel_link {
    struct uuid id;
    struct slice channel;
    struct slice url;     /* only of a new link */
    int64_t last_read_at; /* microseconds; absent: never */
    int64_t closed_at;    /* of this time people said that the channel has our nights */
};
bool channel_read_link(struct slice body, struct arena *arena, struct channel_link *out,
                       struct fault *fault) MUST_CHECK;
/* Whether the channel may not know nights of ours that have changed at `changed_at`: it has not
 * read the link since, and nobody has said that the nights are blocked there. A read within
 * CHANNEL_READ_MARGIN_S after the change may have been answered from before it. */
enum { CHANNEL_READ_MARGIN_S = 10 };
bool channel_link_is_behind(const struct channel_link *link, int64_t changed_at);
struct channel_links {
    struct channel_link *items; /* in the arena */
    size_t count;
    struct slice next;
};
bool channel_read_links(struct slice body, struct arena *arena, struct channel_links *out,
                        struct fault *fault) MUST_CHECK;
