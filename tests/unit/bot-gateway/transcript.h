// SPDX-License-Identifier: MIT
/* What guests do in the transcripts of tests/data/transcripts/: the same in each language, each
 * walk with a conversation of its own. */
#pragma once

#include "conversation.h"

enum { ACT_INSTEAD_MAX = 4, LANGUAGES = 3 };

/* One of `tap` ... `sticker`. */
struct act {
    const char *tap; /* the action of a button, as "flat", or with how its argument begins:
                        "day.2026-11-27" */
    const char *old; /* likewise, of the message before, as it was */
    const char *key; /* of the text that a key below the chat says */
    const char *type[LANGUAGES]; /* words by enum language; NULL: the Russian ones */
    const char *share;           /* a contact: its number */
    bool foreign;                /* that of somebody else */
    const struct field_geo *at;  /* a place on the map */
    bool sticker;
    bool quiet; /* not written down: the way to where the walk is of interest */
    struct scripted instead[ACT_INSTEAD_MAX]; /* answers other than those of transcript_world */
};

struct walk {
    const char *name;
    const struct act *acts;
    size_t count;
    bool nameless; /* the guest has no name that can be used */
    bool seeks;    /* there is a search-api */
};

extern const struct walk walks[]; /* the first books a flat by taps */
extern const size_t walk_count;
extern const struct scripted transcript_world[];
extern const int64_t transcript_now; /* a Tuesday */
