// SPDX-License-Identifier: MIT
#include "channels/ical_lines.h"

static const struct {
    struct slice name;
    enum ical_component component;
    size_t depth_max; /* a component that begins deeper closes what is open down to this depth */
} components[] = {
    {{"VCALENDAR", 9}, ICAL_CALENDAR,   0             },
    {{"VEVENT", 6},    ICAL_EVENT,      1             },
    {{"VTIMEZONE", 9}, ICAL_ZONE,       1             },
    {{"STANDARD", 8},  ICAL_OBSERVANCE, ICAL_DEPTH_MAX},
    {{"DAYLIGHT", 8},  ICAL_OBSERVANCE, ICAL_DEPTH_MAX},
};

bool ical_lines_init(struct ical_lines *lines, struct slice bytes, struct arena *arena,
                     struct fault *fault)
{
    static const struct slice bom = {"\xef\xbb\xbf", 3};
    char *text = arena_alloc(arena, ICAL_LINE_MAX + 1);

    if (text == NULL)
        return arena_fault(fault);
    *lines = (struct ical_lines){.rest = bytes, .text = text};
    if (slice_starts(bytes, bom))
        lines->rest = slice_from(bytes, bom.len);
    return true;
}

/* Cuts off a line of the text, which ends with CRLF, LF or CR. */
static struct slice cut_raw_line(struct slice *rest)
{
    struct slice line = {rest->at, 0};

    while (line.len < rest->len && rest->at[line.len] != '\n' && rest->at[line.len] != '\r')
        line.len++;
    size_t end = line.len;
    if (end < rest->len)
        end += rest->at[end] == '\r' && end + 1 < rest->len && rest->at[end + 1] == '\n' ? 2 : 1;
    *rest = slice_from(*rest, end);
    return line;
}

static size_t append(char *text, size_t len, struct slice part)
{
    const size_t room = ICAL_LINE_MAX - len;
    const size_t count = part.len < room ? part.len : room;

    /* libical reads C strings, so a NUL would end the line. */
    for (size_t i = 0; i < count; i++) {
        text[len + i] = part.at[i];
        if (part.at[i] == '\0')
            text[len + i] = ' ';
    }
    return len + count;
}

/* False at the end of the text. */
static bool unfold_line(struct ical_lines *lines)
{
    if (lines->rest.len == 0)
        return false;
    size_t len = append(lines->text, 0, cut_raw_line(&lines->rest));
    while (lines->rest.len > 0 && (lines->rest.at[0] == ' ' || lines->rest.at[0] == '\t')) {
        const struct slice part = cut_raw_line(&lines->rest);
        len = append(lines->text, len, slice_from(part, 1));
    }
    lines->text[len] = '\0';
    return true;
}

/* Splits "NAME;PARAMETERS:VALUE". The value is absent if there is no ':'. */
static void split_line(char *text, struct ical_line *out)
{
    const char *end = text + strcspn(text, ";:");
    bool is_quoted = false;

    out->text = text;
    out->name = (struct slice){text, (size_t)(end - text)};
    while (*end != '\0' && (is_quoted || *end != ':'))
        is_quoted ^= *end++ == '"';
    out->value = *end == ':' ? slice_trim(slice_of(end + 1)) : SLICE_NONE;
}

static bool is_blank(const char *text)
{
    return text[strspn(text, " \t")] == '\0';
}

/* Opens a component. False if there are too many inside each other. */
static bool begin_component(struct ical_lines *lines, struct ical_line *line)
{
    enum ical_component component = ICAL_OTHER;
    size_t depth_max = ICAL_DEPTH_MAX;

    for (size_t i = 0; i < ARRAY_LEN(components); i++)
        if (slice_equal_caseless(line->value, components[i].name)) {
            component = components[i].component;
            depth_max = components[i].depth_max;
        }
    lines->calendars += component == ICAL_CALENDAR;
    if (lines->depth > depth_max) {
        lines->depth = depth_max;
        lines->is_damaged = true;
    }
    if (lines->depth == ICAL_DEPTH_MAX)
        return false;
    line->component = component;
    lines->open[lines->depth].component = component;
    slice_copy(line->value, lines->open[lines->depth].name, sizeof lines->open[0].name);
    lines->depth++;
    return true;
}

/* Closes the component with this name and those inside of it. False if none is open. */
static bool end_component(struct ical_lines *lines, struct ical_line *line)
{
    char name[sizeof lines->open[0].name];
    size_t depth = lines->depth;

    slice_copy(line->value, name, sizeof name);
    while (depth > 0 && strcasecmp(lines->open[depth - 1].name, name) != 0)
        depth--;
    if (depth == 0)
        return false;
    lines->is_damaged |= depth != lines->depth;
    line->component = lines->open[depth - 1].component;
    lines->depth = depth - 1;
    return true;
}

bool ical_lines_next(struct ical_lines *lines, struct ical_line *out)
{
    while (unfold_line(lines)) {
        if (is_blank(lines->text))
            continue;
        split_line(lines->text, out);
        const bool begins = slice_equal_caseless(out->name, SLICE("BEGIN"));
        if (begins && (lines->depth > 0 || slice_equal_caseless(out->value, components[0].name))) {
            out->kind = ICAL_LINE_BEGIN;
            if (begin_component(lines, out))
                return true;
        } else if (slice_equal_caseless(out->name, SLICE("END"))) {
            out->kind = ICAL_LINE_END;
            if (end_component(lines, out))
                return true;
        } else if (lines->depth > 0) {
            out->kind = ICAL_LINE_PROPERTY;
            out->component = lines->open[lines->depth - 1].component;
            return true;
        }
        lines->is_damaged = true;
    }
    return false;
}

bool ical_lines_are_complete(const struct ical_lines *lines)
{
    return lines->calendars > 0 && lines->depth == 0 && !lines->is_damaged;
}
