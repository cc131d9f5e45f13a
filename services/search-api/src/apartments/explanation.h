// SPDX-License-Identifier: MIT
/* Explains in words why an apartment was found. Pure. The Kazakh sentences have not been reviewed
 * by a native speaker yet. */
#pragma once

#include "base/buf.h"
#include "base/language.h"

#include "apartments/ranking.h"

enum { EXPLANATION_MAX = 1024 }; /* bytes */

/* Appends an explanation such as "2 комнаты, 18 500 ₸ за ночь (на 1 500 ₸ дешевле вашего бюджета),
 * есть парковка". */
void explanation_write(const struct criteria *criteria, const struct ranked_apartment *ranked,
                       enum language language, struct buf *out);
