// SPDX-License-Identifier: MIT
/* Refused values, up to their limits, and the reported problems. */
#include "sample.h"
#include "support/scratch.h"

#define TEN     "aaaaaaaaaa"
#define HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN

/* Patches of sample_full(), so that each body needs only the tested member. */
static const struct {
    const char *members, *problems;
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
    {"\"title\":{\"ru\":\"\\u001b\\u202e\\u3164\"}",           "title/ru:blank"                                             },
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
    {"\"words\":[\"\",1]",                                     "words/0:blank words/1:wrong_type"                           },
    {"\"words\":[\"a\",\"b\",\"c\"]",                          "words:too_many"                                             },
    {"\"words\":[\"" HUNDRED "1\"]",                           "words/0:too_long"                                           },
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

TEST_ROWS(invalid_member_is_named_and_nothing_changes, mistakes)
{
    struct sample sample = sample_full();
    struct sample before = sample;
    struct fields_seen seen = {77, 77};

    const char *body = textf("{%s}", row->members);
    ck_assert_msg(!sample_patch(body, &sample, &seen), "%s", body);
    ck_assert_int_eq(fault.kind, FAULT_INVALID);
    ck_assert_msg(strcmp(sample_problems(&fault), row->problems) == 0, "%s: %s", body,
                  sample_problems(&fault));
    ck_assert(memcmp(&sample, &before, sizeof sample) == 0);
    ck_assert_uint_eq(seen.set, 77);
    for (size_t i = 0; i < fault.field_count; i++)
        ck_assert_uint_gt(strlen(fault.fields[i].detail), 0);
}

// clang-format off
static const struct {
    const char *body, *problems;
} incomplete[] = {
    {"{}", "title:required rooms:required price:required"},
    {"{\"title\":null,\"rooms\":null,\"price\":null}", "title:required rooms:required price:required"},
    {"{\"title\":{},\"rooms\":1,\"price\":{}}", "title/ru:required price/amount:required price/currency:required"},
    {"{\"bogus\":1,\"title\":{\"kz\":\"Үй\"},\"rooms\":1,\"price\":{\"amount\":150}}",
     "bogus:unknown_field title/ru:required price/amount:not_whole_tenge price/currency:required"},
    {"{" SAMPLE_REQUIRED ",\"location\":{\"lat\":1}}", "location/lon:required"},
};
// clang-format on

TEST_ROWS(new_object_needs_its_required_members, incomplete)
{
    const bool several = strchr(row->problems, ' ') != NULL;
    struct sample sample = sample_empty();

    ck_assert(!sample_create(row->body, &sample, NULL));
    ck_assert_str_eq(sample_problems(&fault), row->problems);
    ck_assert_str_eq(fault.code, several ? "invalid" : strchr(row->problems, ':') + 1);
}

static const char *const bounds[] = {
    "{\"title\":{\"ru\":\"ЖЖ\"}}",
    "{\"title\":{\"ru\":\"  ЖЖЖЖЖЖЖЖЖЖ  \"}}",
    "{\"title\":{\"ru\":\"и\\u0306и\\u0306и\\u0306и\\u0306и\\u0306и\\u0306\"}}",
    "{\"rooms\":1}",
    "{\"rooms\":20}",
    "{\"any_number\":9223372036854775807}",
    "{\"any_number\":-9223372036854775807}",
    "{\"price\":{\"amount\":0}}",
    "{\"price\":{\"amount\":1000000000000}}",
    "{\"price\":{\"currency\":\"KZT\"}}",
    "{\"fee\":{\"amount\":100}}",
    "{\"fee\":{\"amount\":1000}}",
    "{\"location\":{\"lat\":-90,\"lon\":-180}}",
    "{\"location\":{\"lat\":90.0,\"lon\":180.0}}",
    "{\"site\":\"https://a\"}",
    "{\"site\":\"https://a.b-c.kz:8443?x=1#y\"}",
    "{\"site\":\"https://a/012345678901234567890123456789\"}",
    "{\"amenities\":[\"a\",\"b\",\"c\"]}",
    "{\"rules\":[{\"from\":\"2026-01-01\",\"percent\":null}]}",
};

TEST_ROWS(limits_themselves_are_allowed, bounds)
{
    struct sample sample = sample_full();

    ck_assert_msg(sample_patch(*row, &sample, NULL), "%s: %s", *row, sample_problems(&fault));
}

static const char *const others[] = {"[]", "\"a\"", "1", "1.5", "true", "null"};

TEST_ROWS(body_that_is_not_an_object_is_refused, others)
{
    struct sample sample = sample_full();

    ck_assert(!sample_patch(*row, &sample, NULL));
    ck_assert_int_eq(fault.kind, FAULT_INVALID);
    ck_assert_str_eq(fault.code, "not_an_object");
}

TEST(a_long_unknown_name_is_cut_between_characters)
{
    struct sample sample = sample_full();

    buf_text(&scratch, "{\"title\":{\"a");
    for (int i = 0; i < 1000; i++)
        buf_text(&scratch, "Ж");
    buf_text(&scratch, "\":1}}");
    ck_assert(!fields_decode(&sample_fields, buf_as_slice(&scratch), true, &sample, NULL, &arena,
                             &fault));
    ck_assert_uint_eq(fault.field_count, 1);
    ck_assert_uint_ge(strlen(fault.fields[0].field), FAULT_FIELD_MAX - 2);
}

TEST(message_of_an_enum_lists_a_limited_number_of_names)
{
    static const char *const names[] = {"a_rather_long_name_to_fill_the_sentence_one",
                                        "a_rather_long_name_to_fill_the_sentence_two",
                                        "a_rather_long_name_to_fill_the_sentence_three",
                                        "a_rather_long_name_to_fill_the_sentence_four", NULL};
    static const struct field one[] = {
        {.name = "e", .type = FIELD_ENUM, .names = names}
    };
    static const struct fields table = FIELDS_OF(one, int);
    int value = 7;

    ck_assert(!fields_decode(&table, SLICE("{\"e\":\"x\"}"), false, &value, NULL, &arena, &fault));
    ck_has(fault.detail, "_three");
    ck_lacks(fault.detail, "_four");
    ck_assert_int_eq(value, 7);
}

TEST(additional_enum_names_are_aliases_of_the_last)
{
    static const char *const names[] = {"ru", "kz", "kk", NULL};
    static const struct field one[] = {
        {.name = "e", .type = FIELD_ENUM, .names = names, .max = 1}
    };
    static const struct fields table = FIELDS_OF(one, int);
    int value = 7;

    for (int i = 0; i < 3; i++) {
        ck_assert(fields_decode(&table, slice_of(textf("{\"e\":\"%s\"}", names[i])), false, &value,
                                NULL, &arena, &fault));
        ck_assert_int_eq(value, i < 1 ? i : 1);
    }
}
