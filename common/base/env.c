// SPDX-License-Identifier: MIT
/* Reads the table of variables into temporary values first. Prints every mistake; copies the values
 * into the config only if there is no mistake. */
#include "base/env.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "base/log.h"
#include "base/parse.h"
#include "base/text.h"

enum { ENV_TEXT_MAX = 4096, ENV_NAME_MAX = 64 };

union env_value {
    char *text;
    int64_t number;
    bool flag;
    enum log_level level;
};

static bool is_text_or_secret(const struct env_variable *variable)
{
    return variable->type == ENV_TEXT || variable->type == ENV_SECRET;
}

static void get_text_bounds(const struct env_variable *variable, size_t *min, size_t *max)
{
    bool given = variable->min != 0 || variable->max != 0;

    *min = given ? (size_t)variable->min : 1;
    *max = given ? (size_t)variable->max : ENV_TEXT_MAX;
}

/* Prints a duration in the largest unit that divides it: 30000 as "30s". */
static void print_duration(FILE *out, int64_t ms)
{
    if (ms != 0 && ms % 3600000 == 0)
        fprintf(out, "%" PRId64 "h", ms / 3600000);
    else if (ms != 0 && ms % 60000 == 0)
        fprintf(out, "%" PRId64 "m", ms / 60000);
    else if (ms % 1000 == 0)
        fprintf(out, "%" PRId64 "s", ms / 1000);
    else
        fprintf(out, "%" PRId64 "ms", ms);
}

/* Prints which values are allowed: the part of the message that follows "must be". */
static void print_expected(FILE *out, const struct env_variable *variable)
{
    size_t min, max;

    switch (variable->type) {
    case ENV_TEXT:
    case ENV_SECRET:
        get_text_bounds(variable, &min, &max);
        fprintf(out, "UTF-8 text of %zu to %zu bytes%s", min, max,
                variable->type == ENV_TEXT ? " on one line" : "");
        return;
    case ENV_INT:
        fprintf(out, "a whole number from %" PRId64 " to %" PRId64, variable->min, variable->max);
        return;
    case ENV_BOOL:
        fputs("true or false", out);
        return;
    case ENV_DURATION:
        fputs("a time like 250ms, 30s, 5m or 2h, from ", out);
        print_duration(out, variable->min);
        fputs(" to ", out);
        print_duration(out, variable->max);
        return;
    case ENV_LEVEL:
        fputs("debug, info, warn or error", out);
        return;
    }
}

/* Completes the line of a mistake with the expected value. Returns false. */
static bool print_expected_and_fail(FILE *errors, const struct env_variable *variable)
{
    print_expected(errors, variable);
    fputc('\n', errors);
    return false;
}

/* Returns a newly allocated copy of `text`. NULL if the variable does not allow it or memory is
 * out. */
static char *copy_text(const struct env_variable *variable, struct slice text)
{
    size_t min, max;

    get_text_bounds(variable, &min, &max);
    if (text.len < min || text.len > max || !text_is_utf8(text))
        return NULL;
    if (memchr(text.at, '\0', text.len) != NULL)
        return NULL;
    if (variable->type == ENV_TEXT &&
        (text_has_control(text) || memchr(text.at, '\n', text.len) != NULL))
        return NULL;
    return strndup(text.at, text.len);
}

static bool read_value(const struct env_variable *variable, struct slice text,
                       union env_value *value)
{
    switch (variable->type) {
    case ENV_TEXT:
    case ENV_SECRET:
        value->text = copy_text(variable, text);
        return value->text != NULL;
    case ENV_INT:
        return parse_i64(text, variable->min, variable->max, &value->number);
    case ENV_BOOL:
        return parse_bool(text, &value->flag);
    case ENV_DURATION:
        return parse_duration_ms(text, variable->min, variable->max, &value->number);
    case ENV_LEVEL:
        return log_level_parse(text, &value->level);
    }
    return false;
}

/* Prints a mistake in a value. The value of a secret or of a text is not printed, because a URL may
 * contain a password. */
static bool print_wrong_value(FILE *errors, const struct env_variable *variable, const char *given)
{
    fprintf(errors, "%s", variable->name);
    if (!is_text_or_secret(variable) && strlen(given) <= ENV_NAME_MAX &&
        !text_has_control(slice_of(given)))
        fprintf(errors, " is \"%s\" but", given);
    fputs(" must be ", errors);
    return print_expected_and_fail(errors, variable);
}

static bool load_default(const struct env_variable *variable, union env_value *value, FILE *errors)
{
    if (variable->fallback == NULL) {
        fprintf(errors, "%s is required: ", variable->name);
        return print_expected_and_fail(errors, variable);
    }
    if (is_text_or_secret(variable)) {
        value->text = strdup(variable->fallback);
        return value->text != NULL;
    }
    if (read_value(variable, slice_of(variable->fallback), value))
        return true;
    fprintf(errors, "%s has a wrong default: ", variable->name);
    return print_wrong_value(errors, variable, variable->fallback);
}

