// SPDX-License-Identifier: MIT
#include "config/plan_check.h"

#include <math.h>

#include "base/buf.h"
#include "base/env.h"
#include "base/language.h"
#include "base/parse.h"
#include "base/text.h"

#include "config/limits.h"
#include "config/target.h"

enum { TITLE_MAX = 200, EXPECT_MAX = 255, INTERVAL_MS = 10 * 1000, WORDS_MAX = 512 };
#define THRESHOLD_MAX 1e15

/* --- keys --- */

static bool is_check_name(struct slice text)
{
    return text_is_slug(text) && text.len <= CHECK_NAME_MAX;
}

/* How a value is read, and the type of its member in struct check. */
enum value_type {
    VALUE_OTHER, /* read by a function of its own */
    VALUE_TEXT,  /* const char *, a text for which `fits` is true */
    VALUE_WORD,  /* an enum: one of `names` */
    VALUE_FLAG,  /* bool */
    VALUE_WHOLE, /* int */
    VALUE_SPAN,  /* int64_t, milliseconds */
    VALUE_DOUBLE
};

struct key {
    const char *word;
    enum value_type type;
    size_t offset; /* offset of the member in struct check */
    int64_t min, max;
    size_t bytes_max;         /* 0: DOC_TEXT_MAX */
    const char *const *names; /* NULL-terminated */
    bool (*fits)(struct slice text);
    const char *must; /* completes the message "must be ..." */
    unsigned kinds;   /* kinds of checks that may have the key, as bits; 0: all kinds */
};

static const char *const none[] = {"none", NULL};

#define AT(member)  .offset = offsetof(struct check, member)
#define FOR(kind)   (1U << CHECK_##kind)
#define SLUG(bytes) "a slug of at most " bytes " bytes: small letters and digits, joined by - or _"

// clang-format off
static const struct key keys[CHECK_KEYS] = {
    [KEY_NAME]       = {"name",       VALUE_TEXT,  .fits = is_check_name, .must = SLUG("48")},
    [KEY_WHEN]       = {"when",       VALUE_TEXT,  .bytes_max = DOC_WORD_MAX},
    [KEY_KIND]       = {"kind",       VALUE_WORD,  AT(kind), .names = check_kind_names},
    [KEY_TARGET]     = {"target",     VALUE_TEXT,  AT(target), .bytes_max = TARGET_MAX},
    [KEY_SERVER]     = {"server",     VALUE_TEXT,  AT(server), .fits = text_is_slug, .must = SLUG("64")},
    [KEY_INTERVAL]   = {"interval",   VALUE_SPAN,  AT(interval_ms), CHECK_INTERVAL_MIN_MS, CHECK_INTERVAL_MAX_MS, .must = "200ms to 192h"},
    [KEY_TIMEOUT]    = {"timeout",    VALUE_SPAN,  AT(timeout_ms), 10, CHECK_TIMEOUT_MAX_MS, .must = "10ms to 30s"},
    [KEY_BAD]        = {"bad",        VALUE_WHOLE, AT(bad_to_fail), 1, 10, .must = "a whole number from 1 to 10"},
    [KEY_GOOD]       = {"good",       VALUE_WHOLE, AT(good_to_pass), 1, 10, .must = "a whole number from 1 to 10"},
    [KEY_SEVERITY]   = {"severity",   VALUE_WORD,  AT(severity), .names = severity_names},
    [KEY_COUNTED]    = {"counted",    VALUE_FLAG,  AT(counted), .must = "true or false"},
    [KEY_OUTSIDE]    = {"outside",    VALUE_FLAG,  AT(outside), .must = "true or false"},
    [KEY_ALWAYS]     = {"always",     VALUE_FLAG,  AT(always), .must = "true or false"},
    [KEY_NEEDS]      = {.word = "needs"}, /* read by plan.c */
    [KEY_LIMITS]     = {.word = "limits"},
    [KEY_TITLE]      = {.word = "title"},
    [KEY_RUNBOOK]    = {"runbook",    VALUE_TEXT,  AT(runbook), .fits = text_is_slug, .must = SLUG("64")},
    [KEY_STATUS]     = {"status",     VALUE_WHOLE, AT(expect_status), 100, 599, .must = "a whole number from 100 to 599", .kinds = FOR(HTTP)},
    [KEY_BODY]       = {"body",       VALUE_TEXT,  AT(expect_body), .kinds = FOR(HTTP)},
    [KEY_EXPECT]     = {"expect",     .kinds = FOR(DNS)},
    [KEY_PUBLIC]     = {"public",     VALUE_TEXT,  AT(public_url), .bytes_max = TARGET_MAX, .fits = target_is_url, .must = "a URL like https://host:port/path, without user and password", .kinds = FOR(PEER)},
    [KEY_OPTIONAL]   = {"optional",   VALUE_FLAG,  AT(optional), .must = "true or false", .kinds = FOR(HEARTBEAT)},
    [KEY_EXPIRES]    = {"expires",    VALUE_FLAG,  AT(expires), .must = "true or false", .kinds = FOR(HEARTBEAT)},
};
// clang-format on
static const struct key title_key = {.type = VALUE_TEXT, .bytes_max = TITLE_MAX};
static const struct key none_key = {.type = VALUE_WORD, .names = none};
static const struct key threshold_key = {.type = VALUE_DOUBLE, .must = "a number of at least 0"};

