"""The engine: pure and total. Facts in, decision out; no clock, no chance, no database."""
