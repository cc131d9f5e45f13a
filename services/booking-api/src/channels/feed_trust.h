// SPDX-License-Identifier: MIT
/* Which nights a feed holds after an answer of its server, and whether the feed is trusted. Pure.
 *
 * A feed may be cut off, empty, an error page, or an old copy, so the absence of a night means
 * little. The rules:
 *   - A night that any readable answer has is held from then on, also if the answer is suspect.
 *   - A night is freed if two complete answers in a row omit it. Every other answer between them
 *     restarts the count.
 *   - A complete answer is suspect, and frees nothing, if it omits more than FEED_SHRINK_PERCENT of
 *     the coming nights that the feed held ("shrunken"), or if it has all stays, but moved by the
 *     same number of days ("times_jumped"). A move by the days that have passed since the previous
 *     answer is usual: some channels close the next few days, and those beyond their own window.
 *   - Today's night and earlier ones are never freed.
 *   - An answer "not modified" repeats the previous answer. */
#pragma once

#include <stdint.h>

#include "base/arena.h"

enum {
    FEED_SHRINK_PERCENT = 30,
    FEED_JUMP_DAYS = 14, /* a move of all stays by more days is "shrunken", unless stays are long */
    FEED_JUMP_STAYS = 2  /* one stay alone may be moved by its guest */
};

/* An answer of a feed's server. */
enum feed_answer {
    FEED_ANSWER_NONE,           /* no readable answer: unreachable, an error, too large */
    FEED_ANSWER_COMPLETE,       /* a calendar */
    FEED_ANSWER_INCOMPLETE,     /* a damaged calendar */
    FEED_ANSWER_NOT_A_CALENDAR, /* something else: empty, HTML */
    FEED_ANSWER_UNCHANGED       /* 304: the same as the previous answer */
};

enum feed_verdict { FEED_NEW, FEED_OK, FEED_SUSPECT, FEED_FAILING };

struct feed_night {
    int32_t night;
    bool said;   /* the last readable answer has it */
    bool missed; /* the last answer was complete and omitted it */
};

/* What is known of a feed. */
struct feed_state {
    const struct feed_night *nights; /* those that the feed holds, in their order */
    size_t count;
    enum feed_answer last; /* the last answer other than NONE and UNCHANGED; NONE: there was none */
    bool trusted;          /* a complete answer was accepted since the address was set */
    int32_t day;           /* the local date of the last answer; DATE_ABSENT: there was none */
};

struct feed_reading {
    enum feed_answer answer;
    const int32_t *nights; /* of a COMPLETE or INCOMPLETE answer: from today on, in their order */
    size_t count;
    const char *error; /* of NONE: its code; static */
};

struct feed_judgement {
    struct feed_state state; /* nights are in the arena */
    enum feed_verdict verdict;
    const char *error; /* code of last_error; NULL: none */
    bool is_changed;   /* the nights differ from those before */
};

/* Judges an answer. `today` is the apartment's local date. False with arena_fault(). */
bool feed_judge(const struct feed_state *before, const struct feed_reading *reading, int32_t today,
                struct arena *arena, struct feed_judgement *out, struct fault *fault) MUST_CHECK;

/* A person accepts what a suspect feed says: nights that the last answer omitted are freed at
 * once. Call it only if feed_is_acceptable(). */
bool feed_accept(const struct feed_state *before, int32_t today, struct arena *arena,
                 struct feed_judgement *out, struct fault *fault) MUST_CHECK;
/* Whether the feed is suspect and its last answer was a calendar. */
bool feed_is_acceptable(enum feed_verdict verdict, enum feed_answer last);
