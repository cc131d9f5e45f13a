// SPDX-License-Identifier: MIT
#include "text/terms.h"

#include "base/buf.h"

/* Terms consist of letters and digits only, so quotes without escapes suffice. */
bool terms_write_tsvector(const struct words *words, const char *label, struct arena *arena,
                          struct slice *out, struct fault *fault)
{
    struct buf terms;

    buf_init(&terms, words->count * (TERM_BYTES_MAX + 3 + strlen(label)) + 1);
    for (size_t i = 0; i < words->count; i++) {
        buf_char(&terms, '\'');
        buf_slice(&terms, words->list[i].term);
        buf_char(&terms, '\'');
        buf_text(&terms, label);
        buf_char(&terms, ' ');
    }
    const bool ok = buf_keep(&terms, arena, out, fault);
    buf_finish(&terms);
    return ok;
}
