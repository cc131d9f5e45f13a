// SPDX-License-Identifier: MIT
/* A frozen policy as quotes read it. policy_until() (schema/0011-functions.sql) computes the
 * borders at each read. */
#pragma once

#include "base/arena.h"
#include "db/query.h"

#include "prices/policy.h"

/* The columns of quote `q`, in the order of `columns` of policy_row.c. The text is a column of its
 * own, because turning jsonb into text costs more than all the rest. */
// clang-format off
#define POLICY_OF_QUOTE                                                                            \
    "q.policy ->> 'policy', q.policy_text, jsonb_array_length(q.policy -> 'tiers'),"               \
    " policy_keep_percent(q.policy, 0),"                                                           \
    " policy_until(q.policy, 0, q.check_in, q.check_in_time, q.timezone),"                         \
    " policy_keep_percent(q.policy, 1),"                                                           \
    " policy_until(q.policy, 1, q.check_in, q.check_in_time, q.timezone),"                         \
    " policy_keep_percent(q.policy, 2),"                                                           \
    " policy_until(q.policy, 2, q.check_in, q.check_in_time, q.timezone),"                         \
    " policy_keep_percent(q.policy, 3)"
// clang-format on
enum { POLICY_COLUMN_COUNT = 10 };

/* Text copied into the arena. */
bool policy_read_kept(const struct db_rows *rows, int row, int first_column, struct arena *arena,
                      struct policy *out, struct fault *fault) MUST_CHECK;
