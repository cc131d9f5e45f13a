// SPDX-License-Identifier: MIT
/* Reads the file of checks: its servers, its checks and their dependencies. */
#include "config/plan.h"

#include <errno.h>
#include <stdlib.h>

#include "base/auto.h"
#include "base/buf.h"
#include "base/text.h"

#include "config/plan_check.h"

enum { PLAN_MEMORY_MAX = 4 * 1024 * 1024, CYCLE_TEXT_MAX = 1024 };

struct plan_reader {
    struct doc doc;
    struct arena scratch; /* memory that is freed after reading */
    struct plan plan;
    struct check_draft *drafts; /* one for each item of `checks:` */
    /* Names of items that are omitted because their `when` variable is not set. */
    struct slice *omitted;
    size_t omitted_count;
};

static struct check *check_at(struct plan_reader *reader, size_t index)
{
    return &reader->plan.checks[index];
}

/* --- dependencies --- */

const struct check *plan_find(const struct plan *plan, struct slice name)
{
    for (size_t i = 0; name.len > 0 && i < plan->count; i++)
        if (slice_is(name, plan->checks[i].name))
            return &plan->checks[i];
    return NULL;
}

static void add_dependency(struct plan_reader *reader, struct check *check,
                           const struct doc_value *item)
{
    const char *text;

    if (!plan_check_read_name(&reader->doc, item, &text))
        return;
    const struct slice name = slice_of(text);
    const struct check *found = plan_find(&reader->plan, name);
    if (found == NULL && slice_is_among(name, reader->omitted, reader->omitted_count))
        return;
    if (found == NULL) {
        doc_print_error(&reader->doc, item, "there is no check of this name");
        return;
    }
    const size_t need = (size_t)(found - reader->plan.checks);
    for (size_t i = 0; i < check->need_count; i++)
        if (check->needs[i] == need) {
            doc_print_error(&reader->doc, item, "is listed twice");
            return;
        }
    check->needs[check->need_count++] = need;
}

static void read_dependencies(struct plan_reader *reader, size_t check_index)
{
    const struct doc_value *list = &reader->drafts[check_index].keys[KEY_NEEDS];

    if (!doc_is_present(list))
        return;
    const size_t count = doc_count_items(&reader->doc, list, CHECK_NEEDS_MAX);
    for (size_t k = 0; k < count; k++) {
        const struct doc_value item = doc_list_item(&reader->doc, list, k);
        add_dependency(reader, check_at(reader, check_index), &item);
    }
}

static void report_cycle(struct plan_reader *reader, const size_t *cycle, size_t count)
{
    char room[CYCLE_TEXT_MAX];
    struct buf names = buf_over(room, sizeof room);

    for (size_t i = 0; i < count; i++)
        buf_printf(&names, "%s -> ", check_at(reader, cycle[i])->name);
    buf_text(&names, check_at(reader, cycle[0])->name);
    doc_print_error(&reader->doc, &reader->drafts[cycle[0]].keys[KEY_NEEDS], "is a cycle: %.*s",
                    (int)names.len, names.data);
}

/* Searches for cycles depth first. Each of the `count` checks of `path` depends on the next; the
 * search continues with each dependency of the last check. A dependency that is already in `path`
 * closes a cycle. `done` marks checks whose dependencies were searched. */
static void report_cycles_from_path(struct plan_reader *reader, bool *done, size_t *path,
                                    size_t count)
{
    const size_t at = path[count - 1];
    const struct check *check = check_at(reader, at);

    for (size_t k = 0; k < check->need_count && !done[at]; k++) {
        size_t first = 0;
        path[count] = check->needs[k];
        while (path[first] != path[count])
            first++;
        if (first < count)
            report_cycle(reader, path + first, count - first);
        else
            report_cycles_from_path(reader, done, path, count + 1);
    }
    done[at] = true;
}

static void reject_cycles(struct plan_reader *reader)
{
    bool done[CHECKS_MAX] = {false};
    size_t path[CHECKS_MAX + 1];

    for (path[0] = 0; path[0] < reader->plan.count; path[0]++)
        report_cycles_from_path(reader, done, path, 1);
}

