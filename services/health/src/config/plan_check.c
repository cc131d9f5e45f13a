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

enum {
    TITLE_MAX = 200,
    SLUG_MAX = 64,
    EXPECT_MAX = 255,
    STREAK_MAX = 10,
    TIMEOUT_MIN_MS = 10,
    STATUS_MIN = 100,
    STATUS_MAX = 599,
    WORDS_MAX = 512
};
#define THRESHOLD_MAX 1e15

static const char *const key_words[CHECK_KEYS] = {
    "name",    "kind",     "target",   "server",    "interval", "timeout", "bad",
    "good",    "severity", "counted",  "outside",   "needs",    "limits",  "title",
    "runbook", "when",     "status",   "body",      "header",   "record",  "expect",
    "host",    "public",   "key_file", "key_header"};

static const char *const records[] = {"A", "AAAA", "CNAME", "TXT", "MX", "NS", NULL};

#define OF(kind) (1U << (kind))

/* The kinds that accept an option, and those that require it. */
static const struct {
    enum check_key key;
    unsigned kinds, required;
} options[] = {
    {KEY_STATUS,     OF(CHECK_HTTP),                    0            },
    {KEY_BODY,       OF(CHECK_HTTP),                    0            },
    {KEY_HEADER,     OF(CHECK_HTTP),                    0            },
    {KEY_RECORD,     OF(CHECK_DNS),                     0            },
    {KEY_EXPECT,     OF(CHECK_DNS),                     OF(CHECK_DNS)},
    {KEY_HOST,       OF(CHECK_HTTP) | OF(CHECK_TLS),    0            },
    {KEY_PUBLIC,     OF(CHECK_PEER),                    0            },
    {KEY_KEY_FILE,   OF(CHECK_HTTP) | OF(CHECK_QDRANT), 0            },
    {KEY_KEY_HEADER, OF(CHECK_HTTP) | OF(CHECK_QDRANT), 0            },
};

/* --- values; if a value is absent, the output is unchanged --- */

/* Texts in the arena are NUL-terminated. */
static bool read_text(struct doc *doc, const struct doc_value *value, size_t max, const char **out)
{
    struct slice text;

    if (!doc_is_present(value))
        return true;
    if (!doc_text(doc, value, max, &text))
        return false;
    *out = text.at;
    return true;
}

bool plan_check_slug(struct doc *doc, const struct doc_value *value, size_t max, struct slice *out)
{
    struct slice text;

    if (!doc_is_present(value))
        return true;
    if (!doc_text(doc, value, DOC_TEXT_MAX, &text))
        return false;
    if (!text_is_slug(text) || text.len > max)
        return doc_error(doc, value,
                         "must be a slug of at most %zu bytes: small letters and digits, joined "
                         "by - or _",
                         max);
    *out = text;
    return true;
}

/* One of the names, a NULL-terminated list. */
static bool read_word(struct doc *doc, const struct doc_value *value, const char *const *names,
                      size_t *out)
{
    char room[WORDS_MAX];
    struct slice text;
    struct buf all;

    if (!doc_is_present(value))
        return true;
    if (!doc_text(doc, value, DOC_TEXT_MAX, &text))
        return false;
    buf_init_over(&all, room, sizeof room);
    for (size_t i = 0; names[i] != NULL; i++) {
        if (slice_is(text, names[i])) {
            *out = i;
            return true;
        }
        buf_printf(&all, "%s%s", i > 0 ? ", " : "", names[i]);
    }
    return doc_error(doc, value, "must be one of %.*s", (int)all.len, all.data);
}

static bool read_flag(struct doc *doc, const struct doc_value *value, bool *out)
{
    struct slice text;

    if (!doc_is_present(value))
        return true;
    if (!doc_text(doc, value, DOC_TEXT_MAX, &text))
        return false;
    return parse_bool(text, out) || doc_error(doc, value, "must be true or false");
}

static bool read_whole(struct doc *doc, const struct doc_value *value, int min, int max, int *out)
{
    struct slice text;
    int64_t number;

    if (!doc_is_present(value))
        return true;
    if (!doc_text(doc, value, DOC_TEXT_MAX, &text))
        return false;
    if (!parse_i64(text, min, max, &number))
        return doc_error(doc, value, "must be a whole number from %d to %d", min, max);
    *out = (int)number;
    return true;
}

