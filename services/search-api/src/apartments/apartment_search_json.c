// SPDX-License-Identifier: MIT
#include "apartments/apartment_search_json.h"

#include "api/list.h"
#include "base/money.h"
#include "json/city.h"
#include "json/texts.h"

#include "apartments/explanation.h"

static void check_dates(const struct criteria_request *request, struct fault_list *problems)
{
    if (request->check_in == FIELD_ABSENT32 && request->check_out != FIELD_ABSENT32)
        fault_list_add(problems, "check_in", "required", "Needed beside `check_out`");
    if (request->check_in != FIELD_ABSENT32 && request->check_out == FIELD_ABSENT32)
        fault_list_add(problems, "check_out", "required", "Needed beside `check_in`");
    if (request->check_in == FIELD_ABSENT32 || request->check_out == FIELD_ABSENT32)
        return;
    if (request->check_out <= request->check_in ||
        request->check_out - request->check_in > CRITERIA_NIGHTS_MAX)
        fault_list_add(problems, "check_out", "out_of_range",
                       "Must be 1 to 366 nights after `check_in`");
}

static void check_request(const void *value, struct fault_list *problems)
{
    const struct criteria_request *request = value;

    check_dates(request, problems);
    if (request->min_price == FIELD_ABSENT || request->max_price == FIELD_ABSENT ||
        request->min_price <= request->max_price)
        return;
    fault_list_add(problems, "min_price", "contradiction", "It is more than max_price.");
    fault_list_add(problems, "max_price", "contradiction", "It is less than min_price.");
}

// clang-format off
#define AT(member) .offset = offsetof(struct criteria_request, member)
static const struct field items[] = {
    {.name = "query",     .type = FIELD_TEXT,   .flags = FIELD_NULLABLE, AT(query), .min = 1, .max = CRITERIA_QUERY_MAX},
    {.name = "like",      .type = FIELD_UUID,   .flags = FIELD_NULLABLE, AT(like)},
    {.name = "city",      .type = FIELD_CUSTOM, .flags = FIELD_NULLABLE, AT(city), .decode = city_decode},
    {.name = "guests",    .type = FIELD_INT,    .flags = FIELD_NULLABLE, AT(guests), .min = 1, .max = CRITERIA_GUESTS_MAX},
    {.name = "min_price", .type = FIELD_MONEY,  .flags = FIELD_NULLABLE, AT(min_price), .min = 0, .max = MONEY_MAX},
    {.name = "max_price", .type = FIELD_MONEY,  .flags = FIELD_NULLABLE, AT(max_price), .min = 0, .max = MONEY_MAX},
    {.name = "check_in",  .type = FIELD_DATE,   .flags = FIELD_NULLABLE, AT(check_in)},
    {.name = "check_out", .type = FIELD_DATE,   .flags = FIELD_NULLABLE, AT(check_out)},
    {.name = "near",      .type = FIELD_GEO,    .flags = FIELD_NULLABLE, AT(near)},
    {.name = "amenities", .type = FIELD_SLUGS,  .flags = FIELD_NULLABLE, AT(amenities), .max = CRITERIA_MUST_MAX},
    {.name = "rooms",     .type = FIELD_DIGITS, .flags = FIELD_NULLABLE, AT(rooms), .min = 1, .max = CRITERIA_ROOMS_MAX},
    {.name = "district",  .type = FIELD_TEXT,   .flags = FIELD_NULLABLE, AT(district), .min = 1, .max = CRITERIA_DISTRICT_MAX},
    {.name = "wishes",    .type = FIELD_SLUGS,  .flags = FIELD_NULLABLE, AT(wishes), .max = PHRASE_LIST_MAX},
    {.name = "words",     .type = FIELD_TEXTS,  .flags = FIELD_NULLABLE, AT(words), .max = CRITERIA_WORDS_MAX},
    {.name = "limit",     .type = FIELD_INT,    AT(limit), .min = 1, .max = LIST_LIMIT_MAX},
};
#undef AT

#define AT(member) .offset = offsetof(struct apartment, member)
static const struct field apartment_items[] = {
    {.name = "title",      .type = FIELD_OBJECT, AT(title), .table = &texts_title_fields},
    {.name = "city",       .type = FIELD_SLUG,   AT(city)},
    {.name = "district",   .type = FIELD_TEXT,   .flags = FIELD_NULLABLE, AT(district)},
    {.name = "address",    .type = FIELD_TEXT,   .flags = FIELD_NULLABLE, AT(address)},
    {.name = "location",   .type = FIELD_GEO,    .flags = FIELD_NULLABLE, AT(place)},
    {.name = "rooms",      .type = FIELD_INT,    AT(rooms)},
    {.name = "max_guests", .type = FIELD_INT,    AT(max_guests)},
    {.name = "base_price", .type = FIELD_MONEY,  AT(base_price)},
    {.name = "total",      .type = FIELD_MONEY,  .flags = FIELD_NULLABLE, AT(total)},
};
#undef AT

static const char *const drops[] = {
    [RULE_MAX_PRICE] = "max_price", [RULE_MIN_PRICE] = "min_price", [RULE_ROOMS] = "rooms", [RULE_GUESTS] = "guests",
    [RULE_DATES] = "dates",         [RULE_CITY] = "city",           [RULE_AMENITY] = "amenities",
};
#define AT(member) .offset = offsetof(struct relaxation, member)
static const struct field relaxation_items[] = {
    {.name = "drop",    .type = FIELD_ENUM,  AT(drop), .names = drops},
    {.name = "adds",    .type = FIELD_INT,   AT(adds)},
    {.name = "amenity", .type = FIELD_TEXT,  .flags = FIELD_OMIT, AT(amenity)},
    {.name = "needed",  .type = FIELD_MONEY, .flags = FIELD_OMIT, AT(needed)},
};
#undef AT

