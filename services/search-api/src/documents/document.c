// SPDX-License-Identifier: MIT
#include "documents/document.h"

#include "text/words_batch.h"

const char *const document_source_names[] = {"bot-gateway", "api", NULL};

bool document_make_terms(struct work *work, struct document *list, size_t count,
                         struct arena *arena, struct fault *fault)
{
    struct words_batch *batch = words_batch_create(count, fault);
    bool ok = true;

    if (batch == NULL)
        return false;
    for (size_t i = 0; i < count; i++)
        words_batch_add(batch, list[i].text);
    if (!words_batch_read_in_thread(batch, work, fault))
        return false;
    for (size_t i = 0; ok && i < count; i++) {
        const struct words *words = words_batch_words_of(batch, i);
        ok = words_write_tsvector(words, "", arena, &list[i].terms, fault);
        list[i].length = words->count < INT16_MAX ? (int64_t)words->count : INT16_MAX;
    }
    words_batch_destroy(batch);
    return ok;
}
