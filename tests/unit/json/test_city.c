// SPDX-License-Identifier: MIT
#include "json/city.h"

#include "support/test.h"

static const struct {
    const char *why, *name;
    const char *slug; /* NULL: unknown */
} names[] = {
    {"the slug",                       "almaty",                          "almaty"         },
    {"Russian",                        "Алматы",                    "almaty"         },
    {"capitals of Latin",              "ASTANA",                          "astana"         },
    {"capitals of Cyrillic",           "ШЫМКЕНТ",                  "shymkent"       },
    {"Kazakh letters",                 "ТАЛДЫҚОРҒАН",          "taldykorgan"    },
    {"Kazakh name unlike the Russian", "Орал",                        "uralsk"         },
    {"a hyphen",                       "Усть-Каменогорск", "ust-kamenogorsk"},
    {"a space instead of the hyphen",  "усть каменогорск", "ust-kamenogorsk"},
    {"ё for е",                      "Кокшётау",                "kokshetau"      },
    {"capital Ё",                     "КОКШЁТАУ",                "kokshetau"      },
    {"half a name",                    "Алма",                        NULL             },
    {"a name and more",                "Алматы-2",                  NULL             },
    {"nothing",                        "",                                NULL             },
    {"only a space",                   " ",                               NULL             },
    {"elsewhere",                      "Moscow",                          NULL             },
    {"broken UTF-8",                   "\xd0",                            NULL             },
};

TEST_ROWS_WHY(city_is_found_by_each_of_its_names, names)
{
    const struct city *city = city_find(slice_of(row->name));
    if (row->slug == NULL)
        ck_assert(city == NULL);
    else
        ck_assert(city != NULL && slice_is(city->slug, row->slug));
}

TEST(slugs_are_sorted_and_every_name_finds_its_own_city)
{
    ck_assert_uint_eq(city_count, 20);
    for (size_t i = 0; i < city_count; i++) {
        const struct city *city = &city_all[i];
        if (i > 0)
            ck_assert_int_lt(strcmp(city_all[i - 1].slug.at, city->slug.at), 0);
        ck_assert_ptr_eq(city_find(city->slug), city);
        ck_assert_ptr_eq(city_find(city->name.ru), city);
        ck_assert_ptr_eq(city_find(city->name.kz), city);
        ck_assert_ptr_eq(city_find(city->name.en), city);
    }
}

TEST(cities_lie_in_kazakhstan)
{
    for (size_t i = 0; i < city_count; i++) {
        ck_assert_msg(city_all[i].location.lat > 40 && city_all[i].location.lat < 56, "%s",
                      city_all[i].slug.at);
        ck_assert_msg(city_all[i].location.lon > 46 && city_all[i].location.lon < 88, "%s",
                      city_all[i].slug.at);
    }
}

TEST(unknown_city_is_refused_and_changes_nothing)
{
    struct slice value = SLICE("before");
    const char *code = NULL, *detail = NULL;
    ck_assert(!city_decode(SLICE("Atlantis"), &value, &code, &detail));
    ck_assert_slice(value, "before");
    ck_assert_str_eq(code, "unknown_city");
    ck_assert_ptr_nonnull(detail);
    ck_assert(city_decode(SLICE("Семей"), &value, &code, &detail));
    ck_assert_slice(value, "semey");
}
