// SPDX-License-Identifier: MIT
/* A frozen policy as every SELECT of a booking or quote reads it: the same columns, one reader. The
 * borders are computed each time: N dates earlier, the same wall clock, in the flat's zone as the
 * zone's rules are known today. */
#pragma once

#include "base/arena.h"
#include "db/query.h"

#include "policy.h"

/* Columns; the arguments are SQL: the frozen policy, check-in, the time of check-in, the zone. */
#define POLICY_COLUMNS(policy, check_in, at, zone)                                                 \
    policy                                                                                         \
        "::text, " policy " ->> 'policy', " policy " ->> 'text', jsonb_array_length(" policy       \
        " -> 'tiers'), " POLICY_TIER("0", policy, check_in, at, zone) ", " POLICY_TIER(            \
            "1", policy, check_in, at, zone) ", " POLICY_TIER("2", policy, check_in, at,           \
                                                              zone) ", " POLICY_KEEP("3", policy)
#define POLICY_TIER(number, policy, check_in, at, zone)                                            \
    POLICY_KEEP(number, policy)                                                                    \
    ", (" check_in " - (" policy " #>> '{tiers," number ",days}')::integer + " at                  \
    ") AT TIME ZONE " zone
#define POLICY_KEEP(number, policy) "(" policy " #>> '{tiers," number ",keep_percent}')::integer"
enum { POLICY_COLUMN_COUNT = 11 };

/* What would be frozen now of the policy named by this SQL: a subselect. */
#define POLICY_FROZEN(name)                                                                        \
    "(SELECT jsonb_build_object('policy', p.name, 'text',"                                         \
    " jsonb_build_object('ru', p.text_ru, 'kz', p.text_kz, 'en', p.text_en), 'tiers', p.tiers)"    \
    " FROM cancellation_policy p WHERE p.name = " name ")"

/* Text copied into the arena. */
bool policy_read_kept(const struct db_rows *rows, int row, int first_column, struct arena *arena,
                      struct policy *out, struct fault *fault) MUST_CHECK;
/* Text is borrowed from the rows. */
void policy_read(const struct db_rows *rows, int row, int first_column, struct policy *out);
