"""The failure policy of a generated project, with the strategies that its Melody uses."""
