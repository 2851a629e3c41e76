"""The loyalty program: tiers, points in lots with an expiry date, rewards and referrals.

Owns LoyaltyAccount, LoyaltyTier, PointsHistory, PointsLotUse, RewardOffer, LoyaltyReward, Referral and
LoyaltyChange. The available points of an account always equal the sum of its ledger. Publishes TierChanged.
Checkout and orders call its services directly. The member's page is in the storefront, because its ledger
names orders.
"""
