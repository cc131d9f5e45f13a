// SPDX-License-Identifier: MIT
/* Parses bytes into a jansson value. First come three checks that jansson leaves to its caller: the
 * whole body is UTF-8 without a NUL byte, and the depth is small enough for a fiber's stack. */
#include <pthread.h>
#include <stdlib.h>

#include <jansson.h>

#include "base/text.h"
#include "json/body_private.h"
#include "json/fields.h"

enum { JSON_DEPTH_MAX = 32 };

/* `at` is after an opening quote. Returns the position after the closing quote, or `end`. */
static const char *skip_string(const char *at, const char *end)
{
    while (at < end && *at != '"')
        at += *at == '\\' ? 2 : 1;
    return at < end ? at + 1 : end;
}

/* Counts brackets; jansson checks whether they match. */
static bool is_too_deep(struct slice body)
{
    const char *end = body.at + body.len;
    int depth = 0;

    for (const char *at = body.at; at < end;) {
        char c = *at++;
        if (c == '"')
            at = skip_string(at, end);
        else if (c == '{' || c == '[')
            depth++;
        else if (c == '}' || c == ']')
            depth--;
        if (depth > JSON_DEPTH_MAX)
            return true;
    }
    return false;
}

/* jansson does not report every failed allocation: it reports a string without memory as a bad
 * token, and drops bytes if its buffer cannot grow. So its allocator records the failure here. */
static _Thread_local bool refused;
static pthread_once_t allocator_once = PTHREAD_ONCE_INIT;

static void *noting_malloc(size_t size)
{
    void *memory = malloc(size);

    if (memory == NULL)
        refused = true;
    return memory;
}

static void allocator_set(void)
{
    json_set_alloc_funcs(noting_malloc, free);
}

static bool load_body(struct slice body, json_t **out, struct fault *fault)
{
    json_error_t error = {0};
    json_t *value;

    pthread_once(&allocator_once, allocator_set);
    refused = false;
    value = json_loadb(body.at, body.len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
    if (refused) {
        json_decref(value);
        return arena_fault(fault);
    }
    if (value == NULL)
        return fault_set(fault, FAULT_UNREADABLE, "bad_json",
                         "The body is not valid JSON: line %d, column %d", error.line,
                         error.column);
    *out = value;
    return true;
}

bool fields_parse(struct slice body, bool required, struct json_body **out, struct arena *arena,
                  struct fault *fault)
{
    struct json_body *parsed = arena_alloc(arena, sizeof(*parsed));

    if (parsed == NULL)
        return arena_fault(fault);
    if (body.len == 0 && required)
        return fault_set(fault, FAULT_UNREADABLE, "body_missing", "The request needs a JSON body");
    if (body.len > 0) {
        /* jansson drops a NUL byte after a number. */
        if (memchr(body.at, '\0', body.len) != NULL)
            return fault_set(fault, FAULT_UNREADABLE, "bad_json", "The body has a NUL byte");
        if (!text_is_utf8(body))
            return fault_set(fault, FAULT_UNREADABLE, "bad_json", "The body is not UTF-8");
        if (is_too_deep(body))
            return fault_set(fault, FAULT_UNREADABLE, "bad_json",
                             "The body is nested deeper than %d", JSON_DEPTH_MAX);
        if (!load_body(body, &parsed->value, fault))
            return false;
    }
    *out = parsed;
    return true;
}

void fields_parse_finish(struct json_body *body)
{
    if (body == NULL)
        return;
    json_decref(body->value);
    body->value = NULL;
}

static int append_canonical(const char *text, size_t len, void *data)
{
    struct buf *out = data;

    buf_append(out, text, len);
    return out->failed ? -1 : 0;
}

bool fields_body_has(const struct json_body *body, const char *name)
{
    const json_t *member = body == NULL ? NULL : json_object_get(body->value, name);

    return member != NULL && !json_is_null(member);
}

bool fields_canonical(const struct json_body *body, struct buf *out, struct fault *fault)
{
    if (body == NULL || body->value == NULL)
        buf_text(out, "{}");
    else if (json_dump_callback(body->value, append_canonical, out,
                                JSON_SORT_KEYS | JSON_COMPACT | JSON_ENCODE_ANY) != 0 &&
             !out->failed)
        return arena_fault(fault); /* jansson had no memory for sorting */
    return buf_ok(out, fault);
}
