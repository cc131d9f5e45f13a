// SPDX-License-Identifier: MIT
#include <math.h>
#include <stdio.h>

#include "unit/base/suite.h"
#include "unit/search-api/engine.h"
#include "vectors/hash_embedder.h"
#include "vectors/quantise.h"

enum { FEW = 16, DIMENSIONS = 768 };

static void embed(const char *text, size_t dimensions, float *out)
{
    ck_assert(hash_embedder_read(reader, slice_of(text), &arena, dimensions, out, &fault));
}

/* What other machines and later builds must make of these texts, quantised. */
static const struct {
    const char *text;
    int8_t vector[FEW];
} made[] = {
    {"Квартира у парка",   {-25, -51, -127, 25, -51, 25, -25, 0, -25, 25, 0, 25, 25, 25, -76, 25} },
    {"жалға пәтер керек", {85, 85, -127, 42, 0, -127, -85, 42, 0, 127, 85, -42, 0, -42, -42, -42}},
    {"room 12 for 2 nights",
     {25, 25, -25, 25, 25, -51, 25, -51, -51, -127, -51, 0, -25, 25, 0, -25}                                    },
    {"а",                               {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 127, 0, 0, 0, 0, 0}                     },
    {"+7 701 123-45-67",                 {-32, 0, 95, 64, -64, -32, 0, 64, -32, -32, 32, 0, 32, -127, -64, 0}   },
};

START_TEST(a_text_has_the_same_vector_everywhere)
{
    float vector[FEW];
    int8_t out[FEW];
    char shown[8 * FEW];
    int len = 0;

    embed(made[_i].text, FEW, vector);
    ck_assert(vector_quantise(vector, FEW, out));
    for (int i = 0; i < FEW; i++)
        len += snprintf(shown + len, sizeof shown - (size_t)len, "%d, ", out[i]);
    ck_assert_msg(memcmp(out, made[_i].vector, FEW) == 0, "%s: %s", made[_i].text, shown);
}
END_TEST

static double cosine(const char *a, const char *b)
{
    static float one[DIMENSIONS], other[DIMENSIONS];
    double dot = 0;

    embed(a, DIMENSIONS, one);
    embed(b, DIMENSIONS, other);
    for (size_t i = 0; i < DIMENSIONS; i++)
        dot += (double)one[i] * (double)other[i];
    return dot;
}

static const struct {
    const char *why;
    const char *text, *alike, *other;
} pairs[] = {
    {"other endings",          "сдаётся квартира у парка", "сдам квартиру в парке",   "такси до аэропорта"},
    {"a slip of the finger",   "парковка во дворе",              "порковка во дворе",          "парусник на море"    },
    {"another order",          "билет до Алматы завтра",     "завтра до Алматы билет", "вчера из Астаны"      },
    {"without Kazakh letters", "пәтер орталықта",                 "патер орталыкта",             "пайдалы кітап"         },
    {"case and signs",         "BREAKFAST included!",                           "breakfast, Included",                       "breaking news"                     },
};

START_TEST(texts_of_the_same_letters_are_alike)
{
    const double alike = cosine(pairs[_i].text, pairs[_i].alike);
    const double other = cosine(pairs[_i].text, pairs[_i].other);

    ck_assert_msg(alike > other + 0.2, "%s: %f, %f", pairs[_i].why, alike, other);
}
END_TEST

START_TEST(a_vector_has_the_length_1)
{
    ck_assert(fabs(cosine("где оставить машину?", "где оставить машину?") - 1) < 1e-6);
}
END_TEST

START_TEST(a_text_without_words_has_no_direction)
{
    float vector[FEW] = {1, 2, 3};

    embed(" ... !? ", FEW, vector);
    for (size_t i = 0; i < FEW; i++)
        ck_assert(fabsf(vector[i]) <= 0);
}
END_TEST

START_TEST(a_full_arena_is_told)
{
    struct arena none;
    float vector[FEW] = {5};

    arena_init(&none, 0);
    ck_assert(!hash_embedder_read(reader, SLICE("text"), &none, FEW, vector, &fault));
    ck_assert(fabsf(vector[0] - 5) <= 0);
    arena_finish(&none);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("hash_embedder");
    tcase_add_checked_fixture(tests, engine_setup, engine_teardown);
    tcase_add_loop_test(tests, a_text_has_the_same_vector_everywhere, 0, COUNT(made));
    tcase_add_loop_test(tests, texts_of_the_same_letters_are_alike, 0, COUNT(pairs));
    tcase_add_test(tests, a_vector_has_the_length_1);
    tcase_add_test(tests, a_text_without_words_has_no_direction);
    tcase_add_test(tests, a_full_arena_is_told);
    return suite_main("hash_embedder", tests);
}
