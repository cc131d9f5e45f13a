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
    YAML_NODES_MAX = 32 * 1024,
    YAML_DEPTH_MAX = 8,
    YAML_TEXT_MAX = 1024, /* bytes of a value, expanded */
    YAML_WORD_MAX = 64    /* bytes of a word that a mistake repeats */
};

struct plan_yaml {
    const char *name; /* of the file */
    FILE *errors;
    struct arena *arena; /* of texts */
    yaml_document_t document;
    size_t mistakes;
    bool no_memory;
};

/* One value. Absent: `node` 0; what is said of it stands at the line of what it is in. */
struct yaml_value {
    int node;
    const struct yaml_value *in; /* NULL: the whole file */
    const char *word;            /* of a mapping, or NULL */
    size_t index;                /* of a list, where `word` is NULL */
};

/* False: mistakes were printed, and there is nothing to close. */
bool yaml_open(struct plan_yaml *yaml, struct slice text) MUST_CHECK;
void yaml_close(struct plan_yaml *yaml);

/* Prints a mistake, unless there are PLAN_MISTAKES_MAX. Returns false. */
bool yaml_wrong(struct plan_yaml *yaml, const struct yaml_value *at, const char *format, ...)
    PRINTF_LIKE(3, 4);

struct yaml_value yaml_root(void);
/* The values of a mapping: out[i] is that of words[i], or absent. Other words, words that stand
 * there twice, and what is no mapping are mistakes; then what can be read is read all the same. */
bool yaml_map(struct plan_yaml *yaml, const struct yaml_value *map, const char *const *words,
              size_t count, struct yaml_value *out);
/* How many items a list has; 0 where it is none, which is a mistake, as are more than `max`. */
size_t yaml_list(struct plan_yaml *yaml, const struct yaml_value *list, size_t max);
struct yaml_value yaml_item(struct plan_yaml *yaml, const struct yaml_value *list, size_t index);

static inline bool yaml_is_there(const struct yaml_value *value)
{
    return value->node != 0;
}
bool yaml_is_map(struct plan_yaml *yaml, const struct yaml_value *value);

/* The text of a value, with what the environment says for ${NAME} and ${NAME:-else}; in the arena,
 * with a NUL behind it. False: it is a list, a mapping or empty, not UTF-8 on one line, longer than
 * `max` bytes, or names a variable that is not set. */
bool yaml_text(struct plan_yaml *yaml, const struct yaml_value *value, size_t max,
               struct slice *out) MUST_CHECK;
