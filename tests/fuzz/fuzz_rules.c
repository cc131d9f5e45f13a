// SPDX-License-Identifier: MIT
/* Alerts as Prometheus posts them. A refusal names the field; accepted texts are valid and within
 * their limits. */
#include <string.h>

#include "base/now.h"
#include "base/text.h"

#include "fuzz.h"
#include "prometheus/rule_alert_json.h"

static void is_line(const char *text, size_t max)
{
    PROMISE(strlen(text) <= max && text_is_utf8(slice_of(text)));
    PROMISE(strpbrk(text, "\n\r\t") == NULL);
}

static void check_one(const struct rule_alert *alert, int64_t now_us)
{
    const struct incident *incident = &alert->incident;
    const size_t rule = strlen(alert->rule);

    PROMISE(text_is_slug(slice_of(alert->rule)) && text_is_slug(slice_of(incident->check)));
    PROMISE(strncmp(alert->rule, RULE_PREFIX, sizeof RULE_PREFIX - 1) == 0);
    PROMISE(strncmp(incident->check, alert->rule, rule) == 0 && incident->check[rule] == '-' &&
            strlen(incident->check) == rule + 9);
    is_line(incident->detail, INCIDENT_DETAIL_MAX - 1);
    is_line(incident->command, INCIDENT_COMMAND_MAX);
    is_line(incident->runbook, CHECK_NAME_MAX);
    PROMISE(incident->detail[0] != '\0');
    PROMISE(incident->started_us <= now_us && alert->until_us > 0);
    PROMISE((incident->severity == SEVERITY_CRITICAL) == (incident->level == LEVEL_RED));
}

FUZZ(1 << 20)
{
    const int64_t now_us = INT64_C(1795338300) * US_PER_S;
    struct foreign_list list = {0};
    struct rule_alert alert;

    if (rule_alert_decode_list(input, &list, &arena, &fault)) {
        PROMISE(list.count <= RULE_ALERTS_MAX && list.left_out == 0);
        for (size_t i = 0; i < list.count; i++) {
            rule_alert_read(&list, i, now_us, &alert);
            check_one(&alert, now_us);
        }
    } else {
        PROMISE(list.items == NULL);
        PROMISE(fault.kind != FAULT_INVALID || fault.field_count > 0);
    }
}
