// SPDX-License-Identifier: MIT
/* Lookup of words: normalised, transliterated, in the other layout, with endings and typos. */
#include "phrase_world.h"
#include "phrases/amenity.h"
#include "phrases/letters.h"
#include "phrases/words.h"
#include "support/scratch.h"

static const struct phrase_words *words;

static void begin(void)
{
    words = phrase_world_words();
}

TEST_CASE("phrase_words", .setup_once = begin);

static void ck_assert_same(struct letters a, struct letters b)
{
    ck_assert(letters_equal(&a, &b));
}

static const char *const variants[][2] = {
    {"Бүгін",           "бугин"          },
    {"Өскемен",       "оскемен"      },
    {"ёлкой",           "елкои"          },
    {"tommorrow",            "tomorow"             },
    {"во\xd0\xb8\xcc\x86", "вои"              }, /* й as two code points */
    {"Óskemen Aqtaý",      "oskemenaqtau"        },
    {"Aqtay\xcc\x81",        "aqtau"               },
    {"Žanaozen",            "zanaozen"            },
    {"Ўзбекистон", "узбекистон"},
};

/* A letter of another script is a letter, too, so that it does not cut the word. */
TEST(letters_of_all_scripts_are_letters)
{
    static const int32_t letters[] = {0x17e, 0x45e, 0x1f5, 0xfd, 0x10d0, 0x627, 0x4e2d, 0x5d0};

    for (size_t i = 0; i < COUNT(letters); i++)
        ck_assert_uint_ne(letter_of(letters[i]), 0);
    ck_assert_uint_eq(letter_of(0x2014), 0);
    ck_assert_uint_eq(letter_of('5'), 0);
}

TEST_ROWS(spelling_variants_are_one_word, variants)
{
    ck_assert_same(letters_of(slice_of((*row)[0])), letters_of(slice_of((*row)[1])));
}

static const char *const latin[][2] = {
    {"zavtra",   "завтра"    },
    {"vyhodnye", "выходные"},
    {"dekabrya", "декабря"  },
    {"shch",     "щ"              },
    {"deyin",    "дейин"      },
    {"yesil",    "есил"        },
};

TEST_ROWS(transliteration_is_converted_to_cyrillic, latin)
{
    const struct letters typed = letters_of(slice_of((*row)[0]));

    ck_assert_same(letters_to_cyrillic(&typed), letters_of(slice_of((*row)[1])));
}

TEST(latin_letter_in_cyrillic_word_is_replaced)
{
    struct letters mixed = letters_of(SLICE("зaвтpa"));

    letters_unify_script(&mixed);
    ck_assert_same(mixed, letters_of(SLICE("завтра")));
}

static const struct {
    const char *a, *b;
    int typos;
} pairs[] = {
    {"завтра", "завтра",           0},
    {"завтра", "завтро",           1},
    {"завтра", "зватра",           1},
    {"завтра", "завра",             1},
    {"завтра", "зватро",           2},
    {"завтра", "послезавтра", 3},
};

TEST_ROWS(edit_distance_counts_typos, pairs)
{
    const struct letters a = letters_of(slice_of(row->a));
    const struct letters b = letters_of(slice_of(row->b));

    ck_assert_int_eq(letters_distance(a.at, a.len, b.at, b.len, 2), row->typos);
}

/* --- phrases for one rule each; those of tests/data/phrases combine them --- */

