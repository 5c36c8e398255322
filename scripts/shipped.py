"""Puts milebook's own content into the wheel: the files of shipped.txt, and not what a coach has added beside them."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

HERE = Path(__file__).parent


class CustomBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Called by hatchling for the wheel and for the source archive."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Name the files, and where they lie in what is built."""
        folder = "milebook/bundled/" if self.target_name == "wheel" else ""
        names = (HERE / "shipped.txt").read_text("utf-8").split()
        build_data["force_include"].update({name: folder + name for name in names})
