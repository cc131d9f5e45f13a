// SPDX-License-Identifier: MIT
/* JSON of dialogues: updates of the Bot API, and the record of a turn (the handling of an update),
 * which is stored for retries and for inspection. */
#pragma once

#include "base/arena.h"
#include "base/fault.h"

#include "dialogue/turn.h"
#include "dialogue/update_view.h"

/* Reads the body of a stored update. The view borrows from `body` and the arena. A member that is
 * missing or has an unexpected type is absent in the view. FAULT_UNREADABLE and FAULT_UNAVAILABLE
 * of foreign_read(). */
bool update_view_read(struct slice body, struct arena *arena, struct update_view *out,
                      struct fault *fault) MUST_CHECK;

/* Writes the state of person and dialogue as JSON, so that a retry can start with this state.
 * `json` is absent if neither was stored. FAULT_UNAVAILABLE "out_of_memory". */
bool turn_write_state_before(const struct turn_input *input, struct arena *arena,
                             struct slice *json, struct fault *fault) MUST_CHECK;
/* Sets the members of `out` that turn_write_state_before() has written. Text is borrowed from
 * `json` and the arena. */
bool turn_read_state_before(struct slice json, struct arena *arena, struct turn_input *out,
                            struct fault *fault) MUST_CHECK;

/* A recorded call of another service, and its answer if that is recorded (turn_write_calls()). */
struct turn_recorded_call {
    struct slice method;
    struct slice path;
    struct slice body;   /* absent: none, or not recorded */
    int64_t status;      /* FIELD_ABSENT: not answered, or not recorded */
    struct slice answer; /* absent: not recorded */
};
enum { TURN_JOURNAL_MAX = 64 * 1024 }; /* bytes of the stored calls of a turn */

enum turn_record_scope {
    TURN_RECORD_AI, /* written before the last call is made: only answers of SERVICE_AI */
    TURN_RECORD_ALL /* written after the turn: all answers */
};
/* Writes the calls of a turn and their answers as JSON; absent if there are no calls. Omits answers
 * and bodies that do not fit into TURN_JOURNAL_MAX or contain a NUL, and a path that is too long.
 * TURN_RECORD_ALL also omits body and answer of calls that were not made as a guest: they name
 * other people, whose erasure does not cover this record. */
bool turn_write_calls(const struct service_call *calls, const struct service_answer *answers,
                      size_t count, enum turn_record_scope scope, struct arena *arena,
                      struct slice *json, struct fault *fault) MUST_CHECK;
/* Reads JSON of turn_write_calls(), at most TURN_CALLS_MAX calls; none if `json` is absent. */
bool turn_read_calls(struct slice json, struct arena *arena,
                     const struct turn_recorded_call **calls, size_t *count,
                     struct fault *fault) MUST_CHECK;
/* Whether an answer of the AI is recorded. Only the first call of a turn can ask the AI. */
bool turn_calls_have_ai_answer(const struct turn_recorded_call *calls, size_t count);
