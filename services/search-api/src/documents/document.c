// SPDX-License-Identifier: MIT
#include "documents/document.h"

#include "text/terms.h"
#include "text/words_batch.h"

const char *const document_source_names[] = {"bot-gateway", "api", NULL};

bool document_make_terms(struct work *work, struct document *list, size_t count,
                         struct arena *arena, struct fault *fault)
{
    struct slice *texts = arena_alloc(arena, (count + 1) * sizeof *texts);
    bool ok = true;

    if (texts == NULL)
        return arena_fault(fault);
    for (size_t i = 0; i < count; i++)
        texts[i] = list[i].text;
    struct words_batch *words_batch = words_batch_create(texts, count, fault);
    if (words_batch == NULL || !words_batch_run(words_batch, work, fault))
        return false;
    for (size_t i = 0; ok && i < count; i++) {
        const struct words *words = words_batch_words_of(words_batch, i);
        ok = terms_write_tsvector(words, "", arena, &list[i].terms, fault);
        list[i].length = words->count < INT16_MAX ? (int64_t)words->count : INT16_MAX;
    }
    words_batch_destroy(words_batch);
    return ok;
}
