// SPDX-License-Identifier: MIT
#include "clients/problem_json.h"

#include "json/foreign.h"

struct problem {
    struct slice code;
};
static const struct foreign_member problem_members[] = {
    {"code", FOREIGN_TEXT, offsetof(struct problem, code), NULL, 0},
};
static const struct foreign problem_table = FOREIGN_OF(problem_members, struct problem);

struct slice problem_code_read(struct slice body, struct arena *arena)
{
    struct problem problem;
    struct fault ignored;

    return foreign_read(&problem_table, body, &problem, arena, &ignored) ? problem.code
                                                                         : SLICE_NONE;
}
