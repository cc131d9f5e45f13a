// SPDX-License-Identifier: MIT
/* What short texts mean at a screen, and bare days. tests/data/context has the phrases of guests;
 * here are those that must not be taken for something else. */
#include "dialogue/remark.h"
#include "support/scratch.h"

// clang-format off
static const struct {
    const char *text;
    enum remark_kind kind;
    bool asks;
} remarks[] = {
    {"Да!",                          REMARK_YES,         false},
    {"davai beru",                   REMARK_YES,         false},
    {"zharaidy",                     REMARK_YES,         false},
    {"да?",                          REMARK_NONE,        true },
    {"да, 5 декабря",                REMARK_NONE,        false},
    {"да, но есть ли парковка",      REMARK_NONE,        true },
    {"не подходит",                  REMARK_NONE,        false},
    {"нет, не бронируйте",           REMARK_NONE,        false},
    {"не отменяйте бронь",           REMARK_NO,          false},
    {"прошу вас, не отменяйте",      REMARK_NONE,        false},
    {"не надо отменять",             REMARK_NO,          false},
    {"мы не приедем, отмените",      REMARK_CANCEL,      false},
    {"я ещё не оплатила",            REMARK_NONE,        false},
    {"не всё оплатил",               REMARK_NONE,        false},
    {"ещё не до конца оплатила",     REMARK_NONE,        false},
    {"I have not yet paid",          REMARK_NONE,        false},
    {"оплачено?",                    REMARK_PAID,        true },
    {"нас 4 человека",               REMARK_NONE,        false},
    {"сколько человек влезет",       REMARK_CAPACITY,    true },
    {"адрес моей брони",             REMARK_PLACE,       false},
    {"перенесите мою бронь",         REMARK_MOVE,        false},
    {"продлить на 2 дня",            REMARK_MOVE,        false},
    {"тағы 2 түнге ұзарту",          REMARK_MOVE,        false},
    {"extend by 2 nights",           REMARK_MOVE,        false},
    {"ещё на двоих",                 REMARK_NONE,        false},
    {"отмените мою бронь",           REMARK_CANCEL,      false},
    {"можно ли отменить бесплатно?", REMARK_CANCELLING,  true },
    {"квартира с бесплатной отменой", REMARK_CANCELLING, false},
    {"с оплатой при заселении",      REMARK_NONE,        false},
    {"с ключом у консьержа",         REMARK_NONE,        false},
    {"нас перевели в Астану",        REMARK_NONE,        false},
    {"flat with paid parking",       REMARK_NONE,        false},
    {"a flat to move in",            REMARK_NONE,        false},
    {"can you move it to Friday",    REMARK_MOVE,        true },
    {"how do we get inside",         REMARK_ENTRY,       true },
    {"the key doesn’t work",         REMARK_FOR_PERSON,  false},
    {"Позовите   ЧЕЛОВЕКА",          REMARK_CALL_PERSON, false},
    {"какой у вас емейл?",           REMARK_CALL_PERSON, true },
    {"ваш e-mail",                   REMARK_CALL_PERSON, false},
    {"what is your email address?",  REMARK_CALL_PERSON, true },
    {"электронная почта",            REMARK_CALL_PERSON, false},
    {"эл. поштаңыз қандай?",         REMARK_CALL_PERSON, true },
    {"",                             REMARK_NONE,        false},
    {"🙂",                           REMARK_NONE,        false},
    {"\xff\xfe да",                  REMARK_YES,         false},
};

TEST_ROWS(text_is_taken_for_what_it_means, remarks)
{
    const struct remark remark = remark_classify(slice_of(row->text));

    ck_assert_msg(remark.kind == row->kind, "%s is %d", row->text, (int)remark.kind);
    ck_assert_msg(remark.asks == row->asks, "%s", row->text);
}

/* At the question whether to cancel. */
static const struct {
    const char *text;
    bool agrees;
} cancels[] = {
    {"да",                                       true },
    {"да, подтверждаю",                          true },
    {"отменяйте",                                true },
    {"да, отмените бронь",                       true },
    {"иә, бас тартамын",                         true },
    {"бас тартқым келеді",                       true },
    {"yes, cancel it",                           true },
    {"бронь",                                    false},
    {"подтвердить бронь",                        false},
    {"беру",                                     false},
    {"book it",                                  false},
    {"пожалуйста, не надо отменять",             false},
    {"нет, я не собираюсь отменять",             false},
    {"не нужно отменять, я приеду",              false},
    {"зачем отменять",                           false},
    {"до какого числа можно отменить?",          false},
    {"а можно потом отменить",                   false},
    {"Жоқ, бас тартпаймын",                      false},
    {"бас тартқым келмейді",                     false},
    {"бас тартпаңыз",                            false},
    {"бас тартудың керегі жоқ",                  false},
    {"кейін бас тартуға бола ма?",               false},
    {"I don't want you to cancel my booking",    false},
    {"I do not wish to cancel",                  false},
    {"can I cancel later?",                      false},
    {"перенесите",                               false},
};

