// SPDX-License-Identifier: MIT
#include <math.h>
#include <stdio.h>

#include "sample.h"
#include "suite.h"

static struct arena arena;

static void setup(void)
{
    arena_init(&arena, 1 << 20);
}

static void teardown(void)
{
    arena_finish(&arena);
}

#define REQUIRED_MEMBERS                                                                           \
    "\"title\":{\"ru\":\"Дом\"},\"rooms\":1,\"price\":{\"amount\":100,\"currency\":\"KZT\"}"

static bool create(const char *body, struct sample *sample, struct fields_seen *seen,
                   struct fault *fault)
{
    return fields_decode(&sample_fields, slice_of(body), false, sample, seen, &arena, fault);
}

static bool patch(const char *body, struct sample *sample, struct fields_seen *seen,
                  struct fault *fault)
{
    return fields_decode(&sample_fields, slice_of(body), true, sample, seen, &arena, fault);
}

START_TEST(what_is_written_can_be_read_again)
{
    /* All but what cannot be set. */
    const char *body =
        "{\"title\":{\"ru\":\" Дом \",\"kz\":\"Үй\"},\"description\":{\"ru\":\"Тихо\"},"
        "\"code\":\"dom-1\",\"site\":\"https://x.kz/\",\"phone\":\"8 (701) 123-45-67\",\"rooms\":2,"
        "\"any_number\":-7,\"instant\":true,\"price\":{\"amount\":2500000,\"currency\":\"KZT\"},"
        "\"fee\":{\"amount\":500,\"currency\":\"KZT\"},\"from\":\"2026-01-01\","
        "\"check_in\":\"14:05\",\"owner_id\":\"01A1F82A-C8BA-70C8-AEFD-01DCB850C36D\","
        "\"location\":{\"lat\":43.24,\"lon\":-76},\"policy\":\"moderate\","
        "\"amenities\":[\"wifi\",\"hot-tub\"],\"photos\":[\" https://x.kz/1.jpg \"],"
        "\"rules\":[{\"from\":\"2026-01-01\",\"percent\":-10,\"closed\":true},"
        "{\"from\":\"2026-01-02\"}],\"city\":\"Алматы\",\"secret\":\"tell\\tnobody\"}";
    struct sample sample = sample_empty();
    struct fields_seen seen;
    struct fault fault;
    struct buf out;

    ck_assert_msg(create(body, &sample, &seen, &fault), "%s", sample_problems(&fault));
    ck_assert_slice(sample.secret, "tell\tnobody");
    ck_assert_uint_eq(seen.null, 0);
    ck_assert_uint_ne(seen.set >> SAMPLE_TITLE & 1, 0);
    ck_assert_uint_eq(seen.set >> SAMPLE_ID & 1, 0);
    buf_init(&out, 1 << 16);
    fields_encode(&sample_fields, &sample, false, &out);
    ck_assert_slice(
        buf_as_slice(&out),
        "{\"id\":null,\"title\":{\"ru\":\"Дом\",\"kz\":\"Үй\"},\"description\":{\"ru\":\"Тихо\"},"
        "\"code\":\"dom-1\",\"site\":\"https://x.kz/\",\"phone\":\"+77011234567\",\"rooms\":2,"
        "\"any_number\":-7,\"instant\":true,\"price\":{\"amount\":2500000,\"currency\":\"KZT\"},"
        "\"fee\":{\"amount\":500,\"currency\":\"KZT\"},\"from\":\"2026-01-01\","
        "\"check_in\":\"14:05\",\"created_at\":null,"
        "\"owner_id\":\"01a1f82a-c8ba-70c8-aefd-01dcb850c36d\","
        "\"location\":{\"lat\":43.24,\"lon\":-76},\"policy\":\"moderate\","
        "\"amenities\":[\"wifi\",\"hot-tub\"],\"photos\":[\"https://x.kz/1.jpg\"],"
        "\"rules\":[{\"from\":\"2026-01-01\",\"percent\":-10,\"closed\":true},"
        "{\"from\":\"2026-01-02\",\"percent\":null,\"closed\":false}],"
        "\"actions\":null,\"city\":\"almaty\"}");
    buf_finish(&out);
}
END_TEST