size_t plan_list_all_dependencies(const struct plan *plan, size_t check, size_t out[CHECKS_MAX])
{
    bool seen[CHECKS_MAX] = {false};
    size_t count = 0;
    size_t at = check;

    for (size_t done = 0;; done++) {
        for (size_t k = 0; k < plan->checks[at].need_count; k++) {
            const size_t need = plan->checks[at].needs[k];
            if (!seen[need])
                out[count++] = need;
            seen[need] = true;
        }
        if (done == count)
            return count;
        at = out[done];
    }
}

bool plan_is_local(const struct plan *plan, const struct check *check)
{
    struct slice servers = slice_of(plan->servers);

    while (servers.len > 0)
        if (slice_is(slice_cut(&servers, ','), check->server))
            return true;
    return false;
}

bool plan_is_on_peer(const struct plan *plan, const struct check *check)
{
    return plan->peer != NULL && strcmp(plan->peer, check->server) == 0;
}

/* --- the peer --- */

/* Sets plan->peer to the only other server that the checks name. `peer_check`: index of the check
 * of kind peer, for the mistake. */
static void set_peer_server(struct plan_reader *reader, size_t peer_check)
{
    struct plan *plan = &reader->plan;
    bool several = false;

    for (size_t i = 0; i < plan->count; i++) {
        const struct check *check = check_at(reader, i);
        if (check->server == NULL || plan_is_local(plan, check))
            continue;
        several = several || (plan->peer != NULL && !plan_is_on_peer(plan, check));
        plan->peer = check->server;
    }
    if (plan->peer != NULL && !several)
        return;
    plan->peer = NULL;
    doc_print_error(&reader->doc, &reader->drafts[peer_check].item,
                    "is of kind peer, so the checks must name exactly one server beside this one");
}

/* Adds the peer's copy of the check, that is, the same check on the other server. */
static void add_peer_copy_of_check(struct plan_reader *reader, size_t check_index)
{
    struct plan *plan = &reader->plan;
    const struct check *own = check_at(reader, check_index);
    struct check *other = check_at(reader, plan->count);
    const struct doc_value *at = &reader->drafts[check_index].keys[KEY_NAME];
    char name[CHECK_NAME_MAX + 1];
    const int len = snprintf(name, sizeof name, "%s-%s", plan->peer, own->name);

    *other = *own;
    memcpy(other->name, name, sizeof name);
    other->server = plan->peer;
    other->peer_name = own->name;
    other->need_count = 0;
    if (plan->count == CHECKS_MAX)
        doc_print_error(&reader->doc, at, "exceeds the %d checks of both servers", CHECKS_MAX);
    else if (len < 0 || (size_t)len >= sizeof other->name)
        doc_print_error(&reader->doc, at, "is too long to be prefixed with %s", plan->peer);
    else if (plan_find(plan, slice_of(other->name)) != NULL)
        doc_print_error(&reader->doc, at,
                        "is called %s on the other server, which is the name of another check",
                        other->name);
    else
        plan->count++;
}

static void set_peer_and_copy_checks(struct plan_reader *reader)
{
    struct plan *plan = &reader->plan;
    const size_t own = plan->count;

    for (size_t i = 0; i < own; i++)
        if (plan->checks[i].kind == CHECK_PEER && plan->checks[i].name[0] != '\0' &&
            plan->peer == NULL)
            set_peer_server(reader, i);
    for (size_t i = 0; plan->peer != NULL && i < own; i++)
        if (!doc_is_present(&reader->drafts[i].keys[KEY_SERVER]) &&
            plan->checks[i].kind != CHECK_PEER)
            add_peer_copy_of_check(reader, i);
}

/* --- the file --- */

static void read_check(struct plan_reader *reader, const struct doc_value *list, size_t item_index)
{
    struct plan *plan = &reader->plan;
    struct check *check = check_at(reader, plan->count);
    struct check_draft *draft = &reader->drafts[plan->count];

    draft->item = doc_list_item(&reader->doc, list, item_index);
    if (!plan_check_read_if_enabled(&reader->doc, draft, plan->server, check)) {
        reader->omitted[reader->omitted_count++] =
            arena_copy(&reader->scratch, slice_of(check->name));
        return;
    }
    const struct check *other = plan_find(plan, slice_of(check->name));
    if (other != NULL)
        doc_print_error(&reader->doc, &draft->keys[KEY_NAME], "is also the name of checks[%zu]",
                        reader->drafts[other - plan->checks].item.index);
    plan->count++;
}

