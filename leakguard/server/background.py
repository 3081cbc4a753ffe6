"""Work beside the messages: one run at a time, after a pause in typing, and again if something changed meanwhile."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from typing import TYPE_CHECKING, TypeVar

from leakguard.room import in_worker

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

_Result = TypeVar("_Result")


async def beside(work: Callable[[], _Result]) -> _Result:
    """Do work in a thread that need not end before the process does, and return what it returns or raise likewise."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[_Result] = loop.create_future()

    def tell(deliver: Callable[[], None]) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(lambda: None if future.done() else deliver())

    def run() -> None:
        try:
            result = in_worker(work)
        except BaseException as error:  # noqa: BLE001 - raised where it is awaited
            raised = error
            tell(lambda: future.set_exception(raised))
        else:
            tell(lambda: future.set_result(result))

    threading.Thread(target=run, daemon=True).start()
    return await future


class Background:
    """Calls `run` some time after it was asked for."""

    def __init__(self, run: Callable[[], Awaitable[None]]) -> None:
        self._run = run
        self._due: float | None = None
        self._task: asyncio.Task[None] | None = None
        self._hurry = asyncio.Event()

    def soon(self, pause: float) -> None:
        """Ask for a run once nothing has been asked for `pause` seconds."""
        self._due = asyncio.get_running_loop().time() + pause
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._work())

    async def idle(self) -> None:
        """Wait until all that was asked for is done, without further pauses."""
        while self._task is not None and not self._task.done():
            self._hurry.set()
            await asyncio.shield(self._task)

    async def _work(self) -> None:
        while self._due is not None:
            await self._pause()
            self._due = None
            await self._run()

    async def _pause(self) -> None:
        time = asyncio.get_running_loop().time
        while self._due is not None and (left := self._due - time()) > 0 and not self._hurry.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._hurry.wait(), left)
        self._hurry.clear()
