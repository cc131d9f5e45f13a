// SPDX-License-Identifier: MIT
/* Prints an answer of the service for tests in a browser: page_print SCENE LANGUAGE [public
 * badge]; page_print page.css
 * page.js. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/embed.h"

#include "page/page.h"
#include "unit/health/page_world.h"

extern const struct embed_file health_page_files[]; /* tapbot_embed() of CMakeLists.txt */
extern const size_t health_page_file_count;

static bool print(struct slice text)
{
    return fwrite(text.at, 1, text.len, stdout) == text.len;
}

static bool print_file(const char *name)
{
    for (size_t i = 0; i < health_page_file_count; i++)
        if (strcmp(health_page_files[i].name, name) == 0)
            return print(embed_content(&health_page_files[i]));
    return false;
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
        return print_file(argv[1]) ? 0 : 1;
    const int scene = argc > 2 ? find(page_scenes, argv[1]) : -1;
    const int language = argc > 2 ? find(language_names, argv[2]) : -1;
    if (scene < 0 || language < 0)
        return 2;

    const struct page_options options = {.language = (enum language)language,
                                         .docs_url = NULL,
                                         .token = "0123456789abcdef",
                                         .zone = "Asia/Almaty"};
    struct buf out = BUF(4 * 1024 * 1024);
    const struct monitor_view *view = &page_world((enum page_scene)scene)->view;
    if (strcmp(what, "public") == 0)
        page_render_public(view, &options, &out);
    else if (strcmp(what, "badge") == 0)
        page_render_badge(view, options.language, &out);
    else
        page_render(view, &options, &out);
    const bool printed = !out.failed && print(buf_as_slice(&out));
    buf_finish(&out);
    return printed ? 0 : 1;
}
