// SPDX-License-Identifier: MIT
#include "vectors/dot.h"

int32_t dot_scalar(const int8_t *query, const int8_t *row, size_t length)
{
    int32_t sum = 0;

    for (size_t i = 0; i < length; i++)
        sum += query[i] * row[i];
    return sum;
}

#if defined(__x86_64__)
#include <immintrin.h>

#define AVX2 __attribute__((target("avx2")))
enum { LANE = 32 };

AVX2 static inline __m256i load_32_bytes(const int8_t *at)
{
    return _mm256_loadu_si256((const void *)at);
}

/* The instruction that multiplies bytes needs one unsigned operand, so the sign of the row moves to
 * the query. The sum of two products is at most 2 * 128 * 127, below saturation. */
AVX2 static inline __m256i add_products(__m256i sum, const int8_t *query_at, const int8_t *row_at)
{
    const __m256i query = load_32_bytes(query_at), row = load_32_bytes(row_at);
    const __m256i pairs = _mm256_maddubs_epi16(_mm256_abs_epi8(row), _mm256_sign_epi8(query, row));

    return _mm256_add_epi32(sum, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
}

AVX2 static int32_t dot_avx2(const int8_t *query, const int8_t *row, size_t length)
{
    __m256i even = _mm256_setzero_si256(), odd = even;

    for (size_t i = 0; i < length; i += DOT_STEP) {
        even = add_products(even, query + i, row + i);
        odd = add_products(odd, query + i + LANE, row + i + LANE);
    }
    const __m256i sums = _mm256_add_epi32(even, odd);
    const __m128i four =
        _mm_add_epi32(_mm256_castsi256_si128(sums), _mm256_extracti128_si256(sums, 1));
    const __m128i two = _mm_hadd_epi32(four, four);
    return _mm_cvtsi128_si32(_mm_hadd_epi32(two, two));
}

dot_fn *dot_choose_fastest(void)
{
    return __builtin_cpu_supports("avx2") ? dot_avx2 : dot_scalar;
}
#else
dot_fn *dot_choose_fastest(void)
{
    return dot_scalar;
}
#endif
