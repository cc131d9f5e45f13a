// SPDX-License-Identifier: MIT
/* A frozen policy as every SELECT of a booking or quote reads it: the same columns, one reader. The
 * borders are computed each time: N dates earlier, the same wall clock, in the flat's zone as the
 * zone's rules are known today. */
#pragma once

#include "base/arena.h"
#include "db/query.h"

#include "prices/policy.h"

/* Columns of the booking or quote with this alias; `check_in` is SQL. Text is a column of its own,
 * because turning jsonb into text costs more than all the rest. */
#define POLICY_COLUMNS(alias, check_in)                                                            \
    alias ".policy ->> 'policy', " alias ".policy_text, jsonb_array_length(" alias                 \
          ".policy -> 'tiers'), " POLICY_TIER("0", alias, check_in) ", " POLICY_TIER(              \
              "1", alias, check_in) ", " POLICY_TIER("2", alias, check_in) ", " POLICY_KEEP("3",   \
                                                                                            alias)
#define POLICY_TIER(number, alias, check_in)                                                       \
    POLICY_KEEP(number, alias)                                                                     \
    ", (" check_in " - (" alias ".policy -> 'tiers' -> " number " ->> 'days')::integer + " alias   \
    ".check_in_time) AT TIME ZONE " alias ".timezone"
#define POLICY_KEEP(number, alias)                                                                 \
    "(" alias ".policy -> 'tiers' -> " number " ->> 'keep_percent')::integer"
enum { POLICY_COLUMN_COUNT = 10 };

/* What would be frozen now of the policy named by this SQL: subselects for policy, policy_text. */
#define POLICY_FROZEN(name)                                                                        \
    "(SELECT jsonb_build_object('policy', p.name, 'tiers', p.tiers)"                               \
    " FROM cancellation_policy p WHERE p.name = " name ")"
#define POLICY_FROZEN_TEXT(name)                                                                   \
    "(SELECT json_build_object('ru', p.text_ru, 'kz', p.text_kz, 'en', p.text_en)"                 \
    " FROM cancellation_policy p WHERE p.name = " name ")"

/* Text copied into the arena. */
bool policy_read_kept(const struct db_rows *rows, int row, int first_column, struct arena *arena,
                      struct policy *out, struct fault *fault) MUST_CHECK;
/* Text is borrowed from the rows. */
void policy_read(const struct db_rows *rows, int row, int first_column, struct policy *out);
