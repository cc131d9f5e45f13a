// SPDX-License-Identifier: MIT
/* Bodies and queries. The first byte selects how the rest is decoded. Refused input changes
 * nothing; accepted input can be encoded and decoded again to the same text. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#include "fuzz.h"
#include "sample.h"

enum { PAIRS_MAX = 32, OUT_MAX = 1 << 22 };

static void check_refusal(void)
{
    PROMISE(fault.code != NULL && fault.field_count <= FAULT_FIELDS_MAX);
    PROMISE(text_is_utf8(slice_of(fault.detail)));
    for (size_t i = 0; i < fault.field_count; i++)
        PROMISE(text_is_utf8(slice_of(fault.fields[i].field)));
}

/* JSON: its canonical form does not change if it is made canonical again. */
static void check_canonical(struct slice text)
{
    struct json_body *first = NULL, *second = NULL;
    struct buf once, twice;

    buf_init(&once, OUT_MAX);
    buf_init(&twice, OUT_MAX);
    if (fields_parse(text, true, &first, &arena, &fault)) {
        PROMISE(fields_encode_canonical(first, &once, &fault));
        PROMISE(fields_parse(buf_as_slice(&once), true, &second, &arena, &fault));
        PROMISE(fields_encode_canonical(second, &twice, &fault));
        PROMISE(slice_equal(buf_as_slice(&once), buf_as_slice(&twice)));
    } else {
        check_refusal();
    }
    fields_parse_finish(first);
    fields_parse_finish(second);
    buf_finish(&once);
    buf_finish(&twice);
}

static void check_written(const struct sample *sample)
{
    struct json_body *body = NULL;
    struct buf out;

    buf_init(&out, OUT_MAX);
    fields_encode(&sample_fields, sample, false, &out);
    PROMISE(buf_ok(&out, &fault));
    PROMISE(fields_parse(buf_as_slice(&out), true, &body, &arena, &fault));
    fields_parse_finish(body);
    buf_finish(&out);
}

static void try_body(struct slice text, bool patch)
{
    struct sample sample = patch ? sample_full() : sample_empty();
    struct sample before;
    struct fields_seen seen = {0, 0};

    memcpy(&before, &sample, sizeof sample);
    if (fields_decode(&sample_fields, text, patch, &sample, &seen, &arena, &fault)) {
        PROMISE((seen.set & seen.null) == 0);
        check_written(&sample);
    } else {
        check_refusal();
        PROMISE(memcmp(&before, &sample, sizeof sample) == 0);
    }
}

/* "name=value&name=value", undecoded. */
static size_t split(struct slice text, struct field_pair pairs[PAIRS_MAX])
{
    size_t count = 0;

    while (text.len > 0 && count < PAIRS_MAX) {
        const char *end = memchr(text.at, '&', text.len);
        size_t len = end != NULL ? (size_t)(end - text.at) : text.len;
        const char *equals = memchr(text.at, '=', len);
        size_t name_len = equals != NULL ? (size_t)(equals - text.at) : len;
        pairs[count].name = (struct slice){text.at, name_len};
        pairs[count].value =
            equals != NULL ? (struct slice){equals + 1, len - name_len - 1} : SLICE_NONE;
        count++;
        len += end != NULL;
        text.at += len;
        text.len -= len;
    }
    return count;
}

static void try_query(struct slice text)
{
    struct field_pair pairs[PAIRS_MAX];
    size_t count = split(text, pairs);
    struct sample sample = sample_full();
    struct sample before;

    memcpy(&before, &sample, sizeof sample);
    if (fields_decode_query(&sample_fields, pairs, count, &sample, NULL, &arena, &fault))
        return;
    PROMISE(fault.code != NULL);
    PROMISE(memcmp(&before, &sample, sizeof sample) == 0);
}

FUZZ(1 << 22)
{
    const uint8_t how = fuzz_byte(&input);

    if (how == 's') {
        arena_finish(&arena);
        arena_init(&arena, 2048);
    }
    if (how == 'q')
        try_query(input);
    else if (how == 'j')
        check_canonical(input);
    else
        try_body(input, how == 'p');
}