/* --- values --- */

static bool parse_value(const struct key *key, struct slice text, void *out)
{
    int64_t number;

    switch (key->type) {
    case VALUE_TEXT: /* stored in the arena, NUL-terminated */
        if (key->fits != NULL && !key->fits(text))
            return false;
        *(const char **)out = text.at;
        return true;
    case VALUE_WORD:
        for (unsigned i = 0; key->names[i] != NULL; i++)
            if (slice_is(text, key->names[i])) {
                *(unsigned *)out = i;
                return true;
            }
        return false;
    case VALUE_FLAG:
        return parse_bool(text, out);
    case VALUE_WHOLE:
        if (!parse_i64(text, key->min, key->max, &number))
            return false;
        *(int *)out = (int)number;
        return true;
    case VALUE_SPAN:
        return parse_duration_ms(text, key->min, key->max, out);
    case VALUE_DOUBLE:
        return parse_double(text, 0, THRESHOLD_MAX, out);
    case VALUE_OTHER:
        break;
    }
    return true;
}

static bool report_invalid_value(struct doc *doc, const struct doc_value *value,
                                 const struct key *key)
{
    char room[WORDS_MAX];
    struct buf all = buf_over(room, sizeof room);

    if (key->type != VALUE_WORD)
        return doc_print_error(doc, value, "must be %s", key->must);
    for (size_t i = 0; key->names[i] != NULL; i++)
        buf_printf(&all, "%s%s", i > 0 ? ", " : "", key->names[i]);
    return doc_print_error(doc, value, "must be one of %.*s", (int)all.len, all.data);
}

/* Reads a value. False: a mistake was printed. If the value is absent or a mistake, `out` is
 * unchanged. */
static bool read_value(struct doc *doc, const struct doc_value *value, const struct key *key,
                       void *out)
{
    struct slice text;

    if (!doc_is_present(value))
        return true;
    return doc_read_expanded_text(doc, value, key->bytes_max != 0 ? key->bytes_max : DOC_TEXT_MAX,
                                  &text) &&
           (parse_value(key, text, out) || report_invalid_value(doc, value, key));
}

bool plan_check_read_name(struct doc *doc, const struct doc_value *value, const char **out)
{
    return read_value(doc, value, &keys[KEY_NAME], out);
}

static bool require_value(struct doc *doc, const struct doc_value *value)
{
    return doc_is_present(value) || doc_print_error(doc, value, "is required");
}

/* --- parts of a check --- */

/* Sets the default interval and timeout. The default timeout is 3 s; if the interval is at most 3
 * s, half of the interval. */
static void set_default_and_check_times(struct doc *doc, const struct doc_value *values,
                                        struct check *check)
{
    const int64_t usual_ms = 3000;

    if (!doc_is_present(&values[KEY_INTERVAL]))
        check->interval_ms = INTERVAL_MS;
    if (!doc_is_present(&values[KEY_TIMEOUT]))
        check->timeout_ms = check->interval_ms > usual_ms ? usual_ms : check->interval_ms / 2;
    else if (check->timeout_ms >= check->interval_ms)
        doc_print_error(doc, &values[KEY_TIMEOUT], "must be less than the interval");
}

