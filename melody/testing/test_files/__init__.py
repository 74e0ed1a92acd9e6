"""``*.melody.test.yaml``: tests of Melodies as data, read, performed and judged.

``melody test`` and the pytest plugin both perform what ``cases.py`` finds in a file, so that they
cannot come to different verdicts.
"""
