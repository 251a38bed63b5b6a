"""`make bench`: how fast, printed as ratios beside a floor. Nothing here asserts: machines differ."""
