// SPDX-License-Identifier: MIT
#include "finding/find_json.h"

#include "api/list.h"
#include "base/date.h"
#include "json/city.h"

#include "wishes/why.h"

static void check(const void *value, struct fault_list *problems)
{
    const struct wish_asked *asked = value;

    if (asked->check_in == FIELD_ABSENT32 && asked->check_out != FIELD_ABSENT32)
        fault_list_add(problems, "check_in", "required", "Needed beside `check_out`");
    if (asked->check_in != FIELD_ABSENT32 && asked->check_out == FIELD_ABSENT32)
        fault_list_add(problems, "check_out", "required", "Needed beside `check_in`");
    if (asked->check_in == FIELD_ABSENT32 || asked->check_out == FIELD_ABSENT32)
        return;
    if (asked->check_out <= asked->check_in || asked->check_out - asked->check_in > WISH_NIGHTS_MAX)
        fault_list_add(problems, "check_out", "out_of_range",
                       "Must be 1 to 366 nights after `check_in`");
}

// clang-format off
#define AT(member) .offset = offsetof(struct wish_asked, member)
static const struct field items[] = {
    {.name = "query",     .type = FIELD_TEXT,   .flags = FIELD_NULLABLE, AT(query), .min = 1, .max = WISH_QUERY_MAX},
    {.name = "like",      .type = FIELD_UUID,   .flags = FIELD_NULLABLE, AT(like)},
    {.name = "city",      .type = FIELD_CUSTOM, .flags = FIELD_NULLABLE, AT(city), .decode = city_decode},
    {.name = "guests",    .type = FIELD_INT,    .flags = FIELD_NULLABLE, AT(guests), .min = 1, .max = WISH_GUESTS_MAX},
    {.name = "max_price", .type = FIELD_MONEY,  .flags = FIELD_NULLABLE, AT(max_price), .min = 0, .max = INT64_C(1000000000000)},
    {.name = "check_in",  .type = FIELD_DATE,   .flags = FIELD_NULLABLE, AT(check_in)},
    {.name = "check_out", .type = FIELD_DATE,   .flags = FIELD_NULLABLE, AT(check_out)},
    {.name = "near",      .type = FIELD_GEO,    .flags = FIELD_NULLABLE, AT(near)},
    {.name = "amenities", .type = FIELD_SLUGS,  .flags = FIELD_NULLABLE, AT(amenities), .max = WISH_MUST_MAX},
    {.name = "limit",     .type = FIELD_INT,    AT(limit), .min = 1, .max = LIST_LIMIT_MAX},
};
#undef AT

#define AT(member) .offset = offsetof(struct flat, member)
static const struct field title_items[] = {
    {.name = "ru", .type = FIELD_TEXT, .offset = offsetof(struct texts, ru)},
    {.name = "kz", .type = FIELD_TEXT, .flags = FIELD_NULLABLE, .offset = offsetof(struct texts, kz)},
    {.name = "en", .type = FIELD_TEXT, .flags = FIELD_NULLABLE, .offset = offsetof(struct texts, en)},
};
static const struct fields title_fields = FIELDS_OF(title_items, struct texts);
static const struct field flat_items[] = {
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
const struct fields find_fields = FIELDS_CHECKED(items, struct wish_asked, check);
static const struct fields flat_fields = FIELDS_OF(flat_items, struct flat);

static const char *const drops[] = {
    [RULE_PRICE] = "max_price", [RULE_ROOMS] = "rooms", [RULE_GUESTS] = "guests",
    [RULE_DATES] = "dates",     [RULE_CITY] = "city",   [RULE_AMENITY] = "amenities",
};

static void encode_money(int64_t tiyn, struct buf *out)
{
    buf_printf(out, "{\"amount\":%lld,\"currency\":\"KZT\"}", (long long)tiyn);
}

static void encode_why(const struct wish *wish, const struct judged *judged, struct buf *out)
{
    static const enum language order[] = {LANGUAGE_RU, LANGUAGE_KZ, LANGUAGE_EN};
    char room[WHY_MAX];

    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
        struct buf text;
        buf_init_over(&text, room, sizeof room);
        why_write(wish, judged, order[i], &text);
        buf_printf(out, "%s\"%s\":", i > 0 ? "," : "{", language_names[order[i]]);
        buf_json_string(out, buf_as_slice(&text));
    }
    buf_char(out, '}');
}

