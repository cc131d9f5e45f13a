// SPDX-License-Identifier: MIT
/* When a dead update may be replayed. Pure: the caller passes the time. */
#pragma once

#include "api/transition.h"

#include "inbox/update_list_store.h"

enum update_action { UPDATE_REPLAY, UPDATE_ACTIONS };

/* The state machine of updates. It refuses an update that is not dead with "already_<status>", and
 * a dead one with FAULT_CONFLICT "unreadable" or "too_old". */
extern const struct transition_machine update_machine;
/* The status of the update, and the conditions of update_machine that are met at `now_us`. */
struct transition_state update_transition_state_of(const struct update_shown *update,
                                                   int64_t now_us);
/* The time until which the update can be replayed; FIELD_ABSENT: without a limit. */
int64_t update_get_replay_deadline_us(const struct update_shown *update);
