// SPDX-License-Identifier: MIT
/* JSON of price lines: schema Line of openapi.yaml. */
#include "json/texts.h"

#include "prices/prices_json.h"

// clang-format off
static const char *const kind_names[] = {
    [STAY_NIGHT] = "night", [STAY_WEEKEND] = "weekend", [STAY_SEASON] = "season",
    [STAY_EXTRA_GUEST] = "extra_guest", [STAY_CLEANING] = "cleaning", NULL};
static const struct texts kind_texts[] = {
    [STAY_NIGHT] = {TEXTS_LITERAL("Ночь"), TEXTS_LITERAL("Түн"), TEXTS_LITERAL("Night")},
    [STAY_WEEKEND] = {TEXTS_LITERAL("Ночь выходного дня"), TEXTS_LITERAL("Демалыс күнгі түн"), TEXTS_LITERAL("Weekend night")},
    [STAY_SEASON] = {TEXTS_LITERAL("Ночь по цене сезона"), TEXTS_LITERAL("Маусым бағасындағы түн"), TEXTS_LITERAL("Night at the season's price")},
    [STAY_EXTRA_GUEST] = {TEXTS_LITERAL("Дополнительные гости"), TEXTS_LITERAL("Қосымша қонақтар"), TEXTS_LITERAL("Extra guests")},
    [STAY_CLEANING] = {TEXTS_LITERAL("Уборка"), TEXTS_LITERAL("Тазалау"), TEXTS_LITERAL("Cleaning")},
};

static void encode_kind_text(const void *value, struct buf *out)
{
    fields_encode(&texts_title_fields, &kind_texts[*(const enum stay_line_kind *)value], false, out);
}

#define AT(member) .offset = offsetof(struct stay_line, member)
static const struct field items[] = {
    {.name = "kind",   .type = FIELD_ENUM,   AT(kind), .names = kind_names},
    {.name = "date",   .type = FIELD_DATE,   .flags = FIELD_OMIT, AT(date)},
    {.name = "text",   .type = FIELD_CUSTOM, AT(kind), .encode = encode_kind_text},
    {.name = "amount", .type = FIELD_MONEY,  AT(amount)},
};
// clang-format on
static const struct fields line_fields = FIELDS_OF(items, struct stay_line);

void stay_price_encode_lines(const struct stay_price *price, struct buf *out)
{
    fields_encode_list(&line_fields, price->lines, price->count, false, out);
}
