"""The players of sample 07."""