// clang-format off
static const struct {
    enum language language;
    const char *phrase, *understood;
} rows[] = {
    /* a known word is not a typo of another one */
    {LANGUAGE_RU, "другой вариант", "none"},
    /* a number without a month */
    {LANGUAGE_RU, "с 2 собаками", "amenities=pets-allowed"},
    {LANGUAGE_RU, "с 2 сумками", "none"},
    {LANGUAGE_RU, "первая квартира", "none"},
    {LANGUAGE_RU, "на первое декабря", "check_in=2026-12-01 ask=check_out"},
    {LANGUAGE_RU, "5, 6, 7 декабря", "ask=dates"},
    {LANGUAGE_RU, "двушка в первых числах декабря на 3 дня", "rooms=2 ask=dates"},
    {LANGUAGE_RU, "с первых чисел декабря", "ask=dates"},
    {LANGUAGE_RU, "на первые числа декабря", "ask=dates"},
    {LANGUAGE_RU, "в 20-х числах декабря", "ask=dates"},
    {LANGUAGE_RU, "с 20х чисел декабря", "ask=dates"},
    {LANGUAGE_RU, "первого числа на сутки", "check_in=2026-12-01 check_out=2026-12-02 nights=1"},
    {LANGUAGE_RU, "с 5 по 8 число", "check_in=2026-12-05 check_out=2026-12-08 nights=3"},
    {LANGUAGE_EN, "a week from tomorrow", "ask=dates"},
    {LANGUAGE_RU, "на 100 недель", "ask=dates"},
    {LANGUAGE_RU, "завтра на 2 дня и 3 ночи", "check_in=2026-11-25 check_out=2026-11-28 nights=3"},
    {LANGUAGE_RU, "завтра на 2 дня и 4 ночи", "ask=dates"},
    /* two names of one day */
    {LANGUAGE_RU, "завтра, 25 ноября, на сутки", "check_in=2026-11-25 check_out=2026-11-26 nights=1"},
    {LANGUAGE_RU, "сегодня 24 ноября", "check_in=2026-11-24 ask=check_out"},
    {LANGUAGE_RU, "25-го, завтра", "check_in=2026-11-25 ask=check_out"},
    {LANGUAGE_RU, "завтра, в среду, 25 ноября", "check_in=2026-11-25 ask=check_out"},
    {LANGUAGE_RU, "завтра, 25 ноября, до 27", "check_in=2026-11-25 check_out=2026-11-27 nights=2"},
    {LANGUAGE_RU, "пятница 27 ноября - суббота 28 ноября", "check_in=2026-11-27 check_out=2026-11-28 nights=1"},
    {LANGUAGE_RU, "завтра, 26 ноября", "ask=dates"},
    {LANGUAGE_RU, "завтра, в пятницу, 25 ноября", "ask=dates"},
    /* "до" and "по" belong to what follows them, Kazakh "дейін" to what precedes it */
    {LANGUAGE_RU, "5 декабря до 14:00 на 2 суток", "check_in=2026-12-05 check_out=2026-12-07 nights=2"},
    {LANGUAGE_RU, "с 5 декабря по цене до 20 тысяч", "check_in=2026-12-05 max_price=20000 ask=check_out"},
    {LANGUAGE_RU, "двушка за 20 тысяч до понедельника", "check_out=2026-11-30 rooms=2 max_price=20000 ask=check_in"},
    {LANGUAGE_RU, "двушка за 20 тысяч до 8 декабря", "check_out=2026-12-08 rooms=2 max_price=20000 ask=check_in"},
    {LANGUAGE_RU, "двушка на день рождения, 5 декабря", "check_in=2026-12-05 rooms=2 ask=check_out"},
    {LANGUAGE_KZ, "туған күнге 5 желтоқсанда", "check_in=2026-12-05 ask=check_out"},
    {LANGUAGE_RU, "завтра на 1,5 суток", "check_in=2026-11-25 ask=check_out"},
    {LANGUAGE_RU, "на 2.5 дня", "ask=dates"},
    {LANGUAGE_RU, "завтра на день или два", "check_in=2026-11-25 ask=check_out"},
    {LANGUAGE_RU, "на неделю или две", "ask=dates"},
    {LANGUAGE_RU, "на сутки или двое", "ask=dates"},
    {LANGUAGE_RU, "на сутки на 5-е", "check_in=2026-12-05 check_out=2026-12-06 nights=1"},
    {LANGUAGE_EN, "tomorrow, for a night or two", "check_in=2026-11-25 ask=check_out"},
    {LANGUAGE_RU, "двушка от 2 до 4 дней", "rooms=2 ask=dates"},
    {LANGUAGE_RU, "завтра, от 3 до 5 суток", "check_in=2026-11-25 ask=check_out"},
    {LANGUAGE_EN, "flat from 2 to 4 nights", "ask=dates"},
    {LANGUAGE_RU, "двушка, приедем с 14 до 18 часов", "rooms=2"},
    /* numbers that are labels */
    {LANGUAGE_RU, "рейс 5120 на 7 этаже", "none"},
    {LANGUAGE_RU, "+7 (701) 510-12-26, 5 декабря", "check_in=2026-12-05 ask=check_out"},
    {LANGUAGE_RU, "номер брони AB12345", "none"},
    {LANGUAGE_RU, "бронь 48291", "none"},
    {LANGUAGE_RU, "бронь 5-8 декабря", "check_in=2026-12-05 check_out=2026-12-08 nights=3"},
    {LANGUAGE_RU, "бронь 05.12-08.12", "check_in=2026-12-05 check_out=2026-12-08 nights=3"},
    {LANGUAGE_RU, "бронь 2 суток", "nights=2 ask=check_in"},
    /* a time of day */
    {LANGUAGE_RU, "завтра в 3 ночи", "check_in=2026-11-25 ask=check_out"},
    {LANGUAGE_RU, "завтра в 2 часа дня", "check_in=2026-11-25 ask=check_out"},
    {LANGUAGE_RU, "завтра до 12 дня", "check_in=2026-11-25 ask=check_out"},
    {LANGUAGE_RU, "с 5 по 8 декабря, выезд 12 дня", "check_in=2026-12-05 check_out=2026-12-08 nights=3"},
    {LANGUAGE_RU, "завтра с 8 утра до 10 вечера", "check_in=2026-11-25 ask=check_out"},
    {LANGUAGE_RU, "приедем 7 вечера 5 декабря", "check_in=2026-12-05 ask=check_out"},
    {LANGUAGE_EN, "check in 2 pm, check out 12 pm", "none"},
    {LANGUAGE_RU, "двушка завтра с 2 дня на сутки", "check_in=2026-11-25 check_out=2026-11-26 nights=1 rooms=2"},
    {LANGUAGE_RU, "с 5 по 8 декабря, уедем до 2 ночи", "check_in=2026-12-05 check_out=2026-12-08 nights=3"},
    {LANGUAGE_KZ, "ертең кешкі 7-де келеміз", "check_in=2026-11-25 ask=check_out"},
    {LANGUAGE_KZ, "ертең сағат 5-те", "check_in=2026-11-25 ask=check_out"},
    {LANGUAGE_RU, "с 9.12 по 12.12", "check_in=2026-12-09 check_out=2026-12-12 nights=3"},
    {LANGUAGE_RU, "на полчаса", "ask=dates"},
    {LANGUAGE_KZ, "жарты сағатқа", "ask=dates"},
    {LANGUAGE_EN, "for half an hour", "ask=dates"},
    {LANGUAGE_RU, "на полдня", "ask=dates"},
    /* prices and their units */
    {LANGUAGE_RU, "5-8 декабря, 20к сутки",
  "check_in=2026-12-05 check_out=2026-12-08 nights=3 max_price=20000"},
    {LANGUAGE_RU, "с 5 по 8 декабря двушка 20000/сутки", "check_in=2026-12-05 check_out=2026-12-08 nights=3 rooms=2 max_price=20000"},
    {LANGUAGE_RU, "завтра двушка до 20 тыс/сутки", "check_in=2026-11-25 rooms=2 max_price=20000 ask=check_out"},
    {LANGUAGE_RU, "завтра, 15000 тг / сут", "check_in=2026-11-25 max_price=15000 ask=check_out"},
    {LANGUAGE_RU, "завтра, 20 тыс. (сутки)", "check_in=2026-11-25 max_price=20000 ask=check_out"},
    {LANGUAGE_KZ, "ертең 15 мың/тәулік", "check_in=2026-11-25 max_price=15000 ask=check_out"},
    {LANGUAGE_EN, "tomorrow, 20k/day", "check_in=2026-11-25 max_price=20000 ask=check_out"},
    {LANGUAGE_EN, "tomorrow, 100k/week", "check_in=2026-11-25 ask=check_out,price"},
    {LANGUAGE_RU, "за 2 ночи не больше 50000", "nights=2 max_price=25000 ask=check_in"},
    {LANGUAGE_RU, "200 тысяч в месяц", "ask=price"},
    {LANGUAGE_RU, "25000-30000 тг", "min_price=25000 max_price=30000"},
    {LANGUAGE_RU, "500 тенге", "ask=price"},
    {LANGUAGE_RU, "0 тенге", "ask=price"},
    {LANGUAGE_RU, "2 млн", "ask=price"},
    {LANGUAGE_RU, "с 1 по 31 декабря, 1 200 000 за всё", "check_in=2026-12-01 check_out=2026-12-31 nights=30 max_price=40000"},
    {LANGUAGE_RU, "с 1 по 31 декабря, 1,2 млн за всё", "check_in=2026-12-01 check_out=2026-12-31 nights=30 max_price=40000"},
    {LANGUAGE_RU, "за 2 ночи не больше 1500 тенге", "nights=2 ask=check_in,price"},
    {LANGUAGE_RU, "цена 15000 за сутки", "max_price=15000"},
    {LANGUAGE_RU, "двушка, бюджет до 20", "rooms=2 ask=price"},
    {LANGUAGE_RU, "с 5 по 8 декабря, бюджет 15-20", "check_in=2026-12-05 check_out=2026-12-08 nights=3 ask=price"},
    {LANGUAGE_RU, "бюджет 15-20 тысяч", "min_price=15000 max_price=20000"},
    {LANGUAGE_RU, "двушка нас 4 25 тысяч", "guests=4 rooms=2 max_price=25000"},
    {LANGUAGE_RU, "гостей 4 20000", "guests=4 max_price=20000"},
    {LANGUAGE_RU, "2 гостя 15 20 тысяч", "guests=2 min_price=15000 max_price=20000"},
    /* prices with decimals */
    {LANGUAGE_RU, "двушка до 17,5 тысяч", "rooms=2 max_price=17500"},
    {LANGUAGE_RU, "двушка с 5 декабря до 17,5 тысяч", "check_in=2026-12-05 rooms=2 max_price=17500 ask=check_out"},
    {LANGUAGE_RU, "до 17.5к", "max_price=17500"},
    {LANGUAGE_RU, "17,3к", "max_price=17300"},
    {LANGUAGE_RU, "с 5 по 8 декабря, 12.5 тыс сутки", "check_in=2026-12-05 check_out=2026-12-08 nights=3 max_price=12500"},
    {LANGUAGE_RU, "32.5 тыс", "max_price=32500"},
    {LANGUAGE_RU, "12,5 т.", "max_price=12500"},
    {LANGUAGE_EN, "under 12,5k", "max_price=12500"},
    {LANGUAGE_KZ, "17,5 мыңға дейін", "max_price=17500"},
    {LANGUAGE_RU, "15,5-20 тыс", "min_price=15500 max_price=20000"},
    {LANGUAGE_RU, "15.5-17.5к", "min_price=15500 max_price=17500"},
    {LANGUAGE_RU, "от 15 до 17,5 тысяч", "min_price=15000 max_price=17500"},
    {LANGUAGE_RU, "от 15.5 до 20 тысяч", "min_price=15500 max_price=20000"},
    {LANGUAGE_RU, "с 5.12 до 20 тысяч", "check_in=2026-12-05 max_price=20000 ask=check_out"},
    {LANGUAGE_RU, "приедем 5.12 к вам", "check_in=2026-12-05 ask=check_out"},
    {LANGUAGE_RU, "нас 5,2к", "guests=5 rooms=2"},
    {LANGUAGE_RU, "2,3к", "rooms=3"},
    /* numbers with a slash or a dot that are no dates */
    {LANGUAGE_RU, "двушка, заселение 24/7", "rooms=2"},
    {LANGUAGE_RU, "с 5 по 8 декабря, заезд 24/7", "check_in=2026-12-05 check_out=2026-12-08 nights=3"},
    {LANGUAGE_RU, "двушка на Аль-Фараби 77/8 с 5 по 8 декабря", "check_in=2026-12-05 check_out=2026-12-08 nights=3 rooms=2 q=аль-фараби"},
    {LANGUAGE_RU, "не дальше 2.5 км от центра", "near=center"},
    {LANGUAGE_RU, "2,5 км от центра", "near=center"},
    {LANGUAGE_RU, "2/3 комнатная", "rooms=2,3"},
    {LANGUAGE_RU, "5/6 декабря", "check_in=2026-12-05 check_out=2026-12-06 nights=1"},
    {LANGUAGE_RU, "28/30 ноября", "check_in=2026-11-28 check_out=2026-11-30 nights=2"},
    {LANGUAGE_RU, "2/3к на 4/5 человек", "guests=5 rooms=2,3"},
    {LANGUAGE_RU, "15/20 тыс", "min_price=15000 max_price=20000"},
    {LANGUAGE_RU, "1,5-комнатная", "none"},
    {LANGUAGE_RU, "с 5/12 комната на двоих", "check_in=2026-12-05 guests=2 ask=check_out"},
    /* words of remarks about a booking (dialogue/remark.h) */
    {LANGUAGE_RU, "2-комнатная с бесплатной отменой", "rooms=2"},
    {LANGUAGE_RU, "квартира с оплатой при заселении", "none"},
    {LANGUAGE_RU, "квартира с ключом у консьержа", "none"},
    {LANGUAGE_RU, "можно ли отменить бесплатно?", "none"},
    {LANGUAGE_RU, "снять квартиру, чтобы заехать 5 декабря", "check_in=2026-12-05 ask=check_out"},
    {LANGUAGE_RU, "снять квартиру, чтобы переехать 5 декабря", "check_in=2026-12-05 ask=check_out"},
    /* people */
    {LANGUAGE_RU, "мы с женой и двумя детьми", "guests=4"},
    {LANGUAGE_RU, "нас трое и ребёнок", "guests=4"},
    {LANGUAGE_RU, "с ребёнком", "ask=guests"},
    {LANGUAGE_RU, "2+1 ребёнок", "guests=3"},
    {LANGUAGE_RU, "2 и 1 ребёнок", "guests=3"},
    {LANGUAGE_RU, "2+2 детей", "guests=4"},
    {LANGUAGE_RU, "на 2 + ребёнок", "guests=3"},
    {LANGUAGE_RU, "нас 2+1", "guests=3"},
    {LANGUAGE_RU, "нас 2+1 ребёнок", "guests=3"},
    {LANGUAGE_RU, "нас 2 и 2 собаки", "guests=2 amenities=pets-allowed"},
    {LANGUAGE_RU, "я, муж, дочка 5 лет и сын 3 года", "guests=4"},
    {LANGUAGE_RU, "2 взрослых, ребёнок 5 и ребёнок 7 лет", "guests=4"},
    {LANGUAGE_RU, "2 взрослых + 1 ребёнок", "guests=3"},
    {LANGUAGE_RU, "с 5 по 8 и 1 ребёнок", "check_in=2026-12-05 check_out=2026-12-08 nights=3 guests=1"},
    {LANGUAGE_EN, "2 + 1 child", "guests=3"},
    {LANGUAGE_RU, "я ищу двушку", "rooms=2"},
    {LANGUAGE_RU, "2 к.кв. на сутки", "nights=1 rooms=2 ask=check_in"},
    {LANGUAGE_RU, "3 к квартира", "rooms=3"},
    {LANGUAGE_RU, "1 или 2к в алматы", "city=almaty rooms=1,2"},
    {LANGUAGE_RU, "1 или двушка, астана", "city=astana rooms=1,2"},
    {LANGUAGE_RU, "на 5 человек 2-3к", "guests=5 rooms=2,3"},
    {LANGUAGE_RU, "нас 5, 2к", "guests=5 rooms=2"},
    {LANGUAGE_RU, "нас 5 двушка", "guests=5 rooms=2"},
    {LANGUAGE_RU, "муж, жена и двое детей", "guests=4"},
    {LANGUAGE_EN, "for a family with two kids", "ask=guests"},
    {LANGUAGE_EN, "for two, for two nights", "nights=2 guests=2 ask=check_in"},
    /* a negation ends with its clause */
    {LANGUAGE_RU, "без балкона и лифта, с парковкой", "amenities=parking"},
    {LANGUAGE_KZ, "балконсыз, тұрағы бар", "amenities=parking"},
    {LANGUAGE_EN, "no pets but with parking", "amenities=parking"},
    {LANGUAGE_RU, "двое взрослых, детей нет, животных нет", "guests=2"},
    {LANGUAGE_RU, "детей и животных нет, двушка", "rooms=2"},
    {LANGUAGE_KZ, "екі ересек, балам жоқ", "guests=2"},
    {LANGUAGE_RU, "двушка на завтра парковка не нужна", "check_in=2026-11-25 rooms=2 ask=check_out"},
    {LANGUAGE_RU, "двушка на завтра не нужна парковка", "check_in=2026-11-25 rooms=2 ask=check_out"},
    {LANGUAGE_RU, "балкон и лифт не нужны, двушка", "rooms=2"},
    {LANGUAGE_KZ, "ертеңге екі бөлмелі тұрақ керек емес", "check_in=2026-11-25 rooms=2 ask=check_out"},
    {LANGUAGE_EN, "studio tomorrow parking not needed", "check_in=2026-11-25 rooms=1 ask=check_out"},
    {LANGUAGE_EN, "not in the center", "none"},
    {LANGUAGE_EN, "not far from the center, 2 guests", "guests=2 near=center"},
    {LANGUAGE_EN, "flat without a deposit for 2 nights", "nights=2 ask=check_in"},
    {LANGUAGE_RU, "двушка без посредников на сутки", "nights=1 rooms=2 ask=check_in"},
    {LANGUAGE_RU, "не пьём не курим, ищем двушку на сутки", "nights=1 rooms=2 ask=check_in"},
    {LANGUAGE_RU, "мы не местные двушка на сутки", "nights=1 rooms=2 ask=check_in"},
    {LANGUAGE_EN, "no smoking, 2 rooms", "rooms=2"},
    {LANGUAGE_EN, "no parties 2 rooms", "rooms=2"},
    {LANGUAGE_RU, "без депозита до 20 тысяч", "max_price=20000"},
    {LANGUAGE_RU, "нет ли двушки на завтра?", "check_in=2026-11-25 rooms=2 ask=check_out"},
    {LANGUAGE_RU, "не подскажете однушку на завтра", "check_in=2026-11-25 rooms=1 ask=check_out"},
    /* a street, a month, a district, a city */
    {LANGUAGE_KZ, "мамыр шағын ауданы", "q=мамыр"},
    {LANGUAGE_KZ, "мамырда", "ask=dates"},
    {LANGUAGE_EN, "Almaty district of Almaty", "city=almaty district=Алматинский"},
    {LANGUAGE_RU, "у Khan Shatyr", "q=хан_шатыр"},
    {LANGUAGE_EN, "near khan shatyr", "q=хан_шатыр"},
    {LANGUAGE_RU, "студия возле Есентай молла", "rooms=1 q=esentai_mall"},
    {LANGUAGE_RU, "у Есентай Молл", "q=esentai_mall"},
    {LANGUAGE_RU, "рядом с есентай моллом", "q=esentai_mall"},
    {LANGUAGE_RU, "возле Esentai Mall", "q=esentai_mall"},
    {LANGUAGE_KZ, "Есентай Моллға жақын", "q=esentai_mall"},
    {LANGUAGE_EN, "near nurly zhol", "q=нурлы_жол"},
    {LANGUAGE_RU, "из Алматы в Астану", "ask=city"},
    /* the wrong layout, including punctuation keys that are letters in the other one */
    {LANGUAGE_RU, "cdj,jlyst rdfhnbhs yf dsgjlyst?",
  "check_in=2026-11-27 check_out=2026-11-29 nights=2"},
    {LANGUAGE_EN, "ещтшпре", "check_in=2026-11-24 check_out=2026-11-25 nights=1"},
};
// clang-format on

