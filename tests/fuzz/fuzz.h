// SPDX-License-Identifier: MIT
/* Shared by all fuzz targets. Each has one FUZZ(); PROMISE() stops the fuzzer if its condition is
 * false. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/fault.h"

#define PROMISE(condition)                                                                         \
    do {                                                                                           \
        if (!(condition))                                                                          \
            __builtin_trap();                                                                      \
    } while (0)

/* For calls of fuzzed functions; empty at the start of each input. */
static struct arena arena;
static struct fault fault;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* FUZZ(1 << 20) { ... } runs for each `input`, with an arena of that limit. */
#define FUZZ(arena_limit)                                                                          \
    static void fuzz(struct slice input);                                                          \
    int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)                                   \
    {                                                                                              \
        fault = (struct fault){.code = ""};                                                        \
        arena_init(&arena, arena_limit);                                                           \
        fuzz((struct slice){size > 0 ? (const char *)data : "", size});                            \
        arena_finish(&arena);                                                                      \
        return 0;                                                                                  \
    }                                                                                              \
    static void fuzz(struct slice input)

/* Takes the first byte off; 0 without one. */
static inline uint8_t fuzz_byte(struct slice *rest)
{
    const uint8_t byte = rest->len > 0 ? (uint8_t)rest->at[0] : 0;

    if (rest->len > 0)
        *rest = slice_from(*rest, 1);
    return byte;
}
