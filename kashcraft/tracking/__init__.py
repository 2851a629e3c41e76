"""An order's journey: its parcels, what carriers and the workshop report, and whom to tell.

Owns OrderTracking, Parcel, ParcelLine, TrackingEvent, its archive, and TrackingNotification. A late or
repeated event never moves a parcel backwards. Publishes ParcelMoved.
"""
