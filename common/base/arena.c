// SPDX-License-Identifier: MIT
/* An arena is a list of blocks from malloc(), each used from the front. Under ASan the unused rest
 * of a block is poisoned, so an access beyond the end of an allocation is detected as with
 * malloc(). */
#include "base/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/sanitizer.h"

#ifdef UNDER_ASAN
#include <sanitizer/asan_interface.h>
#define POISON(at, len)   ASAN_POISON_MEMORY_REGION((at), (len))
#define UNPOISON(at, len) ASAN_UNPOISON_MEMORY_REGION((at), (len))
#else
#define POISON(at, len)   ((void)(at), (void)(len))
#define UNPOISON(at, len) ((void)(at), (void)(len))
#endif

enum { ARENA_ALIGN = 16, ARENA_BLOCK_MAX = 65536 };

struct arena_block {
    struct arena_block *older;
    size_t size; /* including this struct */
};

struct arena_owned {
    struct arena_owned *older;
    void (*finish)(void *data);
    void *data;
};

enum { BLOCK_HEAD = 16 };
_Static_assert(sizeof(struct arena_block) <= BLOCK_HEAD,
               "allocations begin behind the head, aligned");

void arena_init(struct arena *arena, size_t bytes_max)
{
    *arena = (struct arena){.limit = bytes_max};
}

static void make_block_current(struct arena *arena, struct arena_block *block)
{
    arena->next = (char *)block + BLOCK_HEAD;
    arena->end = (char *)block + block->size;
    POISON(arena->next, block->size - BLOCK_HEAD);
}

static void free_block(struct arena *arena, struct arena_block *block)
{
    UNPOISON(block, block->size);
    arena->used -= block->size;
    free(block);
}

static void run_finishers_until(struct arena *arena, struct arena_owned *last)
{
    for (struct arena_owned *owned = arena->owned; owned != last; owned = owned->older)
        owned->finish(owned->data);
    arena->owned = last;
}

static void free_blocks_until(struct arena *arena, const struct arena_block *last)
{
    while (arena->blocks != last) {
        struct arena_block *block = arena->blocks;
        arena->blocks = block->older;
        free_block(arena, block);
    }
}

void arena_finish(struct arena *arena)
{
    run_finishers_until(arena, NULL);
    free_blocks_until(arena, NULL);
    arena->next = NULL;
    arena->end = NULL;
}

struct arena_mark arena_mark(const struct arena *arena)
{
    return (struct arena_mark){arena->blocks, arena->next, arena->owned};
}

void arena_put_back(struct arena *arena, const struct arena_mark *mark)
{
    if (mark->block == NULL) {
        arena_finish(arena);
        return;
    }
    run_finishers_until(arena, mark->owned);
    free_blocks_until(arena, mark->block);
    arena->next = mark->next;
    arena->end = (char *)mark->block + mark->block->size;
    POISON(arena->next, (size_t)(arena->end - arena->next));
}

void arena_reset(struct arena *arena)
{
    run_finishers_until(arena, NULL);
    while (arena->blocks != NULL && arena->blocks->older != NULL) {
        struct arena_block *block = arena->blocks;
        arena->blocks = block->older;
        free_block(arena, block);
    }
    /* A larger first block is freed, because an idle connection would keep it. */
    if (arena->blocks == NULL || arena->blocks->size > ARENA_FIRST_BLOCK)
        arena_finish(arena);
    else
        make_block_current(arena, arena->blocks);
}

static bool add_block(struct arena *arena, size_t size_needed)
{
    size_t size = ARENA_FIRST_BLOCK;
    struct arena_block *block;

    if (arena->blocks != NULL)
        size = arena->blocks->size < ARENA_BLOCK_MAX / 2 ? arena->blocks->size * 2
                                                         : (size_t)ARENA_BLOCK_MAX;
    if (size > arena->limit - arena->used)
        size = arena->limit - arena->used;
    if (size < size_needed + BLOCK_HEAD)
        size = size_needed + BLOCK_HEAD;
    if (size > arena->limit - arena->used)
        return false;
    block = malloc(size);
    if (block == NULL)
        return false;
    block->older = arena->blocks;
    block->size = size;
    arena->blocks = block;
    arena->used += size;
    make_block_current(arena, block);
    return true;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    size_t taken;
    char *piece;

    if (size > SIZE_MAX - ARENA_BLOCK_MAX)
        return NULL;
    taken = size == 0 ? ARENA_ALIGN : (size + ARENA_ALIGN - 1) / ARENA_ALIGN * ARENA_ALIGN;
    if (taken > (size_t)(arena->end - arena->next) && !add_block(arena, taken))
        return NULL;
    piece = arena->next;
    arena->next += taken;
    UNPOISON(piece, size);
    return memset(piece, 0, size);
}

bool arena_own(struct arena *arena, void (*finish)(void *data), void *data)
{
    struct arena_owned *owned = arena_alloc(arena, sizeof *owned);

    if (owned == NULL)
        return false;
    *owned = (struct arena_owned){arena->owned, finish, data};
    arena->owned = owned;
    return true;
}

struct slice arena_copy(struct arena *arena, struct slice text)
{
    char *copy;

    if (text.at == NULL)
        return text;
    copy = arena_alloc(arena, text.len + 1);
    if (copy == NULL)
        return SLICE_NONE;
    memcpy(copy, text.at, text.len);
    return (struct slice){copy, text.len};
}

bool arena_keep(struct arena *arena, struct slice text, struct slice *out, struct fault *fault)
{
    const struct slice copy = arena_copy(arena, text);

    if (copy.at == NULL && text.at != NULL)
        return arena_fault(fault);
    *out = copy;
    return true;
}

struct slice arena_printf(struct arena *arena, const char *format, ...)
{
    va_list args;
    char *text;
    int len;

    va_start(args, format);
    len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    text = len < 0 ? NULL : arena_alloc(arena, (size_t)len + 1);
    if (text == NULL)
        return SLICE_NONE;
    va_start(args, format);
    vsnprintf(text, (size_t)len + 1, format, args);
    va_end(args);
    return (struct slice){text, (size_t)len};
}

bool arena_fault(struct fault *fault)
{
    return fault_set(fault, FAULT_UNAVAILABLE, "out_of_memory",
                     "The request needs more memory than it may use");
}
