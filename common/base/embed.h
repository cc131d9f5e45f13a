// SPDX-License-Identifier: MIT
/* Files inside the binary, such as openapi.yaml. tapbot_embed() of CMake embeds them. */
#pragma once

#include <stddef.h>

#include "base/slice.h"

struct embed_file {
    const char *name; /* file name without its folder */
    const char *begin;
    const char *end;
};

/* Embeds a file by the assembler's .incbin, which needs no generated arrays and has no size
 * limit. */
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
