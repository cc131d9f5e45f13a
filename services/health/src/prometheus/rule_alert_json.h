// SPDX-License-Identifier: MIT
/* Reads alerts as Prometheus posts them to an Alertmanager (its OpenAPI 2.0, postableAlerts;
 * notifier of Prometheus): an array of {labels, annotations, startsAt, endsAt, generatorURL}. */
#pragma once

#include "json/foreign.h"

#include "prometheus/rules.h"

enum {
    RULE_ALERTS_MAX =
        256, /* alerts in a body; Prometheus sends at most 64, since 3.0 at most 256 */
    RULE_LABELS_MAX = 4 * 1024 /* bytes of an alert's labels as JSON */
};

/* Parses a body into a list for rule_alert_read(). The list borrows from `body` and the arena.
 * Fails with FAULT_UNREADABLE "bad_json", or with FAULT_INVALID and every problem: "required",
 * "too_long", "bad_labels", "bad_time", "too_many". */
bool rule_alert_decode_list(struct slice body, struct foreign_list *out, struct arena *arena,
                            struct fault *fault) MUST_CHECK;
/* Converts item `index` of a list that rule_alert_decode_list() has made. Long texts are truncated;
 * a command that is too long or has several lines is omitted. */
void rule_alert_read(const struct foreign_list *list, size_t index, int64_t now_us,
                     struct rule_alert *out);
