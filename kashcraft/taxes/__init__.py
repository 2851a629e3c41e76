"""Which tax rate holds where.

Owns the table of rates by tax class, country, region and postal prefix. Publishes
`queries.list_rates_for(destination, on=day)`, one statement for all classes, and `rules.rate_of`. What a rate
does to a price is the business of `pricing`.
"""