START_TEST(text_outlives_its_body)
{
    char body[] = "{" REQUIRED_MEMBERS ",\"code\":\"abc\"}";
    struct sample sample = sample_empty();
    struct fault fault;

    ck_assert(create(body, &sample, NULL, &fault));
    memset(body, 'x', sizeof(body));
    ck_assert_slice(sample.code, "abc");
    ck_assert_slice(sample.title.ru, "Дом");
}
END_TEST

START_TEST(what_is_left_out_keeps_its_default)
{
    struct sample sample = sample_full();
    struct fault fault;

    ck_assert(create("{" REQUIRED_MEMBERS "}", &sample, NULL, &fault));
    ck_assert_int_eq(sample.rooms, 1);
    ck_assert(sample.instant);
    ck_assert_int_eq(sample.policy, POLICY_MODERATE);
}
END_TEST

/* Against sample_full(), as patches: so each body needs only the member in question. */
static const struct {
    const char *members;
    const char *problems;
} mistakes[] = {
    {"\"bogus\":1",                                            "bogus:unknown_field"                                        },
    {"\"\":1",                                                 ":unknown_field"                                             },
    {"\"a/b~c\":1",                                            "a~1b~0c:unknown_field"                                      },
    {"\"Title\":1",                                            "Title:unknown_field"                                        },
    {"\"title\":null",                                         "title:required"                                             },
    {"\"title\":\"Дом\"",                                   "title:wrong_type"                                           },
    {"\"title\":[]",                                           "title:wrong_type"                                           },
    {"\"title\":{\"ru\":null}",                                "title/ru:required"                                          },
    {"\"title\":{\"en\":\"House\"}",                           "title/en:unknown_field"                                     },
    {"\"title\":{\"ru\":5}",                                   "title/ru:wrong_type"                                        },
    {"\"title\":{\"ru\":\" \\t\\n \"}",                        "title/ru:blank"                                             },
    {"\"title\":{\"ru\":\"\"}",                                "title/ru:blank"                                             },
    {"\"title\":{\"ru\":\"Ж\"}",                              "title/ru:too_short"                                         },
    {"\"title\":{\"ru\":\"ЖЖЖЖЖЖЖЖЖЖЖ\"}",          "title/ru:too_long"                                          },
    {"\"title\":{\"ru\":\"a\\u001bb\"}",                       "title/ru:bad_text"                                          },
    {"\"title\":{\"ru\":\"a\\rb\"}",                           "title/ru:bad_text"                                          },
    {"\"code\":\"Dom\"",                                       "code:bad_slug"                                              },
    {"\"code\":\" dom \"",                                     "code:bad_slug"                                              },
    {"\"code\":null",                                          "code:wrong_type"                                            },
    {"\"site\":\"http://x.kz\"",                               "site:bad_url"                                               },
    {"\"site\":\"https://\"",                                  "site:bad_url"                                               },
    {"\"site\":\"https:///x\"",                                "site:bad_url"                                               },
    {"\"site\":\"https://.x\"",                                "site:bad_url"                                               },
    {"\"site\":\"https://-x\"",                                "site:bad_url"                                               },
    {"\"site\":\"https://a b\"",                               "site:bad_url"                                               },
    {"\"site\":\"https://a@b\"",                               "site:bad_url"                                               },
    {"\"site\":\"https://a:x\"",                               "site:bad_url"                                               },
    {"\"site\":\"https://a/b c\"",                             "site:bad_url"                                               },
    {"\"site\":\"https://a/\\\"\"",                            "site:bad_url"                                               },
    {"\"site\":\"https://a/Ж\"",                              "site:bad_url"                                               },
    {"\"site\":\"javascript:alert(1)\"",                       "site:bad_url"                                               },
    {"\"site\":\"https://a/0123456789012345678901234567890\"", "site:too_long"                                              },
    {"\"site\":\" \"",                                         "site:blank"                                                 },
    {"\"phone\":\"12\"",                                       "phone:bad_phone"                                            },
    {"\"phone\":77011234567",                                  "phone:wrong_type"                                           },
    {"\"rooms\":0",                                            "rooms:out_of_range"                                         },
    {"\"rooms\":21",                                           "rooms:out_of_range"                                         },
    {"\"rooms\":1.0",                                          "rooms:wrong_type"                                           },
    {"\"rooms\":1e0",                                          "rooms:wrong_type"                                           },
    {"\"rooms\":\"1\"",                                        "rooms:wrong_type"                                           },
    {"\"rooms\":null",                                         "rooms:required"                                             },
    {"\"rooms\":true",                                         "rooms:wrong_type"                                           },
    {"\"any_number\":-9223372036854775808",                    "any_number:out_of_range"                                    },
    {"\"instant\":1",                                          "instant:wrong_type"                                         },
    {"\"instant\":\"true\"",                                   "instant:wrong_type"                                         },
    {"\"instant\":null",                                       "instant:wrong_type"                                         },
    {"\"price\":100",                                          "price:wrong_type"                                           },
    {"\"price\":{\"amount\":101}",                             "price/amount:not_whole_tenge"                               },
    {"\"price\":{\"amount\":-100}",                            "price/amount:out_of_range"                                  },
    {"\"price\":{\"amount\":1000000000100}",                   "price/amount:out_of_range"                                  },
    {"\"price\":{\"amount\":100.0}",                           "price/amount:wrong_type"                                    },
    {"\"price\":{\"amount\":\"100\"}",                         "price/amount:wrong_type"                                    },
    {"\"price\":{\"amount\":null}",                            "price/amount:required"                                      },
    {"\"price\":{\"amount\":100,\"currency\":\"USD\"}",        "price/currency:bad_currency"                                },
    {"\"price\":{\"amount\":100,\"currency\":\"kzt\"}",        "price/currency:bad_currency"                                },
    {"\"price\":{\"amount\":100,\"currency\":1}",              "price/currency:wrong_type"                                  },
    {"\"price\":{\"amount\":100,\"tax\":1}",                   "price/tax:unknown_field"                                    },
    {"\"fee\":{\"amount\":0}",                                 "fee/amount:out_of_range"                                    },
    {"\"fee\":{\"amount\":1100}",                              "fee/amount:out_of_range"                                    },
    {"\"from\":\"2026-02-29\"",                                "from:bad_date"                                              },
    {"\"from\":20454",                                         "from:wrong_type"                                            },
    {"\"check_in\":\"24:00\"",                                 "check_in:bad_time"                                          },
    {"\"id\":\"01a1f82a-c8ba-70c7-93e3-0af386571340\"",        "id:read_only"                                               },
    {"\"id\":null",                                            "id:read_only"                                               },
    {"\"created_at\":\"2026-01-01T00:00:00Z\"",                "created_at:read_only"                                       },
    {"\"actions\":[]",                                         "actions:read_only"                                          },
    {"\"owner_id\":\"me\"",                                    "owner_id:bad_uuid"                                          },
    {"\"owner_id\":\"00000000-0000-0000-0000-000000000000\"",  "owner_id:bad_uuid"                                          },
    {"\"location\":\"43,76\"",                                 "location:wrong_type"                                        },
    {"\"location\":{\"lat\":90.1}",                            "location/lat:out_of_range"                                  },
    {"\"location\":{\"lat\":-90.1}",                           "location/lat:out_of_range"                                  },
    {"\"location\":{\"lon\":180.1}",                           "location/lon:out_of_range"                                  },
    {"\"location\":{\"lon\":\"1\"}",                           "location/lon:wrong_type"                                    },
    {"\"location\":{\"lon\":null}",                            "location/lon:required"                                      },
    {"\"location\":{\"lng\":1}",                               "location/lng:unknown_field"                                 },
    {"\"policy\":\"lax\"",                                     "policy:unknown_value"                                       },
    {"\"policy\":\"Strict\"",                                  "policy:unknown_value"                                       },
    {"\"policy\":1",                                           "policy:wrong_type"                                          },
    {"\"amenities\":\"wifi\"",                                 "amenities:wrong_type"                                       },
    {"\"amenities\":{}",                                       "amenities:wrong_type"                                       },
    {"\"amenities\":null",                                     "amenities:wrong_type"                                       },
    {"\"amenities\":[\"a\",\"b\",\"c\",\"d\"]",                "amenities:too_many"                                         },
    {"\"amenities\":[\"a\",\"B\",3]",                          "amenities/1:bad_slug amenities/2:wrong_type"                },
    {"\"photos\":[]",                                          "photos:too_short"                                           },
    {"\"photos\":[\"x\"]",                                     "photos/0:bad_url"                                           },
    {"\"photos\":[null]",                                      "photos/0:wrong_type"                                        },
    {"\"rules\":{}",                                           "rules:wrong_type"                                           },
    {"\"rules\":[1,{},null]",                                  "rules/0:wrong_type rules/1/from:required rules/2:wrong_type"},
    {"\"rules\":[{\"from\":\"x\",\"percent\":501,\"y\":1}]",
     "rules/0/from:bad_date rules/0/percent:out_of_range rules/0/y:unknown_field"                                           },
    {"\"rules\":[{},{},{},{},{},{}]",                          "rules:too_many"                                             },
    {"\"city\":\"atlantis\"",                                  "city:unknown_city"                                          },
    {"\"city\":\" \"",                                         "city:blank"                                                 },
    {"\"city\":5",                                             "city:wrong_type"                                            },
    {"\"secret\":null",                                        "secret:wrong_type"                                          },
};

