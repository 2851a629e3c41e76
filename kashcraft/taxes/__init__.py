"""Tax rates by tax class and place.

Owns the table of rates by tax class, country, region and postal prefix. Publishes
``queries.list_rates_for(destination, on=day)``, one statement for all classes, and ``rules.rate_of``. The
package ``pricing`` applies the rates to prices.
"""
