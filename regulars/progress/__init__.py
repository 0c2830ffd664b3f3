"""Progress: stamp cards, challenges, streaks, badges who is first; in step with returns."""