/* `bounds` completes "must be ...". */
static bool read_span(struct doc *doc, const struct doc_value *value, int64_t min, int64_t max,
                      const char *bounds, int64_t *out)
{
    struct slice text;

    if (!doc_is_present(value))
        return true;
    if (!doc_text(doc, value, DOC_TEXT_MAX, &text))
        return false;
    return parse_duration_ms(text, min, max, out) || doc_error(doc, value, "must be %s", bounds);
}

static bool require(struct doc *doc, const struct doc_value *value)
{
    return doc_is_present(value) || doc_error(doc, value, "is required");
}

/* --- parts of a check --- */

static void read_name(struct doc *doc, const struct doc_value *value, struct check *check)
{
    struct slice name;

    if (!require(doc, value) || !plan_check_slug(doc, value, CHECK_NAME_MAX, &name))
        return;
    slice_copy(name, check->name, sizeof check->name);
}

/* 3 s, or half of the interval if that is shorter. */
static int64_t default_timeout_ms(int64_t interval_ms)
{
    const int64_t usual_ms = 3000;

    return interval_ms > usual_ms ? usual_ms : interval_ms / 2;
}

static void read_times(struct doc *doc, const struct doc_value *keys, struct check *check)
{
    const bool known = read_span(doc, &keys[KEY_INTERVAL], CHECK_INTERVAL_MIN_MS,
                                 CHECK_INTERVAL_MAX_MS, "200ms to 192h", &check->interval_ms);

    check->timeout_ms = default_timeout_ms(check->interval_ms);
    if (!read_span(doc, &keys[KEY_TIMEOUT], TIMEOUT_MIN_MS, CHECK_TIMEOUT_MAX_MS, "10ms to 30s",
                   &check->timeout_ms))
        return;
    if (known && check->timeout_ms >= check->interval_ms)
        doc_error(doc, &keys[KEY_TIMEOUT], "must be less than the interval");
}

static void read_target(struct doc *doc, const struct doc_value *value, struct check *check)
{
    const enum target_form form = target_form(check->kind);

    if (form == TARGET_NONE) {
        if (doc_is_present(value))
            doc_error(doc, value, "must be omitted: %s has none", check_kind_names[check->kind]);
        return;
    }
    if (check->public_url[0] != '\0' && !doc_is_present(value))
        return; /* the public URL only */
    if (!require(doc, value) || !read_text(doc, value, TARGET_MAX, &check->target))
        return;
    if (!target_fits(form, slice_of(check->target)))
        doc_error(doc, value, "must be %s", target_forms[form]);
}

static void read_title(struct doc *doc, const struct doc_value *title, struct check *check)
{
    enum { TITLES = ARRAY_LEN(check->title) };
    struct doc_value texts[TITLES];

    if (!doc_is_present(title))
        return;
    doc_map(doc, title, language_names, TITLES, texts);
    for (size_t i = 0; i < TITLES; i++)
        (void)read_text(doc, &texts[i], TITLE_MAX, &check->title[i]);
}

static bool read_threshold(struct doc *doc, const struct doc_value *value, double *out)
{
    struct slice text;

    if (!doc_is_present(value))
        return true;
    if (!doc_text(doc, value, DOC_TEXT_MAX, &text))
        return false;
    return parse_double(text, 0, THRESHOLD_MAX, out) ||
           doc_error(doc, value, "must be a number of at least 0");
}

/* The limit of the check for this measure, or a new one. NULL: the check has too many. */
static struct limit *limit_of(struct check *check, enum measure measure)
{
    for (size_t i = 0; i < check->limit_count; i++)
        if (check->limits[i].measure == measure)
            return &check->limits[i];
    return check->limit_count < CHECK_LIMITS_MAX ? &check->limits[check->limit_count++] : NULL;
}

/* "none", or thresholds. A limit of the file replaces the default limit completely. */
static void read_limit(struct doc *doc, const struct doc_value *value, enum measure measure,
                       struct check *check)
{
    static const char *const words[] = {"yellow", "red"};
    static const char *const none[] = {"none", NULL};
    struct limit limit = {measure, NO_THRESHOLD, NO_THRESHOLD};
    struct doc_value thresholds[2];
    size_t is_none;

    if (!limits_have_measure(check->kind, measure)) {
        doc_error(doc, value, "is not measured by checks of kind %s",
                  check_kind_names[check->kind]);
        return;
    }
    struct limit *slot = limit_of(check, measure);
    if (slot == NULL) {
        doc_error(doc, value, "exceeds the %d limits of a check", CHECK_LIMITS_MAX);
        return;
    }
    if (!doc_is_map(doc, value)) {
        if (read_word(doc, value, none, &is_none))
            *slot = check->limits[--check->limit_count];
        return;
    }
    if (!doc_map(doc, value, words, 2, thresholds) ||
        !read_threshold(doc, &thresholds[0], &limit.yellow) ||
        !read_threshold(doc, &thresholds[1], &limit.red))
        return;
    if (isnan(limit.yellow) && isnan(limit.red))
        doc_error(doc, value, "must have yellow, red or both");
    else if (!limits_are_ordered(&limit))
        doc_error(doc, value, "must reach yellow before red: %s is worse",
                  measure_kinds[measure].lower_is_worse ? "less" : "more");
    *slot = limit;
}

