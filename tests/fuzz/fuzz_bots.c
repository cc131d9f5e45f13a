// SPDX-License-Identifier: MIT
/* Answers of the project's own services to health's probes: reasons and names consist of slugs and
 * fit their buffers. */
#include "fuzz.h"
#include "probes/bots_json.h"
#include "probes/ready_json.h"

static void check_slugs(const char *text, size_t room)
{
    const size_t len = strnlen(text, room);

    PROMISE(len < room);
    for (size_t i = 0; i < len; i++) {
        const char c = text[i];
        PROMISE((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || memchr("-_,: ", c, 5) != NULL);
    }
}

FUZZ(1 << 20)
{
    struct bots_found found = {.broken = 0};
    char why[READY_WHY_MAX];
    struct slice next;

    ready_read_why_not_ready(input, &arena, why);
    check_slugs(why, sizeof why);
    for (int page = 0; page < 2; page++) {
        if (!bots_add_page(input, &arena, &found, &next, &fault))
            break;
        PROMISE(found.broken >= 0 && found.pending >= 0);
        PROMISE(next.len <= BOTS_CURSOR_MAX);
        check_slugs(found.names, sizeof found.names);
    }
}
