// SPDX-License-Identifier: MIT
/* Decodes single values, and refuses bad ones, for bodies and queries alike. */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/ascii.h"
#include "base/date.h"
#include "base/money.h"
#include "base/parse.h"
#include "base/text.h"
#include "base/uuid.h"
#include "json/decoding_private.h"

enum { NAMES_LISTED_MAX = 140 };

bool decoding_begin(struct decoding *decoding, const struct fields *table, const void *out,
                    struct arena *arena, struct fault *fault)
{
    assert(table->item_size > 0 && table->count <= FIELDS_MAX);
    *decoding = (struct decoding){.arena = arena, .copy = arena_alloc(arena, table->item_size)};
    if (decoding->copy == NULL)
        return arena_fault(fault);
    memcpy(decoding->copy, out, table->item_size);
    fault_list_init(&decoding->problems, arena);
    return true;
}

static void append_to_path(struct decoding *decoding, char c)
{
    if (decoding->path_len < sizeof decoding->path - 1)
        decoding->path[decoding->path_len++] = c;
}

/* RFC 6901: '~' and '/' in a name are written "~0" and "~1". */
size_t decoding_push_name(struct decoding *decoding, const char *name)
{
    size_t before = decoding->path_len;

    if (before > 0)
        append_to_path(decoding, '/');
    for (; *name != '\0'; name++) {
        if (*name == '~' || *name == '/') {
            append_to_path(decoding, '~');
            append_to_path(decoding, *name == '~' ? '0' : '1');
        } else {
            append_to_path(decoding, *name);
        }
    }
    decoding->path[decoding->path_len] = '\0';
    return before;
}

size_t decoding_push_index(struct decoding *decoding, size_t index)
{
    char name[24];

    snprintf(name, sizeof name, "%zu", index);
    return decoding_push_name(decoding, name);
}

void decoding_pop_path(struct decoding *decoding, size_t path_len_before)
{
    decoding->path_len = path_len_before;
    decoding->path[path_len_before] = '\0';
}

static void check_fields_together(struct decoding *decoding, const struct fields *table)
{
    struct fault_list found;

    if (table->check == NULL || decoding->full)
        return;
    fault_list_init(&found, decoding->arena);
    found.earlier = &decoding->problems;
    table->check(decoding->copy, &found);
    decoding->full = found.seen > 0 && found.fields == NULL;
    for (size_t i = 0; i < found.count; i++) {
        const struct fault_field *problem = &found.fields[i];
        if (!fault_list_has(&decoding->problems, problem->field))
            fault_list_add(&decoding->problems, problem->field, problem->code, "%s",
                           problem->detail);
    }
}

bool decoding_end(struct decoding *decoding, const struct fields *table, void *out,
                  struct fields_seen *seen, struct fault *fault)
{
    check_fields_together(decoding, table);
    if (decoding->full)
        return arena_fault(fault);
    if (!fault_list_ok(&decoding->problems, fault))
        return false;
    memcpy(out, decoding->copy, table->item_size);
    if (seen != NULL)
        *seen = decoding->seen;
    return true;
}

const struct field *fields_find(const struct fields *table, struct slice name, size_t *index)
{
    for (size_t i = 0; i < table->count; i++)
        if (slice_is(name, table->items[i].name)) {
            *index = i;
            return &table->items[i];
        }
    return NULL;
}

void value_refuse(struct decoding *decoding, const char *code, const char *detail)
{
    fault_list_add(&decoding->problems, decoding->path, code, "%s", detail);
}

void value_refuse_type(struct decoding *decoding, const char *expected)
{
    fault_list_add(&decoding->problems, decoding->path, "wrong_type", "Must be %s", expected);
}

/* Checks the number of a list's items. False, with a problem, if there are more than the field's
 * `max` (0: FIELD_ITEMS_MAX) or fewer than its `min`. */
