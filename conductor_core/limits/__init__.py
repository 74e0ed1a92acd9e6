"""Guards that runs share: places and rates of players, breakers and retry tokens of targets."""
