// SPDX-License-Identifier: MIT
#include "clients/stay_price_json.h"

#include "base/money.h"

enum { LINE_MAX = 64 /* UTF-16 units of the text of a line */ };

// clang-format off
static const struct foreign_member line_members[] = {
    {"kind",          FOREIGN_TEXT,   offsetof(struct stay_line, kind),   NULL,                    0},
    {"date",          FOREIGN_PRESENT, offsetof(struct stay_line, of_night),   NULL,                    0},
    {"text",          FOREIGN_OBJECT, offsetof(struct stay_line, text),   &answer_texts_table, 0},
    {"amount/amount", FOREIGN_INT,    offsetof(struct stay_line, amount), NULL,                    0},
};
const struct foreign stay_price_line_table = FOREIGN_OF(line_members, struct stay_line);

struct wire_tier {
    int64_t until;
    int64_t kept;
};
static const struct foreign_member tier_members[] = {
    {"until",       FOREIGN_TIME, offsetof(struct wire_tier, until), NULL, 0},
    {"kept/amount", FOREIGN_INT,  offsetof(struct wire_tier, kept),  NULL, 0},
};
const struct foreign stay_price_tier_table = FOREIGN_OF(tier_members, struct wire_tier);
// clang-format on

bool stay_price_clean_lines(struct stay_lines *lines, struct arena *arena, struct fault *fault)
{
    struct stay_line *items = lines->list.items;
    bool good = lines->list.left_out == 0;

    for (size_t i = 0; i < lines->list.count; i++) {
        const bool is_discount = items[i].amount < 0 && items[i].amount >= -MONEY_MAX;
        const int64_t size = is_discount ? -items[i].amount : items[i].amount;
        if (!answer_clean_texts(&items[i].text, LINE_MAX, arena, fault))
            return false;
        good &= answer_has_text(&items[i].text) && answer_money_or_absent(size) != FIELD_ABSENT;
    }
    lines->items = items;
    lines->count = good ? lines->list.count : 0;
    return true;
}

int64_t stay_price_free_cancel_until(const struct foreign_list *tiers)
{
    const struct wire_tier *first = tiers->items;
    const bool is_free = tiers->count > 0 && answer_money_or_absent(first->kept) == 0;

    if (!is_free)
        return FIELD_ABSENT;
    return first->until == FIELD_ABSENT ? STAY_FREE_ALWAYS : first->until;
}