static bool check_item_count(struct decoding *decoding, const struct field *field, size_t count)
{
    size_t max = field->max > 0 ? (size_t)field->max : (size_t)FIELD_ITEMS_MAX;

    if (count > max) {
        fault_list_add(&decoding->problems, decoding->path, "too_many", "At most %zu", max);
        return false;
    }
    if (field->min > 0 && count < (size_t)field->min) {
        fault_list_add(&decoding->problems, decoding->path, "too_short", "At least %" PRId64,
                       field->min);
        return false;
    }
    return true;
}

void *decoding_alloc_items(struct decoding *decoding, const struct field *field, size_t count,
                           size_t size)
{
    void *items;

    if (!check_item_count(decoding, field, count))
        return NULL;
    items = arena_alloc(decoding->arena, count * size);
    decoding->full = items == NULL;
    return items;
}

/* Copies text into the arena, because the memory of the body is freed before the arena. */
static void copy_text(struct decoding *decoding, struct slice text, struct slice *out)
{
    struct slice copy = arena_copy(decoding->arena, text);

    if (copy.at == NULL)
        decoding->full = true;
    else
        *out = copy;
}

/* Removes what cannot be seen, and white space at both ends, and normalises to NFC. False if the
 * text was refused. */
static bool clean_text_or_refuse(struct decoding *decoding, const struct field *field,
                                 struct slice text, struct slice *out)
{
    struct slice cleaned;

    if (!text_is_utf8(text)) {
        value_refuse(decoding, "bad_text", "Must be UTF-8");
        return false;
    }
    if ((field->flags & FIELD_ANY_MARKS) == 0 && text_has_long_mark_run(text)) {
        fault_list_add(&decoding->problems, decoding->path, "bad_text",
                       "Must have at most %d combining marks in a row", TEXT_MARK_RUN_MAX);
        return false;
    }
    cleaned = text_clean(decoding->arena, text);
    if (cleaned.at == NULL) {
        decoding->full = true;
        return false;
    }
    if (cleaned.len == 0) {
        value_refuse(decoding, "blank", "Must not be blank");
        return false;
    }
    if (text_has_control(cleaned)) {
        value_refuse(decoding, "bad_text", "Must have no control characters");
        return false;
    }
    *out = cleaned;
    return true;
}

static void read_text(struct decoding *decoding, const struct field *field, struct slice text,
                      void *out)
{
    int64_t max = field->max > 0 ? field->max : FIELD_TEXT_MAX;
    struct slice cleaned;
    int64_t length;

    if (!clean_text_or_refuse(decoding, field, text, &cleaned))
        return;
    length = (int64_t)text_length(cleaned);
    if (length < field->min)
        fault_list_add(&decoding->problems, decoding->path, "too_short",
                       "At least %" PRId64 " characters", field->min);
    else if (length > max)
        fault_list_add(&decoding->problems, decoding->path, "too_long",
                       "At most %" PRId64 " characters", max);
    else
        copy_text(decoding, cleaned, out);
}

static void read_slug(struct decoding *decoding, const struct field *field, struct slice text,
                      void *out)
{
    (void)field;
    if (text_is_slug(text))
        copy_text(decoding, text, out);
    else
        value_refuse(decoding, "bad_slug",
                     "Must be a-z, 0-9 and single - or _ between, at most 64");
}

static bool is_host_char(char c)
{
    return ascii_is_alnum(c) || c == '.' || c == '-';
}

/* True for https, a host name, perhaps a port, and then only characters that RFC 3986 allows. User
 * and password are refused, because they hide where a link leads. */
static bool is_https_url(struct slice text)
{
    static const char scheme[] = "https://";
    size_t at = sizeof scheme - 1;
    size_t host = at;

    if (text.len <= at || memcmp(text.at, scheme, at) != 0)
        return false;
    while (at < text.len && is_host_char(text.at[at]))
        at++;
    if (at == host || text.at[host] == '.' || text.at[host] == '-')
        return false;
    if (at < text.len && text.at[at] == ':')
        for (at++; at < text.len && ascii_is_digit(text.at[at]);)
            at++;
    if (at < text.len && text.at[at] != '/' && text.at[at] != '?' && text.at[at] != '#')
        return false;
    for (; at < text.len; at++)
        if (text.at[at] <= ' ' || text.at[at] > '~' || strchr("\"<>\\^`{|}", text.at[at]) != NULL)
            return false;
    return true;
}

