// SPDX-License-Identifier: MIT
#include "base/district.h"

#include "support/test.h"

TEST_CASE("district");

static const struct {
    const char *name, *ru, *kz, *en;
} names[] = {
    {"Медеуский",            "Медеуский",            "Медеу",           "Medeu"               },
    {"Аль-Фарабийский", "Аль-Фарабийский", "Әл-Фараби",    "Al-Farabi"           },
    {"Центр",                    "Центр",                    "Орталық",       "Centre"              },
    {"мкр. Самал-2",          "мкр. Самал-2",          "мкр. Самал-2", "мкр. Самал-2"},
    {"",                              "",                              "",                     ""                    },
};

TEST_ROWS(district_is_named_in_each_language, names)
{
    const struct slice name = slice_of(row->name);

    ck_assert_slice(district_translate(name, LANGUAGE_RU), row->ru);
    ck_assert_slice(district_translate(name, LANGUAGE_KZ), row->kz);
    ck_assert_slice(district_translate(name, LANGUAGE_EN), row->en);
}
