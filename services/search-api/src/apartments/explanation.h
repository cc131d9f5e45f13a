// SPDX-License-Identifier: MIT
/* Explains a result in words. Pure. The Kazakh sentences have not been reviewed by a native speaker
 * yet. */
#pragma once

#include "base/buf.h"
#include "base/language.h"

#include "apartments/ranking.h"

enum { EXPLANATION_MAX = 1024 }; /* bytes */

/* "2 комнаты, 18 500 ₸ за ночь (ниже предела на 1 500 ₸); есть: парковка; ..." */
void explanation_write(const struct criteria *criteria, const struct ranked_apartment *ranked,
                       enum language language, struct buf *out);