static void read_url(struct decoding *decoding, const struct field *field, struct slice text,
                     void *out)
{
    int64_t max = field->max > 0 ? field->max : FIELD_URL_MAX;
    struct slice cleaned;

    if (!clean_text_or_refuse(decoding, field, text, &cleaned))
        return;
    if ((int64_t)cleaned.len > max)
        fault_list_add(&decoding->problems, decoding->path, "too_long", "At most %" PRId64 " bytes",
                       max);
    else if (!is_https_url(cleaned))
        value_refuse(decoding, "bad_url", "Must be an https:// address");
    else
        copy_text(decoding, cleaned, out);
}

static void read_phone(struct decoding *decoding, const struct field *field, struct slice text,
                       void *out)
{
    char phone[PHONE_MAX + 1];

    (void)field;
    if (text_normalize_phone(text, phone))
        copy_text(decoding, slice_of(phone), out);
    else
        value_refuse(decoding, "bad_phone",
                     "Must be a phone with its country, such as +7 701 123-45-67");
}

static void read_date(struct decoding *decoding, const struct field *field, struct slice text,
                      void *out)
{
    (void)field;
    if (!date_parse(text, out))
        value_refuse(decoding, "bad_date",
                     "Must be a day of the calendar as YYYY-MM-DD, 1970 to 2099");
}

static void read_clock(struct decoding *decoding, const struct field *field, struct slice text,
                       void *out)
{
    (void)field;
    if (!parse_time_of_day(text, out))
        value_refuse(decoding, "bad_time", "Must be a time of day as HH:MM");
}

/* Reads a UUID. The nil UUID is refused, because it means "absent" in a struct. */
static void read_uuid(struct decoding *decoding, const struct field *field, struct slice text,
                      void *out)
{
    struct uuid uuid;

    (void)field;
    if (uuid_parse(text, &uuid) && !uuid_is_nil(&uuid))
        *(struct uuid *)out = uuid;
    else
        value_refuse(decoding, "bad_uuid", "Must be a UUID");
}

static void refuse_unknown_name(struct decoding *decoding, const struct field *field)
{
    char room[NAMES_LISTED_MAX];
    struct buf names = buf_over(room, sizeof room);

    /* A name that does not fit into `room` ends the list. */
    for (size_t i = 0; field->names[i] != NULL; i++)
        buf_printf(&names, "%s%s", i > 0 ? ", " : "", field->names[i]);
    fault_list_add(&decoding->problems, decoding->path, "unknown_value", "Must be one of %.*s",
                   SLICE_ARG(buf_as_slice(&names)));
}

static void read_enum(struct decoding *decoding, const struct field *field, struct slice text,
                      void *out)
{
    for (int i = 0; field->names[i] != NULL; i++)
        if (slice_is(text, field->names[i])) {
            *(int *)out = field->max > 0 && i > field->max ? (int)field->max : i;
            return;
        }
    refuse_unknown_name(decoding, field);
}

/* A value that the service passes on without reading it. */
static bool is_as_sent(const struct field *field)
{
    return field->type == FIELD_RAW || (field->flags & FIELD_AS_SENT) != 0;
}

static void read_custom(struct decoding *decoding, const struct field *field, struct slice text,
                        void *out)
{
    const char *code = "unknown_value";
    const char *detail = "Is not known";
    struct slice copy = SLICE_NONE;

    if (field->decode == NULL) {
        value_refuse(decoding, "read_only", "Cannot be set");
        return;
    }
    if (!is_as_sent(field) && !clean_text_or_refuse(decoding, field, text, &text))
        return;
    copy_text(decoding, text, &copy);
    if (copy.at != NULL && !field->decode(copy, out, &code, &detail))
        value_refuse(decoding, code, detail);
}