static void read_limits(struct doc *doc, const struct doc_value *value, struct check *check)
{
    const char *words[MEASURES];
    struct doc_value limits[MEASURES];

    limits_default(check);
    if (!doc_is_present(value))
        return;
    for (size_t i = 0; i < MEASURES; i++)
        words[i] = measure_kinds[i].word;
    doc_map(doc, value, words, MEASURES, limits);
    for (size_t i = 0; i < MEASURES; i++)
        if (doc_is_present(&limits[i]))
            read_limit(doc, &limits[i], (enum measure)i, check);
}

/* --- options of some kinds --- */

static bool is_of_addresses(const struct check *check)
{
    return strcmp(check->record, "A") == 0 || strcmp(check->record, "AAAA") == 0;
}

static void add_expected(struct doc *doc, const struct doc_value *item, struct slice record,
                         struct check *check)
{
    if (check->expect_count == CHECK_EXPECT_MAX) {
        doc_error(doc, item, "exceeds the %d records of a check", CHECK_EXPECT_MAX);
        return;
    }
    const struct slice copy = arena_copy(doc->arena, record);
    doc->no_memory = doc->no_memory || copy.at == NULL;
    if (copy.at != NULL)
        check->expect[check->expect_count++] = copy.at;
}

/* Adds the addresses of the record's family from a comma-separated list. */
static void add_addresses(struct doc *doc, const struct doc_value *item, struct slice list,
                          struct check *check)
{
    const bool wants_six = strcmp(check->record, "AAAA") == 0;

    while (list.len > 0) {
        const struct slice one = slice_trim(slice_cut(&list, ','));
        const bool is_six = one.len > 0 && memchr(one.at, ':', one.len) != NULL;
        if (one.len > 0 && is_six == wants_six)
            add_expected(doc, item, one, check);
    }
}

static void read_expect(struct doc *doc, const struct doc_value *list, struct check *check)
{
    if (!doc_is_present(list))
        return;
    const size_t count = doc_list(doc, list, CHECK_EXPECT_MAX);
    for (size_t i = 0; i < count; i++) {
        const struct doc_value item = doc_item(doc, list, i);
        struct slice text;
        if (!doc_text(doc, &item, EXPECT_MAX, &text) || slice_is(text, "*"))
            continue;
        if (is_of_addresses(check))
            add_addresses(doc, &item, text, check);
        else
            add_expected(doc, &item, text, check);
    }
}

/* A header's name (RFC 9110, 5.1), without rare characters. */
static bool is_header_name(struct slice name)
{
    return name.len > 0 && name.at[0] != '-' && target_fits(TARGET_NAME, name) &&
           memchr(name.at, '.', name.len) == NULL;
}

static void read_headers(struct doc *doc, const struct doc_value *keys, struct check *check)
{
    if (read_text(doc, &keys[KEY_HEADER], DOC_TEXT_MAX, &check->expect_header) &&
        doc_is_present(&keys[KEY_HEADER])) {
        struct slice rest = slice_of(check->expect_header);
        const struct slice name = slice_cut(&rest, ':');
        if (!is_header_name(name) || slice_trim(rest).len == 0)
            doc_error(doc, &keys[KEY_HEADER], "must be like \"name: part of its value\"");
    }
    if (read_text(doc, &keys[KEY_KEY_HEADER], SLUG_MAX, &check->key_header) &&
        doc_is_present(&keys[KEY_KEY_HEADER]) && !is_header_name(slice_of(check->key_header)))
        doc_error(doc, &keys[KEY_KEY_HEADER], "must be a header's name");
    (void)read_text(doc, &keys[KEY_KEY_FILE], TARGET_MAX, &check->key_file);
    const bool has_file = doc_is_present(&keys[KEY_KEY_FILE]);
    if (has_file && !doc_is_present(&keys[KEY_KEY_HEADER]))
        doc_error(doc, &keys[KEY_KEY_HEADER], "is required beside key_file");
    if (!has_file && doc_is_present(&keys[KEY_KEY_HEADER]))
        doc_error(doc, &keys[KEY_KEY_FILE], "is required beside key_header");
}

