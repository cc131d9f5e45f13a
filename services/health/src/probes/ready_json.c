// SPDX-License-Identifier: MIT
#include "probes/ready_json.h"

#include "base/buf.h"
#include "base/text.h"
#include "json/foreign.h"

struct ready_body {
    struct slice status;
    struct slice checks; /* such as {"postgres":"up","redis":"down"} */
};

static const struct foreign_member members[] = {
    {"status", FOREIGN_TEXT, offsetof(struct ready_body, status), NULL, 0},
    {"checks", FOREIGN_RAW,  offsetof(struct ready_body, checks), NULL, 0},
};
static const struct foreign table = FOREIGN_OF(members, struct ready_body);

/* Appends the name of a part that is down. Parts are "name":"up" or "name":"down". */
static void append_name_if_down(struct buf *out, struct slice part)
{
    (void)slice_cut(&part, '"');
    const struct slice name = slice_cut(&part, '"');
    (void)slice_cut(&part, '"');
    if (!slice_is(slice_cut(&part, '"'), "down") || !text_is_slug(name))
        return;
    if (out->len > 0)
        buf_text(out, ", ");
    buf_slice(out, name);
}

bool ready_is_paused(struct slice body, struct arena *arena)
{
    struct ready_body read;
    struct fault fault;

    return foreign_read(&table, body, &read, arena, &fault) && slice_is(read.status, "paused");
}

void ready_read_why_not_ready(struct slice body, struct arena *arena, char out[READY_WHY_MAX])
{
    struct ready_body read;
    struct fault fault;
    struct buf why = buf_over(out, READY_WHY_MAX - 1);

    out[0] = '\0';
    if (!foreign_read(&table, body, &read, arena, &fault))
        return;
    while (read.checks.len > 0)
        append_name_if_down(&why, slice_cut(&read.checks, ','));
    if (why.len == 0 && slice_is(read.status, "stopping"))
        buf_text(&why, "stopping");
    out[why.len] = '\0';
}
