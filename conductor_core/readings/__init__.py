"""What ``require`` reads of services and the machine: really, or out of a script."""