static void read_options(struct doc *doc, const struct doc_value *keys, struct check *check)
{
    size_t record = 0;

    for (size_t i = 0; i < ARRAY_LEN(options); i++) {
        const struct doc_value *value = &keys[options[i].key];
        if (doc_is_present(value) && !(options[i].kinds & OF(check->kind)))
            doc_error(doc, value, "is not for checks of kind %s", check_kind_names[check->kind]);
        else if (options[i].required & OF(check->kind))
            (void)require(doc, value);
    }
    (void)read_whole(doc, &keys[KEY_STATUS], STATUS_MIN, STATUS_MAX, &check->expect_status);
    (void)read_text(doc, &keys[KEY_BODY], DOC_TEXT_MAX, &check->expect_body);
    (void)read_word(doc, &keys[KEY_RECORD], records, &record);
    check->record = records[record];
    read_expect(doc, &keys[KEY_EXPECT], check);
    if (read_text(doc, &keys[KEY_HOST], TARGET_MAX, &check->host) &&
        doc_is_present(&keys[KEY_HOST]) && !target_fits(TARGET_NAME, slice_of(check->host)))
        doc_error(doc, &keys[KEY_HOST], "must be %s", target_forms[TARGET_NAME]);
    read_headers(doc, keys, check);
}

/* Options that depend on the kind. */
static void read_kind(struct doc *doc, const struct doc_value *keys, struct check *check)
{
    struct slice runbook;
    size_t kind;

    if (!require(doc, &keys[KEY_KIND]) || !read_word(doc, &keys[KEY_KIND], check_kind_names, &kind))
        return;
    check->kind = (enum check_kind)kind;
    if (read_text(doc, &keys[KEY_PUBLIC], TARGET_MAX, &check->public_url) &&
        doc_is_present(&keys[KEY_PUBLIC]) && !target_fits(TARGET_URL, slice_of(check->public_url)))
        doc_error(doc, &keys[KEY_PUBLIC], "must be %s", target_forms[TARGET_URL]);
    read_target(doc, &keys[KEY_TARGET], check);
    read_limits(doc, &keys[KEY_LIMITS], check);
    read_options(doc, keys, check);
    runbook = slice_of(check_kind_names[kind]);
    (void)plan_check_slug(doc, &keys[KEY_RUNBOOK], SLUG_MAX, &runbook);
    check->runbook = runbook.at;
}

/* Whether the variable named by `when` is set; true without `when`. */
static bool is_enabled(struct doc *doc, const struct doc_value *value)
{
    const char *variable = "";

    return !read_text(doc, value, DOC_WORD_MAX, &variable) || variable[0] == '\0' ||
           env_given(variable) != NULL;
}

bool plan_check_read(struct doc *doc, struct check_draft *draft, const char *server,
                     struct check *check)
{
    const struct doc_value *keys = draft->keys;
    struct slice of = slice_of(server);
    size_t severity = SEVERITY_CRITICAL;

    *check = (struct check){
        .target = "",
        .interval_ms = 10 * 1000,
        .bad_to_fail = 2,
        .good_to_pass = 2,
        .counted = true,
        .title = {"", "", ""},
        .runbook = "",
        .expect_body = "",
        .expect_header = "",
        .record = "",
        .host = "",
        .public_url = "",
        .peer_name = "",
        .key_file = "",
        .key_header = ""
    };
    doc_map(doc, &draft->item, key_words, CHECK_KEYS, draft->keys);
    if (!doc_is_map(doc, &draft->item))
        return true;
    read_name(doc, &keys[KEY_NAME], check);
    if (!is_enabled(doc, &keys[KEY_WHEN]))
        return false;
    read_kind(doc, keys, check);
    (void)plan_check_slug(doc, &keys[KEY_SERVER], SLUG_MAX, &of);
    check->server = of.at;
    read_times(doc, keys, check);
    (void)read_whole(doc, &keys[KEY_BAD], 1, STREAK_MAX, &check->bad_to_fail);
    (void)read_whole(doc, &keys[KEY_GOOD], 1, STREAK_MAX, &check->good_to_pass);
    (void)read_word(doc, &keys[KEY_SEVERITY], severity_names, &severity);
    check->severity = (enum severity)severity;
    (void)read_flag(doc, &keys[KEY_COUNTED], &check->counted);
    (void)read_flag(doc, &keys[KEY_OUTSIDE], &check->outside);
    read_title(doc, &keys[KEY_TITLE], check);
    return true;
}
