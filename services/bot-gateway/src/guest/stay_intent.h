// SPDX-License-Identifier: MIT
/* Asks an AI about text that the rules cannot parse. The answer is turned into a phrase and handled
 * like a typed one; it can express nothing else. */
#pragma once

#include "base/arena.h"
#include "base/fault.h"

#include "clients/ai_json.h"
#include "dialogue/talk.h"
#include "phrases/phrase.h"

enum { STAY_INTENT_TEXT_MAX = 500 /* code points of a text that is sent to the AI */ };

/* Whether a text may be sent to the AI. It must not contain a phone number, so it may have at most
 * four digits (of any script, adjacent or not) and at most four number words in a row (struct
 * dictation). It must have no '@', at least three letters and at most STAY_INTENT_TEXT_MAX code
 * points. */
bool stay_intent_may_send_text(struct slice text);

/* Makes a phrase of the AI's answer. Omits unknown places and amenities; a minimum price above the
 * maximum sets PHRASE_ASK_PRICE instead. `now` as in phrase_read(). */
bool stay_intent_make_phrase(const struct ai_intent *intent, const struct phrase_words *words,
                             enum language language, struct phrase_now now, struct arena *arena,
                             struct phrase *out, struct fault *fault) MUST_CHECK;

/* Asks the AI about the text of the person, as the first call for this update. The phrase is empty
 * if there is no AI, the text may not be sent, nothing was understood, or a call was made before.
 */
bool stay_intent_ask_ai(struct talk *talk, struct phrase_now now, struct phrase *phrase) MUST_CHECK;
