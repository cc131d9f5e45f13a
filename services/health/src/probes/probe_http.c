// SPDX-License-Identifier: MIT
/* Probes of the kinds http, tcp, tls, qdrant, directus and n8n. Redirects are not followed. If no
 * part of the body is expected, the probe ends after the headers. */
#include <stdio.h>

#include "base/auto.h"
#include "base/now.h"
#include "base/text.h"

#include "probes/probe_private.h"

enum { BODY_MAX = 256 * 1024, KEY_MAX = 1024, SECONDS_PER_DAY = 86400 };

/* --- the key --- */

/* Reads the first line of the check's key file. False: a trouble is set. */
static bool read_key(const struct check *check, char key[KEY_MAX], struct probe_result *result)
{
    key[0] = '\0';
    if (check->key_file[0] == '\0')
        return true;
    FILE *file = fopen(check->key_file, "re");
    const bool read = file != NULL && fgets(key, KEY_MAX, file) != NULL;
    if (file != NULL)
        (void)fclose(file);
    key[strcspn(key, "\r\n")] = '\0';
    if (read && key[0] != '\0' && !text_has_control(slice_of(key)))
        return true;
    probe_fail(result, TROUBLE_LOCAL, "key file");
    return false;
}

/* --- http --- */

static bool is_expected_status(const struct check *check, const struct probe_request *request,
                               const struct http_answer *answer, struct probe_result *result)
{
    if (check->expect_status == 0)
        return probe_check_status(request, answer, result);
    if (answer->status != check->expect_status)
        probe_fail(result, TROUBLE_STATUS, "%ld", answer->status);
    return answer->status == check->expect_status;
}

static bool contains(struct slice text, struct slice part)
{
    return part.len == 0 || (text.len > 0 && memmem(text.at, text.len, part.at, part.len) != NULL);
}

/* Compares a header of the answer with `expected`: "name: part of the value". */
static void evaluate_header(struct slice expected, struct slice name,
                            const struct http_answer *answer, struct probe_result *result)
{
    (void)slice_cut(&expected, ':');
    if (answer->header.at == NULL || !contains(answer->header, slice_trim(expected)))
        probe_fail(result, TROUBLE_HEADER, "%.*s", SLICE_ARG(name));
}

void probe_http(struct probe_target *target, struct probe_result *result)
{
    const struct check *check = target->check;
    char key[KEY_MAX];
    struct http_answer answer;
    struct slice header = slice_of(check->expect_header);
    struct slice rest = header;
    const struct slice name = slice_trim(slice_cut(&rest, ':'));
    const struct slice wanted = arena_copy(target->arena, name);
    const struct probe_request request = {.header_name = check->key_header,
                                          .header_value = key,
                                          .wanted = name.len > 0 ? wanted.at : NULL,
                                          .answer_max =
                                              check->expect_body[0] != '\0' ? BODY_MAX : 0};
    if (!read_key(check, key, result) || !probe_call(target, &request, &answer, result))
        return;
    probe_add_reading(result, MEASURE_latency_ms, target->took_ms);
    if (!is_expected_status(check, &request, &answer, result))
        return;
    if (name.len > 0)
        evaluate_header(header, name, &answer, result);
    if (!contains(answer.body, slice_of(check->expect_body)))
        probe_fail(result, TROUBLE_BODY, "not found");
}

void probe_connect(struct probe_target *target, struct probe_result *result)
{
    const struct probe_request request = {.only_connects = true};
    struct http_answer answer;
    if (!probe_call(target, &request, &answer, result))
        return;
    probe_add_reading(result, MEASURE_latency_ms, target->took_ms);
    if (answer.certificate_until_us != 0)
        probe_add_reading(result, MEASURE_certificate_days,
                          (double)(answer.certificate_until_us - now_wall_us()) / US_PER_S /
                              SECONDS_PER_DAY);
}

/* --- servers with a health endpoint --- */

/* Requests a health endpoint, whose status 503 means "not ready". False: 404. */
static bool ask_status(struct probe_target *target, const char *path, struct probe_result *result)
{
    char key[KEY_MAX];
    const struct probe_request request = {
        .path = path, .header_name = target->check->key_header, .header_value = key};
    struct http_answer answer;
    if (!read_key(target->check, key, result) || !probe_call(target, &request, &answer, result))
        return true;
    if (answer.status == 404)
        return false;
    probe_add_reading(result, MEASURE_latency_ms, target->took_ms);
    if (answer.status == 503)
        probe_fail(result, TROUBLE_NOT_READY, "%s", "");
    else
        (void)probe_check_status(&request, &answer, result);
    return true;
}

/* Releases before 1.5 have no /readyz. */
void probe_qdrant(struct probe_target *target, struct probe_result *result)
{
    if (!ask_status(target, "/readyz", result) && !ask_status(target, "/", result))
        probe_fail(result, TROUBLE_STATUS, "404");
}

void probe_directus(struct probe_target *target, struct probe_result *result)
{
    if (!ask_status(target, "/server/health", result))
        probe_fail(result, TROUBLE_STATUS, "404");
}

void probe_n8n(struct probe_target *target, struct probe_result *result)
{
    if (!ask_status(target, "/healthz", result))
        probe_fail(result, TROUBLE_STATUS, "404");
}
