// SPDX-License-Identifier: MIT
/* What is stored of texts that the bots have not understood: no personal data. */
#include "dialogue/misunderstood.h"
#include "history/misunderstood_store.h"
#include "support/scratch.h"

// clang-format off
static const struct {
    const char *text;
    const char *stored; /* NULL: nothing */
} texts[] = {
    {"А завтрак включён?",                             "а завтрак включён?"},
    {"  а   завтрак\xc2\xa0есть ",                     "а завтрак\xc2\xa0есть"},
    {"с 5 по 8, или 31?",                              "с 5 по 8, или 31?"},
    {"квартира 415",                                   "квартира …"},
    {"звоните 8 701 234 56 78 вечером",                "звоните … … … … … вечером"},
    {"+7(701)2345678",                                 "…"},
    {"ИИН 900101300123",                               "иин …"},
    {"пишите на daniyar@mail.kz, жду",                 "пишите на … жду"},
    {"мой ник @daniyar_k",                             "мой ник …"},
    {"вот https://example.com/a?b=1 и t.me/daniyar",   "вот … и …"},
    {"это Данияр",                                     "это …"},
    {"от данияра привет",                              "от … привет"},
    {"меня зовут айгерим сериковна. есть фен?",        "меня зовут … … есть фен?"},
    {"менің атым айгүл, кешігемін",                    "менің атым … кешігемін"},
    {"my name is john smith",                          "my name … … …"},
    {"мы с Асель и Тимуром приедем",                   "мы с … и … приедем"},
    {"Приедем. Ждите",                                 "приедем. ждите"},
    {"восемь семьсот один двести тридцать четыре пять", NULL},
    {"",                                               NULL},
    {"   ",                                            NULL},
    {"a\nb\tc",                                         "a b c"},
    {"a\x01",                                          NULL},
    {"\xff",                                           NULL},
};
// clang-format on

TEST_ROWS(personal_data_is_masked, texts)
{
    const struct slice stored =
        misunderstood_mask_personal_data(slice_of(row->text), SLICE("Данияр Ахметов"), &arena);

    ck_assert_msg((stored.at != NULL) == (row->stored != NULL), "%s: %.*s", row->text,
                  SLICE_ARG(stored));
    if (row->stored != NULL)
        ck_assert_slice(stored, row->stored);
}

TEST(long_text_is_cut)
{
    char text[MISUNDERSTOOD_TEXT_MAX + 20];

    for (size_t i = 0; i < sizeof text; i++)
        text[i] = i % 4 == 3 ? ' ' : 'a';
    const struct slice stored =
        misunderstood_mask_personal_data((struct slice){text, sizeof text}, SLICE_NONE, &arena);
    ck_assert_uint_eq(stored.len, MISUNDERSTOOD_TEXT_MAX - 1);
}
