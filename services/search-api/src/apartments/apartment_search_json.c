// SPDX-License-Identifier: MIT
#include "apartments/apartment_search_json.h"

#include "api/list.h"
#include "base/date.h"
#include "json/city.h"

#include "apartments/explanation.h"

static void check(const void *value, struct fault_list *problems)
{
    const struct criteria_request *request = value;

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

// clang-format off
#define AT(member) .offset = offsetof(struct criteria_request, member)
static const struct field items[] = {
    {.name = "query",     .type = FIELD_TEXT,   .flags = FIELD_NULLABLE, AT(query), .min = 1, .max = CRITERIA_QUERY_MAX},
    {.name = "like",      .type = FIELD_UUID,   .flags = FIELD_NULLABLE, AT(like)},
    {.name = "city",      .type = FIELD_CUSTOM, .flags = FIELD_NULLABLE, AT(city), .decode = city_decode},
    {.name = "guests",    .type = FIELD_INT,    .flags = FIELD_NULLABLE, AT(guests), .min = 1, .max = CRITERIA_GUESTS_MAX},
    {.name = "max_price", .type = FIELD_MONEY,  .flags = FIELD_NULLABLE, AT(max_price), .min = 0, .max = INT64_C(1000000000000)},
    {.name = "check_in",  .type = FIELD_DATE,   .flags = FIELD_NULLABLE, AT(check_in)},
    {.name = "check_out", .type = FIELD_DATE,   .flags = FIELD_NULLABLE, AT(check_out)},
    {.name = "near",      .type = FIELD_GEO,    .flags = FIELD_NULLABLE, AT(near)},
    {.name = "amenities", .type = FIELD_SLUGS,  .flags = FIELD_NULLABLE, AT(amenities), .max = CRITERIA_MUST_MAX},
    {.name = "limit",     .type = FIELD_INT,    AT(limit), .min = 1, .max = LIST_LIMIT_MAX},
};
#undef AT

#define AT(member) .offset = offsetof(struct apartment, member)
static const struct field title_items[] = {
    {.name = "ru", .type = FIELD_TEXT, .offset = offsetof(struct texts, ru)},
    {.name = "kz", .type = FIELD_TEXT, .flags = FIELD_NULLABLE, .offset = offsetof(struct texts, kz)},
    {.name = "en", .type = FIELD_TEXT, .flags = FIELD_NULLABLE, .offset = offsetof(struct texts, en)},
};
static const struct fields title_fields = FIELDS_OF(title_items, struct texts);
static const struct field apartment_items[] = {
    {.name = "title",      .type = FIELD_OBJECT, AT(title), .table = &title_fields},
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
// clang-format on
const struct fields apartment_search_fields = FIELDS_CHECKED(items, struct criteria_request, check);
static const struct fields apartment_fields = FIELDS_OF(apartment_items, struct apartment);

static const char *const drops[] = {
    [RULE_PRICE] = "max_price", [RULE_ROOMS] = "rooms", [RULE_GUESTS] = "guests",
    [RULE_DATES] = "dates",     [RULE_CITY] = "city",   [RULE_AMENITY] = "amenities",
};

static void encode_money(int64_t tiyn, struct buf *out)
{
    buf_printf(out, "{\"amount\":%lld,\"currency\":\"KZT\"}", (long long)tiyn);
}

static void encode_why(const struct criteria *criteria, const struct ranked_apartment *ranked,
                       struct buf *out)
{
    static const enum language order[] = {LANGUAGE_RU, LANGUAGE_KZ, LANGUAGE_EN};
    char room[EXPLANATION_MAX];

    for (size_t i = 0; i < ARRAY_LEN(order); i++) {
        struct buf text;
        buf_init_over(&text, room, sizeof room);
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
    encode_why(&results->criteria, ranked, out);
    buf_char(out, '}');
}

static void encode_relaxations(const struct ranking *ranking, struct buf *out)
{
    buf_text(out, ",\"relaxations\":[");
    for (size_t i = 0; i < ranking->relaxation_count; i++) {
        const struct relaxation *one = &ranking->relaxations[i];
        buf_printf(out, "%s{\"drop\":\"%s\",\"adds\":%zu", i > 0 ? "," : "", drops[one->drop],
                   one->adds);
        if (one->amenity.at != NULL) {
            buf_text(out, ",\"amenity\":");
            buf_json_string(out, one->amenity);
        }
        if (one->needed != FIELD_ABSENT) {
            buf_text(out, ",\"needed\":");
            encode_money(one->needed, out);
        }
        buf_char(out, '}');
    }
    buf_char(out, ']');
}

static void encode_list(const char *name, const struct slice *list, size_t count, struct buf *out)
{
    buf_printf(out, ",\"%s\":[", name);
    for (size_t i = 0; i < count; i++) {
        buf_text(out, i > 0 ? "," : "");
        buf_json_string(out, list[i]);
    }
    buf_char(out, ']');
}

static void encode_date(const char *name, int32_t day, struct buf *out)
{
    char text[DATE_TEXT_LEN + 1];

    date_format(day != FIELD_ABSENT32 ? day : 0, text);
    if (day != FIELD_ABSENT32)
        buf_printf(out, ",\"%s\":\"%s\"", name, text);
    else
        buf_printf(out, ",\"%s\":null", name);
}

/* The criteria as they were understood. */
static void encode_criteria(const struct apartment_results *results, struct buf *out)
{
    const struct criteria *criteria = &results->criteria;
    bool first = true;

    buf_printf(out,
               ",\"wish\":{\"understood\":%s,\"city\":", results->understood ? "true" : "false");
    buf_json_string(out, criteria->city);
    buf_text(out, ",\"district\":");
    buf_json_string(out, criteria->district);
    encode_date("check_in", criteria->check_in, out);
    encode_date("check_out", criteria->check_out, out);
    buf_text(out, ",\"guests\":");
    if (criteria->guests != FIELD_ABSENT)
        buf_i64(out, criteria->guests);
    else
        buf_text(out, "null");
    buf_text(out, ",\"rooms\":[");
    for (int i = 0; i < 64; i++)
        if ((criteria->rooms >> i & 1) != 0) {
            buf_printf(out, "%s%d", first ? "" : ",", i);
            first = false;
        }
    buf_text(out, "],\"max_price\":");
    if (criteria->max_price != FIELD_ABSENT)
        encode_money(criteria->max_price, out);
    else
        buf_text(out, "null");
    buf_text(out, ",\"near\":");
    buf_json_string(out, criteria->near_kind);
    encode_list("must_have", criteria->must, criteria->must_count, out);
    encode_list("amenities", criteria->amenities.items, criteria->amenities.count, out);
    buf_text(out, ",\"words\":[");
    for (size_t i = 0; i < criteria->word_count; i++) {
        buf_text(out, i > 0 ? "," : "");
        buf_json_string(out, criteria->words[i].text);
    }
    buf_text(out, "],\"unsure\":[");
    first = true;
    for (int i = 0; i < PHRASE_ASKS; i++)
        if ((criteria->unsure >> i & 1) != 0) {
            buf_printf(out, "%s\"%s\"", first ? "" : ",", phrase_ask_names[i]);
            first = false;
        }
    buf_printf(out, "%s]}",
               results->ranking.place_unknown ? (first ? "\"near\"" : ",\"near\"") : "");
}

void apartment_search_encode(const struct apartment_results *results,
                             const struct apartment_search_status *status, struct buf *out)
{
    const struct ranking *ranking = &results->ranking;

    list_begin(out);
    for (size_t i = 0; i < ranking->count; i++) {
        list_separator(out, i);
        encode_apartment(results, &ranking->fits[i], out);
    }
    buf_printf(out, "],\"next_cursor\":null,\"found\":%zu", ranking->found);
    encode_relaxations(ranking, out);
    encode_criteria(results, out);
    buf_printf(out, ",\"mode\":\"text\",\"degraded\":%s,\"reasons\":[",
               status->degraded ? "true" : "false");
    for (size_t i = 0; status->reasons[i] != NULL; i++)
        buf_printf(out, "%s\"%s\"", i > 0 ? "," : "", status->reasons[i]);
    buf_text(out, "],\"rewrites\":[],\"index_lag_seconds\":");
    if (status->lag_seconds == FIELD_ABSENT)
        buf_text(out, "null");
    else
        buf_i64(out, status->lag_seconds);
    buf_printf(out, ",\"took_ms\":%lld}", (long long)status->took_ms);
}
