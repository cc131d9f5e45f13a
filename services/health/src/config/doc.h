// SPDX-License-Identifier: MIT
/* A YAML text as values that know their line and their path, and the mistakes in it. What the words
 * mean is known by plan.c.
 *
 * A part of YAML is enough here, and the rest is refused: aliases, anchors, tags, several
 * documents. Values are never printed: ${NAME} may stand for a secret. */
#pragma once

#include <stdio.h>
#include <yaml.h>

#include "base/arena.h"

enum {
    DOC_NODES_MAX = 32 * 1024,
    DOC_DEPTH_MAX = 8,
    DOC_TEXT_MAX = 1024, /* bytes of a value, expanded */
    DOC_WORD_MAX = 64    /* bytes of a word that a mistake repeats */
};

struct doc {
    const char *name; /* of the file */
    FILE *errors;
    struct arena *arena; /* of texts */
    yaml_document_t document;
    size_t mistakes;
    bool no_memory;
};

/* One value. Absent: `node` 0; what is said of it stands at the line of what it is in. */
struct doc_value {
    int node;
    const struct doc_value *in; /* NULL: the whole file */
    const char *word;           /* of a mapping, or NULL */
    size_t index;               /* of a list, where `word` is NULL */
};

/* False: mistakes were printed, and there is nothing to close. */
bool doc_open(struct doc *doc, struct slice text) MUST_CHECK;
void doc_close(struct doc *doc);

/* Prints a mistake, unless there are PLAN_MISTAKES_MAX. Returns false. */
bool doc_error(struct doc *doc, const struct doc_value *at, const char *format, ...)
    PRINTF_LIKE(3, 4);

struct doc_value doc_root(void);
/* The values of a mapping: out[i] is that of words[i], or absent. Other words, words that stand
 * there twice, and what is no mapping are mistakes; then what can be read is read all the same. */
bool doc_map(struct doc *doc, const struct doc_value *map, const char *const *words, size_t count,
             struct doc_value *out);
/* How many items a list has; 0 where it is none, which is a mistake, as are more than `max`. */
size_t doc_list(struct doc *doc, const struct doc_value *list, size_t max);
struct doc_value doc_item(struct doc *doc, const struct doc_value *list, size_t index);

static inline bool doc_is_present(const struct doc_value *value)
{
    return value->node != 0;
}
bool doc_is_map(struct doc *doc, const struct doc_value *value);

/* The text of a value, with what the environment says for ${NAME} and ${NAME:-else}; in the arena,
 * with a NUL behind it. False: it is a list, a mapping or empty, not UTF-8 on one line, longer than
 * `max` bytes, or names a variable that is not set. */
bool doc_text(struct doc *doc, const struct doc_value *value, size_t max,
              struct slice *out) MUST_CHECK;
