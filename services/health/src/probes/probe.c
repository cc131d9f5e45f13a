// SPDX-License-Identifier: MIT
#include "probes/probe.h"

#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/now.h"
#include "base/text.h"

#include "config/target.h"
#include "probes/probe_private.h"

// clang-format off
/* The probe functions of the kinds: `run` of ONCE; `ask` and `scheme` of EACH. */
#define EACH(function, scheme) {NULL, function, scheme}
#define ONCE(function)         {function, NULL, NULL}
// clang-format on
#define CHECK_KIND(name, word, form, probe) probe,
static const struct {
    probe_fn *run;
    probe_target_fn *ask;
    const char *scheme;
} kinds[CHECK_KINDS] = {CHECK_KINDS_EACH(CHECK_KIND)};

/* Replaces invalid UTF-8 and control characters by '?', and truncates between characters. */
static void replace_unprintable(char detail[PROBE_DETAIL_MAX])
{
    char clean[PROBE_DETAIL_MAX];
    size_t out = 0;
    const struct slice text = slice_of(detail);

    for (size_t at = 0; at < text.len;) {
        int32_t point;
        const size_t len = text_decode(text, at, &point);
        const bool shown = len > 0 && point >= ' ' && (point < 0x7f || point > 0x9f);
        if (out + (shown ? len : 1) >= sizeof clean)
            break;
        if (shown)
            memcpy(clean + out, text.at + at, len);
        else
            clean[out] = '?';
        out += shown ? len : 1;
        at += len > 0 ? len : 1;
    }
    memcpy(detail, clean, out);
    detail[out] = '\0';
}

void probe_run(const struct probe_tools *tools, const struct check *check,
               struct probe_memory *memory, struct probe_result *result)
{
    const int64_t began_ns = now_mono_ns();
    struct probe_tools of_check = *tools;

    of_check.lookup_pending = &memory->lookup_pending;
    *result = (struct probe_result){.began_us = now_wall_us()};
    if (kinds[check->kind].run != NULL) {
        kinds[check->kind].run(&of_check, check, memory->own, result);
    } else {
        char url[TARGET_MAX + sizeof("https://")];
        (void)snprintf(url, sizeof url, "%s%s", kinds[check->kind].scheme, check->target);
        probe_each_address(&of_check, check, url, kinds[check->kind].ask, memory->own, result);
    }
    replace_unprintable(result->detail);
    result->took_us = (now_mono_ns() - began_ns) / NS_PER_US;
}

void probe_fail(struct probe_result *result, enum probe_trouble trouble, const char *format, ...)
{
    va_list args;

    if (result->trouble != TROUBLE_NONE)
        return;
    result->trouble = trouble;
    va_start(args, format);
    /* replace_unprintable() later replaces a character that the truncation splits. */
    (void)vsnprintf(result->detail, sizeof result->detail, format, args);
    va_end(args);
}

void probe_add_reading(struct probe_result *result, enum measure measure, double value)
{
    assert(result->reading_count < READINGS_MAX);
    if (!isnan(value))
        result->readings[result->reading_count++] =
            (struct reading){.measure = measure, .value = value};
}

void probe_fail_by_fault(struct probe_result *result, const struct fault *fault)
{
    static const struct {
        const char *code;
        enum probe_trouble trouble;
    } troubles[] = {
        {"host_unknown",         TROUBLE_NO_NAME},
        {"resolver_unavailable", TROUBLE_NO_NAME},
        {"upstream_unreachable", TROUBLE_REFUSED},
        {"answer_too_large",     TROUBLE_BODY   },
        {"bad_json",             TROUBLE_BODY   },
    };
    if (fault->kind == FAULT_TIMEOUT) {
        probe_fail(result, TROUBLE_TIMEOUT, "%s", "");
        return;
    }
    for (size_t i = 0; i < ARRAY_LEN(troubles); i++) {
        if (strcmp(fault->code, troubles[i].code) != 0)
            continue;
        const bool says_more = troubles[i].trouble == TROUBLE_BODY;
        probe_fail(result, troubles[i].trouble, "%s", says_more ? fault->code : "");
        return;
    }
    probe_fail(result, TROUBLE_LOCAL, "%s", fault->code);
}
