// SPDX-License-Identifier: MIT
#include "failing_malloc.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Names the linker gives to the real functions and to those it calls instead. */
__typeof__(malloc) __real_malloc, __wrap_malloc;
__typeof__(calloc) __real_calloc, __wrap_calloc;
__typeof__(realloc) __real_realloc, __wrap_realloc;
__typeof__(strdup) __wrap_strdup;
__typeof__(strndup) __wrap_strndup;

static int left, armed, hit;

void failing_malloc_arm(int n)
{
    armed = n > 0;
    left = n;
    if (armed)
        hit = 0;
}

int failing_malloc_hit(void)
{
    return hit;
}

static int refused(void)
{
    if (!armed)
        return 0;
    if (left > 1) {
        left--;
        return 0;
    }
    hit = 1;
    errno = ENOMEM;
    return 1;
}

void *__wrap_malloc(size_t size)
{
    return refused() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return refused() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
    return refused() ? NULL : __real_realloc(old, size);
}

char *__wrap_strndup(const char *text, size_t max)
{
    size_t len = strnlen(text, max);
    char *copy = __wrap_malloc(len + 1);

    if (copy == NULL)
        return NULL;
    memcpy(copy, text, len);
    copy[len] = '\0';
    return copy;
}

char *__wrap_strdup(const char *text)
{
    return __wrap_strndup(text, strlen(text));
}