static bool load_from_file(const struct env_variable *variable, const char *path,
                           union env_value *value, FILE *errors)
{
    char bytes[ENV_TEXT_MAX + 2];
    FILE *file = fopen(path, "re");
    bool failed;
    size_t len;

    if (file == NULL) {
        fprintf(errors, "%s_FILE names a file that cannot be opened: %s\n", variable->name,
                strerrordesc_np(errno));
        return false;
    }
    len = fread(bytes, 1, sizeof bytes, file);
    failed = ferror(file) != 0;
    fclose(file);
    if (failed) {
        fprintf(errors, "%s_FILE names a file that cannot be read\n", variable->name);
        return false;
    }
    if (len > 0 && bytes[len - 1] == '\n')
        len--;
    if (len > 0 && bytes[len - 1] == '\r')
        len--;
    if (len == 0)
        return load_default(variable, value, errors);
    if (read_value(variable, (struct slice){bytes, len}, value))
        return true;
    fprintf(errors, "%s_FILE names a file whose content must be ", variable->name);
    return print_expected_and_fail(errors, variable);
}

/* An empty value counts as unset, because Compose files set an absent variable to "". */
const char *env_get(const char *name)
{
    const char *text = getenv(name);

    return text != NULL && text[0] != '\0' ? text : NULL;
}

static bool load_variable(const struct env_variable *variable, union env_value *value, FILE *errors)
{
    char file_name[ENV_NAME_MAX + sizeof("_FILE")];
    const char *text = env_get(variable->name);
    const char *path = NULL;

    if (variable->type == ENV_SECRET) {
        snprintf(file_name, sizeof file_name, "%.*s_FILE", ENV_NAME_MAX, variable->name);
        path = env_get(file_name);
    }
    if (text != NULL && path != NULL) {
        fprintf(errors, "%s and %s_FILE are both set: keep one\n", variable->name, variable->name);
        return false;
    }
    if (path != NULL)
        return load_from_file(variable, path, value, errors);
    if (text == NULL)
        return load_default(variable, value, errors);
    return read_value(variable, slice_of(text), value) || print_wrong_value(errors, variable, text);
}

static void store_value(const struct env_variable *variable, union env_value value, void *config)
{
    static const size_t sizes[] = {
        [ENV_TEXT] = sizeof value.text,       [ENV_SECRET] = sizeof value.text,
        [ENV_INT] = sizeof value.number,      [ENV_BOOL] = sizeof value.flag,
        [ENV_DURATION] = sizeof value.number, [ENV_LEVEL] = sizeof value.level,
    };

    memcpy((char *)config + variable->offset, &value, sizes[variable->type]);
}

static void free_values(const struct env_variable *table, size_t count, union env_value *values)
{
    for (size_t i = 0; i < count; i++)
        if (is_text_or_secret(&table[i]))
            free(values[i].text);
}

bool env_load(const struct env_variable *table, size_t count, void *config, FILE *errors)
{
    auto_free union env_value *values = calloc(count + 1, sizeof *values);
    bool ok = true;

    if (values == NULL) {
        fputs("no memory for the configuration\n", errors);
        return false;
    }
    for (size_t i = 0; i < count; i++)
        ok = load_variable(&table[i], &values[i], errors) && ok;
    if (!ok) {
        free_values(table, count, values);
        return false;
    }
    for (size_t i = 0; i < count; i++)
        store_value(&table[i], values[i], config);
    return true;
}

void env_finish(const struct env_variable *table, size_t count, void *config)
{
    for (size_t i = 0; i < count; i++) {
        char *place = (char *)config + table[i].offset;
        char *text;
        char *none = NULL;
        if (!is_text_or_secret(&table[i]))
            continue;
        memcpy(&text, place, sizeof text);
        free(text);
        memcpy(place, &none, sizeof none);
    }
}

void env_print_example(const struct env_variable *table, size_t count, FILE *out)
{
    for (size_t i = 0; i < count; i++) {
        const struct env_variable *variable = &table[i];
        fprintf(out, "%s# %s\n# ", i == 0 ? "" : "\n", variable->help);
        print_expected(out, variable);
        if (variable->fallback == NULL)
            fputs("; required", out);
        if (variable->type == ENV_SECRET)
            fprintf(out, "; or %s_FILE names a file that holds it", variable->name);
        fprintf(out, "\n%s=%s\n", variable->name,
                variable->fallback != NULL && variable->type != ENV_SECRET ? variable->fallback
                                                                           : "");
    }
}