bool field_decode_time(struct slice text, void *value, const char **code, const char **detail)
{
    int64_t *wall_us = value;

    if (text.at == NULL) {
        *wall_us = FIELD_ABSENT;
        return true;
    }
    *code = "bad_time";
    *detail = "Must be a time like 2026-01-02T03:04:05Z";
    return parse_timestamp(text, wall_us);
}

typedef void text_fn(struct decoding *decoding, const struct field *field, struct slice text,
                     void *out);

static text_fn *const text_decoders[FIELD_CUSTOM + 1] = {
    [FIELD_TEXT] = read_text,   [FIELD_SLUG] = read_slug, [FIELD_URL] = read_url,
    [FIELD_PHONE] = read_phone, [FIELD_DATE] = read_date, [FIELD_CLOCK] = read_clock,
    [FIELD_UUID] = read_uuid,   [FIELD_ENUM] = read_enum, [FIELD_CUSTOM] = read_custom,
};

bool value_is_single_text(enum field_type type)
{
    return text_decoders[type] != NULL;
}

const struct field *value_get_item_field(const struct field *list)
{
    static const struct field slug = {.type = FIELD_SLUG};
    static const struct field url = {.type = FIELD_URL};
    static const struct field text = {.type = FIELD_TEXT, .min = 1, .max = FIELD_TEXTS_POINTS};
    static const struct field uuid = {.type = FIELD_UUID};
    static const struct field number = {.type = FIELD_INT};

    switch (list->type) {
    case FIELD_SLUGS:
        return &slug;
    case FIELD_URLS:
        return &url;
    case FIELD_TEXTS:
        return &text;
    case FIELD_INTS:
        return &number;
    default:
        return &uuid;
    }
}

bool value_make_typed(struct decoding *decoding, const struct field *field, struct slice *text)
{
    const bool is_free = field->type == FIELD_TEXT || field->type == FIELD_URL ||
                         field->type == FIELD_URLS || field->type == FIELD_TEXTS ||
                         is_as_sent(field);

    if (is_free) /* keeps its dashes; text_clean() removes what cannot be seen */
        return true;
    *text = text_typed(decoding->arena, *text);
    decoding->full |= text->at == NULL;
    return text->at != NULL;
}

void value_decode_text(struct decoding *decoding, const struct field *field, struct slice text,
                       void *out)
{
    if (value_make_typed(decoding, field, &text))
        text_decoders[field->type](decoding, field, text, out);
}

static void refuse_out_of_range(struct decoding *decoding, int64_t min, int64_t max)
{
    fault_list_add(&decoding->problems, decoding->path, "out_of_range",
                   "Must be from %" PRId64 " to %" PRId64, min, max);
}

void value_store_checked_i64(struct decoding *decoding, const struct field *field, int64_t value,
                             int64_t *out)
{
    bool bounded = field->min != 0 || field->max != 0;
    int64_t min = bounded ? field->min : FIELD_ABSENT + 1;
    int64_t max = bounded ? field->max : INT64_MAX;

    if (value < min || value > max)
        refuse_out_of_range(decoding, min, max);
    else
        *out = value;
}

void value_store_checked_money(struct decoding *decoding, const struct field *field, int64_t amount,
                               int64_t *out)
{
    int64_t max = field->max > 0 ? field->max : MONEY_MAX;

    if (amount < field->min || amount > max)
        refuse_out_of_range(decoding, field->min, max);
    else if (amount % MONEY_TENGE != 0)
        value_refuse(decoding, "not_whole_tenge", "Must be whole tenge: a multiple of 100 tiyn");
    else
        *out = amount;
}

void value_store_checked_degrees(struct decoding *decoding, double degrees, double degrees_max,
                                 double *out)
{
    if (degrees >= -degrees_max && degrees <= degrees_max)
        *out = degrees;
    else
        fault_list_add(&decoding->problems, decoding->path, "out_of_range",
                       "Must be from -%.0f to %.0f", degrees_max, degrees_max);
}
