// SPDX-License-Identifier: MIT
#include "documents/document.h"

#include "reading/reading.h"
#include "words/terms.h"

const char *const document_source_names[] = {"bot-gateway", "api", NULL};

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
        ok = terms_write(words, "", arena, &list[i].terms, fault);
        list[i].length = words->count < INT16_MAX ? (int64_t)words->count : INT16_MAX;
    }
    reading_destroy(reading);
    return ok;
}
