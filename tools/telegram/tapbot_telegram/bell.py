# SPDX-License-Identifier: MIT
"""Waiting for changes in one event loop."""
import asyncio


class Bell:
    def __init__(self):
        self.waiting = set()

    def ring(self):
        for future in self.waiting:
            if not future.done():
                future.set_result(None)
        self.waiting.clear()

    async def wait(self, seconds=None):
        """Waits for a ring, at most `seconds`. asyncio.wait(), because wait_for() of Python 3.11 loses a cancellation if the future
        is done at the same moment."""
        future = asyncio.get_running_loop().create_future()
        self.waiting.add(future)
        try:
            await asyncio.wait((future,), timeout=seconds)
        finally:
            self.waiting.discard(future)

    async def until(self, condition, seconds):
        """Waits until the condition returns a true value, and returns it; after `seconds` returns its current value."""
        end = asyncio.get_running_loop().time() + seconds
        while not (found := condition()):
            left = end - asyncio.get_running_loop().time()
            if left <= 0:
                break
            await self.wait(left)
        return found
