"""Tracking of orders: parcels, events of carriers and of the workshop, and notifications.

Owns OrderTracking, Parcel, ParcelLine, TrackingEvent, its archive, and TrackingNotification. A late or
repeated event never moves a parcel backwards. Publishes ParcelMoved.
"""
