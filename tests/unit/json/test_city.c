// SPDX-License-Identifier: MIT
#include "json/city.h"

#include "support/test.h"

static const struct {
    const char *why, *name;
    const char *slug; /* NULL: unknown */
} names[] = {
    {"the slug",                         "almaty",                                   "almaty"         },
    {"Russian",                          "Алматы",                             "almaty"         },
    {"capitals of Latin",                "ASTANA",                                   "astana"         },
    {"capitals of Cyrillic",             "ШЫМКЕНТ",                           "shymkent"       },
    {"Kazakh letters",                   "ТАЛДЫҚОРҒАН",                   "taldykorgan"    },
    {"Kazakh name unlike the Russian",   "Орал",                                 "uralsk"         },
    {"a hyphen",                         "Усть-Каменогорск",          "ust-kamenogorsk"},
    {"a space instead of the hyphen",    "усть каменогорск",          "ust-kamenogorsk"},
    {"ё for е",                        "Кокшётау",                         "kokshetau"      },
    {"capital Ё",                       "КОКШЁТАУ",                         "kokshetau"      },
    {"a short word before it",           "г. Алматы",                         "almaty"         },
    {"without a space",                  "г.Астана",                          "astana"         },
    {"without a point",                  "Г ТАРАЗ",                            "taraz"          },
    {"the whole word",                   "город Уральск",                "uralsk"         },
    {"another short word",               "гор. Семей",                       "semey"          },
    {"a word after it",                  "Шымкент г.",                       "shymkent"       },
    {"a Kazakh word",                    "Алматы қаласы",                "almaty"         },
    {"a short Kazakh word",              "Астана қ.",                         "astana"         },
    {"a Kazakh suffix",                  "Орал қ-сы",                         "uralsk"         },
    {"English words",                    "the city of Almaty",                       "almaty"         },
    {"an English word after it",         "Astana City",                              "astana"         },
    {"its country",                      "г. Павлодар, Казахстан", "pavlodar"       },
    {"a point at its end",               "Алматы.",                            "almaty"         },
    {"a former name",                    "Алма-Ата",                          "almaty"         },
    {"in other letters",                 "алма ата",                          "almaty"         },
    {"a former name and a word",         "г. Алма-Ата",                      "almaty"         },
    {"the capital of 2019",              "Нур-Султан",                      "astana"         },
    {"without its hyphen",               "Нурсултан",                       "astana"         },
    {"in Kazakh",                        "Нұр-Сұлтан",                      "astana"         },
    {"in English",                       "NUR-SULTAN",                               "astana"         },
    {"the capital of 1992",              "Акмола",                             "astana"         },
    {"the capital of 1961",              "Целиноград",                     "astana"         },
    {"Aktau",                            "Шевченко",                         "aktau"          },
    {"Aktobe",                           "Актюбинск",                       "aktobe"         },
    {"Atyrau",                           "Гурьев",                             "atyrau"         },
    {"Ekibastuz",                        "Екибастуз",                       "ekibastuz"      },
    {"Karaganda without Kazakh letters", "Караганды",                       "karaganda"      },
    {"Kokshetau",                        "Кокчетав",                         "kokshetau"      },
    {"Kostanay",                         "Кустанай",                         "kostanay"       },
    {"Kyzylorda",                        "Кзыл-Орда",                        "kyzylorda"      },
    {"Petropavlovsk",                    "Петропавл",                       "petropavlovsk"  },
    {"Semey",                            "Семипалатинск",               "semey"          },
    {"Shymkent",                         "Чимкент",                           "shymkent"       },
    {"Taldykorgan",                      "Талды-Курган",                  "taldykorgan"    },
    {"Taraz",                            "Джамбул",                           "taraz"          },
    {"Turkistan",                        "Turkestan",                                "turkistan"      },
    {"Uralsk in Latin letters",          "Oral",                                     "uralsk"         },
    {"Ust-Kamenogorsk",                  "Оскемен",                           "ust-kamenogorsk"},
    {"Zhezkazgan",                       "Джезказган",                     "zhezkazgan"     },
    {"a word alone",                     "город",                               NULL             },
    {"two words alone",                  "г. Казахстан",                   NULL             },
    {"a word that only begins so",       "городАлматы",                   NULL             },
    {"half a name",                      "Алма",                                 NULL             },
    {"a name and more",                  "Алматы-2",                           NULL             },
    {"nothing",                          "",                                         NULL             },
    {"only a space",                     " ",                                        NULL             },
    {"elsewhere",                        "Moscow",                                   NULL             },
    {"broken UTF-8",                     "\xd0",                                     NULL             },
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
