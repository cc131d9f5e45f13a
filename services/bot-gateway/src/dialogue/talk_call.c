// SPDX-License-Identifier: MIT
/* Helpers for calls of booking-api: paths, bodies, actors, refusals; ids in buttons; ways to other
 * steps. */
#include <string.h>

#include "base/auto.h"
#include "base/buf.h"
#include "base/date.h"
#include "base/digest.h"
#include "base/parse.h"

#include "clients/answers_json.h"
#include "dialogue/flow.h"
#include "dialogue/talk.h"

enum {
    ID_LEN = sizeof((struct uuid){0}.bytes),
    ID_TEXT_LEN = 22, /* of base64url without padding, as talk_put_id_button() writes it */
    JSON_MAX = 4096   /* bytes of talk_json_string() */
};

struct slice talk_path(const struct talk *talk, const char *collection, const struct uuid *id,
                       const char *suffix)
{
    return talk_printf(talk, "/v1/%s/%s%s%s", collection, talk_id(talk, id),
                       suffix[0] != '\0' ? "/" : "", suffix);
}

const char *talk_date(const struct talk *talk, int32_t day)
{
    char text[DATE_TEXT_LEN + 1];

    date_format(day, text);
    return talk_printf(talk, "%s", text).at;
}

const char *talk_id(const struct talk *talk, const struct uuid *id)
{
    char text[UUID_TEXT_LEN + 1];

    uuid_format(id, text);
    return talk_printf(talk, "%s", text).at;
}

const char *talk_json_string(const struct talk *talk, struct slice text)
{
    struct slice made = SLICE_NONE;
    AUTO(buf_finish) struct buf json = BUF(JSON_MAX);
    struct fault ignored;

    buf_json_string(&json, text);
    (void)!buf_keep(&json, talk->arena, &made, &ignored);
    return talk_text_or_empty(talk, made).at;
}

const char *talk_money_member(const struct talk *talk, const char *name, int64_t tiyn)
{
    return talk_printf(talk, "\"%s\":{\"amount\":%lld,\"currency\":\"KZT\"}", name, (long long)tiyn)
        .at;
}

bool talk_get(struct talk *talk, struct slice path, struct service_answer *answer)
{
    return talk_call(talk, &(struct service_call){.method = "GET", .path = path}, answer);
}

bool talk_post(struct talk *talk, struct slice path, struct slice body,
               struct service_answer *answer)
{
    return talk_call(talk, &(struct service_call){.method = "POST", .path = path, .body = body},
                     answer);
}

bool talk_get_person_records(struct talk *talk, const char *collection,
                             struct service_answer *answer)
{
    const struct service_call call = {.method = "GET",
                                      .actor = SERVICE_AS_STAFF,
                                      .path = talk_printf(talk, "/v1/%s?telegram_id=%lld&limit=1",
                                                          collection,
                                                          (long long)talk->input->update.user_id)};

    return talk_call(talk, &call, answer);
}

bool talk_call_or_refuse_without_actor(struct talk *talk, const struct service_call *call,
                                       struct service_answer *answer)
{
    if (!uuid_is_nil(&call->actor_id))
        return talk_call(talk, call, answer);
    *answer = (struct service_answer){.status = 403, .body = SLICE("{}")};
    return true;
}

const struct talk_refusal *talk_find_refusal(const struct talk_refusal *refusals, size_t count,
                                             const struct answer_refusal *refusal)
{
    for (size_t i = 0; i < count; i++)
        if (slice_is(refusal->code, refusals[i].code) || slice_is(refusal->why, refusals[i].code))
            return &refusals[i];
    return NULL;
}

void talk_put_id_button(struct talk *talk, struct slice label, const char *action,
                        const struct uuid *id)
{
    talk_new_row(talk);
    talk_button(talk, label, action, talk_id_argument(talk, id, ""));
}

struct slice talk_id_argument(const struct talk *talk, const struct uuid *id, const char *suffix)
{
    return talk_text_or_empty(talk, button_make_id_argument(id, suffix, talk->arena));
}

bool talk_read_id(const struct talk *talk, struct uuid *id)
{
    size_t len;

    return digest_base64_decode(DIGEST_BASE64_URL, talk->argument, id->bytes, ID_LEN, &len) &&
           len == ID_LEN;
}

bool talk_read_id_and_version(struct talk *talk, struct uuid *id, int64_t *version)
{
    const struct slice argument = talk->argument;

    *version = 0;
    if (argument.len > ID_TEXT_LEN) {
        if (argument.at[ID_TEXT_LEN] != '_' ||
            !parse_i64(slice_from(argument, ID_TEXT_LEN + 1), 1, INT64_MAX, version))
            *version = -1;
        talk->argument.len = ID_TEXT_LEN;
    }
    return talk_read_id(talk, id);
}

bool talk_refuse(struct talk *talk, enum text reason, const struct flow_step *step)
{
    talk_show_notice(talk, reason);
    return talk_step(talk, step);
}

bool talk_is_at(const struct talk *talk, const struct flow_step *const *steps, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (talk->step == steps[i])
            return true;
    return false;
}

bool talk_press(struct talk *talk, const char *action)
{
    for (size_t i = 0; i < talk->step->move_count; i++) {
        const struct flow_move *move = &talk->step->moves[i];
        if (move->on == FLOW_TAP && strcmp(move->action, action) == 0)
            return move->act(talk);
    }
    return strcmp(action, "back") == 0 && talk->step->back != NULL ? talk_go_back(talk)
                                                                   : talk_repeat_step(talk);
}

bool talk_go_back(struct talk *talk)
{
    return talk_step(talk, talk->step->back);
}

bool talk_stop(struct talk *talk, bool succeeded)
{
    talk->stopped = succeeded;
    return false;
}

bool talk_step_with(struct talk *talk, enum text text, const struct flow_step *step)
{
    talk_add_paragraph(talk, text);
    return talk_step(talk, step);
}