static void encode_flat(const struct find_answer *answer, const struct judged *judged,
                        struct buf *out)
{
    char id[UUID_TEXT_LEN + 1];
    const bool asked = wish_has_dates(&answer->wish) && !answer->unjudged;

    uuid_format(&judged->flat->id, id);
    buf_printf(out, "{\"id\":\"%s\",\"score\":%.6f,\"bookable\":%s", id, judged->score,
               asked ? "true" : "null");
    fields_encode_members(&flat_fields, judged->flat, false, false, out);
    buf_text(out, ",\"why\":");
    encode_why(&answer->wish, judged, out);
    buf_char(out, '}');
}

static void encode_relaxations(const struct judgement *judgement, struct buf *out)
{
    buf_text(out, ",\"relaxations\":[");
    for (size_t i = 0; i < judgement->relaxation_count; i++) {
        const struct relaxation *one = &judgement->relaxations[i];
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

/* What was understood. */
static void encode_wish(const struct find_answer *answer, struct buf *out)
{
    const struct wish *wish = &answer->wish;
    bool first = true;

    buf_printf(out,
               ",\"wish\":{\"understood\":%s,\"city\":", answer->understood ? "true" : "false");
    buf_json_string(out, wish->city);
    buf_text(out, ",\"district\":");
    buf_json_string(out, wish->district);
    encode_date("check_in", wish->check_in, out);
    encode_date("check_out", wish->check_out, out);
    buf_text(out, ",\"guests\":");
    if (wish->guests != FIELD_ABSENT)
        buf_i64(out, wish->guests);
    else
        buf_text(out, "null");
    buf_text(out, ",\"rooms\":[");
    for (int i = 0; i < 64; i++)
        if ((wish->rooms >> i & 1) != 0) {
            buf_printf(out, "%s%d", first ? "" : ",", i);
            first = false;
        }
    buf_text(out, "],\"max_price\":");
    if (wish->max_price != FIELD_ABSENT)
        encode_money(wish->max_price, out);
    else
        buf_text(out, "null");
    buf_text(out, ",\"near\":");
    buf_json_string(out, wish->near_kind);
    encode_list("must_have", wish->must, wish->must_count, out);
    encode_list("amenities", wish->amenities.items, wish->amenities.count, out);
    buf_text(out, ",\"words\":[");
    for (size_t i = 0; i < wish->word_count; i++) {
        buf_text(out, i > 0 ? "," : "");
        buf_json_string(out, wish->words[i].text);
    }
    buf_text(out, "],\"unsure\":[");
    first = true;
    for (int i = 0; i < PHRASE_ASKS; i++)
        if ((wish->unsure >> i & 1) != 0) {
            buf_printf(out, "%s\"%s\"", first ? "" : ",", phrase_ask_names[i]);
            first = false;
        }
    buf_printf(out, "%s]}", answer->judgement.nowhere ? (first ? "\"near\"" : ",\"near\"") : "");
}

void find_encode(const struct find_answer *answer, const struct find_said *said, struct buf *out)
{
    const struct judgement *judgement = &answer->judgement;

    list_begin(out);
    for (size_t i = 0; i < judgement->count; i++) {
        list_separator(out, i);
        encode_flat(answer, &judgement->fits[i], out);
    }
    buf_printf(out, "],\"next_cursor\":null,\"found\":%zu", judgement->found);
    encode_relaxations(judgement, out);
    encode_wish(answer, out);
    buf_printf(out, ",\"mode\":\"text\",\"degraded\":%s,\"reasons\":[",
               said->degraded ? "true" : "false");
    for (size_t i = 0; said->reasons[i] != NULL; i++)
        buf_printf(out, "%s\"%s\"", i > 0 ? "," : "", said->reasons[i]);
    buf_text(out, "],\"rewrites\":[],\"index_lag_seconds\":");
    if (said->lag_seconds == FIELD_ABSENT)
        buf_text(out, "null");
    else
        buf_i64(out, said->lag_seconds);
    buf_printf(out, ",\"took_ms\":%lld}", (long long)said->took_ms);
}