static const struct phrase_now now = {.day = 20781, .hour = 12}; /* 2026-11-24 */

TEST_ROWS(each_rule_parses_its_phrase, rows)
{
    struct phrase phrase;

    ck_ok(phrase_read(words, slice_of(row->phrase), row->language, now, &arena, &phrase, &fault));
    const struct slice shown = phrase_world_show(&phrase, &arena);
    ck_assert_msg(slice_is(shown, row->understood), "%s: %.*s, not %s", row->phrase,
                  SLICE_ARG(shown), row->understood);
}

TEST(invalid_phrase_is_refused_and_output_untouched)
{
    char text[PHRASE_MAX + 2];
    struct phrase phrase = {.guests = 7};

    memset(text, 'a', sizeof text);
    ck_assert(!phrase_read(words, (struct slice){text, PHRASE_MAX + 1}, LANGUAGE_RU, now, &arena,
                           &phrase, &fault));
    ck_assert_str_eq(fault.code, "phrase_unread");
    ck_assert(!phrase_read(words, SLICE("\xff"), LANGUAGE_RU, now, &arena, &phrase, &fault));
    ck_assert_int_eq(phrase.guests, 7);
    arena_reset(&arena);
    ck_assert(phrase_read(words, (struct slice){text, PHRASE_MAX}, LANGUAGE_RU, now, &arena,
                          &phrase, &fault));
}

