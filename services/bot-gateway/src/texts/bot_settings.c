// SPDX-License-Identifier: MIT
#include "texts/bot_settings.h"

#include "base/parse.h"
#include "base/text.h"

#define AT(member) offsetof(struct bot_settings, member)
/* Columns: name, member, whether it is text, minimum and maximum (of text: of its length in
 * characters), default. */
static const struct setting {
    const char *name;
    size_t at;
    bool is_text;
    int64_t min, max;
    const char *built_in;
} settings[] = {
    {"hold_minutes",      AT(hold_minutes),      false, 1, 60,  "15"},
    {"search_results",    AT(search_results),    false, 1, 10,  "5" },
    {"support",           AT(support),           true,  0, 200, ""  },
    {"offer_url",         AT(offer_url),         true,  0, 200, ""  },
    {"privacy_url",       AT(privacy_url),       true,  0, 200, ""  },
    {"agreement_version", AT(agreement_version), true,  1, 32,  "1" },
};
enum { SETTINGS = ARRAY_LEN(settings) };

static bool set_number_if_valid(const struct setting *setting, struct slice type,
                                struct slice value, int64_t *out, struct fault *fault)
{
    int64_t number;

    if (!slice_is(type, "number") || !parse_i64(value, INT64_MIN, INT64_MAX, &number))
        return fault_set(fault, FAULT_INVALID, "not_whole", "%lld-%lld", (long long)setting->min,
                         (long long)setting->max);
    if (number < setting->min || number > setting->max)
        return fault_set(fault, FAULT_INVALID, "out_of_range", "%lld-%lld", (long long)setting->min,
                         (long long)setting->max);
    *out = number;
    return true;
}

static bool set_text_if_valid(const struct setting *setting, struct slice type, struct slice value,
                              struct slice *out, struct fault *fault)
{
    if (!slice_is(type, "string"))
        return fault_set(fault, FAULT_INVALID, "not_text", "\"...\"");
    if (!text_is_utf8(value) || text_has_control(value))
        return fault_set(fault, FAULT_INVALID, "control_character", "%s", "");
    if ((int64_t)text_length(value) < setting->min)
        return fault_set(fault, FAULT_INVALID, "not_text", "\"...\"");
    if ((int64_t)text_length(value) > setting->max)
        return fault_set(fault, FAULT_INVALID, "too_long", "%lld", (long long)setting->max);
    *out = value;
    return true;
}

struct slice bot_settings_agreement_version(const struct bot_settings *bot)
{
    return bot->offer_url.len > 0 || bot->privacy_url.len > 0 ? bot->agreement_version : SLICE_NONE;
}

bool bot_settings_set(struct bot_settings *out, struct slice key, struct slice type,
                      struct slice value, struct fault *fault)
{
    size_t i = 0;

    while (i < SETTINGS && !slice_is(key, settings[i].name))
        i++;
    if (i == SETTINGS)
        return true;
    void *at = (char *)out + settings[i].at;
    return settings[i].is_text ? set_text_if_valid(&settings[i], type, value, at, fault)
                               : set_number_if_valid(&settings[i], type, value, at, fault);
}

struct bot_settings bot_settings_default(void)
{
    struct bot_settings made = {0};
    struct fault fault;

    for (size_t i = 0; i < SETTINGS; i++)
        (void)!bot_settings_set(&made, slice_of(settings[i].name),
                                slice_of(settings[i].is_text ? "string" : "number"),
                                slice_of(settings[i].built_in), &fault);
    return made;
}

void bot_settings_append_defaults_json(struct buf *json)
{
    for (size_t i = 0; i < SETTINGS; i++) {
        const struct setting *setting = &settings[i];
        buf_printf(json, "%s{\"key\":\"%s\",\"value\":", i == 0 ? "[" : ",", setting->name);
        if (setting->is_text)
            buf_json_string(json, slice_of(setting->built_in));
        else
            buf_text(json, setting->built_in);
        buf_char(json, '}');
    }
    buf_char(json, ']');
}
