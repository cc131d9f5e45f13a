// SPDX-License-Identifier: MIT
/* The price of a stay: one line for all nights of the same kind and price; and its conditions. */
#include "guest/stay_steps.h"

enum { GROUPS_MAX = 12 }; /* with more, only the total is shown */

struct group {
    const struct stay_line *line; /* a line of the group, which stands for all of them */
    int64_t nights;               /* nights of the group; 0: its line is not a price of nights */
};

static bool is_same_night_price(const struct stay_line *a, const struct stay_line *b)
{
    return a->of_night && b->of_night && a->amount == b->amount && slice_equal(a->kind, b->kind);
}

/* Groups lines of nights by kind and price. Returns the number of groups; GROUPS_MAX + 1: too
 * many. */
static size_t group_equal_nights(const struct stay_lines *lines, struct group groups[GROUPS_MAX])
{
    size_t count = 0;

    for (size_t i = 0; i < lines->count; i++) {
        const struct stay_line *line = &lines->items[i];
        size_t at = 0;
        while (at < count && !is_same_night_price(groups[at].line, line))
            at++;
        if (at == GROUPS_MAX)
            return GROUPS_MAX + 1;
        if (at == count)
            groups[count++] = (struct group){line, 0};
        groups[at].nights += line->of_night;
    }
    return count;
}

static void add_group_line(struct talk *talk, const struct group *group)
{
    const bool is_discount = group->line->amount < 0;
    const struct formatted money =
        format_money(is_discount ? -group->line->amount : group->line->amount);
    const struct slice price = talk_printf(talk, "%s%s", is_discount ? "−" : "", money.text);
    const struct text_value values[] = {
        {.name = "price", .text = price              },
        {.name = "line",  .text = talk_localized(talk, &group->line->text)},
        {.name = "nights",               .number = group->nights                          },
    };

    talk_add_html(talk, SLICE("\n"));
    if (group->nights == 0)
        talk_add(talk, TEXT_STAY_LINE, values, 2);
    else if (slice_is(group->line->kind, "night"))
        talk_add(talk, TEXT_STAY_LINE_NIGHTS, TALK_VALUES(values[0], values[2]));
    else
        talk_add(talk, TEXT_STAY_LINE_OTHER_NIGHTS, values, 3);
}

void stay_add_price_lines(struct talk *talk, const struct stay_lines *lines)
{
    struct group groups[GROUPS_MAX];
    const size_t count = group_equal_nights(lines, groups);

    if (count == 0 || count > GROUPS_MAX)
        return;
    talk_add_html(talk, SLICE("\n"));
    for (size_t i = 0; i < count; i++)
        add_group_line(talk, &groups[i]);
}

/* Appends what is to be paid in advance, and until when a cancellation refunds it, so that it
 * agrees with the policy below, which names the rule alone. Without a prepayment a cancellation is
 * free. */
static void add_prepayment_terms(struct talk *talk, const struct stay_terms *terms)
{
    const struct text_value values[] = {
        {.name = "deposit",          .number = terms->deposit},
        {               .name = "policy",     .text = terms->policy                        },
        { .name = "until", .number = terms->free_until,                         .other = talk->input->now},
    };

    if (terms->deposit == 0)
        talk_say(talk, TEXT_STAY_TERMS_NONE);
    else if (terms->free_until == STAY_FREE_ALWAYS)
        talk_add(talk, TEXT_STAY_TERMS_FREE, values, 2);
    else if (terms->free_until > talk->input->now)
        talk_add(talk, TEXT_STAY_TERMS, values, 3);
    else if (terms->free_until != FIELD_ABSENT)
        talk_add(talk, TEXT_STAY_TERMS_PAST, values, 3);
    else
        talk_add(talk, TEXT_STAY_TERMS_KEPT, values, 2);
}

void stay_add_terms(struct talk *talk, const struct stay_terms *terms)
{
    if (terms->is_paragraph &&
        (terms->deposit != FIELD_ABSENT || terms->security_deposit > 0 || terms->asks_owner))
        talk_add_html(talk, SLICE("\n"));
    if (terms->deposit != FIELD_ABSENT)
        add_prepayment_terms(talk, terms);
    stay_add_security_deposit(talk, terms->security_deposit);
    if (terms->asks_owner)
        talk_say(talk, TEXT_STAY_ASKS);
}

void stay_add_security_deposit(struct talk *talk, int64_t security_deposit)
{
    if (security_deposit > 0)
        talk_add(talk, TEXT_STAY_SECURITY,
                 TALK_VALUES({.name = "security", .number = security_deposit}));
}

bool stay_is_held_or_requested(const struct stay_booking *booking)
{
    return slice_is(booking->status, "held") || slice_is(booking->status, "requested");
}

void stay_add_booking_terms(struct talk *talk, const struct stay_booking *booking)
{
    if (!stay_is_held_or_requested(booking))
        return;
    stay_add_terms(talk, &(struct stay_terms){.is_paragraph = true,
                                              .deposit = booking->deposit,
                                              .free_until = booking->free_until,
                                              .security_deposit = booking->security_deposit});
}
