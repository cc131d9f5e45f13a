// SPDX-License-Identifier: MIT
/* Updates of the Bot API, as far as dialogues look at them; what is stored of a turn for its
 * replay. */
#pragma once

#include "base/arena.h"
#include "base/fault.h"

#include "dialogue/turn.h"
#include "dialogue/update_view.h"

/* Reads the body of a stored update. The view borrows from `body` and the arena. What is missing or
 * of another type is absent. FAULT_UNREADABLE and FAULT_UNAVAILABLE of foreign_read(). */
bool update_view_read(struct slice body, struct arena *arena, struct update_view *out,
                      struct fault *fault) MUST_CHECK;

/* What a turn knew beside its update: language, source, state and late_by. Absent when it knew
 * nothing. FAULT_UNAVAILABLE "out_of_memory". */
bool turn_before_write(const struct turn_input *input, struct arena *arena, struct slice *json,
                       struct fault *fault) MUST_CHECK;
/* Sets the same members. Text is borrowed from `json` and the arena. */
bool turn_before_read(struct slice json, struct arena *arena, struct turn_input *out,
                      struct fault *fault) MUST_CHECK;

/* A call of a turn, and what was answered; or, before it is made, the call alone. */
struct turn_called {
    struct slice method;
    struct slice path;
    struct slice body;   /* absent: none, or not recorded */
    int64_t status;      /* FIELD_ABSENT: not answered */
    struct slice answer; /* absent: not recorded */
};
enum { TURN_JOURNAL_MAX = 64 * 1024 }; /* bytes of the calls of a turn, as they are stored */

enum turn_told {
    TURN_TOLD_AI, /* so far the answers of SERVICE_AI; the last of `answers` is not looked at */
    TURN_TOLD_ALL
};
/* Absent when there are no calls. Answers and bodies that do not fit are left out, and a path that
 * is very long. Of TURN_TOLD_ALL, body and answer of a call that was not made as a guest are left
 * out too: they tell of people whose erasure does not look here. */
bool turn_calls_write(const struct service_call *calls, const struct service_answer *answers,
                      size_t count, enum turn_told told, struct arena *arena, struct slice *json,
                      struct fault *fault) MUST_CHECK;
/* At most TURN_CALLS_MAX. `json` may be absent: there are none. */
bool turn_calls_read(struct slice json, struct arena *arena, const struct turn_called **calls,
                     size_t *count, struct fault *fault) MUST_CHECK;
/* Whether they begin with one that asked an AI; it has no other place. */
bool turn_calls_ask_ai(const struct turn_called *calls, size_t count);
/* Whether one of them asked search-api. */
bool turn_calls_ask_search(const struct turn_called *calls, size_t count);