static void validate_target(struct doc *doc, const struct doc_value *value,
                            const struct check *check)
{
    const enum target_form form = target_form_of_kind(check->kind);

    if (form == TARGET_NONE) {
        if (doc_is_present(value))
            doc_print_error(doc, value, "must be omitted: %s has none",
                            check_kind_names[check->kind]);
    } else if (!doc_is_present(value)) {
        if (check->public_url[0] == '\0') /* a check with a public URL needs no target */
            require_value(doc, value);
    } else if (check->target[0] != '\0' && !target_fits(form, slice_of(check->target))) {
        doc_print_error(doc, value, "must be %s", target_forms[form]);
    }
}

static void read_titles(struct doc *doc, const struct doc_value *title, struct check *check)
{
    enum { TITLES = ARRAY_LEN(check->title) };
    struct doc_value texts[TITLES];

    if (!doc_is_present(title))
        return;
    doc_read_map(doc, title, language_names, TITLES, texts);
    for (size_t i = 0; i < TITLES; i++)
        (void)read_value(doc, &texts[i], &title_key, &check->title[i]);
}

/* Returns the limit of the check for this measure; adds one if there is none. NULL: too many. */
static struct limit *find_or_add_limit(struct check *check, enum measure measure)
{
    for (size_t i = 0; i < check->limit_count; i++)
        if (check->limits[i].measure == measure)
            return &check->limits[i];
    return check->limit_count < CHECK_LIMITS_MAX ? &check->limits[check->limit_count++] : NULL;
}

/* Reads the limit of a measure: a mapping of thresholds replaces the default limit, "none" removes
 * it. */
static void read_limit(struct doc *doc, const struct doc_value *value, enum measure measure,
                       struct check *check)
{
    static const char *const words[] = {"yellow", "red"};
    struct limit limit = {measure, NO_THRESHOLD, NO_THRESHOLD};
    struct doc_value thresholds[2];
    unsigned is_none;

    if (!limits_kind_has_measure(check->kind, measure)) {
        doc_print_error(doc, value, "is not measured by checks of kind %s",
                        check_kind_names[check->kind]);
        return;
    }
    struct limit *slot = find_or_add_limit(check, measure);
    if (slot == NULL) {
        doc_print_error(doc, value, "exceeds the %d limits of a check", CHECK_LIMITS_MAX);
        return;
    }
    if (!doc_is_map(doc, value)) {
        if (read_value(doc, value, &none_key, &is_none))
            *slot = check->limits[--check->limit_count];
        return;
    }
    if (!doc_read_map(doc, value, words, 2, thresholds) ||
        !read_value(doc, &thresholds[0], &threshold_key, &limit.yellow) ||
        !read_value(doc, &thresholds[1], &threshold_key, &limit.red))
        return;
    if (isnan(limit.yellow) && isnan(limit.red))
        doc_print_error(doc, value, "must have yellow, red or both");
    else if (!limits_are_ordered(&limit))
        doc_print_error(doc, value, "must reach yellow before red: %s is worse",
                        measure_kinds[measure].lower_is_worse ? "less" : "more");
    *slot = limit;
}

static void read_limits(struct doc *doc, const struct doc_value *value, struct check *check)
{
    const char *words[MEASURES];
    struct doc_value limits[MEASURES];

    limits_set_defaults(check);
    if (!doc_is_present(value))
        return;
    for (size_t i = 0; i < MEASURES; i++)
        words[i] = measure_kinds[i].word;
    doc_read_map(doc, value, words, MEASURES, limits);
    for (size_t i = 0; i < MEASURES; i++)
        if (doc_is_present(&limits[i]))
            read_limit(doc, &limits[i], (enum measure)i, check);
}

/* --- options of some kinds --- */

