// SPDX-License-Identifier: MIT
/* JSON of dialogues: updates of the Bot API, and the record of a turn that is stored for retries,
 * and to see afterwards what a turn did. */
#pragma once

#include "base/arena.h"
#include "base/fault.h"

#include "dialogue/turn.h"
#include "dialogue/update_view.h"

/* Reads the body of a stored update. The view borrows from `body` and the arena. A member that
 * is missing or has another type is absent. FAULT_UNREADABLE and FAULT_UNAVAILABLE of
 * foreign_read(). */
bool update_view_read(struct slice body, struct arena *arena, struct update_view *out,
                      struct fault *fault) MUST_CHECK;

/* Writes language, source, state and late_by of the input. Absent if nothing is known of the
 * person. FAULT_UNAVAILABLE "out_of_memory". */
bool turn_state_before_write(const struct turn_input *input, struct arena *arena,
                             struct slice *json, struct fault *fault) MUST_CHECK;
/* Sets the same members. Text is borrowed from `json` and the arena. */
bool turn_state_before_read(struct slice json, struct arena *arena, struct turn_input *out,
                            struct fault *fault) MUST_CHECK;

/* A call and its answer; before the call is made, the call alone. */
struct turn_recorded_call {
    struct slice method;
    struct slice path;
    struct slice body;   /* absent: none, or not recorded */
    int64_t status;      /* FIELD_ABSENT: not answered */
    struct slice answer; /* absent: not recorded */
};
enum { TURN_JOURNAL_MAX = 64 * 1024 }; /* bytes of the stored calls of a turn */

enum turn_record_scope {
    TURN_RECORD_AI, /* before a call: of the answers only those of SERVICE_AI, without the last */
    TURN_RECORD_ALL
};
/* Absent if there are no calls. Omits answers and bodies that do not fit, and a path that is too
 * long. With TURN_RECORD_ALL also omits body and answer of calls that were not made as a guest,
 * because they name other people, whose erasure does not cover this record. */
bool turn_calls_write(const struct service_call *calls, const struct service_answer *answers,
                      size_t count, enum turn_record_scope scope, struct arena *arena,
                      struct slice *json, struct fault *fault) MUST_CHECK;
/* Reads at most TURN_CALLS_MAX. An absent `json` means none. */
bool turn_calls_read(struct slice json, struct arena *arena,
                     const struct turn_recorded_call **calls, size_t *count,
                     struct fault *fault) MUST_CHECK;
/* Whether the first call asked the AI; no other call can. */
bool turn_calls_use_ai(const struct turn_recorded_call *calls, size_t count);
