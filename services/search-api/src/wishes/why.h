// SPDX-License-Identifier: MIT
/* Why a flat is shown, in words. Pure. The Kazakh sentences have not been read by a native speaker
 * yet. */
#pragma once

#include "base/buf.h"
#include "base/language.h"

#include "wishes/judge.h"

enum { WHY_MAX = 1024 }; /* bytes */

/* "2 комнаты, 18 500 ₸ за ночь (ниже предела на 1 500 ₸); есть: парковка; ..." */
void why_write(const struct wish *wish, const struct judged *judged, enum language language,
               struct buf *out);
