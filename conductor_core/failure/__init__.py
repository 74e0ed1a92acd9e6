"""The pure part of the failure policy: data in, decision out. No clock is read, nothing waits."""