/* A number may be too long for the arithmetic of times. */
TEST(long_numbers_are_no_times)
{
    static const char *const texts[] = {"87775128812 это мой номер",
                                        "в 999999999 30",
                                        "2147483647-00",
                                        "999999999.00 тенге",
                                        "нас 999999999 и 999999999 детей",
                                        "999999999 недель",
                                        "через 999999999 месяцев"};
    struct phrase phrase;
    struct phrase_ride ride;

    for (size_t i = 0; i < COUNT(texts); i++) {
        ck_ok(phrase_read(words, slice_of(texts[i]), LANGUAGE_RU, now, &arena, &phrase, &fault));
        ck_ok(phrase_read_ride(words, slice_of(texts[i]), LANGUAGE_RU, now, &arena, &ride, &fault));
        ck_assert_int_eq(ride.clock, 0);
    }
}

static const struct {
    const char *phrase, *rest;
} rests[] = {
    {"двушка на Абая с джакузи и бильярдом до 20 тысяч", "джакузи бильярдом"},
    {"сдаётся? нужна 2к, 5-8 декабря, лофт!",                         "лофт"                         },
    {"quiet flat with rooftop, 2 guests",                                                     "rooftop"                          },
    {"+7 701 123 45 67",                                                                      ""                                 },
};

