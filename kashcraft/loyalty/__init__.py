"""The loyalty programme: tiers, points as dated lots, rewards.

Owns LoyaltyAccount, LoyaltyTier, PointsHistory, PointsLotUse, RewardOffer and LoyaltyReward. The available
points always equal the sum of the ledger. Publishes TierChanged; checkout and orders call it by name.
"""
