# SPDX-License-Identifier: MIT
"""The verb chat: a chat with a bot of the demo in the terminal. rendering.py, dialogue.py and lines.py are pure."""
