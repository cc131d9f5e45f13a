// SPDX-License-Identifier: MIT
#include "page/page_label.h"

#define TEXTS(name, ru, en, kz) {(ru), (en), (kz)},
static const char *const texts[PHRASES][3] = {PHRASES_EACH(TEXTS)};

const char *phrase(enum phrase phrase, enum language language)
{
    return texts[phrase][language];
}