/* Adds the IPv4 addresses of a comma-separated list; IPv6 addresses are ignored. */
static void add_expected_ipv4_addresses(struct doc *doc, const struct doc_value *item,
                                        struct slice comma_list, struct check *check)
{
    while (comma_list.len > 0) {
        const struct slice one = slice_trim(slice_cut(&comma_list, ','));

        if (one.len == 0 || memchr(one.at, ':', one.len) != NULL)
            continue;
        if (check->expect_count == CHECK_EXPECT_MAX) {
            doc_print_error(doc, item, "exceeds the %d addresses of a check", CHECK_EXPECT_MAX);
            return;
        }
        const struct slice copy = arena_copy(doc->arena, one);
        doc->no_memory = doc->no_memory || copy.at == NULL;
        if (copy.at != NULL)
            check->expect[check->expect_count++] = copy.at;
    }
}

static void read_expected_addresses(struct doc *doc, const struct doc_value *list,
                                    struct check *check)
{
    const size_t count = doc_is_present(list) ? doc_count_items(doc, list, CHECK_EXPECT_MAX) : 0;

    for (size_t i = 0; i < count; i++) {
        const struct doc_value item = doc_list_item(doc, list, i);
        struct slice text;

        if (doc_read_expanded_text(doc, &item, EXPECT_MAX, &text) && !slice_is(text, "*"))
            add_expected_ipv4_addresses(doc, &item, text, check);
    }
}

/* Reads the keys of the table `keys` that have a type. `kind_bit` is the bit of the check's kind;
 * keys that this kind may not have are mistakes. */
static void read_typed_keys(struct doc *doc, const struct doc_value *values, unsigned kind_bit,
                            struct check *check)
{
    for (size_t i = KEY_KIND + 1; i < CHECK_KEYS; i++) {
        if (keys[i].kinds != 0 && (keys[i].kinds & kind_bit) == 0 && doc_is_present(&values[i]))
            doc_print_error(doc, &values[i], "is not for checks of kind %s",
                            check_kind_names[check->kind]);
        else if (keys[i].type != VALUE_OTHER)
            (void)read_value(doc, &values[i], &keys[i], (char *)check + keys[i].offset);
    }
}

/* True if the environment variable named by `when` is set, or if there is no `when`. */
static bool is_when_satisfied(struct doc *doc, const struct doc_value *when)
{
    const char *variable = "";

    return !read_value(doc, when, &keys[KEY_WHEN], &variable) || variable[0] == '\0' ||
           env_get(variable) != NULL;
}

bool plan_check_read_if_enabled(struct doc *doc, struct check_draft *draft,
                                const char *default_server, struct check *check)
{
    const struct doc_value *values = draft->keys;
    const char *words[CHECK_KEYS], *name = "";

    *check = (struct check){
        .target = "",
        .server = default_server,
        .interval_ms = INT64_MAX,
        .bad_to_fail = 2,
        .good_to_pass = 2,
        .severity = SEVERITY_CRITICAL,
        .counted = true,
        .title = {"", "", ""},
        .runbook = "",
        .expect_body = "",
        .public_url = ""
    };
    for (size_t i = 0; i < CHECK_KEYS; i++)
        words[i] = keys[i].word;
    doc_read_map(doc, &draft->item, words, CHECK_KEYS, draft->keys);
    if (!doc_is_map(doc, &draft->item))
        return true;
    if (require_value(doc, &values[KEY_NAME]) &&
        plan_check_read_name(doc, &values[KEY_NAME], &name))
        memcpy(check->name, name, strlen(name) + 1);
    if (!is_when_satisfied(doc, &values[KEY_WHEN]))
        return false;
    const bool known = require_value(doc, &values[KEY_KIND]) &&
                       read_value(doc, &values[KEY_KIND], &keys[KEY_KIND], &check->kind);
    check->runbook = check_kind_names[check->kind];
    read_typed_keys(doc, values, known ? 1U << check->kind : ~0U, check);
    set_default_and_check_times(doc, values, check);
    read_titles(doc, &values[KEY_TITLE], check);
    if (known) {
        validate_target(doc, &values[KEY_TARGET], check);
        read_limits(doc, &values[KEY_LIMITS], check);
        if (check->kind != CHECK_DNS || require_value(doc, &values[KEY_EXPECT]))
            read_expected_addresses(doc, &values[KEY_EXPECT], check);
    }
    return true;
}
