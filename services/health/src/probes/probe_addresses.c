// SPDX-License-Identifier: MIT
#include "loop/fiber.h"

#include "probes/probe_private.h"

enum { ARENA_MAX = 4 * PROBE_METRICS_MAX };

static struct reading *find_reading(struct probe_result *result, enum measure measure)
{
    for (size_t i = 0; i < result->reading_count; i++) {
        if (result->readings[i].measure == measure)
            return &result->readings[i];
    }
    return NULL;
}

static void merge_readings(struct probe_result *result, const struct probe_result *address_result)
{
    for (size_t i = 0; i < address_result->reading_count; i++) {
        const struct reading *reading = &address_result->readings[i];
        struct reading *known = find_reading(result, reading->measure);
        const bool lower = measure_kinds[reading->measure].lower_is_worse;
        if (known == NULL)
            probe_add_reading(result, reading->measure, reading->value);
        else if (lower ? reading->value < known->value : reading->value > known->value)
            known->value = reading->value;
    }
}

static void merge_result(struct probe_result *result, const struct probe_result *address_result,
                         const struct probe_target *target)
{
    char address[INET6_ADDRSTRLEN];
    const char *detail = address_result->detail;

    merge_readings(result, address_result);
    if (target->address_count == 1 ||
        (address_result->trouble == TROUBLE_NONE && detail[0] == '\0')) {
        probe_fail(result, address_result->trouble, "%s", detail);
        return;
    }
    work_address_format(&target->address, address);
    probe_fail(result, address_result->trouble, "%s%s%s", address, detail[0] != '\0' ? ": " : "",
               detail);
}

/* When the time of the next address ends, if `addresses_left` addresses share the fiber's remaining
 * time. */
static int64_t time_share_end_ns(const struct probe_tools *tools, size_t addresses_left)
{
    const int64_t now_ns = loop_now_ns(tools->service->loop);

    return now_ns + (fiber_deadline_ns(fiber_current()) - now_ns) / (int64_t)addresses_left;
}

static void probe_addresses_in_turn(struct probe_target *target,
                                    const struct work_address *addresses, probe_target_fn *probe,
                                    struct probe_result *result)
{
    for (size_t i = 0; i < target->address_count; i++) {
        struct probe_result one = {.trouble = TROUBLE_NONE};
        target->address = addresses[i];
        target->until_ns = time_share_end_ns(target->tools, target->address_count - i);
        probe(target, &one);
        merge_result(result, &one, target);
        arena_reset(target->arena);
    }
}

void probe_each_address(const struct probe_tools *tools, const struct check *check, const char *url,
                        probe_target_fn *probe, void *data, struct probe_result *result)
{
    struct work_address found[WORK_ADDRESSES_MAX];
    struct arena arena = ARENA(ARENA_MAX);
    struct fault fault;
    struct http_url where;
    struct probe_target target = {.tools = tools,
                                  .check = check,
                                  .url = url,
                                  .data = data,
                                  .arena = &arena,
                                  .address_count = WORK_ADDRESSES_MAX};

    if (http_url_parse(url, &arena, &where, &fault) &&
        work_resolve_uncached(tools->work, where.host.at, where.port, 0, tools->lookup_pending,
                              found, &target.address_count, &fault))
        probe_addresses_in_turn(&target, found, probe, result);
    else if (fault.kind == FAULT_TIMEOUT)
        probe_fail(result, TROUBLE_NO_NAME, "no answer");
    else
        probe_fail_by_fault(result, &fault);
    arena_finish(&arena);
}
