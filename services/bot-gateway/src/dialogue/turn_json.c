// SPDX-License-Identifier: MIT
#include "base/auto.h"
#include "base/buf.h"
#include "base/language.h"
#include "json/foreign.h"

#include "dialogue/dialogue_json.h"

/* --- the state before --- */

struct before {
    struct slice language;
    struct slice source;
    bool is_owner;
    struct turn_state state;
    int64_t late_by;
};

#define AT(member) offsetof(struct before, member)
static const struct foreign_member before_members[] = {
    {"language",    FOREIGN_TEXT, AT(language),          NULL, 0},
    {"source",      FOREIGN_TEXT, AT(source),            NULL, 0},
    {"is_owner",    FOREIGN_BOOL, AT(is_owner),          NULL, 0},
    {"flow",        FOREIGN_TEXT, AT(state.flow),        NULL, 0},
    {"step",        FOREIGN_TEXT, AT(state.step),        NULL, 0},
    {"data",        FOREIGN_RAW,  AT(state.data),        NULL, 0},
    {"data_format", FOREIGN_INT,  AT(state.data_format), NULL, 0},
    {"version",     FOREIGN_INT,  AT(state.version),     NULL, 0},
    {"ends_at",     FOREIGN_INT,  AT(state.ends_at),     NULL, 0},
    {"late_by",     FOREIGN_INT,  AT(late_by),           NULL, 0},
};
#undef AT
static const struct foreign before_table = FOREIGN_OF(before_members, struct before);

static void append_text_member_if_present(struct buf *out, const char *name, struct slice text)
{
    if (text.at == NULL)
        return;
    buf_printf(out, ",\"%s\":", name);
    buf_json_string(out, text);
}

bool turn_write_state_before(const struct turn_input *input, struct arena *arena,
                             struct slice *json, struct fault *fault)
{
    const struct turn_state *state = &input->state;
    AUTO(buf_finish) struct buf out = BUF(4 * TURN_STATE_MAX);

    *json = SLICE_NONE;
    if (input->language < 0 && input->source.at == NULL && !input->is_owner && state->version == 0)
        return true;
    buf_printf(&out, "{\"version\":%lld", (long long)state->version);
    if (input->late_by != 0)
        buf_printf(&out, ",\"late_by\":%lld", (long long)input->late_by);
    append_text_member_if_present(
        &out, "language", slice_of(input->language >= 0 ? language_names[input->language] : NULL));
    append_text_member_if_present(&out, "source", input->source);
    if (input->is_owner)
        buf_text(&out, ",\"is_owner\":true");
    if (state->flow.at != NULL) {
        append_text_member_if_present(&out, "flow", state->flow);
        append_text_member_if_present(&out, "step", state->step);
        buf_text(&out, ",\"data\":");
        buf_slice(&out, state->data); /* JSON, from a jsonb column */
        buf_printf(&out, ",\"data_format\":%lld,\"ends_at\":%lld", (long long)state->data_format,
                   (long long)state->ends_at);
    }
    buf_char(&out, '}');
    return buf_keep(&out, arena, json, fault);
}

bool turn_read_state_before(struct slice json, struct arena *arena, struct turn_input *out,
                            struct fault *fault)
{
    struct before before;

    if (!foreign_read(&before_table, json.at != NULL ? json : SLICE("{}"), &before, arena, fault))
        return false;
    out->language = language_or(before.language, -1);
    out->source = before.source;
    out->is_owner = before.is_owner;
    out->late_by = before.late_by != FIELD_ABSENT ? before.late_by : 0;
    out->state = before.state.flow.at != NULL ? before.state : (struct turn_state){0};
    out->state.version = before.state.version != FIELD_ABSENT ? before.state.version : 0;
    return true;
}

/* --- calls --- */

enum { PATH_MAX_STORED = 512, REST_MAX = 4096 /* bytes of a call without its body and answer */ };

// clang-format off
static const struct foreign_member recorded_members[] = {
    {"method", FOREIGN_TEXT, offsetof(struct turn_recorded_call, method), NULL, 0},
    {"path",   FOREIGN_TEXT, offsetof(struct turn_recorded_call, path),   NULL, 0},
    {"body",   FOREIGN_TEXT, offsetof(struct turn_recorded_call, body),   NULL, 0},
    {"status", FOREIGN_INT,  offsetof(struct turn_recorded_call, status), NULL, 0},
    {"answer", FOREIGN_TEXT, offsetof(struct turn_recorded_call, answer), NULL, 0},
};
static const struct foreign recorded_table = FOREIGN_OF(recorded_members, struct turn_recorded_call);
// clang-format on

/* Writes a member, unless `out` would exceed `bytes_max` bytes or the text has a NUL, which jsonb
 * cannot store. */
static void append_text_member_if_fits(struct buf *out, const char *name, struct slice text,
                                       size_t bytes_max)
{
    const struct buf before = *out;

    if (text.at == NULL || text.len > bytes_max || memchr(text.at, '\0', text.len) != NULL)
        return;
    append_text_member_if_present(out, name, text);
    if (out->len > bytes_max)
        out->len = before.len;
}

bool turn_write_calls(const struct service_call *calls, const struct service_answer *answers,
                      size_t count, enum turn_record_scope scope, struct arena *arena,
                      struct slice *json, struct fault *fault)
{
    AUTO(buf_finish) struct buf out = BUF(8 * TURN_JOURNAL_MAX);

    *json = SLICE_NONE;
    if (count == 0)
        return true;
    for (size_t i = 0; i < count; i++) {
        const size_t max = TURN_JOURNAL_MAX - (count - i) * REST_MAX;
        const bool whole = scope != TURN_RECORD_ALL || calls[i].actor == SERVICE_AS_GUEST;
        const bool answered =
            scope == TURN_RECORD_ALL || (calls[i].service == SERVICE_AI && i + 1 < count);
        buf_printf(&out, "%c{\"method\":\"%s\"", i == 0 ? '[' : ',', calls[i].method);
        if (answered)
            buf_printf(&out, ",\"status\":%ld", answers[i].status);
        if (calls[i].path.len <= PATH_MAX_STORED)
            append_text_member_if_fits(&out, "path", calls[i].path, TURN_JOURNAL_MAX);
        if (whole)
            append_text_member_if_fits(&out, "body", calls[i].body, max);
        if (answered && whole)
            append_text_member_if_fits(&out, "answer", answers[i].body, max);
        buf_char(&out, '}');
    }
    buf_char(&out, ']');
    return buf_keep(&out, arena, json, fault);
}

bool turn_read_calls(struct slice json, struct arena *arena,
                     const struct turn_recorded_call **calls, size_t *count, struct fault *fault)
{
    struct foreign_list list = {.count = 0};

    if (json.at != NULL &&
        !foreign_read_list(&recorded_table, TURN_CALLS_MAX, json, &list, arena, fault))
        return false;
    *calls = list.items;
    *count = list.count;
    return true;
}

bool turn_calls_have_ai_answer(const struct turn_recorded_call *calls, size_t count)
{
    return count > 0 && slice_is(calls[0].path, SERVICE_AI_PATH) && calls[0].answer.at != NULL;
}