START_TEST(a_wrong_member_is_named_and_nothing_changes)
{
    char body[512];
    struct sample sample = sample_full();
    struct sample before = sample;
    struct fields_seen seen = {77, 77};
    struct fault fault;

    snprintf(body, sizeof(body), "{%s}", mistakes[_i].members);
    ck_assert_msg(!patch(body, &sample, &seen, &fault), "%s", body);
    ck_assert_int_eq(fault.kind, FAULT_INVALID);
    ck_assert_msg(strcmp(sample_problems(&fault), mistakes[_i].problems) == 0, "%s: %s", body,
                  sample_problems(&fault));
    ck_assert(memcmp(&sample, &before, sizeof(sample)) == 0);
    ck_assert_uint_eq(seen.set, 77);
    for (size_t i = 0; i < fault.field_count; i++)
        ck_assert_uint_gt(strlen(fault.fields[i].detail), 0);
}
END_TEST

START_TEST(a_created_thing_needs_its_required_members)
{
    static const struct {
        const char *body, *problems;
    } cases[] = {
        {"{}",                                                                               "title:required rooms:required price:required"},
        {"{\"title\":null,\"rooms\":null,\"price\":null}",
         "title:required rooms:required price:required"                                                                                    },
        {"{\"title\":{},\"rooms\":1,\"price\":{}}",
         "title/ru:required price/amount:required price/currency:required"                                                                 },
        {"{\"bogus\":1,\"title\":{\"kz\":\"Үй\"},\"rooms\":1,\"price\":{\"amount\":150}}",
         "bogus:unknown_field title/ru:required price/amount:not_whole_tenge "
         "price/currency:required"                                                                                                         },
        {"{" REQUIRED_MEMBERS ",\"location\":{\"lat\":1}}",                                  "location/lon:required"                       },
    };

    for (int i = 0; i < COUNT(cases); i++) {
        struct sample sample = sample_empty();
        struct fault fault;
        ck_assert(!create(cases[i].body, &sample, NULL, &fault));
        ck_assert_str_eq(sample_problems(&fault), cases[i].problems);
        ck_assert_str_eq(fault.code, strchr(cases[i].problems, ' ') != NULL
                                         ? "invalid"
                                         : strchr(cases[i].problems, ':') + 1);
    }
}
END_TEST

