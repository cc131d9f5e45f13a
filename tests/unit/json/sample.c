// SPDX-License-Identifier: MIT
#include "sample.h"

#include <math.h>
#include <stdio.h>

// clang-format off
#define AT(member) .offset = offsetof(struct sample_text, member)
static const struct field text_items[] = {
    {.name = "ru", .type = FIELD_TEXT, AT(ru), .min = 2, .max = 10, .flags = FIELD_REQUIRED},
    {.name = "kz", .type = FIELD_TEXT, AT(kz), .max = 10,           .flags = FIELD_NULLABLE | FIELD_OMIT},
};
#undef AT
static const struct fields text_fields = FIELDS_OF(text_items, struct sample_text);

#define AT(member) .offset = offsetof(struct sample_rule, member)
static const struct field rule_items[] = {
    {.name = "from",    .type = FIELD_DATE, AT(from),                            .flags = FIELD_REQUIRED},
    {.name = "percent", .type = FIELD_INT,  AT(percent), .min = -90, .max = 500, .flags = FIELD_NULLABLE},
    {.name = "closed",  .type = FIELD_BOOL, AT(closed)},
};
#undef AT
// clang-format on
static const struct fields rule_fields = FIELDS_OF(rule_items, struct sample_rule);

static const char *const policies[] = {"flexible", "moderate", "strict", NULL};

static bool decode_city(struct slice text, void *value, const char **code, const char **detail)
{
    if (text.at == NULL)
        *(int *)value = 0;
    else if (slice_is(text, "almaty") || slice_is(text, "Алматы"))
        *(int *)value = 1;
    else {
        *code = "unknown_city";
        *detail = "No such city";
        return false;
    }
    return true;
}

static void encode_city(const void *value, struct buf *out)
{
    buf_text(out, *(const int *)value == 1 ? "\"almaty\"" : "null");
}

// clang-format off
#define AT(member) .offset = offsetof(struct sample, member)
static const struct field items[] = {
    {.name = "id",          .type = FIELD_UUID,   AT(id),          .flags = FIELD_READ_ONLY},
    {.name = "title",       .type = FIELD_OBJECT, AT(title),       .flags = FIELD_REQUIRED, .table = &text_fields},
    {.name = "description", .type = FIELD_OBJECT, AT(description), .flags = FIELD_NULLABLE | FIELD_DETAIL, .table = &text_fields},
    {.name = "code",        .type = FIELD_SLUG,   AT(code)},
    {.name = "site",        .type = FIELD_URL,    AT(site),        .flags = FIELD_NULLABLE, .max = 40},
    {.name = "phone",       .type = FIELD_PHONE,  AT(phone),       .flags = FIELD_NULLABLE},
    {.name = "rooms",       .type = FIELD_INT,    AT(rooms),       .flags = FIELD_REQUIRED | FIELD_COMMA, .min = 1, .max = 20},
    {.name = "any_number",  .type = FIELD_INT,    AT(any_number),  .flags = FIELD_NULLABLE},
    {.name = "instant",     .type = FIELD_BOOL,   AT(instant)},
    {.name = "price",       .type = FIELD_MONEY,  AT(price),       .flags = FIELD_REQUIRED},
    {.name = "fee",         .type = FIELD_MONEY,  AT(fee),         .flags = FIELD_NULLABLE, .min = 100, .max = 1000},
    {.name = "from",        .type = FIELD_DATE,   AT(from),        .flags = FIELD_NULLABLE},
    {.name = "check_in",    .type = FIELD_CLOCK,  AT(check_in),    .flags = FIELD_NULLABLE},
    {.name = "created_at",  .type = FIELD_TIME,   AT(created_at)},
    {.name = "owner_id",    .type = FIELD_UUID,   AT(owner),       .flags = FIELD_NULLABLE},
    {.name = "location",    .type = FIELD_GEO,    AT(place),       .flags = FIELD_NULLABLE},
    {.name = "policy",      .type = FIELD_ENUM,   AT(policy),      .flags = FIELD_NULLABLE, .names = policies},
    {.name = "amenities",   .type = FIELD_SLUGS,  AT(amenities),   .flags = FIELD_COMMA, .max = 3},
    {.name = "photos",      .type = FIELD_URLS,   AT(photos),      .flags = FIELD_NULLABLE, .min = 1, .max = 2},
    {.name = "words",       .type = FIELD_TEXTS,  AT(words),       .flags = FIELD_OMIT, .max = 2},
    {.name = "rules",       .type = FIELD_LIST,   AT(rules),       .flags = FIELD_NULLABLE | FIELD_OMIT, .max = 5, .table = &rule_fields},
    {.name = "actions",     .type = FIELD_RAW,    AT(actions)},
    {.name = "city",        .type = FIELD_CUSTOM, AT(city),        .flags = FIELD_NULLABLE | FIELD_OMIT, .decode = decode_city, .encode = encode_city},
    {.name = "secret",      .type = FIELD_TEXT,   AT(secret),      .flags = FIELD_WRITE_ONLY},
};
#undef AT
// clang-format on
const struct fields sample_fields = FIELDS_OF(items, struct sample);

