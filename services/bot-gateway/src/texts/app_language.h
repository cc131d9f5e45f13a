// SPDX-License-Identifier: MIT
/* In which language to write to a person who has not chosen one. */
#pragma once

#include "base/language.h"

/* A language of Telegram's apps, and the one of ours that its users read best. */
struct app_language {
    const char *code; /* ISO 639-1; "": all that have no row */
    enum language language;
};
enum { APP_LANGUAGES = 14 };
extern const struct app_language app_languages[APP_LANGUAGES]; /* the first row is that of "" */

/* The language for an IETF tag such as "kk" or "en-GB" (Bot API, User.language_code). Russian if
 * the app does not report one. */
enum language app_language_of_tag(struct slice tag);