static void read_checks(struct plan_reader *reader, const struct doc_value *list)
{
    struct plan *plan = &reader->plan;
    const size_t count = doc_count_items(&reader->doc, list, CHECKS_MAX);

    /* Space for the checks and for the peer's copy of each, with one item to spare. */
    plan->checks = arena_alloc(reader->doc.arena, (2 * count + 1) * sizeof *plan->checks);
    reader->drafts = arena_alloc(&reader->scratch, count * sizeof *reader->drafts);
    reader->omitted = arena_alloc(&reader->scratch, count * sizeof *reader->omitted);
    if (plan->checks == NULL || reader->drafts == NULL || reader->omitted == NULL) {
        doc_print_error(&reader->doc, list, "not enough memory");
        return;
    }
    for (size_t i = 0; i < count; i++)
        read_check(reader, list, i);
    if (count > 0 && plan->count == 0)
        doc_print_error(&reader->doc, list, "has no check, because no variable of a `when` is set");
    for (size_t i = 0; i < plan->count; i++)
        read_dependencies(reader, i);
    reject_cycles(reader);
    set_peer_and_copy_checks(reader);
}

/* Reads the servers: slugs separated by commas. */
static void read_servers(struct plan_reader *reader, const struct doc_value *value)
{
    struct slice text;

    if (!doc_is_present(value) || !doc_read_expanded_text(&reader->doc, value, DOC_TEXT_MAX, &text))
        return;
    struct slice rest = text;
    while (rest.at != NULL) {
        const struct slice one = slice_cut(&rest, ',');
        if (!text_is_slug(one) || one.len > CHECK_NAME_MAX) {
            doc_print_error(&reader->doc, value,
                            "must be comma-separated slugs: small letters and digits, joined by - "
                            "or _");
            return;
        }
    }
    reader->plan.servers = text.at;
    reader->plan.server = arena_copy(reader->doc.arena, slice_cut(&text, ',')).at;
}

static void read_plan_or_print_errors(struct plan_reader *reader)
{
    static const char *const words[] = {"server", "checks"};
    const struct doc_value root = doc_root();
    struct doc_value values[2];

    doc_read_map(&reader->doc, &root, words, 2, values);
    if (!doc_is_map(&reader->doc, &root))
        return;
    for (size_t i = 0; i < 2; i++)
        if (!doc_is_present(&values[i]))
            doc_print_error(&reader->doc, &values[i], "is required");
    reader->plan.server = reader->plan.servers = "";
    read_servers(reader, &values[0]);
    if (doc_is_present(&values[1]))
        read_checks(reader, &values[1]);
}

static bool parse_plan(struct plan_reader *reader, struct slice text)
{
    if (!doc_open(&reader->doc, text))
        return false;
    read_plan_or_print_errors(reader);
    doc_close(&reader->doc);
    return reader->doc.mistakes == 0;
}

bool plan_parse(struct slice text, const char *file_name, struct plan *out, FILE *errors)
{
    struct plan_reader reader = {
        .doc = {.name = file_name, .errors = errors, .arena = &reader.plan.memory}
    };

    if (text.len > PLAN_BYTES_MAX) {
        fprintf(errors, "%s: must be at most %d KiB\n", file_name, PLAN_BYTES_MAX / 1024);
        return false;
    }
    arena_init(&reader.plan.memory, PLAN_MEMORY_MAX);
    arena_init(&reader.scratch, PLAN_MEMORY_MAX);
    const bool fine = parse_plan(&reader, text);
    arena_finish(&reader.scratch);
    if (fine)
        *out = reader.plan;
    else
        plan_finish(&reader.plan);
    return fine;
}

bool plan_load(const char *path, struct plan *out, FILE *errors)
{
    auto_free char *text = malloc(PLAN_BYTES_MAX + 1);
    FILE *file = text != NULL ? fopen(path, "re") : NULL;

    if (file == NULL) {
        fprintf(errors, "%s: cannot be opened: %s\n", path, strerrordesc_np(errno));
        return false;
    }
    const size_t len = fread(text, 1, PLAN_BYTES_MAX + 1, file);
    const bool failed = ferror(file) != 0;
    fclose(file);
    if (failed) {
        fprintf(errors, "%s: cannot be read\n", path);
        return false;
    }
    return plan_parse((struct slice){text, len}, path, out, errors);
}

void plan_finish(struct plan *plan)
{
    arena_finish(&plan->memory);
    *plan = (struct plan){0};
}
