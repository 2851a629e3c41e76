"""Importing product files: plan what happens, keep the pictures, write all or nothing."""

from kashcraft.product_csv.rules.refusals import FileRefused
from kashcraft.product_csv.services.importing import ProductFile, import_file
from kashcraft.product_csv.services.pictures import fetch_picture, give_up, owe_missing
from kashcraft.product_csv.services.planning import Report, check_pictures, plan_file, store_pictures
from kashcraft.product_csv.services.sources import progress
from kashcraft.product_csv.services.writing import write_products

__all__ = [
    "FileRefused",
    "ProductFile",
    "Report",
    "check_pictures",
    "fetch_picture",
    "give_up",
    "import_file",
    "owe_missing",
    "plan_file",
    "progress",
    "store_pictures",
    "write_products",
]
