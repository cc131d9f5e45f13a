// SPDX-License-Identifier: MIT
/* JSON of other programs. The first byte selects the table; the rest is the text. What jansson
 * accepts as an object is accepted; what is accepted is JSON for jansson after it was mended. Raw
 * values, which are found without jansson, are the values that it finds. */
#include <string.h>

#include <jansson.h>

#include "base/text.h"

#include "fuzz.h"
#include "update.h"

static void agree_raw(struct slice raw, const json_t *json)
{
    PROMISE((raw.at != NULL) == (json != NULL && !json_is_null(json)) && text_is_utf8(raw));
    if (raw.at == NULL)
        return;
    json_t *again = json_loadb(raw.at, raw.len, JSON_DECODE_ANY, NULL);
    PROMISE(again != NULL && json_equal(again, json));
    json_decref(again);
}

static void agree(const struct answer *answer, const json_t *json)
{
    const struct answer *items = answer->answers.items;
    const json_t *result = json_object_get(json, "result");
    const json_t *list = json_object_get(json, "answers");

    PROMISE(answer->here == json_is_object(json));
    PROMISE(answer->has_result == (result != NULL && !json_is_null(result)));
    agree_raw(answer->whole, json);
    agree_raw(answer->result, result);
    PROMISE((items != NULL) == json_is_array(list));
    PROMISE(answer->answers.count + answer->answers.left_out == json_array_size(list));
    for (size_t i = 0; i < answer->answers.count; i++)
        agree(&items[i], json_array_get(list, i));
}

static void check_answer(const struct answer *answer)
{
    json_t *json = json_loadb(answer->whole.at, answer->whole.len, 0, NULL);
    struct answer again;

    PROMISE(json != NULL);
    agree(answer, json);
    PROMISE(foreign_read(&answer_table, answer->whole, &again, &arena, &fault));
    PROMISE(again.whole.at == answer->whole.at && again.whole.len == answer->whole.len);
    json_decref(json);
}

/* jansson 2.14 ignores a NUL byte after a number. */
static bool jansson_accepts(struct slice text)
{
    json_t *json = json_loadb(text.at, text.len, 0, NULL);
    const bool accepts = json_is_object(json) && memchr(text.at, '\0', text.len) == NULL;

    json_decref(json);
    return accepts;
}

static bool try_table(const struct foreign *table, void *value, struct slice text)
{
    memset(value, 0xee, table->size);
    if (foreign_read(table, text, value, &arena, &fault))
        return true;
    PROMISE(strcmp(fault.code, "bad_json") == 0 && text_is_utf8(slice_of(fault.detail)));
    for (size_t i = 0; i < table->size; i++)
        PROMISE(((const unsigned char *)value)[i] == 0xee);
    PROMISE(strstr(fault.detail, "deeper") != NULL || !jansson_accepts(text));
    return false;
}

FUZZ(1 << 24)
{
    struct update update;
    struct answer answer;

    if (fuzz_byte(&input) == 'u')
        (void)try_table(&update_table, &update, input);
    else if (try_table(&answer_table, &answer, input))
        check_answer(&answer);
}
