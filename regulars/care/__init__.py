"""Care: members as whoever answers them sees them: found by anything, with their whole story."""
