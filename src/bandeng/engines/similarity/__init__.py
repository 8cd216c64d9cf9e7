"""Which messages are alike, where each belongs, and which tell of one event: `search`, `dispatch`, `events`."""
