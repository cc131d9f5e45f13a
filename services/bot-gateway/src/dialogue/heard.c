// SPDX-License-Identifier: MIT
#include "dialogue/heard.h"

struct heard heard_words(struct slice words)
{
    struct heard heard = {.words = words};

    if (words.at != NULL)
        heard.remark = remark_classify(words);
    return heard;
}
