// SPDX-License-Identifier: MIT
/* Parses bytes into a jansson value. */
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

/* True if brackets are nested deeper than `depth_max`. Whether they match is checked by jansson. */
static bool is_nested_deeper(struct slice text, int depth_max)
{
    const char *end = text.len > 0 ? text.at + text.len : text.at;
    int depth = 0;

    for (const char *at = text.at; at < end;) {
        char c = *at++;
        if (c == '"')
            at = skip_string(at, end);
        else if (c == '{' || c == '[')
            depth++;
        else if (c == '}' || c == ']')
            depth--;
        if (depth > depth_max)
            return true;
    }
    return false;
}

/* What malloc() needs beside the bytes of an allocation. */
enum { ALLOCATION_OVERHEAD = 16 };

/* Set when an allocation of jansson failed. jansson does not report every such failure: it reports
 * a string without memory as a bad token, and drops bytes if its buffer cannot grow. */
static _Thread_local bool refused;
static _Thread_local size_t allocated; /* by jansson, in bytes; also what it has freed since */
static pthread_once_t allocator_once = PTHREAD_ONCE_INIT;

static void *malloc_counted(size_t size)
{
    void *memory = malloc(size);

    allocated += size + ALLOCATION_OVERHEAD;
    if (memory == NULL)
        refused = true;
    return memory;
}

static void set_jansson_allocator(void)
{
    json_set_alloc_funcs(malloc_counted, free);
}

/* Describes the error. Some refused texts are valid JSON. */
static const char *describe_error(const json_error_t *error)
{
    const enum json_error_code code = json_error_code(error);

    if (code == json_error_duplicate_key)
        return "has a name twice in one object";
    if (code == json_error_numeric_overflow)
        return "has a number beyond 64 bits";
    if (code == json_error_null_character || code == json_error_null_byte_in_key)
        return "has a NUL in a text";
    return "is not valid JSON";
}

/* Before jansson parses the text, depth and NUL bytes are checked: its use of the stack grows with
 * the depth, and it drops a NUL byte after a number. */
bool value_parse(struct slice text, size_t flags, int depth_max, json_t **out, struct fault *fault)
{
    json_error_t error = {0};
    json_t *value;

    if (text.len > 0 && memchr(text.at, '\0', text.len) != NULL)
        return fault_set(fault, FAULT_UNREADABLE, "bad_json", "The body has a NUL byte");
    if (is_nested_deeper(text, depth_max))
        return fault_set(fault, FAULT_UNREADABLE, "bad_json", "The body is nested deeper than %d",
                         depth_max);
    pthread_once(&allocator_once, set_jansson_allocator);
    refused = false;
    allocated = 0;
    value = json_loadb(text.at, text.len, flags, &error);
    if (refused) {
        json_decref(value);
        return arena_fault(fault);
    }
    if (value == NULL)
        return fault_set(fault, FAULT_UNREADABLE, "bad_json", "The body %s: line %d, column %d",
                         describe_error(&error), error.line, error.column);
    *out = value;
    return true;
}

bool fields_parse(struct slice body, bool required, struct json_body **out, struct arena *arena,
                  struct fault *fault)
{
    struct json_body *parsed = arena_alloc(arena, sizeof *parsed);

    if (parsed == NULL)
        return arena_fault(fault);
    if (body.len == 0 && required)
        return fault_set(fault, FAULT_UNREADABLE, "body_missing", "The request needs a JSON body");
    if (!text_is_utf8(body))
        return fault_set(fault, FAULT_UNREADABLE, "bad_json", "The body is not UTF-8");
    if (body.len > 0 && !value_parse(body, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, JSON_DEPTH_MAX,
                                     &parsed->value, fault))
        return false;
    parsed->size = body.len > 0 ? allocated : 0;
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

size_t fields_body_size(const struct json_body *body)
{
    return body->size;
}

static int append_dumped_text(const char *text, size_t len, void *data)
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

bool fields_encode_canonical(const struct json_body *body, struct buf *out, struct fault *fault)
{
    if (body == NULL || body->value == NULL)
        buf_text(out, "{}");
    else if (json_dump_callback(body->value, append_dumped_text, out,
                                JSON_SORT_KEYS | JSON_COMPACT | JSON_ENCODE_ANY) != 0 &&
             !out->failed)
        return arena_fault(fault); /* jansson had no memory for sorting */
    return buf_ok(out, fault);
}
