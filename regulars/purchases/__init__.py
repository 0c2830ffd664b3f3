"""Purchases and other activities: judged by the engine, recorded with their reasons, returned."""
