# SPDX-License-Identifier: MIT
"""A stand-in for the Telegram Bot API: what README.md beside this package says."""
