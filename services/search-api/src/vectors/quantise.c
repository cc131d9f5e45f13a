// SPDX-License-Identifier: MIT
#include "vectors/quantise.h"

#include <math.h>

bool quantise_vector(const float *vector, size_t dimensions, int8_t *out)
{
    float largest = 0;

    for (size_t i = 0; i < dimensions; i++) {
        if (!isfinite(vector[i]))
            return false;
        largest = fmaxf(largest, fabsf(vector[i]));
    }
    if (largest <= 0)
        return false;
    for (size_t i = 0; i < dimensions; i++)
        out[i] = (int8_t)lrintf(vector[i] / largest * 127);
    return true;
}
