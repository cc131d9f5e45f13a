// SPDX-License-Identifier: MIT
/* What an AI makes of words that the rules do not understand: a wish of the same kind, which then
 * takes the same way as a typed one. It can say nothing else. */
#pragma once

#include "base/arena.h"
#include "base/fault.h"

#include "clients/ai_intent_json.h"
#include "dialogue/talk.h"
#include "phrases/phrase.h"

enum { STAY_INTENT_TEXT_MAX = 500 /* code points of a text that is sent out */ };

/* Whether a text may leave for the AI. Not one that may hold a phone number: five digits, in any
 * script and with anything between them, or five numbers in words that follow each other; none
 * with an '@'; and none that is longer than STAY_INTENT_TEXT_MAX or has not three letters. */
bool stay_intent_may_ask(struct slice text);

/* As a phrase: places that the tenant does not have and unknown amenities are left out, a price
 * whose ends are reversed is asked back. `now` as of phrase_read(). */
bool stay_intent_phrase(const struct ai_intent *intent, const struct phrase_words *words,
                        enum language language, struct phrase_now now, struct arena *arena,
                        struct phrase *out, struct fault *fault) MUST_CHECK;

/* Asks the AI for what the person has typed, as the first call of the turn. Without one, and where
 * the text may not leave or nothing was understood, `phrase` says nothing. */
bool stay_intent_ask(struct talk *talk, struct phrase_now now, struct phrase *phrase,
                     struct fault *fault) MUST_CHECK;
