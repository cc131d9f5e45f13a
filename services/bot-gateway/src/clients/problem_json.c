// SPDX-License-Identifier: MIT
#include "clients/problem_json.h"

#include "json/foreign.h"

static const struct foreign_member problem_members[] = {
    {"code", FOREIGN_TEXT, 0, NULL, 0},
};
static const struct foreign problem_table = FOREIGN_OF(problem_members, struct slice);

struct slice problem_code_read(struct slice body, struct arena *arena)
{
    struct slice code;
    struct fault ignored;

    return foreign_read(&problem_table, body, &code, arena, &ignored) ? code : SLICE_NONE;
}
