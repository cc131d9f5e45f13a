// SPDX-License-Identifier: MIT
#include "clients/ai_intent_json.h"

#include "base/date.h"
#include "json/fields.h"

#include "clients/stay_answers_json.h"
#include "phrases/phrase.h"

enum {
    PLACE_MAX = 100, /* code points; the limit of phrases is higher */
    AMENITIES_MAX = 30
};
_Static_assert((int)PLACE_MAX <= (int)PHRASE_MAX, "a place is a phrase");

// clang-format off
#define AT(member) .flags = FIELD_NULLABLE, .offset = offsetof(struct ai_intent, member)
static const struct field intent_items[] = {
    {.name = "city",      .type = FIELD_TEXT,   AT(city),      .min = 1, .max = PLACE_MAX},
    {.name = "place",     .type = FIELD_TEXT,   AT(place),     .min = 1, .max = PLACE_MAX},
    {.name = "check_in",  .type = FIELD_DATE,   AT(check_in)},
    {.name = "check_out", .type = FIELD_DATE,   AT(check_out)},
    {.name = "nights",    .type = FIELD_INT,    AT(nights),    .min = 1, .max = PHRASE_NIGHTS_MAX},
    {.name = "guests",    .type = FIELD_INT,    AT(guests),    .min = 1, .max = STAY_GUESTS_MAX},
    {.name = "rooms",     .type = FIELD_DIGITS, AT(rooms),     .min = 1, .max = STAY_ROOMS_MAX},
    {.name = "min_price", .type = FIELD_INT,    AT(min_price), .min = 1, .max = STAY_MONEY_MAX / 100},
    {.name = "max_price", .type = FIELD_INT,    AT(max_price), .min = 1, .max = STAY_MONEY_MAX / 100},
    {.name = "amenities", .type = FIELD_SLUGS,  AT(amenities), .max = AMENITIES_MAX},
};
#undef AT
// clang-format on
static const struct fields intent_table = FIELDS_OF(intent_items, struct ai_intent);

bool ai_intent_read(struct slice json, struct arena *arena, struct ai_intent *out,
                    struct fault *fault)
{
    struct fields_seen seen;

    fields_clear(&intent_table, out);
    return fields_decode(&intent_table, json, false, out, &seen, arena, fault);
}

bool ai_intent_is_empty(const struct ai_intent *intent)
{
    return intent->city.at == NULL && intent->place.at == NULL && intent->check_in == DATE_ABSENT &&
           intent->check_out == DATE_ABSENT && intent->nights == FIELD_ABSENT &&
           intent->guests == FIELD_ABSENT && intent->rooms == 0 &&
           intent->min_price == FIELD_ABSENT && intent->max_price == FIELD_ABSENT &&
           intent->amenities.count == 0;
}
