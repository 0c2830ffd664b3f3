"""Cards: numbered batches, what is printed on them, and the electronic card on a telephone."""
