// SPDX-License-Identifier: MIT
/* The memory of one request: many small allocations that are freed together. Memory that other
 * libraries have allocated for the request can be handed to the arena.
 *
 * An arena has a limit. When an allocation would go beyond it, or when the system is out of memory,
 * the allocation returns NULL, which the caller reports with arena_fault().
 */
#pragma once

#include <stddef.h>

#include "base/fault.h"
#include "base/slice.h"

struct arena_block;
struct arena_owned;

struct arena {
    struct arena_block *blocks;
    char *next;
    char *end;
    struct arena_owned *owned;
    size_t used;  /* bytes taken from the system */
    size_t limit; /* maximum of `used` */
};

enum { ARENA_FIRST_BLOCK = 4096 };

/* Takes no memory from the system; the first allocation does. */
void arena_init(struct arena *arena, size_t bytes_max);
/* The same, as the initial value of a variable. */
#define ARENA(bytes_max) ((struct arena){.limit = (bytes_max)})

/* Frees everything. Safe on a zeroed arena. */
void arena_finish(struct arena *arena);

/* Frees everything but the first block, which the next request uses. */
void arena_reset(struct arena *arena);

/* A position in an arena. arena_put_back() frees all allocations that were made after the mark, for
 * example before a retry. A mark is valid until the arena is put back to an earlier mark, reset or
 * finished. */
struct arena_mark {
    struct arena_block *block;
    char *next;
    struct arena_owned *owned;
};
struct arena_mark arena_mark(const struct arena *arena);
void arena_put_back(struct arena *arena, const struct arena_mark *mark);

/* Returns zeroed memory, aligned for any type. NULL when the arena is full. */
void *arena_alloc(struct arena *arena, size_t size) MUST_CHECK;

/* Hands `data` over to the arena, which calls finish(data) when the arena is put back, reset or
 * finished. The arena's limit does not count what `data` points to. False: the arena is full; the
 * caller still owns `data`. */
bool arena_own(struct arena *arena, void (*finish)(void *data), void *data) MUST_CHECK;

/* A NUL-terminated copy. `.at` is NULL if the arena is full. */
struct slice arena_copy(struct arena *arena, struct slice text) MUST_CHECK;
/* Sets `out` to a copy; absent text stays absent. False with arena_fault(), and `out` unchanged, if
 * the arena is full. */
bool arena_keep(struct arena *arena, struct slice text, struct slice *out,
                struct fault *fault) MUST_CHECK;

/* Formatted, NUL-terminated text. `.at` is NULL if the arena is full. */
struct slice arena_printf(struct arena *arena, const char *format, ...)
    PRINTF_LIKE(2, 3) MUST_CHECK;

/* The fault of a request whose arena is full: FAULT_UNAVAILABLE "out_of_memory". Returns false. */
bool arena_fault(struct fault *fault);
