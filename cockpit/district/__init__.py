"""The district pack as values: areas, chains, thresholds, map, terms and playlist."""