START_TEST(a_patch_changes_only_what_it_names)
{
    struct sample sample = sample_full();
    struct sample before = sample;
    struct fields_seen seen;
    struct fault fault;

    ck_assert(patch("{}", &sample, &seen, &fault));
    ck_assert(memcmp(&sample, &before, sizeof(sample)) == 0);
    ck_assert(patch("{\"title\":{\"kz\":\"Пәтер\"},\"rooms\":3}", &sample, &seen, &fault));
    ck_assert_slice(sample.title.ru, "Дом \"у\tреки\"");
    ck_assert_slice(sample.title.kz, "Пәтер");
    ck_assert_int_eq(sample.rooms, 3);
    ck_assert_int_eq(sample.price, before.price);
    ck_assert_uint_eq(seen.set, 1U << SAMPLE_TITLE | 1U << 6);
}
END_TEST

START_TEST(null_clears_every_type_that_may_be_absent)
{
    struct sample sample = sample_full();
    struct fields_seen seen;
    struct fault fault;

    ck_assert(patch("{\"title\":{\"kz\":null},\"description\":null,\"site\":null,\"phone\":null,"
                    "\"any_number\":null,\"fee\":null,\"from\":null,\"check_in\":null,"
                    "\"owner_id\":null,\"location\":null,\"policy\":null,\"photos\":null,"
                    "\"rules\":null,\"city\":null}",
                    &sample, &seen, &fault));
    ck_assert_ptr_null(sample.title.kz.at);
    ck_assert_ptr_null(sample.description.ru.at);
    ck_assert_ptr_null(sample.site.at);
    ck_assert_ptr_null(sample.phone.at);
    ck_assert_int_eq(sample.any_number, FIELD_ABSENT);
    ck_assert_int_eq(sample.fee, FIELD_ABSENT);
    ck_assert_int_eq(sample.from, FIELD_ABSENT32);
    ck_assert_int_eq(sample.check_in, FIELD_ABSENT32);
    ck_assert(uuid_is_nil(&sample.owner));
    ck_assert(isnan(sample.place.lat));
    ck_assert_int_eq(sample.policy, -1);
    ck_assert_ptr_null(sample.photos.items);
    ck_assert_ptr_null(sample.rules.items);
    ck_assert_int_eq(sample.city, 0);
    ck_assert_uint_eq(seen.set, 1U << SAMPLE_TITLE);
    ck_assert_uint_ne(seen.null >> SAMPLE_SITE & 1, 0);
}
END_TEST

