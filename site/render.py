#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""render.py OUT: what the image `pages` serves. OUT/site is the public site (public.py); OUT/docs is
docs/*.md as HTML, one page each, README.md first, with docs/images. Needs Debian's python3-markdown, nothing else.

A link whose words are a page's file name shows the page's title instead. A link out of docs/ loses its
address and keeps its words: the portal shows no source. A link to a page that does not exist ends the
rendering.
"""
import html
import os
import re
import shutil
import string
import sys

import markdown
import markdown.extensions.toc

import public

SITE = os.path.dirname(os.path.realpath(__file__))
DOCS = os.path.join(os.path.dirname(SITE), "docs")
SHARED = ["style.css", "favicon.svg"]
EXTENSIONS = ["fenced_code", "tables", "sane_lists", "toc"]
# slugify_unicode keeps Cyrillic headings: #если-что-то-не-так, as the repository's web page has it.
SETTINGS = {"toc": {"slugify": markdown.extensions.toc.slugify_unicode}}


def name_of(page):
    return "index.html" if page == "README.md" else page[:-len(".md")] + ".html"


def title_of(text):
    return re.search(r"^# (.+)$", text, re.M).group(1)


def order_of(front, pages):
    """As the front page names them; what it forgets comes last."""
    named = [page for page in re.findall(r"\]\(([\w-]+\.md)\)", front) if page in pages]
    return ["README.md", *dict.fromkeys(named), *sorted(set(pages) - set(named) - {"README.md"})]


def relinked(body, page, pages):
    def link(found):
        target, _, place = html.unescape(found.group(1)).partition("#")
        if not target or re.match(r"https?:|mailto:", target):
            return found.group(0)
        if target in pages:
            words = html.escape(title_of(pages[target])) if found.group(3) == target else found.group(3)
            return f'<a href="{name_of(target)}{"#" + place if place else ""}"{found.group(2)}>{words}</a>'
        if not target.startswith("../"):
            sys.exit(f"{page}: a link to {target}, which is not there")
        return found.group(3)
    return re.sub(r'<a href="([^"]*)"([^>]*)>(.*?)</a>', link, body, flags=re.S)


def rendered(page, texts, order, template):
    converter = markdown.Markdown(extensions=EXTENSIONS, extension_configs=SETTINGS, output_format="html")
    # Comments are for those who edit the source.
    body = relinked(re.sub(r"<!--.*?-->", "", converter.convert(texts[page]), flags=re.S), page, texts)
    # Wide things scroll by themselves, with the keyboard too.
    body = body.replace("<pre>", '<pre tabindex="0">')
    body = body.replace("<table>", '<div class="wide"><table>').replace("</table>", "</table></div>")
    entries = "\n".join(f'<li><a href="{name_of(one)}"{" aria-current=" + chr(34) + "page" + chr(34) if one == page else ""}>'
                        f"{html.escape(title_of(texts[one]))}</a></li>" for one in order)
    return template.substitute(title=html.escape(title_of(texts[page])), pages=entries, body=body)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    out = sys.argv[1]
    public.copy(os.path.join(out, "site"), os.environ)
    os.makedirs(os.path.join(out, "docs"), exist_ok=True)
    for name in SHARED:
        shutil.copy(os.path.join(SITE, "public", name), os.path.join(out, "docs", name))
    shutil.copytree(os.path.join(DOCS, "images"), os.path.join(out, "docs", "images"), dirs_exist_ok=True)
    texts = {}
    for page in sorted(os.listdir(DOCS)):
        if page.endswith(".md"):
            with open(os.path.join(DOCS, page), encoding="utf-8") as text:
                texts[page] = text.read()
    with open(os.path.join(SITE, "docs-page.html"), encoding="utf-8") as text:
        template = string.Template(text.read())
    order = order_of(texts["README.md"], texts)
    for page in texts:
        with open(os.path.join(out, "docs", name_of(page)), "w", encoding="utf-8") as file:
            file.write(rendered(page, texts, order, template))


if __name__ == "__main__":
    main()