TEST_ROWS(unknown_words_are_returned, rests)
{
    struct phrase phrase;
    char rest[512] = "";

    ck_ok(phrase_read(words, slice_of(row->phrase), LANGUAGE_RU, now, &arena, &phrase, &fault));
    for (size_t i = 0; i < phrase.rest_count; i++)
        snprintf(rest + strlen(rest), sizeof rest - strlen(rest), "%s%.*s", i > 0 ? " " : "",
                 SLICE_ARG(phrase.rest[i]));
    ck_assert_str_eq(rest, row->rest);
}

static const struct {
    const char *phrase, *place;
} unknown_places[] = {
    {"студия возле Хогвартса, 2 гостя", "Хогвартса"},
    {"рядом с тц Хогвартс",                      "Хогвартс"  },
    {"у Хогвартса двушка",                       "Хогвартса"},
    {"Хогвартс жанында бір бөлмелі",    "Хогвартс"  },
    {"flat near the Burj, 2 guests",                             "Burj"              },
    {"next to Burj",                                             "Burj"              },
    {"студия возле Есентай молла",        NULL                },
    {"двушка с джакузи",                           NULL                },
    {"рядом, джакузи",                               NULL                },
};

TEST_ROWS(unknown_place_is_returned, unknown_places)
{
    struct phrase phrase;

    ck_ok(phrase_read(words, slice_of(row->phrase), LANGUAGE_RU, now, &arena, &phrase, &fault));
    if (row->place == NULL)
        ck_assert_msg(phrase.unknown_place.at == NULL, "%s", row->phrase);
    else
        ck_assert_slice(phrase.unknown_place, row->place);
}