START_TEST(null_clears_inner_values_of_every_type)
{
    static const struct field inner_items[] = {
        {.name = "flag", .type = FIELD_BOOL,   .offset = 0 },
        {.name = "at",   .type = FIELD_TIME,   .offset = 8 },
        {.name = "raw",  .type = FIELD_RAW,    .offset = 16},
        {.name = "tags", .type = FIELD_SLUGS,  .offset = 32},
        {.name = "any",  .type = FIELD_CUSTOM, .offset = 48},
    };
    static const struct fields inner = FIELDS_OF(inner_items, char[64]);
    static const struct field outer_items[] = {
        {.name = "inner", .type = FIELD_OBJECT, .flags = FIELD_NULLABLE, .table = &inner}
    };
    static const struct fields outer = FIELDS_OF(outer_items, char[64]);
    _Alignas(16) char value[64];
    struct fault fault;
    int64_t at;

    memset(value, 1, sizeof(value));
    ck_assert(fields_decode(&outer, SLICE("{\"inner\":null}"), true, value, NULL, &arena, &fault));
    memcpy(&at, value + 8, sizeof(at));
    ck_assert_int_eq(value[0], 0);
    ck_assert_int_eq(at, FIELD_ABSENT);
    ck_assert(!fields_decode(&outer, SLICE("{\"inner\":{\"any\":\"x\"}}"), true, value, NULL,
                             &arena, &fault));
    ck_assert_str_eq(sample_problems(&fault), "inner/any:read_only");
}
END_TEST

START_TEST(a_patch_of_what_is_absent_must_be_complete)
{
    struct sample sample = sample_empty();
    struct fault fault;

    sample.title.ru = SLICE("Дом");
    ck_assert(!patch("{\"description\":{\"kz\":\"Тыныш\"},\"location\":{\"lat\":1},"
                     "\"fee\":{\"amount\":100}}",
                     &sample, NULL, &fault));
    ck_assert_str_eq(sample_problems(&fault),
                     "description/ru:required location/lon:required fee/currency:required");
    ck_assert(patch("{\"description\":{\"ru\":\"Тихо\"},\"location\":{\"lat\":1,\"lon\":2}}",
                    &sample, NULL, &fault));
    ck_assert(patch("{\"description\":{\"kz\":\"Тыныш\"},\"location\":{\"lat\":5}}", &sample, NULL,
                    &fault));
    ck_assert_slice(sample.description.ru, "Тихо");
    ck_assert_slice(sample.description.kz, "Тыныш");
    ck_assert_double_eq(sample.place.lat, 5);
    ck_assert_double_eq(sample.place.lon, 2);
}
END_TEST

