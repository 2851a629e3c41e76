"""Imports of product files: planning, storing the pictures, and writing all or nothing."""

from kashcraft.product_csv.rules.refusals import FileRefused
from kashcraft.product_csv.services.importing import ProductFile, import_file
from kashcraft.product_csv.services.pictures import enqueue_missing, fetch_picture, give_up
from kashcraft.product_csv.services.planning import Report, check_pictures, plan_file, store_pictures
from kashcraft.product_csv.services.received import fail_import, receive_file, start_import, work_on_file
from kashcraft.product_csv.services.sources import progress
from kashcraft.product_csv.services.writing import write_products

__all__ = [
    "FileRefused",
    "ProductFile",
    "Report",
    "check_pictures",
    "enqueue_missing",
    "fail_import",
    "fetch_picture",
    "give_up",
    "import_file",
    "plan_file",
    "progress",
    "receive_file",
    "start_import",
    "store_pictures",
    "work_on_file",
    "write_products",
]
