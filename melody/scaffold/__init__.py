"""``melody init``: projects that run at once. Each folder of ``templates`` is one, as it stands."""
