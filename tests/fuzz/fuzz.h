// SPDX-License-Identifier: MIT
/* Shared by all fuzz targets: PROMISE() stops the fuzzer if its condition is false. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define PROMISE(condition)                                                                         \
    do {                                                                                           \
        if (!(condition))                                                                          \
            __builtin_trap();                                                                      \
    } while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
