# SPDX-License-Identifier: MIT
"""The stack on two servers (two.py): server 1 has the bots, server 2 the data, and the link goes between them."""
import two
from way import Way


class Two:
    """As a context; `way` is the Internet between the servers."""

    def __init__(self):
        self.way = Way(two.TABLE, [address for server in two.PUBLIC for address in server])

    def __enter__(self):
        two.images_share("n8n", "bot-gateway")
        self.way.__enter__()
        return self

    def __exit__(self, *_):
        self.way.__exit__()
