// SPDX-License-Identifier: MIT
/* Prints what the service would answer, for a browser to look at: page_print SCENE LANGUAGE, with
 * public or badge behind it; page_print css | js. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "page/page.h"
#include "unit/health/page_world.h"

static bool print(struct slice text)
{
    return fwrite(text.at, 1, text.len, stdout) == text.len;
}

static int find(const char *const *names, const char *name)
{
    for (int i = 0; names[i] != NULL; i++)
        if (strcmp(names[i], name) == 0)
            return i;
    return -1;
}

int main(int argc, char **argv)
{
    const char *what = argc > 3 ? argv[3] : "page";

    if (argc == 2)
        return print(strcmp(argv[1], "css") == 0 ? page_css() : page_js()) ? 0 : 1;
    const int scene = argc > 2 ? find(page_scenes, argv[1]) : -1;
    const int language = argc > 2 ? find(language_names, argv[2]) : -1;
    if (scene < 0 || language < 0)
        return 2;

    const struct page_options options = {.language = (enum language)language,
                                         .public_url = "",
                                         .docs_url = "",
                                         .token = "0123456789abcdef",
                                         .zone = "Asia/Almaty"};
    struct watch_view view;
    struct buf out;
    buf_init(&out, 4 * 1024 * 1024);
    page_world((enum page_scene)scene, &view);
    if (strcmp(what, "public") == 0)
        page_render_public(&view, &options, &out);
    else if (strcmp(what, "badge") == 0)
        page_render_badge(&view, options.language, &out);
    else
        page_render(&view, &options, &out);
    const bool printed = !out.failed && print(buf_as_slice(&out));
    buf_finish(&out);
    return printed ? 0 : 1;
}
