// SPDX-License-Identifier: MIT
#include "page/page_label.h"

#define TEXTS(name, ru, en, kz) {(ru), (en), (kz)},
static const char *const texts[LABELS][3] = {LABELS_EACH(TEXTS)};

const char *page_label(enum page_label label, enum language language)
{
    return texts[label][language];
}
