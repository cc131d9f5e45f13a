// SPDX-License-Identifier: MIT
/* Scope cleanup. A local that owns memory is declared with one of these and initialised there.
 * Passing ownership on is visible: `return TAKE(ptr);`. Never in one function with `goto`. */
#pragma once

#include <stdlib.h>
#include <unistd.h>

static inline void auto_free_(void *slot)
{
    void **pointer = slot;
    free(*pointer);
    *pointer = NULL;
}

static inline void auto_close_(const int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

#define AUTO(fn)   __attribute__((cleanup(fn)))
#define auto_free  AUTO(auto_free_)
#define auto_close AUTO(auto_close_)

/* The value of an owning local, which then owns nothing. */
#define TAKE(ptr)                                                                                  \
    __extension__({                                                                                \
        __auto_type taken_ = (ptr);                                                                \
        (ptr) = NULL;                                                                              \
        taken_;                                                                                    \
    })
