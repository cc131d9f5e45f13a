// SPDX-License-Identifier: MIT
#include "clients/stay_values_json.h"

#include "base/date.h"
#include "base/parse.h"
#include "base/text.h"

#include "telegram/text.h"

enum {
    TIERS_MAX = 1, /* a free tier is the first */
    LINE_MAX = 64  /* UTF-16 units */
};

bool stay_bad_answer(const char *what, struct fault *fault)
{
    return fault_set(fault, FAULT_INTERNAL, "bad_answer", "booking-api: %s.", what);
}

bool stay_value_read(const struct foreign *table, struct slice body, void *out, struct arena *arena,
                     struct fault *fault)
{
    if (foreign_read(table, body, out, arena, fault))
        return true;
    return fault->kind != FAULT_UNAVAILABLE && stay_bad_answer("no JSON object", fault);
}

// clang-format off
static const struct foreign_member texts_members[] = {
    {"ru", FOREIGN_TEXT, offsetof(struct texts, ru), NULL, 0},
    {"kz", FOREIGN_TEXT, offsetof(struct texts, kz), NULL, 0},
    {"en", FOREIGN_TEXT, offsetof(struct texts, en), NULL, 0},
};
const struct foreign stay_value_texts_table = FOREIGN_OF(texts_members, struct texts);

struct wire_tier {
    struct slice until;
    int64_t kept;
};
static const struct foreign_member tier_members[] = {
    {"until",       FOREIGN_TEXT, offsetof(struct wire_tier, until), NULL, 0},
    {"kept/amount", FOREIGN_INT,  offsetof(struct wire_tier, kept),  NULL, 0},
};
static const struct foreign tier_table = FOREIGN_OF(tier_members, struct wire_tier);

static const struct foreign_member cancellation_members[] = {
    {"text",  FOREIGN_OBJECT, offsetof(struct stay_value_cancellation, text),  &stay_value_texts_table, 0},
    {"tiers", FOREIGN_LIST,   offsetof(struct stay_value_cancellation, tiers), &tier_table,            TIERS_MAX},
};
const struct foreign stay_value_cancellation_table = FOREIGN_OF(cancellation_members, struct stay_value_cancellation);

struct wire_line {
    struct slice kind, date;
    struct texts text;
    int64_t amount;
};
static const struct foreign_member line_members[] = {
    {"kind",          FOREIGN_TEXT,   offsetof(struct wire_line, kind),   NULL,                    0},
    {"date",          FOREIGN_TEXT,   offsetof(struct wire_line, date),   NULL,                    0},
    {"text",          FOREIGN_OBJECT, offsetof(struct wire_line, text),   &stay_value_texts_table, 0},
    {"amount/amount", FOREIGN_INT,    offsetof(struct wire_line, amount), NULL,                    0},
};
const struct foreign stay_value_line_table = FOREIGN_OF(line_members, struct wire_line);
// clang-format on

int64_t stay_value_check_money(int64_t amount)
{
    const bool good = amount >= 0 && amount <= STAY_MONEY_MAX && amount % 100 == 0;
    return good ? amount : FIELD_ABSENT;
}

bool stay_value_clean(struct texts *texts, size_t units, struct arena *arena, struct fault *fault)
{
    return stay_clean(&texts->ru, units, arena, fault) &&
           stay_clean(&texts->kz, units, arena, fault) &&
           stay_clean(&texts->en, units, arena, fault);
}

bool stay_value_has_words(const struct texts *texts)
{
    return texts->ru.at != NULL || texts->kz.at != NULL || texts->en.at != NULL;
}

struct uuid stay_value_id(struct slice text)
{
    struct uuid id;
    return uuid_parse(text, &id) ? id : (struct uuid){0};
}

int64_t stay_value_read_time(struct slice text)
{
    int64_t time;
    return parse_timestamp(text, &time) ? time : FIELD_ABSENT;
}

struct slice stay_value_read_cursor(struct slice text)
{
    const bool good = text.len > 0 && text.len <= STAY_CURSOR_MAX && text_is_url_safe(text);
    return good ? text : SLICE_NONE;
}

int64_t stay_value_free_until(const struct stay_value_cancellation *cancellation)
{
    const struct wire_tier *first = cancellation->tiers.items;
    const bool is_free = cancellation->tiers.count > 0 && stay_value_check_money(first->kept) == 0;

    return is_free ? stay_value_read_time(first->until) : FIELD_ABSENT;
}

bool stay_value_read_nights(struct slice from, struct slice to, int32_t *check_in,
                            int32_t *check_out)
{
    return date_parse(from, check_in) && date_parse(to, check_out) && *check_in < *check_out;
}

bool stay_clean(struct slice *text, size_t units, struct arena *arena, struct fault *fault)
{
    if (text->at == NULL)
        return true;
    *text = text_clean(arena, *text);
    if (text->at == NULL)
        return arena_fault(fault);
    text->len = telegram_text_cut(*text, units);
    if (text->len == 0 || text_has_control(*text))
        *text = SLICE_NONE;
    return true;
}

bool stay_value_read_lines(const struct foreign_list *wire, struct arena *arena,
                           struct stay_lines *out, struct fault *fault)
{
    struct stay_line *lines = arena_alloc(arena, (wire->count + 1) * sizeof *lines);
    bool good = wire->left_out == 0;

    if (lines == NULL)
        return arena_fault(fault);
    for (size_t i = 0; i < wire->count; i++) {
        const struct wire_line *given = (struct wire_line *)wire->items + i;
        const bool is_discount = given->amount < 0 && given->amount >= -STAY_MONEY_MAX;
        const int64_t size = is_discount ? -given->amount : given->amount;
        lines[i] = (struct stay_line){.kind = given->kind,
                                      .of_night = given->date.at != NULL,
                                      .text = given->text,
                                      .amount = given->amount};
        if (!stay_value_clean(&lines[i].text, LINE_MAX, arena, fault))
            return false;
        good &=
            stay_value_has_words(&lines[i].text) && stay_value_check_money(size) != FIELD_ABSENT;
    }
    *out = (struct stay_lines){lines, good ? wire->count : 0};
    return true;
}
