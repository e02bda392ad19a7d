"""Measuring: what pages cost, and what they cost when years have gone by. Ratios in one run say more than seconds."""
