// SPDX-License-Identifier: MIT
#include "staff/staff.h"

#include "base/text.h"

#include "staff_chat/staff_chat.h"

static bool is_code_valid(const struct talk *talk)
{
    const struct slice stored = talk->input->staff.code_hash;
    uint8_t hash[DIGEST_SHA256_LEN];

    return stored.len == sizeof hash && staff_code_compute_hash(talk->argument, hash) &&
           digest_equal(hash, stored.at, sizeof hash);
}

/* The person's first name in Telegram, cleaned and cut so that X-Actor accepts it; a general word
 * if nothing of the name remains. */
static bool make_member_name(struct talk *talk, struct slice *out)
{
    const struct slice given = talk->input->update.first_name;

    *out = text_clean(talk->arena, given.at != NULL ? given : SLICE(""));
    if (out->at == NULL)
        return arena_fault(talk->fault);
    out->len = text_first_len(*out, STAFF_NAME_MAX);
    out->len = slice_prefix_len(*out, STAFF_NAME_BYTES_MAX);
    *out = slice_trim(*out);
    if (out->len == 0 || text_has_control(*out) || text_has_long_mark_run(*out))
        *out = talk_label(talk, TEXT_STAFF_NAMELESS);
    return true;
}

bool staff_command_link_chat(struct talk *talk)
{
    struct text_value name = {.name = "name"};

    talk_skip_history(talk);
    if (!is_code_valid(talk)) {
        talk_answer_alone(talk);
        talk_say(talk, TEXT_STAFF_CODE_OLD);
        return true;
    }
    if (!make_member_name(talk, &name.text))
        return false;
    talk_link_staff_chat(talk, name.text);
    talk_mark_reply_confided(talk);
    talk_add(talk, TEXT_STAFF_LINKED, &name, !talk->input->update.by_bot);
    if (talk->input->update.by_bot) {
        talk_add_html(talk, SLICE("\n\n"));
        talk_say(talk, TEXT_STAFF_ANONYMOUS);
    }
    return true;
}
