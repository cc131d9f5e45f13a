// SPDX-License-Identifier: MIT
/* Memory that lives as long as one request: many small pieces, freed at once.
 *
 * Nothing allocated here is freed singly. An arena has a ceiling from birth; beyond it, and when
 * memory is out, allocation gives NULL, which the caller reports with arena_fault().
 */
#pragma once

#include <stddef.h>

#include "base/fault.h"
#include "base/slice.h"

struct arena_block;

struct arena {
    struct arena_block *blocks;
    char *next;
    char *end;
    size_t used;  /* bytes taken from the system */
    size_t limit; /* ceiling for `used` */
};

enum { ARENA_FIRST_BLOCK = 4096 };

/* `limit` in bytes. Takes no memory until the first allocation. */
void arena_init(struct arena *arena, size_t limit);

/* Frees everything. Safe on a zeroed arena. */
void arena_finish(struct arena *arena);

/* Forgets everything but keeps the first block for the next request. */
void arena_reset(struct arena *arena);

/* Zeroed, aligned for any type. NULL when full. */
void *arena_alloc(struct arena *arena, size_t size) MUST_CHECK;

/* A copy with a NUL behind it. `.at` is NULL when full. */
struct slice arena_copy(struct arena *arena, struct slice text) MUST_CHECK;

/* Formatted text with a NUL behind it. `.at` is NULL when full. */
struct slice arena_printf(struct arena *arena, const char *format, ...)
    PRINTF_LIKE(2, 3) MUST_CHECK;

/* What a full arena is to the client: FAULT_UNAVAILABLE "out_of_memory". Returns false. */
bool arena_fault(struct fault *fault);
