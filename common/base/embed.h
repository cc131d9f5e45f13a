// SPDX-License-Identifier: MIT
/* Files inside the binary; tapbot_embed() of CMake puts them there. */
#pragma once

#include <stddef.h>

#include "base/slice.h"

struct embed_file {
    const char *name; /* without folder */
    const char *begin;
    const char *end;
};

/* .incbin of the assembler needs no generated arrays and has no limit of size. */
#define EMBED_BLOB(symbol, path)                                                                   \
    extern const char symbol[];                                                                    \
    extern const char symbol##_end[];                                                              \
    __asm__(".section .rodata\n"                                                                   \
            ".global " #symbol "\n.type " #symbol ", @object\n" #symbol ":\n"                      \
            ".incbin \"" path "\"\n"                                                               \
            ".global " #symbol "_end\n" #symbol "_end:\n"                                          \
            ".byte 0\n.previous")

static inline struct slice embed_content(const struct embed_file *file)
{
    return (struct slice){file->begin, (size_t)(file->end - file->begin)};
}