struct sample sample_empty(void)
{
    return (struct sample){
        .rooms = FIELD_ABSENT,
        .any_number = FIELD_ABSENT,
        .price = FIELD_ABSENT,
        .fee = FIELD_ABSENT,
        .from = FIELD_ABSENT32,
        .check_in = FIELD_ABSENT32,
        .created_at = FIELD_ABSENT,
        .place = {(double)NAN, (double)NAN},
        .policy = -1,
    };
}

struct sample sample_full(void)
{
    static const struct slice amenities[] = {
        {"wifi",    4},
        {"hot-tub", 7}
    };
    static const struct slice photos[] = {
        {"https://x.kz/1.jpg", 18}
    };
    static struct sample_rule rules[] = {
        {.from = 20454, .percent = -10, .closed = true},
        {.from = 20455,             .percent = FIELD_ABSENT              },
    };
    struct sample full = {
        .title = {SLICE("Дом \"у\tреки\""), SLICE("Үй")},
        .description = {SLICE("Тихо"),                {NULL, 0}    },
        .code = SLICE("dom-1"),
        .site = SLICE("https://x.kz/"),
        .phone = SLICE("+77011234567"),
        .rooms = 2,
        .any_number = -7,
        .instant = true,
        .price = 2500000,
        .fee = 500,
        .from = 20454,
        .check_in = 14 * 60 + 5,
        .created_at = INT64_C(1700000000123456),
        .place = {43.24,                            -76.945465   },
        .policy = POLICY_MODERATE,
        .amenities = {.items = amenities,               .count = 2   },
        .photos = {.items = photos,                  .count = 1   },
        .rules = {rules,                            2            },
        .actions = SLICE("[{\"action\":\"cancel\"}]"),
        .city = 1,
        .secret = SLICE("hidden"),
    };

    (void)!uuid_parse(SLICE("01a1f82a-c8ba-70c7-93e3-0af386571340"), &full.id);
    (void)!uuid_parse(SLICE("01a1f82a-c8ba-70c8-aefd-01dcb850c36d"), &full.owner);
    return full;
}

const char sample_full_json[] =
    "{\"id\":\"01a1f82a-c8ba-70c7-93e3-0af386571340\","
    "\"title\":{\"ru\":\"Дом \\\"у\\tреки\\\"\",\"kz\":\"Үй\"},"
    "\"description\":{\"ru\":\"Тихо\"},"
    "\"code\":\"dom-1\",\"site\":\"https://x.kz/\",\"phone\":\"+77011234567\","
    "\"rooms\":2,\"any_number\":-7,\"instant\":true,"
    "\"price\":{\"amount\":2500000,\"currency\":\"KZT\"},"
    "\"fee\":{\"amount\":500,\"currency\":\"KZT\"},"
    "\"from\":\"2026-01-01\",\"check_in\":\"14:05\","
    "\"created_at\":\"2023-11-14T22:13:20.123Z\","
    "\"owner_id\":\"01a1f82a-c8ba-70c8-aefd-01dcb850c36d\","
    "\"location\":{\"lat\":43.24,\"lon\":-76.945465},"
    "\"policy\":\"moderate\",\"amenities\":[\"wifi\",\"hot-tub\"],"
    "\"photos\":[\"https://x.kz/1.jpg\"],"
    "\"rules\":[{\"from\":\"2026-01-01\",\"percent\":-10,\"closed\":true},"
    "{\"from\":\"2026-01-02\",\"percent\":null,\"closed\":false}],"
    "\"actions\":[{\"action\":\"cancel\"}],\"city\":\"almaty\"}";

const char *sample_problems(const struct fault *fault)
{
    static char text[8192];
    size_t len = 0;

    text[0] = '\0';
    for (size_t i = 0; i < fault->field_count; i++)
        len += (size_t)snprintf(text + len, sizeof text - len, "%s%s:%s", i > 0 ? " " : "",
                                fault->fields[i].field, fault->fields[i].code);
    return text;
}
