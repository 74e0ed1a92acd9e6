"""Who answers approvals and sends events; a person at the terminal is elsewhere."""