/* As the rows of the steps that ask whether to cancel. */
static bool agrees_to_cancel(struct remark remark)
{
    return (remark.kind == REMARK_YES && !remark.books) ||
           (remark.kind == REMARK_CANCEL && !remark.asks && !remark.negates);
}

TEST_ROWS(only_certain_agreement_cancels, cancels)
{
    ck_assert_msg(agrees_to_cancel(remark_classify(slice_of(row->text))) == row->agrees, "%s",
                  row->text);
}

static const struct {
    const char *text;
    int64_t rating; /* -1: it is none */
} ratings[] = {
    {"5",                   5},
    {" 4! ",                4},
    {"5️⃣", 5},
    {"⭐⭐⭐⭐", 4},
    {"пять",            5},
    {"Пятёрка!",     5},
    {"отлично 5",     5},
    {"Отлично, пять", 5},
    {"5 звёзд",        5},
    {"три",              3},
    {"оценка 2, плохо", 2},
    {"бес",              5},
    {"5 жұлдыз",      5},
    {"four stars",          4},
    {"5/5",                 5},
    {"4 из 5!",           4},
    {"четыре из 5", 4},
    {"4 out of 5 stars",    4},
    {"Отлично/хорошо", 0},
    {"отлично",       0},
    {"Всё было хорошо, спасибо!", 0},
    {"не понравилось", 0},
    {"очень",           -1},
    {"отлично?",     -1},
    {"",                   -1},
    {"0",                  -1},
    {"6",                  -1},
    {"15",                 -1},
    {"4-5",                -1},
    {"10 из 10",         -1},
    {"4 из 6",           -1},
    {"7/5",                -1},
    {"5/5?",               -1},
    {"из 5",             -1},
    {"5:00",               -1},
    {"5?",                 -1},
    {"½",                 -1},
    {"⭐⭐⭐⭐⭐⭐", -1},
    {"👍",               -1},
    {"нас пять",     -1},
    {"5 человек",   -1},
    {"в 5 часов",    -1},
    {"пять, четыре", -1},
};

TEST_ROWS(rating_is_read_from_a_digit_a_word_or_stars, ratings)
{
    int64_t rating = -1;

    ck_assert_msg(remark_read_rating(slice_of(row->text), &rating) == (row->rating >= 0), "%s",
                  row->text);
    ck_assert_int_eq(rating, row->rating);
}

static const struct {
    const char *text;
    const char *named; /* NULL: it is no bare day */
} days[] = {
    {" 5 ",          "5 числа "           },
    {"5-8",          "с 5 по 8 "          },
    {"28 — 3",       "с 28 по 3 "         },
    {"24, на 2 дня", "24 числа , на 2 дня"},
    {"24 на двоих",  "24 числа на двоих"  },
    {"31",           "31 числа "          },
    {"0",            NULL                 },
    {"32",           NULL                 },
    {"5-",           NULL                 },
    {"5-40",         NULL                 },
    {"2 комнаты",    NULL                 },
    {"5.12",         NULL                 },
    {"15000",        NULL                 },
    {"пять",         NULL                 },
};
// clang-format on

TEST_ROWS(bare_day_is_named_as_a_date, days)
{
    struct slice named = SLICE_NONE;

    ck_assert_msg(remark_expand_bare_days(slice_of(row->text), &arena, &named) ==
                      (row->named != NULL),
                  "%s", row->text);
    if (row->named != NULL)
        ck_assert_slice(named, row->named);
}

TEST(bare_check_out_needs_a_word_for_until)
{
    struct slice named = SLICE_NONE;

    ck_assert(remark_expand_bare_check_out(SLICE(" До 23 "), &arena, &named));
    ck_assert_slice(named, "23 числа ");
    ck_assert(remark_expand_bare_check_out(SLICE("until 5"), &arena, &named));
    ck_assert_slice(named, "5 числа ");
    ck_assert(remark_expand_bare_check_out(SLICE("продлить до 25"), &arena, &named));
    ck_assert_slice(named, "25 числа ");
    ck_assert(!remark_expand_bare_check_out(SLICE("продлить"), &arena, &named));
    ck_assert(!remark_expand_bare_check_out(SLICE("23"), &arena, &named));
    ck_assert(!remark_expand_bare_check_out(SLICE("до"), &arena, &named));
    ck_assert(!remark_expand_bare_check_out(SLICE("до 5 человек"), &arena, &named));
}
