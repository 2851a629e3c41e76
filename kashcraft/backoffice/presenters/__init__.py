"""What staff read: what happened, what each message is about, orders with their history and refunds."""
