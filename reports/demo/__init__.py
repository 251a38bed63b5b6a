"""The demo: three invented campaigns, built through the same acts as real ones, dated relative to today.

Everything here is made up: places, people, units, texts. Papers and sheets are always in Chinese.
"""