START_TEST(lists_are_replaced_and_may_be_empty)
{
    struct sample sample = sample_full();
    struct fault fault;

    ck_assert(patch("{\"rules\":[],\"amenities\":[]}", &sample, NULL, &fault));
    ck_assert_uint_eq(sample.rules.count, 0);
    ck_assert_ptr_nonnull(sample.rules.items);
    ck_assert_uint_eq(sample.amenities.count, 0);
}
END_TEST

static const struct {
    const char *body;
    bool ok;
} bounds[] = {
    {"{\"title\":{\"ru\":\"ЖЖ\"}}",                                                   true},
    {"{\"title\":{\"ru\":\"  ЖЖЖЖЖЖЖЖЖЖ  \"}}",                               true},
    {"{\"title\":{\"ru\":\"и\\u0306и\\u0306и\\u0306и\\u0306и\\u0306и\\u0306\"}}", true},
    {"{\"rooms\":1}",                                                                   true},
    {"{\"rooms\":20}",                                                                  true},
    {"{\"any_number\":9223372036854775807}",                                            true},
    {"{\"any_number\":-9223372036854775807}",                                           true},
    {"{\"price\":{\"amount\":0}}",                                                      true},
    {"{\"price\":{\"amount\":1000000000000}}",                                          true},
    {"{\"price\":{\"currency\":\"KZT\"}}",                                              true},
    {"{\"fee\":{\"amount\":100}}",                                                      true},
    {"{\"fee\":{\"amount\":1000}}",                                                     true},
    {"{\"location\":{\"lat\":-90,\"lon\":-180}}",                                       true},
    {"{\"location\":{\"lat\":90.0,\"lon\":180.0}}",                                     true},
    {"{\"site\":\"https://a\"}",                                                        true},
    {"{\"site\":\"https://a.b-c.kz:8443?x=1#y\"}",                                      true},
    {"{\"site\":\"https://a/012345678901234567890123456789\"}",                         true},
    {"{\"amenities\":[\"a\",\"b\",\"c\"]}",                                             true},
    {"{\"rules\":[{\"from\":\"2026-01-01\",\"percent\":null}]}",                        true},
};

START_TEST(bounds_belong_to_what_is_allowed)
{
    struct sample sample = sample_full();
    struct fault fault;
    bool ok = patch(bounds[_i].body, &sample, NULL, &fault);

    ck_assert_msg(ok == bounds[_i].ok, "%s: %s", bounds[_i].body,
                  ok ? "" : sample_problems(&fault));
}
END_TEST

START_TEST(a_body_that_is_no_object_is_told_so)
{
    static const char *const bodies[] = {"[]", "\"a\"", "1", "1.5", "true", "null"};

    for (int i = 0; i < COUNT(bodies); i++) {
        struct sample sample = sample_full();
        struct fault fault;
        ck_assert(!patch(bodies[i], &sample, NULL, &fault));
        ck_assert_int_eq(fault.kind, FAULT_INVALID);
        ck_assert_str_eq(fault.code, "not_an_object");
    }
}
END_TEST

START_TEST(what_cannot_be_read_is_told_before_anything_else)
{
    struct sample sample = sample_full();
    struct fault fault;

    ck_assert(!patch("{\"rooms\":0,", &sample, NULL, &fault));
    ck_assert_str_eq(fault.code, "bad_json");
    ck_assert(!patch("", &sample, NULL, &fault));
    ck_assert_str_eq(fault.code, "body_missing");
}
END_TEST

START_TEST(a_body_that_may_be_missing_is_an_empty_object)
{
    struct sample sample = sample_full();
    struct json_body *body = NULL;
    struct fields_seen seen = {77, 77};
    struct fault fault;

    ck_assert(fields_parse(SLICE(""), false, &body, &arena, &fault));
    ck_assert(fields_decode_body(&sample_fields, body, true, &sample, &seen, &arena, &fault));
    ck_assert_uint_eq(seen.set, 0);
    ck_assert(!fields_decode_body(&sample_fields, NULL, false, &sample, NULL, &arena, &fault));
    ck_assert_str_eq(sample_problems(&fault), "title:required rooms:required price:required");
    fields_parse_finish(body);
}
END_TEST