static const struct {
    const char *address, *title, *name;
} extracted[] = {
    {"пр. Абая, 44",                       NULL,                                                 "абая"                      },
    {"мкр. Самал-2, 33",                 NULL,                                                 "самал"                    },
    {"ул. Хусейн бен Талал, 25", NULL,                                                 "хусейн бен талал"},
    {NULL,                                       "Апартаменты у Байтерека",       "байтерек"              },
    {NULL,                                       "Однушка у вокзала Нурлы жол", "нурлы жол"             },
    {NULL,                                       "Дом с баней",                               NULL                            },
    {NULL,                                       "Трёхкомнатная у цирка",           "цирк"                      },
};

TEST_ROWS(names_are_extracted_from_addresses_and_titles, extracted)
{
    struct slice names[2];

    const size_t count = row->address != NULL
                             ? phrase_names_of_address(&arena, slice_of(row->address), names, 2)
                             : phrase_names_of_title(&arena, slice_of(row->title), names, 2);
    ck_assert_uint_eq(count, row->name != NULL);
    if (count > 0)
        ck_assert_slice(names[0], row->name);
}

static const struct {
    const char *name, *other;
} spellings[] = {
    {"хан шатыр", "khan shatyr"      },
    {"khan shatyr",       "хан шатыр"},
    {"esentai mall",      NULL               },
    {"not a name",        NULL               },
};

