// SPDX-License-Identifier: MIT
/* Scope cleanup: a local variable that owns memory or a descriptor is declared with one of these
 * attributes and initialised there. Do not use it together with `goto` in one function. */
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
