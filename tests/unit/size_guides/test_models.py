"""The rows of a size guide as tables."""

from __future__ import annotations

from kashcraft.size_guides.models import MeasuredThing, SizeConversion, SizeGuide, SizeGuideRow


def test_measurements_are_grouped_by_size() -> None:
    guide = SizeGuide(
        rows=[
            SizeGuideRow(
                size="S", measurement="chest", measured=MeasuredThing.BODY, minimum_mm=880, maximum_mm=920
            ),
            SizeGuideRow(
                size="S",
                measurement="chest",
                measured=MeasuredThing.GARMENT,
                minimum_mm=1000,
                maximum_mm=1000,
            ),
            SizeGuideRow(
                size="M", measurement="chest", measured=MeasuredThing.BODY, minimum_mm=920, maximum_mm=960
            ),
        ]
    )
    assert guide.measurements == {
        "S": {
            (MeasuredThing.BODY, "chest"): (880, 920),
            (MeasuredThing.GARMENT, "chest"): (1000, 1000),
        },
        "M": {(MeasuredThing.BODY, "chest"): (920, 960)},
    }


def test_conversions_are_grouped_by_system() -> None:
    guide = SizeGuide(
        conversions=[
            SizeConversion(system="EU", size="S", label="36"),
            SizeConversion(system="EU", size="M", label="38"),
            SizeConversion(system="UK", size="S", label="8"),
        ]
    )
    assert guide.conversion_charts == {"EU": {"S": "36", "M": "38"}, "UK": {"S": "8"}}
