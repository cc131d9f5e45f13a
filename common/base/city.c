// SPDX-License-Identifier: MIT
#include "base/city.h"

#include "base/text.h"

/* Keep the rows sorted by slug. */
// clang-format off
const struct city city_all[] = {
    CITY("aktau",           "Актау",            "Ақтау",       "Aktau",           43.6532, 51.1975),
    CITY("aktobe",          "Актобе",           "Ақтөбе",      "Aktobe",          50.2839, 57.1670),
    CITY("almaty",          "Алматы",           "Алматы",      "Almaty",          43.2380, 76.9452),
    CITY("astana",          "Астана",           "Астана",      "Astana",          51.1282, 71.4304),
    CITY("atyrau",          "Атырау",           "Атырау",      "Atyrau",          47.1068, 51.9035),
    CITY("ekibastuz",       "Экибастуз",        "Екібастұз",   "Ekibastuz",       51.7237, 75.3229),
    CITY("karaganda",       "Караганда",        "Қарағанды",   "Karaganda",       49.8047, 73.1094),
    CITY("kokshetau",       "Кокшетау",         "Көкшетау",    "Kokshetau",       53.2833, 69.3833),
    CITY("kostanay",        "Костанай",         "Қостанай",    "Kostanay",        53.2144, 63.6246),
    CITY("kyzylorda",       "Кызылорда",        "Қызылорда",   "Kyzylorda",       44.8488, 65.4823),
    CITY("pavlodar",        "Павлодар",         "Павлодар",    "Pavlodar",        52.2873, 76.9674),
    CITY("petropavlovsk",   "Петропавловск",    "Петропавл",   "Petropavlovsk",   54.8753, 69.1628),
    CITY("semey",           "Семей",            "Семей",       "Semey",           50.4111, 80.2275),
    CITY("shymkent",        "Шымкент",          "Шымкент",     "Shymkent",        42.3417, 69.5901),
    CITY("taldykorgan",     "Талдыкорган",      "Талдықорған", "Taldykorgan",     45.0156, 78.3739),
    CITY("taraz",           "Тараз",            "Тараз",       "Taraz",           42.9000, 71.3667),
    CITY("turkistan",       "Туркестан",        "Түркістан",   "Turkistan",       43.2973, 68.2518),
    CITY("uralsk",          "Уральск",          "Орал",        "Uralsk",          51.2333, 51.3667),
    CITY("ust-kamenogorsk", "Усть-Каменогорск", "Өскемен",     "Ust-Kamenogorsk", 49.9483, 82.6275),
    CITY("zhezkazgan",      "Жезказган",        "Жезқазған",   "Zhezkazgan",      47.7833, 67.7000),
};
// clang-format on
const size_t city_count = ARRAY_LEN(city_all);

bool city_is_named(const struct city *city, struct slice name)
{
    static const int32_t ignored[] = {' ', '-', 0};

    return text_same_name(name, city->slug, ignored) ||
           text_same_name(name, city->name.ru, ignored) ||
           text_same_name(name, city->name.kz, ignored) ||
           text_same_name(name, city->name.en, ignored);
}

const struct city *city_find(struct slice name)
{
    for (size_t i = 0; i < city_count; i++) {
        if (city_is_named(&city_all[i], name))
            return &city_all[i];
    }
    return NULL;
}
