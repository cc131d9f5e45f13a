# SPDX-License-Identifier: MIT
"""A stand-in for the Telegram Bot API; see README.md next to this package."""
