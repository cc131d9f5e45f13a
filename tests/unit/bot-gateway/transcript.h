// SPDX-License-Identifier: MIT
/* The actions of guests in tests/data/transcripts/: the same in each language; each walk is a
 * conversation. */
#pragma once

#include "conversation.h"

enum { ACT_INSTEAD_MAX = 4, LANGUAGES = 3 };

/* Parties that the guest can write to (struct relay_view), as a sum. */
enum {
    REACH_OTHER = 1,
    REACH_STAFF = 2,
    REACH_TALK = 4 /* a talk with staff is open */,
    REACH_MANY = 8
};

/* One of `tap` ... `file`. */
struct act {
    const char *tap; /* the action of a button, such as "flat", or with the beginning of its
                        argument: "day.2026-11-27" */
    const char *old; /* likewise, of the previous message */
    const char *key; /* name of the text of a key */
    const char *type[LANGUAGES]; /* text by enum language; NULL: the Russian one */
    const char *share;           /* a contact: its number */
    bool foreign;                /* the contact is not the guest's own */
    const struct field_geo *at;  /* a location */
    bool sticker;
    bool edits; /* `type` replaces a text that was passed to the owner or, with REACH_TALK, staff */
    enum update_file file;
    int reach;
    bool quiet; /* not written to the file: leads to the interesting part */
    struct scripted instead[ACT_INSTEAD_MAX]; /* answers other than those of transcript_world */
};

/* By enum language: Russian, English, Kazakh; or one for all. */
#define TYPE(...) .type = {__VA_ARGS__}

struct walk {
    const char *name;
    const struct act *acts;
    size_t count;
    bool nameless; /* the guest has no usable name */
    bool seeks;    /* search-api is configured */
    int later;     /* hours after transcript_now */
};

#define WALK_OF(name, seeks)                                                                       \
    {                                                                                              \
#name, name, ARRAY_LEN(name), false, seeks, 0                                              \
    }
#define WALK(name) WALK_OF(name, false)

extern const struct walk walks[]; /* the first books an apartment by taps */
extern const size_t walk_count;
extern const struct walk question_walks[];
extern const size_t question_walk_count;
extern const struct walk relay_walks[];
extern const size_t relay_walk_count;
extern const struct walk ride_walks[]; /* of a bot for rides; the first takes a seat by taps */
extern const size_t ride_walk_count;
extern const struct scripted ride_world[];
extern const struct walk drive_walks[]; /* of drivers, in the same bot */
extern const size_t drive_walk_count;
extern const struct scripted drive_world[];
extern const struct scripted transcript_world[];
extern const int64_t transcript_now; /* a Tuesday */
