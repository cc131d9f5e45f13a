// SPDX-License-Identifier: MIT
/* A turn of a dialogue: what an update makes the bot do. Pure: the same input gives the same
 * output. */
#pragma once

#include "base/arena.h"
#include "base/fault.h"

#include "dialogues/update_view.h"

enum {
    TURN_REPLIES_MAX = 4,
    TURN_TRIES_MAX = 5 /* of an update, within five minutes */
};

struct turn_input {
    struct update_view update;
    struct slice
        username; /* of the bot, without '@'; absent: not known, and no group is answered */
};

enum turn_reply_kind {
    TURN_TEXT,  /* into the chat of the update */
    TURN_ANSWER /* to the tap: the button stops spinning */
};

struct turn_reply {
    enum turn_reply_kind kind;
    struct slice text; /* HTML; of TURN_ANSWER the tap's id */
};

/* What the update tells of its chat. */
enum turn_reach { TURN_REACH_SAME, TURN_REACHABLE, TURN_UNREACHABLE };

struct turn_output {
    enum turn_reach reach;
    struct turn_reply replies[TURN_REPLIES_MAX];
    size_t count;
};

/* Texts of the output are in the arena or borrowed from the input. FAULT_UNAVAILABLE
 * "out_of_memory". */
bool turn_step(const struct turn_input *input, struct arena *arena, struct turn_output *out,
               struct fault *fault) MUST_CHECK;

/* Seconds until an update is tried again that has failed `tries` times (1: once); FIELD_ABSENT: it
 * is not. */
int64_t turn_retry_s(int64_t tries);