START_TEST(at_most_thirty_two_problems_are_named)
{
    struct sample sample = sample_full();
    struct fault fault;
    struct buf body;

    buf_init(&body, 1 << 16);
    buf_char(&body, '{');
    for (int i = 0; i < 3000; i++)
        buf_printf(&body, "%s\"x%d\":1", i > 0 ? "," : "", i);
    buf_char(&body, '}');
    ck_assert(
        !fields_decode(&sample_fields, buf_as_slice(&body), true, &sample, NULL, &arena, &fault));
    ck_assert_uint_eq(fault.field_count, FAULT_FIELDS_MAX);
    ck_assert_str_eq(fault.fields[31].field, "x31");
    buf_finish(&body);
}
END_TEST

START_TEST(a_long_unknown_name_is_cut_between_characters)
{
    struct sample sample = sample_full();
    struct fault fault;
    struct buf body;

    buf_init(&body, 1 << 16);
    buf_text(&body, "{\"title\":{\"a");
    for (int i = 0; i < 1000; i++)
        buf_text(&body, "Ж");
    buf_text(&body, "\":1}}");
    ck_assert(
        !fields_decode(&sample_fields, buf_as_slice(&body), true, &sample, NULL, &arena, &fault));
    ck_assert_uint_eq(fault.field_count, 1);
    ck_assert_uint_ge(strlen(fault.fields[0].field), FAULT_FIELD_MAX - 2);
    buf_finish(&body);
}
END_TEST

START_TEST(a_full_arena_is_not_the_clients_mistake)
{
    static const char body[] =
        "{" REQUIRED_MEMBERS ",\"amenities\":[\"a\",\"b\"],\"rules\":[{\"from\":\"2026-01-01\"}],"
        "\"site\":\"https://"
        "x.kz\",\"description\":{\"ru\":\"e\\u0301e\\u0301\"},\"city\":\"almaty\","
        "\"code\":\"dom\"}";
    int done = 0;

    for (size_t limit = 0; limit < 4000; limit += 16) {
        struct sample sample = sample_empty();
        struct sample before = sample;
        struct arena small;
        struct fault fault;
        bool ok;
        arena_init(&small, limit);
        ok = fields_decode(&sample_fields, SLICE(body), false, &sample, NULL, &small, &fault);
        if (ok) {
            done++;
        } else {
            ck_assert_str_eq(fault.code, "out_of_memory");
            ck_assert(memcmp(&sample, &before, sizeof(sample)) == 0);
        }
        arena_finish(&small);
    }
    ck_assert_int_gt(done, 10);
}
END_TEST

START_TEST(an_enum_tells_only_so_many_names)
{
    static const char *const names[] = {"a_rather_long_name_to_fill_the_sentence_one",
                                        "a_rather_long_name_to_fill_the_sentence_two",
                                        "a_rather_long_name_to_fill_the_sentence_three",
                                        "a_rather_long_name_to_fill_the_sentence_four", NULL};
    static const struct field one[] = {
        {.name = "e", .type = FIELD_ENUM, .names = names}
    };
    static const struct fields table = FIELDS_OF(one, int);
    struct fault fault;
    int value = 7;

    ck_assert(!fields_decode(&table, SLICE("{\"e\":\"x\"}"), false, &value, NULL, &arena, &fault));
    ck_assert_ptr_nonnull(strstr(fault.detail, "_three"));
    ck_assert_ptr_null(strstr(fault.detail, "_four"));
    ck_assert_int_eq(value, 7);
}
END_TEST

/* Arrays of ids and of small numbers, and a false that goes without saying. */
struct sets {
    struct field_uuids ids;
    int64_t days;
    bool quiet;
};

static const struct field set_items[] = {
    {.name = "ids", .type = FIELD_UUIDS, .offset = offsetof(struct sets, ids), .min = 1, .max = 2},
    {.name = "days",
     .type = FIELD_DIGITS,
     .flags = FIELD_NULLABLE | FIELD_OMIT,
     .offset = offsetof(struct sets,                                     days),
     .min = 1,
     .max = 7},
    {.name = "quiet",
     .type = FIELD_BOOL,
     .flags = FIELD_OMIT,
     .offset = offsetof(struct sets,                                               quiet)                                                                },
};
static const struct fields set_fields = FIELDS_OF(set_items, struct sets);

