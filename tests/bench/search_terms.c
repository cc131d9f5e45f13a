// SPDX-License-Identifier: MIT
/* Reads lines whose last column is a text, in the format of COPY, and appends its length in words,
 * the tokenizer's version and its terms, as search-api writes them. Columns have no escapes. */
#include <stdio.h>
#include <stdlib.h>

#include "text/words.h"

int main(void)
{
    struct fault fault = {.code = ""};
    struct word_reader *reader = word_reader_create(&fault);
    struct words words;
    struct arena arena = ARENA(16 << 20);
    char *line = NULL;
    size_t room = 0;
    ssize_t len;

    while (reader != NULL && (len = getline(&line, &room, stdin)) > 0) {
        line[len - 1] = '\0';
        const char *tab = strrchr(line, '\t');
        const struct slice text = slice_of(tab != NULL ? tab + 1 : line);
        if (!words_read(reader, text, &arena, &words, &fault))
            break;
        printf("%s\t%zu\t%d\t", line, words.count, WORDS_VERSION);
        for (size_t i = 0; i < words.count; i++)
            printf("'%.*s' ", SLICE_ARG(words.list[i].term));
        putchar('\n');
        arena_reset(&arena);
    }
    if (fault.code[0] != '\0')
        fprintf(stderr, "search_terms: %s\n", fault.detail);
    free(line);
    arena_finish(&arena);
    word_reader_destroy(reader);
    return fault.code[0] != '\0' ? 1 : 0;
}
