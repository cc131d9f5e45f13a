// SPDX-License-Identifier: MIT
#include "script.h"

static bool is_tap(const struct turn_input *input)
{
    return input->update.about == ABOUT_TAP;
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

static bool call(const struct turn_input *input, const struct service_call *call,
                 struct service_answer *answer, struct fault *fault)
{
    return input->caller.call(input->caller.data, call, answer, fault);
}

/* `order`: "POST" or "GET", a path and the number of calls. */
static bool ask(const struct turn_input *input, const char *method, struct slice order,
                struct arena *arena, struct slice *text, struct fault *fault)
{
    const bool changes = strcmp(method, "POST") == 0;
    const struct slice path = slice_cut(&order, ' ');
    const size_t count = (size_t)(order.at[0] - '0');
    struct service_answer answers[TURN_CALLS_MAX];

    for (size_t i = 0; i < count; i++) {
        const struct service_call next = {
            .method = method,
            .path = path,
            .body = changes ? arena_printf(arena, "{\"version\":%lld,\"call\":%zu}",
                                           (long long)input->state.version, i)
                            : SLICE_NONE};
        if (!call(input, &next, &answers[i], fault))
            return false;
    }
    *text = arena_printf(arena, "%ld %.*s", answers[0].status, SLICE_ARG(answers[count - 1].body));
    if (input->late_by > 0)
        *text = arena_printf(arena, "%.*s %lld+%lld", SLICE_ARG(*text),
                             (long long)input->state.version, (long long)input->late_by);
    return true;
}

static bool guess(const struct turn_input *input, struct arena *arena, struct slice *text,
                  struct fault *fault)
{
    static const struct service_call calls[] = {
        {.service = SERVICE_AI,
         .method = "POST",
         .path = {SERVICE_AI_PATH, sizeof SERVICE_AI_PATH - 1},
         .body = {"{\"text\":\"guess\"}", 16}},
        {.method = "POST",                     .path = {"/v1/x", 5}, .body = {"{}", 2}},
    };
    struct service_answer guessed, made;

    if (!call(input, &calls[0], &guessed, fault) || !call(input, &calls[1], &made, fault))
        return false;
    *text =
        arena_printf(arena, "%ld %.*s %ld", guessed.status, SLICE_ARG(guessed.body), made.status);
    return true;
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

static bool seek(const struct turn_input *input, struct slice order, struct arena *arena,
                 struct slice *text, struct fault *fault)
{
    struct service_answer answer, found = {0};

    for (size_t i = 0; i < order.len && input->has_search; i++) {
        const struct service_call next = call_of(order.at[i]);
        if (!call(input, &next, &answer, fault))
            return false;
        if (order.at[i] == 's')
            found = answer;
    }
    if (input->has_search)
        *text = arena_printf(arena, "%ld %.*s", found.status, SLICE_ARG(found.body));
    return true;
}

bool script_step(const struct turn_input *input, struct arena *arena, struct turn_output *out,
                 struct fault *fault)
{
    struct slice rest = is_tap(input) ? input->update.tap_data : input->update.text;
    const struct slice word = slice_cut(&rest, ' ');
    const bool asks = slice_is(word, "ask") || slice_is(word, "look");
    struct slice text = SLICE("said");

    *out = (struct turn_output){.reach = TURN_REACH_SAME, .language = -1};
    if (input->update.about == ABOUT_OTHER || input->update.about == ABOUT_MEMBERSHIP)
        return true;
    if (asks && !ask(input, slice_is(word, "ask") ? "POST" : "GET", rest, arena, &text, fault))
        return false;
    if (slice_is(word, "guess") && !guess(input, arena, &text, fault))
        return false;
    if (slice_is(word, "seek") &&
        !seek(input, rest.len > 0 ? rest : SLICE("s"), arena, &text, fault))
        return false;
    if (asks || slice_is(word, "go"))
        move(out, input, arena);
    if (slice_is(word, "over"))
        out->moved = true;
    if (slice_is(word, "kk"))
        out->language = LANGUAGE_KZ;
    out->confided = slice_is(word, "secret");
    if (out->confided || slice_is(word, "what"))
        out->misunderstood = rest;
    if (slice_is(word, "from"))
        out->source = rest;
    if (slice_is(word, "agree"))
        out->consent = rest;
    if (is_tap(input))
        out->replies[out->count++] =
            (struct turn_reply){.kind = TURN_ANSWER, .text = SLICE("notice")};
    out->replies[out->count++] =
        (struct turn_reply){.kind = is_tap(input) ? TURN_EDIT : TURN_TEXT, .text = text};
    return true;
}
