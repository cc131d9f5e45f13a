// SPDX-License-Identifier: MIT
/* A service's whole configuration is one table of environment variables, read once at start. Every
 * mistake is reported at once, so that one restart shows all of them.
 *
 * A secret X may be given as X_FILE, the path of a file that holds it (a trailing newline is cut).
 * An empty variable or file counts as absent. X and X_FILE together are a mistake. Values of
 * secrets are never printed.
 */
#pragma once

#include <stdint.h>
#include <stdio.h>

#include "base/fault.h"

enum env_type {
    ENV_TEXT,     /* const char *, never NULL after env_load(); "" if it is optional and unset */
    ENV_SECRET,   /* const char *, like ENV_TEXT; the variable NAME_FILE is allowed too */
    ENV_INT,      /* int64_t, min..max */
    ENV_BOOL,     /* bool, true or false */
    ENV_DURATION, /* int64_t milliseconds, min..max in ms, "30s" */
    ENV_LEVEL     /* enum log_level */
};

struct env_variable {
    const char *name;
    enum env_type type;
    size_t offset;        /* offset of the value in the config struct */
    const char *fallback; /* default as text; NULL: required; "" for text: optional */
    int64_t min, max;     /* bounds of the number, or of a text's length: 0 and 0 mean 1..4096 */
    const char *help;     /* one English sentence: the comment in .env.example */
};

/* Fills `config` from the environment. Strings are owned by the loaded config and freed by
 * env_finish(). On failure every mistake is printed to `errors`, one line each, with the name of
 * the variable and the expected value, and `config` is untouched. */
bool env_load(const struct env_variable *table, size_t count, void *config,
              FILE *errors) MUST_CHECK;
void env_finish(const struct env_variable *table, size_t count, void *config);

/* The value of an environment variable that is not in the table; NULL if it is unset or empty.
 * Borrowed until the environment changes. */
const char *env_get(const char *name);

/* Prints the lines of .env.example for each variable: a comment, then NAME=default. */
void env_print_example(const struct env_variable *table, size_t count, FILE *out);
