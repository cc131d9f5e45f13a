// SPDX-License-Identifier: MIT
#include "probes/exposition.h"

#include <math.h>

#include "base/ascii.h"
#include "base/parse.h"

#define NUMBER_MAX 1e18
enum { EXPONENT_MAX = 99 };

static bool is_name_char(char c)
{
    return ascii_is_alnum(c) || c == '_' || c == ':';
}

static struct slice read_name(struct slice *rest)
{
    struct slice name = {rest->at, 0};

    while (name.len < rest->len && is_name_char(rest->at[name.len]))
        name.len++;
    *rest = slice_from(*rest, name.len);
    return name;
}

/* The length of the quoted text at the front, without quotes. False: there is no closing quote. */
static bool find_quoted_len(struct slice text, size_t *len)
{
    for (size_t i = 1; i < text.len; i++) {
        if (text.at[i] == '"') {
            *len = i - 1;
            return true;
        }
        if (text.at[i] == '\\')
            i++;
    }
    return false;
}

/* Removes one label and the comma after it from `rest`. */
static bool read_label(struct slice *rest, struct slice *name, struct slice *value)
{
    size_t len;

    *rest = slice_trim(*rest);
    *name = read_name(rest);
    *rest = slice_trim(*rest);
    if (name->len == 0 || rest->len == 0 || rest->at[0] != '=')
        return false;
    *rest = slice_trim(slice_from(*rest, 1));
    if (rest->len == 0 || rest->at[0] != '"' || !find_quoted_len(*rest, &len))
        return false;
    *value = (struct slice){rest->at + 1, len};
    *rest = slice_trim(slice_from(*rest, len + 2));
    if (rest->len > 0 && rest->at[0] == ',')
        *rest = slice_from(*rest, 1);
    return true;
}

/* Removes the braces and the text between them, `out`, from `rest`, if there are any. */
static bool read_labels(struct slice *rest, struct slice *out)
{
    struct slice name, value;

    *out = SLICE_NONE;
    if (rest->len == 0 || rest->at[0] != '{')
        return true;
    *rest = slice_from(*rest, 1);
    const char *begin = rest->at;
    while (rest->len > 0 && rest->at[0] != '}') {
        if (!read_label(rest, &name, &value))
            return false;
        *rest = slice_trim(*rest);
    }
    if (rest->len == 0)
        return false;
    *out = (struct slice){begin, (size_t)(rest->at - begin)};
    *rest = slice_from(*rest, 1);
    return true;
}

/* Reads "12", "-1.5", "1.7e+09". Infinities and NaN are rejected. */
static bool read_number(struct slice text, double *out)
{
    const char *mark = memchr(text.at, 'e', text.len);
    int64_t exponent = 0;
    double value;

    if (mark != NULL) {
        struct slice power = slice_from(text, (size_t)(mark - text.at) + 1);
        text.len = (size_t)(mark - text.at);
        if (power.len > 0 && power.at[0] == '+')
            power = slice_from(power, 1);
        if (!parse_i64(power, -EXPONENT_MAX, EXPONENT_MAX, &exponent))
            return false;
    }
    if (!parse_double(text, -NUMBER_MAX, NUMBER_MAX, &value))
        return false;
    *out = value * pow(10, (double)exponent);
    return true;
}

/* Reads the value of a sample, which a time stamp may follow. */
static bool read_value(struct slice rest, double *out)
{
    rest = slice_trim(rest);
    const struct slice number = slice_cut(&rest, ' ');
    return number.len > 0 && read_number(number, out);
}

static bool parse_sample_line(struct slice line, struct exposition_sample *out)
{
    if (line.len > 0 && line.at[line.len - 1] == '\r')
        line.len--;
    line = slice_trim(line);
    if (line.len == 0)
        return false;
    out->name = read_name(&line);
    return out->name.len > 0 && read_labels(&line, &out->labels) && read_value(line, &out->value);
}

bool exposition_read_next(struct slice *rest, struct exposition_sample *out)
{
    while (rest->len > 0) {
        struct exposition_sample sample;
        if (parse_sample_line(slice_cut(rest, '\n'), &sample)) {
            *out = sample;
            return true;
        }
    }
    return false;
}

struct slice exposition_find_label(struct slice labels, const char *name)
{
    struct slice known, value;

    while (labels.len > 0 && read_label(&labels, &known, &value)) {
        if (slice_is(known, name))
            return value;
        labels = slice_trim(labels);
    }
    return SLICE_NONE;
}
