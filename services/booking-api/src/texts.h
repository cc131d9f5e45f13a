// SPDX-License-Identifier: MIT
/* The same text in the three languages of the bots. */
#pragma once

#include "base/slice.h"

struct texts {
    struct slice ru;
    struct slice kz;
    struct slice en;
};