#define ID "\"01a1f82a-c8ba-70c8-aefd-01dcb850c36d\""

// clang-format off
static const struct {
    const char *body;
    const char *told; /* what is written again, or the problems */
} sets[] = {
    {"{}", "{\"ids\":[]}"},
    {"{\"ids\":[" ID "],\"days\":[7,1,7],\"quiet\":true}", "{\"ids\":[" ID "],\"days\":[1,7],\"quiet\":true}"},
    {"{\"days\":null,\"quiet\":false}", "{\"ids\":[]}"},
    {"{\"days\":[1,2,3,4,5,6,7]}", "{\"ids\":[],\"days\":[1,2,3,4,5,6,7]}"},
    {"{\"ids\":[],\"days\":[]}", "ids:too_short days:too_short"},
    {"{\"ids\":[" ID "," ID "," ID "]}", "ids:too_many"},
    {"{\"ids\":[" ID ",7,\"x\"]}", "ids:too_many"},
    {"{\"ids\":[7,\"x\"]}", "ids/0:wrong_type ids/1:bad_uuid"},
    {"{\"ids\":" ID ",\"days\":1}", "ids:wrong_type days:wrong_type"},
    {"{\"days\":[0,8,-1,1.5,\"1\"]}", "days/0:out_of_range days/1:out_of_range days/2:out_of_range days/3:wrong_type days/4:wrong_type"},
    {"{\"days\":[9223372036854775807]}", "days/0:out_of_range"},
    {"{\"days\":[1,1,1,1,1,1,1,1,1]}", "days:too_many"},
};
// clang-format on

START_TEST(arrays_of_ids_and_numbers_are_read_and_written)
{
    struct sets value = {
        {NULL, 0},
        0, false
    };
    struct fault fault;
    struct buf out;

    buf_init(&out, 1 << 10);
    if (fields_decode(&set_fields, slice_of(sets[_i].body), false, &value, NULL, &arena, &fault)) {
        fields_encode(&set_fields, &value, false, &out);
        ck_assert_slice(buf_as_slice(&out), sets[_i].told);
    } else {
        ck_assert_str_eq(sample_problems(&fault), sets[_i].told);
        ck_assert_ptr_null(value.ids.items);
    }
    buf_finish(&out);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("decode");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, what_is_written_can_be_read_again);
    tcase_add_test(tests, text_outlives_its_body);
    tcase_add_test(tests, what_is_left_out_keeps_its_default);
    tcase_add_loop_test(tests, a_wrong_member_is_named_and_nothing_changes, 0, COUNT(mistakes));
    tcase_add_test(tests, a_created_thing_needs_its_required_members);
    tcase_add_test(tests, a_patch_changes_only_what_it_names);
    tcase_add_test(tests, null_clears_every_type_that_may_be_absent);
    tcase_add_test(tests, null_clears_inner_values_of_every_type);
    tcase_add_test(tests, a_patch_of_what_is_absent_must_be_complete);
    tcase_add_test(tests, lists_are_replaced_and_may_be_empty);
    tcase_add_loop_test(tests, bounds_belong_to_what_is_allowed, 0, COUNT(bounds));
    tcase_add_test(tests, a_body_that_is_no_object_is_told_so);
    tcase_add_test(tests, what_cannot_be_read_is_told_before_anything_else);
    tcase_add_test(tests, a_body_that_may_be_missing_is_an_empty_object);
    tcase_add_test(tests, at_most_thirty_two_problems_are_named);
    tcase_add_test(tests, a_long_unknown_name_is_cut_between_characters);
    tcase_add_test(tests, a_full_arena_is_not_the_clients_mistake);
    tcase_add_test(tests, an_enum_tells_only_so_many_names);
    tcase_add_loop_test(tests, arrays_of_ids_and_numbers_are_read_and_written, 0, COUNT(sets));
    return suite_main("fields: decode", tests);
}