/* The member `wish` of an answer: the criteria as search-api has understood them. */
struct wish {
    bool understood;
    struct field_texts must_have, amenities, words, unsure;
    struct slice unsure_names[PHRASE_ASKS + 1];
    struct slice word_texts[CRITERIA_WORDS_MAX];
};
#define AT(member) .offset = offsetof(struct criteria, member)
static const struct field criteria_items[] = {
    {.name = "city",      .type = FIELD_TEXT,   AT(city)},
    {.name = "district",  .type = FIELD_TEXT,   AT(district)},
    {.name = "check_in",  .type = FIELD_DATE,   AT(check_in)},
    {.name = "check_out", .type = FIELD_DATE,   AT(check_out)},
    {.name = "guests",    .type = FIELD_INT,    AT(guests)},
    {.name = "rooms",     .type = FIELD_DIGITS, AT(rooms)},
    {.name = "min_price", .type = FIELD_MONEY,  AT(min_price)},
    {.name = "max_price", .type = FIELD_MONEY,  AT(max_price)},
    {.name = "near",      .type = FIELD_TEXT,   AT(near_kind)},
};
#undef AT
#define AT(member) .offset = offsetof(struct wish, member)
static const struct field wish_items[] = {
    {.name = "understood", .type = FIELD_BOOL,  AT(understood)},
    {.name = "must_have",  .type = FIELD_SLUGS, AT(must_have)},
    {.name = "amenities",  .type = FIELD_SLUGS, AT(amenities)},
    {.name = "words",      .type = FIELD_SLUGS, AT(words)},
    {.name = "unsure",     .type = FIELD_SLUGS, AT(unsure)},
};
#undef AT
// clang-format on
const struct fields apartment_search_fields =
    FIELDS_CHECKED(items, struct criteria_request, check_request);
static const struct fields apartment_fields = FIELDS_OF(apartment_items, struct apartment);

static const struct fields relaxation_fields = FIELDS_OF(relaxation_items, struct relaxation);
static const struct fields criteria_fields = FIELDS_OF(criteria_items, struct criteria);
static const struct fields wish_fields = FIELDS_OF(wish_items, struct wish);

static void encode_explanations(const struct criteria *criteria,
                                const struct ranked_apartment *ranked, struct buf *out)
{
    static const enum language order[] = {LANGUAGE_RU, LANGUAGE_KZ, LANGUAGE_EN};
    char room[EXPLANATION_MAX];

    for (size_t i = 0; i < ARRAY_LEN(order); i++) {
        struct buf text = buf_over(room, sizeof room);
        explanation_write(criteria, ranked, order[i], &text);
        buf_printf(out, "%s\"%s\":", i > 0 ? "," : "{", language_names[order[i]]);
        buf_json_string(out, buf_as_slice(&text));
    }
    buf_char(out, '}');
}

static void encode_apartment(const struct apartment_results *results,
                             const struct ranked_apartment *ranked, struct buf *out)
{
    char id[UUID_TEXT_LEN + 1];
    const bool bookable = criteria_has_dates(&results->criteria) && !results->availability_unknown;

    uuid_format(&ranked->apartment->id, id);
    buf_printf(out, "{\"id\":\"%s\",\"score\":%.6f,\"bookable\":%s", id, ranked->score,
               bookable ? "true" : "null");
    fields_encode_members(&apartment_fields, ranked->apartment, false, false, out);
    buf_text(out, ",\"why\":");
    encode_explanations(&results->criteria, ranked, out);
    buf_char(out, '}');
}

static void append_text(struct field_texts *list, struct slice *storage, struct slice text)
{
    storage[list->count++] = text;
    list->items = storage;
}

static void encode_understood_criteria(const struct apartment_results *results, struct buf *out)
{
    const struct criteria *criteria = &results->criteria;
    struct wish wish = {
        .understood = results->understood,
        .must_have = {criteria->must,            criteria->must_count,      SLICE_NONE},
        .amenities = {criteria->amenities.items, criteria->amenities.count, SLICE_NONE}
    };

    for (size_t i = 0; i < criteria->word_count; i++)
        append_text(&wish.words, wish.word_texts, criteria->words[i].text);
    for (int i = 0; i < PHRASE_ASKS; i++)
        if ((criteria->unsure >> i & 1) != 0)
            append_text(&wish.unsure, wish.unsure_names, slice_of(phrase_ask_names[i]));
    if (results->ranking.place_unknown)
        append_text(&wish.unsure, wish.unsure_names, SLICE("near"));
    buf_char(out, '{');
    fields_encode_members(&wish_fields, &wish, false, true, out);
    fields_encode_members(&criteria_fields, criteria, false, false, out);
    buf_char(out, '}');
}

void apartment_search_encode_unclosed(const struct apartment_results *results, struct buf *out)
{
    const struct ranking *ranking = &results->ranking;

    list_begin(out);
    for (size_t i = 0; i < ranking->count; i++) {
        list_separator(out, i);
        encode_apartment(results, &ranking->fits[i], out);
    }
    buf_printf(out, "],\"next_cursor\":null,\"found\":%zu,\"relaxations\":", ranking->found);
    fields_encode_list(&relaxation_fields, ranking->relaxations, ranking->relaxation_count, false,
                       out);
    buf_text(out, ",\"wish\":");
    encode_understood_criteria(results, out);
    buf_text(out, ",\"mode\":\"text\",\"rewrites\":[]");
}
