// SPDX-License-Identifier: MIT
/* A YAML document. Its values have a line and a path, which are printed with mistakes.
 *
 * Only a subset of YAML is accepted: no aliases, anchors, tags or multiple documents. Values are
 * never printed, because ${NAME} may contain a secret. */
#pragma once

#include <stdio.h>
#include <yaml.h>

#include "base/arena.h"

enum {
    DOC_MISTAKES_MAX = 64,
    DOC_NODES_MAX = 32 * 1024,
    DOC_DEPTH_MAX = 8,   /* levels of nested lists and mappings */
    DOC_TEXT_MAX = 1024, /* bytes of a value after expansion */
    DOC_WORD_MAX = 64    /* bytes of a variable's name; longer unknown keys are not printed */
};

struct doc {
    const char *name; /* name of the file */
    FILE *errors;
    struct arena *arena; /* owns the texts of values */
    yaml_document_t document;
    size_t mistakes; /* counts also mistakes that were not printed */
    bool no_memory;
};

/* One value. */
struct doc_value {
    int node; /* libyaml's number of the node; 0: absent, and mistakes show the parent's line */
    const struct doc_value *in; /* parent; NULL: the root */
    const char *word;           /* key of the value in a mapping; NULL: it is an item of a list */
    size_t index;               /* index of an item of a list */
};

/* Parses a YAML text. False: mistakes were printed, and doc_close() is not needed. */
bool doc_open(struct doc *doc, struct slice text) MUST_CHECK;
void doc_close(struct doc *doc);

/* Counts a mistake and prints it with the line and path of `value`, unless DOC_MISTAKES_MAX
 * mistakes were printed. Returns false. */
bool doc_print_error(struct doc *doc, const struct doc_value *value, const char *format, ...)
    PRINTF_LIKE(3, 4);

struct doc_value doc_root(void);
/* Reads a mapping: out[i] is the value of keys[i], or absent. If `map` is not a mapping, or has
 * unknown or repeated keys, prints mistakes and reads the remaining values. */
bool doc_read_map(struct doc *doc, const struct doc_value *map, const char *const *keys,
                  size_t count, struct doc_value *out);
/* The number of items of a list. If the value is no list, or has 0 or more than `items_max` items,
 * prints a mistake and returns 0. */
size_t doc_count_items(struct doc *doc, const struct doc_value *list, size_t items_max);
struct doc_value doc_list_item(struct doc *doc, const struct doc_value *list, size_t index);

static inline bool doc_is_present(const struct doc_value *value)
{
    return value->node != 0;
}
bool doc_is_map(struct doc *doc, const struct doc_value *value);

/* Copies the text of a value to the arena, with ${NAME} expanded, NUL-terminated. Prints a mistake
 * and returns false if the value is a list, a mapping or empty, is not one line of UTF-8, is longer
 * than `bytes_max` bytes, or names a variable that is not set. */
bool doc_read_expanded_text(struct doc *doc, const struct doc_value *value, size_t bytes_max,
                            struct slice *out) MUST_CHECK;
