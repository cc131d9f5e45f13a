// SPDX-License-Identifier: MIT
/* What every fuzz target needs: a promise that stops the fuzzer when it is broken. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define PROMISE(condition)                                                                         \
    do {                                                                                           \
        if (!(condition))                                                                          \
            __builtin_trap();                                                                      \
    } while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
