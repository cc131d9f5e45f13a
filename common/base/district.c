// SPDX-License-Identifier: MIT
#include "base/district.h"

#include "base/array.h"

enum { LANGUAGES = LANGUAGE_KZ + 1 };

/* Ordered by city: Almaty, Astana, Shymkent, Karaganda, Taldykorgan. */
// clang-format off
static const char *const districts[][LANGUAGES] = {
    {[LANGUAGE_RU] = "Алатауский",      [LANGUAGE_KZ] = "Алатау",           [LANGUAGE_EN] = "Alatau"},
    {[LANGUAGE_RU] = "Алмалинский",     [LANGUAGE_KZ] = "Алмалы",           [LANGUAGE_EN] = "Almaly"},
    {[LANGUAGE_RU] = "Ауэзовский",      [LANGUAGE_KZ] = "Әуезов",           [LANGUAGE_EN] = "Auezov"},
    {[LANGUAGE_RU] = "Бостандыкский",   [LANGUAGE_KZ] = "Бостандық",        [LANGUAGE_EN] = "Bostandyk"},
    {[LANGUAGE_RU] = "Жетысуский",      [LANGUAGE_KZ] = "Жетісу",           [LANGUAGE_EN] = "Zhetysu"},
    {[LANGUAGE_RU] = "Медеуский",       [LANGUAGE_KZ] = "Медеу",            [LANGUAGE_EN] = "Medeu"},
    {[LANGUAGE_RU] = "Наурызбайский",   [LANGUAGE_KZ] = "Наурызбай",        [LANGUAGE_EN] = "Nauryzbay"},
    {[LANGUAGE_RU] = "Турксибский",     [LANGUAGE_KZ] = "Түрксіб",          [LANGUAGE_EN] = "Turksib"},
    {[LANGUAGE_RU] = "Алматинский",     [LANGUAGE_KZ] = "Алматы",           [LANGUAGE_EN] = "Almaty"},
    {[LANGUAGE_RU] = "Байконырский",    [LANGUAGE_KZ] = "Байқоңыр",         [LANGUAGE_EN] = "Baikonyr"},
    {[LANGUAGE_RU] = "Есильский",       [LANGUAGE_KZ] = "Есіл",             [LANGUAGE_EN] = "Yesil"},
    {[LANGUAGE_RU] = "Нура",            [LANGUAGE_KZ] = "Нұра",             [LANGUAGE_EN] = "Nura"},
    {[LANGUAGE_RU] = "Сарайшык",        [LANGUAGE_KZ] = "Сарайшық",         [LANGUAGE_EN] = "Saraishyk"},
    {[LANGUAGE_RU] = "Сарыаркинский",   [LANGUAGE_KZ] = "Сарыарқа",         [LANGUAGE_EN] = "Saryarka"},
    {[LANGUAGE_RU] = "Абайский",        [LANGUAGE_KZ] = "Абай",             [LANGUAGE_EN] = "Abay"},
    {[LANGUAGE_RU] = "Аль-Фарабийский", [LANGUAGE_KZ] = "Әл-Фараби",        [LANGUAGE_EN] = "Al-Farabi"},
    {[LANGUAGE_RU] = "Енбекшинский",    [LANGUAGE_KZ] = "Еңбекші",          [LANGUAGE_EN] = "Yenbekshi"},
    {[LANGUAGE_RU] = "Каратауский",     [LANGUAGE_KZ] = "Қаратау",          [LANGUAGE_EN] = "Karatau"},
    {[LANGUAGE_RU] = "Туран",           [LANGUAGE_KZ] = "Тұран",            [LANGUAGE_EN] = "Turan"},
    {[LANGUAGE_RU] = "Алихана Бокейхана", [LANGUAGE_KZ] = "Әлихан Бөкейхан", [LANGUAGE_EN] = "Alikhan Bokeikhan"},
    {[LANGUAGE_RU] = "Казыбек би",      [LANGUAGE_KZ] = "Қазыбек би",       [LANGUAGE_EN] = "Kazybek Bi"},
    {[LANGUAGE_RU] = "Жастар",          [LANGUAGE_KZ] = "Жастар",           [LANGUAGE_EN] = "Zhastar"},
    {[LANGUAGE_RU] = "Каратал",         [LANGUAGE_KZ] = "Қаратал",          [LANGUAGE_EN] = "Karatal"},
    {[LANGUAGE_RU] = "Мушелтой",        [LANGUAGE_KZ] = "Мүшелтой",         [LANGUAGE_EN] = "Musheltoy"},
    {[LANGUAGE_RU] = "Самал",           [LANGUAGE_KZ] = "Самал",            [LANGUAGE_EN] = "Samal"},
    {[LANGUAGE_RU] = "Центр",           [LANGUAGE_KZ] = "Орталық",          [LANGUAGE_EN] = "Centre"},
};
// clang-format on

struct slice district_translate(struct slice russian_name, enum language language)
{
    for (size_t i = 0; i < ARRAY_LEN(districts); i++)
        if (slice_is(russian_name, districts[i][LANGUAGE_RU]))
            return slice_of(districts[i][language]);
    return russian_name;
}
