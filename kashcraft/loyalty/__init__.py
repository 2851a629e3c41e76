"""The loyalty programme: tiers, points as dated lots, rewards, referrals.

Owns LoyaltyAccount, LoyaltyTier, PointsHistory, PointsLotUse, RewardOffer, LoyaltyReward, Referral, and
LoyaltyChange. The available points always equal the sum of the ledger. Publishes TierChanged; checkout and
orders call it by name. A member's page stands in the storefront, as its ledger names orders.
"""
