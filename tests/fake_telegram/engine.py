"""The engine: uvicorn that ends at once instead of at its next tick (0.1 s)."""

import asyncio

import uvicorn


class PromptServer(uvicorn.Server):
    """uvicorn's server; ``end`` may be set from the server's loop to stop serving."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.end = asyncio.Event()

    async def main_loop(self) -> None:
        """Serve until ``end``."""
        await self.on_tick(0)
        await self.end.wait()