TEST_ROWS(name_in_two_scripts_is_one_place, spellings)
{
    const struct slice other = phrase_get_other_spelling(words, slice_of(row->name));

    if (row->other == NULL)
        ck_assert_ptr_null(other.at);
    else
        ck_assert_slice(other, row->other);
}

/* English words in the caller's Cyrillic names, and the other way round. */
TEST(names_are_found_in_both_scripts)
{
    const struct slice names[] = {slice_of("мега сити молл"), slice_of("green plaza")};
    static const char *const typed[][2] = {
        {"возле Mega City Mall",               "мега_сити_молл"},
        {"возле Мега Сити Молла", "мега_сити_молл"},
        {"у грин плазы",                  "green_plaza"               },
        {"near Green Plaza",                        "green_plaza"               },
        {"у Грин Плаза",                  "green_plaza"               },
    };
    const struct phrase_places places = {.names = names, .name_count = COUNT(names)};
    const struct phrase_words *own = phrase_words_create(&arena, &places);
    struct phrase phrase;

    ck_assert_ptr_nonnull(own);
    for (size_t i = 0; i < COUNT(typed); i++) {
        ck_ok(phrase_read(own, slice_of(typed[i][0]), LANGUAGE_RU, now, &arena, &phrase, &fault));
        ck_assert_str_eq(textf("q=%s", typed[i][1]),
                         textf("%.*s", SLICE_ARG(phrase_world_show(&phrase, &arena))));
    }
}

/* Guests type what the bot shows, and stay_search.c sends the Russian names to search-api. */
TEST(names_of_amenities_are_their_words)
{
    struct phrase phrase;

    for (size_t i = 0; i < AMENITIES; i++)
        for (enum language language = LANGUAGE_RU; language <= LANGUAGE_KZ; language++) {
            ck_ok(phrase_read(words, slice_of(amenity_table[i].names[language]), language, now,
                              &arena, &phrase, &fault));
            ck_assert_str_eq(textf("amenities=%s", amenity_table[i].slug),
                             textf("%.*s", SLICE_ARG(phrase_world_show(&phrase, &arena))));
        }
}
