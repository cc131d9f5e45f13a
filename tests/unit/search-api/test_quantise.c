// SPDX-License-Identifier: MIT

#include "support/test.h"
#include "vectors/quantise.h"

enum { DIMENSIONS = 768 };

/* Sums of twelve: close enough to the normal distribution. */
static float normal(void)
{
    float sum = -6;

    for (int i = 0; i < 12; i++)
        sum += (float)drand48();
    return sum;
}

static double cosine_error(const float *a, const float *b)
{
    int8_t qa[DIMENSIONS], qb[DIMENSIONS];
    double exact = 0, aa = 0, bb = 0, dot = 0, qaa = 0, qbb = 0;

    ck_assert(quantise_vector(a, DIMENSIONS, qa) && quantise_vector(b, DIMENSIONS, qb));
    for (size_t i = 0; i < DIMENSIONS; i++) {
        exact += (double)a[i] * (double)b[i];
        aa += (double)a[i] * (double)a[i];
        bb += (double)b[i] * (double)b[i];
        dot += qa[i] * qb[i];
        qaa += qa[i] * qa[i];
        qbb += qb[i] * qb[i];
    }
    return fabs(dot / sqrt(qaa * qbb) - exact / sqrt(aa * bb));
}

static float dense(size_t dimension)
{
    return normal();
}

static float sparse(size_t dimension)
{
    return drand48() < 0.9 ? 0 : normal();
}

/* As in e5: two dimensions are ten times as large as the others. */
static float lopsided(size_t dimension)
{
    return normal() * (dimension < 2 ? 10 : 1);
}

static const struct {
    const char *why;
    float (*value)(size_t dimension);
    double most;
} kinds[] = {
    {"all dimensions equal", dense,    0.0020},
    {"nine of ten are 0",    sparse,   0.0020},
    {"two are much larger",  lopsided, 0.0120},
};

TEST_ROWS_WHY(cosine_survives_quantisation, kinds)
{
    float a[DIMENSIONS], b[DIMENSIONS];
    double worst = 0;

    /* The largest error of a cosine among 200 pairs, each half similar. */
    srand48(15);
    for (int pair = 0; pair < 200; pair++) {
        for (size_t i = 0; i < DIMENSIONS; i++) {
            a[i] = row->value(i);
            b[i] = a[i] + row->value(i);
        }
        worst = fmax(worst, cosine_error(a, b));
    }
    ck_assert_msg(worst < row->most, "%g", worst);
}

TEST(scale_of_a_vector_does_not_matter)
{
    const float small[] = {1e-20F, -2e-20F, 0.5e-20F, 0};
    const float large[] = {1e30F, -2e30F, 0.5e30F, 0};
    const int8_t expected[] = {64, -127, 32, 0};
    int8_t out[4];

    ck_assert(quantise_vector(small, 4, out));
    ck_assert_mem_eq(out, expected, 4);
    ck_assert(quantise_vector(large, 4, out));
    ck_assert_mem_eq(out, expected, 4);
}

static const struct {
    const char *why;
    float vector[3];
} refused[] = {
    {"no direction", {0, 0, 0}        },
    {"not a number", {1, NAN, 0}      },
    {"infinite",     {1, 0, -INFINITY}},
};

TEST_ROWS_WHY(vector_without_direction_is_refused, refused)
{
    int8_t out[] = {1, 2, 3};

    ck_assert(!quantise_vector(row->vector, 3, out));
    ck_assert_mem_eq(out, ((int8_t[]){1, 2, 3}), 3);
}
