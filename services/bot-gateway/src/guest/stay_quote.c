// SPDX-License-Identifier: MIT
/* The price of a stay: one line for all nights of the same kind and price. */
#include "guest/stay_steps.h"

enum { GROUPS_MAX = 12 }; /* with more, only the total is shown */

struct group {
    const struct stay_line *line; /* one line of the group */
    int64_t nights;               /* 0: not a price of nights */
};

static bool same(const struct stay_line *a, const struct stay_line *b)
{
    return a->of_night && b->of_night && a->amount == b->amount && slice_equal(a->kind, b->kind);
}

/* Groups the lines. Returns the number of groups; GROUPS_MAX + 1: too many. */
static size_t group(const struct stay_quote *quote, struct group groups[GROUPS_MAX])
{
    size_t count = 0;

    for (size_t i = 0; i < quote->line_count; i++) {
        const struct stay_line *line = &quote->lines[i];
        size_t at = 0;
        while (at < count && !same(groups[at].line, line))
            at++;
        if (at == GROUPS_MAX)
            return GROUPS_MAX + 1;
        if (at == count)
            groups[count++] = (struct group){line, 0};
        groups[at].nights += line->of_night;
    }
    return count;
}

static void add_line(struct talk *talk, const struct group *group)
{
    const bool is_discount = group->line->amount < 0;
    const struct formatted money =
        format_money(is_discount ? -group->line->amount : group->line->amount);
    const struct slice price =
        arena_printf(talk->arena, "%s%s", is_discount ? "−" : "", money.text);
    const struct text_value values[] = {
        {.name = "price",          .text = price},
        {              .name = "nights", .number = group->nights             },
        { .name = "line",     .text = stay_localized(talk,                  &group->line->text)},
    };

    talk_add_html(talk, SLICE("\n"));
    if (group->nights == 0)
        talk_add(talk, TEXT_STAY_LINE, TALK_VALUES(values[0], values[2]));
    else if (slice_is(group->line->kind, "night"))
        talk_add(talk, TEXT_STAY_LINE_NIGHTS, values, 2);
    else
        talk_add(talk, TEXT_STAY_LINE_OTHER_NIGHTS, values, 3);
}

void stay_add_quote_lines(struct talk *talk, const struct stay_quote *quote)
{
    struct group groups[GROUPS_MAX];
    const size_t count = group(quote, groups);

    if (count == 0 || count > GROUPS_MAX)
        return;
    talk_add_html(talk, SLICE("\n"));
    for (size_t i = 0; i < count; i++)
        add_line(talk, &groups[i]);
}
