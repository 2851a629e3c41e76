"""Build the static files for production and print their sizes: python -m bin.build_assets."""

from __future__ import annotations

from pathlib import Path

from kashcraft import config
from kashcraft.core import assets
from kashcraft.core.settings import ROOT


def main() -> None:
    """Build ``static/`` into the instance folder and print the sizes of the bundles."""
    target = config.load().instance_path / "assets"
    manifest = assets.build(ROOT / "static", ROOT / "node_modules", target)
    for name in (*assets.BUNDLES, *assets.VENDOR):
        if name in manifest.files:
            print(f"{name:24} {_sizes(target / manifest.files[name])}")
    if manifest.missing:
        print(f"Not installed, and left out: {', '.join(manifest.missing)}")


def _sizes(path: Path) -> str:
    packed = path.with_name(path.name + ".br")
    smaller = f", {packed.stat().st_size:,} with brotli" if packed.exists() else ""
    return f"{path.stat().st_size:,} bytes{smaller}"


if __name__ == "__main__":
    main()
