"""Staff: who works in the console, in which organizations, with which role; and what they did."""
