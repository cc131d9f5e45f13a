// SPDX-License-Identifier: MIT
/* scan_faiss ROWS DIMENSIONS ROUNDS: the same look through FAISS's flat index, with one thread: the
 * best 500 of all rows by the inner product. Prints one line for each round: milliseconds with a
 * float, and with a byte for each dimension. */
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <faiss/IndexFlat.h>
#include <faiss/IndexScalarQuantizer.h>
#include <omp.h>
#include <vector>

static const std::int64_t limit = 500;
static uint64_t state = 88172645463325252U;

static float next()
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return static_cast<float>(state >> 56);
}

static void fill(faiss::Index &index, size_t rows)
{
    const size_t block = 10000;
    std::vector<float> vectors(block * static_cast<size_t>(index.d));

    for (size_t row = 0; row < rows; row += block) {
        for (float &value : vectors)
            value = next();
        index.add(static_cast<std::int64_t>(block), vectors.data());
    }
}

static double time_search(const faiss::Index &index, const std::vector<float> &query)
{
    std::vector<float> similarities(limit);
    std::vector<std::int64_t> found(limit);
    const auto began = std::chrono::steady_clock::now();

    index.search(1, query.data(), limit, similarities.data(), found.data());
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - began)
        .count();
}

int main(int argc, char **argv)
{
    if (argc != 4)
        return 2;
    const size_t rows = strtoul(argv[1], nullptr, 10);
    const int dimensions = atoi(argv[2]);
    faiss::IndexFlatIP floats(dimensions);
    faiss::IndexScalarQuantizer bytes(dimensions, faiss::ScalarQuantizer::QT_8bit_direct,
                                      faiss::METRIC_INNER_PRODUCT);
    std::vector<float> query(static_cast<size_t>(dimensions));

    omp_set_num_threads(1);
    fill(floats, rows);
    fill(bytes, rows);
    for (float &value : query)
        value = next();
    for (int round = atoi(argv[3]); round > 0; round--) {
        const double by_floats = time_search(floats, query);
        printf("%.3f %.3f\n", by_floats, time_search(bytes, query));
    }
    return 0;
}
