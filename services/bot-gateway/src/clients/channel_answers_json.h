// SPDX-License-Identifier: MIT
/* Answers of booking-api about calendars of other channels, read tolerantly as in
 * stay_answers_json.h. */
#pragma once

#include "clients/stay_answers_json.h"

enum { CHANNEL_CONFLICTS_MAX = 20 /* of a page */ };

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
