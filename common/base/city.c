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

/* Former names, other transliterations, and Kazakh names typed without Kazakh letters, as old lists
 * and forms have them. */
// clang-format off
static const struct {
    const char *slug, *names; /* names separated by '|' */
} other_names[] = {
    {"aktau",           "Шевченко|Aqtau"},
    {"aktobe",          "Актюбинск|Актюбе|Aktyubinsk|Aktiubinsk|Aqtobe|Aktyube"},
    {"almaty",          "Алма-Ата|Alma-Ata|Алмата|Almata"},
    {"astana",          "Нур-Султан|Нұр-Сұлтан|Nur-Sultan|Целиноград|Tselinograd|Акмола|Ақмола|Akmola|Aqmola|Акмолинск"},
    {"atyrau",          "Гурьев|Guryev|Gurev"},
    {"ekibastuz",       "Екибастуз|Yekibastuz"},
    {"karaganda",       "Караганды|Karagandy|Qaragandy|Qaraghandy"},
    {"kokshetau",       "Кокчетав|Kokchetav|Kokshetaw"},
    {"kostanay",        "Кустанай|Kustanay|Kustanai|Kostanai|Qostanay|Qostanai"},
    {"kyzylorda",       "Кзыл-Орда|Кызыл-Орда|Kzyl-Orda|Kyzyl-Orda|Qyzylorda"},
    {"petropavlovsk",   "Петропавл|Petropavl|Қызылжар|Кызылжар|Kyzylzhar|Qyzyljar"},
    {"semey",           "Семипалатинск|Semipalatinsk|Semei"},
    {"shymkent",        "Чимкент|Шимкент|Chimkent|Shimkent"},
    {"taldykorgan",     "Талды-Курган|Taldy-Kurgan|Taldykurgan|Taldyqorgan|Taldyqorghan"},
    {"taraz",           "Джамбул|Жамбыл|Dzhambul|Zhambyl|Jambyl|Аулие-Ата|Әулие-Ата"},
    {"turkistan",       "Туркистан|Turkestan"},
    {"uralsk",          "Oral|Ural'sk"},
    {"ust-kamenogorsk", "Оскемен|Oskemen|Ust'-Kamenogorsk|Усть-Каман"},
    {"zhezkazgan",      "Джезказган|Dzhezkazgan|Zhezqazgan|Zhezqazghan|Jezkazgan|Jezqazgan"},
};
// clang-format on

/* Words before or after a name that say what it is, or in which country. */
static const char *const kinds[] = {
    "г",      "гор",  "город", "қ",  "қ-сы",      "қала",      "қаласы", "кала",
    "каласы", "city", "the",   "of", "казахстан", "қазақстан", "рк",     "kazakhstan",
};

static bool is_kind(struct slice word)
{
    static const int32_t ignored[] = {0};

    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (text_same_name(word, slice_of(kinds[i]), ignored))
            return true;
    return false;
}

/* What separates such a word from the name. */
static bool is_separator(char c)
{
    return c == ' ' || c == '.' || c == ',';
}

static struct slice trim_separators(struct slice name)
{
    while (name.len > 0 && is_separator(name.at[0]))
        name = slice_from(name, 1);
    while (name.len > 0 && is_separator(name.at[name.len - 1]))
        name.len--;
    return name;
}

/* "Алматы" of "г. Алматы", "Алматы қаласы", "Almaty city". */
static struct slice without_kinds(struct slice name)
{
    for (;;) {
        size_t first = 0, last;

        name = trim_separators(name);
        last = name.len;
        while (first < name.len && !is_separator(name.at[first]))
            first++;
        while (last > 0 && !is_separator(name.at[last - 1]))
            last--;
        if (first == name.len) /* a single word */
            return name;
        if (is_kind((struct slice){name.at, first}))
            name = slice_from(name, first);
        else if (is_kind(slice_from(name, last)))
            name.len = last;
        else
            return name;
    }
}

/* Whether a name without such words is one of the city's own, or, with `others`, of its other
 * names. */
static bool has_name(const struct city *city, struct slice name, bool others)
{
    static const int32_t ignored[] = {' ', '-', 0};

    if (!others)
        return text_same_name(name, city->slug, ignored) ||
               text_same_name(name, city->name.ru, ignored) ||
               text_same_name(name, city->name.kz, ignored) ||
               text_same_name(name, city->name.en, ignored);
    for (size_t i = 0; i < ARRAY_LEN(other_names); i++) {
        struct slice rest = slice_of(other_names[i].names);
        if (!slice_is(city->slug, other_names[i].slug))
            continue;
        while (rest.at != NULL)
            if (text_same_name(name, slice_cut(&rest, '|'), ignored))
                return true;
    }
    return false;
}

bool city_is_named(const struct city *city, struct slice name)
{
    name = without_kinds(name);
    return has_name(city, name, false) || has_name(city, name, true);
}

const struct city *city_find(struct slice name)
{
    name = without_kinds(name);
    for (int others = 0; others < 2; others++)
        for (size_t i = 0; i < city_count; i++)
            if (has_name(&city_all[i], name, others != 0))
                return &city_all[i];
    return NULL;
}
