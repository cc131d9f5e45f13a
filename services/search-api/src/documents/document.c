// SPDX-License-Identifier: MIT
#include "documents/document.h"

#include "base/buf.h"

#include "reading/reading.h"

const char *const document_source_names[] = {"bot-gateway", "api", NULL};

/* Terms have letters and digits only: quotes are enough. */
static bool make_terms(const struct words *words, struct arena *arena, struct slice *out,
                       struct fault *fault)
{
    struct buf terms;

    buf_init(&terms, words->count * (TERM_BYTES_MAX + 3) + 1);
    for (size_t i = 0; i < words->count; i++) {
        buf_char(&terms, '\'');
        buf_slice(&terms, words->list[i].term);
        buf_text(&terms, "' ");
    }
    const bool ok = buf_keep(&terms, arena, out, fault);
    buf_finish(&terms);
    return ok;
}

bool documents_read(struct work *work, struct document *list, size_t count, struct arena *arena,
                    struct fault *fault)
{
    struct slice *texts = arena_alloc(arena, (count + 1) * sizeof *texts);
    bool ok = true;

    if (texts == NULL)
        return arena_fault(fault);
    for (size_t i = 0; i < count; i++)
        texts[i] = list[i].text;
    struct reading *reading = reading_create(texts, count, fault);
    if (reading == NULL || !reading_run(reading, work, fault))
        return false;
    for (size_t i = 0; ok && i < count; i++) {
        const struct words *words = reading_words(reading, i);
        ok = make_terms(words, arena, &list[i].terms, fault);
        list[i].length = words->count < INT16_MAX ? (int64_t)words->count : INT16_MAX;
    }
    reading_destroy(reading);
    return ok;
}
