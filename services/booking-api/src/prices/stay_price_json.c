// SPDX-License-Identifier: MIT
/* The lines of a price on the wire: schema Line of openapi.yaml. */
#include "base/date.h"
#include "json/texts.h"

#include "prices/prices_json.h"

struct line {
    struct slice kind;
    int32_t date;
    struct texts text;
    int64_t amount;
};

// clang-format off
static const struct {
    struct slice name;
    struct texts text;
} kinds[] = {
    [STAY_NIGHT] = {TEXTS_LITERAL("night"),
        {TEXTS_LITERAL("Ночь"), TEXTS_LITERAL("Түн"), TEXTS_LITERAL("Night")}},
    [STAY_WEEKEND] = {TEXTS_LITERAL("weekend"),
        {TEXTS_LITERAL("Ночь выходного дня"), TEXTS_LITERAL("Демалыс күнгі түн"), TEXTS_LITERAL("Weekend night")}},
    [STAY_SEASON] = {TEXTS_LITERAL("season"),
        {TEXTS_LITERAL("Ночь по цене сезона"), TEXTS_LITERAL("Маусым бағасындағы түн"), TEXTS_LITERAL("Night at the season's price")}},
    [STAY_EXTRA_GUEST] = {TEXTS_LITERAL("extra_guest"),
        {TEXTS_LITERAL("Дополнительные гости"), TEXTS_LITERAL("Қосымша қонақтар"), TEXTS_LITERAL("Extra guests")}},
    [STAY_CLEANING] = {TEXTS_LITERAL("cleaning"),
        {TEXTS_LITERAL("Уборка"), TEXTS_LITERAL("Тазалау"), TEXTS_LITERAL("Cleaning")}},
};

static const struct field items[] = {
    {.name = "kind",   .type = FIELD_SLUG,   .offset = offsetof(struct line, kind)},
    {.name = "date",   .type = FIELD_DATE,   .offset = offsetof(struct line, date), .flags = FIELD_OMIT},
    {.name = "text",   .type = FIELD_OBJECT, .offset = offsetof(struct line, text), .table = &texts_title_fields},
    {.name = "amount", .type = FIELD_MONEY,  .offset = offsetof(struct line, amount)},
};
// clang-format on
static const struct fields line_fields = FIELDS_OF(items, struct line);

void stay_price_encode_lines(const struct stay_price *price, struct buf *out)
{
    buf_char(out, '[');
    for (size_t i = 0; i < price->count; i++) {
        const struct stay_line *line = &price->lines[i];
        struct line wire = {kinds[line->kind].name, line->date, kinds[line->kind].text,
                            line->amount};
        if (i > 0)
            buf_char(out, ',');
        fields_encode(&line_fields, &wire, false, out);
    }
    buf_char(out, ']');
}
