# SPDX-License-Identifier: MIT
"""The verb chat: a person talks to a bot of the demo in the terminal. Pure: rendering.py, dialogue.py, lines.py."""
