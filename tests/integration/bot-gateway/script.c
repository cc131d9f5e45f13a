// SPDX-License-Identifier: MIT
#include "script.h"

#include "base/now.h"

static bool is_tap(const struct turn_input *input)
{
    return input->update.about == ABOUT_TAP;
}

static void say(struct turn_output *out, const struct turn_input *input, struct slice text)
{
    if (is_tap(input))
        out->replies[out->count++] =
            (struct turn_reply){.kind = TURN_ANSWER, .text = SLICE("notice")};
    out->replies[out->count++] =
        (struct turn_reply){.kind = is_tap(input) ? TURN_EDIT : TURN_TEXT, .text = text};
}

static void move(struct turn_output *out, const struct turn_input *input, struct arena *arena)
{
    out->moved = true;
    out->state = (struct turn_state){
        .flow = SLICE("stay"),
        .step = SLICE("city"),
        .data = arena_printf(
            arena, "{\"before\":%.*s}",
            SLICE_ARG(input->state.data.at != NULL ? input->state.data : SLICE("null"))),
        .data_format = 3,
        .ends_at = input->now + US_PER_S};
}

/* True: the turn waits. */
static bool guess(const struct turn_input *input, struct turn_output *out)
{
    static const struct service_call calls[] = {
        {.service = SERVICE_AI,
         .method = "POST",
         .path = {SERVICE_AI_PATH, sizeof SERVICE_AI_PATH - 1},
         .body = {"{\"text\":\"guess\"}", 16}},
        {.method = "POST",                     .path = {"/v1/x", 5}, .body = {"{}", 2}},
    };

    out->waits = input->answer_count < 2;
    if (out->waits)
        out->call = calls[input->answer_count];
    return out->waits;
}

static struct service_call call_of(char letter)
{
    if (letter == 's')
        return (struct service_call){.service = SERVICE_SEARCH,
                                     .method = "POST",
                                     .path = SLICE(SERVICE_SEARCH_PATH),
                                     .body = SLICE("{\"query\":\"seek\"}")};
    return letter == 'c' ? (struct service_call){.method = "POST",
                                                 .path = SLICE("/v1/x"),
                                                 .body = SLICE("{}")}
                         : (struct service_call){.method = "GET", .path = SLICE("/v1/x")};
}

/* True: the turn waits. */
static bool seek(const struct turn_input *input, struct slice order, struct arena *arena,
                 struct turn_output *out, struct slice *text)
{
    const struct service_answer *found = input->answers;

    if (!input->has_search)
        return false;
    out->waits = input->answer_count < order.len;
    if (out->waits) {
        out->call = call_of(order.at[input->answer_count]);
        return true;
    }
    for (size_t i = 0; order.at[i] != 's'; i++)
        found++;
    *text = arena_printf(arena, "%ld %.*s", found->status, SLICE_ARG(found->body));
    return false;
}

bool script_step(const struct turn_input *input, struct arena *arena, struct turn_output *out,
                 struct fault *fault)
{
    struct slice rest = is_tap(input) ? input->update.tap_data : input->update.text;
    const struct slice word = slice_cut(&rest, ' ');
    struct slice text = SLICE("said");

    (void)fault;
    *out = (struct turn_output){.reach = TURN_REACH_SAME, .language = -1};
    if (input->update.about == ABOUT_OTHER || input->update.about == ABOUT_MEMBERSHIP)
        return true;
    if (slice_is(word, "go"))
        move(out, input, arena);
    if (slice_is(word, "over"))
        out->moved = true;
    if (slice_is(word, "kk"))
        out->language = LANGUAGE_KZ;
    out->confided = slice_is(word, "secret");
    if (slice_is(word, "from"))
        out->source = rest;
    const bool looks = slice_is(word, "look");
    if (looks || slice_is(word, "ask")) {
        const struct slice path = slice_cut(&rest, ' ');
        if (input->answer_count < (size_t)(rest.at[0] - '0')) {
            out->waits = true;
            out->call = (struct service_call){
                .method = looks ? "GET" : "POST",
                .path = path,
                .body = looks ? SLICE_NONE
                              : arena_printf(arena, "{\"version\":%lld,\"call\":%zu}",
                                             (long long)input->state.version, input->answer_count)};
            return true;
        }
        move(out, input, arena);
        text = arena_printf(arena, "%ld %.*s", input->answers[0].status,
                            SLICE_ARG(input->answers[input->answer_count - 1].body));
        if (input->late_by > 0)
            text = arena_printf(arena, "%.*s %lld+%lld", SLICE_ARG(text),
                                (long long)input->state.version, (long long)input->late_by);
    }
    if (slice_is(word, "guess")) {
        if (guess(input, out))
            return true;
        text = arena_printf(arena, "%ld %.*s %ld", input->answers[0].status,
                            SLICE_ARG(input->answers[0].body), input->answers[1].status);
    }
    if (slice_is(word, "seek") && seek(input, rest.len > 0 ? rest : SLICE("s"), arena, out, &text))
        return true;
    say(out, input, text);
    return true;
}
